//! A PostgreSQL of a test's own, for what cannot be done to the one that all tests share: other settings, a standby, a
//! disk that gets full.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The person that Debian's package makes; a server refuses to run as root.
const PERSON: &str = "postgres";
const PASSWORD: &str = "of-one-test";

/// A server. It ends with this.
pub struct Cluster {
    folder: tempfile::TempDir,
    port: u16,
    /// Where its data lies on a small disk of its own.
    mounted: bool,
}

impl Cluster {
    /// Makes one with these settings on top of the usual ones, and starts it.
    pub fn make(settings: &str) -> Self {
        let it = Self::empty();
        it.initialise(settings);
        it.start();
        it
    }

    /// Makes one whose data, but for the log, lies on a disk of this size. `None`: nobody lets us mount one.
    pub fn on_a_small_disk(megabytes: u32) -> Option<Self> {
        let mut it = Self::empty();
        std::fs::create_dir(it.data()).unwrap();
        let size = format!("size={megabytes}m,mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(it.data()).stderr(Stdio::null());
        if !mount.status().is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("CI").is_none() || !is_root(), "no disk can be mounted");
            return None;
        }
        it.mounted = true;
        own(&it.data());
        it.initialise("max_wal_size = 128MB\n");
        it.start();
        Some(it)
    }

    /// A standby of another one.
    pub fn follow(primary: &Self) -> Self {
        let it = Self::empty();
        let mut copy = it.program("pg_basebackup");
        copy.args(["-h", "127.0.0.1", "-U", "chasqui", "-R", "-X", "stream", "-c", "fast", "-p"]);
        copy.arg(primary.port.to_string()).arg("-D").arg(it.data());
        succeeds(copy);
        it.configure("");
        it.start();
        it
    }

    fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("chasqui-test-").tempdir().unwrap();
        own(folder.path());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, port, mounted: false }
    }

    fn initialise(&self, settings: &str) {
        let password = self.folder.path().join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        let mut initdb = self.program("initdb");
        initdb.args(["--username=chasqui", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.args(["--no-sync", "--no-instructions", "--wal-segsize=4", "--pwfile"]).arg(&password);
        // The log does not share the data's disk: full, the server can say so; without a log it could only stop.
        initdb.arg("--waldir").arg(self.folder.path().join("wal")).arg("-D").arg(self.data());
        succeeds(initdb);
        self.configure(settings);
    }

    fn configure(&self, settings: &str) {
        let file = self.data().join("postgresql.conf");
        let given = std::fs::read_to_string(&file).unwrap();
        let own = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 60\n\
            shared_buffers = 16MB\nmax_wal_senders = 4\nwal_level = replica\n";
        std::fs::write(&file, format!("{given}\n{own}{settings}port = {}\n", self.port)).unwrap();
    }

    pub fn start(&self) {
        let mut start = self.program("pg_ctl");
        start.args(["start", "-w", "-t", "60", "-D"]).arg(self.data());
        start.arg("-l").arg(self.folder.path().join("log"));
        // What it says would keep our own output open for as long as it lives.
        let status = start.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(status.success(), "PostgreSQL does not start: {}", log());
    }

    /// Runs SQL.
    pub fn run(&self, sql: &str) -> String {
        let mut psql = Command::new("psql");
        psql.args([
            "-h",
            "127.0.0.1",
            "-U",
            "chasqui",
            "-d",
            "postgres",
            "-v",
            "ON_ERROR_STOP=1",
            "-tAc",
            sql,
        ]);
        psql.arg("-p").arg(self.port.to_string()).env("PGPASSWORD", PASSWORD);
        let output = psql.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A file on the disk of its data.
    pub fn beside_the_data(&self, name: &str) -> PathBuf {
        self.data().join(name)
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn url(&self) -> String {
        url(&[self])
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let path = programs().join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", PERSON, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.folder.path()).env("PGPASSWORD", PASSWORD).stdin(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "-m", "immediate", "-D"]).arg(self.data());
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if self.mounted {
            let _ = Command::new("umount").arg(self.data()).status();
        }
    }
}

/// The URL of several servers, for somebody who may do everything in them.
pub fn url(clusters: &[&Cluster]) -> String {
    let hosts: Vec<String> = clusters.iter().map(|it| it.address()).collect();
    let which = if hosts.len() > 1 { "&target_session_attrs=read-write" } else { "" };
    format!("postgres://chasqui:{PASSWORD}@{}/postgres?sslmode=disable{which}", hosts.join(","))
}

/// The folder of the newest server's programs.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|it| it.unwrap().path()).max_by_key(number).unwrap();
    newest.join("bin")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Gives a folder to the server's person.
fn own(folder: &Path) {
    if is_root() {
        succeeds({
            let mut chown = Command::new("chown");
            chown.arg(PERSON).arg(folder);
            chown
        });
    }
}

fn succeeds(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

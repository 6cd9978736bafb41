//! A PostgreSQL of our own for tests: under `target/`, on a port that was free, as a person who is not root, and as durable
//! as in earnest. Nothing of the machine's own PostgreSQL is touched.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::repository::Repository;
use crate::{packages, process};

/// What tests read the server's URL from.
pub const URL: &str = "CHASQUI_TEST_POSTGRES_URL";

/// What the product's own tests read the engine from.
pub const ENGINE: &str = "CHASQUI_TEST_ENGINE";

const PROGRAMS: &str = "/usr/lib/postgresql";
const OLDEST: u32 = 15;
/// The person that Debian's package makes; a server refuses to run as root.
const PERSON: &str = "postgres";
const PASSWORD: &str = "of-the-test-cluster";

/// A running server. It ends with this.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    as_person: bool,
}

impl Cluster {
    /// Installs what is missing, makes a fresh server and starts it.
    pub fn start(repository: &Repository) -> Result<Self> {
        packages::for_postgres()?;
        let programs = programs().context("PostgreSQL 15 or newer is not there")?;
        let user_id = process::captured("id", Command::new("id").arg("-u"))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = repository.scratch().join(format!("postgres-{}", std::process::id()));
        let cluster = Self { programs, folder, port, as_person: user_id.trim() == "0" };
        cluster.make()?;
        cluster.run()?;
        Ok(cluster)
    }

    /// For somebody who may do everything in it.
    pub fn url(&self) -> String {
        format!("postgres://chasqui:{PASSWORD}@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    fn make(&self) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let password = self.folder.join("password");
        fs::write(&password, PASSWORD)?;
        if self.as_person {
            process::quiet("chown", Command::new("chown").args(["-R", PERSON]).arg(&self.folder))?;
        }
        let mut initdb = self.program("initdb")?;
        initdb.args(["--username=chasqui", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.arg("--no-instructions").arg("--pwfile").arg(&password).arg("-D").arg(self.data());
        process::quiet("initdb", &mut initdb)?;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nmax_connections = 300\n\
             fsync = on\nsynchronous_commit = on\nfull_page_writes = on\nmax_wal_size = 2GB\n\
             shared_buffers = 256MB\n",
            self.port
        );
        let file = self.data().join("postgresql.conf");
        let given = fs::read_to_string(&file)?;
        fs::write(&file, given + &settings).with_context(|| format!("cannot write {}", file.display()))
    }

    fn run(&self) -> Result<()> {
        let mut start = self.program("pg_ctl")?;
        start.args(["start", "-w", "-t", "60", "-D"]).arg(self.data()).arg("-l").arg(self.folder.join("log"));
        // What it says would keep our own output open for as long as it lives.
        process::silent("PostgreSQL", &mut start)
            .with_context(|| fs::read_to_string(self.folder.join("log")).unwrap_or_default())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Result<Command> {
        let path = self.programs.join(name);
        let mut command = if self.as_person {
            let mut command = Command::new("runuser");
            command.args(["-u", PERSON, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        // A person who is not root may not look into root's folders.
        command.current_dir("/");
        if !self.folder.exists() {
            bail!("{} is gone", self.folder.display());
        }
        Ok(command)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Ok(mut stop) = self.program("pg_ctl") {
            process::succeeds(stop.args(["stop", "-m", "immediate", "-D"]).arg(self.data()));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Runs a program beside a fresh server and ends as it does.
pub fn with(repository: &Repository, program: &str, arguments: &[String]) -> Result<ExitCode> {
    let cluster = Cluster::start(repository)?;
    let status = Command::new(program)
        .args(arguments)
        .env(URL, cluster.url())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The folder of the newest server's programs.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(Path::new(PROGRAMS)).ok()?;
    let version = |name: &std::ffi::OsStr| name.to_str()?.parse::<u32>().ok();
    let newest = versions.filter_map(|it| version(&it.ok()?.file_name())).max();
    let folder = Path::new(PROGRAMS).join(newest.filter(|it| *it >= OLDEST)?.to_string()).join("bin");
    folder.join("initdb").exists().then_some(folder)
}

//! A PostgreSQL of our own, as durable as in earnest, that can be stopped without a warning.

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::Command;

use crate::product::{self, Usage};

/// The person that Debian's package makes; a server refuses to run as root.
const PERSON: &str = "postgres";
const PASSWORD: &str = "of-the-chaos-cluster";

/// One server of a cluster: its folder and its port.
#[derive(Debug)]
struct Node {
    data: PathBuf,
    port: u16,
}

/// A server, and perhaps a standby that each commit waits for. They end with this.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    primary: Node,
    /// Where the standby is, or is to be.
    other: Node,
    /// The only core that its servers may use.
    core: Option<usize>,
}

impl Cluster {
    /// Makes a fresh server and starts it. `programs`: the folder of `initdb` and `pg_ctl`. `ports`: its own, and that of a
    /// standby, should there be one. `core`: the only one that they may use.
    pub async fn make(programs: &Path, ports: [u16; 2], core: Option<usize>) -> Result<Self> {
        let folder = folder()?;
        let node = |at: usize| Node { data: folder.path().join(["one", "two"][at]), port: ports[at] };
        let cluster = Self { programs: programs.to_owned(), primary: node(0), other: node(1), core, folder };
        let password = cluster.folder.path().join("password");
        fs::write(&password, PASSWORD)?;
        let mut initdb = cluster.program("initdb");
        initdb.args(["--username=chasqui", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.arg("--no-instructions").arg("--pwfile").arg(&password).arg("-D").arg(&cluster.primary.data);
        succeeds("initdb", initdb).await?;
        let port = cluster.primary.port;
        configure(
            &cluster.primary,
            &format!(
                "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 300\nfsync = on\n\
                 synchronous_commit = on\nfull_page_writes = on\nmax_wal_size = 1GB\nshared_buffers = 128MB\n\
                 wal_level = replica\nmax_wal_senders = 4\nport = {port}\n"
            ),
        )?;
        cluster.start().await?;
        Ok(cluster)
    }

    /// Adds a standby, and has every commit wait for it from here on.
    pub async fn add_standby(&self) -> Result<()> {
        let Node { data, port } = &self.other;
        let _ = fs::remove_dir_all(data);
        let mut copy = self.program("pg_basebackup");
        copy.args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.primary.port.to_string(),
            "-U",
            "chasqui",
            "-R",
            "-X",
            "stream",
        ]);
        copy.args(["-c", "fast", "-D"]).arg(data);
        succeeds("pg_basebackup", copy).await?;
        configure(&self.other, &format!("port = {port}\nsynchronous_standby_names = ''\n"))?;
        self.start_node(&self.other).await?;
        configure(&self.primary, "synchronous_standby_names = '*'\n")?;
        let mut reload = self.program("pg_ctl");
        reload.args(["reload", "-D"]).arg(&self.primary.data);
        succeeds("pg_ctl reload", reload).await?;
        for _ in 0..200 {
            let state = self.ask("SELECT sync_state FROM pg_stat_replication").await?;
            if state.trim() == "sync" {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the standby does not follow")
    }

    /// Stops the primary as a power cut would and makes the standby the primary. The old one does not come back.
    pub async fn fail_over(&mut self, after: Duration) -> Result<()> {
        self.stop_at_once().await?;
        tokio::time::sleep(after).await;
        let mut promote = self.program("pg_ctl");
        promote.args(["promote", "-w", "-t", "60", "-D"]).arg(&self.other.data);
        succeeds("pg_ctl promote", promote).await?;
        std::mem::swap(&mut self.primary, &mut self.other);
        Ok(())
    }

    /// Where the primary listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.primary.port).into()
    }

    /// Where both servers listen, whichever is the primary.
    pub fn addresses(&self) -> [SocketAddr; 2] {
        [&self.primary, &self.other].map(|node| (Ipv4Addr::LOCALHOST, node.port).into())
    }

    /// Starts the primary, and waits until it has recovered.
    pub async fn start(&self) -> Result<()> {
        self.start_node(&self.primary).await
    }

    async fn start_node(&self, node: &Node) -> Result<()> {
        let log = node.data.with_extension("log");
        let mut start = self.program("pg_ctl");
        start.args(["start", "-w", "-t", "60", "-D"]).arg(&node.data).arg("-l").arg(&log);
        // What it says would keep our own output open for as long as it lives.
        let status = start.stdout(Stdio::null()).stderr(Stdio::null()).status().await?;
        if !status.success() {
            bail!("PostgreSQL does not start: {}", fs::read_to_string(log).unwrap_or_default());
        }
        Ok(())
    }

    /// Stops the primary as a power cut would: nothing is written to the disk any more.
    pub async fn stop_at_once(&self) -> Result<()> {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "-m", "immediate", "-D"]).arg(&self.primary.data);
        succeeds("pg_ctl stop", stop).await
    }

    /// What a query answers, a row a line, as somebody who may do everything.
    pub async fn ask(&self, sql: &str) -> Result<String> {
        let mut psql = self.program("psql");
        psql.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]).arg(url(&[self.address()]));
        let output = psql.output().await.context("psql cannot be started")?;
        if !output.status.success() {
            bail!("psql failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What the primary's processes have used, those that have ended among them. Memory that they share is counted once.
    pub fn usage(&self) -> Result<Usage> {
        let file = self.primary.data.join("postmaster.pid");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let first = text.lines().next().and_then(|line| line.trim().parse().ok());
        product::usage_with_children(first.context("odd postmaster.pid")?)
    }

    fn program(&self, name: &str) -> Command {
        words(&self.programs.join(name), self.folder.path(), self.core).into()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in [&self.other, &self.primary] {
            let mut stop = words(&self.programs.join("pg_ctl"), self.folder.path(), None);
            stop.args(["stop", "-m", "immediate", "-D"]).arg(&node.data);
            let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
}

/// Adds settings; later ones win.
fn configure(node: &Node, settings: &str) -> Result<()> {
    let file = node.data.join("postgresql.conf");
    let given = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    fs::write(&file, format!("{given}\n{settings}")).with_context(|| file.display().to_string())
}

/// The URL of what listens at these addresses, for somebody who may do everything in it.
pub fn url(addresses: &[SocketAddr]) -> String {
    let hosts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let which = if hosts.len() > 1 { "&target_session_attrs=read-write" } else { "" };
    format!("postgres://chasqui:{PASSWORD}@{}/postgres?sslmode=disable{which}", hosts.join(","))
}

/// A folder that the server's person can use.
fn folder() -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("chasqui-fleet-").tempdir()?;
    if is_root() {
        let owned = std::process::Command::new("chown").arg(PERSON).arg(folder.path()).status()?;
        if !owned.success() {
            bail!("{} cannot be given to {PERSON}", folder.path().display());
        }
    }
    Ok(folder)
}

fn is_root() -> bool {
    let output = std::process::Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn words(program: &Path, folder: &Path, core: Option<usize>) -> std::process::Command {
    let pinned = core.map(|core| vec!["taskset".to_owned(), "-c".into(), core.to_string()]);
    let person = is_root().then(|| ["runuser", "-u", PERSON, "--"].map(str::to_owned).to_vec());
    let before = pinned.into_iter().chain(person).flatten().map(OsString::from);
    let mut words = before.chain([program.as_os_str().to_owned()]);
    let mut command = std::process::Command::new(words.next().unwrap_or_default());
    command.args(words);
    command.current_dir(folder).env("PGPASSWORD", PASSWORD).stdin(Stdio::null());
    command
}

async fn succeeds(name: &str, mut command: Command) -> Result<()> {
    let output = command.output().await.with_context(|| format!("{name} cannot be started"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Fails unless there is such a program.
pub fn check_programs(programs: &Path) -> Result<()> {
    if !programs.join("initdb").exists() {
        bail!(
            "{} has no initdb: name the folder of PostgreSQL's programs with --programs",
            programs.display()
        );
    }
    Ok(())
}

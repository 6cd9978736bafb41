//! A PostgreSQL of our own, as durable as in earnest, that can be stopped without a warning.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::Command;

/// The person that Debian's package makes; a server refuses to run as root.
const PERSON: &str = "postgres";
const PASSWORD: &str = "of-the-chaos-cluster";

/// A server. It ends with this.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes a fresh server and starts it. `programs`: the folder of `initdb` and `pg_ctl`.
    pub async fn make(programs: &Path, port: u16) -> Result<Self> {
        let cluster = Self { programs: programs.to_owned(), folder: folder()?, port };
        let password = cluster.folder.path().join("password");
        fs::write(&password, PASSWORD)?;
        let mut initdb = cluster.program("initdb");
        initdb.args(["--username=chasqui", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.arg("--no-instructions").arg("--pwfile").arg(&password).arg("-D").arg(cluster.data());
        succeeds("initdb", initdb).await?;
        cluster.configure(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 300\nfsync = on\n\
             synchronous_commit = on\nfull_page_writes = on\nmax_wal_size = 1GB\nshared_buffers = 128MB\n\
             wal_level = replica\nmax_wal_senders = 4\n",
        )?;
        cluster.start().await?;
        Ok(cluster)
    }

    /// Adds settings; they hold from the next start on.
    fn configure(&self, settings: &str) -> Result<()> {
        let file = self.data().join("postgresql.conf");
        let given = fs::read_to_string(&file)?;
        fs::write(&file, format!("{given}\n{settings}port = {}\n", self.port))
            .with_context(|| file.display().to_string())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Starts it, and waits until it has recovered.
    pub async fn start(&self) -> Result<()> {
        let log = self.folder.path().join("log");
        let mut start = self.program("pg_ctl");
        start.args(["start", "-w", "-t", "60", "-D"]).arg(self.data()).arg("-l").arg(&log);
        // What it says would keep our own output open for as long as it lives.
        let status = start.stdout(Stdio::null()).stderr(Stdio::null()).status().await?;
        if !status.success() {
            bail!("PostgreSQL does not start: {}", fs::read_to_string(log).unwrap_or_default());
        }
        Ok(())
    }

    /// Stops it as a power cut would: nothing is written to the disk any more.
    pub async fn stop_at_once(&self) -> Result<()> {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "-m", "immediate", "-D"]).arg(self.data());
        succeeds("pg_ctl stop", stop).await
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        words(&self.programs.join(name), self.folder.path()).into()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = words(&self.programs.join("pg_ctl"), self.folder.path());
        stop.args(["stop", "-m", "immediate", "-D"]).arg(self.data());
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
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

fn words(program: &Path, folder: &Path) -> std::process::Command {
    let mut command = if is_root() {
        let mut command = std::process::Command::new("runuser");
        command.args(["-u", PERSON, "--"]).arg(program);
        command
    } else {
        std::process::Command::new(program)
    };
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

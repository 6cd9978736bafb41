//! What a run stands on: Meta here, a fresh server there, each on a core of its own.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::ground::{self, Ground};
use crate::chaos::free_address;
use crate::cluster::Cluster;
use crate::meta::Meta;
use crate::product::{self, Api, Bot, Product, Running, Usage};
use crate::wire::Connection;

/// Spread over so many numbers, no run comes near what Meta allows one number.
pub const NUMBERS: usize = 64;
/// The server's core. The load generator's is set by whoever starts it.
const CORE: usize = 0;

/// What is pressed.
pub enum Subject {
    /// The server's processes, the one that takes deliveries first.
    Servers(Vec<Running>),
    /// The least that could stand in its place.
    Echo(Child),
}

/// Meta, and what it talks to.
pub struct Rig {
    /// Meta.
    pub meta: Rc<Meta>,
    /// How to start the server again.
    pub product: Product,
    /// The other side.
    pub subject: Subject,
    /// What the server held before anybody wrote, in KiB.
    pub idle: u64,
    /// The server's API; the echo has none.
    pub api: Option<Api>,
    cluster: Option<Cluster>,
    lives: u32,
    _folder: TempDir,
}

impl Rig {
    /// A fresh server with connected numbers. `programs`: PostgreSQL's, where that is needed.
    pub async fn with_server(
        binary: &Path,
        folder: Option<&Path>,
        bot: Bot,
        (ground, programs): (Ground, Option<&Path>),
    ) -> Result<Self> {
        let (folder, mut product) = place(binary.to_owned(), folder)?;
        let cluster = ground.cluster(programs, CORE).await?;
        if let Some(cluster) = &cluster {
            product.environment = ground::environment(cluster);
        }
        let meta = Meta::new(NUMBERS, product.listen, 1);
        let token = product.bootstrap().await?;
        let (graph, _) = meta.open_graph(0).await?;
        let mut servers = Vec::new();
        for (index, role) in ground.roles().iter().enumerate() {
            let mut process = product.clone();
            process.options = vec!["--role".into(), (*role).into()];
            if index > 0 {
                process.listen = free_address()?;
                process.data = folder.path().join(format!("data-{index}"));
            }
            let mut server = process.start(graph, None)?;
            server.ready().await?.context("the server ended by itself")?;
            servers.push(server);
        }
        let api = Api::new(product.listen, token);
        product::connect(&api, &meta, &[bot]).await?;
        sleep(Duration::from_millis(300)).await;
        let subject = Subject::Servers(servers);
        let mut rig =
            Self { meta, product, subject, idle: 0, api: Some(api), cluster, lives: 0, _folder: folder };
        rig.idle = rig.usage()?.resident;
        Ok(rig)
    }

    /// The echo in the server's place, in a process of its own.
    pub async fn with_echo() -> Result<Self> {
        let (folder, product) = place(PathBuf::new(), None)?;
        let meta = Meta::new(NUMBERS, product.listen, 1);
        for number in &meta.numbers {
            *number.webhook.borrow_mut() = format!("/echo/{}", number.index);
        }
        let (graph, _) = meta.open_graph(0).await?;
        let (core, listen) = (CORE.to_string(), product.listen.to_string());
        let echo = Command::new("taskset")
            .args(["-c", core.as_str()])
            .arg(std::env::current_exe()?)
            .args(["echo", "--listen", listen.as_str(), "--graph", graph.to_string().as_str()])
            .kill_on_drop(true)
            .spawn()?;
        while Connection::open(product.listen).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
        let subject = Subject::Echo(echo);
        Ok(Self { meta, product, subject, idle: 0, api: None, cluster: None, lives: 0, _folder: folder })
    }

    /// What the other side has used: all processes of the server, and its PostgreSQL.
    pub fn usage(&self) -> Result<Usage> {
        let mut whole = Usage::default();
        for process in self.processes()? {
            whole += product::usage(process)?;
        }
        if let Some(cluster) = &self.cluster {
            whole += cluster.usage()?;
        }
        Ok(whole)
    }

    fn processes(&self) -> Result<Vec<u32>> {
        match &self.subject {
            Subject::Servers(servers) => servers.iter().map(Running::id).collect(),
            Subject::Echo(echo) => Ok(vec![echo.id().context("the echo has ended")?]),
        }
    }

    /// CPU time of the other side's threads that live, to the nanosecond: for what takes less than a second. A PostgreSQL is
    /// not in it.
    pub fn cpu(&self) -> Result<Duration> {
        self.processes()?.into_iter().map(product::cpu_of_threads).sum()
    }

    /// The server's API.
    pub fn api(&self) -> Result<&Api> {
        self.api.as_ref().context("the echo has no API")
    }

    /// SIGKILL, and a start on the same data. Answers how long it took until it was ready.
    pub async fn restart(&mut self) -> Result<Duration> {
        let Subject::Servers(servers) = &mut self.subject else { return Ok(Duration::ZERO) };
        let [server] = servers.as_mut_slice() else { bail!("this scenario restarts one process") };
        server.kill().await?;
        self.meta.server_died();
        self.lives += 1;
        let (graph, _) = self.meta.open_graph(self.lives).await?;
        let mut server = self.product.start(graph, None)?;
        let ready = server.ready().await?.context("the server ended by itself")?;
        self.subject = Subject::Servers(vec![server]);
        Ok(ready)
    }
}

fn place(binary: PathBuf, folder: Option<&Path>) -> Result<(TempDir, Product)> {
    let folder = folder.map_or_else(tempfile::tempdir, tempfile::tempdir_in)?;
    let data = folder.path().join("data");
    let product = Product { core: Some(CORE), ..Product::new(binary, data, free_address()?) };
    Ok((folder, product))
}

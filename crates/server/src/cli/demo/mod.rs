//! `chasqui demo`: a server, a simulated WhatsApp, an account, a bot and a connected number, within seconds.

mod furnish;
mod kept;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chasqui_model::Clock;
use chasqui_model::secret::Secret;
use chasqui_simulator::{Config, Simulator};
use chasqui_store::Location;
use clap::Args;
use serde_json::json;

use super::serve::stop_signal;
use super::start::{self, Server};
use crate::app::Site;
use crate::config::{self, File};
use crate::http::{self, Limits};
use crate::log::{self, Style};
use crate::starters::{self, Starter};
use kept::Kept;

/// The simulator listens this much above the server.
const ABOVE: u16 = 1010;

#[derive(Args, Debug)]
pub(super) struct Options {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "CHASQUI_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Folder to keep everything in, to go on with it at the next start [default: a temporary one]
    #[arg(long, env = "CHASQUI_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The starter that answers: menu, support, orders, appointments, information, survey, notifications or shop, with -de for
    /// German [default: menu]
    #[arg(long, value_name = "NAME", value_parser = starter)]
    bot: Option<&'static Starter>,
    /// The mail server, to try invitations and alerts out
    #[arg(long, env = "CHASQUI_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Whom mails come from
    #[arg(long, env = "CHASQUI_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// What is logged [default: warn]
    #[arg(long, env = "CHASQUI_LOG", value_name = "FILTER")]
    log: Option<String>,
}

fn starter(name: &str) -> Result<&'static Starter, String> {
    let found = starters::find(name).or_else(|| starters::find(&format!("{name}-en")));
    found.ok_or_else(|| {
        let names: Vec<&str> = starters::ALL.iter().map(|starter| starter.id).collect();
        format!("there is no such starter; there are {}", names.join(", "))
    })
}

pub(super) async fn run(options: Options, file: File) -> Result<()> {
    log::start(Style::Text, options.log.or(file.log).as_deref().unwrap_or("warn"))?;
    let stop = stop_signal()?;
    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mail = config::mail(
        options.smtp_url.map(Secret::new).or(file.smtp_url),
        options.mail_from.or(file.mail_from),
    )?;
    let data_dir = options.data_dir.or(file.data_dir).unwrap_or_else(|| temporary.path().to_owned());
    let listen = options.listen.or(file.listen).unwrap_or((Ipv4Addr::LOCALHOST, 8080).into());
    start::make_data_dir(&data_dir)?;
    let kept = Kept::load_or_make(&data_dir)?;
    if !listen.ip().is_loopback() {
        // Whoever reaches it may log in, send in the name of contacts, and let bots call this machine.
        tracing::warn!(%listen, "the demo can be reached from other machines, and everybody who reaches it can use it: listen on 127.0.0.1 unless that is what you want");
    }
    let listener = start::listen(listen).await?;
    let simulator = start_simulator(listener.local_addr()?).await?;
    simulator.create_business(kept.business());
    let server = start_server(&data_dir, listener, &simulator, mail).await?;
    furnish::furnish(&server.app, &kept, options.bot).await?;
    announce(&server, &simulator, &kept)?;
    stop.await;
    // First the server: its last messages still reach the simulator.
    server.stop().await;
    simulator.stop().await;
    Ok(())
}

async fn start_simulator(server: SocketAddr) -> Result<Simulator> {
    let beside = server.port().checked_add(ABOVE).unwrap_or(0);
    let config = |port| Config { listen: (Ipv4Addr::LOCALHOST, port).into(), ..Config::default() };
    match Simulator::start(config(beside)).await {
        Ok(simulator) => Ok(simulator),
        Err(_) => Simulator::start(config(0)).await.context("cannot start the simulator"),
    }
}

async fn start_server(
    data_dir: &Path,
    listener: tokio::net::TcpListener,
    simulator: &Simulator,
    mail: Option<chasqui_runtime::mail::Server>,
) -> Result<Server> {
    let address = listener.local_addr()?;
    let host = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    let public_url = format!("http://{}", SocketAddr::new(host, address.port()));
    let phone_url = Some(format!("{}/phone", simulator.url()));
    let store = Location::Sqlite(data_dir.join(config::DATABASE));
    Server::start(start::Options {
        listener,
        data_dir: data_dir.to_owned(),
        vault: config::vault(data_dir, None, store.is_missing())?,
        store,
        clock: Clock::system(),
        site: Site { public_url, files_url: None, phone_url, demo: true, mail: mail.is_some() },
        graph_url: simulator.url().to_owned(),
        role: chasqui_runtime::Role::All,
        // The simulator and whatever a newcomer tries out are on this machine.
        allow_private_networks: true,
        code: chasqui_runtime::code::Options::default(),
        mail,
        media_url: None,
        limits: http::raise_descriptors(Limits::default()),
        quotas: chasqui_model::quota::Limits::default(),
    })
    .await
}

fn announce(server: &Server, simulator: &Simulator, kept: &Kept) -> Result<()> {
    let app_url = &server.app.site.public_url;
    let phone_url = format!("{}/phone", simulator.url());
    let (email, password) = (kept::EMAIL, kept.password());
    super::print(&format!(
        "\n  Chasqui is ready.\n\n  Web UI   {app_url}\n  Log in   {email}  /  {password}\n  Phone    {phone_url}\n\n  \
         Open the phone and write \"hi\": a bot answers. Ctrl-C ends the demo.\n"
    ))?;
    let line = json!({ "message": "demo ready", "app_url": app_url, "phone_url": phone_url, "email": email,
        "password": password });
    super::print(&line.to_string())
}

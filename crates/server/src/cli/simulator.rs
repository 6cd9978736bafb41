//! `chasqui simulator`.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use chasqui_simulator::{Config, Simulator};
use clap::Args;

use super::serve::stop_signal;
use crate::config::File;
use crate::log::{self, Style};

#[derive(Args, Debug)]
pub(super) struct Options {
    /// Address and port to listen on [default: 127.0.0.1:9090]
    #[arg(long, env = "CHASQUI_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// How others reach it, when not at the address it listens on
    #[arg(long, env = "CHASQUI_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// A further name that it answers to; more than one with commas. Others get 421
    #[arg(long = "host", env = "CHASQUI_SIMULATOR_HOSTS", value_name = "NAME", value_delimiter = ',')]
    hosts: Vec<String>,
    /// What is logged [default: info]
    #[arg(long, env = "CHASQUI_LOG", value_name = "FILTER")]
    log: Option<String>,
}

pub(super) async fn run(options: Options, file: &File) -> Result<()> {
    log::start(Style::Json, options.log.as_deref().or(file.log.as_deref()).unwrap_or("info"))?;
    let stop = stop_signal()?;
    let listen = options.listen.or(file.listen).unwrap_or((Ipv4Addr::LOCALHOST, 9090).into());
    let public_url = options.public_url.or_else(|| file.public_url.clone());
    let simulator =
        Simulator::start(Config { listen, public_url, hosts: options.hosts, ..Config::default() }).await;
    let simulator = simulator
        .with_context(|| format!("cannot listen on {listen}: choose another address with --listen"))?;
    tracing::info!(address = %simulator.addr(), phone = format!("{}/phone", simulator.url()), "listening");
    stop.await;
    simulator.stop().await;
    Ok(())
}

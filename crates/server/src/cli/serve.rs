//! `chasqui serve`.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

use super::start::{self, Server};
use crate::app::Site;
use crate::config::{self, File, ServeOptions};
use crate::http;
use crate::log::{self, Style};

pub(super) async fn run(options: ServeOptions, file: File) -> Result<()> {
    let serve = options.resolve(file)?;
    log::start(Style::Json, &serve.log)?;
    #[cfg(feature = "crash-points")]
    config::arm_kill_point();
    #[cfg(feature = "crash-points")]
    let clock = config::clock();
    #[cfg(not(feature = "crash-points"))]
    let clock = chasqui_model::Clock::system();
    // Before anything else, so that no signal is missed.
    let stop = stop_signal()?;
    start::make_data_dir(&serve.data_dir)?;
    let limits = http::raise_descriptors(serve.limits);
    let vault = config::vault(&serve.data_dir, serve.master_key.as_ref(), serve.store.is_missing())?;
    let listener = start::listen(serve.listen).await?;
    let address = listener.local_addr()?;
    let public_url = serve.public_url.unwrap_or_else(|| format!("http://{address}"));
    let server = Server::start(start::Options {
        listener,
        data_dir: serve.data_dir,
        store: serve.store,
        vault,
        clock,
        site: Site {
            public_url,
            files_url: serve.files_url,
            phone_url: None,
            demo: false,
            mail: serve.mail.is_some(),
        },
        graph_url: serve.graph_url,
        role: serve.role.into(),
        allow_private_networks: serve.allow_private_networks,
        code: serve.code,
        mail: serve.mail,
        media_url: serve.media_url,
        limits,
        quotas: serve.quotas,
    })
    .await?;
    tracing::info!(address = %server.address, public_url = server.app.site.public_url, "listening");
    if let Some(path) = server.app.setup.path() {
        let page = format!("{}/setup", server.app.site.public_url);
        tracing::warn!(page, code = %path.display(), "there is no account yet: open the page and enter what stands in the file");
    }
    stop.await;
    tracing::info!("stopping");
    server.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// Ends with the first request to stop.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

//! The accept loop. One of our own, because a connection must be able to break without an answer.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::graph::error::Break;

/// Serves until `stop` changes.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let router = Arc::new(router);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, mostly: wait for some to be closed.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            continue;
        };
        drop(stream.set_nodelay(true));
        let (router, mut stop) = (Arc::clone(&router), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = connection(stream, &router) => {}
                _ = stop.changed() => {}
            }
        });
    }
}

async fn connection(stream: TcpStream, router: &Router) {
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request.map(Body::new)).await.map_err(never);
            if response.extensions().get::<Break>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
            }
            Ok(response)
        }
    });
    // Broken connections are what some tests ask for.
    drop(
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await,
    );
}

fn never(never: Infallible) -> Infallible {
    never
}

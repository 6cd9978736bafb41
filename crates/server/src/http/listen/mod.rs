//! The accept loop: HTTP/1.1 with a limit for everything that a client could hold or fill.

mod descriptors;
mod framing;
mod patience;
mod places;
mod upload;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::client::Proxies;
use super::problem::Problem;
pub use descriptors::raise as raise_descriptors;
use patience::Patient;
use places::{Kind, Places, Seat, Seated};
use upload::Upload;

/// Limits of a server's doors. docs/operations/limits.md says why each is what it is.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long the head of a request may take, from the first byte or, on a connection that waits, from the answer before.
    pub header: Duration,
    /// Connections at once. A further one takes the place of one that waits for a request, or waits itself.
    pub connections: usize,
    /// Connections of one address that is no proxy's.
    pub per_address: usize,
    /// Bytes of a request's head.
    pub head: usize,
    /// How long a client may take nothing of its answer.
    pub write: Duration,
    /// How long requests in hand may take after the stop.
    pub drain: Duration,
    /// Who is believed about whom a request comes from.
    pub proxies: Proxies,
    /// Bytes that bodies of people with an account may take at once; other bodies take a fixed part of as much besides.
    pub body_memory: usize,
    /// Live streams of one person, or one token.
    pub streams_per_person: usize,
    /// Live streams of one account.
    pub streams_per_account: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            connections: 4096,
            per_address: 256,
            head: 16 * 1024,
            write: Duration::from_secs(20),
            drain: Duration::from_secs(4),
            proxies: Proxies::default(),
            body_memory: 128 * 1024 * 1024,
            streams_per_person: 16,
            streams_per_account: 256,
        }
    }
}

impl Limits {
    /// Connections that may be busy with something else than Meta's deliveries: three quarters.
    pub(crate) fn others(&self) -> usize {
        self.connections - self.connections / 4
    }
}

/// Where Meta comes in.
const DELIVERIES: &str = "/webhooks/whatsapp/";
/// Bytes of an answer that the system keeps for a client that does not take them. What it would keep by itself is megabytes.
const UNSENT: usize = 128 * 1024;

/// Serves until `stop`, then finishes the requests in hand.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken, limits: Limits) {
    let graceful = GracefulShutdown::new();
    let places = Places::new(&limits);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(limits.head)
        .max_headers(100);
    loop {
        let seated = tokio::select! {
            () = stop.cancelled() => break,
            seated = accept(&listener, &places) => seated,
        };
        let Some((stream, peer, seated)) = seated else { continue };
        let router = router.clone();
        let seat = Arc::clone(seated.seat());
        let service = service_fn(move |request| answer(router.clone(), Arc::clone(&seat), peer, request));
        let connection = http.serve_connection(Patient::new(TokioIo::new(stream), limits.write), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                // A client that goes away or dawdles is its own affair.
                _ = connection => {}
                () = seated.seat().wanted() => {}
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
}

/// Answers one request, if its connection may be busy with it.
async fn answer(
    router: Router,
    seat: Arc<Seat>,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response<places::Answer>, Infallible> {
    let kind = match request.uri().path() {
        // Whoever looks after the process must not take it for dead because it is busy.
        "/healthz" | "/readyz" => Kind::Probe,
        path if path.starts_with(DELIVERIES) => Kind::Delivery,
        _ => Kind::Other,
    };
    let Some(busy) = Seat::begin(Arc::clone(&seat), kind) else {
        return Ok(crowded().map(places::Answer::without));
    };
    if !framing::is_plain(request.headers()) {
        return Ok(last(framing::unclear()).map(places::Answer::without));
    }
    let mut request = Upload::request(request, &seat);
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.oneshot(request).await?;
    if seat.left_much() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response.map(|body| places::Answer::new(body, busy)))
}

/// The answer to who comes when everybody else is served. The connection ends with it.
fn crowded() -> Response {
    metrics::counter!("chasqui_requests_crowded_out_total").increment(1);
    last(Problem::unavailable("The server is busy with others. Try again in a moment."))
}

/// An answer that ends its connection.
fn last(problem: Problem) -> Response {
    let mut response = problem.into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The next connection that has a place.
async fn accept(listener: &TcpListener, places: &Arc<Places>) -> Option<(TcpStream, SocketAddr, Seated)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            let seated = places.seat(peer).await?;
            // Answers are small and whole; waiting to fill a packet would only delay them.
            let _ = stream.set_nodelay(true);
            let _ = rustix::net::sockopt::set_socket_send_buffer_size(&stream, UNSENT);
            Some((stream, peer, seated))
        }
        Err(error) => {
            // Out of file descriptors, mostly. Waiting lets others end.
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

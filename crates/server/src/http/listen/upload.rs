//! The body of a request as it comes in: not more slowly than any connection in use, and taken off the line for a while when
//! nobody wants it, so that a client that is refused early reads why.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::places::Seat;
use crate::http::body::Dawdles;

/// A body may stand still this long, and longer the more of it has come.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes a second after that, on average.
const SLOWEST: u64 = 8 * 1024;
/// What is taken off the line of a body that nobody wants: as much as any body may have, for a while.
const UNWANTED: usize = 6 * 1024 * 1024;
const UNWANTED_FOR: Duration = Duration::from_secs(5);
/// More than this is not waited for by another request on the same connection.
const LITTLE: u64 = 64 * 1024;

/// A body on its way in.
pub(super) struct Upload {
    incoming: Option<Incoming>,
    seat: Arc<Seat>,
    /// The client waits to be asked for it: nothing is on the line.
    asks_first: bool,
    received: u64,
    stood_still: Duration,
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Upload {
    /// The body of a request; one without any stays as it is.
    pub(super) fn request(request: hyper::Request<Incoming>, seat: &Arc<Seat>) -> hyper::Request<Body> {
        let asks_first = request.headers().contains_key(hyper::header::EXPECT);
        request.map(|incoming| {
            if incoming.is_end_stream() {
                return Body::empty();
            }
            let (received, stood_still) = (0, Duration::ZERO);
            let (since, timer) = (None, None);
            let seat = Arc::clone(seat);
            Body::new(Self {
                incoming: Some(incoming),
                seat,
                asks_first,
                received,
                stood_still,
                since,
                timer,
            })
        })
    }

    /// How much longer it may stand still.
    fn patience(&self) -> Duration {
        (GRACE + Duration::from_secs(self.received / SLOWEST)).saturating_sub(self.stood_still)
    }

    fn stands_still(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let patience = self.patience();
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        if self.since.is_none() {
            let now = Instant::now();
            self.since = Some(now);
            timer.as_mut().reset(now + patience);
        }
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(Dawdles)))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(incoming) = self.incoming.as_mut() else { return Poll::Ready(None) };
        let Poll::Ready(frame) = Pin::new(incoming).poll_frame(cx) else { return self.stands_still(cx) };
        if let Some(since) = self.since.take() {
            self.stood_still += since.elapsed();
        }
        match frame {
            Some(Ok(frame)) => {
                self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                self.incoming = None;
                Poll::Ready(Some(Err(axum::Error::new(error))))
            }
            None => {
                self.incoming = None;
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(unwanted) = self.incoming.take().filter(|it| !it.is_end_stream()) else { return };
        if self.asks_first || unwanted.size_hint().upper().is_none_or(|left| left > LITTLE) {
            self.seat.leaves_much();
        }
        if self.asks_first {
            return;
        }
        // A connection that is closed with bytes on the line makes the client's system throw away the answer.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tokio::time::timeout(UNWANTED_FOR, throw_away(unwanted)));
        }
    }
}

async fn throw_away(mut incoming: Incoming) {
    let mut taken = 0;
    while let Some(Ok(frame)) = incoming.frame().await {
        taken += frame.data_ref().map_or(0, Bytes::len);
        if taken > UNWANTED {
            break;
        }
    }
}

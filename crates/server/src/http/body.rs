//! Receiving bodies: as a whole, up to a limit, within a time. A client that sends slowly or endlessly holds nothing.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::LengthLimitError;

use super::problem::Problem;

/// Largest body of an API request: a bot file with room to spare.
const API_LARGEST: usize = 5 * 1024 * 1024;
const API_WITHIN: Duration = Duration::from_secs(30);

/// Why a body was not received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It has more bytes than allowed.
    TooLarge,
    /// It took too long.
    TooSlow,
    /// The client went away.
    Broken,
}

impl Refused {
    /// The answer's status.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Receives a body.
pub(crate) async fn receive(body: Body, largest: usize, within: Duration) -> Result<Bytes, Refused> {
    match tokio::time::timeout(within, to_bytes(body, largest)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if error.source().is_some_and(<dyn Error>::is::<LengthLimitError>) => {
            Err(Refused::TooLarge)
        }
        Ok(Err(_)) => Err(Refused::Broken),
        Err(_) => Err(Refused::TooSlow),
    }
}

/// Receives the bodies of API requests before anything looks at them.
pub(crate) async fn receive_first(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match receive(body, API_LARGEST, API_WITHIN).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(refused) => refuse(refused).into_response(),
    }
}

fn refuse(refused: Refused) -> Problem {
    match refused {
        Refused::TooLarge => {
            let detail = format!("The body has more than {} MiB.", API_LARGEST / 1024 / 1024);
            Problem::new(refused.status(), "too_large", detail)
        }
        Refused::TooSlow => {
            Problem::new(refused.status(), "too_slow", "The body did not arrive in 30 seconds.")
        }
        Refused::Broken => {
            Problem::new(refused.status(), "incomplete", "The body did not arrive as a whole.")
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_body_is_whole_or_refused_for_a_reason() {
        assert_eq!(receive(Body::from("12345"), 5, SOON).await, Ok(Bytes::from("12345")));
        assert_eq!(receive(Body::from("123456"), 5, SOON).await, Err(Refused::TooLarge));
        let pieces = futures::stream::iter([Ok("123"), Ok::<_, std::io::Error>("456")]);
        assert_eq!(receive(Body::from_stream(pieces), 5, SOON).await, Err(Refused::TooLarge));
        let first = futures::stream::iter([Ok::<_, std::io::Error>("123")]);
        let slow = Body::from_stream(first.chain(futures::stream::pending()));
        assert_eq!(receive(slow, 5, SOON).await, Err(Refused::TooSlow));
        let broken = futures::stream::iter([Ok("1"), Err(std::io::Error::other("gone"))]);
        assert_eq!(receive(Body::from_stream(broken), 5, SOON).await, Err(Refused::Broken));
    }
}

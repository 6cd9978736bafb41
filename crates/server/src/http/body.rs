//! Receiving bodies: as a whole, up to a limit, within a time and a budget of memory. A client that sends slowly or endlessly
//! holds nothing, and who has no log-in holds little.

use std::error::Error;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::access::{self, Least};
use super::auth::{self, Caller};
use super::budget::{Full, Held};
use super::client::Client;
use super::input;
use super::problem::Problem;
use crate::app::App;

/// Largest body of an API request: a bot file with room to spare.
pub(crate) const API_LARGEST: usize = 5 * 1024 * 1024;
const API_WITHIN: Duration = Duration::from_secs(30);
/// Largest body of who has not logged in: an e-mail address, a password and a secret, each at its longest.
pub(crate) const OPEN_LARGEST: usize = 16 * 1024;
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// Who asks may have become somebody else's question while a body took this long.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Why a body was not received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It has more bytes than allowed.
    TooLarge,
    /// It took too long.
    TooSlow,
    /// The client went away.
    Broken,
    /// There is no memory for it now.
    Full(Full),
}

impl Refused {
    /// The answer's status.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Full(Full::Share) => StatusCode::TOO_MANY_REQUESTS,
            Self::Full(Full::All) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A body came more slowly than any connection in use does.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the body comes too slowly")]
pub(crate) struct Dawdles;

/// Receives a body, counting its bytes as they come: what was only announced takes nothing.
pub(crate) async fn receive(
    body: Body,
    largest: usize,
    within: Duration,
    held: &mut Held<'_>,
) -> Result<Bytes, Refused> {
    if usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX) > largest {
        return Err(Refused::TooLarge);
    }
    tokio::time::timeout(within, gather(body, largest, held)).await.unwrap_or(Err(Refused::TooSlow))
}

async fn gather(mut body: Body, largest: usize, held: &mut Held<'_>) -> Result<Bytes, Refused> {
    let Some(first) = piece(&mut body, 0, largest, held).await? else { return Ok(Bytes::new()) };
    // What came at once is not copied.
    let Some(second) = piece(&mut body, first.len(), largest, held).await? else { return Ok(first) };
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or_default();
    let mut whole = BytesMut::with_capacity((first.len() + second.len() + announced).min(64 * 1024));
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    drop((first, second));
    while let Some(more) = piece(&mut body, whole.len(), largest, held).await? {
        whole.extend_from_slice(&more);
    }
    Ok(whole.freeze())
}

async fn piece(
    body: &mut Body,
    before: usize,
    largest: usize,
    held: &mut Held<'_>,
) -> Result<Option<Bytes>, Refused> {
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| if is_slow(&error) { Refused::TooSlow } else { Refused::Broken })?;
        let Ok(data) = frame.into_data() else { continue };
        if before + data.len() > largest {
            return Err(Refused::TooLarge);
        }
        held.add(data.len()).map_err(Refused::Full)?;
        if !data.is_empty() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn is_slow(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Dawdles>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Receives the bodies of API requests before a handler looks at them, and refuses what is not JSON. Who asks is known by
/// then: a body that nobody may send is never read.
pub(crate) async fn receive_first(
    State(app): State<App>,
    from: Client,
    request: Request,
    next: Next,
) -> Response {
    let open = matches!(least(&request), Some(Least::Anybody));
    let caller = request.extensions().get::<Caller>().cloned();
    let (parts, body) = request.into_parts();
    if !body.is_end_stream() && !input::is_json(&parts.headers) {
        return input::not_json().into_response();
    }
    let (mut held, largest, within) = match &caller {
        Some(caller) if !open => (app.doors.bodies.hold(Some(caller.account)), API_LARGEST, API_WITHIN),
        // All that comes by a proxy of ours without a word of whom it is from has no share of its own.
        Some(_) | None => {
            let whose = (!from.is_many()).then_some(from);
            (app.doors.strangers.hold(whose), OPEN_LARGEST, OPEN_WITHIN)
        }
    };
    let began = Instant::now();
    let bytes = match receive(body, largest, within, &mut held).await {
        Ok(bytes) => bytes,
        Err(refused) => return refuse(refused, largest, within).into_response(),
    };
    if let Some(caller) = caller.filter(|_| began.elapsed() > ASK_AGAIN)
        && !auth::still(&app, &caller).await.unwrap_or(true)
    {
        return auth::unauthenticated().into_response();
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

fn least(request: &Request) -> Option<Least> {
    let matched = request.extensions().get::<MatchedPath>()?.as_str();
    let path = matched.strip_prefix("/api/v1").unwrap_or(matched);
    access::find(request.method().as_str(), path).map(|row| row.least)
}

fn refuse(refused: Refused, largest: usize, within: Duration) -> Problem {
    match refused {
        Refused::TooLarge => {
            let detail = format!("The body has more than {} KiB.", largest / 1024);
            Problem::new(refused.status(), "too_large", detail)
        }
        Refused::TooSlow => {
            let detail = format!("The body did not arrive in {} seconds.", within.as_secs());
            Problem::new(refused.status(), "too_slow", detail)
        }
        Refused::Broken => {
            Problem::new(refused.status(), "incomplete", "The body did not arrive as a whole.")
        }
        Refused::Full(Full::Share) => {
            let detail = "You send too many large requests at once. Wait for some of the answers.";
            Problem::new(refused.status(), "too_much_at_once", detail).retry_after(1)
        }
        Refused::Full(Full::All) => {
            Problem::unavailable("The server receives too many large requests. Try again in a moment.")
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;
    use crate::http::budget::Budget;

    const SOON: Duration = Duration::from_millis(50);

    async fn five(body: Body) -> Result<Bytes, Refused> {
        let budget = Budget::new(100, 100);
        let received = receive(body, 5, SOON, &mut budget.hold(None::<()>)).await;
        assert_eq!(budget.held(), 0, "bytes stayed counted");
        received
    }

    #[tokio::test]
    async fn a_body_is_whole_or_refused_for_a_reason() {
        assert_eq!(five(Body::from("12345")).await, Ok(Bytes::from("12345")));
        assert_eq!(five(Body::from("123456")).await, Err(Refused::TooLarge));
        let pieces = futures::stream::iter([Ok("123"), Ok::<_, std::io::Error>("456")]);
        assert_eq!(five(Body::from_stream(pieces)).await, Err(Refused::TooLarge));
        let pieces = futures::stream::iter(["1", "", "2", "3", "45"].map(Ok::<_, std::io::Error>));
        assert_eq!(five(Body::from_stream(pieces)).await, Ok(Bytes::from("12345")));
        let first = futures::stream::iter([Ok::<_, std::io::Error>("123")]);
        let slow = Body::from_stream(first.chain(futures::stream::pending()));
        assert_eq!(five(slow).await, Err(Refused::TooSlow));
        let dawdling = futures::stream::iter([Ok("1"), Err(axum::Error::new(Dawdles))]);
        assert_eq!(five(Body::from_stream(dawdling)).await, Err(Refused::TooSlow));
        let broken = futures::stream::iter([Ok("1"), Err(std::io::Error::other("gone"))]);
        assert_eq!(five(Body::from_stream(broken)).await, Err(Refused::Broken));
    }

    #[tokio::test]
    async fn without_memory_for_it_a_body_is_refused() {
        let budget = Budget::new(8, 4);
        let mut other = budget.hold(Some("other"));
        assert_eq!(receive(Body::from("1234"), 9, SOON, &mut other).await, Ok(Bytes::from("1234")));
        let mut held = budget.hold(Some("me"));
        let refused = receive(Body::from("12345"), 9, SOON, &mut held).await;
        assert_eq!(refused, Err(Refused::Full(Full::All)));
        drop(held);
        let mut held = budget.hold(Some("other"));
        let refused = receive(Body::from("1"), 9, SOON, &mut held).await;
        assert_eq!(refused, Err(Refused::Full(Full::Share)));
    }
}

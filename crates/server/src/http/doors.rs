//! What stands at the doors of a server: whom requests come from, how often something may be guessed, how much memory bodies may
//! take, how many requests and streams each caller may have open. docs/operations/limits.md lists the figures.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chasqui_model::Id;
use chasqui_model::account::{Account, ApiToken, User};

use super::auth::{By, Caller};
use super::budget::Budget;
use super::client::{Client, Proxies};
use super::listen::Limits;
use super::problem::Problem;
use super::tally::{Counted, Tally};
use super::throttle::Throttle;
use crate::app::App;

/// Requests that one person or token may have in hand at once, and those of one account together.
const PER_HOLDER: usize = 128;
const PER_ACCOUNT: usize = 512;
/// The same for an address that a proxy names.
const PER_ADDRESS: usize = 256;

/// Who is counted: a person with all their sessions, or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// Somebody who is logged in.
    Person(Id<User>),
    /// A program.
    Token(Id<ApiToken>),
}

/// Everything that stands at the doors.
pub(crate) struct Doors {
    pub(crate) proxies: Proxies,
    pub(crate) throttle: Throttle,
    /// Bodies of people with an account.
    pub(crate) bodies: Budget,
    /// Bodies of who has not logged in.
    pub(crate) strangers: Budget,
    /// Meta's deliveries, and what claims to be one.
    pub(crate) deliveries: Budget,
    pub(crate) streams: Crowd,
    requests: Crowd,
    addresses: Arc<Tally<Client>>,
}

/// What callers have open: each of them, each account, and all together.
pub(crate) struct Crowd {
    holders: Arc<Tally<Holder>>,
    accounts: Arc<Tally<Id<Account>>>,
    all: Arc<Tally<()>>,
}

/// One that is open; it counts until it is dropped.
pub(crate) struct Open {
    _counted: (Counted<Holder>, Counted<Id<Account>>, Counted<()>),
}

/// Whose limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crowded {
    /// The person's or token's own.
    Holder,
    /// The account's.
    Account,
    /// That of the whole server.
    All,
}

impl Crowd {
    fn new(holder: usize, account: usize, all: usize) -> Self {
        Self { holders: Tally::new(holder), accounts: Tally::new(account), all: Tally::new(all) }
    }

    /// Counts one more of a caller's.
    pub(crate) fn enter(&self, caller: &Caller) -> Result<Open, Crowded> {
        let holder = match caller.by {
            By::Session(_) => Holder::Person(caller.user),
            By::Token(ref token) => Holder::Token(token.id),
        };
        let holder = self.holders.enter(holder).ok_or(Crowded::Holder)?;
        let account = self.accounts.enter(caller.account).ok_or(Crowded::Account)?;
        let all = self.all.enter(()).ok_or(Crowded::All)?;
        Ok(Open { _counted: (holder, account, all) })
    }
}

impl Doors {
    pub(crate) fn new(limits: &Limits) -> Self {
        let bodies = limits.body_memory;
        Self {
            proxies: limits.proxies.clone(),
            throttle: Throttle::default(),
            bodies: Budget::new(bodies, bodies / 4),
            strangers: Budget::new(bodies / 8, bodies / 64),
            deliveries: Budget::new(bodies / 2, bodies / 8),
            streams: Crowd::new(limits.streams_per_person, limits.streams_per_account, limits.others() / 2),
            requests: Crowd::new(PER_HOLDER, PER_ACCOUNT, usize::MAX),
            addresses: Tally::new(PER_ADDRESS),
        }
    }
}

/// Lets no caller have more requests in hand than its share, answers included: they count until they are sent.
pub(crate) async fn take_turns(
    State(app): State<App>,
    from: Client,
    request: Request,
    next: Next,
) -> Response {
    let doors = &app.doors;
    // What comes directly has as many as it has connections.
    let address = if from.is_many() { Ok(None) } else { doors.addresses.enter(from).map(Some).ok_or(()) };
    let open = match request.extensions().get::<Caller>().map(|caller| doors.requests.enter(caller)) {
        None => None,
        Some(Ok(open)) => Some(open),
        Some(Err(Crowded::Holder | Crowded::Account | Crowded::All)) => return too_many().into_response(),
    };
    let Ok(address) = address else { return too_many().into_response() };
    let (parts, body) = next.run(request).await.into_parts();
    if body.is_end_stream() {
        return Response::from_parts(parts, body);
    }
    Response::from_parts(parts, Body::new(Counting { body, _open: (open, address) }))
}

fn too_many() -> Problem {
    let detail = "You have too many requests under way at once. Wait for some of the answers.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_at_once", detail).retry_after(1)
}

/// An answer that counts as under way until it is sent.
struct Counting {
    body: Body,
    _open: (Option<Open>, Option<Counted<Client>>),
}

impl HttpBody for Counting {
    type Data = bytes::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}

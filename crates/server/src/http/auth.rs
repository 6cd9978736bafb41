//! Who asks: a session's cookie or an API token, and what they may do.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::{Id, Timestamp};
use chasqui_store::on_behalf_of;

use super::client::Client;
use super::cookie;
use super::problem::Problem;
use super::throttle::Guess;
use crate::app::App;
use crate::office::Actor;
use crate::token;

/// A session that is not used for this long ends.
pub(crate) const IDLE: Duration = Duration::from_hours(7 * 24);
/// A session ends after this, used or not.
pub(crate) const ABSOLUTE: Duration = Duration::from_hours(30 * 24);
/// How exactly it is remembered when something was last used: a write a request would be too much.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: Id<User>,
    pub(crate) account: Id<Account>,
    pub(crate) role: Role,
    pub(crate) by: By,
    /// What a token is limited to; nothing: to nothing but its role.
    pub(crate) scopes: Vec<String>,
    /// Whether this person looks after the installation.
    pub(crate) operator: bool,
}

impl Caller {
    /// Who does what is asked for.
    pub(crate) fn actor(&self) -> Actor {
        Actor { account: self.account, user: self.user }
    }
}

/// How they showed it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// A session: the hash of its secret.
    Session([u8; 32]),
    /// A token.
    Token(Shown),
}

/// A token that was shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) id: Id<ApiToken>,
    /// Of its text.
    pub(crate) hash: [u8; 32],
    /// When it stops working; `None`: never.
    pub(crate) ends: Option<Timestamp>,
}

/// May look.
pub(crate) struct Viewer(pub(crate) Caller);
/// May change bots and answer conversations.
pub(crate) struct Builder(pub(crate) Caller);
/// May change integrations, people and tokens.
pub(crate) struct Admin(pub(crate) Caller);
/// Looks after the installation. [`super::access`] has asked for it.
pub(crate) struct Operator(pub(crate) Caller);

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = allowed(parts, Role::Viewer)?;
        let detail = "Only who looks after this installation may do this.";
        let refused = || Problem::new(StatusCode::FORBIDDEN, "forbidden", detail);
        caller.operator.then_some(Self(caller)).ok_or_else(refused)
    }
}

macro_rules! demands {
    ($($who:ident: $role:ident),*) => {$(
        impl<S: Send + Sync> FromRequestParts<S> for $who {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
                allowed(parts, Role::$role).map(Self)
            }
        }
    )*};
}
demands!(Viewer: Viewer, Builder: Builder, Admin: Admin);

fn allowed(parts: &Parts, least: Role) -> Result<Caller, Problem> {
    let caller = parts.extensions.get::<Caller>().ok_or_else(unauthenticated)?;
    if caller.role < least {
        let detail = format!("This needs the role {}; yours is {}.", least.name(), caller.role.name());
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    }
    Ok(caller.clone())
}

pub(super) fn unauthenticated() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Log in, or send an API token that works.")
}

/// Finds out who asks, and refuses what another site makes a browser do. Whether somebody has to be known is the
/// handler's question. What the store is asked for from here on counts as the account's.
pub(crate) async fn identify(
    State(app): State<App>,
    from: Client,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(problem) = same_site(&request, &app.site.public_url) {
        return problem.into_response();
    }
    let account = match on_behalf_of(None, caller(&app, from, request.headers())).await {
        Ok(Some(caller)) => {
            let account = caller.account;
            request.extensions_mut().insert(caller);
            Some(account)
        }
        Ok(None) => None,
        Err(problem) => return problem.into_response(),
    };
    on_behalf_of(account, next.run(request)).await
}

async fn caller(app: &App, from: Client, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
        let text = match bearer {
            Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") => text.trim(),
            _ => return Ok(None),
        };
        if !text.starts_with(token::PREFIX) || text.len() > token::LONGEST {
            return Ok(None);
        }
        let hash = token::hash(text);
        not_guessed(app, from, &hash)?;
        return right(app, from, &hash, by_token(app, hash).await?);
    }
    let secret = cookie::read(headers, app.site.is_secure()).filter(|it| it.len() <= token::LONGEST);
    let Some(secret) = secret else { return Ok(None) };
    let hash = token::hash(&secret);
    not_guessed(app, from, &hash)?;
    right(app, from, &hash, by_session(app, hash).await?)
}

/// Refuses to look anything up for an address that showed too much that was wrong, but for what was right lately.
fn not_guessed(app: &App, from: Client, hash: &[u8; 32]) -> Result<(), Problem> {
    let throttle = &app.doors.throttle;
    match throttle.too_many_wrong(from, app.clock.now()) {
        Some(wait) if !throttle.remembers_credential(hash) => Err(throttled(wait)),
        Some(_) | None => Ok(()),
    }
}

/// Counts what was wrong.
fn right(
    app: &App,
    from: Client,
    hash: &[u8; 32],
    caller: Option<Caller>,
) -> Result<Option<Caller>, Problem> {
    let throttle = &app.doors.throttle;
    if caller.is_some() {
        throttle.remember_credential(hash);
    } else {
        throttle.admit(Guess::Credential, from, &[], app.clock.now()).map_err(throttled)?;
    }
    Ok(caller)
}

/// What is said to who tried too often.
pub(crate) fn throttled(wait: Duration) -> Problem {
    // A whole second too late rather than a part of one too early.
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    let detail = format!("Too many tries. Try again in {seconds} seconds.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail).retry_after(seconds)
}

/// Whether somebody may still do what they might when they asked: the session or token works, in the same account and role.
pub(crate) async fn still(app: &App, caller: &Caller) -> Result<bool, chasqui_store::Error> {
    let now = app.clock.now();
    match caller.by {
        By::Session(hash) => {
            let found = app.store.session(hash).await?;
            Ok(found.is_some_and(|(session, role)| {
                session.account == caller.account
                    && role == caller.role
                    && !is_over(session.created_at, session.last_used_at, now)
            }))
        }
        By::Token(Shown { hash, .. }) => {
            let found = app.store.api_token(hash).await?;
            Ok(found.is_some_and(|it| {
                it.account == caller.account
                    && it.role == caller.role
                    && it.expires_at.is_none_or(|end| end > now)
            }))
        }
    }
}

async fn by_token(app: &App, hash: [u8; 32]) -> Result<Option<Caller>, Problem> {
    let Some(found) = app.store.api_token(hash).await? else { return Ok(None) };
    let now = app.clock.now();
    if found.expires_at.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    if found.last_used_at.is_none_or(|at| now.since(at) >= TOUCH_EVERY) {
        app.store.touch_api_token(found.id, now).await?;
    }
    let (by, operator) = (By::Token(Shown { id: found.id, hash, ends: found.expires_at }), false);
    Ok(Some(Caller {
        user: found.user,
        account: found.account,
        role: found.role,
        by,
        scopes: found.scopes,
        operator,
    }))
}

async fn by_session(app: &App, hash: [u8; 32]) -> Result<Option<Caller>, Problem> {
    let Some((session, role)) = app.store.session(hash).await? else { return Ok(None) };
    let now = app.clock.now();
    if is_over(session.created_at, session.last_used_at, now) {
        app.store.delete_session(hash).await?;
        return Ok(None);
    }
    if now.since(session.last_used_at) >= TOUCH_EVERY {
        app.store.touch_session(hash, now).await?;
    }
    let (by, scopes) = (By::Session(hash), Vec::new());
    let operator = app.store.is_operator(session.user).await?;
    Ok(Some(Caller { user: session.user, account: session.account, role, by, scopes, operator }))
}

fn is_over(began: Timestamp, used: Timestamp, now: Timestamp) -> bool {
    now.since(began) >= ABSOLUTE || now.since(used) >= IDLE
}

/// A browser says where a request comes from; what comes from elsewhere must not change anything with our cookie. A
/// request with a token carries no cookie's rights, and what is no browser says nothing.
fn same_site(request: &Request, public_url: &str) -> Result<(), Problem> {
    let headers = request.headers();
    if request.method().is_safe() || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == public_url || authority(origin) == text("host"),
        (None, None) => true,
    };
    let detail = "This request comes from another site. Open Chasqui itself and try there.";
    if ours { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "cross_site", detail)) }
}

fn authority(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn post(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::post("/api/v1/bots").header("host", "bots.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        same_site(&request.body(Body::empty()).unwrap(), "https://public.example").is_ok()
    }

    #[test]
    fn another_site_changes_nothing() {
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site"), ("origin", "https://bots.example")]));
        assert!(!post(&[("origin", "https://evil.example")]));
        assert!(!post(&[("origin", "null")]));
    }

    #[test]
    fn our_own_pages_and_programs_may() {
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("origin", "https://bots.example")]));
        assert!(post(&[("origin", "https://public.example")]));
        assert!(post(&[]));
        assert!(post(&[("authorization", "Bearer chq_x"), ("sec-fetch-site", "cross-site")]));
    }
}

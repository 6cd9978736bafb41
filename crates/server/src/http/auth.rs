//! Who asks: a session's cookie or an API token, and what they may do.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chasqui_model::account::{Account, Role, User};
use chasqui_model::{Id, Timestamp};
use chasqui_store::on_behalf_of;

use super::problem::Problem;
use super::{cookie, token};
use crate::app::App;

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

/// How they showed it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// A session: the hash of its secret.
    Session([u8; 32]),
    /// A token.
    Token,
    /// The process itself.
    Process,
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
pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Err(problem) = same_site(&request, &app.site.public_url) {
        return problem.into_response();
    }
    let account = match on_behalf_of(None, caller(&app, request.headers())).await {
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

async fn caller(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
        return match bearer {
            Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") => by_token(app, text.trim()).await,
            _ => Ok(None),
        };
    }
    match cookie::read(headers, app.site.is_secure()) {
        Some(secret) => by_session(app, &secret).await,
        None => Ok(None),
    }
}

async fn by_token(app: &App, text: &str) -> Result<Option<Caller>, Problem> {
    if !text.starts_with(token::PREFIX) {
        return Ok(None);
    }
    let Some(found) = app.store.api_token(token::hash(text)).await? else { return Ok(None) };
    let now = app.clock.now();
    if found.expires_at.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    if found.last_used_at.is_none_or(|at| now.since(at) >= TOUCH_EVERY) {
        app.store.touch_api_token(found.id, now).await?;
    }
    let (by, operator) = (By::Token, false);
    Ok(Some(Caller {
        user: found.user,
        account: found.account,
        role: found.role,
        by,
        scopes: found.scopes,
        operator,
    }))
}

async fn by_session(app: &App, secret: &str) -> Result<Option<Caller>, Problem> {
    let hash = token::hash(secret);
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

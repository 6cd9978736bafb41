//! Who may ask what: the least role of every route of the API, and the scope that a limited token needs. A route that is
//! not in the table is refused to everybody, so that none is forgotten; a test holds the table against the API's
//! description.

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chasqui_model::account::Role;

use super::auth::{By, Caller};
use super::problem::Problem;

/// The least that is asked of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// Nothing: before a log-in.
    Anybody,
    /// A role in the account.
    Role(Role),
    /// Looks after the installation.
    Operator,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// `GET`, `POST` …; `*`: any.
    method: &'static str,
    /// Below `/api/v1`; `*` at its end stands for the rest of an address.
    path: &'static str,
    /// Who may.
    pub least: Least,
    /// What a token that is limited to scopes must have; empty: such a token may not.
    pub scope: &'static str,
}

const VIEWER: Least = Least::Role(Role::Viewer);
const BUILDER: Least = Least::Role(Role::Builder);
const ADMIN: Least = Least::Role(Role::Admin);

const fn row(method: &'static str, path: &'static str, least: Least, scope: &'static str) -> Row {
    Row { method, path, least, scope }
}

/// The first row that fits counts.
#[rustfmt::skip]
static TABLE: &[Row] = &[
    row("GET",    "/setup",                       Least::Anybody,  ""),
    row("POST",   "/setup",                       Least::Anybody,  ""),
    row("POST",   "/session",                     Least::Anybody,  ""),
    row("DELETE", "/session",                     Least::Anybody,  ""),
    row("POST",   "/invitation*",                 Least::Anybody,  ""),
    row("POST",   "/password_resets*",            Least::Anybody,  ""),
    row("POST",   "/session/account",             VIEWER,          ""),
    row("GET",    "/me",                          VIEWER,          "me:read"),
    row("*",      "/me*",                         VIEWER,          ""),
    row("GET",    "/account",                     VIEWER,          "people:read"),
    row("GET",    "/account/quotas",              VIEWER,          "people:read"),
    row("PATCH",  "/account",                     ADMIN,           "people:write"),
    row("GET",    "/users",                       VIEWER,          "people:read"),
    row("PATCH",  "/users/{id}",                  ADMIN,           "people:write"),
    row("DELETE", "/users/{id}",                  ADMIN,           "people:write"),
    row("GET",    "/invitations",                 ADMIN,           "people:read"),
    row("*",      "/invitations*",                ADMIN,           "people:write"),
    row("GET",    "/audit",                       ADMIN,           "people:read"),
    row("*",      "/api_tokens*",                 ADMIN,           ""),
    row("GET",    "/bots/{id}/answers.csv",       BUILDER,         "conversations:read"),
    row("GET",    "/bots*",                       VIEWER,          "bots:read"),
    row("POST",   "/bots/{id}/validate",          VIEWER,          "bots:read"),
    row("*",      "/bots*",                       BUILDER,         "bots:write"),
    row("GET",    "/test_sessions*",              VIEWER,          "bots:read"),
    row("*",      "/test_sessions*",              BUILDER,         "bots:write"),
    row("GET",    "/starters*",                   VIEWER,          "bots:read"),
    row("GET",    "/integrations/{id}/verify_token", BUILDER,      "integrations:write"),
    row("GET",    "/integrations*",               VIEWER,          "integrations:read"),
    row("POST",   "/integrations/{id}/diagnose",  BUILDER,         "integrations:read"),
    row("POST",   "/integrations/{id}/templates/sync", BUILDER,    "integrations:read"),
    row("*",      "/integrations*",               ADMIN,           "integrations:write"),
    row("GET",    "/connections/google/callback", ADMIN,           ""),
    row("GET",    "/connections*",                VIEWER,          "integrations:read"),
    row("*",      "/connections*",                ADMIN,           "integrations:write"),
    row("GET",    "/graph_versions",              VIEWER,          "integrations:read"),
    row("POST",   "/phone_numbers/read",          VIEWER,          "integrations:read"),
    row("*",      "/number_requests*",            ADMIN,           "integrations:write"),
    row("GET",    "/conversations*",              VIEWER,          "conversations:read"),
    row("*",      "/conversations*",              BUILDER,         "conversations:write"),
    row("GET",    "/contacts/{id}/export",        ADMIN,           "contacts:read"),
    row("GET",    "/contacts*",                   VIEWER,          "contacts:read"),
    row("DELETE", "/contacts/{id}",               ADMIN,           "contacts:write"),
    row("GET",    "/erasures*",                   ADMIN,           "contacts:read"),
    row("POST",   "/messages",                    BUILDER,         "messages:write"),
    row("GET",    "/media*",                      VIEWER,          "conversations:read"),
    row("*",      "/media*",                      BUILDER,         "conversations:write"),
    row("GET",    "/events.csv",                  VIEWER,          "events:read"),
    row("GET",    "/events*",                     VIEWER,          "events:read"),
    row("GET",    "/incidents*",                  VIEWER,          "events:read"),
    row("POST",   "/incidents/{id}/close",        BUILDER,         "events:write"),
    row("GET",    "/explanations",                VIEWER,          "events:read"),
    row("GET",    "/stream",                      VIEWER,          "events:read"),
    row("POST",   "/accounts",                    Least::Operator, ""),
    row("*",      "/installation*",               Least::Operator, ""),
];

/// What a token can be limited to.
pub(crate) fn scopes() -> Vec<&'static str> {
    let mut all: Vec<_> = TABLE.iter().map(|row| row.scope).filter(|scope| !scope.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The row of a route, by the address as it is written in the API's description, without `/api/v1`.
pub fn find(method: &str, path: &str) -> Option<&'static Row> {
    let fits = |row: &&Row| {
        let same = match row.path.strip_suffix('*') {
            // `/me*` is `/me` and what is below it, not `/media`.
            Some(start) => {
                path == start || path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'))
            }
            None => path == row.path,
        };
        same && (row.method == "*" || row.method == method)
    };
    TABLE.iter().find(fits)
}

/// Whether a caller may make somebody else what this role is. Whoever has a role may do all that it may: a token that is limited
/// to scopes gives only a role whose every scope it has itself, and never one that makes tokens.
pub(crate) fn may_give(caller: &Caller, role: Role) -> bool {
    let is_within = |row: &Row| match row.least {
        Least::Role(least) if least > role => true,
        Least::Anybody | Least::Operator => true,
        // What asks for no scope is no business of limited tokens: oneself, and from admins on tokens.
        Least::Role(least) if row.scope.is_empty() => least == Role::Viewer,
        Least::Role(_) => caller.scopes.iter().any(|scope| scope == row.scope),
    };
    role <= caller.role && (caller.scopes.is_empty() || TABLE.iter().all(is_within))
}

/// Fails when a caller may not make somebody what this role is.
pub(crate) fn giving(caller: &Caller, role: Role) -> Result<(), Problem> {
    if role > caller.role {
        return Err(Problem::field("/role", "too_much", "Nobody gives more than they may do themselves."));
    }
    if may_give(caller, role) {
        return Ok(());
    }
    let detail =
        format!("This token is limited; somebody with the role {} could do more than it.", role.name());
    Err(forbidden(detail))
}

/// Lets a request through when the table says so.
pub(crate) async fn enforce(request: Request, next: Next) -> Response {
    match judge(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn judge(request: &Request) -> Result<(), Problem> {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    let path = matched.strip_prefix("/api/v1").unwrap_or(matched);
    let method = if *request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    let Some(row) = find(method, path) else {
        tracing::error!(method, path, "a route is missing in the table of who may ask what");
        return Err(forbidden("Nobody may ask this."));
    };
    let caller = request.extensions().get::<Caller>();
    let (least, caller) = match (row.least, caller) {
        (Least::Anybody, _) => return Ok(()),
        (_, None) => return Err(super::auth::unauthenticated()),
        (Least::Role(least), Some(caller)) => (least, caller),
        (Least::Operator, Some(caller)) if caller.operator && matches!(caller.by, By::Session(_)) => {
            return Ok(());
        }
        (Least::Operator, Some(_)) => {
            return Err(forbidden("Only who looks after this installation may do this, logged in."));
        }
    };
    if caller.role < least {
        let detail = format!("This needs the role {}; yours is {}.", least.name(), caller.role.name());
        return Err(forbidden(detail));
    }
    if !caller.scopes.is_empty() && !caller.scopes.iter().any(|scope| scope == row.scope) {
        let needs = if row.scope.is_empty() { "a token without scopes" } else { row.scope };
        return Err(forbidden(format!("This token is limited; this needs {needs}.")));
    }
    Ok(())
}

fn forbidden(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_that_fits_counts() {
        assert_eq!(find("GET", "/bots/{id}").unwrap().least, VIEWER);
        assert_eq!(find("PUT", "/bots/{id}/draft").unwrap().least, BUILDER);
        assert_eq!(find("POST", "/bots/{id}/validate").unwrap().least, VIEWER);
        assert_eq!(find("GET", "/media/{id}").unwrap().scope, "conversations:read");
        assert_eq!(find("POST", "/me/password").unwrap().scope, "");
        assert!(find("GET", "/something").is_none());
    }

    fn limited(role: Role, scopes: &[&str]) -> Caller {
        Caller {
            user: chasqui_model::Id::from_bytes([1; 16]),
            account: chasqui_model::Id::from_bytes([2; 16]),
            role,
            by: By::Session([0; 32]),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            operator: false,
        }
    }

    #[test]
    fn a_limited_token_gives_no_role_that_may_more_than_it() {
        let roles = [Role::Viewer, Role::Builder, Role::Admin, Role::Owner];
        let given = |caller: &Caller| roles.map(|role| may_give(caller, role));
        assert_eq!(given(&limited(Role::Owner, &[])), [true; 4]);
        assert_eq!(given(&limited(Role::Admin, &[])), [true, true, true, false]);
        assert_eq!(given(&limited(Role::Owner, &["people:write"])), [false; 4]);
        assert_eq!(given(&limited(Role::Owner, &["people:read", "people:write"])), [false; 4]);
        assert_eq!(
            given(&limited(Role::Owner, &scopes())),
            [true, true, false, false],
            "tokens are made by people"
        );
        let reads: Vec<_> = scopes().into_iter().filter(|scope| scope.ends_with(":read")).collect();
        assert_eq!(given(&limited(Role::Owner, &reads)), [true, false, false, false]);
        for missing in &reads {
            let others: Vec<_> = reads.iter().copied().filter(|scope| scope != missing).collect();
            assert_eq!(given(&limited(Role::Owner, &others)), [false; 4], "{missing}");
        }
    }

    #[test]
    fn every_scope_reads_or_writes_something() {
        assert!(scopes().iter().all(|scope| scope.ends_with(":read") || scope.ends_with(":write")));
    }
}

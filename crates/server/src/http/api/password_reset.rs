//! A forgotten password: a link is mailed, and changes it once.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use chasqui_model::account::Language;
use chasqui_model::secret::Secret;
use chasqui_store::Error;
use serde::Deserialize;
use utoipa::ToSchema;

use super::session::{client, throttled};
use super::{EMAIL, email};
use crate::app::App;
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::http::token;
use crate::{letter, password};

/// How long a link works.
const LASTS: Duration = Duration::from_hours(1);

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Forgotten {
    #[schema(example = "ana@example.com")]
    email: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Reset {
    /// Of the link.
    #[schema(format = Password)]
    secret: String,
    /// At least 8 characters.
    #[schema(format = Password)]
    password: String,
}

/// Mails a link to choose another password, if the address has a log-in. The answer does not tell.
#[utoipa::path(post, path = "/password_resets", tag = "session", request_body = Forgotten, security(()),
    responses((status = 202, description = "If the address has a log-in, a mail is on its way"),
        (status = 409, description = "This server sends no mail")))]
pub(crate) async fn begin(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(body): Json<Forgotten>,
) -> Result<StatusCode, Problem> {
    let email = email(&body.email).ok_or_else(|| Problem::field("/email", "email", EMAIL))?;
    if !app.site.mail {
        let detail = "This server sends no mail. Ask an owner of your account to invite you again.";
        return Err(Problem::conflict("no_mail", detail));
    }
    throttled(&app, client(peer.ip(), &headers), &format!("reset {email}"))?;
    if let Some(user) = app.store.user_by_email(&email).await? {
        let secret = token::random();
        let now = app.clock.now();
        let link = format!("{}/reset#{secret}", app.site.public_url);
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = Language::accepted(wanted.unwrap_or_default());
        let mail = letter::password_reset(&app.clock, &user, &link, language);
        app.store.begin_reset(user.id, token::hash(&secret), now, now.after(LASTS), &mail).await?;
    }
    Ok(StatusCode::ACCEPTED)
}

/// Changes the password, once; all of the person's sessions end.
#[utoipa::path(post, path = "/password_resets/finish", tag = "session", request_body = Reset, security(()),
    responses((status = 204), (status = 404, description = "Used, or too old")))]
pub(crate) async fn finish(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(body): Json<Reset>,
) -> Result<StatusCode, Problem> {
    let from = client(peer.ip(), &headers);
    throttled(&app, from, "reset")?;
    let gone = || {
        let detail = "This link was used or is too old. Ask for another one.";
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
    };
    let (hash, now) = (token::hash(&body.secret), app.clock.now());
    let user = app.store.reset(hash, now).await?.ok_or_else(gone)?;
    app.throttle.passed(from, "reset");
    if !password::fits(&body.password) {
        return Err(Problem::field("/password", "length", password::RULE));
    }
    let password = password::hash(Secret::new(body.password)).await.map_err(|_| Problem::internal())?;
    app.store.finish_reset(user, hash, &password, now).await.map_err(|error| match error {
        Error::Stale => gone(),
        other => other.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

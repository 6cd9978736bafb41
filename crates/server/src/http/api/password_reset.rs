//! A forgotten password: a link is mailed, and changes it once.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use chasqui_model::account::Language;
use chasqui_model::secret::Secret;
use chasqui_store::Error;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{EMAIL, email};
use crate::app::App;
use crate::http::auth::throttled;
use crate::http::client::Client;
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::http::throttle::Guess;
use crate::token;
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
    from: Client,
    headers: HeaderMap,
    Json(body): Json<Forgotten>,
) -> Result<StatusCode, Problem> {
    let email = email(&body.email).ok_or_else(|| Problem::field("/email", "email", EMAIL))?;
    if !app.site.mail {
        let detail = "This server sends no mail. Ask an owner of your account to invite you again.";
        return Err(Problem::conflict("no_mail", detail));
    }
    let asked = app.doors.throttle.admit(Guess::Mail, from, email.as_bytes(), app.clock.now());
    asked.map_err(too_many_mails)?;
    if let Some(user) = app.store.user_by_email(&email).await? {
        let secret = token::random();
        let now = app.clock.now();
        let link = format!("{}/reset#{secret}", app.site.public_url);
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = Language::accepted(wanted.unwrap_or_default());
        let mail = letter::password_reset(&app.clock, &user, &link, language);
        // Not waited for: how long it takes would tell that there is a log-in.
        let store = app.store.clone();
        tokio::spawn(async move {
            let begun = store.begin_reset(user.id, token::hash(&secret), now, now.after(LASTS), &mail).await;
            if let Err(error) = begun {
                tracing::error!(user = %user.id, %error, "a mail to choose another password was not written down");
            }
        });
    }
    Ok(StatusCode::ACCEPTED)
}

/// Changes the password, once; all of the person's sessions end.
#[utoipa::path(post, path = "/password_resets/finish", tag = "session", request_body = Reset, security(()),
    responses((status = 204), (status = 404, description = "Used, or too old")))]
pub(crate) async fn finish(
    State(app): State<App>,
    from: Client,
    Json(body): Json<Reset>,
) -> Result<StatusCode, Problem> {
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    throttle.admit(Guess::Link, from, b"reset", now).map_err(throttled)?;
    let gone = || {
        let detail = "This link was used or is too old. Ask for another one.";
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
    };
    if body.secret.len() > token::LONGEST {
        return Err(gone());
    }
    let hash = token::hash(&body.secret);
    let user = app.store.reset(hash, now).await?.ok_or_else(gone)?;
    throttle.passed(Guess::Link, from, b"reset", now);
    if !password::fits(&body.password) {
        return Err(Problem::field("/password", "length", password::RULE));
    }
    let password = password::hash(Secret::new(body.password)).await.map_err(|_| Problem::internal())?;
    app.store.finish_reset(user, hash, &password, now).await.map_err(|error| match error {
        Error::Stale => gone(),
        other => other.into(),
    })?;
    for it in app.store.memberships(user).await? {
        app.runtime.access_changed(it.account.id);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn too_many_mails(wait: Duration) -> Problem {
    let detail = format!(
        "Too many of these mails were asked for. Look for one that came, or ask again in {} minutes.",
        wait.as_secs().div_ceil(60).max(1)
    );
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail);
    problem.retry_after(wait.as_secs().max(1))
}

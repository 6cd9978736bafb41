//! One's own name and password.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::secret::Secret;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::session::{Me, me_of};
use super::{NAME, audited, name};
use crate::app::App;
use crate::http::auth::{By, Caller, Viewer, throttled};
use crate::http::client::Client;
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::http::throttle::Guess;
use crate::password;

/// What to change of oneself.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProfileChange)]
pub(crate) struct Change {
    name: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPassword {
    /// The one so far.
    #[schema(format = Password)]
    current: String,
    /// At least 8 characters.
    #[schema(format = Password)]
    password: String,
}

/// Who one is.
#[utoipa::path(get, path = "/me", tag = "session", responses((status = 200, body = Me)))]
pub(crate) async fn show(State(app): State<App>, Viewer(caller): Viewer) -> Result<Answer<Me>, Problem> {
    let user = app.store.user(caller.user).await?.ok_or_else(Problem::not_found)?;
    me_of(&app, user, caller.account).await.map(Answer)
}

/// Changes what one is called.
#[utoipa::path(patch, path = "/me", tag = "session", request_body = Change, responses((status = 200, body = Me)))]
pub(crate) async fn change(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Json(body): Json<Change>,
) -> Result<Answer<Me>, Problem> {
    let name = name(&body.name).ok_or_else(|| Problem::field("/name", "length", NAME))?;
    audited(&app, &caller, "user.rename", caller.user, json!({})).rename_user(caller.user, &name).await?;
    show(State(app), Viewer(caller)).await
}

/// Changes one's password. Other sessions of the person end.
#[utoipa::path(post, path = "/me/password", tag = "session", request_body = NewPassword,
    responses((status = 204), (status = 422, description = "The current password is wrong, or the other one too short"),
        (status = 429, description = "Too many wrong passwords; `Retry-After` says when to try again")))]
pub(crate) async fn change_password(
    State(app): State<App>,
    Viewer(caller): Viewer,
    from: Client,
    Json(body): Json<NewPassword>,
) -> Result<StatusCode, Problem> {
    let Caller { by: By::Session(session), .. } = caller else {
        let detail = "A password is changed by its person, logged in, and by no token.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    };
    if !password::fits(&body.password) {
        return Err(Problem::field("/password", "length", password::RULE));
    }
    let user = app.store.user(caller.user).await?.ok_or_else(Problem::not_found)?;
    // Whoever sits at somebody else's browser guesses here what they would guess when logging in.
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    throttle.admit(Guess::Password, from, user.email.as_bytes(), now).map_err(throttled)?;
    let current = Secret::new(body.current);
    let right = current.expose().chars().count() <= password::LONGEST
        && password::is_right(current, Some(user.password_hash)).await.map_err(|_| Problem::internal())?;
    if !right {
        return Err(Problem::field("/current", "wrong", "This is not your password."));
    }
    throttle.passed(Guess::Password, from, user.email.as_bytes(), now);
    let hash = password::hash(Secret::new(body.password)).await.map_err(|_| Problem::internal())?;
    let store = audited(&app, &caller, "user.password", caller.user, json!({}));
    store.set_password(caller.user, &hash, Some(session)).await?;
    app.runtime.access_changed(caller.account);
    Ok(StatusCode::NO_CONTENT)
}

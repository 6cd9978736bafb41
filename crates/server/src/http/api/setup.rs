//! The first start: the account and its owner, made in the browser by whoever can read the server's data directory.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chasqui_model::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::{Me, enter};
use crate::app::App;
use crate::http::auth::throttled;
use crate::http::client::Client;
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::http::throttle::Guess;
use crate::office::Refused;
use crate::office::first::{self, Owner};

/// Whether somebody has to begin.
#[derive(Serialize, ToSchema)]
pub(crate) struct Setup {
    /// There is no account yet.
    needed: bool,
    /// Whether this server can send mail.
    mail: bool,
}

/// The first account with its owner.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Begin {
    /// What stands in the file `setup-code` of the data directory.
    #[schema(format = Password)]
    code: String,
    #[schema(example = "ana@example.com")]
    email: String,
    /// At least 8 characters.
    #[schema(format = Password)]
    password: String,
    /// What to call the owner.
    name: String,
    /// What to call the account.
    account: String,
}

/// Tells whether this installation is new.
#[utoipa::path(get, path = "/setup", tag = "session", security(()), responses((status = 200, body = Setup)))]
pub(crate) async fn show(State(app): State<App>) -> Result<Answer<Setup>, Problem> {
    Ok(Answer(Setup { needed: !app.store.has_accounts().await?, mail: app.site.mail }))
}

/// Makes the first account and logs its owner in.
#[utoipa::path(post, path = "/setup", tag = "session", request_body = Begin, security(()),
    responses((status = 200, body = Me), (status = 401, description = "The code is another one"),
        (status = 409, description = "There is an account already")))]
pub(crate) async fn begin(
    State(app): State<App>,
    from: Client,
    Json(body): Json<Begin>,
) -> Result<Response, Problem> {
    if app.store.has_accounts().await? {
        return Err(Refused::HasAccount.into());
    }
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    throttle.admit(Guess::SetupCode, from, b"", now).map_err(throttled)?;
    if !app.setup.is_right(&body.code) {
        let detail = "This is not the code in the file setup-code of the server's data directory.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_code", detail));
    }
    throttle.passed(Guess::SetupCode, from, b"", now);
    let Begin { email, password, name, account, .. } = body;
    let owner = Owner { email, name: Some(name), password: Secret::new(password), account };
    let made = first::account_without_token(&app.store, &app.clock, owner).await?;
    app.setup.done();
    let user = app.store.user(made.owner).await?.ok_or_else(Problem::internal)?;
    enter(&app, user, Some(made.account)).await
}

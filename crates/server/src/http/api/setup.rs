//! The first start: the account and its owner, made in the browser by whoever can read the server's data directory.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chasqui_model::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::{Me, enter};
use super::{EMAIL, NAME, email, name};
use crate::app::App;
use crate::cli::bootstrap::{self, NotMade};
use crate::http::auth::throttled;
use crate::http::client::Client;
use crate::http::input::Json;
use crate::http::problem::{FieldError, Problem};
use crate::http::throttle::Guess;
use crate::password;

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
        return Err(over());
    }
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    throttle.admit(Guess::SetupCode, from, b"", now).map_err(throttled)?;
    if !app.setup.is_right(&body.code) {
        let detail = "This is not the code in the file setup-code of the server's data directory.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_code", detail));
    }
    throttle.passed(Guess::SetupCode, from, b"", now);
    let mut errors = Vec::new();
    let mut field = |given: Option<String>, pointer: &str, code, message: &str| {
        if given.is_none() {
            errors.push(FieldError::new(pointer, code, message));
        }
        given
    };
    let email = field(email(&body.email), "/email", "email", EMAIL);
    let person = field(name(&body.name), "/name", "length", NAME);
    let account = field(name(&body.account), "/account", "length", NAME);
    let right =
        field(password::fits(&body.password).then_some(body.password), "/password", "length", password::RULE);
    let (Some(email), Some(person), Some(account), Some(right)) = (email, person, account, right) else {
        return Err(Problem::fields(errors));
    };
    let owner = bootstrap::Owner { email, name: Some(person), password: Secret::new(right) };
    let made = bootstrap::first(&app.store, &app.clock, owner, &account).await.map_err(refusal)?;
    // Nobody is told its text.
    app.store.delete_api_token(made.account, made.token_id).await?;
    app.setup.done();
    let user = app.store.user(made.owner).await?.ok_or_else(Problem::internal)?;
    enter(&app, user, Some(made.account)).await
}

fn over() -> Problem {
    Problem::conflict("set_up", "This installation has an account already. Log in.")
}

/// What is said when the account was not made: what really stood in the way.
fn refusal(why: NotMade) -> Problem {
    match why {
        NotMade::Over => over(),
        NotMade::Email => Problem::field("/email", "email", EMAIL),
        NotMade::Password(_) => Problem::field("/password", "length", password::RULE),
        NotMade::Hash => Problem::unavailable("The password could not be processed. Try again in a moment."),
        NotMade::Store(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;
    use chasqui_store::Error;

    #[test]
    fn each_failure_has_its_own_answer() {
        let status = |why| refusal(why).into_response().status().as_u16();
        assert_eq!(status(NotMade::Over), 409);
        assert_eq!(status(NotMade::Email), 422);
        assert_eq!(status(NotMade::Password(3)), 422);
        assert_eq!(status(NotMade::Hash), 503);
        assert_eq!(status(NotMade::from(Error::Unavailable("away".into()))), 503);
        assert_eq!(status(NotMade::from(Error::Corrupt("bad".into()))), 500);
        assert_eq!(status(NotMade::from(Error::Stale)), 409);
    }
}

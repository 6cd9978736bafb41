//! Logging in and out, and who one is.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chasqui_model::Id;
use chasqui_model::account::{Account, Role, Session, User};
use chasqui_model::secret::Secret;
use chasqui_model::typed;
use chasqui_store::noun::account::Membership;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::{ABSOLUTE, By, Caller, Viewer, throttled};
use crate::http::client::Client;
use crate::http::cookie;
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::http::throttle::Guess;
use crate::password;
use crate::token;

/// Bytes of the longest e-mail address that there is.
const LONGEST_EMAIL: usize = 254;

/// A log-in.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LogIn {
    #[schema(example = "ana@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// Who one is, and where.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    user: UserView,
    /// The account looked at.
    account: AccountView,
    /// All accounts of this person.
    accounts: Vec<AccountView>,
    installation: Installation,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserView {
    #[schema(value_type = String, example = "usr_0192")]
    id: Id<User>,
    email: String,
    name: String,
    /// Whether this person looks after the installation.
    operator: bool,
}

/// An account, and what one may do in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountView {
    #[schema(value_type = String, example = "acc_0192")]
    id: Id<Account>,
    name: String,
    role: Role,
}

/// The server itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Installation {
    version: &'static str,
    /// The simulator's phone; null when no simulator runs with the server.
    phone_url: Option<String>,
    public_url: String,
    demo: bool,
    /// Whether it can send mail.
    mail: bool,
}

/// Logs in: the answer carries the session's cookie.
#[utoipa::path(post, path = "/session", tag = "session", request_body = LogIn, security(()),
    responses((status = 200, body = Me), (status = 401, description = "Unknown address or wrong password"),
        (status = 429, description = "Too many wrong passwords; `Retry-After` says when to try again")))]
pub(crate) async fn log_in(
    State(app): State<App>,
    from: Client,
    Json(body): Json<LogIn>,
) -> Result<Response, Problem> {
    // An address that the rule refused later on still logs in.
    let email = super::email(&body.email).unwrap_or_else(|| typed::clean(&body.email).to_lowercase());
    let user = check(&app, from, &email, Secret::new(body.password)).await?;
    enter(&app, user, None).await
}

/// Begins a session, in the account given or the person's first one. The answer carries its cookie.
pub(super) async fn enter(app: &App, user: User, account: Option<Id<Account>>) -> Result<Response, Problem> {
    let account = match account {
        Some(account) => account,
        None => app.store.memberships(user.id).await?.first().ok_or_else(wrong)?.account.id,
    };
    let secret = token::random();
    let now = app.clock.now();
    let session = Session { user: user.id, account, created_at: now, last_used_at: now };
    app.store.insert_session(token::hash(&secret), &session).await?;
    let mut response = Answer(me_of(app, user, account).await?).into_response();
    set_cookie(&mut response, cookie::set(&secret, app.site.is_secure(), ABSOLUTE));
    Ok(response)
}

/// The account to look at.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Switch {
    #[schema(example = "acc_0192")]
    account_id: String,
}

/// Looks at another of one's accounts. Changes the session only.
#[utoipa::path(post, path = "/session/account", tag = "session", request_body = Switch,
    responses((status = 200, body = Me), (status = 404, description = "Not one of one's accounts")))]
pub(crate) async fn switch(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Json(body): Json<Switch>,
) -> Result<Answer<Me>, Problem> {
    let Caller { by: By::Session(hash), user, .. } = caller else {
        let detail = "A token belongs to one account. Make one in the other account.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    };
    let account = body.account_id.parse().map_err(|_| Problem::not_found())?;
    if !app.store.move_session(hash, account).await? {
        return Err(Problem::not_found());
    }
    app.runtime.access_changed(account);
    let user = app.store.user(user).await?.ok_or_else(Problem::not_found)?;
    me_of(&app, user, account).await.map(Answer)
}

/// The person with this password. Counts first and forgives after, so that many tries at once count as many.
pub(super) async fn check(app: &App, from: Client, email: &str, password: Secret) -> Result<User, Problem> {
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    throttle.admit(Guess::Password, from, email.as_bytes(), now).map_err(throttled)?;
    // Nobody has a longer address or password, and neither is looked for or hashed.
    if email.len() > LONGEST_EMAIL || password.expose().chars().count() > password::LONGEST {
        return Err(wrong());
    }
    let user = app.store.user_by_email(email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = password::is_right(password, hash).await.map_err(|_| Problem::internal())?;
    let user = user.filter(|_| right).ok_or_else(wrong)?;
    throttle.passed(Guess::Password, from, email.as_bytes(), now);
    Ok(user)
}

fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_login", "This e-mail address and password do not fit.")
}

fn set_cookie(response: &mut Response, value: Option<HeaderValue>) {
    if let Some(value) = value {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Logs out. Repeatable.
#[utoipa::path(delete, path = "/session", tag = "session", security(()), responses((status = 204)))]
pub(crate) async fn log_out(
    State(app): State<App>,
    caller: Option<axum::Extension<Caller>>,
) -> Result<Response, Problem> {
    if let Some(axum::Extension(Caller { by: By::Session(hash), account, .. })) = caller {
        app.store.delete_session(hash).await?;
        app.runtime.access_changed(account);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    // What the browser kept of the pages is not for whoever sits down next.
    let kept = HeaderValue::from_static(r#""cache", "storage""#);
    response.headers_mut().insert("clear-site-data", kept);
    set_cookie(&mut response, cookie::clear(app.site.is_secure()));
    Ok(response)
}

/// Who a person is in one of their accounts.
pub(super) async fn me_of(app: &App, user: User, account: Id<Account>) -> Result<Me, Problem> {
    let memberships = app.store.memberships(user.id).await?;
    let operator = app.store.is_operator(user.id).await?;
    let view = |it: Membership| AccountView { id: it.account.id, name: it.account.name, role: it.role };
    let current = memberships.iter().find(|it| it.account.id == account).cloned();
    Ok(Me {
        user: UserView { id: user.id, email: user.email, name: user.name, operator },
        account: current.map(view).ok_or_else(Problem::not_found)?,
        accounts: memberships.into_iter().map(view).collect(),
        installation: Installation {
            version: env!("CARGO_PKG_VERSION"),
            phone_url: app.site.phone_url.clone(),
            public_url: app.site.public_url.clone(),
            demo: app.site.demo,
            mail: app.site.mail,
        },
    })
}

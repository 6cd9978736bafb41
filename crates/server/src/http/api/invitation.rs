//! Invitations: somebody is written to, follows the link, and is in.

use std::time::Duration;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chasqui_model::account::{Role, User};
use chasqui_model::quota::Kind;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::invitation::Invitation;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::session::{Me, check, enter};
use super::{EMAIL, NAME, audited, cursor, email, name};
use crate::app::App;
use crate::http::access;
use crate::http::auth::{Admin, throttled};
use crate::http::client::Client;
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::{FieldError, Problem};
use crate::http::throttle::Guess;
use crate::token;
use crate::{letter, password};

/// How long an invitation can be taken up.
const LASTS: Duration = Duration::from_hours(7 * 24);

/// An invitation that nobody has taken up yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationView {
    #[schema(value_type = String, example = "inv_0192")]
    id: Id<Invitation>,
    email: String,
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Only right after it was made, and only when this server sends no mail: to be passed on by hand.
    link: Option<String>,
}

impl From<Invitation> for InvitationView {
    fn from(it: Invitation) -> Self {
        let Invitation { id, email, role, created_at, expires_at, .. } = it;
        Self { id, email, role, created_at, expires_at, link: None }
    }
}

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewInvitation {
    #[schema(example = "petra@example.com")]
    email: String,
    /// What they will be; never more than who invites, neither today nor when the invitation is taken up. A token that is limited
    /// to scopes needs every scope that the role has.
    role: Role,
}

/// The secret of an invitation's link.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TheSecret {
    #[schema(format = Password)]
    secret: String,
}

/// What an invitation says.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invited {
    email: String,
    account: String,
    role: Role,
    /// Whether this person has a log-in here already: then its password is asked for.
    known: bool,
}

/// Takes an invitation up.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Accept {
    #[schema(format = Password)]
    secret: String,
    /// What to call somebody new.
    name: Option<String>,
    /// Somebody new chooses one; who has a log-in here gives its password.
    #[schema(format = Password)]
    password: String,
}

/// Lists the open invitations, oldest first.
#[utoipa::path(get, path = "/invitations", tag = "people", params(Page), responses((status = 200, body = List<InvitationView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<InvitationView>>, Problem> {
    let rows = app.store.list_invitations(caller.account, page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), InvitationView::from).map(Answer)
}

/// Invites somebody by mail. An earlier invitation to the same address ends.
#[utoipa::path(post, path = "/invitations", tag = "people", request_body = NewInvitation,
    responses((status = 201, body = InvitationView)))]
pub(crate) async fn create(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<NewInvitation>,
) -> Result<(StatusCode, Answer<InvitationView>), Problem> {
    let email = email(&body.email).ok_or_else(|| Problem::field("/email", "email", EMAIL))?;
    access::giving(&caller, body.role)?;
    if let Some(user) = app.store.user_by_email(&email).await?
        && app.store.member(caller.account, user.id).await?.is_some()
    {
        return Err(Problem::field("/email", "member", "This person is in the account already."));
    }
    let now = app.clock.now();
    let account = app.store.account(caller.account).await?.ok_or_else(Problem::not_found)?;
    let host = app.store.user(caller.user).await?.ok_or_else(Problem::not_found)?;
    let secret = token::random();
    let made = Invitation {
        id: app.clock.id(),
        account: caller.account,
        email,
        role: body.role,
        invited_by: caller.user,
        created_at: now,
        expires_at: now.after(LASTS),
        account_name: account.name,
    };
    let link = format!("{}/invitation#{secret}", app.site.public_url);
    let language = app.store.account_settings(caller.account).await?.language;
    let mail = letter::invitation(&app.clock, &made, &host, &link, language);
    let detail = json!({ "email": made.email, "role": made.role });
    let store = audited(&app, &caller, "invitation.create", made.id, detail);
    app.within(&store, caller.account, &[Kind::People])
        .await?
        .invite(&made, token::hash(&secret), &mail)
        .await?;
    let link = (!app.site.mail).then_some(link);
    Ok((StatusCode::CREATED, Answer(InvitationView { link, ..made.into() })))
}

/// Takes an invitation back; its link stops working at once.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "people", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Invitation>,
) -> Result<StatusCode, Problem> {
    let store = audited(&app, &caller, "invitation.delete", id, json!({}));
    if store.delete_invitation(caller.account, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

/// Shows what the invitation of a link says.
#[utoipa::path(post, path = "/invitation/look", tag = "session", request_body = TheSecret, security(()),
    responses((status = 200, body = Invited), (status = 404, description = "Taken up, taken back, or too old")))]
pub(crate) async fn look(
    State(app): State<App>,
    from: Client,
    Json(body): Json<TheSecret>,
) -> Result<Answer<Invited>, Problem> {
    let it = found(&app, from, &body.secret).await?;
    let known = app.store.user_by_email(&it.email).await?.is_some();
    Ok(Answer(Invited { email: it.email, account: it.account_name, role: it.role, known }))
}

/// The invitation of a link. Who shows too many that are none has to wait.
async fn found(app: &App, from: Client, secret: &str) -> Result<Invitation, Problem> {
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    throttle.admit(Guess::Link, from, b"invitation", now).map_err(throttled)?;
    if secret.len() > token::LONGEST {
        return Err(gone());
    }
    let it = app.store.invitation(token::hash(secret)).await?;
    let it = it.filter(|it| it.expires_at > now).ok_or_else(gone)?;
    throttle.passed(Guess::Link, from, b"invitation", now);
    Ok(it)
}

fn gone() -> Problem {
    let detail = "This invitation was taken up or taken back, or is too old. Ask for another one.";
    Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
}

/// Takes an invitation up and logs in.
#[utoipa::path(post, path = "/invitation/accept", tag = "session", request_body = Accept, security(()),
    responses((status = 200, body = Me), (status = 401, description = "The password is wrong"),
        (status = 404, description = "Taken up, taken back, or too old")))]
pub(crate) async fn accept(
    State(app): State<App>,
    from: Client,
    Json(body): Json<Accept>,
) -> Result<Response, Problem> {
    let it = found(&app, from, &body.secret).await?;
    let stale = |error| match error {
        Error::Stale => gone(),
        other => other.into(),
    };
    let user = if app.store.user_by_email(&it.email).await?.is_some() {
        let user = check(&app, from, &it.email, Secret::new(body.password)).await?;
        let store = app.store.audited(&joined(&app, &it, user.id));
        store.accept_as(&it, user.id, app.clock.now()).await.map_err(stale)?;
        app.runtime.access_changed(it.account);
        user
    } else {
        let user = newcomer(&app, &it, body.name.as_deref(), body.password).await?;
        let store = app.store.audited(&joined(&app, &it, user.id));
        store.accept_as_new(&it, &user).await.map_err(stale)?;
        user
    };
    enter(&app, user, Some(it.account)).await
}

async fn newcomer(
    app: &App,
    it: &Invitation,
    given: Option<&str>,
    password: String,
) -> Result<User, Problem> {
    let mut errors = Vec::new();
    let called = name(given.unwrap_or_default());
    if called.is_none() {
        errors.push(FieldError::new("/name", "length", NAME));
    }
    if !password::fits(&password) {
        errors.push(FieldError::new("/password", "length", password::RULE));
    }
    let (Some(name), true) = (called, errors.is_empty()) else { return Err(Problem::fields(errors)) };
    let password_hash = password::hash(Secret::new(password)).await.map_err(|_| Problem::internal())?;
    let (id, email, created_at) = (app.clock.id(), it.email.clone(), app.clock.now());
    Ok(User { id, email, name, password_hash, created_at })
}

fn joined(app: &App, it: &Invitation, user: Id<User>) -> Entry {
    Entry {
        id: app.clock.id(),
        account: it.account,
        user: Some(user),
        action: "invitation.accept".to_owned(),
        subject: it.id.to_string(),
        detail: json!({ "role": it.role }).to_string(),
        at: app.clock.now(),
    }
}

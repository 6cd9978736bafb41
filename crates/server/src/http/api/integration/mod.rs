//! Integrations.

pub(crate) mod care;
pub(crate) mod template;
mod view;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::Id;
use chasqui_model::integration::Integration;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use view::{Beside, IntegrationView};

use super::cursor;
use crate::app::App;
use crate::http::auth::{Admin, Builder, Caller, Viewer};
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::{FieldError, Problem};
use crate::office::integration::{self, Form};

pub(super) use care::language;

/// How to save.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Saving {
    /// `false` saves without asking Meta about the credentials; the token is kept as typed.
    #[param(default = true)]
    check: Option<bool>,
}

/// Lists the account's integrations, oldest first.
#[utoipa::path(get, path = "/integrations", tag = "integrations", params(Page),
    responses((status = 200, body = List<IntegrationView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<IntegrationView>>, Problem> {
    let rows = app.store.list_integrations(caller.account, page.after()?, page.fetch()?).await?;
    let beside = Beside::load(&app, &caller, &rows).await?;
    List::new(&page, rows, |it| cursor(it.id), |it| beside.view(&app.site, it)).map(Answer)
}

/// One integration.
#[utoipa::path(get, path = "/integrations/{id}", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = IntegrationView)))]
pub(crate) async fn one(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Integration>,
) -> Result<Answer<IntegrationView>, Problem> {
    show(&app, &caller, id).await.map(Answer)
}

async fn show(app: &App, caller: &Caller, id: Id<Integration>) -> Result<IntegrationView, Problem> {
    let found = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let beside = Beside::load(app, caller, std::slice::from_ref(&found)).await?;
    Ok(beside.view(&app.site, found))
}

/// Makes an integration. Meta is asked about the credentials first, and a short-lived token is exchanged for a long-lived
/// one.
#[utoipa::path(post, path = "/integrations", tag = "integrations", params(Saving), request_body = Form,
    responses((status = 201, body = IntegrationView), (status = 422, description = "Fields are wrong: `errors` names them"),
        (status = 503, description = "Meta cannot be asked")))]
pub(crate) async fn create(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(saving): Asked<Saving>,
    Json(form): Json<Form>,
) -> Result<(StatusCode, Answer<IntegrationView>), Problem> {
    let made = integration::create(&app, caller.actor(), form, saving.check.unwrap_or(true)).await?;
    Ok((StatusCode::CREATED, Answer(show(&app, &caller, made).await?)))
}

/// What stands beside a form that is only judged.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Judging {
    /// Numbers without a country code are of the country of this number.
    like: Option<String>,
}

/// What is wrong with a form.
#[derive(Serialize, ToSchema)]
pub(crate) struct Judgement {
    /// What making it would refuse; empty: nothing, as far as that can be said without asking Meta.
    errors: Vec<FieldError>,
}

/// Says what making an integration out of this would refuse, without asking Meta and without making one. Credentials are
/// asked about with `POST /integrations/check`.
#[utoipa::path(post, path = "/integrations/validate", tag = "integrations", params(Judging), request_body = Form,
    responses((status = 200, body = Judgement)))]
pub(crate) async fn validate(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(judging): Asked<Judging>,
    Json(form): Json<Form>,
) -> Result<Answer<Judgement>, Problem> {
    let country = judging.like.as_deref().and_then(crate::phone::country_of);
    let errors = integration::judge(&app, caller.actor(), form, country).await?;
    Ok(Answer(Judgement { errors: errors.into_iter().map(|it| FieldError::from(it).spoken()).collect() }))
}

/// Changes an integration: what is left out stays. Meta is asked when credentials change.
#[utoipa::path(patch, path = "/integrations/{id}", tag = "integrations", params(("id" = String, Path), Saving),
    request_body = Form,
    responses((status = 200, body = IntegrationView), (status = 422, description = "Fields are wrong: `errors` names them"),
        (status = 503, description = "Meta cannot be asked")))]
pub(crate) async fn change(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
    Asked(saving): Asked<Saving>,
    Json(form): Json<Form>,
) -> Result<Answer<IntegrationView>, Problem> {
    integration::change(&app, caller.actor(), id, form, saving.check.unwrap_or(true)).await?;
    show(&app, &caller, id).await.map(Answer)
}

/// How to delete.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Deleting {
    /// Erases contacts and transcripts too, in the background; otherwise they stay until the retention period ends.
    #[param(default = false)]
    erase: Option<bool>,
}

/// Deletes an integration and its secrets, and takes its webhook away at Meta where that still can be done. Transcripts
/// stay readable unless they are to be erased.
#[utoipa::path(delete, path = "/integrations/{id}", tag = "integrations", params(("id" = String, Path), Deleting),
    responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
    Asked(deleting): Asked<Deleting>,
) -> Result<StatusCode, Problem> {
    integration::delete(&app, caller.actor(), id, deleting.erase.unwrap_or(false)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the bot answer. Repeatable.
#[utoipa::path(post, path = "/integrations/{id}/activate", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = IntegrationView),
        (status = 409, description = "The number is in use by another active integration, or the bot is not published")))]
pub(crate) async fn activate(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
) -> Result<Answer<IntegrationView>, Problem> {
    switch(&app, &caller, id, true).await
}

/// Silences the bot: nothing is run or sent. Repeatable.
#[utoipa::path(post, path = "/integrations/{id}/deactivate", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = IntegrationView)))]
pub(crate) async fn deactivate(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
) -> Result<Answer<IntegrationView>, Problem> {
    switch(&app, &caller, id, false).await
}

async fn switch(
    app: &App,
    caller: &Caller,
    id: Id<Integration>,
    active: bool,
) -> Result<Answer<IntegrationView>, Problem> {
    integration::switch(app, caller.actor(), id, active).await?;
    show(app, caller, id).await.map(Answer)
}

/// What is typed at Meta to connect the webhook.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyToken {
    callback_url: String,
    verify_token: String,
}

/// Shows the verify token, because it has to be typed at Meta.
#[utoipa::path(get, path = "/integrations/{id}/verify_token", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = VerifyToken), (status = 409, description = "The number is managed by the operator")))]
pub(crate) async fn verify_token(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Integration>,
) -> Result<Answer<VerifyToken>, Problem> {
    let found = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if found.managed.is_some() {
        let detail = "The operator of this installation looks after this number's webhook.";
        return Err(Problem::conflict("managed", detail));
    }
    let verify_token = found.credentials.verify_token.expose().to_owned();
    Ok(Answer(VerifyToken { callback_url: app.site.callback_url(id), verify_token }))
}

//! Integrations.

mod check;
mod form;
mod save;
mod settings;
mod view;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::Id;
use chasqui_model::integration::Integration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{audit, cursor};
use crate::app::App;
use crate::http::auth::{Admin, Builder, Caller, Viewer};
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use form::Form;
use view::{Beside, IntegrationView};

pub(crate) use view::callback_url;

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
    let beside = Beside::load(&app, &caller).await?;
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
    Ok(Beside::load(app, caller).await?.view(&app.site, found))
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
    let made = save::create(&app, &caller, form, saving.check.unwrap_or(true)).await?;
    app.runtime.reload_integration(caller.account, made.id).await?;
    audit(&app, &caller, "integration.create", made.id, json!({ "active": made.active, "bot": made.bot }))
        .await?;
    Ok((StatusCode::CREATED, Answer(show(&app, &caller, made.id).await?)))
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
    let before = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let changed = save::change(&app, before, form, saving.check.unwrap_or(true)).await?;
    app.runtime.reload_integration(caller.account, id).await?;
    audit(&app, &caller, "integration.change", id, json!({ "fields": changed })).await?;
    show(&app, &caller, id).await.map(Answer)
}

/// Deletes an integration and its secrets. Transcripts stay readable.
#[utoipa::path(delete, path = "/integrations/{id}", tag = "integrations", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
) -> Result<StatusCode, Problem> {
    if !app.store.delete_integration(caller.account, id).await? {
        return Err(Problem::not_found());
    }
    app.runtime.reload_integration(caller.account, id).await?;
    audit(&app, &caller, "integration.delete", id, json!({})).await?;
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
    let found = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if found.active != active {
        save::switch(app, found, active).await?;
        app.runtime.reload_integration(caller.account, id).await?;
        let action = if active { "integration.activate" } else { "integration.deactivate" };
        audit(app, caller, action, id, json!({})).await?;
    }
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
    responses((status = 200, body = VerifyToken)))]
pub(crate) async fn verify_token(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Integration>,
) -> Result<Answer<VerifyToken>, Problem> {
    let found = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let verify_token = found.credentials.verify_token.expose().to_owned();
    Ok(Answer(VerifyToken { callback_url: callback_url(&app.site, id), verify_token }))
}

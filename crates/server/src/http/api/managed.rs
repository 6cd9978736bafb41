//! Numbers that the operator lends: the operator's pool and the accounts' requests. No answer has a credential in it.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::account::{Account, User};
use chasqui_model::integration::{Integration, ManagedNumber};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::noun::managed_number::{Managed, Request, RequestState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{audited, cursor};
use crate::app::App;
use crate::http::auth::{Admin, Operator};
use crate::http::input::{Asked, Json, OptionalJson, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::office::integration::{self, CredentialsForm};
use crate::office::{Fault, Refused};
use crate::token;

/// A number of the operator.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedView {
    #[schema(value_type = String, example = "num_0192")]
    id: Id<ManagedNumber>,
    display_phone_number: String,
    verified_name: Option<String>,
    phone_number_id: String,
    /// The account that has it, or to which it was promised.
    #[schema(value_type = Option<String>)]
    account_id: Option<Id<Account>>,
    /// The integration that uses it.
    #[schema(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    assigned_at: Option<Timestamp>,
}

impl From<Managed> for ManagedView {
    fn from(it: Managed) -> Self {
        Self {
            id: it.id,
            display_phone_number: it.display_phone_number,
            verified_name: it.verified_name,
            phone_number_id: it.credentials.phone_number_id,
            account_id: it.account,
            integration_id: it.integration,
            created_at: it.created_at,
            assigned_at: it.assigned_at,
        }
    }
}

/// A number to add to the pool.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewManaged {
    /// Without `verify_token`: each integration gets its own.
    credentials: CredentialsForm,
}

/// Lists the operator's numbers.
#[utoipa::path(get, path = "/installation/numbers", tag = "installation", params(Page), responses((status = 200, body = List<ManagedView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Operator,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<ManagedView>>, Problem> {
    let rows = app.store.list_managed(page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), ManagedView::from).map(Answer)
}

/// Adds a number to the pool. Meta is asked about its credentials first.
#[utoipa::path(post, path = "/installation/numbers", tag = "installation", request_body = NewManaged,
    responses((status = 201, body = ManagedView), (status = 422, description = "Fields are wrong: `errors` names them"),
        (status = 503, description = "Meta cannot be asked")))]
pub(crate) async fn add(
    State(app): State<App>,
    Operator(caller): Operator,
    Json(body): Json<NewManaged>,
) -> Result<(StatusCode, Answer<ManagedView>), Problem> {
    let form = body.credentials.with_verify_token(token::random());
    let it = integration::check(&app, caller.actor(), form, None).await?;
    let number = Managed {
        id: app.clock.id(),
        display_phone_number: it.phone.display_phone_number.unwrap_or_default(),
        verified_name: it.phone.verified_name,
        credentials: it.credentials,
        integration: None,
        account: None,
        created_at: app.clock.now(),
        assigned_at: None,
    };
    let store = audited(&app, &caller, "managed_number.add", number.id, json!({}));
    store.add_managed(&number).await.map_err(|error| match error {
        Error::Exists(_) => Refused::field("/credentials/phone_number_id", Fault::InPool),
        other => other.into(),
    })?;
    Ok((StatusCode::CREATED, Answer(number.into())))
}

/// Removes a number that no integration uses.
#[utoipa::path(delete, path = "/installation/numbers/{id}", tag = "installation", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "An integration uses it")))]
pub(crate) async fn delete(
    State(app): State<App>,
    Operator(caller): Operator,
    PathId(id): PathId<ManagedNumber>,
) -> Result<StatusCode, Problem> {
    let number = app.store.managed(id).await?.ok_or_else(Problem::not_found)?;
    let store = audited(&app, &caller, "managed_number.delete", id, json!({}));
    if number.integration.is_some() || !store.delete_managed(id).await? {
        return Err(Problem::conflict("in_use", "An integration uses this number. Release it first."));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a number back: its integration is switched off and keeps no credentials that work.
#[utoipa::path(post, path = "/installation/numbers/{id}/release", tag = "installation", params(("id" = String, Path)),
    responses((status = 200, body = ManagedView)))]
pub(crate) async fn release(
    State(app): State<App>,
    Operator(caller): Operator,
    PathId(id): PathId<ManagedNumber>,
) -> Result<Answer<ManagedView>, Problem> {
    let number = app.store.managed(id).await?.ok_or_else(Problem::not_found)?;
    if let Some(integration) = number.integration {
        app.runtime.disconnect_webhook(integration).await;
    }
    let store = audited(&app, &caller, "managed_number.release", id, json!({}));
    store.release_managed(&number, app.clock.now()).await?;
    if let (Some(account), Some(integration)) = (number.account, number.integration) {
        app.runtime.reload_integration(account, integration).await?;
    }
    let number = app.store.managed(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(number.into()))
}

/// An account that wants a number.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestView {
    #[schema(value_type = String, example = "req_0192")]
    id: Id<Request>,
    #[schema(value_type = String)]
    account_id: Id<Account>,
    account_name: String,
    #[schema(value_type = String)]
    user_id: Id<User>,
    note: String,
    #[schema(value_type = RequestStateName)]
    state: RequestState,
    /// What the operator answered.
    answer: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
}

/// Whether a request was granted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = NumberRequestState)]
#[expect(dead_code, reason = "describes the store's `RequestState`")]
pub(crate) enum RequestStateName {
    Open,
    Approved,
    Declined,
}

impl From<Request> for RequestView {
    fn from(it: Request) -> Self {
        Self {
            id: it.id,
            account_id: it.account,
            account_name: it.account_name,
            user_id: it.person,
            note: it.note,
            state: it.state,
            answer: it.answer,
            created_at: it.created_at,
            decided_at: it.decided_at,
        }
    }
}

/// What a number is wanted for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewRequest {
    /// Up to 500 characters.
    note: String,
}

/// Lists the account's requests for a managed number, latest first.
#[utoipa::path(get, path = "/number_requests", tag = "integrations", params(Page), responses((status = 200, body = List<RequestView>)))]
pub(crate) async fn requests(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<RequestView>>, Problem> {
    let rows = app.store.list_requests(Some(caller.account), page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), RequestView::from).map(Answer)
}

/// Asks the operator for a managed number.
#[utoipa::path(post, path = "/number_requests", tag = "integrations", request_body = NewRequest,
    responses((status = 201, body = RequestView)))]
pub(crate) async fn ask(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<NewRequest>,
) -> Result<(StatusCode, Answer<RequestView>), Problem> {
    let note = body.note.trim().to_owned();
    if note.is_empty() || note.chars().count() > 500 {
        return Err(Problem::field("/note", "length", "Say in 1 to 500 characters what the number is for."));
    }
    let account = app.store.account(caller.account).await?.ok_or_else(Problem::not_found)?;
    let it = Request {
        id: app.clock.id(),
        account: caller.account,
        account_name: account.name,
        person: caller.user,
        note,
        state: RequestState::Open,
        answer: None,
        number: None,
        created_at: app.clock.now(),
        decided_at: None,
    };
    audited(&app, &caller, "number_request.create", it.id, json!({})).ask_for_number(&it).await?;
    Ok((StatusCode::CREATED, Answer(it.into())))
}

/// Lists all accounts' requests, latest first.
#[utoipa::path(get, path = "/installation/number_requests", tag = "installation", params(Page),
    responses((status = 200, body = List<RequestView>)))]
pub(crate) async fn all_requests(
    State(app): State<App>,
    _: Operator,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<RequestView>>, Problem> {
    let rows = app.store.list_requests(None, page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), RequestView::from).map(Answer)
}

/// Which number to promise.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Approval {
    /// Left out: any free one.
    number_id: Option<String>,
}

/// Promises a number to the account that asked; its next integration with a managed number gets it.
#[utoipa::path(post, path = "/installation/number_requests/{id}/approve", tag = "installation",
    params(("id" = String, Path)), request_body = Option<Approval>,
    responses((status = 200, body = RequestView), (status = 409, description = "Decided already, or no number is free")))]
pub(crate) async fn approve(
    State(app): State<App>,
    Operator(caller): Operator,
    PathId(id): PathId<Request>,
    OptionalJson(body): OptionalJson<Approval>,
) -> Result<Answer<RequestView>, Problem> {
    let it = app.store.request(id).await?.ok_or_else(Problem::not_found)?;
    let number = if let Some(text) = body.number_id {
        text.parse().map_err(|_| Problem::not_found())?
    } else {
        let all = app.store.list_managed(None, u32::MAX).await?;
        let free = all.into_iter().find(|it| it.account.is_none() && it.integration.is_none());
        let detail = "No number is free. Add one to the pool first.";
        free.ok_or_else(|| Problem::conflict("no_free_number", detail))?.id
    };
    let store = audited(&app, &caller, "number_request.approve", id, json!({ "number": number }));
    store.approve_request(&it, number, app.clock.now()).await.map_err(decided)?;
    let it = app.store.request(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(it.into()))
}

/// Why there is none.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Refusal {
    answer: String,
}

/// Says no to a request.
#[utoipa::path(post, path = "/installation/number_requests/{id}/decline", tag = "installation",
    params(("id" = String, Path)), request_body = Refusal,
    responses((status = 200, body = RequestView), (status = 409, description = "Decided already")))]
pub(crate) async fn decline(
    State(app): State<App>,
    Operator(caller): Operator,
    PathId(id): PathId<Request>,
    Json(body): Json<Refusal>,
) -> Result<Answer<RequestView>, Problem> {
    app.store.request(id).await?.ok_or_else(Problem::not_found)?;
    let answer: String = body.answer.trim().chars().take(500).collect();
    let store = audited(&app, &caller, "number_request.decline", id, json!({}));
    if !store.decline_request(id, &answer, app.clock.now()).await? {
        return Err(decided(Error::Stale));
    }
    let it = app.store.request(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(it.into()))
}

fn decided(error: Error) -> Problem {
    match error {
        Error::Stale => {
            Problem::conflict("decided", "This was decided already, or the number is not free any more.")
        }
        other => other.into(),
    }
}

/// An account of the installation.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountRow {
    #[schema(value_type = String, example = "acc_0192")]
    id: Id<Account>,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Lists all accounts of the installation, oldest first.
#[utoipa::path(get, path = "/installation/accounts", tag = "installation", params(Page), responses((status = 200, body = List<AccountRow>)))]
pub(crate) async fn accounts(
    State(app): State<App>,
    _: Operator,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<AccountRow>>, Problem> {
    let rows = app.store.list_accounts(page.after()?, page.fetch()?).await?;
    let view = |it: Account| AccountRow { id: it.id, name: it.name, created_at: it.created_at };
    List::new(&page, rows, |it| cursor(it.id), view).map(Answer)
}

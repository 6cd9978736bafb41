//! The account: its name and what its people chose for all of it.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::account::{Account, AccountSettings, Language};
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::retention::LastRun;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{NAME, audited, name};
use crate::app::App;
use crate::http::auth::{Admin, Caller, Operator, Viewer};
use crate::http::input::{Json, present};
use crate::http::problem::{FieldError, Problem};

/// An account with its settings.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountDetail {
    #[schema(value_type = String, example = "acc_0192")]
    id: Id<Account>,
    name: String,
    /// Of mails that the product writes.
    language: Language,
    /// An IANA name such as `Europe/Berlin`; null: UTC.
    time_zone: Option<String>,
    /// Days after which ended conversations are erased; null: never.
    retention_days: Option<u32>,
    /// The last time old conversations were looked for; null: not yet.
    last_retention: Option<RetentionView>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// What the last look for old conversations erased.
#[derive(Serialize, ToSchema)]
#[schema(as = Retention)]
pub(crate) struct RetentionView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    conversations: u64,
    /// People of whom nothing else was left.
    contacts: u64,
    files: u64,
}

impl From<LastRun> for RetentionView {
    fn from(it: LastRun) -> Self {
        let LastRun { at, conversations, contacts, files } = it;
        Self { at, conversations, contacts, files }
    }
}

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = AccountChange)]
#[expect(clippy::option_option, reason = "left out and null are two things")]
pub(crate) struct Change {
    name: Option<String>,
    language: Option<Language>,
    /// Null: UTC.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    /// 1 to 3650; null: never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3650)]
    retention_days: Option<Option<u32>>,
}

/// A further account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewAccount {
    name: String,
}

/// The account looked at.
#[utoipa::path(get, path = "/account", tag = "people", responses((status = 200, body = AccountDetail)))]
pub(crate) async fn show(
    State(app): State<App>,
    Viewer(caller): Viewer,
) -> Result<Answer<AccountDetail>, Problem> {
    detail(&app, &caller).await.map(Answer)
}

async fn detail(app: &App, caller: &Caller) -> Result<AccountDetail, Problem> {
    let account = app.store.account(caller.account).await?.ok_or_else(Problem::not_found)?;
    let AccountSettings { language, time_zone, retention_days } =
        app.store.account_settings(caller.account).await?;
    let last_retention = app.store.last_retention(caller.account).await?.map(RetentionView::from);
    let Account { id, name, created_at } = account;
    Ok(AccountDetail { id, name, language, time_zone, retention_days, last_retention, created_at })
}

/// Changes the account.
#[utoipa::path(patch, path = "/account", tag = "people", request_body = Change,
    responses((status = 200, body = AccountDetail)))]
pub(crate) async fn change(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<Change>,
) -> Result<Answer<AccountDetail>, Problem> {
    let before = detail(&app, &caller).await?;
    let mut errors = Vec::new();
    let mut fields = Vec::new();
    let mut settings = app.store.account_settings(caller.account).await?;
    let mut title = before.name;
    if let Some(given) = body.name {
        fields.push("name");
        match name(&given) {
            Some(given) => title = given,
            None => errors.push(FieldError::new("/name", "length", NAME)),
        }
    }
    if let Some(given) = body.language {
        fields.push("language");
        settings.language = given;
    }
    if let Some(given) = body.time_zone {
        fields.push("time_zone");
        if given.as_ref().is_some_and(|zone| !chasqui_runtime::is_time_zone(zone)) {
            let message = "A time zone is a name such as Europe/Berlin.";
            errors.push(FieldError::new("/time_zone", "unknown", message));
        }
        settings.time_zone = given;
    }
    if let Some(given) = body.retention_days {
        fields.push("retention_days");
        if given.is_some_and(|days| !(1..=3650).contains(&days)) {
            let message = "Conversations are kept for 1 to 3,650 days, or for ever.";
            errors.push(FieldError::new("/retention_days", "range", message));
        }
        settings.retention_days = given;
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let store = audited(&app, &caller, "account.change", caller.account, json!({ "fields": fields }));
    store.set_account(caller.account, &title, &settings).await?;
    app.runtime.account_changed(caller.account);
    detail(&app, &caller).await.map(Answer)
}

/// Makes a further account, owned by who asks.
#[utoipa::path(post, path = "/accounts", tag = "people", request_body = NewAccount,
    responses((status = 201, body = AccountDetail)))]
pub(crate) async fn create(
    State(app): State<App>,
    Operator(caller): Operator,
    Json(body): Json<NewAccount>,
) -> Result<(StatusCode, Answer<AccountDetail>), Problem> {
    let name = name(&body.name).ok_or_else(|| Problem::field("/name", "length", NAME))?;
    let account = Account { id: app.clock.id(), name, created_at: app.clock.now() };
    let caller = Caller { account: account.id, ..caller };
    let store = audited(&app, &caller, "account.create", account.id, json!({ "name": account.name }));
    store.found_account(&account, caller.user).await?;
    Ok((StatusCode::CREATED, Answer(detail(&app, &caller).await?)))
}

//! Connections: an account's ways into services that its bots call. A secret goes in and never comes out.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use chasqui_flow::CallErrorKind;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::connection::{Connection, Kind, Settings};
use chasqui_model::email;
use chasqui_model::quota;
use chasqui_model::secret::Secret;
use chasqui_model::typed;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::NotGranted;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use super::{NAME, audited, cursor, name};
use crate::address::web_address;
use crate::app::App;
use crate::http::auth::{Admin, Viewer};
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::office::mentions;

/// Longest secret, in bytes.
const LONGEST_SECRET: usize = 4096;

/// A connection, without its secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConnectionView {
    #[schema(value_type = String, example = "cxn_0192")]
    id: Id<Connection>,
    /// What bots know it by.
    name: String,
    /// `openai`, `gemini`, `anthropic`, `smtp`, `postmark` or `google`.
    kind: &'static str,
    /// Where and as whom.
    #[schema(value_type = Object)]
    settings: Value,
    /// The last 4 characters of the secret.
    secret_last4: String,
    /// When the secret was last given; null when there is none, or when it is damaged and has to be given again.
    #[schema(value_type = Option<String>, format = DateTime)]
    secret_saved_at: Option<Timestamp>,
    /// `google`: whether somebody has agreed. Null for other kinds.
    granted: Option<bool>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Connection> for ConnectionView {
    fn from(it: Connection) -> Self {
        let kind = it.settings.kind();
        let mut settings = serde_json::to_value(&it.settings).unwrap_or_default();
        if let Value::Object(fields) = &mut settings {
            fields.remove("kind");
        }
        // Of a short secret four characters would be too much.
        let given = !it.secret.is_lost() && !it.secret.expose().is_empty();
        let last4 = if it.secret.expose().len() >= 12 { it.secret.last4() } else { String::new() };
        Self {
            id: it.id,
            name: it.name,
            kind: kind.name(),
            settings,
            secret_last4: last4,
            secret_saved_at: given.then_some(it.secret_saved_at),
            granted: (kind == Kind::Google).then_some(it.refresh_token.is_some()),
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// A connection to make.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewConnection {
    /// What bots know it by; it cannot be changed.
    name: String,
    /// `openai`, `gemini`, `anthropic`, `smtp`, `postmark` or `google`.
    kind: String,
    /// `openai`, `gemini`, `anthropic`: `base_url` (may be left out). `smtp`: `host`, `port`, `security` (`tls`, `starttls`, `none`),
    /// `username`, `from`. `postmark`: `from`, `stream`. `google`: `client_id`.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// API key, password, server token or client secret.
    #[serde(default)]
    secret: String,
}

/// What is to change.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ConnectionChange {
    /// As a whole; left out, as they are.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    /// Left out, the one that is there. It is needed again when the address, the security, the user or the client changes.
    secret: Option<String>,
}

/// Lists the account's connections, oldest first.
#[utoipa::path(get, path = "/connections", tag = "connections", params(Page), responses((status = 200, body = List<ConnectionView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<ConnectionView>>, Problem> {
    let rows = app.store.list_connections(caller.account, page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), ConnectionView::from).map(Answer)
}

/// Makes a connection.
#[utoipa::path(post, path = "/connections", tag = "connections", request_body = NewConnection,
    responses((status = 201, body = ConnectionView), (status = 409, description = "There is one of this name")))]
pub(crate) async fn create(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<NewConnection>,
) -> Result<(StatusCode, Answer<ConnectionView>), Problem> {
    let name = name(&body.name).ok_or_else(|| Problem::field("/name", "length", NAME))?;
    let settings = settings(&body.kind, body.settings)?;
    let secret = secret(&settings, &body.secret)?;
    let now = app.clock.now();
    let connection = Connection {
        id: app.clock.id(),
        account: caller.account,
        name,
        settings,
        secret,
        refresh_token: None,
        created_at: now,
        updated_at: now,
        secret_saved_at: now,
    };
    let detail = json!({ "name": connection.name, "kind": connection.settings.kind().name() });
    let made = audited(&app, &caller, "connection.create", connection.id, detail);
    let made = app.within(&made, caller.account, &[quota::Kind::Connections]).await?;
    match made.insert_connection(&connection).await {
        Ok(()) => Ok((StatusCode::CREATED, Answer(connection.into()))),
        Err(chasqui_store::Error::Exists(_)) => {
            Err(Problem::conflict("name_in_use", "There is a connection of this name."))
        }
        Err(error) => Err(error.into()),
    }
}

/// Changes a connection. What bots call next uses it as it is then.
#[utoipa::path(patch, path = "/connections/{id}", tag = "connections", params(("id" = String, Path)), request_body = ConnectionChange,
    responses((status = 200, body = ConnectionView), (status = 409, description = "Somebody else changed it meanwhile"),
        (status = 422, description = "It leads elsewhere now: its secret is needed again")))]
pub(crate) async fn change(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Connection>,
    Json(body): Json<ConnectionChange>,
) -> Result<Answer<ConnectionView>, Problem> {
    let before = app.store.connection(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let next = match body.settings {
        Some(fields) => settings(before.settings.kind().name(), fields)?,
        None => before.settings.clone(),
    };
    let new = body.secret.map(|text| secret(&next, &text)).transpose()?;
    if let (Some(field), None, false) =
        (before.settings.moved(&next), &new, before.secret.expose().is_empty())
    {
        let words = format!("Enter the key again. It was given for another `{field}`.");
        return Err(Problem::field("/secret", "needed_again", words));
    }
    let detail = json!({ "settings": next != before.settings, "secret": new.is_some() });
    let store = audited(&app, &caller, "connection.change", id, detail);
    if !store.change_connection(&before, &next, new.as_ref(), app.clock.now()).await? {
        return Err(chasqui_store::Error::Stale.into());
    }
    app.runtime.connection_changed(id);
    let after = app.store.connection(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(after.into()))
}

/// Deletes a connection with its secrets. One that a bot names in its draft or its newest version stays: the refusal says which.
#[utoipa::path(delete, path = "/connections/{id}", tag = "connections", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "Bots use it")))]
pub(crate) async fn delete(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Connection>,
) -> Result<StatusCode, Problem> {
    let connection = app.store.connection(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let bots = users(&app, caller.account, connection.name).await?;
    if !bots.is_empty() {
        let names: Vec<_> = bots.iter().map(|bot| format!("“{}”", bot.name)).collect();
        let detail = format!(
            "Bots use this connection: {}. Choose another one in them, and publish those that are published.",
            names.join(", ")
        );
        return Err(Problem::conflict("in_use", detail).with("bots", bots));
    }
    let store = audited(&app, &caller, "connection.delete", id, json!({}));
    if !store.delete_connection(caller.account, id).await? {
        return Err(Problem::not_found());
    }
    app.runtime.connection_changed(id);
    Ok(StatusCode::NO_CONTENT)
}

/// What came of a check.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checked {
    /// Whether the service takes the secret.
    works: bool,
    /// `timeout`, `refused`, `blocked`, `too_large`, `invalid` or `rejected`; null when it works.
    #[schema(value_type = Option<String>)]
    problem: Option<CallErrorKind>,
    /// What went wrong, partly in the service's own words.
    reason: Option<String>,
}

/// Asks the service that a connection leads to whether it takes the secret. Nothing is sent and nothing changes there.
#[utoipa::path(post, path = "/connections/{id}/check", tag = "connections", params(("id" = String, Path)),
    responses((status = 200, body = Checked)))]
pub(crate) async fn check(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Connection>,
) -> Result<Answer<Checked>, Problem> {
    let connection = app.store.connection(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(match app.runtime.check_connection(&connection).await {
        Ok(()) => Checked { works: true, problem: None, reason: None },
        Err(error) => Checked { works: false, problem: Some(error.kind), reason: Some(error.message) },
    }))
}

/// Which connection to authorise.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ToAuthorise {
    #[schema(value_type = String, example = "cxn_0192")]
    connection_id: String,
}

/// Where to go for it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Authorisation {
    /// Where the person's browser is to go; it comes back by itself.
    url: String,
    /// The address that must stand among the OAuth client's redirect addresses at Google.
    redirect_uri: String,
}

/// Begins to connect with Google: answers where the browser of whoever asks is to go.
#[utoipa::path(post, path = "/connections/google/authorise", tag = "connections", request_body = ToAuthorise,
    responses((status = 200, body = Authorisation)))]
pub(crate) async fn authorise(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<ToAuthorise>,
) -> Result<Answer<Authorisation>, Problem> {
    let id = body.connection_id.parse().map_err(|_| Problem::not_found())?;
    match app.runtime.begin_google(caller.account, caller.user, id).await {
        Ok(url) => Ok(Answer(Authorisation { url, redirect_uri: app.runtime.google_callback() })),
        Err(error) => Err(not_granted(error)),
    }
}

/// What Google says to the browser.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Returned {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

/// Where Google sends the browser back to. Leads on to the page with the connections.
#[utoipa::path(get, path = "/connections/google/callback", tag = "connections", params(Returned),
    responses((status = 303, description = "To the page with the connections; `google` says how it went")))]
pub(crate) async fn returned(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(query): Asked<Returned>,
) -> Result<Redirect, Problem> {
    let page = |how: &str| Redirect::to(&format!("/settings?tab=connections&google={how}"));
    let (Some(state), Some(code)) = (query.state, query.code) else {
        return Ok(page(if query.error.as_deref() == Some("access_denied") { "denied" } else { "failed" }));
    };
    let detail = json!({ "service": "google" });
    let by = |id| app.entry(caller.actor(), "connection.authorise", id, &detail);
    match app.runtime.finish_google(caller.account, caller.user, &state, &code, by).await {
        Ok(()) => Ok(page("done")),
        Err(NotGranted::Store(error)) => Err(error.into()),
        Err(NotGranted::Unknown) => Ok(page("stale")),
        Err(NotGranted::Refused(reason)) => {
            tracing::warn!(account = %caller.account, reason, "Google did not take an authorisation");
            Ok(page("failed"))
        }
    }
}

fn not_granted(error: NotGranted) -> Problem {
    match error {
        NotGranted::Unknown => Problem::not_found(),
        NotGranted::Refused(reason) => Problem::conflict("refused", reason),
        NotGranted::Store(error) => error.into(),
    }
}

/// Reads where a service is, as its kind wants it.
fn settings(kind: &str, mut fields: Map<String, Value>) -> Result<Settings, Problem> {
    fields.insert("kind".to_owned(), kind.into());
    fields.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
    let settings: Settings = serde_json::from_value(fields.into()).map_err(|error| {
        let what = if error.to_string().contains("unknown variant") { "/kind" } else { "/settings" };
        Problem::field(what, "shape", format!("{error}."))
    })?;
    let address = |text: &Option<String>| match text {
        Some(text) => web_address(text).map(drop).ok_or_else(|| {
            Problem::field("/settings/base_url", "url", "An address such as https://models.example.com/v1.")
        }),
        None => Ok(()),
    };
    let sender = |text: &str| {
        let words = "A sender such as Shop <shop@example.com>.";
        if email::is_sender(text) { Ok(()) } else { Err(Problem::field("/settings/from", "email", words)) }
    };
    match &settings {
        Settings::Openai { base_url }
        | Settings::Gemini { base_url }
        | Settings::Anthropic { base_url }
        | Settings::Google { base_url, .. } => address(base_url)?,
        Settings::Smtp { host, from, .. } => {
            let plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
            if host.is_empty() || host.len() > 253 || !host.chars().all(plain) {
                let words = "The name of a mail server, such as mail.example.com.";
                return Err(Problem::field("/settings/host", "host", words));
            }
            sender(from)?;
        }
        Settings::Postmark { from, base_url, .. } => {
            sender(from)?;
            address(base_url)?;
        }
    }
    Ok(settings)
}

fn secret(settings: &Settings, text: &str) -> Result<Secret, Problem> {
    let text = typed::trim(text).to_owned();
    let needed =
        !matches!(settings, Settings::Smtp { username: None, .. } | Settings::Openai { base_url: Some(_) });
    if text.is_empty() && needed {
        return Err(Problem::field("/secret", "missing", "A key or password is needed."));
    }
    if text.len() > LONGEST_SECRET || text.chars().any(char::is_control) {
        return Err(Problem::field("/secret", "shape", "A key has one line."));
    }
    Ok(Secret::new(text))
}

/// A bot that uses a connection.
#[derive(Serialize)]
struct Uses {
    id: Id<Bot>,
    name: String,
}

/// The bots whose draft or newest version names a connection.
async fn users(app: &App, account: Id<Account>, connection: String) -> Result<Vec<Uses>, Problem> {
    let mut namings = mentions::of_account(app, account).await?;
    namings.retain(|it| {
        [Some(&it.draft), it.published.as_ref()]
            .into_iter()
            .flatten()
            .any(|named| named.connections.contains(&connection))
    });
    Ok(namings.into_iter().map(|it| Uses { id: it.bot, name: it.name }).collect())
}

//! Incidents: what happens again and again, counted, until it is over.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::HeaderMap;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::Severity;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::graph_error;
use chasqui_store::noun::incident::Incident;
use chasqui_words::{Say, meta, title};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::event::{Explained, explained, params};
use super::integration::language;
use super::{audited, cursor};
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// An incident.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentView {
    #[schema(value_type = String, example = "inc_0192")]
    id: Id<Incident>,
    /// What its kind is called, in the language of `Accept-Language`.
    title: &'static str,
    /// A stable name for its kind.
    #[schema(example = "number_cannot_send")]
    code: String,
    /// Meta's code, when it came from there.
    graph_code: Option<i64>,
    /// The worst of its events.
    severity: Severity,
    /// What the last one said, in the language of `Accept-Language`.
    message: String,
    /// The same as data, see events.
    #[schema(value_type = Object)]
    params: Value,
    /// What Meta's code means, in the language of `Accept-Language`.
    explanation: Option<Explained>,
    #[schema(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    /// Where the last one happened.
    #[schema(value_type = Option<String>)]
    conversation_id: Option<Id<Conversation>>,
    node: Option<String>,
    /// How often it happened.
    count: i64,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    /// When somebody was last told by mail.
    #[schema(value_type = Option<String>, format = DateTime)]
    mailed_at: Option<Timestamp>,
}

/// Which incidents.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of this integration.
    #[param(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    /// Only those that are not over.
    open: Option<bool>,
}

/// How many are open.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenCount {
    open: i64,
}

/// Lists the account's incidents, latest first.
#[utoipa::path(get, path = "/incidents", tag = "events", params(Filter, Page), responses((status = 200, body = List<IncidentView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
    headers: HeaderMap,
) -> Result<Answer<List<IncidentView>>, Problem> {
    let (before, limit) = (page.after()?, page.fetch()?);
    let open = filter.open.unwrap_or(false);
    let rows = app.store.list_incidents(caller.account, filter.integration_id, open, before, limit).await?;
    let language = language(&headers);
    let view = |it: Incident| IncidentView {
        id: it.id,
        title: title(&it.code, language),
        explanation: explained(it.graph_code, language),
        code: it.code,
        graph_code: it.graph_code,
        severity: it.severity,
        message: it.notice.say(language),
        params: params(&it.notice),
        integration_id: it.integration,
        conversation_id: it.conversation,
        node: it.node,
        count: it.count,
        opened_at: it.opened_at,
        last_at: it.last_at,
        closed_at: it.closed_at,
        mailed_at: it.mailed_at,
    };
    List::new(&page, rows, |it| cursor(it.id), view).map(Answer)
}

/// Counts the account's open incidents.
#[utoipa::path(get, path = "/incidents/count", tag = "events", responses((status = 200, body = OpenCount)))]
pub(crate) async fn count(
    State(app): State<App>,
    Viewer(caller): Viewer,
) -> Result<Answer<OpenCount>, Problem> {
    Ok(Answer(OpenCount { open: app.store.open_incidents(caller.account).await? }))
}

/// Ends an incident by hand. If it happens again, another one begins.
#[utoipa::path(post, path = "/incidents/{id}/close", tag = "events", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn close(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Incident>,
) -> Result<axum::http::StatusCode, Problem> {
    let store = audited(&app, &caller, "incident.close", id, json!({}));
    if store.close_incident(caller.account, id, app.clock.now()).await? {
        Ok(axum::http::StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

/// One of Meta's codes, or a range of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeView {
    first: i64,
    last: i64,
    /// What stands beside the code, where that means something of its own.
    subcode: Option<i64>,
    /// What it is about: `token`, `window`, `template` …
    class: &'static str,
    cause: &'static str,
    cure: &'static str,
}

/// Meta's codes in plain words.
#[derive(Serialize, ToSchema)]
pub(crate) struct Codes {
    items: Vec<CodeView>,
}

/// Lists Meta's error codes with cause and cure in plain words, in the language of `Accept-Language`.
#[utoipa::path(get, path = "/explanations", tag = "events", responses((status = 200, body = Codes)))]
pub(crate) async fn explanations(_: Viewer, headers: HeaderMap) -> Answer<Codes> {
    let language = language(&headers);
    let view = |first: i64, last, subcode, it: meta::Explanation| CodeView {
        first,
        last,
        subcode,
        class: graph_error::class_of(first).name(),
        cause: it.cause,
        cure: it.cure,
    };
    let codes = meta::all(language).map(|(first, last, it)| view(first, last, None, it));
    let pairs = meta::all_pairs(language).map(|(code, sub, it)| view(code, code, Some(sub), it));
    Answer(Codes { items: codes.chain(pairs).collect() })
}

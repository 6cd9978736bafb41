//! Events: the error log.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use chasqui_model::account::Language;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::event::Filter as Wanted;
use chasqui_words::{Say, meta, title};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::cursor;
use super::integration::language;
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::http::{csv, download};

/// Something that happened and is worth telling the owner.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventView {
    #[schema(value_type = String, example = "evt_0192")]
    id: Id<Event>,
    severity: Severity,
    /// A stable name for its kind.
    #[schema(example = "send_refused")]
    code: String,
    /// Meta's code, when it came from there.
    graph_code: Option<i64>,
    /// What its kind is called, in the language of `Accept-Language`.
    title: &'static str,
    /// What happened and what to do, in plain words and the language of `Accept-Language`.
    message: String,
    /// What happened as data: `notice`, a stable name, and what belongs to it. Empty for events that were written down before
    /// events were data.
    #[schema(value_type = Object)]
    params: Value,
    /// What Meta's code means, in the language of `Accept-Language`.
    explanation: Option<Explained>,
    #[schema(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    #[schema(value_type = Option<String>)]
    conversation_id: Option<Id<Conversation>>,
    /// The node of the bot.
    node: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// One of Meta's codes in plain words.
#[derive(Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct Explained {
    cause: &'static str,
    cure: &'static str,
}

/// What is told, as data.
pub(super) fn params(notice: &Notice) -> Value {
    match notice {
        Notice::Words { .. } => Value::Object(serde_json::Map::new()),
        // An enum of texts and numbers can always be written.
        data => serde_json::to_value(data).unwrap_or_default(),
    }
}

/// What a code means.
pub(super) fn explained(code: Option<i64>, language: Language) -> Option<Explained> {
    let it = meta::explain(code?, language)?;
    Some(Explained { cause: it.cause, cure: it.cure })
}

impl EventView {
    fn new(it: Event, language: Language) -> Self {
        Self {
            title: title(&it.code, language),
            explanation: explained(it.graph_code, language),
            id: it.id,
            severity: it.severity,
            code: it.code,
            graph_code: it.graph_code,
            message: it.notice.say(language),
            params: params(&it.notice),
            integration_id: it.integration,
            conversation_id: it.conversation,
            node: it.node,
            at: it.at,
        }
    }
}

/// Which events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// At least as bad as this.
    severity: Option<Severity>,
    /// Of this integration.
    #[param(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    /// Not before this.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Before this.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl Filter {
    fn wanted(&self, before: Option<Id<Event>>) -> Wanted {
        let severity = self.severity.unwrap_or(Severity::Notice);
        Wanted { integration: self.integration_id, severity, since: self.since, until: self.until, before }
    }
}

/// Lists the account's events, latest first.
#[utoipa::path(get, path = "/events", tag = "events", params(Filter, Page), responses((status = 200, body = List<EventView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
    headers: HeaderMap,
) -> Result<Answer<List<EventView>>, Problem> {
    let rows = app.store.find_events(caller.account, &filter.wanted(page.after()?), page.fetch()?).await?;
    let language = language(&headers);
    List::new(&page, rows, |it| cursor(it.id), |it| EventView::new(it, language)).map(Answer)
}

/// Most events of a CSV file.
const MOST: u32 = 100_000;

/// The account's events as a CSV file, latest first.
#[utoipa::path(get, path = "/events.csv", tag = "events", params(Filter),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn csv(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(filter): Asked<Filter>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let rows = app.store.find_events(caller.account, &filter.wanted(None), MOST).await?;
    let language = language(&headers);
    let head = "time,severity,kind,title,error_code,message,integration_id,conversation_id,node\r\n";
    let mut text = csv::MARK.to_owned() + head;
    for it in rows {
        let fields = [
            it.at.to_string(),
            it.severity.name().to_owned(),
            it.code.clone(),
            title(&it.code, language).to_owned(),
            it.graph_code.map(|code| code.to_string()).unwrap_or_default(),
            it.notice.say(language),
            it.integration.map(|id| id.to_string()).unwrap_or_default(),
            it.conversation.map(|id| id.to_string()).unwrap_or_default(),
            it.node.unwrap_or_default(),
        ];
        text.push_str(&csv::line(fields.iter().map(String::as_str)));
    }
    Ok((download::named(download::CSV, "events.csv")?, text))
}

/// Lists the events of an integration, latest first.
#[utoipa::path(get, path = "/integrations/{id}/events", tag = "integrations",
    params(("id" = String, Path), ("severity" = Option<Severity>, Query), ("since" = Option<String>, Query, format = DateTime), ("until" = Option<String>, Query, format = DateTime), Page),
    responses((status = 200, body = List<EventView>)))]
pub(crate) async fn list_of_integration(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Integration>,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
    headers: HeaderMap,
) -> Result<Answer<List<EventView>>, Problem> {
    app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let filter = Filter { integration_id: Some(id), ..filter };
    list(State(app), Viewer(caller), Asked(filter), Asked(page), headers).await
}

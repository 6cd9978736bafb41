//! Events: the error log.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor;
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// Something that happened and is worth telling the owner.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventView {
    #[schema(value_type = String, example = "evt_0192")]
    id: Id<Event>,
    #[schema(value_type = SeverityName)]
    severity: Severity,
    /// A stable name for its kind.
    #[schema(example = "send_refused")]
    code: String,
    /// Meta's code, when it came from there.
    graph_code: Option<i64>,
    /// What happened and what to do, in plain words.
    message: String,
    #[schema(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    #[schema(value_type = Option<String>)]
    conversation_id: Option<Id<Conversation>>,
    /// The node of the bot.
    node: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// How bad an event is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = Severity)]
#[expect(dead_code, reason = "describes the model's `Severity`")]
pub(crate) enum SeverityName {
    Notice,
    Warning,
    Error,
}

impl From<Event> for EventView {
    fn from(it: Event) -> Self {
        Self {
            id: it.id,
            severity: it.severity,
            code: it.code,
            graph_code: it.graph_code,
            message: it.message,
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
    #[param(value_type = Option<SeverityName>)]
    severity: Option<Severity>,
    /// Of this integration.
    #[param(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
}

/// Lists the account's events, latest first.
#[utoipa::path(get, path = "/events", tag = "events", params(Filter, Page), responses((status = 200, body = List<EventView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<EventView>>, Problem> {
    let severity = filter.severity.unwrap_or(Severity::Notice);
    let (after, limit) = (page.after()?, page.fetch()?);
    let rows = app.store.list_events(caller.account, filter.integration_id, severity, after, limit).await?;
    List::new(&page, rows, |it| cursor(it.id), EventView::from).map(Answer)
}

/// Lists the events of an integration, latest first.
#[utoipa::path(get, path = "/integrations/{id}/events", tag = "integrations",
    params(("id" = String, Path), ("severity" = Option<SeverityName>, Query), Page),
    responses((status = 200, body = List<EventView>)))]
pub(crate) async fn list_of_integration(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Integration>,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<EventView>>, Problem> {
    app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let filter = Filter { integration_id: Some(id), ..filter };
    list(State(app), Viewer(caller), Asked(filter), Asked(page)).await
}

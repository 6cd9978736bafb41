//! What people answered a bot, as a CSV file: a line for every finished conversation, a column for every variable.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use chasqui_flow::Definition;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::finished::{Filter, Finished};
use chasqui_store::on_behalf_of;
use futures::stream::try_unfold;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::BotId;
use super::transcript::json;
use crate::app::App;
use crate::http::auth::Builder;
use crate::http::input::{Asked, PathId};
use crate::http::problem::Problem;
use crate::http::{csv, download};

/// Conversations that are read at a time.
const PAGE: u32 = 50;
/// What stands before the variables.
const COLUMNS: [&str; 7] = [
    "conversation_id",
    "bot_version",
    "contact_name",
    "contact_phone",
    "started_at",
    "ended_at",
    "end_reason",
];

/// Which conversations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ended {
    /// Ended not before this.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Ended before this.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// The answers that a bot was given, as a CSV file: a line for every finished conversation, the latest first, and a column for
/// every variable of the published version (or of the draft, when none is published).
#[utoipa::path(get, path = "/bots/{id}/answers.csv", tag = "bots", params(("id" = String, Path), Ended),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn answers(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    Asked(asked): Asked<Ended>,
) -> Result<impl IntoResponse, Problem> {
    let variables: Arc<[String]> = variables(&app, caller.account, id).await?.into();
    let head = COLUMNS.into_iter().chain(variables.iter().map(String::as_str));
    let head = csv::MARK.to_owned() + &csv::line(head);
    let filter = Filter { since: asked.since, until: asked.until, after: None };
    let rest = lines(app, caller.account, id, filter, variables);
    let head = futures::stream::once(async { Ok(head) });
    let body = Body::from_stream(futures::StreamExt::chain(head, rest));
    Ok((download::named(download::CSV, "answers.csv")?, body))
}

/// The columns.
async fn variables(app: &App, account: Id<Account>, id: Id<Bot>) -> Result<Vec<String>, Problem> {
    let bot = app.store.bot(account, id).await?.ok_or_else(Problem::not_found)?;
    let published = match bot.version {
        Some(version) => app.store.version_of_bot(account, id, version).await?.map(|it| it.definition),
        None => None,
    };
    let text = match published {
        Some(text) => text,
        None => app.store.draft(account, id).await?.ok_or_else(Problem::not_found)?.definition,
    };
    let names = move || Definition::parse(&text).map(|definition| chasqui_flow::variables(&definition));
    Ok(app.heavy(account, names).await?.unwrap_or_default())
}

/// Page after page, read while the one before is on its way. It is sent when the request is over already, and still done in
/// the account's name.
fn lines(
    app: App,
    account: Id<Account>,
    bot: Id<Bot>,
    filter: Filter,
    variables: Arc<[String]>,
) -> impl futures::Stream<Item = Result<String, std::io::Error>> {
    try_unfold((app, filter, variables), move |(app, mut filter, variables)| async move {
        let page = app.store.finished_conversations(account, bot, &filter, PAGE);
        let page = on_behalf_of(Some(account), page).await.map_err(std::io::Error::other)?;
        let Some(last) = page.last() else { return Ok(None) };
        filter.after = Some((last.listed_at, last.id));
        let (columns, page) = (Arc::clone(&variables), Arc::new(page));
        let write = move || page.iter().map(|it| line(it, &columns)).collect::<String>();
        let text = app
            .heavy_patiently(account, write)
            .await
            .map_err(|busy| std::io::Error::other(Problem::from(busy).to_string()))?;
        Ok(Some((text, (app, filter, variables))))
    })
}

fn line(it: &Finished, variables: &[String]) -> String {
    let state = json(&it.state);
    let nothing = Map::new();
    let values = state.get("variables").and_then(Value::as_object).unwrap_or(&nothing);
    let mut fields = vec![
        it.id.to_string(),
        it.bot_version.to_string(),
        it.contact_name.clone().unwrap_or_default(),
        it.contact_phone.clone().unwrap_or_default(),
        it.started_at.to_string(),
        it.ended_at.map(|at| at.to_string()).unwrap_or_default(),
        it.end_reason.map(|reason| reason.name().to_owned()).unwrap_or_default(),
    ];
    let text = |name: &String| values.get(name).map(|value| chasqui_flow::text_of(value).into_owned());
    fields.extend(variables.iter().map(|name| text(name).unwrap_or_default()));
    csv::line(fields.iter().map(String::as_str))
}

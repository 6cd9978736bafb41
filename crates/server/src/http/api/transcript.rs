//! What was said and done in a conversation.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::conversation::Conversation;
use chasqui_model::message::marks::{Marks, Product, Referral};
use chasqui_model::message::{Author, Message, MessageStatus};
use chasqui_model::reason::Reason;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::Runtime;
use chasqui_store::noun::transcript::{Line, PastCall, PastTurn};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::conversation::Direction;
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::http::speak;

/// A message.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageView {
    #[schema(value_type = String, example = "msg_0192")]
    id: Id<Message>,
    /// Position in the transcript, from 1.
    no: i64,
    direction: Direction,
    author: Author,
    r#type: String,
    /// The message as the engine sees it; one shape a type.
    #[schema(value_type = Object)]
    content: Value,
    status: MessageStatus,
    error: Option<MessageError>,
    /// The turn that wrote it.
    turn: Option<i64>,
    /// The node that wrote it.
    node: Option<String>,
    /// The message of this conversation that it quotes.
    #[schema(value_type = Option<String>)]
    reply_to: Option<Id<Message>>,
    /// Meta's id of the message that it quotes, also when that is none of this conversation.
    reply_to_wamid: Option<String>,
    /// Meta's id of it; null until Meta took it.
    #[schema(example = "wamid.HBgLMTY1MDU1NTEyMzQVAgA=")]
    wamid: Option<String>,
    /// The contact forwarded it from another chat.
    forwarded: bool,
    /// It was forwarded many times.
    frequently_forwarded: bool,
    /// The advertisement or post the contact came from.
    referral: Option<ReferralView>,
    /// The product that it asks about.
    product: Option<ProductView>,
    /// What the contact chose from it: a button's label, a row's title.
    chosen: Option<String>,
    /// Its writer changed it: `content` is as it was first.
    edited: Option<EditView>,
    /// When its writer deleted it; `content` has nothing but the type then.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When the contact wrote it, by Meta's clock.
    #[schema(value_type = Option<String>, format = DateTime)]
    written_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
}

/// What a message says since its writer changed it.
#[derive(Serialize, ToSchema)]
pub(crate) struct EditView {
    /// As the engine sees it; null when Meta did not say.
    #[schema(value_type = Option<Object>)]
    content: Value,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// An advertisement or post. Words are plain text; addresses begin with `http` or `https`.
#[derive(Serialize, ToSchema)]
#[schema(as = Referral)]
pub(crate) struct ReferralView {
    /// `ad` or `post`.
    #[schema(example = "ad")]
    source_type: Option<String>,
    /// Meta's id of it.
    source_id: Option<String>,
    source_url: Option<String>,
    headline: Option<String>,
    body: Option<String>,
    /// `image` or `video`.
    media_type: Option<String>,
    image_url: Option<String>,
    video_url: Option<String>,
    thumbnail_url: Option<String>,
    /// The id of the click, for reports to Meta.
    ctwa_clid: Option<String>,
    /// The greeting that was shown in the chat.
    welcome_message: Option<String>,
}

impl From<Referral> for ReferralView {
    fn from(it: Referral) -> Self {
        Self {
            source_type: it.source_type,
            source_id: it.source_id,
            source_url: it.source_url,
            headline: it.headline,
            body: it.body,
            media_type: it.media_type,
            image_url: it.image_url,
            video_url: it.video_url,
            thumbnail_url: it.thumbnail_url,
            ctwa_clid: it.ctwa_clid,
            welcome_message: it.welcome_message,
        }
    }
}

/// A product of the business's catalogue.
#[derive(Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductView {
    catalog_id: Option<String>,
    product_retailer_id: Option<String>,
}

impl From<Product> for ProductView {
    fn from(it: Product) -> Self {
        Self { catalog_id: it.catalog_id, product_retailer_id: it.product_retailer_id }
    }
}

/// Why a message did not arrive.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageError {
    /// Meta's code, when it came from there.
    code: Option<i64>,
    /// Why, in the language of `Accept-Language`.
    message: String,
    /// The same as data: `reason`, a stable name, and what belongs to it.
    #[schema(value_type = Object)]
    params: Reason,
}

impl MessageError {
    fn new(code: Option<i64>, stored: Option<&str>) -> Self {
        let params = Reason::read(stored.unwrap_or_default());
        Self { code, message: speak::say(&params), params }
    }
}

impl MessageView {
    /// With what its writer deleted: whoever asks what is kept of them gets all of it.
    pub(super) fn with_revoked(runtime: &Runtime, it: Line) -> Self {
        let content = json(&it.content);
        Self { content, ..Self::new(runtime, it) }
    }

    pub(super) fn new(runtime: &Runtime, it: Line) -> Self {
        let status = match it.status {
            MessageStatus::Queued => it.status.shown(runtime.sends(it.integration)),
            other => other,
        };
        let error = (it.status == MessageStatus::Failed)
            .then(|| MessageError::new(it.error_code, it.error.as_deref()));
        let gone = it.revoked_at.is_some();
        let mut content = json(&it.content);
        let marks = Marks::take(&mut content);
        if gone {
            content = serde_json::json!({ "type": it.kind });
        }
        let edited = it.edited.filter(|_| !gone);
        Self {
            id: it.id,
            no: it.no,
            direction: it.author.into(),
            author: it.author,
            r#type: it.kind,
            content,
            status,
            error,
            turn: it.turn,
            node: it.node,
            reply_to: it.reply_to,
            reply_to_wamid: it.quoted,
            wamid: it.wamid,
            forwarded: marks.forwarded,
            frequently_forwarded: marks.frequently_forwarded,
            referral: marks.referral.map(ReferralView::from),
            product: marks.product.map(ProductView::from),
            chosen: it.chosen.map(|content| text(&json(&content))),
            edited: edited.map(|(content, at)| EditView { content: json(&content)["content"].take(), at }),
            revoked_at: it.revoked_at,
            at: it.at,
            written_at: marks.at,
            sent_at: it.sent_at,
            delivered_at: it.delivered_at,
            read_at: it.read_at,
        }
    }
}

/// Kept JSON. What cannot be read is null: one damaged row does not hide the others.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(%error, "a stored text is no JSON; its row is shown without it");
        Value::Null
    })
}

/// The words in a message of either direction.
pub(super) fn text(content: &Value) -> String {
    let found = ["body", "caption", "title", "text", "emoji", "name"]
        .into_iter()
        .find_map(|key| content[key].as_str());
    match found {
        Some(found) => found.to_owned(),
        // What an edited message says is inside.
        None if content["content"].is_object() => text(&content["content"]),
        None => String::new(),
    }
}

/// A turn.
#[derive(Serialize, ToSchema)]
pub(crate) struct TurnView {
    /// From 1.
    no: i64,
    /// What made it happen: `start`, `message`, `answer`, `wake` and others.
    #[schema(example = "message")]
    cause: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How long the engine took, in microseconds.
    duration_us: i64,
    visits: Vec<VisitView>,
    calls: Vec<CallView>,
    /// Variables that have another value since; null for those that are gone.
    #[schema(value_type = Object)]
    changed: Map<String, Value>,
    /// What happened that belongs to no node.
    remark: Option<String>,
    /// The messages written in it.
    #[schema(value_type = Vec<String>)]
    messages: Vec<Id<Message>>,
}

/// A node that a turn came to.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct VisitView {
    node: String,
    /// The bot, when it is another one that was started by a jump.
    #[serde(default)]
    bot: Option<String>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    component: String,
    /// The port it was left by.
    #[serde(default)]
    port: Option<String>,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    error: Option<String>,
}

/// Something asked of the world.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallView {
    node: String,
    /// `http`, `media` …
    #[schema(example = "http")]
    kind: String,
    summary: String,
    status: CallStatus,
    result: Option<String>,
    duration_ms: Option<i64>,
}

/// How a call fares.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallStatus {
    Pending,
    Done,
    Failed,
}

/// What is kept of a turn, as far as people see it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kept {
    cause: String,
    visits: Vec<VisitView>,
    changed: Map<String, Value>,
    remark: Option<String>,
}

impl From<PastTurn> for TurnView {
    fn from(it: PastTurn) -> Self {
        let kept: Kept = serde_json::from_str(&it.trace).unwrap_or_else(|error| {
            tracing::error!(%error, "a stored trace cannot be read");
            Kept {
                remark: Some("what was written down of this turn cannot be read".into()),
                ..Kept::default()
            }
        });
        Self {
            no: it.no,
            cause: kept.cause,
            at: it.at,
            duration_us: it.duration_us,
            visits: kept.visits,
            calls: it.calls.into_iter().map(CallView::from).collect(),
            changed: chasqui_flow::plain_fields(&kept.changed),
            remark: kept.remark,
            messages: it.messages,
        }
    }
}

impl From<PastCall> for CallView {
    fn from(it: PastCall) -> Self {
        let kind = json(&it.request)["call"].as_str().unwrap_or_default().to_owned();
        let status = match it.ok {
            None => CallStatus::Pending,
            Some(true) => CallStatus::Done,
            Some(false) => CallStatus::Failed,
        };
        Self {
            node: it.node,
            kind,
            summary: it.summary,
            status,
            result: it.result,
            duration_ms: it.duration_ms,
        }
    }
}

/// Lists the messages of a conversation, oldest first.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = String, Path), Page),
    responses((status = 200, body = List<MessageView>)))]
pub(crate) async fn messages(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Conversation>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<MessageView>>, Problem> {
    let after = page.after()?.unwrap_or(0);
    let rows = app.store.list_messages(caller.account, id, after, page.fetch()?).await?;
    let rows = rows.ok_or_else(Problem::not_found)?;
    List::new(&page, rows, |it| it.no.to_string(), |it| MessageView::new(&app.runtime, it)).map(Answer)
}

/// Lists the turns of a conversation, oldest first.
#[utoipa::path(get, path = "/conversations/{id}/turns", tag = "conversations", params(("id" = String, Path), Page),
    responses((status = 200, body = List<TurnView>)))]
pub(crate) async fn turns(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Conversation>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<TurnView>>, Problem> {
    let after = page.after()?.unwrap_or(0);
    let rows = app.store.list_turns(caller.account, id, after, page.fetch()?).await?;
    let rows = rows.ok_or_else(Problem::not_found)?;
    List::new(&page, rows, |it| it.no.to_string(), TurnView::from).map(Answer)
}

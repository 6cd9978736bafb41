//! Conversations.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::bot::Bot;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, EndReason, Owner, Status, Thread};
use chasqui_model::integration::Integration;
use chasqui_model::message::{Author, MessageStatus};
use chasqui_model::typed;
use chasqui_model::{Id, Timestamp, window};
use chasqui_runtime::Runtime;
use chasqui_store::noun::conversation::{Filter as Wanted, LastMessage, Listed, Standing};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// A conversation.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationView {
    #[schema(value_type = String, example = "cnv_0192")]
    id: Id<Conversation>,
    status: Status,
    end_reason: Option<EndReason>,
    contact: ContactView,
    integration: IntegrationRef,
    bot: BotRef,
    turns: i64,
    messages: i64,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_message_at: Timestamp,
    last_message: Option<LastMessageView>,
    /// Until then free-form messages may be sent; null when the contact has never written.
    #[schema(value_type = Option<String>, format = DateTime)]
    window_closes_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Only when one conversation is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    variables: Option<Map<String, Value>>,
    /// Who answers, as far as Meta told. Null in lists.
    thread: Option<ThreadView>,
    /// The last time the bot handed the conversation to people; null when it never did, and in lists.
    handoff: Option<HandoffView>,
}

/// Who may answer in a thread that more than one app works on.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationThread)]
pub(crate) struct ThreadView {
    owner: Owner,
    /// Their role in Meta's words, when it was told.
    role: Option<String>,
    /// When that became known; null when nothing was ever told.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Until then the owner keeps it while the contact is silent; null when the contact has never written.
    #[schema(value_type = Option<String>, format = DateTime)]
    idle_at: Option<Timestamp>,
}

/// What a bot told people when it handed a conversation over.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = Handoff)]
pub(crate) struct HandoffView {
    /// What its author wants people to know, with the variables filled in; empty when the author wrote nothing.
    #[serde(default)]
    summary: String,
    /// The node that handed it over.
    node: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Whom it is with.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationContact)]
pub(crate) struct ContactView {
    #[schema(value_type = String, example = "con_0192")]
    id: Id<Contact>,
    name: Option<String>,
    /// With `+`; null when Meta withholds it.
    phone: Option<String>,
    /// The business-scoped user id.
    #[schema(example = "US.13491208655302741918")]
    user_id: Option<String>,
    /// Without `@`.
    username: Option<String>,
}

/// On which number.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrationRef {
    #[schema(value_type = String, example = "int_0192")]
    id: Id<Integration>,
    /// Its name, else its number; null when it was deleted.
    name: Option<String>,
}

/// Which bot answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct BotRef {
    #[schema(value_type = String, example = "bot_0192")]
    id: Id<Bot>,
    /// Null when it was deleted.
    name: Option<String>,
    /// The version the conversation started with; it finishes on it.
    version: i64,
}

/// The last message.
#[derive(Serialize, ToSchema)]
pub(crate) struct LastMessageView {
    direction: Direction,
    author: Author,
    r#type: String,
    /// The words in it; empty when there are none.
    text: String,
    status: MessageStatus,
}

/// Seen from the business.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    /// The contact wrote it.
    In,
    /// The business did.
    Out,
}

impl From<Author> for Direction {
    fn from(author: Author) -> Self {
        match author {
            Author::Contact => Self::In,
            Author::Bot | Author::Person => Self::Out,
        }
    }
}

impl ConversationView {
    /// As a list has it. `runtime`: knows whether the number sends.
    pub(super) fn new(runtime: &Runtime, it: Listed) -> Self {
        let Listed { conversation, contact, .. } = it;
        let sends = runtime.sends(conversation.integration);
        Self {
            id: conversation.id,
            status: conversation.status,
            end_reason: conversation.end_reason,
            contact: ContactView {
                id: contact.id,
                name: contact.name.or_else(|| contact.username.clone()),
                phone: contact.wa_id.map(|digits| format!("+{digits}")),
                user_id: contact.user_id,
                username: contact.username,
            },
            integration: IntegrationRef {
                id: conversation.integration,
                name: it.integration_name.or(it.display_phone_number),
            },
            bot: BotRef { id: conversation.bot, name: it.bot_name, version: conversation.bot_version },
            turns: conversation.turns,
            messages: conversation.messages,
            started_at: conversation.started_at,
            last_message_at: conversation.last_message_at,
            last_message: it.last_message.map(|it| LastMessageView::new(it, sends)),
            window_closes_at: window::closes_at(contact.last_inbound_at),
            expires_at: conversation.expires_at,
            ended_at: conversation.ended_at,
            variables: None,
            thread: None,
            handoff: None,
        }
    }

    /// With what the bot remembers, what it told people, and who answers.
    pub(super) fn whole(runtime: &Runtime, found: Listed, now: Timestamp) -> Self {
        let state = super::transcript::json(&found.conversation.state);
        let variables = state.get("variables").and_then(Value::as_object);
        let variables = variables.map(chasqui_flow::plain_fields).unwrap_or_default();
        let heard_at = found.contact.last_inbound_at;
        let thread = state.get("thread").and_then(|thread| Thread::deserialize(thread).ok());
        let owner = Thread::owner(thread.as_ref(), heard_at, now);
        // What was told of an owner says nothing of nobody.
        let told = thread.filter(|_| owner != Owner::Unknown);
        let thread = ThreadView {
            owner,
            since: told.as_ref().map(|thread| thread.since),
            role: told.and_then(|thread| thread.role),
            idle_at: heard_at.map(|at| at.after(Thread::IDLE)),
        };
        let handoff = state.get("handoff").and_then(|it| HandoffView::deserialize(it).ok());
        Self { variables: Some(variables), thread: Some(thread), handoff, ..Self::new(runtime, found) }
    }
}

impl LastMessageView {
    fn new(it: LastMessage, sends: bool) -> Self {
        let text = super::transcript::text(&super::transcript::json(&it.content));
        let status = it.status.shown(sends);
        Self { direction: it.author.into(), author: it.author, r#type: it.kind, text, status }
    }
}

/// Which conversations, all conditions at once.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of this integration.
    #[param(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    /// With this contact.
    #[param(value_type = Option<String>)]
    contact_id: Option<Id<Contact>>,
    /// In this state.
    status: Option<Asks>,
    /// With a contact whose name or number contains this.
    q: Option<String>,
}

/// Which conversations, by state.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asks {
    /// The bot answers.
    Open,
    /// A person answers.
    WithPeople,
    /// Over.
    Ended,
}

/// Lists the account's conversations, the ones with the latest message first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(Filter, Page),
    responses((status = 200, body = List<ConversationView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<ConversationView>>, Problem> {
    let standing = match filter.status {
        None => Standing::Any,
        Some(Asks::Open) => Standing::Open,
        Some(Asks::WithPeople) => Standing::WithPeople,
        Some(Asks::Ended) => Standing::Ended,
    };
    let search = filter.q.map(|q| typed::trim(&q).to_owned()).filter(|q| !q.is_empty());
    let after = page.after::<Place>()?.map(|place| (place.0, place.1));
    let wanted =
        Wanted { integration: filter.integration_id, contact: filter.contact_id, standing, search, after };
    let rows = app.store.list_conversations(caller.account, &wanted, page.fetch()?).await?;
    let cursor = |it: &Listed| Place(it.listed_at, it.conversation.id).to_string();
    List::new(&page, rows, cursor, |it| ConversationView::new(&app.runtime, it)).map(Answer)
}

/// A place in the list: conversations move in it, so it is a time and an id.
struct Place(Timestamp, Id<Conversation>);

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0.millis(), self.1)
    }
}

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (millis, id) = text.split_once('.').ok_or(())?;
        Ok(Self(Timestamp::from_millis(millis.parse().map_err(|_| ())?), id.parse().map_err(|_| ())?))
    }
}

/// How many wait.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingCount {
    /// Conversations that a bot handed to people and that nobody has answered since the contact last wrote; at most 100.
    waiting: i64,
}

/// Counts the account's conversations that wait for a person.
#[utoipa::path(get, path = "/conversations/count", tag = "conversations", responses((status = 200, body = WaitingCount)))]
pub(crate) async fn count(
    State(app): State<App>,
    Viewer(caller): Viewer,
) -> Result<Answer<WaitingCount>, Problem> {
    Ok(Answer(WaitingCount { waiting: app.store.waiting_conversations(caller.account).await? }))
}

/// One conversation, with its variables.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView)))]
pub(crate) async fn one(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    let found = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(ConversationView::whole(&app.runtime, found, app.clock.now())))
}

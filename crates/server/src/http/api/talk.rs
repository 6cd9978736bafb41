//! People in conversations: taking over, writing, giving back, closing; and messages to somebody who has not written.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_flow::{MAX_VARIABLES, TooMuch, check_variables};
use chasqui_model::conversation::{Conversation, Status};
use chasqui_model::integration::Integration;
use chasqui_model::message::outbound::Content;
use chasqui_model::message::{Message, Outbound};
use chasqui_model::template::Given;
use chasqui_model::typed;
use chasqui_model::{Id, user_id, window};
use chasqui_runtime::template::Unfit;
use chasqui_runtime::{Asked as Ask, Command, NotAsked, To};
use chasqui_store::noun::transcript::Quoted;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::audit;
use super::conversation::ConversationView;
use super::file_message::FileForm;
use super::integration::country;
use super::integration::template::TemplateMessage;
use crate::app::App;
use crate::http::auth::{Builder, Caller};
use crate::http::input::{Json, PathId};
use crate::http::phone::{NUMBER, e164};
use crate::http::problem::{FieldError, Problem};

/// What a user id looks like.
const USER_ID: &str =
    "A user id looks like US.13491208655302741918: two capital letters, a dot, letters and digits.";

/// What to write: words, or a template.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Write {
    /// Up to 4,096 characters; only within 24 hours of the contact's last message.
    text: Option<String>,
    /// Show the first link of the text as a card.
    #[serde(default)]
    preview_url: bool,
    /// The message of this conversation to quote: its id here (`msg_…`) or Meta's (`wamid.…`).
    #[schema(example = "msg_0192")]
    reply_to: Option<String>,
    /// A file that was uploaded; only within 24 hours of the contact's last message.
    file: Option<FileForm>,
    #[schema(value_type = Option<TemplateMessage>)]
    template: Option<Given>,
}

/// Somebody to write to.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Proactive {
    #[schema(example = "int_0192")]
    integration_id: String,
    /// A phone number as people write it, with the country code, or a business-scoped user id (`US.1349…`).
    /// One of `to`, `user_id` and `contact_id` is needed.
    #[schema(example = "+4915123456789")]
    to: Option<String>,
    /// A business-scoped user id: for people whose number Meta withholds.
    #[schema(example = "US.13491208655302741918")]
    user_id: Option<String>,
    /// A contact of this integration, whatever is known of them.
    #[schema(example = "con_0192")]
    contact_id: Option<String>,
    /// Up to 4,096 characters; only within 24 hours of the contact's last message.
    text: Option<String>,
    /// Show the first link of the text as a card.
    #[serde(default)]
    preview_url: bool,
    /// The message to quote: its id here (`msg_…`) or Meta's (`wamid.…`). It must be one of the conversation with this person.
    #[schema(example = "msg_0192")]
    reply_to: Option<String>,
    /// A file that was uploaded; only within 24 hours of the contact's last message.
    file: Option<FileForm>,
    #[schema(value_type = Option<TemplateMessage>)]
    template: Option<Given>,
    /// A published bot to start with them, after the message; an open conversation ends.
    bot_id: Option<String>,
    /// Variables that the bot starts with: at most 256 KiB as JSON, with lists and objects at most 64 deep.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
}

/// A message on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct Queued {
    /// Null when only a bot was started.
    #[schema(value_type = Option<String>, example = "msg_0192")]
    id: Option<Id<Message>>,
}

pub(super) async fn found(
    app: &App,
    caller: &Caller,
    id: Id<Conversation>,
) -> Result<ConversationView, Problem> {
    let found = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    Ok(ConversationView::whole(&app.runtime, found, app.clock.now()))
}

pub(super) async fn open(app: &App, caller: &Caller, id: Id<Conversation>) -> Result<Conversation, Problem> {
    let found = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if found.conversation.status == Status::Ended {
        return Err(Problem::conflict(
            "ended",
            "This conversation is over. The contact's next message begins another.",
        ));
    }
    Ok(found.conversation)
}

/// Gives a command and waits a moment for it to take effect, so that the answer shows it.
async fn run(
    app: &App,
    caller: &Caller,
    id: Id<Conversation>,
    command: Command,
    done: impl Fn(Status) -> bool,
) -> Result<Answer<ConversationView>, Problem> {
    let it = open(app, caller, id).await?;
    if !done(it.status) {
        app.runtime.command(&it, command).await?;
        for _ in 0..100 {
            let now = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
            if done(now.conversation.status) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    found(app, caller, id).await.map(Answer)
}

/// Answers in the bot's place: it falls silent. Repeatable.
#[utoipa::path(post, path = "/conversations/{id}/take_over", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView), (status = 409, description = "The conversation is over")))]
pub(crate) async fn take_over(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    open(&app, &caller, id).await?;
    audit(&app, &caller, "conversation.take_over", id, json!({})).await?;
    run(&app, &caller, id, Command::TakeOver, |status| status == Status::HandedOff).await
}

/// Lets the bot go on where it was. Repeatable.
#[utoipa::path(post, path = "/conversations/{id}/hand_back", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView),
        (status = 409, description = "The conversation is over, or another app has the thread")))]
pub(crate) async fn hand_back(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    open(&app, &caller, id).await?;
    super::thread::refuse_when_another_has_it(&app, &caller, id).await?;
    audit(&app, &caller, "conversation.hand_back", id, json!({})).await?;
    run(&app, &caller, id, Command::HandBack, |status| status != Status::HandedOff).await
}

/// Ends the conversation. The contact's next message begins another.
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView), (status = 409, description = "The conversation is over")))]
pub(crate) async fn close(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    open(&app, &caller, id).await?;
    audit(&app, &caller, "conversation.close", id, json!({})).await?;
    run(&app, &caller, id, Command::Close, |status| status == Status::Ended).await
}

/// Writes to the contact of a conversation that a person has taken over.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = String, Path)),
    request_body = Write, responses((status = 202, description = "On its way"),
        (status = 409, description = "Nobody has taken over, the conversation is over, the 24-hour window is closed, or the person wants no marketing")))]
pub(crate) async fn write(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
    Json(body): Json<Write>,
) -> Result<StatusCode, Problem> {
    let it = open(&app, &caller, id).await?;
    if it.status != Status::HandedOff {
        let detail = "The bot answers in this conversation. Take it over first.";
        return Err(Problem::conflict("not_taken_over", detail));
    }
    let contact = app.store.contact(caller.account, it.contact).await?.ok_or_else(Problem::not_found)?;
    let quoted = quoted(body.reply_to.as_deref(), body.template.is_some())?;
    let said = said(&app, &caller, body.text, body.preview_url, body.file).await?;
    let mut message = match (said, body.template) {
        (Some(_), Some(_)) => return Err(both()),
        (None, None) => return Err(nothing()),
        (None, Some(template)) => {
            let filled = app.runtime.fill_template(it.integration, it.contact, &template).await;
            filled.map_err(refused)?
        }
        (Some(_), None) if !window::is_open(contact.last_inbound_at, app.clock.now()) => {
            return Err(closed());
        }
        (Some(message), None) => message,
    };
    if let Some(quoted) = quoted {
        let wamid = app.store.quotable(&contact, &quoted).await?.ok_or_else(not_quotable)?;
        message.reply_to = Some(wamid);
    }
    app.runtime.command(&it, Command::Write { message: Box::new(message) }).await?;
    audit(&app, &caller, "conversation.write", id, json!({})).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Writes to somebody: a template at any time, words within 24 hours of their last message. May start a bot with them.
#[utoipa::path(post, path = "/messages", tag = "messages", request_body = Proactive,
    responses((status = 202, body = Queued),
        (status = 409, description = "The integration is switched off, the 24-hour window is closed, or the person wants no marketing"),
        (status = 422, description = "Fields are wrong: `errors` names them")))]
pub(crate) async fn send(
    State(app): State<App>,
    Builder(caller): Builder,
    Json(body): Json<Proactive>,
) -> Result<(StatusCode, Answer<Queued>), Problem> {
    let unknown = || Problem::field("/integration_id", "unknown", "There is no such integration.");
    let id: Id<Integration> = body.integration_id.parse().map_err(|_| unknown())?;
    let integration = app.store.integration(caller.account, id).await?.ok_or_else(unknown)?;
    let to = recipient(&body, &integration)?;
    let quoted = quoted(body.reply_to.as_deref(), body.template.is_some())?;
    let message = said(&app, &caller, body.text, body.preview_url, body.file).await?;
    if message.is_some() && body.template.is_some() {
        return Err(both());
    }
    let bot = match body.bot_id {
        None => None,
        Some(text) => {
            let wrong = || Problem::field("/bot_id", "unknown", "There is no such published bot.");
            let bot = text.parse().map_err(|_| wrong())?;
            let found = app.store.bot(caller.account, bot).await?;
            found.filter(|bot| bot.version.is_some()).ok_or_else(wrong)?;
            Some(bot)
        }
    };
    fitting(&body.variables)?;
    let sends = message.is_some() || body.template.is_some();
    if !sends && bot.is_none() {
        return Err(nothing());
    }
    let template = body.template;
    let ask = Ask { integration: id, to, message, quoted, template, bot, variables: body.variables };
    let queued = app.runtime.ask(ask).await.map_err(refused)?;
    audit(&app, &caller, "message.send", queued, json!({ "integration": id })).await?;
    Ok((StatusCode::ACCEPTED, Answer(Queued { id: sends.then_some(queued) })))
}

/// Variables from outside keep to the bounds that a bot keeps to.
pub(super) fn fitting(variables: &Map<String, Value>) -> Result<(), Problem> {
    check_variables(variables).map_err(|too_much| match too_much {
        TooMuch::Large => {
            let words = format!("A conversation's variables have at most {} KiB.", MAX_VARIABLES / 1024);
            Problem::field("/variables", "too_large", words)
        }
        TooMuch::Deep => Problem::field("/variables", "too_deep", "Lists and objects are at most 64 deep."),
    })
}

/// Words, or a file.
async fn said(
    app: &App,
    caller: &Caller,
    text: Option<String>,
    preview_url: bool,
    file: Option<FileForm>,
) -> Result<Option<Outbound>, Problem> {
    match (words(text, preview_url)?, file) {
        (words, None) => Ok(words),
        (None, Some(file)) => Ok(Some(file.content(app, caller.account).await?.into())),
        (Some(_), Some(_)) => {
            let detail = "Send words or a file. Words below a file are its `caption`.";
            Err(Problem::field("/text", "both", detail))
        }
    }
}

/// Who is written to: exactly one of the three fields says it.
fn recipient(body: &Proactive, integration: &Integration) -> Result<To, Problem> {
    let given = |field: &Option<String>| {
        field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    match (given(&body.to), given(&body.user_id), given(&body.contact_id)) {
        (Some(to), None, None) if user_id::kind_of(&to).is_some() => Ok(To::User(to)),
        (Some(to), None, None) => {
            let number = e164(&to, country(integration));
            number.map(To::Phone).ok_or_else(|| Problem::field("/to", "phone_number", NUMBER))
        }
        (None, Some(id), None) if user_id::kind_of(&id).is_some() => Ok(To::User(id)),
        (None, Some(_), None) => Err(Problem::field("/user_id", "user_id", USER_ID)),
        (None, None, Some(id)) => id.parse().map(To::Contact).map_err(|_| no_contact()),
        (None, None, None) => {
            let detail = "Say who gets it: `to`, `user_id` or `contact_id`.";
            Err(Problem::field("/to", "missing", detail))
        }
        _ => {
            let detail = "Give one of `to`, `user_id` and `contact_id`, not several.";
            Err(Problem::field("/to", "several", detail))
        }
    }
}

/// The message to quote. WhatsApp shows no quote with a template.
fn quoted(reply_to: Option<&str>, is_template: bool) -> Result<Option<Quoted>, Problem> {
    let Some(text) = reply_to.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if is_template {
        let detail = "A template quotes nothing. Leave `reply_to` out.";
        return Err(Problem::field("/reply_to", "template", detail));
    }
    Quoted::parse(text).map(Some).ok_or_else(not_quotable)
}

/// The words to send, as a message. Only words can show a link as a card.
fn words(text: Option<String>, preview_url: bool) -> Result<Option<Outbound>, Problem> {
    match text.filter(|text| !typed::trim(text).is_empty()) {
        Some(body) if body.chars().count() > 4096 => {
            Err(Problem::field("/text", "length", "A message has at most 4,096 characters."))
        }
        Some(body) if preview_url && !has_link(&body) => {
            let detail = "There is no link in the text. A link begins with http:// or https://.";
            Err(Problem::field("/preview_url", "no_link", detail))
        }
        Some(body) => Ok(Some(Content::Text { body, preview_url }.into())),
        None if preview_url => {
            Err(Problem::field("/preview_url", "no_text", "Only a text can show a link as a card."))
        }
        None => Ok(None),
    }
}

fn both() -> Problem {
    Problem::field("/template", "both", "Send words or a template, not both.")
}

/// Whether WhatsApp finds a link that it could show.
fn has_link(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["http://", "https://"].iter().any(|start| {
        text.match_indices(start).any(|(at, _)| {
            let next = text[at + start.len()..].chars().next();
            next.is_some_and(char::is_alphanumeric)
        })
    })
}

fn no_contact() -> Problem {
    Problem::field("/contact_id", "unknown", "There is no such contact of this integration.")
}

fn not_quotable() -> Problem {
    let detail = "There is no such message with this person that can be quoted.";
    Problem::field("/reply_to", "unknown", detail)
}

fn nothing() -> Problem {
    Problem::field("/text", "missing", "Write something, or choose a template.")
}

fn closed() -> Problem {
    let detail = "The 24-hour window is closed: only a template may be sent until the contact writes.";
    Problem::conflict("window_closed", detail)
}

fn refused(error: NotAsked) -> Problem {
    match error {
        NotAsked::Gone => Problem::not_found(),
        NotAsked::Inactive => {
            Problem::conflict("inactive", "The integration is switched off. Switch it on first.")
        }
        NotAsked::Store(error) => error.into(),
        NotAsked::WindowClosed => closed(),
        NotAsked::NoContact => no_contact(),
        NotAsked::Unreachable => {
            let detail = "Neither a number nor a user id of this person is known. They have to write first.";
            Problem::conflict("unreachable", detail)
        }
        NotAsked::NoQuoted => not_quotable(),
        NotAsked::Template(unfit) => {
            let error = |it: Unfit| FieldError::new(format!("/template{}", it.pointer), it.code, it.message);
            Problem::fields(unfit.into_iter().map(error).collect())
        }
        NotAsked::OptedOut => {
            let detail = "This person wants no marketing from this number. The integration's settings say to respect that.";
            Problem::conflict("opted_out", detail)
        }
    }
}

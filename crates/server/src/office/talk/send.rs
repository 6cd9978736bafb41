//! Writing to somebody who has not written, and starting a bot with them.

use chasqui_flow::{TooMuch, check_variables};
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_model::message::Message;
use chasqui_model::template::Given;
use chasqui_model::{Id, user_id};
use chasqui_runtime::{Asked, To};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::file::FileForm;
use super::given::TemplateMessage;
use super::message::{quoted, said};
use crate::office::integration::country;
use crate::office::{Actor, Desk, Fault, Refused};
use crate::phone::e164;

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

/// Writes to somebody: a template at any time, words within 24 hours of their last message. May start a bot with them.
/// Answers the message's id; `None` when only a bot is started.
pub(crate) async fn send(desk: &Desk, by: Actor, body: Proactive) -> Result<Option<Id<Message>>, Refused> {
    let unknown = || Refused::field("/integration_id", Fault::IntegrationUnknown);
    let id: Id<Integration> = body.integration_id.parse().map_err(|_| unknown())?;
    let integration = desk.store.integration(by.account, id).await?.ok_or_else(unknown)?;
    let to = recipient(&body, &integration)?;
    let quoted = quoted(body.reply_to.as_deref(), body.template.is_some())?;
    let message = said(desk, by, body.text, body.preview_url, body.file).await?;
    if message.is_some() && body.template.is_some() {
        return Err(Refused::field("/template", Fault::WordsAndTemplate));
    }
    let bot = published(desk, by, body.bot_id.as_deref()).await?;
    fitting(&body.variables)?;
    let sends = message.is_some() || body.template.is_some();
    if !sends && bot.is_none() {
        return Err(Refused::field("/text", Fault::NothingToSay));
    }
    let (template, variables) = (body.template, body.variables);
    let queued: Id<Message> = desk.clock.id();
    let ask = Asked { id: queued, integration: id, to, message, quoted, template, bot, variables };
    let entry = desk.entry(by, "message.send", queued, &json!({ "integration": id }));
    desk.runtime.ask(ask, &entry).await?;
    Ok(sends.then_some(queued))
}

/// The bot to start, which has to be published.
async fn published(desk: &Desk, by: Actor, given: Option<&str>) -> Result<Option<Id<Bot>>, Refused> {
    let Some(text) = given else { return Ok(None) };
    let wrong = || Refused::field("/bot_id", Fault::PublishedBotUnknown);
    let bot = text.parse().map_err(|_| wrong())?;
    let found = desk.store.bot(by.account, bot).await?;
    found.filter(|bot| bot.version.is_some()).ok_or_else(wrong)?;
    Ok(Some(bot))
}

/// Variables from outside keep to the bounds that a bot keeps to.
pub(crate) fn fitting(variables: &Map<String, Value>) -> Result<(), Refused> {
    check_variables(variables).map_err(|too_much| {
        let fault = match too_much {
            TooMuch::Large => Fault::VariablesLarge,
            TooMuch::Deep => Fault::VariablesDeep,
        };
        Refused::field("/variables", fault)
    })
}

/// Who is written to: exactly one of the three fields says it.
fn recipient(body: &Proactive, integration: &Integration) -> Result<To, Refused> {
    let given = |field: &Option<String>| {
        field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    match (given(&body.to), given(&body.user_id), given(&body.contact_id)) {
        (Some(to), None, None) if user_id::kind_of(&to).is_some() => Ok(To::User(to)),
        (Some(to), None, None) => {
            let number = e164(&to, country(integration));
            number.map(To::Phone).ok_or_else(|| Refused::field("/to", Fault::PhoneNumber))
        }
        (None, Some(id), None) if user_id::kind_of(&id).is_some() => Ok(To::User(id)),
        (None, Some(_), None) => Err(Refused::field("/user_id", Fault::UserId)),
        (None, None, Some(id)) => {
            let unknown = |_| Refused::field("/contact_id", Fault::ContactUnknown);
            id.parse().map(To::Contact).map_err(unknown)
        }
        (None, None, None) => Err(Refused::field("/to", Fault::RecipientMissing)),
        _ => Err(Refused::field("/to", Fault::RecipientSeveral)),
    }
}

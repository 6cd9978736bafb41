//! Writing to the contact of a conversation that a person has taken over.

use chasqui_model::Id;
use chasqui_model::conversation::{Conversation, Status};
use chasqui_model::message::Outbound;
use chasqui_model::message::outbound::Content;
use chasqui_model::template::Given;
use chasqui_model::{typed, window};
use chasqui_runtime::Command;
use chasqui_store::noun::transcript::Quoted;
use serde::Deserialize;
use utoipa::ToSchema;

use super::file::FileForm;
use super::given::TemplateMessage;
use super::{command, open};
use crate::office::{Actor, Desk, Fault, Refused};

/// Longest text, in characters.
const LONGEST: usize = 4096;

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

/// Writes to the contact of a conversation that a person has taken over.
pub(crate) async fn write(desk: &Desk, by: Actor, id: Id<Conversation>, body: Write) -> Result<(), Refused> {
    let it = open(desk, by, id).await?;
    if it.status != Status::HandedOff {
        return Err(Refused::NotTakenOver);
    }
    let contact = desk.store.contact(by.account, it.contact).await?.ok_or(Refused::NotFound)?;
    let quoted = quoted(body.reply_to.as_deref(), body.template.is_some())?;
    let said = said(desk, by, body.text, body.preview_url, body.file).await?;
    let mut message = match (said, body.template) {
        (Some(_), Some(_)) => return Err(Refused::field("/template", Fault::WordsAndTemplate)),
        (None, None) => return Err(Refused::field("/text", Fault::NothingToSay)),
        (None, Some(template)) => desk.runtime.fill_template(it.integration, it.contact, &template).await?,
        (Some(_), None) if !window::is_open(contact.last_inbound_at, desk.clock.now()) => {
            return Err(Refused::WindowClosed);
        }
        (Some(message), None) => message,
    };
    if let Some(quoted) = quoted {
        let unknown = || Refused::field("/reply_to", Fault::NotQuotable);
        message.reply_to = Some(desk.store.quotable(&contact, &quoted).await?.ok_or_else(unknown)?);
    }
    command(desk, by, &it, Command::Write { message: Box::new(message) }).await
}

/// Words, or a file.
pub(super) async fn said(
    desk: &Desk,
    by: Actor,
    text: Option<String>,
    preview_url: bool,
    file: Option<FileForm>,
) -> Result<Option<Outbound>, Refused> {
    match (words(text, preview_url)?, file) {
        (words, None) => Ok(words),
        (None, Some(file)) => Ok(Some(file.content(desk, by.account).await?.into())),
        (Some(_), Some(_)) => Err(Refused::field("/text", Fault::TextAndFile)),
    }
}

/// The message to quote. WhatsApp shows no quote with a template.
pub(super) fn quoted(reply_to: Option<&str>, is_template: bool) -> Result<Option<Quoted>, Refused> {
    let Some(text) = reply_to.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if is_template {
        return Err(Refused::field("/reply_to", Fault::TemplateQuotes));
    }
    let unknown = || Refused::field("/reply_to", Fault::NotQuotable);
    Quoted::parse(text).map(Some).ok_or_else(unknown)
}

/// The words to send, as a message. Only words can show a link as a card.
fn words(text: Option<String>, preview_url: bool) -> Result<Option<Outbound>, Refused> {
    match text.filter(|text| !typed::trim(text).is_empty()) {
        Some(body) if body.chars().count() > LONGEST => Err(Refused::field("/text", Fault::TextLength)),
        Some(body) if preview_url && !has_link(&body) => Err(Refused::field("/preview_url", Fault::NoLink)),
        Some(body) => Ok(Some(Content::Text { body, preview_url }.into())),
        None if preview_url => Err(Refused::field("/preview_url", Fault::NoText)),
        None => Ok(None),
    }
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

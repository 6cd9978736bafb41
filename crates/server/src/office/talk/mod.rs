//! People in conversations: taking over, writing, giving back, closing; and messages to somebody who has not written.

mod file;
mod given;
mod message;
mod send;

use chasqui_model::Id;
use chasqui_model::conversation::{Conversation, Status};
use chasqui_runtime::{Command, NotAsked};
use serde_json::json;

use super::{Actor, Desk, Fault, Refused, Wrong, thread};

pub(crate) use file::SentKind;
pub(crate) use given::{TemplateButtonValue, TemplateHeader, TemplateValues};
pub(crate) use message::{Write, write};
pub(crate) use send::{Proactive, fitting, send};

/// A conversation that is not over.
pub(super) async fn open(desk: &Desk, by: Actor, id: Id<Conversation>) -> Result<Conversation, Refused> {
    let found = desk.store.conversation(by.account, id).await?.ok_or(Refused::NotFound)?;
    if found.conversation.status == Status::Ended {
        return Err(Refused::Ended);
    }
    Ok(found.conversation)
}

/// Answers in the bot's place: it falls silent. Repeatable.
pub(crate) async fn take_over(desk: &Desk, by: Actor, id: Id<Conversation>) -> Result<(), Refused> {
    let it = open(desk, by, id).await?;
    if it.status == Status::HandedOff {
        return Ok(());
    }
    command(desk, by, &it, Command::TakeOver).await
}

/// Lets the bot go on where it was. Repeatable.
pub(crate) async fn hand_back(desk: &Desk, by: Actor, id: Id<Conversation>) -> Result<(), Refused> {
    let it = open(desk, by, id).await?;
    thread::refuse_when_another_has_it(desk, by, id).await?;
    if it.status != Status::HandedOff {
        return Ok(());
    }
    command(desk, by, &it, Command::HandBack).await
}

/// Ends the conversation. The contact's next message begins another.
pub(crate) async fn close(desk: &Desk, by: Actor, id: Id<Conversation>) -> Result<(), Refused> {
    let it = open(desk, by, id).await?;
    command(desk, by, &it, Command::Close).await
}

/// Gives a command, written down with who gives it. Its turn is committed when this returns, so that what is shown next
/// shows it; unless much other work stands before it.
async fn command(desk: &Desk, by: Actor, it: &Conversation, command: Command) -> Result<(), Refused> {
    let action = match &command {
        Command::TakeOver => "conversation.take_over",
        Command::HandBack => "conversation.hand_back",
        Command::Close => "conversation.close",
        Command::Write { .. } => "conversation.write",
        Command::Thread { .. } => "conversation.thread",
    };
    let entry = desk.entry(by, action, it.id, &json!({}));
    Ok(desk.runtime.command(it, command, &entry).await?)
}

impl From<NotAsked> for Refused {
    fn from(error: NotAsked) -> Self {
        match error {
            NotAsked::Gone => Self::NotFound,
            NotAsked::Inactive => Self::Inactive,
            NotAsked::Store(error) => error.into(),
            NotAsked::WindowClosed => Self::WindowClosed,
            NotAsked::NoContact => Self::field("/contact_id", Fault::ContactUnknown),
            NotAsked::Unreachable => Self::Unreachable,
            NotAsked::NoQuoted => Self::field("/reply_to", Fault::NotQuotable),
            NotAsked::Template(unfit) => {
                Self::Wrong(unfit.into_iter().map(|it| Wrong::template("/template", it)).collect())
            }
            NotAsked::OptedOut => Self::OptedOut,
        }
    }
}

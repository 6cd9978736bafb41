//! People in conversations: taking over, writing, giving back, closing; and messages to somebody who has not written.

mod file;
mod given;
mod message;
mod send;

use std::time::Duration;

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
    audit(desk, by, "conversation.take_over", id).await?;
    run(desk, &it, Command::TakeOver, |status| status == Status::HandedOff).await
}

/// Lets the bot go on where it was. Repeatable.
pub(crate) async fn hand_back(desk: &Desk, by: Actor, id: Id<Conversation>) -> Result<(), Refused> {
    let it = open(desk, by, id).await?;
    thread::refuse_when_another_has_it(desk, by, id).await?;
    audit(desk, by, "conversation.hand_back", id).await?;
    run(desk, &it, Command::HandBack, |status| status != Status::HandedOff).await
}

/// Ends the conversation. The contact's next message begins another.
pub(crate) async fn close(desk: &Desk, by: Actor, id: Id<Conversation>) -> Result<(), Refused> {
    let it = open(desk, by, id).await?;
    audit(desk, by, "conversation.close", id).await?;
    run(desk, &it, Command::Close, |status| status == Status::Ended).await
}

async fn audit(desk: &Desk, by: Actor, action: &str, id: Id<Conversation>) -> Result<(), Refused> {
    Ok(desk.store.add_audit(&desk.entry(by, action, id, &json!({}))).await?)
}

/// Gives a command and waits a moment for it to take effect, so that the answer shows it.
async fn run(
    desk: &Desk,
    it: &Conversation,
    command: Command,
    done: impl Fn(Status) -> bool,
) -> Result<(), Refused> {
    if done(it.status) {
        return Ok(());
    }
    desk.runtime.command(it, command).await?;
    for _ in 0..100 {
        let now = desk.store.conversation(it.account, it.id).await?.ok_or(Refused::NotFound)?;
        if done(now.conversation.status) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
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

//! Moves threads at Meta: takes them, passes them on, lets them go. What Meta took is then told to the conversation.

use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, Owner};
use chasqui_model::reason::Reason;
use chasqui_store::Error;
use chasqui_store::noun::audit::Entry;
use chasqui_whatsapp::client::{CallError, Control};
use chasqui_whatsapp::message::Recipient;

use crate::call_refused::refusal;
use crate::work::Command;
use crate::{Inner, act, registry};

/// Meta's answer to an app that takes a thread and may not.
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/conversation-routing>
const NOT_ALLOWED: (i64, i64) = (100, 2_494_191);

/// Why a thread stays where it is.
#[derive(Debug)]
pub enum NotMoved {
    /// The number is not here any more, or has no token.
    Gone,
    /// Nothing is known by which Meta would know the contact.
    NoAddress,
    /// This app may not take threads of this number.
    NotAllowed,
    /// Meta refused.
    Refused(Reason),
    /// The store is away.
    Store(Error),
}

impl From<Error> for NotMoved {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// Asks Meta, and then tells the conversation. Should the process die in between, the contact's next message tells: it
/// comes to us or it does not.
pub(crate) async fn control(
    rt: &Inner,
    it: &Conversation,
    contact: &Contact,
    (control, metadata): (Control, Option<&str>),
    by: &Entry,
) -> Result<Owner, NotMoved> {
    let number = registry::find(rt, it.account, it.integration).await?.ok_or(NotMoved::Gone)?;
    let calls = number.calls.as_ref().ok_or(NotMoved::Gone)?;
    let with = Recipient { to: contact.wa_id.as_deref(), user_id: contact.user_id.as_deref() };
    if with.to.is_none() && with.user_id.is_none() {
        return Err(NotMoved::NoAddress);
    }
    rt.graph.control_thread(calls, &with, &control, metadata).await.map_err(|error| refused(&error))?;
    let owner = match &control {
        Control::Take => Owner::Ours,
        Control::Pass { role } => role.as_deref().map_or(Owner::Person, Owner::of_role),
        Control::Release => Owner::Unknown,
    };
    act::act(rt, it, Command::Thread { owner }, by).await?;
    Ok(owner)
}

fn refused(error: &CallError) -> NotMoved {
    let graph = error.graph();
    let code = graph.and_then(|graph| Some((graph.code?, graph.subcode?)));
    if code == Some(NOT_ALLOWED) { NotMoved::NotAllowed } else { NotMoved::Refused(refusal(error)) }
}

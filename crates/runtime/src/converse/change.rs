//! Messages that their writer changed or deleted later: `edit` and `revoke`. They run no flow and begin no conversation.
//! Each stands in the transcript where the message stands that it is about, also when that conversation is over.

use std::time::Duration;

use chasqui_flow::State;
use chasqui_model::Part;
use chasqui_model::message::Inbound;
use chasqui_model::message::inbound::Content;

use super::prepare::Unrunnable;
use super::{Live, Open};
use crate::Inner;
use crate::work::Work;

/// A change may come before what it changes. When nothing is there to show it in, it is looked at again after these
/// times; Meta repeats deliveries for days, and nearly all come within a minute.
pub(super) const AGAIN: [Duration; 3] =
    [Duration::from_mins(1), Duration::from_hours(1), Duration::from_hours(24)];

/// A change of a message.
pub(super) struct Change<'a> {
    inbound: &'a Inbound,
    original: &'a str,
    tries: u32,
}

/// The change that work is.
pub(super) fn of(work: &Work) -> Option<Change<'_>> {
    let inbound = work.inbound()?;
    let tries = if let Work::Change { tries, .. } = work { *tries } else { 0 };
    original(inbound).map(|original| Change { inbound, original, tries })
}

/// The message that is changed.
pub(super) fn original(inbound: &Inbound) -> Option<&str> {
    match &inbound.content {
        Content::Edit { original_message_id, .. } | Content::Revoke { original_message_id } => {
            Some(original_message_id)
        }
        _ => None,
    }
}

/// The conversation to show it in, when that is not the open one: the one with the message, in the end the last one.
pub(super) async fn find(
    rt: &Inner,
    part: Part,
    live: &Live,
    change: &Change<'_>,
) -> Result<Option<Open>, Unrunnable> {
    let contact = live.contact.id;
    let with = rt.store.conversation_with_message(part, contact, change.original).await;
    let mut found = with.map_err(Unrunnable::Later)?;
    let last_try = usize::try_from(change.tries).is_ok_and(|tries| tries >= AGAIN.len());
    if found.is_none() && live.open.is_none() && last_try {
        found = rt.store.latest_conversation(part, contact).await.map_err(Unrunnable::Later)?;
        if found.is_none() {
            let cause = format!("{} of a message that never came", change.inbound.content.kind());
            return Err(Unrunnable::Never(cause));
        }
    }
    let Some(mut conversation) = found else { return Ok(None) };
    if live.open.as_ref().is_some_and(|open| open.conversation.id == conversation.id) {
        return Ok(None);
    }
    let text = std::mem::take(&mut conversation.state);
    let state = State::from_json(&text);
    let state = state.map_err(|_| Unrunnable::Never("its conversation's state cannot be read".to_owned()))?;
    Ok(Some(Open { conversation, state, size: text.len() }))
}

//! The ids of buttons and rows on the wire: `{conversation}:{node}:{option}`, and `{conversation}:{frame}.{node}:{option}`
//! in a sub-bot. They tell which question a tap belongs to, however late it comes.

use chasqui_model::Id;
use chasqui_model::conversation::Conversation;
use chasqui_model::message::inbound::{Content, Inbound};

/// What a tapped id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tap<'a> {
    pub conversation: Id<Conversation>,
    pub frame: u64,
    pub node: &'a str,
    pub option: &'a str,
}

/// The id of an option.
pub(crate) fn id(conversation: Id<Conversation>, frame: u64, node: &str, option: &str) -> String {
    if frame == 0 {
        format!("{conversation}:{node}:{option}")
    } else {
        format!("{conversation}:{frame}.{node}:{option}")
    }
}

impl<'a> Tap<'a> {
    /// Reads a tap. `None` when the message is none, or when the id is not one of ours.
    pub fn read(message: &'a Inbound) -> Option<Self> {
        let (Content::ButtonReply { id, .. }
        | Content::ListReply { id, .. }
        | Content::QuickReply { payload: id, .. }) = &message.content
        else {
            return None;
        };
        let (conversation, rest) = id.split_once(':')?;
        let (place, option) = rest.split_once(':')?;
        let (frame, node) = match place.split_once('.') {
            Some((frame, node)) => (frame.parse().ok()?, node),
            None => (0, place),
        };
        Some(Self { conversation: conversation.parse().ok()?, frame, node, option })
    }
}

/// Whether a text can be the id of a node or an option.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// What is wrong with an id that [`is_id`] refuses.
pub(crate) const ID_RULE: &str = "an id has 1 to 64 letters, digits, `_` or `-`";

//! Which of the things that Meta cannot describe a person said.

/// Meta's code for a message that exists and is kept from us: it came to a device of the business that the API does not
/// cover.
pub(super) const NOT_FOR_US: i64 = 131_060;

/// Words in the name of a type that is something done to a chat, not something said in it.
const DEEDS: &[&str] = &[
    "delete",
    "deleted",
    "disappearing",
    "edit",
    "edited",
    "ephemeral",
    "keep",
    "notification",
    "permission",
    "pin",
    "pinned",
    "protocol",
    "reaction",
    "receipt",
    "revoke",
    "revoked",
    "setting",
    "settings",
    "sync",
    "system",
    "unkeep",
    "unpin",
    "unpinned",
    "update",
    "updated",
    "vote",
];

/// Whether a thing of this name, of `unsupported.type` or of a type that nobody knows, was said by the person: a poll, a
/// picture, a list. A bot answers that it cannot read it. The others (a pinned message, a vote, a disappearing timer) ask
/// for no answer. The names that Meta lists and those it may think of are told apart by the words in them; one without any
/// of these words counts as said, because a bot that stays silent is worse than one that asks again.
pub(super) fn is_said(kind: &str) -> bool {
    !kind.split(['_', '-', ' ', '.']).any(|word| DEEDS.iter().any(|deed| word.eq_ignore_ascii_case(deed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meta_lists_is_told_apart() {
        for deed in [
            "edit",
            "keep_in_chat",
            "pin",
            "poll_update",
            "reaction",
            "Edit",
            "unpin",
            "poll_vote",
            "ephemeral_setting",
            "call_permission_reply",
            "reaction-removed.reaction",
            "revoke",
            "message_edit",
            "undo_keep",
        ] {
            assert!(!is_said(deed), "{deed}");
        }
        for said in [
            "button",
            "errors",
            "gif",
            "group_invite",
            "hsm",
            "image",
            "interactive",
            "link_preview",
            "list",
            "location",
            "media_placeholder",
            "order",
            "poll",
            "poll_creation",
            "product",
            "",
            "hologram",
            "event",
            "pinboard",
        ] {
            assert!(is_said(said), "{said}");
        }
    }
}

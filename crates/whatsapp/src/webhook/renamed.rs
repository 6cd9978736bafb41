//! System messages about people who go by other ids: who they were, and what they are called from here on. Meta has
//! written them in several forms; each id is looked for wherever it has been seen.

use chasqui_model::message::{Sender, System};

use super::json::Object;
use super::sender;

/// Kinds of notes that a number changed, or a user id. A note without a kind is judged by its ids.
const CHANGES: [&str; 6] = [
    "user_changed_number",
    "customer_changed_number",
    "user_changed_user_id",
    "customer_changed_user_id",
    "user_id_update",
    "",
];
/// Kinds of notes that somebody's identity key changed.
const IDENTITY: [&str; 2] = ["customer_identity_changed", "user_identity_changed"];

/// The ids of one note.
struct Note {
    before: Sender,
    after: Sender,
}

/// Who it is about, by the ids that were valid before.
pub(super) fn before(message: &Object<'_>) -> Sender {
    let Note { before, after } = read(message);
    // A note that names nobody from before is about the one who has the new ids.
    if before.aliases().next().is_some() { before } else { after }
}

/// What the note says.
pub(super) fn system(message: &Object<'_>) -> System {
    let kind = message.object("system").and_then(|system| system.string("type")).unwrap_or_default();
    if IDENTITY.contains(&&*kind) {
        return System::IdentityChanged;
    }
    if !CHANGES.contains(&&*kind) {
        return System::Other { kind };
    }
    match read(message).after {
        Sender { wa_id: Some(wa_id), user_id, parent_user_id, .. } => {
            System::NumberChanged { wa_id, user_id, parent_user_id }
        }
        Sender { user_id: Some(user_id), parent_user_id, .. } => {
            System::UserIdChanged { user_id, parent_user_id }
        }
        _ => System::Other { kind },
    }
}

fn read(message: &Object<'_>) -> Note {
    let system = message.object("system");
    let inside = |key: &str| system.as_ref().and_then(|system| system.string(key));
    // Inside the note or beside it.
    let either = |key: &str| inside(key).or_else(|| message.string(key));
    let mut after =
        Sender { user_id: either("user_id"), parent_user_id: either("parent_user_id"), ..Sender::default() };
    for id in [inside("wa_id"), inside("new_wa_id")].into_iter().flatten() {
        sender::put_id(&mut after, &id);
    }
    let mut before = Sender {
        user_id: either("previous_user_id"),
        parent_user_id: either("previous_parent_user_id"),
        ..Sender::default()
    };
    for id in [either("previous_wa_id"), message.string("from"), inside("customer")].into_iter().flatten() {
        sender::put_id(&mut before, &id);
    }
    from(&mut before.user_id, &mut after.user_id, message.string("from_user_id"));
    from(&mut before.parent_user_id, &mut after.parent_user_id, message.string("from_parent_user_id"));
    Note { before: differing(before, &after), after }
}

/// The sender's own id stands for the old one, unless that is named; then for the new one.
fn from(before: &mut Option<String>, after: &mut Option<String>, id: Option<String>) {
    if before.is_none() {
        *before = id;
    } else if after.is_none() && *before != id {
        *after = id;
    }
}

/// An id that is the new one says nothing of who they were.
fn differing(before: Sender, after: &Sender) -> Sender {
    let old = |old: Option<String>, new: &Option<String>| old.filter(|old| new.as_ref() != Some(old));
    Sender {
        wa_id: old(before.wa_id, &after.wa_id),
        user_id: old(before.user_id, &after.user_id),
        parent_user_id: old(before.parent_user_id, &after.parent_user_id),
        ..before
    }
}

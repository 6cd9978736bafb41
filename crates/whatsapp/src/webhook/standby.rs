//! Threads that more than one app works on: messages that another app answers (`standby`), and who has a thread
//! (`messaging_handovers`).

use chasqui_model::message::{Inbound, Sender};

use super::json::Object;
use super::{content, sender};

/// The messages in the value of an [`Update::Field`](super::Update::Field) named `standby`. Odd ones are left out.
pub fn standby(value: &str) -> Vec<(Sender, Inbound)> {
    let Some(value) = Object::parse(value) else { return Vec::new() };
    let contacts = sender::Contacts::read(value.raw("contacts"));
    let read = |raw: &serde_json::value::RawValue| {
        let message = Object::parse(raw.get())?;
        let from = contacts.sender(&message)?;
        Some((from, content::inbound(message.string("id")?, &message, raw, || None)))
    };
    value.array("messages").into_iter().filter_map(read).collect()
}

/// Who has a thread from here on.
#[derive(Clone, Debug, PartialEq)]
pub struct Handover {
    /// Whose thread.
    pub sender: Sender,
    /// Whether control was passed to this app; otherwise it was taken away.
    pub ours: bool,
}

/// The thread that the value of an [`Update::Field`](super::Update::Field) named `messaging_handovers` is about.
pub fn handover(value: &str, app_id: &str) -> Option<Handover> {
    let value = Object::parse(value)?;
    let contacts = sender::Contacts::read(value.raw("contacts"));
    let passed = value.object("control_passed").or_else(|| value.object("pass_thread_control"));
    let taken = value.object("control_taken").or_else(|| value.object("take_thread_control"));
    let owner = passed.as_ref().and_then(|it| it.text("new_owner_app_id"));
    let ours = owner.as_deref() == Some(app_id) && taken.is_none();
    let sender = contacts.sender(&value).or_else(|| {
        let id = value.object("sender").and_then(|it| it.text("id").or_else(|| it.text("phone_number")))?;
        let mut sender = Sender::default();
        sender::put_id(&mut sender, &id);
        Some(sender)
    })?;
    Some(Handover { sender, ours })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standby_messages_are_read_like_any() {
        let value = r#"{"contacts":[{"profile":{"name":"Ana"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.S","timestamp":"1739321024","type":"text","text":{"body":"hi"}},7]}"#;
        let all = standby(value);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].0.name.as_deref(), Some("Ana"));
    }

    #[test]
    fn a_thread_is_ours_when_it_was_passed_to_our_app() {
        let passed = r#"{"sender":{"phone_number":"16505551234"},"control_passed":{"new_owner_app_id":"1"}}"#;
        assert!(handover(passed, "1").unwrap().ours);
        assert!(!handover(passed, "2").unwrap().ours);
        let taken =
            r#"{"sender":{"phone_number":"16505551234"},"control_taken":{"previous_owner_app_id":"1"}}"#;
        assert!(!handover(taken, "1").unwrap().ours);
    }
}

//! Threads that more than one app works on: what is said while another app has the thread (`standby`), and who has one
//! (`messaging_handovers`).

use chasqui_model::conversation::Owner;
use chasqui_model::message::{Inbound, Sender};
use serde_json::value::RawValue;

use super::echo::Echo;
use super::json::{self, Object};
use super::key::{Key, key_of};
use super::{content, sender};

/// What was said past us. Statuses of another app's messages are nobody's business here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standby {
    /// What contacts wrote.
    pub messages: Vec<(Sender, Inbound)>,
    /// What another app wrote to contacts.
    pub echoes: Vec<Echo>,
}

/// Reads the value of the field `standby`: its arrays stand one level deeper than
/// those of messages, and in some deliveries they do not. Odd ones are left out.
pub(super) fn standby(value: &str) -> Standby {
    let Some(value) = Object::parse(value) else { return Standby::default() };
    let mut all = Standby::default();
    match value.object("standby") {
        Some(inner) => read_standby(&mut all, &inner, &value),
        None if value.array("standby").is_empty() => read_standby(&mut all, &value, &value),
        None => {
            for inner in value.array("standby").into_iter().filter_map(|raw| Object::parse(raw.get())) {
                read_standby(&mut all, &inner, &value);
            }
        }
    }
    all
}

fn read_standby(all: &mut Standby, it: &Object<'_>, around: &Object<'_>) {
    let messages = it.array("messages");
    let profiles = it.raw("contacts").or_else(|| around.raw("contacts"));
    let contacts = sender::Contacts::read(profiles, &messages, sender::of_message);
    let message = |raw: &RawValue| {
        let message = Object::parse(raw.get())?;
        let from = contacts.person(&message)?;
        Some((from, content::inbound(message.string("id")?, &message, raw, || None)))
    };
    all.messages.extend(messages.iter().copied().filter(|raw| !is_group(raw)).filter_map(message));
    all.echoes.extend(it.array("message_echoes").into_iter().filter_map(read_echo));
}

fn is_group(raw: &RawValue) -> bool {
    Object::parse(raw.get()).is_some_and(|message| message.raw("group_id").is_some())
}

/// The body of another app's call, under `message` with the id and the time beside it.
fn read_echo(raw: &RawValue) -> Option<Echo> {
    let echo = Object::parse(raw.get())?;
    let inner = echo.raw("message").filter(|message| message.get().starts_with('{'));
    let sent = inner.and_then(|message| Object::parse(message.get()));
    let sent = sent.as_ref().unwrap_or(&echo);
    if sent.text("recipient_type").as_deref() == Some("group") {
        return None;
    }
    let mut to = Sender::default();
    for it in [&echo, sent] {
        for id in ["to", "recipient", "to_user_id"].into_iter().filter_map(|key| it.text(key)) {
            sender::put_id(&mut to, &id);
        }
    }
    (to.wa_id.is_some() || to.user_id.is_some()).then_some(())?;
    let mut message = content::inbound(echo.string("id")?, &echo, raw, || None);
    message.content = content::sent(sent, inner.unwrap_or(raw));
    Some(Echo { to, message })
}

/// Who has a thread from here on.
#[derive(Clone, Debug, PartialEq)]
pub struct Handover {
    /// Whose thread.
    pub sender: Sender,
    /// Their role, in Meta's words, when it was told.
    pub role: Option<String>,
    /// The same when Meta tells it again.
    pub key: Key,
    deed: Deed,
    /// The app that has it, when it was named.
    app: Option<String>,
}

impl Handover {
    /// Who has it, as the app with this id sees it.
    pub fn owner(&self, app_id: &str) -> Owner {
        let named = self.role.as_deref().map_or(Owner::Other, Owner::of_role);
        match (self.deed, self.app.as_deref()) {
            (Deed::Released, _) => Owner::Unknown,
            (Deed::Passed | Deed::Taken, Some(app)) if app == app_id => Owner::Ours,
            (Deed::Passed | Deed::Taken, Some(_)) | (Deed::Taken, None) => named,
            // It is told to whom control was passed, and we are not Meta's agent.
            (Deed::Passed, None) if named == Owner::MetaAgent => named,
            (Deed::Passed, None) => Owner::Ours,
        }
    }
}

/// The threads that the value of the field `messaging_handovers` is about. Nearly
/// everything in it is optional, and it was seen as one thing, as an array and in Messenger's form.
pub(super) fn handovers(text: &str) -> Vec<Handover> {
    let Some(value) = Object::parse(text) else { return Vec::new() };
    let key = |place: usize| key_of("thread", &format!("{place} {text}"));
    let all = value.array("messaging_handovers");
    if all.is_empty() {
        return read_handover(&value, &value, key(0)).into_iter().collect();
    }
    let each = all.into_iter().filter_map(|raw| Object::parse(raw.get()));
    let each = each.filter_map(|one| read_handover(&one, &value, [0; 16]));
    each.enumerate().map(|(place, one)| Handover { key: key(place), ..one }).collect()
}

/// What was done to control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Passed,
    Taken,
    Released,
}

/// The names of deeds, in Meta's form and in Messenger's.
const DEEDS: [(Deed, [&str; 2]); 3] = [
    (Deed::Passed, ["control_passed", "pass_thread_control"]),
    (Deed::Taken, ["control_taken", "take_thread_control"]),
    (Deed::Released, ["control_released", "release_thread_control"]),
];

fn read_handover(it: &Object<'_>, around: &Object<'_>, key: Key) -> Option<Handover> {
    let nested =
        DEEDS.iter().find_map(|(deed, names)| names.iter().find_map(|name| Some((*deed, it.object(name)?))));
    let (deed, inner) = if let Some((deed, inner)) = nested {
        (deed, Some(inner))
    } else {
        let kind = it.text("type")?;
        (DEEDS.iter().find(|(_, names)| names.contains(&&*kind))?.0, None)
    };
    let inner = inner.as_ref().unwrap_or(it);
    let role = inner.string("new_owner_role").or_else(|| inner.string("new_owner_app_role"));
    let app = inner.string("new_owner_app_id");
    let sender = whose(it).or_else(|| whose(around))?;
    Some(Handover { sender, role, key, deed, app })
}

/// The person a thread is with.
fn whose(it: &Object<'_>) -> Option<Sender> {
    let sender = sender::of_message(it);
    if sender.aliases().next().is_some() {
        return Some(sender);
    }
    if let Some(named) = it.object("sender") {
        let mut sender = Sender { parent_user_id: named.string("parent_user_id"), ..Sender::default() };
        for key in ["phone_number", "wa_id", "id", "user_id"] {
            if let Some(id) = named.text(key) {
                sender::put_id(&mut sender, &id);
            }
        }
        if sender.wa_id.is_some() || sender.user_id.is_some() {
            return Some(sender);
        }
    }
    match json::array(it.raw("contacts")?).as_slice() {
        [only] => {
            let person = sender::of_named(&Object::parse(only.get())?);
            let known = person.aliases().next().is_some();
            known.then_some(person)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chasqui_model::message::inbound::Content;

    use super::*;

    #[test]
    fn what_is_said_past_us_is_read_nested_and_flat() {
        let inner = r#"{"contacts":[{"profile":{"name":"Jo Berg"},"wa_id":"4917600000002"}],"messages":[{"from":"4917600000002","id":"wamid.SB1","timestamp":"1796000300","type":"text","text":{"body":"Where is my parcel?"}},7,{"from":"1","group_id":"g","id":"wamid.G","type":"text","text":{"body":"x"}}],"message_echoes":[{"id":"wamid.SB2","timestamp":"1796000310","message":{"messaging_product":"whatsapp","to":"4917600000002","type":"text","text":{"body":"It arrives today."}}},{"id":"wamid.SB3","message":{"recipient":"DE.1","type":"interactive","interactive":{"type":"button","body":{"text":"Anything else?"}}}},{}],"statuses":[{"id":"wamid.SB2","status":"delivered"}]}"#;
        for value in
            [inner.to_owned(), format!(r#"{{"standby":{inner}}}"#), format!(r#"{{"standby":[{inner}]}}"#)]
        {
            let all = standby(&value);
            let [(from, message)] = &*all.messages else { panic!("{all:?}") };
            assert_eq!(
                (from.name.as_deref(), message.content.text()),
                (Some("Jo Berg"), "Where is my parcel?")
            );
            let [first, second] = &*all.echoes else { panic!("{all:?}") };
            assert_eq!(first.to.wa_id.as_deref(), Some("4917600000002"));
            assert_eq!(first.message.at.millis(), 1_796_000_310_000);
            assert_eq!(second.to.user_id.as_deref(), Some("DE.1"));
            assert_eq!(second.message.content, Content::Text { body: "Anything else?".into() });
        }
        for empty in ["{}", r#"{"standby":{}}"#, r#"{"standby":7}"#, "7", r#"{"standby":[]}"#] {
            assert_eq!(standby(empty), Standby::default(), "{empty}");
        }
    }

    #[test]
    fn every_form_of_a_handover_names_the_owner() {
        let sender = r#""sender":{"phone_number":"4917600000002"}"#;
        for (form, owner) in [
            (
                r#""type":"control_passed","control_passed":{"new_owner_app_id":"1","new_owner_role":"escalation"}"#,
                Owner::Ours,
            ),
            (r#""control_passed":{"new_owner_app_id":1}"#, Owner::Ours),
            (r#""control_passed":{"new_owner_app_id":"2","new_owner_role":"ai_agent"}"#, Owner::MetaAgent),
            (r#""control_passed":{}"#, Owner::Ours),
            (r#""control_passed":{"new_owner_role":"ai_agent"}"#, Owner::MetaAgent),
            (r#""control_passed":{"metadata":"{\"reason\":\"MARKETING_MESSAGE\"}"}"#, Owner::Ours),
            (
                r#""type":"control_taken","control_taken":{"new_owner_role":"escalation","new_owner_app_id":"2"}"#,
                Owner::Person,
            ),
            (r#""control_taken":{"previous_owner_app_id":"1"}"#, Owner::Other),
            (r#""control_taken":{"new_owner_app_id":"1"}"#, Owner::Ours),
            (r#""type":"control_taken","new_owner_role":"customer_service""#, Owner::Other),
            (r#""type":"control_passed","new_owner_app_id":"1""#, Owner::Ours),
            (r#""pass_thread_control":{"new_owner_app_id":"1","metadata":"x"}"#, Owner::Ours),
            (r#""take_thread_control":{"previous_owner_app_id":"1"}"#, Owner::Other),
            (r#""release_thread_control":{}"#, Owner::Unknown),
        ] {
            let one = format!("{{{sender},{form}}}");
            let array = format!(r#"{{"messaging_handovers":[{one}]}}"#);
            for value in [one, array] {
                let all = handovers(&value);
                assert_eq!(all.len(), 1, "{value}");
                assert_eq!(all[0].owner("1"), owner, "{value}");
                assert_eq!(all[0].sender.wa_id.as_deref(), Some("4917600000002"), "{value}");
            }
        }
    }

    #[test]
    fn a_thread_may_be_known_by_the_user_id() {
        for whose in [
            r#""sender":{"user_id":"DE.1"}"#,
            r#""sender":{"id":"DE.1"}"#,
            r#""from_user_id":"DE.1""#,
            r#""contacts":[{"user_id":"DE.1","profile":{"name":"Jo"}}]"#,
        ] {
            let value = format!(r#"{{{whose},"control_taken":{{}}}}"#);
            let [one] = &*handovers(&value) else { panic!("{value}") };
            assert_eq!(one.sender.user_id.as_deref(), Some("DE.1"), "{value}");
        }
        for nobody in
            [r#"{"control_taken":{}}"#, r#"{"sender":{"phone_number":"1"},"type":"app_roles"}"#, "{}", "7"]
        {
            assert_eq!(handovers(nobody), [], "{nobody}");
        }
    }
}

//! Takes a body apart: entries, changes, and in a change of `messages` the messages, statuses and errors.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Object};
use super::{About, Delivery, Update, content, key, news, sender, status};

/// The body is no JSON object with entries in it. Keep it, answer 200, and tell somebody.
#[derive(Debug, thiserror::Error)]
#[error("not a webhook body")]
pub struct Unreadable;

/// Reads a body whose signature has been checked.
pub fn parse(body: &[u8]) -> Result<Delivery, Unreadable> {
    // What is no character spoils the place it stands in, not the delivery.
    let body = json::mend(body);
    let mut delivery = Delivery::default();
    if let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(&body) {
        for entry in envelope.entry {
            let account = entry.id.and_then(|id| id.0);
            for change in entry.changes {
                let field = change.field.as_deref();
                read_change(&mut delivery, account.as_deref(), field, change.value);
            }
        }
    } else {
        let envelope = Object::parse(&body).ok_or(Unreadable)?;
        envelope.raw("entry").ok_or(Unreadable)?;
        for raw in envelope.array("entry") {
            read_entry(&mut delivery, raw);
        }
    }
    Ok(delivery)
}

/// The body in one pass, when everything is where it belongs.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Option<Id<'a>>,
    #[serde(borrow)]
    changes: Vec<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: Option<Cow<'a, str>>,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// An id that may be written as a number.
struct Id<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Id<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let id = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(text) => (!text.is_empty()).then_some(Cow::Borrowed(text)),
            None => raw.bytes().all(|byte| byte.is_ascii_digit()).then_some(Cow::Borrowed(raw)),
        };
        Ok(Self(id))
    }
}

/// An entry of a body in which something is out of place.
fn read_entry(delivery: &mut Delivery, raw: &RawValue) {
    let odd = |account: Option<&str>, reason, raw: &RawValue| Update::Odd {
        phone_number_id: None,
        business_account_id: account.map(str::to_owned),
        reason,
        raw: raw.into(),
    };
    let Some(entry) = Object::parse(raw.get()) else {
        return delivery.updates.push(odd(None, "an entry is no object", raw));
    };
    let account = entry.text("id");
    let changes = entry.array("changes");
    if changes.is_empty() {
        return delivery.updates.push(odd(account.as_deref(), "an entry has no changes", raw));
    }
    for raw in changes {
        let change = Object::parse(raw.get());
        match change.as_ref().and_then(|change| change.raw("value")) {
            Some(value) => {
                let field = change.as_ref().and_then(|change| change.text("field"));
                read_change(delivery, account.as_deref(), field.as_deref(), value);
            }
            None => {
                delivery.updates.push(odd(account.as_deref(), "a change has no value", raw));
            }
        }
    }
}

impl About {
    fn news(&self, field: &str, value: &RawValue) -> Update {
        let (news, key) = (news::read(field, value.get()), key::of_news(field, value.get()));
        Update::News { about: self.clone(), news, key }
    }

    fn odd(&self, reason: &'static str, raw: &RawValue) -> Update {
        Update::Odd {
            phone_number_id: self.phone_number_id.clone(),
            business_account_id: self.business_account_id.clone(),
            reason,
            raw: raw.into(),
        }
    }
}

fn read_change(delivery: &mut Delivery, account: Option<&str>, field: Option<&str>, raw: &RawValue) {
    let updates = &mut delivery.updates;
    let mut place = About { business_account_id: account.map(str::to_owned), ..About::default() };
    let Some(value) = Object::parse(raw.get()) else {
        return updates.push(place.odd("a value is no object", raw));
    };
    let metadata = value.object("metadata");
    place.phone_number_id = metadata.as_ref().and_then(|metadata| metadata.string("phone_number_id"));
    if metadata.is_none() {
        place.phone_number_id = elsewhere(&value);
    }
    let display = metadata.as_ref().and_then(|metadata| metadata.text("display_phone_number"));
    place.display_phone_number = display
        .or_else(|| value.text("display_phone_number"))
        .or_else(|| value.text("phone_number"))
        .map(|number| sender::digits(&number));

    let messages = value.array("messages");
    let statuses = value.array("statuses");
    let known = !messages.is_empty() || !statuses.is_empty();
    match field {
        Some("messages") => {}
        // A few of Meta's samples carry no field: the shape tells.
        None if known => {}
        _ => return updates.push(place.news(field.unwrap_or(""), raw)),
    }
    let errors = value.raw("errors").filter(|errors| errors.get() != "[]");
    if !known && errors.is_none() {
        return updates.push(place.news("messages", raw));
    }
    read_messages(updates, &place, &value, &messages);
    read_statuses(updates, &place, &value, &statuses);
    if let Some(errors) = errors {
        updates.push(place.news("errors", errors));
    }
    if let (Some(id), Some(number)) = (place.phone_number_id, place.display_phone_number) {
        delivery.numbers.push((id, number));
    }
}

/// The number's id, where it stands in fields that have no metadata.
fn elsewhere(value: &Object<'_>) -> Option<String> {
    let under = |key| value.object(key).and_then(|it| it.string("phone_number_id"));
    let alert = || {
        let of_number = value.text("entity_type").as_deref() == Some("PHONE_NUMBER");
        of_number.then(|| value.string("entity_id")).flatten()
    };
    under("recipient")
        .or_else(|| under("phone_number_settings"))
        .or_else(|| value.string("phone_number_id"))
        .or_else(alert)
}

fn read_messages(updates: &mut Vec<Update>, place: &About, value: &Object<'_>, messages: &[&RawValue]) {
    if messages.is_empty() {
        return;
    }
    let contacts = sender::Contacts::read(value.raw("contacts"), messages, sender::of_message);
    for raw in messages {
        let update = match Object::parse(raw.get()) {
            None => place.odd("a message is no object", raw),
            Some(message) => match (message.string("id"), contacts.person(&message)) {
                (None, _) => place.odd("a message has no id", raw),
                (_, None) => place.odd("a message has no sender", raw),
                (Some(wamid), Some(sender)) => Update::Message {
                    phone_number_id: place.phone_number_id.clone(),
                    business_account_id: place.business_account_id.clone(),
                    sender,
                    inbound: content::inbound(wamid, &message, raw, || first_error(value)),
                    group: message.string("group_id"),
                    raw: (*raw).into(),
                },
            },
        };
        updates.push(update);
    }
}

/// The code that Meta gives beside a message it could not describe.
fn first_error(value: &Object<'_>) -> Option<i64> {
    let errors = json::array(value.raw("errors")?);
    Object::parse(errors.first()?.get())?.integer("code")
}

fn read_statuses(updates: &mut Vec<Update>, place: &About, value: &Object<'_>, statuses: &[&RawValue]) {
    if statuses.is_empty() {
        return;
    }
    let contacts = sender::Contacts::read(value.raw("contacts"), statuses, status::recipient);
    for raw in statuses {
        updates.push(read_status(place, &contacts, raw));
    }
}

fn read_status(place: &About, contacts: &sender::Contacts<'_>, raw: &RawValue) -> Update {
    let Some(status) = Object::parse(raw.get()) else {
        return place.odd("a status is no object", raw);
    };
    if status.text("type").as_deref() == Some("call") {
        return place.news("calls", raw);
    }
    match status::read(place, contacts, &status) {
        Some(status) => Update::Status(status),
        None => place.odd("a status has no id or no status", raw),
    }
}

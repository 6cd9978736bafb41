//! Who wrote: the ids of the message joined with the profile that stands beside it.

use chasqui_model::message::Sender;
use serde_json::value::RawValue;

use super::json::{self, Object};

/// The profiles of a change.
pub(super) struct Contacts<'a>(Vec<Object<'a>>);

impl<'a> Contacts<'a> {
    /// The array `contacts`; anything else in it is passed over.
    pub(super) fn read(raw: Option<&'a RawValue>) -> Self {
        let elements = raw.map(json::array).unwrap_or_default();
        Self(elements.into_iter().filter_map(|element| Object::parse(element.get())).collect())
    }

    /// `None` when nothing tells who wrote.
    pub(super) fn sender(&self, message: &Object<'_>) -> Option<Sender> {
        let mut sender = Sender {
            user_id: message.string("from_user_id"),
            parent_user_id: message.string("from_parent_user_id"),
            ..Sender::default()
        };
        if let Some(from) = message.text("from") {
            put_id(&mut sender, &from);
        }
        self.completed(sender)
    }

    /// The person an element names by `wa_id` and `user_id`. `None` when it names nobody.
    pub(super) fn named(&self, element: &Object<'_>) -> Option<Sender> {
        let mut sender = Sender { user_id: element.string("user_id"), ..Sender::default() };
        if let Some(wa_id) = element.text("wa_id") {
            put_id(&mut sender, &wa_id);
        }
        self.completed(sender)
    }

    fn completed(&self, mut sender: Sender) -> Option<Sender> {
        if let Some(contact) = self.contact(&sender) {
            complete(&mut sender, contact);
        }
        (sender.wa_id.is_some() || sender.user_id.is_some() || sender.parent_user_id.is_some())
            .then_some(sender)
    }

    /// The profile with one of the sender's ids, or the only one there is.
    fn contact(&self, sender: &Sender) -> Option<&Object<'a>> {
        if let [only] = self.0.as_slice() {
            return Some(only);
        }
        self.0.iter().find(|contact| {
            let is = |key: &str, id: Option<&str>| id.is_some() && contact.text(key).as_deref() == id;
            is("user_id", sender.user_id.as_deref())
                || is("wa_id", sender.user_id.as_deref())
                || is("parent_user_id", sender.parent_user_id.as_deref())
                || contact.text("wa_id").is_some_and(|id| Some(&*digits(&id)) == sender.wa_id.as_deref())
        })
    }
}

fn complete(sender: &mut Sender, contact: &Object<'_>) {
    if let Some(wa_id) = contact.text("wa_id") {
        put_id(sender, &wa_id);
    }
    sender.user_id = sender.user_id.take().or_else(|| contact.string("user_id"));
    sender.parent_user_id = sender.parent_user_id.take().or_else(|| contact.string("parent_user_id"));
    let profile = contact.object("profile");
    sender.name = profile.as_ref().and_then(|profile| profile.string("name"));
    let username = profile.as_ref().and_then(|profile| profile.text("username"));
    sender.username =
        username.map(|name| name.trim_start_matches('@').to_owned()).filter(|name| !name.is_empty());
}

/// Puts an id where it belongs unless the place is taken: business-scoped ids have been seen where numbers belong.
pub(super) fn put_id(sender: &mut Sender, id: &str) {
    if is_user_id(id) {
        sender.user_id.get_or_insert_with(|| id.to_owned());
    } else {
        let number = digits(id);
        if !number.is_empty() {
            sender.wa_id.get_or_insert(number);
        }
    }
}

/// Whether it is a business-scoped user id: two capital letters and a dot.
pub(super) fn is_user_id(id: &str) -> bool {
    matches!(id.as_bytes(), [a, b, b'.', ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// A phone number without what people put between its digits.
pub(super) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

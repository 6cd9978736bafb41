//! Who it is about: the ids of a message, status or choice, joined with the profile of the same person that stands beside
//! it. A profile of somebody else is never taken.

use chasqui_model::message::Sender;
use chasqui_model::wa_id::same_line;
use serde_json::value::RawValue;

use super::json::{self, Object};
use super::renamed;

/// Reads the ids that an element itself carries.
pub(super) type Ids = fn(&Object<'_>) -> Sender;

/// The profiles of a change, and the elements they may belong to.
pub(super) struct Contacts<'a> {
    profiles: Vec<Object<'a>>,
    elements: &'a [&'a RawValue],
    ids: Ids,
}

impl<'a> Contacts<'a> {
    /// The array `contacts`, which stands beside these elements; anything else in it is passed over.
    pub(super) fn read(raw: Option<&'a RawValue>, elements: &'a [&'a RawValue], ids: Ids) -> Self {
        let profiles = raw.map(json::array).unwrap_or_default();
        let profiles = profiles.into_iter().filter_map(|profile| Object::parse(profile.get())).collect();
        Self { profiles, elements, ids }
    }

    /// The person an element is about. `None` when nothing tells who that is.
    pub(super) fn person(&self, element: &Object<'_>) -> Option<Sender> {
        let mut person = (self.ids)(element);
        let is_note = element.text("type").as_deref() == Some("system");
        if let Some(profile) = self.profile(&person, is_note) {
            complete(&mut person, profile);
        }
        is_somebody(&person).then_some(person)
    }

    /// The profile with one of the person's ids. The only profile of a change belongs to its only person as well when
    /// nothing speaks against it: they share no kind of id. In a note it may stand for the ids to come.
    fn profile(&self, person: &Sender, is_note: bool) -> Option<&Object<'a>> {
        let carried: fn(&Sender, &Sender) -> bool = |profile, person| {
            let same = |one: &Option<String>, two: &Option<String>| one.is_some() && one == two;
            let line = |one: &Option<String>, two: &Option<String>| {
                one.as_deref().zip(two.as_deref()).is_some_and(|(one, two)| same_line(one, two))
            };
            let other = profile.user_id.is_some() && person.user_id.is_some();
            same(&profile.user_id, &person.user_id)
                || same(&profile.parent_user_id, &person.parent_user_id)
                || (!other && line(&profile.wa_id, &person.wa_id))
        };
        let found = self.profiles.iter().find(|profile| carried(&ids_of_profile(profile), person));
        found.or_else(|| {
            let [only] = self.profiles.as_slice() else { return None };
            let ids = ids_of_profile(only);
            let both = |one: &Option<String>, two: &Option<String>| one.is_some() && two.is_some();
            let other = both(&ids.user_id, &person.user_id)
                || both(&ids.parent_user_id, &person.parent_user_id)
                || both(&ids.wa_id, &person.wa_id);
            let nameless = !is_somebody(&ids) || !is_somebody(person);
            (!other && (nameless || !is_note) && self.is_alone()).then_some(only)
        })
    }

    /// Whether all elements are about one person.
    fn is_alone(&self) -> bool {
        let mut all = self.elements.iter().map(|raw| Object::parse(raw.get()).map(|it| (self.ids)(&it)));
        let first = all.next();
        all.all(|it| Some(it) == first)
    }
}

fn is_somebody(person: &Sender) -> bool {
    person.aliases().next().is_some()
}

/// The ids of a message.
pub(super) fn of_message(message: &Object<'_>) -> Sender {
    if message.text("type").as_deref() == Some("system") {
        return renamed::before(message);
    }
    named(message, "from", "from_user_id", "from_parent_user_id")
}

/// The ids of an element that names somebody by `wa_id` and `user_id`.
pub(super) fn of_named(element: &Object<'_>) -> Sender {
    named(element, "wa_id", "user_id", "parent_user_id")
}

/// The ids of whom an echo was written to.
pub(super) fn of_echo(echo: &Object<'_>) -> Sender {
    named(echo, "to", "to_user_id", "to_parent_user_id")
}

fn ids_of_profile(profile: &Object<'_>) -> Sender {
    of_named(profile)
}

/// The ids under three keys.
pub(super) fn named(element: &Object<'_>, wa_id: &str, user_id: &str, parent: &str) -> Sender {
    let mut person = Sender {
        user_id: element.string(user_id),
        parent_user_id: element.string(parent),
        ..Sender::default()
    };
    if let Some(id) = element.text(wa_id) {
        put_id(&mut person, &id);
    }
    person
}

fn complete(person: &mut Sender, profile: &Object<'_>) {
    let ids = ids_of_profile(profile);
    person.wa_id = person.wa_id.take().or(ids.wa_id);
    person.user_id = person.user_id.take().or(ids.user_id);
    person.parent_user_id = person.parent_user_id.take().or(ids.parent_user_id);
    let profile = profile.object("profile");
    person.name = profile.as_ref().and_then(|profile| profile.string("name"));
    let username = profile.as_ref().and_then(|profile| profile.text("username"));
    person.username =
        username.map(|name| name.trim_start_matches('@').to_owned()).filter(|name| !name.is_empty());
}

/// Puts an id where it belongs unless the place is taken: business-scoped ids have been seen where numbers belong.
pub(crate) fn put_id(sender: &mut Sender, id: &str) {
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

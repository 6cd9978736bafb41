//! Who somebody is. What a message says about its sender, held against what is known, gives the contact it belongs to and
//! what is to be written down about names. Pure: the engines read for it, and write what it decides. The rules are those
//! of the decisions 0100 to 0102.

mod hold;
mod learn;
mod names;
#[cfg(test)]
mod tests;
mod who;

use std::collections::{BTreeMap, HashMap};

use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Sender};
use chasqui_model::wa_id::other_form;
use chasqui_model::{Id, Part, Timestamp, window};

use crate::inbox::Arrival;
pub(crate) use hold::Hold;
pub(crate) use who::Question;

/// A name on a number.
pub(crate) type Name = (Id<Integration>, AliasKind, String);

/// As a row carries it: without the character zero, which PostgreSQL refuses.
pub(crate) fn name(integration: Id<Integration>, kind: AliasKind, value: &str) -> Name {
    (integration, kind, value.replace('\0', "\u{fffd}"))
}

/// What is known of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Face {
    pub(crate) name: Option<String>,
    pub(crate) wa_id: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) username: Option<String>,
    /// When they last took another number or user id, by Meta's clock.
    pub(crate) named_at: Option<i64>,
    pub(crate) last_inbound_at: Option<i64>,
}

/// A contact to be added; what is known of it stands with the others.
pub(crate) struct Newcomer {
    pub(crate) part: Part,
    pub(crate) account: Id<Account>,
    pub(crate) integration: Id<Integration>,
    pub(crate) at: i64,
}

/// What changes about a contact that is there. What is `None` stays.
#[derive(Default)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) last_inbound_at: Option<i64>,
    /// Whether number and user id become those of the face.
    pub(crate) ids: bool,
}

/// A name whose row changes.
pub(crate) struct Renamed {
    pub(crate) part: Part,
    /// Whom it led to before; `None`: it led to nobody.
    pub(crate) was: Option<Id<Contact>>,
}

/// A name that a contact gives up without anybody having asked for its row.
pub(crate) struct GivenUp {
    pub(crate) part: Part,
    pub(crate) contact: Id<Contact>,
    pub(crate) at: i64,
}

/// Whom an arrival belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) contact: Id<Contact>,
    /// Contacts, known before, whose number or user id is another one from here on.
    pub(crate) renamed: Vec<Id<Contact>>,
}

/// Contacts by their names, as they are once everything here is written. Sorted where it is written, so that two
/// processes never wait for each other in a ring.
#[derive(Default)]
pub(crate) struct Directory {
    pub(crate) holds: HashMap<Name, Hold>,
    pub(crate) faces: HashMap<Id<Contact>, Face>,
    pub(crate) newcomers: BTreeMap<Id<Contact>, Newcomer>,
    pub(crate) changed: BTreeMap<Id<Contact>, (Part, Change)>,
    pub(crate) renamed: BTreeMap<Name, Renamed>,
    pub(crate) given_up: BTreeMap<Name, GivenUp>,
}

/// The names that have to be looked up for an arrival.
pub(crate) fn asked(arrival: &Arrival) -> impl Iterator<Item = (AliasKind, String)> {
    let also = arrival.also.iter().map(|(kind, value)| (*kind, value.as_str()));
    let all = arrival.sender.aliases().chain(also);
    all.flat_map(|(kind, value)| forms(kind, value).chain([(kind, value.to_owned())]))
}

/// The other way to write a name, where there are two.
pub(crate) fn forms(kind: AliasKind, value: &str) -> impl Iterator<Item = (AliasKind, String)> + use<> {
    let form = match kind {
        AliasKind::WaId => other_form(value),
        AliasKind::UserId | AliasKind::ParentUserId => None,
    };
    form.into_iter().map(move |form| (kind, form))
}

impl Directory {
    /// The contact an arrival belongs to, or a new one. Notes what follows from its names.
    pub(crate) fn meet(&mut self, arrival: &Arrival) -> Met {
        if let Some(contact) = self.steady(arrival) {
            self.see(arrival.part, contact, &arrival.sender, arrival.last_inbound());
            return Met { contact, renamed: Vec::new() };
        }
        let known = self.who(arrival);
        let contact = known.unwrap_or(arrival.fresh_contact);
        if known.is_none() {
            let newcomer = Newcomer {
                part: arrival.part,
                account: arrival.account,
                integration: arrival.integration,
                at: arrival.at.millis(),
            };
            self.newcomers.insert(contact, newcomer);
            self.faces.insert(contact, Face::default());
        }
        self.see(arrival.part, contact, &arrival.sender, arrival.last_inbound());
        let renamed = self.name(arrival, contact);
        Met { contact, renamed }
    }

    /// What is known of somebody; nothing of one who is not there.
    pub(crate) fn face(&self, contact: Id<Contact>) -> Face {
        self.faces.get(&contact).cloned().unwrap_or_default()
    }

    /// The contact, when all of a sender's names lead to it and nothing is to be learned. Nearly always.
    fn steady(&self, arrival: &Arrival) -> Option<Id<Contact>> {
        if !arrival.also.is_empty() {
            return None;
        }
        let at = arrival.said_at.millis();
        let mut all = arrival.sender.aliases().map(|(kind, value)| {
            let hold = self.hold(arrival.integration, kind, value)?;
            hold.is_steady(at).then_some(hold.contact)
        });
        let first = all.next()??;
        all.all(|it| it == Some(first)).then_some(first)
    }

    /// Notes what a message tells of its sender besides ids.
    pub(crate) fn see(
        &mut self,
        part: Part,
        contact: Id<Contact>,
        sender: &Sender,
        last_inbound: Option<i64>,
    ) {
        let face = self.faces.entry(contact).or_default();
        let mut change = Change::default();
        for (old, new, change) in [
            (&mut face.name, &sender.name, &mut change.name),
            (&mut face.username, &sender.username, &mut change.username),
        ] {
            if new.is_some() && old != new {
                old.clone_from(new);
                change.clone_from(new);
            }
        }
        let last = face.last_inbound_at.map(Timestamp::from_millis);
        if let Some(at) = last_inbound.and_then(|at| window::noted(last, Timestamp::from_millis(at))) {
            face.last_inbound_at = Some(at.millis());
            change.last_inbound_at = face.last_inbound_at;
        }
        if change.name.is_some() || change.username.is_some() || change.last_inbound_at.is_some() {
            self.change(part, contact, change);
        }
    }

    /// Newcomers are written as their face is in the end.
    fn change(&mut self, part: Part, contact: Id<Contact>, new: Change) {
        if self.newcomers.contains_key(&contact) {
            return;
        }
        let change = &mut self.changed.entry(contact).or_insert_with(|| (part, Change::default())).1;
        change.name = new.name.or(change.name.take());
        change.username = new.username.or(change.username.take());
        change.last_inbound_at = new.last_inbound_at.or(change.last_inbound_at);
        change.ids |= new.ids;
    }
}

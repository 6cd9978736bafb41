//! What follows from the names of a message: which of them its sender takes, from whom, and which they give up.

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::AliasKind;
use chasqui_model::wa_id::same_line;
use chasqui_model::{Id, Part};

use super::{Change, Directory, Face, GivenUp, Hold, Name, Renamed, forms, name};
use crate::inbox::Arrival;

/// Whose names are written down, and on whose word.
pub(super) struct Taking {
    pub(super) part: Part,
    pub(super) integration: Id<Integration>,
    pub(super) contact: Id<Contact>,
    /// When it was said.
    pub(super) at: i64,
    /// Whether they are known to have changed their names later than that.
    pub(super) late: bool,
    /// Whether the names are ours, not Meta's: they change nobody's number.
    pub(super) ours: bool,
    /// Contacts that go by another number or user id.
    pub(super) renamed: Vec<Id<Contact>>,
}

impl Directory {
    /// Writes down what an arrival says of a contact's names. Answers who goes by another one.
    pub(super) fn name(&mut self, arrival: &Arrival, contact: Id<Contact>) -> Vec<Id<Contact>> {
        let at = arrival.said_at.millis();
        let known = self.faces.get(&contact);
        let mut it = Taking {
            part: arrival.part,
            integration: arrival.integration,
            contact,
            at,
            late: known.and_then(|face| face.named_at).is_some_and(|named| named > at),
            ours: arrival.ours,
            renamed: Vec::new(),
        };
        let replaced = |kind| arrival.also.iter().any(|(also, _)| *also == kind);
        for (kind, value) in arrival.sender.aliases().filter(|(kind, _)| !replaced(*kind)) {
            self.take(&mut it, kind, value);
        }
        for (kind, value) in &arrival.also {
            self.succeed(&mut it, *kind, value);
            self.take(&mut it, *kind, value);
            let Some(old) = arrival.sender.id(*kind).filter(|old| !is_same(*kind, old, value)) else {
                continue;
            };
            if self.hold(it.integration, *kind, old).is_none() {
                // Remembered all the same, for what they wrote before and comes late.
                self.put(&it, *kind, old, None, Hold { until: Some(at), ..Hold::first(contact) });
            }
            self.leave(&it, *kind, old);
        }
        it.renamed
    }

    /// Leads a name, in both of its forms, to the contact.
    pub(super) fn take(&mut self, it: &mut Taking, kind: AliasKind, value: &str) {
        self.take_form(it, kind, value);
        for (kind, form) in forms(kind, value) {
            let hold = self.hold(it.integration, kind, &form);
            if hold.is_some_and(|hold| hold.contact != it.contact && hold.until.is_none()) {
                self.take_form(it, kind, &form);
            }
        }
        let leads = self
            .hold(it.integration, kind, value)
            .is_some_and(|hold| hold.contact == it.contact && hold.is_steady(it.at));
        if leads {
            self.adopt(it, kind, value);
        }
    }

    fn take_form(&mut self, it: &mut Taking, kind: AliasKind, value: &str) {
        let before = self.hold(it.integration, kind, value).copied();
        let taken = Hold { contact: it.contact, since: Some(it.at), until: None, former: None };
        let after = match before {
            None => self.first(it, kind, value),
            Some(hold) if hold.contact == it.contact => match hold.until {
                // They take it again.
                Some(until) if until <= it.at && !it.late => Hold { former: hold.former, ..taken },
                Some(_) | None => return,
            },
            // The other one took it later, or gave it up later, or what is said is older than what is known.
            Some(hold) if it.late || !is_free(&hold, it.at) => return,
            Some(hold) => {
                if hold.until.is_none() {
                    self.lose(it, hold.contact, kind, value);
                }
                Hold { former: Some(hold.contact), ..taken }
            }
        };
        self.put(it, kind, value, before.map(|hold| hold.contact), after);
    }

    /// A name that led to nobody. One from before the contact's last change is given up already.
    fn first(&self, it: &Taking, kind: AliasKind, value: &str) -> Hold {
        let face = self.faces.get(&it.contact);
        let differs = face.and_then(|face| id_of(face, kind)).is_some_and(|old| !is_same(kind, old, value));
        let until = face.and_then(|face| face.named_at).filter(|_| it.late && differs);
        Hold { until, ..Hold::first(it.contact) }
    }

    pub(super) fn put(
        &mut self,
        it: &Taking,
        kind: AliasKind,
        value: &str,
        was: Option<Id<Contact>>,
        hold: Hold,
    ) {
        let name: Name = name(it.integration, kind, value);
        self.given_up.remove(&name);
        self.holds.insert(name.clone(), hold);
        // What was there before this group of arrivals counts.
        self.renamed.entry(name).or_insert(Renamed { part: it.part, was });
    }

    /// Makes a name the one that is shown and written to.
    pub(super) fn adopt(&mut self, it: &mut Taking, kind: AliasKind, value: &str) {
        let Some(face) = self.faces.get_mut(&it.contact) else { return };
        let old = id_of(face, kind).map(str::to_owned);
        let shown = match kind {
            AliasKind::UserId => &mut face.user_id,
            AliasKind::WaId => &mut face.wa_id,
            AliasKind::ParentUserId => return,
        };
        if old.as_deref() == Some(value) || (old.is_some() && (it.late || it.ours)) {
            return;
        }
        *shown = Some(value.to_owned());
        if let Some(old) = old.filter(|old| !is_same(kind, old, value)) {
            face.named_at = Some(face.named_at.map_or(it.at, |named| named.max(it.at)));
            self.leave(it, kind, &old);
        }
        self.shown_anew(it.part, it.contact, &mut it.renamed);
    }

    pub(super) fn shown_anew(&mut self, part: Part, contact: Id<Contact>, renamed: &mut Vec<Id<Contact>>) {
        if !self.newcomers.contains_key(&contact) && !renamed.contains(&contact) {
            renamed.push(contact);
        }
        self.change(part, contact, Change { ids: true, ..Change::default() });
    }

    /// Takes a name off somebody: it is another's from here on.
    pub(super) fn lose(&mut self, it: &mut Taking, contact: Id<Contact>, kind: AliasKind, value: &str) {
        let Some(face) = self.faces.get_mut(&contact) else { return };
        let shown = match kind {
            AliasKind::UserId => &mut face.user_id,
            AliasKind::WaId => &mut face.wa_id,
            AliasKind::ParentUserId => return,
        };
        if shown.as_deref().is_some_and(|shown| is_same(kind, shown, value)) {
            *shown = None;
            self.shown_anew(it.part, contact, &mut it.renamed);
        }
    }

    /// The contact gives up a name, in both of its forms.
    fn leave(&mut self, it: &Taking, kind: AliasKind, value: &str) {
        let all = [(kind, value.to_owned())].into_iter().chain(forms(kind, value));
        for (kind, value) in all.collect::<Vec<_>>() {
            match self.hold(it.integration, kind, &value).copied() {
                Some(hold) if hold.contact == it.contact && hold.until.is_none() => {
                    let left = Hold { until: Some(it.at), ..hold };
                    self.put(it, kind, &value, Some(hold.contact), left);
                }
                Some(_) => {}
                None => {
                    let name = name(it.integration, kind, &value);
                    let left = GivenUp { part: it.part, contact: it.contact, at: it.at };
                    self.given_up.insert(name, left);
                }
            }
        }
    }

    /// The new name of a note is one of a contact that is known under what came after the note: a user id, which is never
    /// somebody else's, or a number that was given up again later. Both are one person, told of in the wrong order, and the
    /// contact goes on under the other's names.
    fn succeed(&mut self, it: &mut Taking, kind: AliasKind, value: &str) {
        let Some(hold) = self.hold(it.integration, kind, value).copied() else { return };
        let later = match (kind, hold.until) {
            (_, Some(until)) => until > it.at,
            (AliasKind::UserId | AliasKind::ParentUserId, None) => true,
            // Whoever had the number before.
            (AliasKind::WaId, None) => false,
        };
        if hold.contact == it.contact || !later {
            return;
        }
        let Some(next) = self.faces.get(&hold.contact).cloned() else { return };
        self.put(it, kind, value, Some(hold.contact), Hold { contact: it.contact, ..hold });
        for (kind, id) in [(AliasKind::UserId, next.user_id), (AliasKind::WaId, next.wa_id)] {
            let Some(id) = id else { continue };
            self.lose(it, hold.contact, kind, &id);
            let moved = Hold { former: Some(hold.contact), ..Hold::first(it.contact) };
            self.put(it, kind, &id, Some(hold.contact), moved);
            self.adopt(it, kind, &id);
        }
        if let Some(face) = self.faces.get_mut(&it.contact) {
            face.named_at = face.named_at.max(hold.until);
            it.late |= hold.until.is_some();
        }
    }
}

/// Whether somebody else may take a name of its holder then.
fn is_free(hold: &Hold, at: i64) -> bool {
    hold.since.is_none_or(|since| since <= at) && hold.until.is_none_or(|until| until <= at)
}

pub(super) fn id_of(face: &Face, kind: AliasKind) -> Option<&str> {
    match kind {
        AliasKind::UserId => face.user_id.as_deref(),
        AliasKind::WaId => face.wa_id.as_deref(),
        AliasKind::ParentUserId => None,
    }
}

pub(super) fn is_same(kind: AliasKind, one: &str, two: &str) -> bool {
    match kind {
        AliasKind::WaId => same_line(one, two),
        AliasKind::UserId | AliasKind::ParentUserId => one == two,
    }
}

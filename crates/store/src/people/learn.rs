//! What Meta tells of somebody when we write to them: the id their number really has, and their user id.

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Sender};
use chasqui_model::{Id, Part};

use super::names::Taking;
use super::{Directory, Hold};

impl Directory {
    /// Adds names to the contact that was written to, unless they are somebody else's. Then the more lasting name wins: who
    /// has the user id gets the number that it was written to as well, when that is known for certain. Answers who goes by
    /// another name.
    pub(crate) fn learn(
        &mut self,
        (part, integration): (Part, Id<Integration>),
        contact: Id<Contact>,
        told: &Sender,
        written_to: Option<&str>,
        at: i64,
    ) -> Vec<Id<Contact>> {
        let mut it = Taking { part, integration, contact, at, late: false, ours: false, renamed: Vec::new() };
        let face = self.faces.get(&contact).cloned().unwrap_or_default();
        // Another user id than the known one answered: the number was given to somebody else, who has not written yet.
        if self.is_another(contact, told) {
            return it.renamed;
        }
        let holder = |kind| told.id(kind).and_then(|value| self.hold(integration, kind, value)).copied();
        if holder(AliasKind::WaId).is_some_and(|line| line.former == Some(contact)) {
            // What was under way when the number went to somebody else.
            return it.renamed;
        }
        let winner = match (holder(AliasKind::UserId), holder(AliasKind::WaId)) {
            (Some(user), _) if user.contact != contact && user.is_steady(at) => user.contact,
            (_, Some(line)) if line.contact != contact && line.is_steady(at) && face.user_id.is_none() => {
                line.contact
            }
            _ => contact,
        };
        if self.is_another(winner, told) {
            return it.renamed;
        }
        it.contact = winner;
        for (kind, value) in told.aliases() {
            self.take_unless_left(&mut it, kind, value);
        }
        if let Some(wa_id) = written_to.filter(|_| winner != contact) {
            self.take_unless_left(&mut it, AliasKind::WaId, wa_id);
        }
        it.renamed
    }

    fn is_another(&self, contact: Id<Contact>, told: &Sender) -> bool {
        let known = self.faces.get(&contact).and_then(|face| face.user_id.as_deref());
        known.zip(told.user_id.as_deref()).is_some_and(|(known, told)| known != told)
    }

    /// A status may name a number that was given up since.
    fn take_unless_left(&mut self, it: &mut Taking, kind: AliasKind, value: &str) {
        let hold = self.hold(it.integration, kind, value).copied();
        if hold.is_some_and(|hold| !hold.is_steady(it.at)) {
            return;
        }
        match hold {
            None => {
                self.put(it, kind, value, None, Hold::first(it.contact));
                self.show(it, kind, value);
            }
            Some(hold) if hold.contact == it.contact => self.show(it, kind, value),
            Some(_) => {
                // Somebody's real number stays the one that is shown.
                it.ours = true;
                self.take(it, kind, value);
                it.ours = false;
            }
        }
    }

    /// The number's real id is the one that is shown; the form it was written to leads there as well.
    fn show(&mut self, it: &mut Taking, kind: AliasKind, value: &str) {
        let Some(face) = self.faces.get_mut(&it.contact) else { return };
        let shown = match kind {
            AliasKind::UserId => &mut face.user_id,
            AliasKind::WaId => &mut face.wa_id,
            AliasKind::ParentUserId => return,
        };
        if shown.as_deref() != Some(value) {
            *shown = Some(value.to_owned());
            self.shown_anew(it.part, it.contact, &mut it.renamed);
        }
    }
}

//! Which contact a message is from.

use chasqui_model::Id;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Sender};

use super::{Directory, Hold, forms, name};
use crate::inbox::Arrival;

/// How long after a number went to somebody its former holder may be said to have taken theirs in exchange, in
/// milliseconds. Later it is the holder who goes back.
const EXCHANGE: i64 = 3_600_000;

/// What somebody is asked for by.
pub(crate) struct Question<'a> {
    pub(crate) integration: Id<Integration>,
    pub(crate) sender: &'a Sender,
    /// Names in place of the sender's.
    pub(crate) also: &'a [(AliasKind, String)],
    /// When it was said.
    pub(crate) at: i64,
}

impl Directory {
    /// `None`: nobody who is known.
    pub(super) fn who(&self, arrival: &Arrival) -> Option<Id<Contact>> {
        let (sender, also) = (&arrival.sender, &arrival.also[..]);
        self.whose(&Question { integration: arrival.integration, sender, also, at: arrival.said_at.millis() })
    }

    /// The most lasting name decides. A number leads to nobody who has another user id.
    pub(crate) fn whose(&self, it: &Question<'_>) -> Option<Id<Contact>> {
        if let Some(contact) = self.repeated(it).or_else(|| self.exchanged(it)) {
            return Some(contact);
        }
        let at = |kind| it.sender.id(kind).and_then(|value| self.at(it, kind, value));
        let line = at(AliasKind::WaId);
        at(AliasKind::UserId)
            .or_else(|| line.filter(|contact| self.had(it, *contact)))
            .or_else(|| at(AliasKind::ParentUserId))
            .or_else(|| line.filter(|contact| !self.is_other(it, *contact)))
            .or_else(|| self.by_new_names(it))
    }

    pub(super) fn hold(&self, integration: Id<Integration>, kind: AliasKind, value: &str) -> Option<&Hold> {
        self.holds.get(&name(integration, kind, value))
    }

    /// Who went by a name when it was said, in whichever form.
    fn at(&self, it: &Question<'_>, kind: AliasKind, value: &str) -> Option<Id<Contact>> {
        let held = |value: &str| self.hold(it.integration, kind, value).and_then(|hold| hold.at(it.at));
        held(value).or_else(|| forms(kind, value).find_map(|(_, form)| held(&form)))
    }

    /// The user id is one that the holder of the number gave up: what was under way when it changed.
    fn had(&self, it: &Question<'_>, contact: Id<Contact>) -> bool {
        let hold = it.sender.user_id.as_deref();
        let hold = hold.and_then(|value| self.hold(it.integration, AliasKind::UserId, value));
        hold.is_some_and(|hold| hold.contact == contact)
    }

    /// Whether the contact is known to have another user id: its number was given to somebody else.
    fn is_other(&self, it: &Question<'_>, contact: Id<Contact>) -> bool {
        let known = self.faces.get(&contact).and_then(|face| face.user_id.as_deref());
        let new = it.also.iter().find(|(kind, _)| *kind == AliasKind::UserId).map(|(_, value)| &**value);
        match (known, it.sender.user_id.as_deref()) {
            (Some(known), Some(given)) => known != given && Some(known) != new,
            (None, _) | (_, None) => false,
        }
    }

    /// A note that came before, in other words: its new name leads to the one who had the old one.
    fn repeated(&self, it: &Question<'_>) -> Option<Id<Contact>> {
        it.also.iter().find_map(|(kind, value)| {
            let contact = self.at(it, *kind, value)?;
            let old = self.hold(it.integration, *kind, it.sender.id(*kind)?)?;
            let had = (old.contact == contact && old.until.is_some()) || old.former == Some(contact);
            had.then_some(contact)
        })
    }

    /// Two people who exchange their numbers: the first note gave the second one's number away.
    fn exchanged(&self, it: &Question<'_>) -> Option<Id<Contact>> {
        if it.sender.user_id.is_some() || it.sender.parent_user_id.is_some() {
            return None;
        }
        let (kind, value) = it.also.iter().find(|(kind, _)| *kind == AliasKind::WaId)?;
        let new = self.hold(it.integration, *kind, value)?;
        let old = self.hold(it.integration, *kind, it.sender.id(*kind)?)?;
        let former = old.former?;
        let lately = old.since.is_some_and(|since| it.at.saturating_sub(since) <= EXCHANGE);
        let left = new.until.is_some() && new.contact == old.contact;
        let numberless = self.faces.get(&former).is_some_and(|face| face.wa_id.is_none());
        (lately && left && numberless).then_some(former)
    }

    /// A note about somebody of whom only the new names are known.
    fn by_new_names(&self, it: &Question<'_>) -> Option<Id<Contact>> {
        let new = it.also.iter().find(|(kind, _)| *kind == AliasKind::UserId).map(|(_, value)| value);
        it.also.iter().find_map(|(kind, value)| {
            let contact = self.at(it, *kind, value)?;
            let known = self.faces.get(&contact).and_then(|face| face.user_id.as_ref());
            let other = known.is_some() && new.is_some() && known != new;
            (!other).then_some(contact)
        })
    }
}

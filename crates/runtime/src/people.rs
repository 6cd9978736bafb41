//! What Meta tells of the people we write to: the ids of their numbers in answers and statuses. Nearly all of it is known;
//! what is not joins the contact that was written to, so that the answer reaches the same conversation.

use std::hash::{BuildHasher, RandomState};

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Sender};
use chasqui_model::{Id, Part, Timestamp};
use chasqui_store::Error;
use chasqui_store::inbox::{Closes, Journal};
use dashmap::DashMap;

use crate::Inner;
use crate::work::Work;

/// People whose ids are remembered. Above it all are forgotten: each is then looked up once more.
const KEPT: usize = 50_000;

/// The ids by which people were written to lately, as hashes: what is told of them again costs no look into the store.
#[derive(Default)]
pub(crate) struct Faces {
    known: DashMap<Id<Contact>, [u64; 3]>,
    hash: RandomState,
}

impl Faces {
    /// Notes ids that lead to a contact.
    pub(crate) fn note(&self, contact: Id<Contact>, ids: &Sender) {
        if self.knows(contact, ids) {
            return;
        }
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        let mut known = self.known.entry(contact).or_default();
        for (kind, value) in ids.aliases() {
            known[place(kind)] = self.hash.hash_one(value);
        }
    }

    fn knows(&self, contact: Id<Contact>, ids: &Sender) -> bool {
        let Some(known) = self.known.get(&contact) else { return false };
        ids.aliases().all(|(kind, value)| known[place(kind)] == self.hash.hash_one(value))
    }

    /// The contact goes by other ids.
    pub(crate) fn forget(&self, contact: Id<Contact>) {
        self.known.remove(&contact);
    }
}

const fn place(kind: AliasKind) -> usize {
    match kind {
        AliasKind::UserId => 0,
        AliasKind::ParentUserId => 1,
        AliasKind::WaId => 2,
    }
}

/// Joins what Meta told of somebody with the contact that was written to, under this number if that is known. Repeatable.
pub(crate) async fn learn(
    rt: &Inner,
    integration: Id<Integration>,
    contact: Id<Contact>,
    told: &Sender,
    written_to: Option<&str>,
    at: Timestamp,
) -> Result<(), Error> {
    if rt.faces.knows(contact, told) {
        return Ok(());
    }
    let renamed = rt.store.learn_names(integration, contact, told, written_to, at).await?;
    let work = Work::Renamed;
    let entry = |contact| Journal {
        part: Part::of(integration),
        integration,
        contact,
        kind: work.kind(),
        payload: work.payload(),
        at: rt.clock.now(),
        closes: Closes::Nothing,
    };
    if !renamed.is_empty() {
        rt.store.hot().journal(renamed.into_iter().map(entry).collect()).await?;
    }
    rt.faces.note(contact, told);
    Ok(())
}

/// Work for somebody who goes by another number or user id.
pub(crate) fn renamed() -> (i64, String) {
    (Work::Renamed.kind(), Work::Renamed.payload())
}

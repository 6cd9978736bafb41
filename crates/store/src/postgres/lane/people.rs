//! Who the senders of a group are, and what has to be written down about them.

use std::collections::{BTreeMap, HashMap};

use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::AliasKind;
use chasqui_model::{Id, Part, Timestamp, window};
use tokio_postgres::{Error as PgError, Row};

use crate::Result;
use crate::inbox::Arrival;
use crate::postgres::column::{column, get, id, optional, optional_time, part, text};
use crate::postgres::hot;
use crate::postgres::session::Session;

/// A name on a number.
type Name = (Id<Integration>, i16, String);

/// What is known of somebody.
#[derive(Clone, Debug, Default)]
struct Face {
    name: Option<String>,
    wa_id: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
    last_inbound_at: Option<Timestamp>,
}

struct Newcomer {
    part: Part,
    account: Id<Account>,
    integration: Id<Integration>,
    at: i64,
    face: Face,
}

/// Contacts by their names, as they are once everything here is written. Sorted where it is written, so that two
/// processes never wait for each other in a ring.
#[derive(Default)]
pub(super) struct People {
    names: HashMap<Name, Id<Contact>>,
    faces: HashMap<Id<Contact>, Face>,
    newcomers: BTreeMap<Id<Contact>, Newcomer>,
    changed: BTreeMap<Id<Contact>, (Part, Face)>,
    /// With whether the name led to somebody before.
    aliases: BTreeMap<Name, (Part, Id<Contact>, bool)>,
}

impl People {
    /// From the rows of [`hot::WHO`].
    pub(super) fn read(rows: &[Row]) -> Result<Self> {
        let mut people = Self::default();
        for row in rows {
            let contact = id(row, 3)?;
            people.names.insert((id(row, 0)?, get(row, 1)?, get(row, 2)?), contact);
            let face = Face {
                name: get(row, 4)?,
                wa_id: get(row, 5)?,
                user_id: get(row, 6)?,
                username: get(row, 7)?,
                last_inbound_at: optional_time(row, 8)?,
            };
            people.faces.insert(contact, face);
        }
        Ok(people)
    }

    /// The contact with any of the sender's names, or a new one; all names lead to it from here on. When two names led to
    /// two contacts, the more lasting name wins and takes the other along.
    pub(super) fn meet(&mut self, arrival: &Arrival) -> Id<Contact> {
        let mut known = None;
        let mut unset = Vec::new();
        for (kind, value) in arrival.sender.aliases() {
            match self.names.get(&name(arrival, kind, value)) {
                Some(contact) if known.is_none_or(|known| known == *contact) => known = Some(*contact),
                _ => unset.push(name(arrival, kind, value)),
            }
        }
        unset.extend(arrival.also.iter().map(|(kind, value)| name(arrival, *kind, value)));
        let contact = known.unwrap_or(arrival.fresh_contact);
        self.note(arrival, contact);
        for name in unset {
            let before = self.names.insert(name.clone(), contact);
            if before != Some(contact) {
                let led = self.aliases.get(&name).map_or(before.is_some(), |it| it.2);
                self.aliases.insert(name, (arrival.part, contact, led));
            }
        }
        contact
    }

    fn note(&mut self, arrival: &Arrival, contact: Id<Contact>) {
        let mut new = face(arrival);
        if let Some(newcomer) = self.newcomers.get_mut(&contact) {
            newcomer.face.learn(&new);
        } else if let Some(face) = self.faces.get_mut(&contact) {
            // Not written along with something else either: what is noted is the same everywhere.
            new.last_inbound_at = new.last_inbound_at.and_then(|at| window::noted(face.last_inbound_at, at));
            if face.learn(&new) {
                self.changed.entry(contact).or_insert((arrival.part, Face::default())).1.learn(&new);
            }
        } else {
            let newcomer = Newcomer {
                part: arrival.part,
                account: arrival.account,
                integration: arrival.integration,
                at: arrival.at.millis(),
                face: new,
            };
            self.newcomers.insert(contact, newcomer);
        }
    }

    /// Writes everything. `false`: another process has met one of them at this moment, and all must be asked again.
    pub(super) async fn write(&self, session: &Session) -> Result<bool, PgError> {
        let (added, seen, fresh, moved) = futures::join!(
            self.add(session),
            self.see(session),
            self.name(session, false),
            self.name(session, true),
        );
        added?;
        seen?;
        moved?;
        fresh
    }

    async fn add(&self, session: &Session) -> Result<(), PgError> {
        if self.newcomers.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = self.newcomers.iter().collect();
        let parts = column(&all, |it| part(it.1.part));
        let ids = column(&all, |it| it.0.uuid());
        let accounts = column(&all, |it| it.1.account.uuid());
        let integrations = column(&all, |it| it.1.integration.uuid());
        let names = column(&all, |it| optional(it.1.face.name.as_ref()));
        let wa_ids = column(&all, |it| optional(it.1.face.wa_id.as_ref()));
        let user_ids = column(&all, |it| optional(it.1.face.user_id.as_ref()));
        let usernames = column(&all, |it| optional(it.1.face.username.as_ref()));
        let times = column(&all, |it| it.1.at);
        let last = column(&all, |it| it.1.face.last_inbound_at.map(Timestamp::millis));
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&parts, &ids, &accounts, &integrations, &names, &wa_ids, &user_ids, &usernames, &times, &last];
        session.execute(hot::ADD_CONTACTS, params).await.map(|_| ())
    }

    async fn see(&self, session: &Session) -> Result<(), PgError> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = self.changed.iter().map(|(id, (part, face))| (id, part, face)).collect();
        let parts = column(&all, |it| part(*it.1));
        let ids = column(&all, |it| it.0.uuid());
        let names = column(&all, |it| optional(it.2.name.as_ref()));
        let wa_ids = column(&all, |it| optional(it.2.wa_id.as_ref()));
        let user_ids = column(&all, |it| optional(it.2.user_id.as_ref()));
        let usernames = column(&all, |it| optional(it.2.username.as_ref()));
        let last = column(&all, |it| it.2.last_inbound_at.map(Timestamp::millis));
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&parts, &ids, &names, &wa_ids, &user_ids, &usernames, &last];
        session.execute(hot::SEE_CONTACTS, params).await.map(|_| ())
    }

    /// Names that led to nobody, or those that led to somebody else.
    async fn name(&self, session: &Session, led: bool) -> Result<bool, PgError> {
        let all: Vec<_> = self.aliases.iter().filter(|it| it.1.2 == led).collect();
        if all.is_empty() {
            return Ok(true);
        }
        let parts = column(&all, |it| part(it.1.0));
        let integrations = column(&all, |it| it.0.0.uuid());
        let kinds = column(&all, |it| it.0.1);
        let values = column(&all, |it| text(&it.0.2));
        let contacts = column(&all, |it| it.1.1.uuid());
        let statement = if led { hot::MOVE_ALIASES } else { hot::ADD_ALIASES };
        let written =
            session.execute(statement, &[&parts, &integrations, &kinds, &values, &contacts]).await?;
        Ok(written == all.len() as u64)
    }
}

impl Face {
    /// Takes what is new. `false` when nothing is, or only the time, by less than it may lag behind.
    fn learn(&mut self, new: &Self) -> bool {
        let mut learned = false;
        let fields = [
            (&mut self.name, &new.name),
            (&mut self.wa_id, &new.wa_id),
            (&mut self.user_id, &new.user_id),
            (&mut self.username, &new.username),
        ];
        for (old, new) in fields {
            if new.is_some() && old != new {
                old.clone_from(new);
                learned = true;
            }
        }
        if let Some(at) = new.last_inbound_at.and_then(|at| window::noted(self.last_inbound_at, at)) {
            self.last_inbound_at = Some(at);
            learned = true;
        }
        learned
    }
}

fn name(arrival: &Arrival, kind: AliasKind, value: &str) -> Name {
    (arrival.integration, crate::postgres::column::small(kind.number()), text(value).into_owned())
}

/// What an arrival says about its sender.
fn face(arrival: &Arrival) -> Face {
    let sender = &arrival.sender;
    let newest = |kind: AliasKind, given: &Option<String>| {
        let also = arrival.also.iter().find(|(also, _)| *also == kind);
        also.map(|(_, value)| value.clone()).or_else(|| given.clone())
    };
    Face {
        name: sender.name.clone(),
        wa_id: newest(AliasKind::WaId, &sender.wa_id),
        user_id: newest(AliasKind::UserId, &sender.user_id),
        username: sender.username.clone(),
        last_inbound_at: arrival.wrote_at,
    }
}

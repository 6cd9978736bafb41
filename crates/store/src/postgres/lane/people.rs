//! Who the senders of a group are, and what has to be written down about them.

use chasqui_model::Id;
use chasqui_model::contact::Contact;
use chasqui_model::message::AliasKind;
use tokio_postgres::{Error as PgError, Row};

use super::arrivals::Known;
use crate::inbox::Arrival;
use crate::people::{Directory, Face, Hold, Met, Name, Renamed};
use crate::postgres::column::{column, get, id, optional, part, small, text};
use crate::postgres::hot;
use crate::postgres::session::{Params, Session};
use crate::{Error, Result};

/// Contacts by their names, as they are once everything here is written.
#[derive(Default)]
pub(super) struct People(Directory);

impl People {
    /// From what the store says of a group's names.
    pub(super) fn read(known: &Known) -> Result<Self> {
        let mut directory = Directory::default();
        for row in &known.who {
            let kind = AliasKind::from_number(get::<i16>(row, 1)?.into())
                .ok_or_else(|| Error::Corrupt("unknown kind of a name".into()))?;
            let contact = id(row, 6)?;
            let former = get::<Option<uuid::Uuid>>(row, 5)?.map(Id::from_uuid);
            let hold = Hold { contact, since: get(row, 3)?, until: get(row, 4)?, former };
            directory.holds.insert((id(row, 0)?, kind, get(row, 2)?), hold);
            directory.faces.insert(contact, face(row, 7)?);
        }
        for row in &known.faces {
            directory.faces.insert(id(row, 0)?, face(row, 1)?);
        }
        Ok(Self(directory))
    }

    /// The contact an arrival belongs to, or a new one.
    pub(super) fn meet(&mut self, arrival: &Arrival) -> Met {
        self.0.meet(arrival)
    }

    /// Writes everything. `false`: another process has met one of them at this moment, and all must be asked again.
    pub(super) async fn write(&self, session: &Session) -> Result<bool, PgError> {
        let (added, seen, given_up, fresh, moved) = futures::join!(
            self.add(session),
            self.see(session),
            self.give_up(session),
            self.name(session),
            self.rename(session),
        );
        added?;
        seen?;
        given_up?;
        Ok(fresh? && moved?)
    }

    async fn add(&self, session: &Session) -> Result<(), PgError> {
        if self.0.newcomers.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = self.0.newcomers.iter().map(|(id, it)| (*id, it, self.0.face(*id))).collect();
        let parts = column(&all, |it| part(it.1.part));
        let ids = column(&all, |it| it.0.uuid());
        let accounts = column(&all, |it| it.1.account.uuid());
        let integrations = column(&all, |it| it.1.integration.uuid());
        let names = column(&all, |it| optional(it.2.name.as_ref()));
        let wa_ids = column(&all, |it| optional(it.2.wa_id.as_ref()));
        let user_ids = column(&all, |it| optional(it.2.user_id.as_ref()));
        let usernames = column(&all, |it| optional(it.2.username.as_ref()));
        let times = column(&all, |it| it.1.at);
        let last = column(&all, |it| it.2.last_inbound_at);
        let params: Params<'_> =
            &[&parts, &ids, &accounts, &integrations, &names, &wa_ids, &user_ids, &usernames, &times, &last];
        session.execute(hot::ADD_CONTACTS, params).await.map(|_| ())
    }

    async fn see(&self, session: &Session) -> Result<(), PgError> {
        if self.0.changed.is_empty() {
            return Ok(());
        }
        let all = self.0.changed.iter();
        let all: Vec<_> = all.map(|(id, (part, change))| (*id, *part, change, self.0.face(*id))).collect();
        let parts = column(&all, |it| part(it.1));
        let ids = column(&all, |it| it.0.uuid());
        let names = column(&all, |it| optional(it.2.name.as_ref()));
        let wa_ids = column(&all, |it| optional(it.3.wa_id.as_ref().filter(|_| it.2.ids)));
        let user_ids = column(&all, |it| optional(it.3.user_id.as_ref().filter(|_| it.2.ids)));
        let usernames = column(&all, |it| optional(it.2.username.as_ref()));
        let last = column(&all, |it| it.2.last_inbound_at);
        let anew = column(&all, |it| it.2.ids);
        let named = column(&all, |it| it.3.named_at);
        let params: Params<'_> =
            &[&parts, &ids, &names, &wa_ids, &user_ids, &usernames, &last, &anew, &named];
        session.execute(hot::SEE_CONTACTS, params).await.map(|_| ())
    }

    async fn give_up(&self, session: &Session) -> Result<(), PgError> {
        if self.0.given_up.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = self.0.given_up.iter().collect();
        let parts = column(&all, |it| part(it.1.part));
        let integrations = column(&all, |it| it.0.0.uuid());
        let kinds = column(&all, |it| small(it.0.1.number()));
        let values = column(&all, |it| text(&it.0.2));
        let contacts = column(&all, |it| it.1.contact.uuid());
        let times = column(&all, |it| it.1.at);
        let params: Params<'_> = &[&parts, &integrations, &kinds, &values, &contacts, &times];
        session.execute(hot::GIVE_UP_ALIASES, params).await.map(|_| ())
    }

    /// Names that led to nobody.
    async fn name(&self, session: &Session) -> Result<bool, PgError> {
        let all: Vec<_> = self.names().filter(|it| it.1.was.is_none()).collect();
        if all.is_empty() {
            return Ok(true);
        }
        let (parts, integrations, kinds, values) = keys(&all);
        let (contacts, since, until, former) = holds(&all);
        let params: Params<'_> =
            &[&parts, &integrations, &kinds, &values, &contacts, &since, &until, &former];
        Ok(session.execute(hot::ADD_ALIASES, params).await? == all.len() as u64)
    }

    /// Names that led to somebody.
    async fn rename(&self, session: &Session) -> Result<bool, PgError> {
        let all: Vec<_> = self.names().filter(|it| it.1.was.is_some()).collect();
        if all.is_empty() {
            return Ok(true);
        }
        let (parts, integrations, kinds, values) = keys(&all);
        let (contacts, since, until, former) = holds(&all);
        let was = column(&all, |it| it.1.was.map(Id::uuid));
        let params: Params<'_> =
            &[&parts, &integrations, &kinds, &values, &contacts, &since, &until, &former, &was];
        Ok(session.execute(hot::MOVE_ALIASES, params).await? == all.len() as u64)
    }

    fn names(&self) -> impl Iterator<Item = (&Name, &Renamed, &Hold)> {
        let holds = &self.0.holds;
        self.0.renamed.iter().filter_map(|(name, it)| Some((name, it, holds.get(name)?)))
    }
}

type Write<'a> = (&'a Name, &'a Renamed, &'a Hold);

type Keys<'a> = (Vec<i16>, Vec<uuid::Uuid>, Vec<i16>, Vec<std::borrow::Cow<'a, str>>);

fn keys<'a>(all: &'a [Write<'a>]) -> Keys<'a> {
    (
        column(all, |it| part(it.1.part)),
        column(all, |it| it.0.0.uuid()),
        column(all, |it| small(it.0.1.number())),
        column(all, |it| text(&it.0.2)),
    )
}

type Holds = (Vec<uuid::Uuid>, Vec<Option<i64>>, Vec<Option<i64>>, Vec<Option<uuid::Uuid>>);

fn holds(all: &[Write<'_>]) -> Holds {
    (
        column(all, |it| it.2.contact.uuid()),
        column(all, |it| it.2.since),
        column(all, |it| it.2.until),
        column(all, |it| it.2.former.map(Id::<Contact>::uuid)),
    )
}

/// What a row says of a contact, from a column on.
fn face(row: &Row, at: usize) -> Result<Face> {
    Ok(Face {
        name: get(row, at)?,
        wa_id: get(row, at + 1)?,
        user_id: get(row, at + 2)?,
        username: get(row, at + 3)?,
        named_at: get(row, at + 4)?,
        last_inbound_at: get(row, at + 5)?,
    })
}

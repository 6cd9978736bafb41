//! The names people go by, outside the hot path: whom they lead to, and what Meta tells of somebody we write to.

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Message, MessageStatus, Sender};
use chasqui_model::{Id, Part, Timestamp};

use super::contact::{columns, read_contact};
use crate::db::{Write, statements};
use crate::people::{Directory, Face, Hold, Question, forms, name};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

statements! {
    BY_ALIAS = concat!("SELECT ", columns!("c."), " FROM contact_alias a JOIN contact c ON c.part = a.part \
        AND c.id = a.contact WHERE a.part = $1 AND a.integration = $2 AND a.kind = $3 AND a.value = $4 \
        AND a.until IS NULL");
    HOLD = "SELECT contact, since, until, former FROM contact_alias WHERE part = $1 AND integration = $2 AND kind = $3 \
        AND value = $4";
    FACE = "SELECT name, wa_id, user_id, username, named_at, last_inbound_at FROM contact WHERE part = $1 AND id = $2";
    ADD_HOLD = "INSERT INTO contact_alias (part, integration, kind, value, contact, since, until, former) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    MOVE_HOLD = "UPDATE contact_alias SET contact = $5, since = $6, until = $7, former = $8 \
        WHERE part = $1 AND integration = $2 AND kind = $3 AND value = $4 AND contact = $9";
    SHOW = "UPDATE contact SET wa_id = $3, user_id = $4 WHERE part = $1 AND id = $2";
    SENT_TO = "SELECT m.id FROM conversation c JOIN message m ON m.part = c.part AND m.conversation = c.id \
        WHERE c.part = $1 AND c.contact = $2 AND m.wamid = $3 AND m.author <> 0";
    ON_ITS_WAY_TO = concat!("SELECT m.status FROM conversation c JOIN message m ON m.part = c.part AND m.conversation = c.id \
        WHERE c.part = $1 AND c.contact = $2 AND m.status = ", marked!(), " LIMIT 1");
}

/// How often what Meta told is written down anew because others changed the same names meanwhile.
const TRIES: u32 = 4;

/// Which message a status without our id is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognized {
    /// This one of ours.
    Ours(Id<Message>),
    /// Perhaps one to this contact that is on its way: Meta's id for it is not known yet.
    Perhaps(Id<Contact>),
    /// Nobody's here.
    Foreign,
}

impl Store {
    /// The contact of a number who goes by a name.
    pub async fn contact_by_alias(
        &self,
        integration: Id<Integration>,
        kind: AliasKind,
        value: &str,
    ) -> Result<Option<Contact>> {
        let part = i64::from(Part::of(integration).number());
        let values = vec![part.into(), integration.into(), kind.number().into(), value.into()];
        let row = self.db.query_one(BY_ALIAS, values).await?;
        row.as_ref().map(read_contact).transpose()
    }

    /// The contact that something said at a time is about, by the rules by which messages find theirs.
    pub async fn whose(
        &self,
        integration: Id<Integration>,
        sender: &Sender,
        at: Timestamp,
    ) -> Result<Option<Id<Contact>>> {
        let directory = self.directory(integration, sender).await?;
        Ok(directory.whose(&Question { integration, sender, also: &[], at: at.millis() }))
    }

    /// Writes down what Meta told of a contact that was written to, under this number if that is known. Answers who goes by
    /// another number or user id since. Repeatable.
    pub async fn learn_names(
        &self,
        integration: Id<Integration>,
        contact: Id<Contact>,
        told: &Sender,
        written_to: Option<&str>,
        at: Timestamp,
    ) -> Result<Vec<Id<Contact>>> {
        let part = Part::of(integration);
        let mut tries = 0;
        loop {
            let mut directory = self.directory(integration, told).await?;
            self.add_face(&mut directory, part, contact).await?;
            if let Some(wa_id) = written_to {
                self.add_holds(&mut directory, integration, AliasKind::WaId, wa_id).await?;
            }
            let renamed = directory.learn((part, integration), contact, told, written_to, at.millis());
            let writes = writes(&directory);
            if writes.is_empty() {
                return Ok(renamed);
            }
            match self.db.transact(writes).await {
                Ok(_) => return Ok(renamed),
                Err(Error::Stale) if tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The message that a status is about which does not carry our id: by Meta's, among those to the people whom the
    /// recipient's names lead or led to.
    pub async fn recognize(
        &self,
        integration: Id<Integration>,
        recipient: &Sender,
        wamid: &str,
    ) -> Result<Recognized> {
        let directory = self.directory(integration, recipient).await?;
        let mut perhaps = Recognized::Foreign;
        for contact in directory.faces.keys() {
            match self.recognize_to(integration, *contact, wamid).await? {
                ours @ Recognized::Ours(_) => return Ok(ours),
                under_way @ Recognized::Perhaps(_) => perhaps = under_way,
                Recognized::Foreign => {}
            }
        }
        Ok(perhaps)
    }

    /// As [`Store::recognize`], among the messages to one contact.
    pub async fn recognize_to(
        &self,
        integration: Id<Integration>,
        contact: Id<Contact>,
        wamid: &str,
    ) -> Result<Recognized> {
        let part = i64::from(Part::of(integration).number());
        let values = vec![part.into(), contact.into(), wamid.into()];
        if let Some(row) = self.db.query(SENT_TO, values).await?.first() {
            return Ok(Recognized::Ours(row.id(0)?));
        }
        let under_way = self.db.query_one(ON_ITS_WAY_TO, vec![part.into(), contact.into()]).await?;
        Ok(under_way.map_or(Recognized::Foreign, |_| Recognized::Perhaps(contact)))
    }

    /// Everybody whom somebody's names lead or led to.
    async fn directory(&self, integration: Id<Integration>, sender: &Sender) -> Result<Directory> {
        let mut directory = Directory::default();
        for (kind, value) in sender.aliases() {
            self.add_holds(&mut directory, integration, kind, value).await?;
        }
        let holds = directory.holds.values();
        let people: Vec<_> = holds.flat_map(|hold| [Some(hold.contact), hold.former]).flatten().collect();
        for contact in people {
            self.add_face(&mut directory, Part::of(integration), contact).await?;
        }
        Ok(directory)
    }

    async fn add_holds(
        &self,
        directory: &mut Directory,
        integration: Id<Integration>,
        kind: AliasKind,
        value: &str,
    ) -> Result<()> {
        let part = i64::from(Part::of(integration).number());
        for (kind, value) in [(kind, value.to_owned())].into_iter().chain(forms(kind, value)) {
            let name = name(integration, kind, &value);
            let values: Vec<Value> =
                vec![part.into(), integration.into(), kind.number().into(), name.2.clone().into()];
            if let Some(row) = self.db.query_one(HOLD, values).await? {
                directory.holds.insert(name, read_hold(&row)?);
            }
        }
        Ok(())
    }

    async fn add_face(&self, directory: &mut Directory, part: Part, contact: Id<Contact>) -> Result<()> {
        let values = vec![i64::from(part.number()).into(), contact.into()];
        if let Some(row) = self.db.query_one(FACE, values).await? {
            directory.faces.insert(contact, read_face(&row)?);
        }
        Ok(())
    }
}

fn read_hold(row: &Row) -> Result<Hold> {
    let time = |column| row.optional_time(column).map(|at| at.map(Timestamp::millis));
    Ok(Hold { contact: row.id(0)?, since: time(1)?, until: time(2)?, former: row.optional_id(3)? })
}

fn read_face(row: &Row) -> Result<Face> {
    let time = |column| row.optional_time(column).map(|at| at.map(Timestamp::millis));
    Ok(Face {
        name: row.optional_text(0)?,
        wa_id: row.optional_text(1)?,
        user_id: row.optional_text(2)?,
        username: row.optional_text(3)?,
        named_at: time(4)?,
        last_inbound_at: time(5)?,
    })
}

/// What was learned, to be written if nobody changed the same names since they were read.
fn writes(directory: &Directory) -> Vec<Write> {
    let names = directory.renamed.iter().filter_map(|(name, it)| {
        let hold = directory.holds.get(name)?;
        let time = |at: Option<i64>| at.map(Timestamp::from_millis);
        let mut values: Vec<Value> = vec![
            i64::from(it.part.number()).into(),
            name.0.into(),
            name.1.number().into(),
            name.2.clone().into(),
            hold.contact.into(),
            time(hold.since).into(),
            time(hold.until).into(),
            hold.former.into(),
        ];
        Some(match it.was {
            None => Write::one(ADD_HOLD, values),
            Some(was) => {
                values.push(was.into());
                Write::one(MOVE_HOLD, values)
            }
        })
    });
    let shown = directory.changed.iter().filter(|(_, (_, change))| change.ids).map(|(contact, (part, _))| {
        let face = directory.face(*contact);
        let part = i64::from(part.number());
        Write::one(SHOW, vec![part.into(), (*contact).into(), face.wa_id.into(), face.user_id.into()])
    });
    names.chain(shown).collect()
}

const _: () = assert!(MessageStatus::Sending.number() == 20, "the statements above name it");

//! Conversations, for people to read. The hot path writes them.

use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, EndReason, Status};
use chasqui_model::integration::Integration;
use chasqui_model::message::{Author, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};

use super::search::{NOTHING, Search, text_of};
use crate::db::statements;
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

macro_rules! select {
    () => {
        "SELECT c.id, c.account, c.integration, c.contact, c.bot, c.bot_version, c.status, c.state, c.version, \
         c.turns, c.messages, c.started_at, c.last_message_at, c.expires_at, c.ended_at, c.end_reason, \
         p.name, p.wa_id, p.user_id, p.username, p.created_at, p.last_inbound_at, i.name, i.phone, b.name, \
         m.author, m.kind, m.content, m.status, c.listed_at FROM "
    };
}
pub(super) use select;

/// What stands beside conversations. Joined to a page of them and never to all: whoever plans does not know that a page
/// is enough.
macro_rules! beside {
    () => {
        " c JOIN contact p ON p.part = c.part AND p.id = c.contact \
         LEFT JOIN integration i ON i.id = c.integration LEFT JOIN bot b ON b.id = c.bot \
         LEFT JOIN message m ON m.part = c.part AND m.id = (SELECT x.id FROM message x \
            WHERE x.part = c.part AND x.conversation = c.id ORDER BY x.no DESC, x.id DESC LIMIT 1) "
    };
}
pub(super) use beside;

/// Where a list goes on, and which states are in it. The index has all of it.
macro_rules! listed {
    () => {
        "WHERE l.account = $1 AND (l.listed_at, l.id) < ($2, $3) AND l.status >= $4 AND l.status <= $5 "
    };
}

/// A page of conversations in the order of lists, with what stands beside them.
macro_rules! page {
    ($($of:expr),*) => {
        concat!(
            select!(), "(SELECT l.* FROM conversation l ", $($of,)* "ORDER BY l.listed_at DESC, l.id DESC LIMIT $6)",
            beside!(), "ORDER BY c.listed_at DESC, c.id DESC"
        )
    };
}
pub(super) use page;

/// A contact's own conversations.
macro_rules! own {
    () => {
        "SELECT c.id, c.account, c.integration, c.contact, c.bot, c.bot_version, c.status, c.state, c.version, \
         c.turns, c.messages, c.started_at, c.last_message_at, c.expires_at, c.ended_at, c.end_reason \
         FROM conversation c WHERE c.part = $1 AND c.contact = $2 "
    };
}

statements! {
    LIST = page!(listed!());
    LIST_OF_NUMBER = page!(listed!(), "AND l.integration = $7 ");
    // A contact has few. What is wrapped is in no index, so that no plan begins with the account's list.
    LIST_OF_CONTACT = page!("JOIN contact q ON q.part = l.part AND q.id = l.contact \
        WHERE l.contact = $11 AND coalesce(l.account, l.account) = $1 AND (l.listed_at + 0, l.id) < ($2, $3) \
        AND l.status >= $4 AND l.status <= $5 AND (CAST($7 AS BIGINT) = 0 OR l.integration = $8) AND (", text_of!("q."),
        " LIKE lower($9) ESCAPE '!' OR coalesce(q.wa_id, '') LIKE $10 ESCAPE '!') ");
    // For what many contacts have: the list is gone through until enough were found.
    LIST_LIKE = page!("JOIN contact q ON q.part = l.part AND q.id = l.contact ", listed!(),
        "AND (CAST($7 AS BIGINT) = 0 OR l.integration = $8) AND (", text_of!("q."), " LIKE lower($9) ESCAPE '!' \
        OR coalesce(q.wa_id, '') LIKE $10 ESCAPE '!') ");
    GET = concat!(select!(), "conversation", beside!(), "WHERE c.account = $1 AND c.id = $2");
    // Those with people are few, and the last message of each is one step of an index.
    WAITING = "SELECT COUNT(*) FROM (SELECT c.id FROM conversation c WHERE c.account = $1 AND c.status = 4 \
        AND coalesce((SELECT m.author FROM message m WHERE m.part = c.part AND m.conversation = c.id \
            ORDER BY m.no DESC, m.id DESC LIMIT 1), 0) <> 2 LIMIT 100) w";
    FIND = "SELECT part FROM conversation WHERE account = $1 AND id = $2";
    // A contact has few, and each has few messages.
    WITH_MESSAGE = concat!(own!(), "AND EXISTS (SELECT 1 FROM message m WHERE m.part = c.part \
        AND m.conversation = c.id AND m.wamid = $3) ORDER BY c.id DESC LIMIT 1");
    LATEST = concat!(own!(), "ORDER BY c.id DESC LIMIT 1");
}

/// Which conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// All.
    #[default]
    Any,
    /// The bot answers.
    Open,
    /// A person answers.
    WithPeople,
    /// Over.
    Ended,
}

impl Standing {
    const fn range(self) -> (i64, i64) {
        match self {
            Self::Any => (i64::MIN, i64::MAX),
            Self::Open => (Status::Waiting.number(), Status::Sleeping.number()),
            Self::WithPeople => (Status::HandedOff.number(), Status::HandedOff.number()),
            Self::Ended => (Status::Ended.number(), Status::Ended.number()),
        }
    }
}

/// Which conversations, all conditions at once.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this number.
    pub integration: Option<Id<Integration>>,
    /// With this contact.
    pub contact: Option<Id<Contact>>,
    /// In this state.
    pub standing: Standing,
    /// With a contact whose name or number contains this.
    pub search: Option<String>,
    /// Older than this one: its [`Listed::listed_at`] and id.
    pub after: Option<(Timestamp, Id<Conversation>)>,
}

/// A conversation with what people want to see beside it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The conversation.
    pub conversation: Conversation,
    /// With whom.
    pub contact: Contact,
    /// What the number's owner calls it; `None` without a name or after the integration was deleted.
    pub integration_name: Option<String>,
    /// The number as people write it.
    pub display_phone_number: Option<String>,
    /// `None` after the bot was deleted.
    pub bot_name: Option<String>,
    /// The last message in or out.
    pub last_message: Option<LastMessage>,
    /// Where it stands in lists: its last message's time, to the minute.
    pub listed_at: Timestamp,
}

/// The last message of a conversation.
#[derive(Clone, Debug)]
pub struct LastMessage {
    /// Who wrote it.
    pub author: Author,
    /// The name of its type.
    pub kind: String,
    /// JSON.
    pub content: String,
    /// How far it has come.
    pub status: MessageStatus,
}

impl Store {
    /// An account's conversations, the ones with the latest message first.
    pub async fn list_conversations(
        &self,
        account: Id<Account>,
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Listed>> {
        let (at, id) = filter.after.unwrap_or((Timestamp::from_millis(i64::MAX), Id::from_bytes([0xff; 16])));
        let (lowest, highest) = filter.standing.range();
        let mut values: Vec<Value> = vec![
            account.into(),
            at.into(),
            id.into(),
            lowest.into(),
            highest.into(),
            i64::from(limit).into(),
        ];
        let statement = match (filter.contact, &filter.search, filter.integration) {
            (Some(contact), search, integration) => {
                values.extend([integration.is_some().into(), integration.unwrap_or(NOTHING).into()]);
                values.extend(Search::new(search.as_deref().unwrap_or_default()).patterns());
                values.push(contact.into());
                LIST_OF_CONTACT
            }
            (None, Some(search), integration) => {
                let search = Search::new(search);
                values.extend([integration.is_some().into(), integration.unwrap_or(NOTHING).into()]);
                if self.is_rare(account, &search).await? {
                    values.extend(self.db.search().query(&search));
                    self.db.search().conversations
                } else {
                    values.extend(search.patterns());
                    LIST_LIKE
                }
            }
            (None, None, Some(integration)) => {
                values.push(integration.into());
                LIST_OF_NUMBER
            }
            (None, None, None) => LIST,
        };
        self.db.query(statement, values).await?.iter().map(read).collect()
    }

    /// One conversation of an account.
    pub async fn conversation(&self, account: Id<Account>, id: Id<Conversation>) -> Result<Option<Listed>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The conversation of a contact in which a message of this `wamid` stands.
    pub async fn conversation_with_message(
        &self,
        part: Part,
        contact: Id<Contact>,
        wamid: &str,
    ) -> Result<Option<Conversation>> {
        let values = vec![i64::from(part.number()).into(), contact.into(), wamid.into()];
        self.db.query_one(WITH_MESSAGE, values).await?.as_ref().map(read_conversation).transpose()
    }

    /// A contact's last conversation, open or over.
    pub async fn latest_conversation(
        &self,
        part: Part,
        contact: Id<Contact>,
    ) -> Result<Option<Conversation>> {
        let values = vec![i64::from(part.number()).into(), contact.into()];
        self.db.query_one(LATEST, values).await?.as_ref().map(read_conversation).transpose()
    }

    /// How many of an account's conversations are with people, and nobody has answered since the contact or the bot wrote
    /// last. At most 100.
    pub async fn waiting_conversations(&self, account: Id<Account>) -> Result<i64> {
        let row = self.db.query_one(WAITING, vec![account.into()]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// The slice of work of an account's conversation; the key of its messages and turns.
    pub(super) async fn conversation_part(
        &self,
        account: Id<Account>,
        id: Id<Conversation>,
    ) -> Result<Option<Part>> {
        let Some(row) = self.db.query_one(FIND, vec![account.into(), id.into()]).await? else {
            return Ok(None);
        };
        Ok(u16::try_from(row.int(0)?).ok().and_then(Part::from_number))
    }
}

fn read(row: &Row) -> Result<Listed> {
    let conversation = read_conversation(row)?;
    let contact = Contact {
        id: conversation.contact,
        account: conversation.account,
        integration: conversation.integration,
        name: row.optional_text(16)?,
        wa_id: row.optional_text(17)?,
        user_id: row.optional_text(18)?,
        username: row.optional_text(19)?,
        created_at: row.time(20)?,
        last_inbound_at: row.optional_time(21)?,
    };
    let phone: Option<chasqui_model::integration::Phone> = match row.optional_text(23)? {
        Some(_) => Some(row.json(23)?),
        None => None,
    };
    Ok(Listed {
        conversation,
        contact,
        integration_name: row.optional_text(22)?,
        display_phone_number: phone.and_then(|phone| phone.display_phone_number),
        bot_name: row.optional_text(24)?,
        last_message: read_last(row)?,
        listed_at: row.time(29)?,
    })
}

fn read_last(row: &Row) -> Result<Option<LastMessage>> {
    let Some(author) = row.optional_int(25)? else { return Ok(None) };
    let status = row.int(28)?;
    Ok(Some(LastMessage {
        author: Author::from_number(author).ok_or_else(|| unknown("author", author))?,
        kind: row.text(26)?.to_owned(),
        content: row.text(27)?.to_owned(),
        status: MessageStatus::from_number(status).ok_or_else(|| unknown("status", status))?,
    }))
}

fn read_conversation(row: &Row) -> Result<Conversation> {
    let status = row.int(6)?;
    Ok(Conversation {
        id: row.id(0)?,
        account: row.id(1)?,
        integration: row.id(2)?,
        contact: row.id(3)?,
        bot: row.id(4)?,
        bot_version: row.int(5)?,
        status: Status::from_number(status).ok_or_else(|| unknown("status", status))?,
        state: row.text(7)?.to_owned(),
        version: row.int(8)?,
        turns: row.int(9)?,
        messages: row.int(10)?,
        started_at: row.time(11)?,
        last_message_at: row.time(12)?,
        expires_at: row.optional_time(13)?,
        ended_at: row.optional_time(14)?,
        end_reason: row.optional_int(15)?.and_then(EndReason::from_number),
    })
}

/// A number that this program does not know.
pub(super) fn unknown(what: &str, number: i64) -> Error {
    Error::Corrupt(format!("unknown {what} {number}"))
}

//! What finished conversations with a bot came to: the answers that people gave.

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::conversation::{Conversation, EndReason, Status};
use chasqui_model::{Id, Timestamp};

use crate::db::statements;
use crate::value::Row;
use crate::{Result, Store};

statements! {
    LIST = "SELECT c.id, c.bot_version, c.state, c.started_at, c.ended_at, c.end_reason, c.listed_at, p.name, p.wa_id \
        FROM conversation c JOIN contact p ON p.part = c.part AND p.id = c.contact \
        WHERE c.account = $1 AND (c.listed_at, c.id) < ($2, $3) AND c.bot = $4 AND c.status = $5 \
        AND c.ended_at >= $6 AND c.ended_at < $7 ORDER BY c.listed_at DESC, c.id DESC LIMIT $8";
}

/// Which finished conversations, all conditions at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Ended not before this.
    pub since: Option<Timestamp>,
    /// Ended before this.
    pub until: Option<Timestamp>,
    /// Behind this one in the list.
    pub after: Option<(Timestamp, Id<Conversation>)>,
}

/// A finished conversation.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Which.
    pub id: Id<Conversation>,
    /// The version of the bot that it ran on.
    pub bot_version: i64,
    /// JSON, with the variables in it.
    pub state: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Where it stands in the list.
    pub listed_at: Timestamp,
    /// The contact's profile name.
    pub contact_name: Option<String>,
    /// The contact's number, digits.
    pub contact_phone: Option<String>,
}

impl Store {
    /// The finished conversations with a bot of the account, the ones with the latest message first.
    pub async fn finished_conversations(
        &self,
        account: Id<Account>,
        bot: Id<Bot>,
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Finished>> {
        let (at, id) = filter.after.unwrap_or((Timestamp::from_millis(i64::MAX), Id::from_bytes([0xff; 16])));
        let values = vec![
            account.into(),
            at.into(),
            id.into(),
            bot.into(),
            Status::Ended.number().into(),
            filter.since.unwrap_or(Timestamp::from_millis(i64::MIN)).into(),
            filter.until.unwrap_or(Timestamp::from_millis(i64::MAX)).into(),
            i64::from(limit).into(),
        ];
        self.db.query(LIST, values).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Finished> {
    Ok(Finished {
        id: row.id(0)?,
        bot_version: row.int(1)?,
        state: row.text(2)?.to_owned(),
        started_at: row.time(3)?,
        ended_at: row.optional_time(4)?,
        end_reason: row.optional_int(5)?.and_then(EndReason::from_number),
        listed_at: row.time(6)?,
        contact_name: row.optional_text(7)?,
        contact_phone: row.optional_text(8)?,
    })
}

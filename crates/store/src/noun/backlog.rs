//! How much waits to be sent, number by number.

use std::collections::HashMap;

use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Part, Timestamp};

use crate::db::statements;
use crate::{Result, Store};

statements! {
    // The first condition on the status is the index's own.
    COUNT = concat!("SELECT m.integration, SUM(CASE WHEN m.status = ", queued!(), " THEN 1 ELSE 0 END), \
        SUM(CASE WHEN m.status = ", marked!(), " THEN 1 ELSE 0 END) \
        FROM integration i JOIN message m ON m.part = i.part AND m.integration = i.id \
        AND m.status IN ", unsent!(), " WHERE i.account = $1 AND i.id >= $2 AND i.id <= $3 GROUP BY m.integration");
    OLDEST = concat!("SELECT MIN(m.at) FROM message m \
        WHERE m.part = $1 AND m.integration = $2 AND m.status IN ", unsent!());
}

/// What waits on one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Waits for its turn, or for a number that cannot send.
    pub queued: i64,
    /// On its way, or its outcome is unknown.
    pub sending: i64,
}

impl Store {
    /// Since when the oldest message of a number waits.
    pub async fn oldest_waiting(&self, id: Id<Integration>) -> Result<Option<Timestamp>> {
        let part = i64::from(Part::of(id).number());
        let row = self.db.query_one(OLDEST, vec![part.into(), id.into()]).await?;
        row.map_or(Ok(None), |row| row.optional_time(0))
    }

    /// What waits to be sent on an account's numbers. Numbers without anything are left out.
    pub async fn backlogs(&self, account: Id<Account>) -> Result<HashMap<Id<Integration>, Backlog>> {
        self.backlogs_of(account, super::integration::EVERY).await
    }

    /// The same on the numbers from the first id to the last.
    pub async fn backlogs_of(
        &self,
        account: Id<Account>,
        (first, last): (Id<Integration>, Id<Integration>),
    ) -> Result<HashMap<Id<Integration>, Backlog>> {
        let rows = self.db.query(COUNT, vec![account.into(), first.into(), last.into()]).await?;
        rows.iter()
            .map(|row| Ok((row.id(0)?, Backlog { queued: row.int(1)?, sending: row.int(2)? })))
            .collect()
    }
}

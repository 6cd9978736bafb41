//! How much waits in the whole store, over all accounts: for who looks after the installation.

use chasqui_model::Timestamp;

use crate::db::statements;
use crate::{Error, Result, Store};

statements! {
    WAITING = "SELECT 'inbox', COUNT(*), MIN(received_at) FROM inbox \
        UNION ALL SELECT 'timers', COUNT(*), MIN(due) FROM timer WHERE due <= $1 \
        UNION ALL SELECT 'calls', COUNT(*), MIN(at) FROM call WHERE state = 0 \
        UNION ALL SELECT 'dead_letters', COUNT(*), MIN(at) FROM dead_letter";
}

/// What waits in one queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many.
    pub waiting: i64,
    /// Since when the oldest does.
    pub oldest: Option<Timestamp>,
}

/// What waits in all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queues {
    /// What contacts wrote and no turn has dealt with.
    pub inbox: Queue,
    /// Calls to the world that are under way.
    pub calls: Queue,
    /// Timers whose time has come.
    pub timers: Queue,
    /// Messages that wait to be sent, are held back or are on their way.
    pub outbox: Queue,
    /// What could not be read or run. The oldest: when that was.
    pub dead_letters: Queue,
}

impl Store {
    /// What waits at `now`.
    pub async fn queues(&self, now: Timestamp) -> Result<Queues> {
        let mut all = Queues { outbox: self.hot.outbox().await?, ..Queues::default() };
        for row in self.db.query(WAITING, vec![now.into()]).await? {
            let queue = Queue { waiting: row.int(1)?, oldest: row.optional_time(2)? };
            match row.text(0)? {
                "inbox" => all.inbox = queue,
                "timers" => all.timers = queue,
                "calls" => all.calls = queue,
                "dead_letters" => all.dead_letters = queue,
                other => return Err(Error::Corrupt(format!("there is no queue {other}"))),
            }
        }
        Ok(all)
    }
}

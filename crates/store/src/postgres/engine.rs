//! What PostgreSQL says of itself.

use std::time::Duration;

use async_trait::async_trait;
use tokio_postgres::Row;

use super::Postgres;
use super::column::{get, time};
use crate::Result;
use crate::db::statements;
use crate::engine::{Description, Engine, Kind, Size, Standby};
use crate::noun::queue::Queue;
use crate::pulse::Pulse;

/// What must not be off, in the order of [`DESCRIBE`]'s columns.
pub(super) const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

statements! {
    DESCRIBE = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8, split_part(current_setting('server_version'), ' ', 1), \
        current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'), \
        current_setting('synchronous_standby_names')";
    // Who may not look at others sees that they are there and no more. Copies that are being made are no standbys.
    STANDBYS = "SELECT coalesce(application_name, ''), state, sync_state, \
        pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::int8, (extract(epoch FROM replay_lag) * 1000)::int8 \
        FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY 1, pid";
    // An id begins with its time, and the outbox has no other: the messages themselves are too many to be looked at.
    TOUCH = "SELECT 1";
    SIZES = "SELECT relname::text, pg_total_relation_size(oid), greatest(reltuples, 0)::int8 FROM pg_class \
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 2 DESC, 1";
    OUTBOX = "SELECT count(*), ('x' || substr(replace(min(id::text), '-', ''), 1, 12))::bit(48)::int8 FROM outbox";
}

#[async_trait]
impl Engine for Postgres {
    async fn describe(&self) -> Result<Description> {
        let rows = self.read_any(DESCRIBE, &[]).await?;
        let row = &rows[0];
        let setting = |at: usize| get::<String>(row, at);
        let mut settings = Vec::with_capacity(DURABLE.len() + 1);
        for (at, name) in DURABLE.into_iter().enumerate() {
            settings.push((name, setting(at + 2)?));
        }
        let names = setting(5)?;
        let durable = settings.iter().all(|(_, value)| value != "off");
        // `local` does not wait for anybody.
        let waits = settings.iter().any(|(name, value)| *name == "synchronous_commit" && value != "local");
        let synchronous = durable && waits && !names.trim().is_empty();
        settings.push(("synchronous_standby_names", names));
        let standbys = self.read_any(STANDBYS, &[]).await?;
        Ok(Description {
            kind: Kind::Postgres,
            version: setting(1)?,
            settings,
            durable,
            synchronous,
            now: time(row, 0)?,
            standbys: standbys.iter().map(standby).collect::<Result<_>>()?,
        })
    }

    async fn outbox(&self) -> Result<Queue> {
        let rows = self.read_any(OUTBOX, &[]).await?;
        Ok(Queue { waiting: get(&rows[0], 0)?, oldest: super::column::optional_time(&rows[0], 1)? })
    }

    fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    async fn touch(&self) -> Result<()> {
        if self.pulse.is_fresh() {
            return Ok(());
        }
        self.read_any(TOUCH, &[]).await.map(|_| ())
    }

    async fn sizes(&self) -> Result<Vec<Size>> {
        let rows = self.read_any(SIZES, &[]).await?;
        rows.iter()
            .map(|row| Ok(Size { name: get(row, 0)?, bytes: get(row, 1)?, rows: get(row, 2)? }))
            .collect()
    }

    /// The server keeps everything where it belongs.
    async fn close(&self) {}
}

fn standby(row: &Row) -> Result<Standby> {
    let lag: Option<i64> = get(row, 4)?;
    Ok(Standby {
        name: get(row, 0)?,
        state: get(row, 1)?,
        sync: get(row, 2)?,
        lag_bytes: get(row, 3)?,
        lag: lag.map(|millis| Duration::from_millis(u64::try_from(millis).unwrap_or(0))),
    })
}

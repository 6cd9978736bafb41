//! A partition a day for the tables that grow for ever: made ahead of time, dropped when their time is over.

use chasqui_model::Timestamp;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::Result;

const DAY_MS: i64 = 86_400_000;
/// Days made ahead of the running one.
const AHEAD: i64 = 1;
/// One process at a time makes or drops partitions.
const LOCK: i64 = 0x6368_6173_7175_6902;

/// Days since 1970.
pub(super) fn day(at: Timestamp) -> i64 {
    at.millis().div_euclid(DAY_MS)
}

/// Makes the partitions of the days around `at`. Those that are there stay.
pub(super) async fn ensure(client: &Client, at: Timestamp) -> Result<()> {
    let today = day(at);
    if missing(client, today).await?.is_empty() {
        return Ok(());
    }
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await?;
    let outcome = make_missing(client, today).await;
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await?;
    outcome
}

/// Makes the partition of one day, whatever day it is.
pub(super) async fn make(client: &Client, day: i64, is_turn: bool) -> Result<()> {
    let table = if is_turn { "turn" } else { "message" };
    let name = format!("{table}_d{day}");
    let there: bool = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name]).await?.get(0);
    if !there {
        let sql = if is_turn { turn(day) } else { message(day) };
        client.batch_execute(&format!("BEGIN; {sql}; COMMIT")).await?;
    }
    Ok(())
}

/// The day in which an id was made. `None`: it is no id.
pub(super) fn day_of(id: &[u8]) -> Option<i64> {
    let millis = id.first_chunk::<6>()?.iter().fold(0, |millis, byte| millis << 8 | i64::from(*byte));
    Some(millis.div_euclid(DAY_MS))
}

async fn make_missing(client: &Client, today: i64) -> Result<()> {
    let mut outcome = Ok(());
    for (day, is_turn) in missing(client, today).await? {
        let sql = if is_turn { turn(day) } else { message(day) };
        // Each by itself: a day whose rows lie in the last partition already stays there.
        if let Err(error) =
            client.batch_execute(&format!("BEGIN; SET LOCAL lock_timeout = 5000; {sql}; COMMIT")).await
        {
            client.batch_execute("ROLLBACK").await?;
            outcome = Err(error.into());
        }
    }
    outcome
}

/// Days without a partition; `true`: of `turn`, else of `message`.
async fn missing(client: &Client, today: i64) -> Result<Vec<(i64, bool)>> {
    let rows = client
        .query(
            "SELECT d, t FROM generate_series($1::bigint, $2::bigint) d, unnest(ARRAY['turn', 'message']) t \
             WHERE to_regclass(t || '_d' || d) IS NULL",
            &[&(today - 1), &(today + AHEAD)],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get::<_, &str>(1) == "turn")).collect())
}

/// Drops partitions that hold nothing from `before` or later. Answers how many days went.
pub(super) async fn drop_old(client: &Client, before: Timestamp) -> Result<usize> {
    let rows = client
        .query(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
             WHERE i.inhparent IN ('turn'::regclass, 'message'::regclass) AND c.relname ~ '_d[0-9]+$'",
            &[],
        )
        .await?;
    let first = day(before);
    let old: Vec<&str> = rows
        .iter()
        .map(|row| row.get::<_, &str>(0))
        .filter(|name| {
            name.rsplit_once("_d").and_then(|it| it.1.parse().ok()).is_some_and(|it: i64| it < first)
        })
        .collect();
    for name in &old {
        // A reader that takes long must not keep everybody behind us waiting: the next round tries again.
        let sql = format!("BEGIN; SET LOCAL lock_timeout = 5000; DROP TABLE IF EXISTS {name}; COMMIT");
        if let Err(error) = client.batch_execute(&sql).await {
            client.batch_execute("ROLLBACK").await?;
            return Err(error.into());
        }
    }
    if !old.is_empty() {
        client.execute("DELETE FROM outbox WHERE id < $1", &[&first_id(first * DAY_MS)]).await?;
    }
    Ok(old.len().div_ceil(2))
}

/// Attached rather than made in place: readers and writers of the other days go on meanwhile.
fn turn(day: i64) -> String {
    let (from, to) = (day * DAY_MS, (day + 1) * DAY_MS);
    format!(
        "CREATE TABLE turn_d{day} (LIKE turn INCLUDING DEFAULTS);
         ALTER TABLE turn ATTACH PARTITION turn_d{day} FOR VALUES FROM ({from}) TO ({to})"
    )
}

/// Rows change a few times within seconds of their birth; the space left on each page lets them do it in place.
fn message(day: i64) -> String {
    let (first, last) = (first_id(day * DAY_MS), first_id((day + 1) * DAY_MS));
    format!(
        "CREATE TABLE message_d{day} (LIKE message INCLUDING DEFAULTS) WITH (fillfactor = 75);
         ALTER TABLE message ATTACH PARTITION message_d{day} FOR VALUES FROM ('{first}') TO ('{last}')"
    )
}

/// The smallest UUID of version 7 of this millisecond.
pub(super) fn first_id(millis: i64) -> Uuid {
    let millis = u128::try_from(millis).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use chasqui_model::{Clock, Id};

    use super::*;

    #[test]
    fn an_id_lies_in_the_day_in_which_it_was_made() {
        for seconds in [1_795_046_399, 1_795_046_400, 1_795_046_401] {
            let at = Timestamp::from_seconds(seconds);
            let id: Id<()> = Clock::stopped(at).id();
            let from = day(at) * DAY_MS;
            assert_eq!(day_of(id.uuid().as_bytes()), Some(day(at)));
            assert!(first_id(from) <= id.uuid() && id.uuid() < first_id(from + DAY_MS), "{seconds}");
        }
    }
}

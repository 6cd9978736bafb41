//! One transaction of a group of jobs. First everything that depends on nothing, in one go; then what follows from its
//! answers; then the commit.

use tokio_postgres::Error as PgError;

use super::Job;
use super::arrivals::{Arrivals, Known};
use super::conversations::{Guards, Turns};
use super::ends::Ends;
use super::follow::Following;
use super::job::Answer;
use super::owned::{Owned, tell};
use super::sends::{Moved, Sends};
use crate::Error;
use crate::crash_point;
use crate::inbox::Item;
use crate::postgres::error::is_clash;
use crate::postgres::lease::Holding;
use crate::postgres::session::{Doubt, Session};

/// What a transaction did.
pub(super) struct Done {
    /// One a job.
    pub(super) answers: Vec<Answer>,
    /// New work, in order.
    pub(super) items: Vec<Item>,
}

/// Why nothing was done.
pub(super) enum Failure {
    /// These jobs were computed from what is not so any more; the others may go on.
    Stale(Vec<(usize, Error)>),
    /// It met another process's transaction: the same again may go well.
    Clash(Error),
    /// The database refused it.
    Refused(Error),
    /// The connection was lost before the commit.
    Lost(Error),
    /// The connection was lost during the commit: it may stand.
    InDoubt { doubt: Doubt, done: Done, error: Error },
}

/// What the first statements found.
struct Found {
    doubt: Doubt,
    known: Known,
    closed: super::ends::Closed,
    moved: Moved,
}

/// Runs the jobs in one transaction, all or none.
pub(super) async fn run(session: &Session, holding: &Holding, jobs: &[Job]) -> Result<Done, Failure> {
    // Boxed, as is the largest part of it: some thirty statements with their parameters are not kept in line.
    match Box::pin(attempt(session, holding, jobs)).await {
        Ok(done) => Ok(done),
        Err(failure) => {
            if !matches!(failure, Failure::Lost(_) | Failure::InDoubt { .. }) {
                session.client.batch_execute("ROLLBACK").await.map_err(lost)?;
            }
            Err(failure)
        }
    }
}

async fn attempt(session: &Session, holding: &Holding, jobs: &[Job]) -> Result<Done, Failure> {
    let found = Box::pin(begin(session, holding, jobs)).await?;
    let Found { doubt, known, closed, moved } = found;
    let mut following = Following::of(jobs, &known, closed, &moved).map_err(Failure::Refused)?;
    let items = following.write(session).await.map_err(failed)?;
    let Some(items) = items else {
        return Err(Failure::Clash(Error::Unavailable("another process met the same person".into())));
    };
    tell(session, holding, &items).await.map_err(failed)?;
    crash_point!("K01");
    let done = Done { answers: following.answers, items };
    match session.client.batch_execute("COMMIT").await {
        Ok(()) => Ok(done),
        // Refused (a standby that does not answer, a full disk): it is undone.
        Err(error) if error.as_db_error().is_some_and(|it| it.severity() == "ERROR") => Err(failed(error)),
        Err(error) => Err(Failure::InDoubt { doubt, done, error: error.into() }),
    }
}

/// Everything that depends on nothing, in one go.
async fn begin(session: &Session, holding: &Holding, jobs: &[Job]) -> Result<Found, Failure> {
    let (arrivals, ends) = (Arrivals::of(jobs), Ends::of(jobs));
    let (turns, sends) = (Turns::of(jobs), Sends::of(jobs));
    let owned = Owned::of(jobs);
    // On their way in this order. The number comes first: whoever locks its table, as migrations do, meets nobody who holds
    // another table and waits for this one.
    let (begun, numbered, locked, held, guards, written, known, ended, moved, media) = futures::join!(
        session.client.batch_execute("BEGIN"),
        session.number(),
        owned.lock(session, holding),
        owned.ask(session, holding),
        turns.guard(session),
        turns.write(session),
        arrivals.begin(session),
        ends.write(session),
        sends.write(session),
        super::beside::add_media(session, jobs),
    );
    begun.map_err(failed)?;
    locked.map_err(failed)?;
    let lost = owned.lost(&held.map_err(failed)?, holding).map_err(Failure::Refused)?;
    if !lost.is_empty() {
        return Err(Failure::Stale(lost));
    }
    let Some(doubt) = numbered.map_err(failed)? else {
        return Err(Failure::Lost(Error::Unavailable("this lane's row was taken away".into())));
    };
    let guards: Guards = guards.map_err(failed)?;
    let stale = turns.stale(&guards).map_err(Failure::Refused)?;
    if !stale.is_empty() {
        return Err(Failure::Stale(stale));
    }
    written.map_err(failed)?;
    let known = known.map_err(failed)?;
    let (calls, timers) = ended.map_err(failed)?;
    let moved = moved.map_err(failed)?;
    media.map_err(failed)?;
    let closed = super::ends::Closed::read(&calls, &timers).map_err(Failure::Refused)?;
    Ok(Found { doubt, known, closed, moved })
}

fn failed(error: PgError) -> Failure {
    if is_clash(&error) {
        return Failure::Clash(error.into());
    }
    // FATAL and PANIC end the connection, as does whatever is not the server's word.
    match error.as_db_error() {
        Some(db) if db.severity() == "ERROR" => Failure::Refused(error.into()),
        _ => lost(error),
    }
}

fn lost(error: PgError) -> Failure {
    Failure::Lost(error.into())
}

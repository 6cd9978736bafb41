//! Looking for work that other processes took in: when they tell, once a second in case they were not heard, and now and
//! then at everything.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chasqui_model::Part;
use chasqui_store::Error;
use tokio::sync::Notify;

use crate::Inner;

/// How often the inbox is looked at for work that nobody told of.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is looked at as a whole, for work whose transaction took long.
const LOOK_AT_ALL: Duration = Duration::from_secs(30);
/// Least time between two looks: under load each finds more, and costs the database less a message (docs/decisions/0085).
const PAUSE: Duration = Duration::from_millis(5);
/// Rows in one look.
const PAGE: u32 = 1000;
/// Numbers drawn by transactions that may still be open: rows below are looked for by [`LOOK_AT_ALL`] only.
const OVERLAP: Duration = Duration::from_secs(5);

/// Parts that are to be looked at.
#[derive(Debug, Default)]
pub(super) struct Looks {
    wanted: Mutex<Wanted>,
    notify: Notify,
}

#[derive(Debug, Default)]
struct Wanted {
    /// Somebody told of new work.
    new: BTreeSet<Part>,
    /// Older work is there than what was seen.
    all: BTreeSet<Part>,
}

impl Looks {
    fn change(&self, change: impl FnOnce(&mut Wanted)) {
        change(&mut self.wanted.lock().unwrap_or_else(PoisonError::into_inner));
        self.notify.notify_one();
    }

    pub(super) fn at_new_of(&self, parts: impl Iterator<Item = Part>) {
        self.change(|wanted| wanted.new.extend(parts));
    }

    pub(super) fn at_all_of(&self, part: Part) {
        self.change(|wanted| {
            wanted.all.insert(part);
        });
    }

    fn take(&self) -> Wanted {
        std::mem::take(&mut self.wanted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The highest numbers that were seen, and when: below those of some time ago nothing new appears.
#[derive(Debug, Default)]
struct Passed(Vec<(Instant, i64)>);

impl Passed {
    /// Rows up to this one have been seen, but for those whose transactions were open for long.
    fn safe(&self, now: Instant) -> i64 {
        let old = self.0.iter().filter(|(at, _)| now.duration_since(*at) >= OVERLAP);
        old.map(|(_, seq)| *seq).max().unwrap_or(i64::MIN)
    }

    fn note(&mut self, at: Instant, highest: Option<i64>) {
        let highest = highest.or_else(|| self.0.last().map(|(_, seq)| *seq));
        self.0.extend(highest.map(|seq| (at, seq)));
        self.0.retain(|(then, _)| at.duration_since(*then) < OVERLAP * 2);
    }
}

/// Looks, until it is aborted.
pub(super) async fn run(rt: Arc<Inner>) {
    let mut passed = Passed::default();
    let (mut looked, mut looked_at_all) = (Instant::now(), Instant::now());
    loop {
        // However often others tell: what they do not tell of is looked for in time.
        let next = LOOK.saturating_sub(looked.elapsed());
        let _ = tokio::time::timeout(next, rt.ownership.looks.notify.notified()).await;
        let began = Instant::now();
        let Wanted { new, all } = rt.ownership.looks.take();
        let outcome = if began.duration_since(looked) >= LOOK {
            looked = began;
            rt.deliver.look_at_unsettled();
            let whole = began.duration_since(looked_at_all) >= LOOK_AT_ALL;
            if whole {
                looked_at_all = began;
            }
            let above = if whole { i64::MIN } else { passed.safe(began) };
            let outcome = look(&rt, &rt.ownership.parts(), above).await;
            if let Ok(highest) = outcome {
                passed.note(began, highest);
            }
            outcome
        } else {
            look(&rt, &Vec::from_iter(new), passed.safe(began)).await
        };
        if let Err(error) = outcome.and(look(&rt, &Vec::from_iter(all), i64::MIN).await) {
            tracing::warn!(%error, "the inbox could not be looked at");
            tokio::time::sleep(LOOK).await;
        }
        // A long backlog makes a look long: the process shall do other things as well.
        tokio::time::sleep((began.elapsed() * 2).clamp(PAUSE, LOOK)).await;
    }
}

/// Hands what is found to the mailboxes. Answers the highest number.
async fn look(rt: &Inner, parts: &[Part], above: i64) -> Result<Option<i64>, Error> {
    let (mut after, mut highest) = (above, None);
    if parts.is_empty() {
        return Ok(None);
    }
    loop {
        let page = rt.store.hot().waiting(parts, after, PAGE).await?;
        let (count, last) = (page.len(), page.last().map(|item| item.seq));
        rt.converse.found(page);
        let Some(last) = last else { return Ok(highest) };
        (after, highest) = (last, Some(last));
        if count < PAGE as usize {
            return Ok(highest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_a_while_ago_is_not_read_again() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut passed = Passed::default();
        assert_eq!(passed.safe(start), i64::MIN);
        passed.note(start, Some(10));
        passed.note(after(1), Some(20));
        assert_eq!(passed.safe(after(4)), i64::MIN, "older work may still appear");
        assert_eq!(passed.safe(after(5)), 10);
        passed.note(after(6), None);
        assert_eq!(passed.safe(after(11)), 20, "an empty inbox tells nothing new");
        passed.note(after(30), None);
        assert_eq!(passed.safe(after(35)), 20);
    }
}

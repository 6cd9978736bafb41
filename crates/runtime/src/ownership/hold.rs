//! What is known of the parts that this process holds: since when, until when, and what may be done with them.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chasqui_model::Part;
use chasqui_model::part::PARTS;
use chasqui_store::lease::{LEASE, News};

use super::Role;
use super::look::Looks;
use crate::Inner;

/// Before the end of a lease nothing new begins.
const MARGIN: Duration = Duration::from_millis(1500);
/// How long a lease is used after its renewal was sent.
pub(super) const USABLE: Duration = LEASE.saturating_sub(MARGIN);
/// Who could not renew for so long does not know who else is there: the others, who could not either, are waited for
/// before anything of theirs is taken.
const OTHERS: Duration = Duration::from_secs(2);

/// How a part stands that this process holds the lease of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Something may still be in hand from a tenure before: nothing may begin.
    Opening,
    /// It may be worked on: all that was made before is seen when the outbox is read.
    Begun,
    /// It is handed over: what is in hand is finished.
    Leaving,
    /// Nothing may be done any more. Its lease is being given up.
    Left,
}

/// A part that is being opened, is open or is handed over.
#[derive(Debug)]
pub(super) struct Tenure {
    /// Which one: a part that is lost and taken again has another, as has one that is handed over.
    no: u64,
    stage: Stage,
    /// Since when, milliseconds since the process began.
    since: i64,
    /// Until when the lease counts, likewise.
    pub(super) until: i64,
}

/// Parts and their tenures, as something that is under way knows them.
pub(crate) type Taken = Vec<(Part, u64)>;

/// How parts stand.
#[derive(Debug)]
pub(crate) struct Ownership {
    pub(super) role: Role,
    /// When the process began. Leases are measured by this and never by the clock that tests turn.
    began: Instant,
    /// By number of the part: until when it may be worked on, milliseconds since `began`. 0: not at all.
    until: Vec<AtomicI64>,
    pub(super) mine: Mutex<HashMap<Part, Tenure>>,
    tenures: AtomicU64,
    pub(super) looks: Looks,
    /// When the leases were renewed last, milliseconds since `began`.
    renewed_at: AtomicI64,
    /// When the store did not answer last, likewise; 0: never.
    away_at: AtomicI64,
    /// Before this nothing is taken that others had, likewise.
    claims_from: AtomicI64,
    pub(super) leaving: AtomicBool,
    /// Parts are being handed over.
    pub(super) giving: AtomicBool,
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ownership {
    pub(crate) fn new(role: Role) -> Self {
        Self {
            role,
            began: Instant::now(),
            until: (0..PARTS).map(|_| AtomicI64::new(0)).collect(),
            mine: Mutex::default(),
            tenures: AtomicU64::new(0),
            looks: Looks::default(),
            renewed_at: AtomicI64::new(0),
            away_at: AtomicI64::new(0),
            claims_from: AtomicI64::new(0),
            leaving: AtomicBool::new(false),
            giving: AtomicBool::new(false),
        }
    }

    pub(super) fn elapsed(&self) -> i64 {
        millis(self.began.elapsed())
    }

    /// Whether a part may be worked on now. Once this was denied it stays denied until the part is read again: what was let
    /// go by because of it is not overtaken by what comes a moment later.
    pub(crate) fn owns(&self, part: Part) -> bool {
        let cell = &self.until[usize::from(part.number())];
        let mut until = cell.load(Ordering::Acquire);
        loop {
            if self.elapsed() < until {
                return true;
            }
            if until == 0 {
                return false;
            }
            match cell.compare_exchange(until, 0, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return false,
                Err(renewed) => until = renewed,
            }
        }
    }

    /// For how long it has been this process's. `None`: nobody else had it before.
    pub(crate) fn held_for(&self, part: Part) -> Option<Duration> {
        let since = match lock(&self.mine).get(&part) {
            Some(tenure) if tenure.until == i64::MAX => return None,
            Some(tenure) => tenure.since,
            None => self.elapsed(),
        };
        Some(Duration::from_millis(u64::try_from(self.elapsed() - since).unwrap_or(0)))
    }

    /// The leases were renewed. After an outage everybody finds everything run out, and whoever comes back first would take
    /// it all, only to hand most of it over again.
    pub(super) fn note_renewal(&self, at: i64) {
        let last = self.renewed_at.swap(at, Ordering::Relaxed);
        if last > 0 && at - last > millis(USABLE) {
            self.claims_from.store(at + millis(OTHERS), Ordering::Relaxed);
        }
    }

    /// The store does not answer.
    pub(super) fn note_away(&self) {
        self.away_at.store(self.elapsed().max(1), Ordering::Relaxed);
    }

    /// Whether the store did not answer at some time in the last `time`: what others wanted to tell was refused then.
    pub(crate) fn was_away_within(&self, time: Duration) -> bool {
        let at = self.away_at.load(Ordering::Relaxed);
        at > 0 && (self.elapsed() - at).max(0) < millis(time)
    }

    pub(super) fn may_claim(&self) -> bool {
        self.elapsed() >= self.claims_from.load(Ordering::Relaxed)
    }

    /// The parts that are open here.
    pub(crate) fn parts(&self) -> Vec<Part> {
        lock(&self.mine).keys().copied().collect()
    }

    /// Sets until when a part may be worked on.
    pub(super) fn set(&self, part: Part, until: i64) {
        self.until[usize::from(part.number())].store(until, Ordering::Release);
    }

    /// A part may be worked on for longer. `false`: somebody was denied it since the last time.
    fn extend(&self, part: Part, until: i64) -> bool {
        let longer = |now: i64| (now != 0).then_some(until);
        self.until[usize::from(part.number())]
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, longer)
            .is_ok()
    }

    /// The leases of these parts hold on. Answers those that could not be worked on for a moment: what came up in that
    /// moment was let go by, so they must be read again.
    pub(super) fn renewed(&self, held: &HashSet<Part>, until: i64) -> Vec<Part> {
        let mut lapsed = Vec::new();
        for (part, tenure) in lock(&self.mine).iter_mut().filter(|(part, _)| held.contains(part)) {
            tenure.until = until;
            match tenure.stage {
                Stage::Begun if !self.extend(*part, until) => lapsed.push(*part),
                Stage::Leaving => {
                    self.extend(*part, until);
                }
                Stage::Begun | Stage::Opening | Stage::Left => {}
            }
        }
        lapsed
    }

    /// These parts are ours from here on, but may not be worked on yet.
    pub(super) fn take(&self, parts: &[Part], until: i64) -> Taken {
        let since = self.elapsed();
        let mut mine = lock(&self.mine);
        let take = |part: &Part| {
            let no = self.tenures.fetch_add(1, Ordering::Relaxed);
            mine.insert(*part, Tenure { no, stage: Stage::Opening, since, until });
            (*part, no)
        };
        parts.iter().map(take).collect()
    }

    /// They may be worked on.
    pub(super) fn begin(&self, taken: &Taken) {
        let mut mine = lock(&self.mine);
        for (part, no) in taken {
            if let Some(tenure) = mine.get_mut(part).filter(|tenure| tenure.no == *no) {
                tenure.stage = Stage::Begun;
                self.set(*part, tenure.until);
            }
        }
    }

    /// Does something for those parts that have not been lost since they were taken; they cannot be lost meanwhile.
    pub(crate) fn for_kept(&self, taken: &[(Part, u64)], work: impl FnOnce(Vec<Part>)) {
        let mine = lock(&self.mine);
        let kept = taken.iter().filter(|(part, no)| mine.get(part).is_some_and(|tenure| tenure.no == *no));
        work(kept.map(|(part, _)| *part).collect());
    }

    /// The store has done something for this part that this process does not know of: it is read again soon.
    pub(crate) fn read_again(&self, part: Part) {
        if lock(&self.mine).get(&part).is_some_and(|it| it.stage == Stage::Begun && it.until < i64::MAX) {
            self.set(part, 0);
        }
    }

    /// From here on these parts, as far as they are here, are on their way to others. Whoever was opening them stops.
    pub(super) fn begin_leaving(&self, parts: &[Part]) -> Taken {
        let mut mine = lock(&self.mine);
        let leave = |part: &Part| {
            let tenure = mine.get_mut(part)?;
            tenure.no = self.tenures.fetch_add(1, Ordering::Relaxed);
            tenure.stage = Stage::Leaving;
            Some((*part, tenure.no))
        };
        parts.iter().filter_map(leave).collect()
    }

    /// Calls `work` with those that are still on their way; nothing is done for them from then on.
    pub(super) fn stop_leaving(&self, leaving: &Taken, work: impl FnOnce(&[Part])) -> Vec<Part> {
        let mut mine = lock(&self.mine);
        let mut left = Vec::new();
        for (part, no) in leaving {
            if let Some(tenure) = mine.get_mut(part).filter(|tenure| tenure.no == *no) {
                tenure.stage = Stage::Left;
                self.set(*part, 0);
                left.push(*part);
            }
        }
        work(&left);
        left
    }

    /// They are others' to take. Until here they are known, so that nobody takes them for fresh ones.
    pub(super) fn left(&self, leaving: &Taken) {
        let mut mine = lock(&self.mine);
        for (part, no) in leaving {
            if mine.get(part).is_some_and(|tenure| tenure.no == *no) {
                mine.remove(part);
            }
        }
    }

    /// There may be work that has not been seen here.
    pub(crate) fn look(&self) {
        self.looks.at_new_of(self.parts().into_iter());
    }

    /// There is work in this part that has not been seen here, however old.
    pub(crate) fn look_at_all_of(&self, part: Part) {
        self.looks.at_all_of(part);
    }

    /// Another process tells something.
    pub(crate) fn news(&self, rt: &Arc<Inner>, news: News) {
        match news {
            News::Work(parts) => {
                let mine = lock(&self.mine);
                let told = parts.into_iter().filter_map(Part::from_number);
                self.looks.at_new_of(told.filter(|part| mine.contains_key(part)));
            }
            other => {
                let shared = Arc::clone(rt);
                rt.spawn(async move { shared.heard(other).await });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: u16) -> Part {
        Part::from_number(number).unwrap()
    }

    fn open(parts: &[Part]) -> (Ownership, Taken) {
        let it = Ownership::new(Role::Worker);
        let taken = it.take(parts, it.elapsed() + 60_000);
        it.begin(&taken);
        (it, taken)
    }

    #[test]
    fn whoever_was_opening_a_part_that_is_given_up_stops() {
        let (it, taken) = open(&[part(1), part(2)]);
        let leaving = it.begin_leaving(&[part(1)]);
        assert!(it.owns(part(1)), "what is in hand is finished");
        let mut kept = Vec::new();
        it.for_kept(&taken, |parts| kept = parts);
        assert_eq!(kept, [part(2)]);
        let left = it.stop_leaving(&leaving, |parts| assert_eq!(parts, [part(1)]));
        assert!(!it.owns(part(1)) && it.owns(part(2)));
        // Not fresh before the store has given it up, whatever a renewal that is under way says.
        it.renewed(&left.iter().copied().collect(), it.elapsed() + 60_000);
        assert!(!it.owns(part(1)) && it.parts().contains(&part(1)));
        it.left(&leaving);
        assert_eq!(it.parts(), [part(2)]);
    }

    #[test]
    fn a_part_that_was_lost_and_taken_again_is_not_given_up_by_who_gave_up_the_one_before() {
        let (it, _) = open(&[part(1)]);
        let leaving = it.begin_leaving(&[part(1)]);
        let taken = it.take(&[part(1)], it.elapsed() + 60_000);
        it.begin(&taken);
        assert!(it.stop_leaving(&leaving, |parts| assert!(parts.is_empty())).is_empty());
        it.left(&leaving);
        assert!(it.owns(part(1)));
    }

    #[test]
    fn a_part_that_was_denied_for_a_moment_stays_denied_until_it_is_read_again() {
        let (it, _) = open(&[part(1), part(2), part(3)]);
        it.read_again(part(1));
        // Their leases are over. Only one of them was asked for meanwhile.
        let over = it.elapsed() - 1;
        for number in [2, 3] {
            it.set(part(number), over);
        }
        assert!(!it.owns(part(1)) && !it.owns(part(2)));
        let held = HashSet::from([part(1), part(2), part(3)]);
        let mut lapsed = it.renewed(&held, it.elapsed() + 60_000);
        lapsed.sort_unstable();
        assert_eq!(lapsed, [part(1), part(2)]);
        assert!(!it.owns(part(1)) && !it.owns(part(2)) && it.owns(part(3)));
    }

    #[test]
    fn an_outage_is_remembered_for_as_long_as_somebody_asks_for() {
        let it = Ownership::new(Role::Worker);
        assert!(!it.was_away_within(Duration::from_secs(30)));
        it.note_away();
        assert!(it.was_away_within(Duration::from_secs(30)) && !it.was_away_within(Duration::ZERO));
    }

    #[test]
    fn nothing_of_others_is_taken_right_after_an_outage() {
        let it = Ownership::new(Role::Worker);
        it.note_renewal(1000);
        assert!(it.may_claim(), "a start is no outage");
        it.note_renewal(1500);
        assert!(it.may_claim());
        it.note_renewal(1501 + millis(USABLE));
        assert!(!it.may_claim());
    }
}

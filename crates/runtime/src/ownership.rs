//! Which parts are this process's to work on. Leases are renewed here and parts opened, handed over and forgotten; on a
//! store that has one process, everything is open from the start.
//!
//! What keeps messages from being lost or doubled is in the store: a turn counts only while its part is held, its
//! inbox rows are there and no older ones are. The times here only save work.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chasqui_model::Part;
use chasqui_model::part::PARTS;
use chasqui_store::Error;
use chasqui_store::lease::{Beat, LEASE, News, Roll};
use tokio::sync::Notify;

use crate::{Inner, recover};

/// How often leases are renewed.
const RENEW: Duration = Duration::from_millis(500);
/// Longer than this the store may not take: then the next try begins.
const PATIENCE: Duration = Duration::from_secs(2);
/// Before the end of a lease nothing new begins.
const MARGIN: Duration = Duration::from_millis(1500);
/// How long a part that is handed over may take to finish what is in hand.
const HAND_OVER: Duration = Duration::from_secs(3);
/// How often the inbox is looked at for work that nobody told of.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is looked at as a whole, for work whose transaction took long.
const LOOK_AT_ALL: Duration = Duration::from_secs(30);
/// Rows in one look.
const PAGE: u32 = 1000;
/// Numbers drawn by transactions that may still be open: rows below are looked for by [`LOOK_AT_ALL`] only.
const OVERLAP: Duration = Duration::from_secs(5);

/// What this process does for the store's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Role {
    /// Everything.
    #[default]
    All,
    /// It takes webhooks and serves pages; others work.
    Web,
    /// It works.
    Worker,
}

impl Role {
    /// Whether it takes parts.
    pub fn works(self) -> bool {
        self != Self::Web
    }
}

/// A part that is being opened, is open or is handed over.
#[derive(Debug)]
struct Tenure {
    /// Which one: a part that is lost and taken again has another.
    no: u64,
    /// Whether it may be worked on: nothing is in hand any more from a tenure before, so all that was made in it is seen
    /// when the outbox is read.
    begun: bool,
    /// Until when the lease counts, milliseconds since the process began.
    until: i64,
}

/// Parts and their tenures, as something that is under way knows them.
pub(crate) type Taken = Vec<(Part, u64)>;

/// How parts stand.
#[derive(Debug)]
pub(crate) struct Ownership {
    role: Role,
    /// When the process began. Leases are measured by this and never by the clock that tests turn.
    began: Instant,
    /// By number of the part: until when it may be worked on, milliseconds since `began`. 0: not at all.
    until: Vec<AtomicI64>,
    mine: Mutex<HashMap<Part, Tenure>>,
    tenures: AtomicU64,
    /// Parts to look at.
    looks: Mutex<BTreeSet<Part>>,
    look: Notify,
    leaving: AtomicBool,
    /// Parts are being handed over.
    giving: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
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
            looks: Mutex::default(),
            look: Notify::new(),
            leaving: AtomicBool::new(false),
            giving: AtomicBool::new(false),
        }
    }

    fn elapsed(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Whether a part may be worked on now.
    pub(crate) fn owns(&self, part: Part) -> bool {
        self.elapsed() < self.until[usize::from(part.number())].load(Ordering::Relaxed)
    }

    /// The parts that are open here.
    pub(crate) fn parts(&self) -> Vec<Part> {
        lock(&self.mine).keys().copied().collect()
    }

    /// Sets until when a part may be worked on. Answers until when it could be before.
    fn extend(&self, part: Part, until: i64) -> i64 {
        self.until[usize::from(part.number())].swap(until, Ordering::AcqRel)
    }

    /// The leases of these parts hold on. Answers those that could not be worked on for a moment: what came up in that
    /// moment was let go by, so they must be read again.
    fn renewed(&self, held: &HashSet<Part>, until: i64) -> Vec<Part> {
        let mut lapsed = Vec::new();
        for (part, tenure) in lock(&self.mine).iter_mut().filter(|(part, _)| held.contains(part)) {
            tenure.until = until;
            // Whoever found the lease over looked at the clock before this does.
            if tenure.begun && self.extend(*part, until) <= self.elapsed() {
                lapsed.push(*part);
            }
        }
        lapsed
    }

    /// These parts are ours from here on, but may not be worked on yet.
    fn take(&self, parts: &[Part], until: i64) -> Taken {
        let mut mine = lock(&self.mine);
        let take = |part: &Part| {
            let no = self.tenures.fetch_add(1, Ordering::Relaxed);
            mine.insert(*part, Tenure { no, begun: false, until });
            (*part, no)
        };
        parts.iter().map(take).collect()
    }

    /// They may be worked on.
    fn begin(&self, taken: &Taken) {
        let mut mine = lock(&self.mine);
        for (part, no) in taken {
            if let Some(tenure) = mine.get_mut(part).filter(|tenure| tenure.no == *no) {
                tenure.begun = true;
                self.extend(*part, tenure.until);
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
        if lock(&self.mine).get(&part).is_some_and(|tenure| tenure.begun && tenure.until < i64::MAX) {
            self.extend(part, 0);
        }
    }

    /// There is work in this part that has not been seen here.
    pub(crate) fn look(&self, part: Part) {
        lock(&self.looks).insert(part);
        self.look.notify_one();
    }

    /// Another process tells something.
    pub(crate) fn news(&self, rt: &Arc<Inner>, news: News) {
        match news {
            News::Work(parts) => {
                let mine = lock(&self.mine);
                let told =
                    parts.into_iter().filter_map(Part::from_number).filter(|part| mine.contains_key(part));
                lock(&self.looks).extend(told);
                self.look.notify_one();
            }
            other => {
                let shared = Arc::clone(rt);
                rt.spawn(async move { shared.heard(other).await });
            }
        }
    }
}

/// Takes its share of the parts for the first time; everything, on a store of one process.
pub(crate) async fn begin(rt: &Arc<Inner>) -> Result<(), Error> {
    if !rt.store.hot().shared() {
        let all: Vec<Part> = (0..PARTS).filter_map(Part::from_number).collect();
        return open(rt, rt.ownership.take(&all, i64::MAX)).await;
    }
    turn(rt).await?;
    rt.spawn(run(Arc::clone(rt)));
    rt.spawn(look_out(Arc::clone(rt)));
    Ok(())
}

/// Gives everything up in good order. What is in hand has been finished before.
pub(crate) async fn leave(rt: &Inner) {
    if !rt.store.hot().shared() {
        return;
    }
    if let Err(error) = rt.store.hot().leave().await {
        tracing::warn!(%error, "the leases of this process could not be given up; they run out in a few seconds");
    }
}

/// From here on no part is taken.
pub(crate) fn stop_taking(rt: &Inner) {
    rt.ownership.leaving.store(true, Ordering::Relaxed);
}

async fn run(rt: Arc<Inner>) {
    loop {
        tokio::time::sleep(RENEW).await;
        let changes = rt.changes.for_others();
        if !changes.is_empty()
            && let Err(error) = rt.store.hot().tell(&changes).await
        {
            tracing::warn!(%error, "the live pages of other processes could not be told");
        }
        match tokio::time::timeout(PATIENCE, turn(&rt)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the leases of this process could not be renewed"),
            Err(_) => tracing::warn!("the store takes too long to renew the leases of this process"),
        }
        let now = rt.ownership.elapsed();
        let over: Vec<Part> = lock(&rt.ownership.mine)
            .iter()
            .filter(|(_, it)| it.until <= now)
            .map(|(part, _)| *part)
            .collect();
        forget(&rt, &over, "their leases ran out");
    }
}

/// Renews, then takes or gives parts until everybody has a fair share.
async fn turn(rt: &Arc<Inner>) -> Result<(), Error> {
    let it = &rt.ownership;
    let works = it.role.works() && !it.leaving.load(Ordering::Relaxed);
    let before = it.elapsed();
    let Roll { held, workers } = rt.store.hot().renew(&beat(works)).await?;
    let until = before + i64::try_from(LEASE.saturating_sub(MARGIN).as_millis()).unwrap_or(0);
    let held_set: HashSet<Part> = held.iter().copied().collect();
    forget(rt, &it.renewed(&held_set, until), "their leases ran out for a moment");
    let lost: Vec<Part> = it.parts().into_iter().filter(|part| !held_set.contains(part)).collect();
    forget(rt, &lost, "another process has them");
    metrics::gauge!("chasqui_parts_held").set(f64::from(u32::try_from(held.len()).unwrap_or(u32::MAX)));
    metrics::gauge!("chasqui_workers").set(f64::from(u32::try_from(workers).unwrap_or(u32::MAX)));
    let mut fresh: Vec<Part> = {
        let mine = lock(&it.mine);
        held.iter().copied().filter(|part| !mine.contains_key(part)).collect()
    };
    if !works {
        return Ok(());
    }
    let fair = usize::from(PARTS).div_ceil(workers.max(1));
    if held.len() < fair {
        let claimed = rt.store.hot().claim(fair - held.len()).await?;
        fresh.extend(claimed);
    }
    if !fresh.is_empty() {
        let shared = Arc::clone(rt);
        let taken = it.take(&fresh, until);
        rt.spawn(async move {
            if let Err(error) = open(&shared, taken.clone()).await {
                tracing::error!(%error, "parts could not be taken up; they are tried again");
                let mut kept = Vec::new();
                shared.ownership.for_kept(&taken, |parts| kept = parts);
                forget(&shared, &kept, "they could not be read");
            }
        });
    } else if held.len() > fair && !it.giving.swap(true, Ordering::Relaxed) {
        hand_over(rt, held.into_iter().skip(fair).collect());
    }
    Ok(())
}

/// Takes parts up: their outbox first, so that no reply overtakes what is on its way, then their waiting work.
async fn open(rt: &Arc<Inner>, taken: Taken) -> Result<(), Error> {
    let parts: Vec<Part> = taken.iter().map(|(part, _)| *part).collect();
    rt.converse.gather(&parts).await;
    rt.ownership.begin(&taken);
    let waiting = recover::waiting(rt, &parts).await?;
    recover::resume(rt, &taken, waiting.len()).await?;
    // What was lost meanwhile is another's, or is being taken up anew.
    rt.ownership.for_kept(&taken, |parts| {
        let waiting = waiting.into_iter().filter(|item| parts.contains(&item.part)).collect();
        rt.converse.open(&parts, waiting);
    });
    rt.timers.look_again();
    Ok(())
}

/// Parts that are another's now, or may be.
fn forget(rt: &Inner, parts: &[Part], why: &str) {
    if parts.is_empty() {
        return;
    }
    tracing::warn!(parts = parts.len(), "parts are let go: {why}");
    metrics::counter!("chasqui_parts_lost_total").increment(parts.len() as u64);
    let mut mine = lock(&rt.ownership.mine);
    for part in parts {
        rt.ownership.extend(*part, 0);
        mine.remove(part);
    }
    rt.converse.forget(parts);
    rt.deliver.forget(parts);
}

/// Lets others have parts: finishes what is in hand, then gives them up.
fn hand_over(rt: &Arc<Inner>, parts: Vec<Part>) {
    let rt_too = Arc::clone(rt);
    rt.spawn(async move {
        let rt = rt_too;
        let finished = async {
            rt.converse.close(&parts).await;
            rt.deliver.close(&parts).await;
        };
        if tokio::time::timeout(HAND_OVER, finished).await.is_err() {
            tracing::warn!("parts were handed over with work in hand; the next owner takes it up");
        }
        {
            let mut mine = lock(&rt.ownership.mine);
            for part in &parts {
                rt.ownership.extend(*part, 0);
                mine.remove(part);
            }
        }
        rt.converse.forget(&parts);
        rt.deliver.forget(&parts);
        match rt.store.hot().release(&parts).await {
            Ok(()) => tracing::info!(parts = parts.len(), "parts were handed over"),
            Err(error) => {
                tracing::warn!(%error, "parts could not be given up; their leases run out in a few seconds");
            }
        }
        rt.ownership.giving.store(false, Ordering::Relaxed);
    });
}

/// What this process says of itself.
pub(crate) fn beat(works: bool) -> Beat {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let host = if host.is_empty() { "unknown" } else { host };
    Beat {
        name: format!("{host}/{}", std::process::id()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        works,
    }
}

/// Looks for work that other processes took in: when they tell, once a second in case they were not heard, and now and
/// then at everything.
async fn look_out(rt: Arc<Inner>) {
    let mut passed: Vec<(Instant, i64)> = Vec::new();
    let mut looked_at_all = Instant::now();
    loop {
        let told = tokio::time::timeout(LOOK, rt.ownership.look.notified()).await.is_ok();
        let began = Instant::now();
        let mut parts: Vec<Part> = std::mem::take(&mut *lock(&rt.ownership.looks)).into_iter().collect();
        if !told {
            parts = rt.ownership.parts();
            rt.deliver.look_at_unsettled();
        }
        let all = began.duration_since(looked_at_all) >= LOOK_AT_ALL;
        if all {
            looked_at_all = began;
            parts = rt.ownership.parts();
        }
        // Rows below have been seen, but for those whose transactions were open for long.
        let safe =
            passed.iter().filter(|(at, _)| began.duration_since(*at) >= OVERLAP).map(|(_, seq)| *seq).max();
        let above = if all { i64::MIN } else { safe.unwrap_or(i64::MIN) };
        match look(&rt, &parts, above).await {
            Ok(Some(highest)) if !told => passed.push((began, highest)),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the inbox could not be looked at");
                tokio::time::sleep(LOOK).await;
            }
        }
        passed.retain(|(at, _)| began.duration_since(*at) < OVERLAP * 2);
        // A long backlog makes a look long: the process shall do other things as well.
        tokio::time::sleep(began.elapsed() * 2).await;
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

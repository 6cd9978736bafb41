//! Places for connections. A connection that waits for a request keeps nobody out: the one that has waited longest goes when
//! somebody comes. Of those that are busy, a quarter can only be busy with Meta's deliveries, so that however many others ask,
//! messages come in.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::Limits;
use crate::http::client::{Client, Proxies};
use crate::http::tally::{Counted, Tally};

/// How often who waits for a place looks whether one can be made.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Meta brings something, or claims to.
    Delivery,
    /// Somebody asks whether the process lives: answered at once, in few bytes.
    Probe,
    /// Everything else.
    Other,
}

/// All places.
pub(super) struct Places {
    free: Arc<Semaphore>,
    seats: Mutex<Vec<Arc<Seat>>>,
    /// How many are busy with something else than deliveries.
    others: AtomicUsize,
    most_others: usize,
    proxies: Proxies,
    peers: Arc<Tally<Client>>,
    began: Instant,
}

/// What a connection does.
const WAITS: u8 = 0;
const BUSY: u8 = 1;
const GOES: u8 = 2;

/// A connection's place.
pub(super) struct Seat {
    places: Arc<Places>,
    peer: Option<Client>,
    does: AtomicU8,
    /// Milliseconds after the beginning.
    since: AtomicU64,
    wanted: Notify,
    /// Much of the body of the request in hand was left on the line.
    leftover: AtomicBool,
}

/// A place that is taken; it is free again when this is dropped.
pub(super) struct Seated {
    seat: Arc<Seat>,
    _permit: OwnedSemaphorePermit,
    _peer: Option<Counted<Client>>,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(limits.connections)),
            seats: Mutex::default(),
            others: AtomicUsize::new(0),
            most_others: limits.others(),
            proxies: limits.proxies.clone(),
            peers: Tally::new(limits.per_address),
            began: Instant::now(),
        })
    }

    /// A place for a connection, when need be of one that waits for a request. `None`: its address has its share.
    pub(super) async fn seat(self: &Arc<Self>, peer: SocketAddr) -> Option<Seated> {
        let peer = (!self.proxies.trusts(peer.ip())).then(|| Client::at(peer.ip()));
        let counted = match peer {
            // A proxy brings many.
            None => None,
            Some(client) => Some(self.among_peers(client)?),
        };
        let permit = self.permit().await?;
        let seat = Arc::new(Seat {
            places: Arc::clone(self),
            peer,
            does: AtomicU8::new(WAITS),
            since: AtomicU64::new(self.now()),
            wanted: Notify::new(),
            leftover: AtomicBool::new(false),
        });
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&seat));
        Some(Seated { seat, _permit: permit, _peer: counted })
    }

    /// Counts one more of an address. At its limit the one of its own that has waited longest goes, for the next that comes.
    fn among_peers(&self, client: Client) -> Option<Counted<Client>> {
        let counted = self.peers.enter(client);
        if counted.is_none() {
            self.make_room(|seat| seat.peer == Some(client));
        }
        counted
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
                return Some(permit);
            }
            self.make_room(|_| true);
            let permit = Arc::clone(&self.free).acquire_owned();
            if let Ok(permit) = tokio::time::timeout(LOOK_AGAIN, permit).await {
                return permit.ok();
            }
        }
    }

    /// Sends away the one that has waited longest for a request.
    fn make_room(&self, fits: impl Fn(&Seat) -> bool) {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = seats.iter().filter(|seat| seat.does.load(Ordering::Acquire) == WAITS && fits(seat));
        let longest = waiting.min_by_key(|seat| seat.since.load(Ordering::Relaxed));
        if let Some(seat) = longest
            && seat.does.compare_exchange(WAITS, GOES, Ordering::AcqRel, Ordering::Relaxed).is_ok()
        {
            seat.wanted.notify_one();
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Seated {
    pub(super) fn seat(&self) -> &Arc<Seat> {
        &self.seat
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        let mut seats = self.seat.places.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = seats.iter().position(|seat| Arc::ptr_eq(seat, &self.seat)) {
            seats.swap_remove(index);
        }
    }
}

impl Seat {
    /// Ends when somebody else is to have the place.
    pub(super) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Much of a body stays on the line: the connection is good for no other request.
    pub(super) fn leaves_much(&self) {
        self.leftover.store(true, Ordering::Relaxed);
    }

    /// Whether much of a body stayed on the line.
    pub(super) fn left_much(&self) -> bool {
        self.leftover.load(Ordering::Relaxed)
    }

    /// Begins to be busy. `None` when too many others are, or the place is given away already.
    pub(super) fn begin(seat: Arc<Self>, kind: Kind) -> Option<Busy> {
        if kind == Kind::Other {
            let others = &seat.places.others;
            if others.fetch_add(1, Ordering::AcqRel) >= seat.places.most_others {
                others.fetch_sub(1, Ordering::AcqRel);
                return None;
            }
        }
        let busy = Busy { seat, kind };
        let does = &busy.seat.does;
        does.compare_exchange(WAITS, BUSY, Ordering::AcqRel, Ordering::Relaxed).is_ok().then_some(busy)
    }
}

/// A request that a connection is busy with, until this is dropped.
pub(super) struct Busy {
    seat: Arc<Seat>,
    kind: Kind,
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.kind == Kind::Other {
            self.seat.places.others.fetch_sub(1, Ordering::AcqRel);
        }
        self.seat.since.store(self.seat.places.now(), Ordering::Relaxed);
        let _ = self.seat.does.compare_exchange(BUSY, WAITS, Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// An answer; its connection is busy until it is handed over as a whole.
pub(super) struct Answer {
    body: Body,
    _busy: Option<Busy>,
}

impl Answer {
    pub(super) fn new(body: Body, busy: Busy) -> Self {
        Self { body, _busy: Some(busy) }
    }

    pub(super) fn without(body: Body) -> Self {
        Self { body, _busy: None }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "127.0.0.1:1";
    const STRANGER: &str = "203.0.113.9:1";

    fn places(connections: usize) -> Arc<Places> {
        Places::new(&Limits { connections, per_address: 2, ..Limits::default() })
    }

    async fn seat(places: &Arc<Places>, peer: &str) -> Option<Seated> {
        places.seat(peer.parse().unwrap()).await
    }

    fn goes(seated: &Seated) -> bool {
        seated.seat().does.load(Ordering::Acquire) == GOES
    }

    #[tokio::test]
    async fn a_quarter_of_the_places_is_for_deliveries() {
        let places = places(8);
        let mut seats = Vec::new();
        for _ in 0..8 {
            seats.push(seat(&places, PROXY).await.unwrap());
        }
        let begin = |n: usize, kind| Seat::begin(Arc::clone(seats[n].seat()), kind);
        let others: Vec<_> = (0..6).map(|n| begin(n, Kind::Other).unwrap()).collect();
        assert!(begin(6, Kind::Other).is_none());
        assert!(begin(6, Kind::Delivery).is_some());
        drop(others);
        assert!(begin(6, Kind::Other).is_some());
    }

    #[tokio::test]
    async fn who_waits_longest_goes_and_who_is_busy_stays() {
        let places = places(3);
        let first = seat(&places, PROXY).await.unwrap();
        let second = seat(&places, PROXY).await.unwrap();
        let third = seat(&places, PROXY).await.unwrap();
        let _busy = Seat::begin(Arc::clone(first.seat()), Kind::Other).unwrap();
        second.seat().since.store(5, Ordering::Relaxed);
        third.seat().since.store(9, Ordering::Relaxed);
        let newcomer = tokio::spawn({
            let places = Arc::clone(&places);
            async move { seat(&places, PROXY).await }
        });
        second.seat().wanted().await;
        assert!(goes(&second) && !goes(&first) && !goes(&third));
        assert!(Seat::begin(Arc::clone(second.seat()), Kind::Delivery).is_none(), "it is given away");
        drop(second);
        assert!(newcomer.await.unwrap().is_some());
        assert_eq!(places.seats.lock().unwrap().len(), 2 + usize::from(!places.free.is_closed()) - 1);
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_no_more() {
        let places = places(8);
        let first = seat(&places, STRANGER).await.unwrap();
        let second = seat(&places, "[::ffff:203.0.113.9]:2").await.unwrap();
        assert!(seat(&places, STRANGER).await.is_none());
        assert!(goes(&first) || goes(&second), "one of its own goes");
        assert!(seat(&places, "203.0.113.10:1").await.is_some());
        drop(first);
        assert!(seat(&places, STRANGER).await.is_some());
    }
}

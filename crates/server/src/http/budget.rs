//! How much memory bodies may take while they are received and worked on: so much in all, and a share of it for each caller.
//! What strangers send is counted apart from what people with an account send, and both apart from Meta's deliveries.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Callers are counted in so many places; two who meet in one have a share together.
const PLACES: usize = 1024;

/// Bytes that may be held at once.
pub(crate) struct Budget {
    all: usize,
    share: usize,
    key: RandomState,
    held: AtomicUsize,
    shares: Box<[AtomicUsize]>,
}

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// This caller holds its share.
    Share,
    /// Everybody together holds all there is.
    All,
}

/// Bytes that are held; given back when dropped.
pub(crate) struct Held<'a> {
    budget: &'a Budget,
    place: Option<usize>,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(all: usize, share: usize) -> Self {
        let shares = std::iter::repeat_with(AtomicUsize::default).take(PLACES).collect();
        Self { all, share, key: RandomState::new(), held: AtomicUsize::new(0), shares }
    }

    /// Begins to hold for a caller; without one only the whole is a limit.
    #[expect(clippy::cast_possible_truncation, reason = "it is below 1,024")]
    pub(crate) fn hold(&self, whose: Option<impl Hash>) -> Held<'_> {
        let place = whose.map(|whose| (self.key.hash_one(whose) % PLACES as u64) as usize);
        Held { budget: self, place, bytes: 0 }
    }

    /// Bytes that are held now.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

impl Held<'_> {
    /// Holds so many bytes more, or none.
    pub(crate) fn add(&mut self, bytes: usize) -> Result<(), Full> {
        if !take(&self.budget.held, bytes, self.budget.all) {
            return Err(Full::All);
        }
        if let Some(place) = self.place
            && !take(&self.budget.shares[place], bytes, self.budget.share)
        {
            self.budget.held.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Full::Share);
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Ordering::Relaxed);
        if let Some(place) = self.place {
            self.budget.shares[place].fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

/// A count that would pass the limit for a moment is taken back: nobody waits, and nobody gets more.
fn take(count: &AtomicUsize, more: usize, most: usize) -> bool {
    let before = count.fetch_add(more, Ordering::Relaxed);
    let fits = before.saturating_add(more) <= most;
    if !fits {
        count.fetch_sub(more, Ordering::Relaxed);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_holds_more_than_a_share_and_all_not_more_than_there_is() {
        let budget = Budget::new(100, 40);
        let mut ana = budget.hold(Some("ana"));
        assert_eq!(ana.add(40), Ok(()));
        assert_eq!(budget.hold(Some("ana")).add(1), Err(Full::Share));
        let mut nobody = budget.hold(None::<()>);
        assert_eq!(nobody.add(60), Ok(()));
        assert_eq!(nobody.add(1), Err(Full::All));
        drop(ana);
        assert_eq!(budget.held(), 60);
        assert_eq!(budget.hold(Some("ana")).add(40), Ok(()));
        drop(nobody);
        assert_eq!(budget.held(), 0);
    }
}

//! Connections for the accounts' people and programs, beside those of what runs bots. Accounts take turns, and the server
//! ends what takes too long (docs/decisions/0135).

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;

use super::address::Address;
use super::pool;
use crate::Result;
use crate::share::Share;

/// Connections for what is read in a moment, and how many of them one account has.
const QUICK: (usize, usize) = (4, 2);
/// Connections for what takes longer than that, and how many of them one account has.
const SLOW: (usize, usize) = (2, 1);
/// Changes under way on the connections for everything, and how many of them one account has. The rest of these
/// connections is for what runs bots.
const CHANGES: (usize, usize) = (4, 2);
/// What takes longer is slow.
const MOMENT: Duration = Duration::from_millis(250);
/// What takes longer is not worth waiting for: whoever asked has gone by then.
const LONGEST: Duration = Duration::from_secs(15);

/// What pages have.
pub(super) struct Pages {
    pub(super) quick: Lane,
    pub(super) slow: Lane,
    pub(super) changes: Arc<Share>,
}

/// Connections, and whose turn it is.
pub(super) struct Lane {
    pub(super) pool: Pool,
    pub(super) places: Arc<Share>,
}

impl Pages {
    pub(super) fn new(address: &Address) -> Result<Self> {
        let lane = |(places, each), longest| -> Result<Lane> {
            Ok(Lane { pool: pool(&address.hasty(longest), places)?, places: Share::new(places, each) })
        };
        Ok(Self {
            quick: lane(QUICK, MOMENT)?,
            slow: lane(SLOW, LONGEST)?,
            changes: Share::new(CHANGES.0, CHANGES.1),
        })
    }
}

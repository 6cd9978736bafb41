//! What every act has at hand.

use chasqui_model::Clock;
use chasqui_model::quota;
use chasqui_runtime::Runtime;
use chasqui_store::Store;

use super::mentions::Mentions;
use super::rehearsal::Rehearsals;

/// What every act has at hand.
pub struct Desk {
    /// Where everything is kept.
    pub store: Store,
    /// Where bots run.
    pub runtime: Runtime,
    /// The time, and new ids.
    pub clock: Clock,
    /// The limits of accounts for which the operator set no others.
    pub(crate) quotas: quota::Limits,
    /// The chats of the test mode.
    pub(crate) rehearsals: Rehearsals,
    /// Which bots name what.
    pub(crate) mentions: Mentions,
}

impl Desk {
    /// A desk where nothing was done yet.
    pub(crate) fn new(store: Store, runtime: Runtime, clock: Clock, quotas: quota::Limits) -> Self {
        let (rehearsals, mentions) = (Rehearsals::default(), Mentions::default());
        Self { store, runtime, clock, quotas, rehearsals, mentions }
    }
}

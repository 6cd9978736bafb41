//! The load scenarios: each starts a fresh server, presses it in one way, and says in figures how it fared. Each run is
//! judged by the ledger as well: a fast answer that is lost, doubled or out of order is none.

mod closed;
mod fair;
mod figure;
mod flood;
mod ground;
mod growth;
mod meter;
mod open;
mod report;
mod rig;
mod run;
mod scenario;

pub use meter::Meter;
pub use open::Stream;
pub use run::{Options, run};

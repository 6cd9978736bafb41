//! What people do with the product, whoever passes it on: HTTP, the command line, the demo. Plain functions over the
//! [`Desk`], refused by [`Refused`]. Knows neither HTTP nor the command line, and says nothing in words.

mod actor;
pub(crate) mod bot;
mod desk;
pub(crate) mod draft;
pub(crate) mod first;
pub(crate) mod flow_test;
mod heavy;
pub(crate) mod integration;
mod library;
pub(crate) mod mentions;
mod name;
mod quota;
mod refused;
pub(crate) mod rehearsal;
pub(crate) mod talk;
pub(crate) mod thread;

pub(crate) use actor::Actor;
pub use desk::Desk;
pub(crate) use name::name;
pub(crate) use refused::{Fault, Refused, Wrong, misshapen};

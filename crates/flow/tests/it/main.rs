//! The engine's tests: conversations as fixtures, flow tests, bad bot files, guards, injection and chance.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

mod bad_files;
mod chance;
mod fixtures;
mod format;
mod formulas_page;
mod guards;
mod harness;
mod injection;
mod late_taps;
mod people;
mod rehearsal;
mod sub_bots;
mod validation;

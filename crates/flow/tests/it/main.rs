//! The engine's tests: conversations as fixtures, flow tests, bad bot files, guards, injection and chance.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking")]
#![expect(clippy::needless_pass_by_value, reason = "JSON literals are handed over")]

mod bad_files;
mod chance;
mod components_pages;
mod fixtures;
mod format;
mod formulas_page;
mod guards;
mod harness;
mod injection;
mod late_taps;
mod people;
mod ports;
mod promises;
mod rehearsal;
mod stand_in;
mod sub_bots;
mod system;
mod typed;
mod validation;

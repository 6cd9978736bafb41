//! The simulator over real HTTP, called by the product's own client.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]
#![expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]

mod check;
mod control;
mod edges;
mod faults;
mod graph;
mod host;
mod inbound;
mod media;
mod rig;
mod shop;
mod status;
mod subscription;
mod template;
mod token;
mod webhook;

//! The WhatsApp Cloud API: webhooks in, messages out. Knows Meta's JSON and keeps it to itself: callers get the nouns
//! of `chasqui-model`. Sees no store and no flow; only [`client`] does I/O.

pub mod client;
pub mod error;
pub mod handshake;
pub mod message;
pub mod signature;
pub mod version;
pub mod webhook;

pub use client::Client;
pub use error::GraphError;

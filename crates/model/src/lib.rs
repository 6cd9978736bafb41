//! The nouns of Chasqui. No I/O: everything may depend on this crate.

pub mod account;
pub mod bot;
pub mod check;
pub mod clock;
pub mod connection;
pub mod contact;
pub mod conversation;
pub mod email;
pub mod event;
pub mod filename;
pub mod id;
pub mod integration;
pub mod media;
pub mod message;
pub mod notice;
pub mod part;
pub mod quota;
pub mod reason;
pub mod secret;
pub mod state;
pub mod template;
pub mod time;
pub mod typed;
pub mod user_id;
pub mod wa_id;
pub mod window;

pub use clock::Clock;
pub use id::{Id, InvalidId, Named};
pub use part::Part;
pub use time::Timestamp;

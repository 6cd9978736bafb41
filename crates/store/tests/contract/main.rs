//! What every engine of the store must keep to.
#![expect(clippy::unwrap_used, reason = "in a test a surprise is a failure")]

mod account;
mod bot;
mod connection;
mod conversation;
mod doubt;
mod durable;
mod engine;
mod file;
mod inbox;
mod integration;
mod lease;
mod media;
mod outbox;
mod page;
mod people;
mod queue;
mod quota;
mod refusal;
mod retention;
mod scale;
mod statement;
mod thing;
mod transfer;
mod turn;

//! What every engine of the store must keep to.
#![allow(missing_docs, reason = "the names of tests are their documentation")]

mod account;
mod bot;
mod conversation;
mod durable;
mod engine;
mod inbox;
mod integration;
mod outbox;
mod statement;
mod thing;
mod turn;

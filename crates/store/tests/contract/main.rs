//! What every engine of the store must keep to.
#![allow(missing_docs, reason = "the names of tests are their documentation")]

mod account;
mod bot;
mod engine;
mod statement;
mod thing;

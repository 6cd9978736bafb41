//! The routes, through real HTTP, against a real server and the simulated Meta.
#![expect(clippy::unwrap_used, reason = "in a test a surprise is a failure")]

mod auth;
mod bot;
mod builder;
mod command;
mod conversation;
mod description;
mod integration;
mod limit;
mod log;
mod repeat;
mod site;
mod webhook;

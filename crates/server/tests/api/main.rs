//! The routes, through real HTTP, against a real server and the simulated Meta.
#![allow(missing_docs, reason = "the names of tests are their documentation")]

mod auth;
mod bot;
mod command;
mod conversation;
mod description;
mod integration;
mod limit;
mod log;
mod repeat;
mod site;
mod webhook;

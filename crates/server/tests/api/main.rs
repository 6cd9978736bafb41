//! The routes, through real HTTP, against a real server and the simulated Meta.
#![expect(clippy::unwrap_used, reason = "in a test a surprise is a failure")]

mod alert;
mod answers;
mod auth;
mod bad_files;
mod bot;
mod builder;
mod care;
mod code;
mod command;
mod connection;
mod conversation;
mod description;
mod diagnose;
mod email;
mod ending;
mod fleet;
mod german;
mod integration;
mod limit;
mod log;
mod matrix;
mod mistake;
mod numbers;
mod people;
mod reference;
mod repeat;
mod site;
mod smtp;
mod talk;
mod template;
mod thread;
mod token;
mod trace;
mod walls;
mod webhook;

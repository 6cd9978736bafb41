//! Bots as their contacts meet them: a real server, a real simulator, real HTTP between the two. Time stands still until a
//! test turns the clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod bot;

mod ancient;
mod calls;
mod changed;
mod cluster;
mod code;
mod conversation;
mod damaged;
mod delivery;
mod elsewhere;
mod failing;
mod files;
mod google;
mod heavy;
mod injection;
mod interrupted;
mod killed;
mod late;
mod models;
mod moved;
mod orphans;
mod people;
mod refused;
mod rotated;
mod same;
mod sending;
mod service;
mod services;
mod settings;
#[path = "../api/smtp.rs"]
#[expect(dead_code, reason = "the tests of the API use the rest")]
mod smtp;
mod standstill;
mod starters;
mod templates;
mod trouble;
mod verdicts;

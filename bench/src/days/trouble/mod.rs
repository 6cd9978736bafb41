//! The troubles, by what they are done to.

mod bot;
mod clock;
pub mod codes;
mod crowd;
mod disk;
mod graph;
mod inject;
mod token;

use std::path::Path;

use anyhow::Result;

use super::day::Day;
use super::stage::Stage;
use crate::product::Product;

/// Before the server starts. Answers how the trouble will be made, where there are several ways.
pub async fn prepare(day: Day, folder: &Path, product: &mut Product) -> Result<&'static str> {
    match day {
        Day::DiskFull | Day::ReadOnly => disk::prepare(folder, product).await,
        Day::ClockJumps => clock::prepare(folder, product),
        _ => Ok(""),
    }
}

/// After the server has ended.
pub async fn clean_up(day: Day, folder: &Path) {
    if matches!(day, Day::DiskFull | Day::ReadOnly) {
        disk::clean_up(folder).await;
    }
}

/// Begins, lasts, and ends.
pub async fn happen(stage: &mut Stage) -> Result<()> {
    match stage.day {
        Day::Codes => codes::refused(stage).await,
        Day::TooMany => graph::too_many(stage).await,
        Day::ProxyErrors => graph::proxy_errors(stage).await,
        Day::GraphAway => graph::away(stage).await,
        Day::Timeout => graph::timeout(stage).await,
        Day::HalfOpen => graph::half_open(stage).await,
        Day::Garbage => graph::garbage(stage).await,
        Day::SlowBody => graph::slow_body(stage).await,
        Day::DeadToken => token::dies(stage).await,
        Day::ClockJumps => clock::jumps(stage).await,
        Day::Locked => disk::locked(stage).await,
        Day::DiskFull => disk::full(stage).await,
        Day::ReadOnly => disk::read_only(stage).await,
        Day::DiskFails => disk::fails(stage).await,
        Day::Poison => bot::poison(stage).await,
        Day::Endless => bot::endless(stage).await,
        Day::Flood => crowd::flood(stage).await,
        Day::Slowloris => crowd::slowloris(stage).await,
    }
}

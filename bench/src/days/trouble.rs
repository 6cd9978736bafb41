//! The troubles.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::ledger::Fate;
use crate::meta::{Meta, Shape, Situation, Weather};
use crate::product::{Api, Product};

/// Size of the small disk.
const DISK: &str = "size=48m";

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Day {
    /// Each message is refused once, with every code that Meta has for it
    Errors,
    /// Nobody answers at Graph's address
    GraphAway,
    /// Calls get no answer, ever
    HalfOpen,
    /// Answers are no HTTP, or no JSON
    Garbage,
    /// Answers come byte by byte
    SlowBody,
    /// Tokens die, and are replaced
    DeadToken,
    /// Another process holds the store's lock
    Locked,
    /// The disk is full
    DiskFull,
}

impl Day {
    /// As it is written on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// A day's trouble and what it happens to.
pub struct Trouble<'t> {
    /// What.
    pub day: Day,
    /// Meta.
    pub meta: &'t Rc<Meta>,
    /// The server's API.
    pub api: &'t Api,
    /// Where the data lies.
    pub folder: &'t Path,
    /// The server.
    pub product: &'t Product,
    /// The Graph API, and its address.
    pub graph: JoinHandle<()>,
    /// Its address.
    pub address: SocketAddr,
}

/// Everything is taken; statuses come.
pub fn calm(situation: &mut Situation) -> Weather {
    Weather { statuses: vec![(situation.random.millis(5, 200), "delivered")], ..Weather::fine() }
}

/// Before the server starts.
pub async fn prepare(day: Day, folder: &Path) -> Result<()> {
    if day == Day::DiskFull {
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder).status().await?;
        if !mount.success() {
            bail!("a small disk can only be mounted by root");
        }
    }
    Ok(())
}

/// After the server has ended.
pub async fn clean_up(day: Day, folder: &Path) {
    if day == Day::DiskFull {
        // Nothing is left to do when it was not mounted.
        let _ = Command::new("umount").arg(folder).status().await;
    }
}

impl Trouble<'_> {
    /// Begins, lasts, and ends.
    pub async fn happen(self) -> Result<()> {
        match self.day {
            Day::Errors => self.weather(errors, 10).await,
            Day::HalfOpen => self.weather(half_open, 4).await,
            Day::Garbage => self.weather(garbage, 5).await,
            Day::SlowBody => self.weather(slow_body, 8).await,
            Day::GraphAway => return self.graph_away().await,
            Day::DeadToken => return self.dead_token().await,
            Day::Locked => return self.locked().await,
            Day::DiskFull => return self.disk_full().await,
        }
        Ok(())
    }

    async fn weather(&self, forecast: fn(&mut Situation) -> Weather, seconds: u64) {
        self.meta.expect(forecast);
        sleep(Duration::from_secs(seconds)).await;
    }

    async fn graph_away(self) -> Result<()> {
        self.meta.expect(|_| Weather { fate: Fate::Vanished, shape: Shape::Cut, statuses: vec![] });
        self.graph.abort();
        sleep(Duration::from_secs(8)).await;
        self.meta.open_graph_at(0, self.address).await?;
        Ok(())
    }

    async fn dead_token(self) -> Result<()> {
        let dead = |number| number < 3;
        self.meta.expect(move |situation| match situation.number {
            number if dead(number) => Weather::refused(401, 190),
            _ => calm(situation),
        });
        sleep(Duration::from_secs(6)).await;
        self.meta.expect(calm);
        for number in self.meta.numbers.iter().filter(|number| dead(number.index)) {
            self.api.replace_token(number).await?;
        }
        Ok(())
    }

    /// Longer than the server waits for the lock.
    async fn locked(self) -> Result<()> {
        let mut holder = Command::new("sqlite3")
            .arg(self.product.data.join("chasqui.db"))
            .stdin(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("needs the program sqlite3")?;
        let stdin = holder.stdin.as_mut().context("no standard input")?;
        stdin.write_all(b".timeout 5000\nBEGIN IMMEDIATE;\n").await?;
        sleep(Duration::from_secs(9)).await;
        holder.kill().await?;
        Ok(())
    }

    async fn disk_full(self) -> Result<()> {
        let path = self.folder.join("filler");
        let mut filler = File::create(&path)?;
        while filler.write_all(&[0; 4096]).is_ok() {}
        for _ in 0..60 {
            // What others give back is taken too.
            while filler.write_all(&[0; 512]).is_ok() {}
            sleep(Duration::from_millis(100)).await;
        }
        std::fs::remove_file(path)?;
        Ok(())
    }
}

fn errors(situation: &mut Situation) -> Weather {
    const FOR_NOW: [(u16, u32); 10] = [
        (500, 131_000),
        (500, 131_016),
        (503, 2),
        (503, 133_004),
        (400, 1),
        (429, 131_000),
        (500, 0x7fff_ffff),
        (400, 131_056),
        (400, 130_429),
        (429, 130_429),
    ];
    const FOR_GOOD: [(u16, u32); 8] = [
        (400, 131_026),
        (400, 131_008),
        (400, 131_009),
        (400, 131_051),
        (400, 131_030),
        (400, 131_021),
        (403, 130_497),
        (400, 130_472),
    ];
    if situation.attempt > 0 {
        return calm(situation);
    }
    let draw = situation.random.below(100);
    match draw {
        0..30 => {
            let (http, code) = FOR_GOOD[draw % FOR_GOOD.len()];
            Weather { fate: Fate::RefusedForGood, ..Weather::refused(http, code) }
        }
        // Two that pause the whole number come rarely.
        30..34 => Weather::refused(FOR_NOW[8 + draw % 2].0, FOR_NOW[8].1),
        34..90 => Weather::refused(FOR_NOW[draw % 8].0, FOR_NOW[draw % 8].1),
        _ => calm(situation),
    }
}

/// Half of them were taken, and statuses tell; nothing tells of the others.
fn half_open(situation: &mut Situation) -> Weather {
    unheard(situation, Shape::HalfOpen)
}

fn garbage(situation: &mut Situation) -> Weather {
    let bytes: &[u8] = match situation.random.below(4) {
        0 => b"\x16\x03\x01 no HTTP at all\r\n\r\n",
        1 => b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
        2 => b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        _ => b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"messages\":",
    };
    // The last one promises more than it holds: the connection must end for it.
    unheard(situation, Shape::Last(bytes.to_vec()))
}

fn unheard(situation: &mut Situation, shape: Shape) -> Weather {
    if situation.random.per_mille(500) {
        return Weather { fate: Fate::Vanished, shape, statuses: vec![] };
    }
    Weather { fate: Fate::TakenUnheard, shape, ..calm(situation) }
}

fn slow_body(situation: &mut Situation) -> Weather {
    Weather { shape: Shape::Slowly(Duration::from_secs(4)), ..calm(situation) }
}

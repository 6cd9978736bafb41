//! Memory and disk at one moment.

use std::fmt;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;
use chasqui_model::Timestamp;

use crate::histogram::whole;
use crate::meta::Meta;
use crate::product::{self, Running};

/// What is held.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    /// Messages of contacts so far.
    pub(super) messages: u64,
    /// Days that have passed on the fast clock.
    pub(super) days: f64,
    /// Memory of the server, in KiB; and the part of it that it has asked for itself.
    pub(super) resident: u64,
    pub(super) own: u64,
    /// Bytes of the database, of its log and of media.
    pub(super) database: u64,
    /// The part of it that receipts take, which are kept on purpose: one for everybody who was erased.
    pub(super) receipts: u64,
    pub(super) log: u64,
    pub(super) media: u64,
}

impl Sample {
    pub(super) fn take(meta: &Rc<Meta>, server: &Running, data: &Path, from: Timestamp) -> Result<Self> {
        let id = server.id()?;
        Ok(Self {
            messages: meta.ledger.borrow().taken_in(),
            days: meta.now().since(from).as_secs_f64() / 86_400.0,
            resident: product::usage(id)?.resident,
            own: own(id),
            database: super::bytes(data, "chasqui.db"),
            receipts: 0,
            log: super::bytes(data, "chasqui.db-wal"),
            media: folder(&data.join("media")),
        })
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "day {:>5.1}  {:>7} messages  memory {:>6.1} MiB  database {:>6.1} MiB  log {:>5.1} MiB",
            self.days,
            self.messages,
            whole(self.resident) / 1024.0,
            mebibytes(self.database),
            mebibytes(self.log),
        )
    }
}

/// Shares what receipts take at the end among the samples: they come evenly from the day on which people are erased.
pub(super) fn share_receipts(samples: &mut [Sample], sizes: &[(String, u64, u64)], from: f64) {
    let all: u64 = sizes.iter().filter(|(name, ..)| name.contains("erasure")).map(|it| it.1).sum();
    let end = samples.last().map_or(0.0, |it| it.days);
    for it in samples {
        let share = ((it.days - from) / (end - from).max(f64::EPSILON)).clamp(0.0, 1.0);
        // A share of a size is a size.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and all")]
        let bytes = (whole(all) * share) as u64;
        it.receipts = bytes.min(it.database);
    }
}

pub(super) fn mebibytes(bytes: u64) -> f64 {
    whole(bytes) / f64::from(1 << 20)
}

/// Anonymous memory in KiB: heap and stacks, without the program and mapped files.
fn own(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn folder(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    let of = |entry: fs::DirEntry| match entry.metadata() {
        Ok(it) if it.is_dir() => folder(&entry.path()),
        Ok(it) => it.len(),
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}

//! The clock on the wall is moved: by hand, by NTP after a long sleep, with a virtual machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::sleep;

use super::super::stage::{Stage, calm};
use super::graph::once;
use crate::meta::Shape;
use crate::product::Product;

const FILE: &str = "clock";

/// The server asks a library in place of the kernel what time it is. What measures durations stays right, as it does
/// when a clock is really moved.
pub(super) fn prepare(folder: &Path, product: &mut Product) -> Result<&'static str> {
    let library = library().context("needs the Debian package faketime")?;
    let file = folder.join(FILE);
    fs::write(&file, "+0s")?;
    let variables = [
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        ("DONT_FAKE_MONOTONIC", "1".into()),
    ];
    product.environment = variables.map(|(name, value)| (name.to_owned(), value)).into();
    Ok("libfaketime")
}

fn library() -> Option<PathBuf> {
    fs::read_dir("/usr/lib")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("faketime/libfaketimeMT.so.1")))
        .find(|path| path.exists())
}

pub(super) async fn jumps(stage: &mut Stage) -> Result<()> {
    stage.meta.expect(|situation| once(situation, 100, |_| Shape::Error(500, 131_000)));
    let seconds = if stage.short { 3 } else { 6 };
    for shift in ["+5h", "-4h", "+0s"] {
        fs::write(stage.folder().join(FILE), shift)?;
        sleep(Duration::from_secs(seconds)).await;
        look(stage, shift).await?;
    }
    stage.meta.expect(calm);
    Ok(())
}

/// The server's own idea of the time, told by a record that it has just written.
async fn look(stage: &mut Stage, shift: &str) -> Result<()> {
    let first = stage.first_healthy();
    let mut latest = String::new();
    for number in &stage.meta.numbers[first..] {
        let seen = stage.api.integration(number).await?;
        latest = latest.max(seen["last_activity_at"].as_str().unwrap_or_default().to_owned());
    }
    stage.claim(!latest.is_empty(), format!("at {shift} the server's last activity was {latest}"));
    Ok(())
}

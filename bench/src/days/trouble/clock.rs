//! The clock on the wall is moved: by hand, by NTP after a long sleep, with a virtual machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use chasqui_model::Timestamp;
use tokio::time::sleep;

use super::super::stage::{Stage, calm};
use super::graph::once;
use crate::meta::Shape;
use crate::product::Product;

const FILE: &str = "clock";
/// A number that nobody writes to: what is changed on it changes nothing else.
const ASKED: usize = 0;

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
    for (shift, hours) in [("+5h", 5), ("-4h", -4), ("+0s", 0)] {
        fs::write(stage.folder().join(FILE), shift)?;
        sleep(Duration::from_secs(seconds)).await;
        look(stage, shift, hours).await?;
    }
    stage.meta.expect(calm);
    Ok(())
}

/// The server's own idea of the time, told by a record that it writes now. Else the day would prove nothing.
async fn look(stage: &mut Stage, shift: &str, hours: i64) -> Result<()> {
    let number = &stage.meta.numbers[ASKED];
    stage.api.replace_token(number).await?;
    let seen = stage.api.integration(number).await?;
    let at = seen["updated_at"].as_str().unwrap_or_default();
    let (here, there) = (stage.meta.now(), Timestamp::parse(at));
    let apart = there.map(|there| (there.millis() - here.millis()).div_euclid(60_000));
    let right = apart.is_some_and(|apart| (apart - hours * 60).abs() <= 2);
    stage.claim(right, format!("at {shift} the server's clock said {at}"));
    Ok(())
}

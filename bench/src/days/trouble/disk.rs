//! The disk is full, takes no writes or fails; the database is locked.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::sleep;

use super::super::stage::{Stage, last_words};
use super::inject::Injection;
use crate::product::Product;

/// Size of the small disk.
const DISK: &str = "size=48m";
const MOUNTED: &str = "a small disk";
const LIMITED: &str = "a limit for the size of files";
/// A delivery may wait for the lock behind another write: twice the 5 s that the server waits.
const LOCK: Duration = Duration::from_secs(14);
/// Files may not grow beyond this where no disk can be mounted.
const LIMIT: u64 = 256 * 1024;

/// A small disk for the data. Where none can be mounted, files will not be let grow; the signal that comes with that
/// limit must then not end the process.
pub(super) async fn prepare(folder: &Path, product: &mut Product) -> Result<&'static str> {
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", DISK, "tmpfs"])
        .arg(folder)
        .stderr(Stdio::null())
        .status()
        .await;
    if mount.is_ok_and(|status| status.success()) {
        return Ok(MOUNTED);
    }
    product.within = ["sh", "-c", r#"trap "" XFSZ; exec "$@""#, "sh"].map(str::to_owned).into();
    Ok(LIMITED)
}

/// After the server has ended.
pub(super) async fn clean_up(folder: &Path) {
    // Nothing is left to do when it was not mounted.
    let _ = Command::new("umount").arg(folder).stderr(Stdio::null()).status().await;
}

pub(super) async fn full(stage: &mut Stage) -> Result<()> {
    let unavailable = stage.answered(503);
    if stage.way == MOUNTED {
        let path = stage.folder().join("filler");
        let mut filler = File::create(&path)?;
        while filler.write_all(&[0; 4096]).is_ok() {}
        for _ in 0..60 {
            // What others give back is taken too.
            while filler.write_all(&[0; 512]).is_ok() {}
            sleep(Duration::from_millis(100)).await;
        }
        std::fs::remove_file(path)?;
    } else {
        limit_files(stage, &LIMIT.to_string()).await?;
        sleep(Duration::from_secs(6)).await;
        limit_files(stage, "unlimited").await?;
    }
    aftermath(stage, unavailable).await
}

async fn limit_files(stage: &Stage, soft: &str) -> Result<()> {
    let status = Command::new("prlimit")
        .args(["--pid", &stage.server.id()?.to_string(), &format!("--fsize={soft}:unlimited")])
        .status()
        .await
        .context("needs the program prlimit")?;
    ensure!(status.success(), "prlimit may not limit the server here");
    Ok(())
}

pub(super) async fn read_only(stage: &mut Stage) -> Result<()> {
    let unavailable = stage.answered(503);
    failing(stage, "pwrite64,ftruncate,fallocate:error=EROFS", 6).await?;
    aftermath(stage, unavailable).await?;
    if stage.way == MOUNTED {
        refuses_to_start(stage).await?;
    }
    Ok(())
}

/// A start on a disk that takes no writes ends with words that name the place.
async fn refuses_to_start(stage: &mut Stage) -> Result<()> {
    stage.server.kill().await?;
    remount(stage, "ro").await?;
    // The log lies on that disk too, and its end says why the server did not start.
    let mut product = stage.product.clone();
    product.data = stage.folder().with_extension("readonly").join("data");
    let elsewhere = product.data.parent().context("no folder around the data")?.to_owned();
    std::fs::create_dir_all(&elsewhere)?;
    std::os::unix::fs::symlink(&stage.product.data, &product.data)?;
    let mut server = product.start(stage.graph_address, None)?;
    let ready = server.ready().await?;
    let words = last_words(&product);
    let named = words.contains("read-only") || words.contains("readonly") || words.contains("Read-only");
    let words = words.replace(&elsewhere.display().to_string(), "…");
    stage.claim(ready.is_none() && named, format!("a start on a read-only disk says: {words}"));
    std::fs::remove_dir_all(elsewhere)?;
    remount(stage, "rw").await?;
    stage.start().await
}

async fn remount(stage: &Stage, how: &str) -> Result<()> {
    let option = format!("remount,{how}");
    let status = Command::new("mount").args(["-o", &option]).arg(stage.folder()).status().await?;
    ensure!(status.success(), "mount -o {option} failed");
    Ok(())
}

pub(super) async fn fails(stage: &mut Stage) -> Result<()> {
    let unavailable = stage.answered(503);
    failing(stage, "fsync,fdatasync:error=EIO", 5).await?;
    failing(stage, "pwrite64:error=EIO:when=1+3", 5).await?;
    aftermath(stage, unavailable).await
}

async fn failing(stage: &Stage, rule: &str, seconds: u64) -> Result<()> {
    let injection = Injection::start(stage.server.id()?, rule).await?;
    sleep(Duration::from_secs(seconds)).await;
    injection.mend().await
}

/// It was seen, it passed by itself, and it left nothing behind that a kill brings out.
async fn aftermath(stage: &mut Stage, unavailable_before: u64) -> Result<()> {
    let refused = stage.answered(503) - unavailable_before;
    stage.claim(refused > 0, format!("{refused} deliveries answered 503"));
    stage.recovers().await;
    sleep(Duration::from_secs(2)).await;
    stage.kill_and_start().await
}

pub(super) async fn locked(stage: &mut Stage) -> Result<()> {
    let unavailable = stage.answered(503);
    let mut holder = Command::new("sqlite3")
        .arg(stage.product.data.join("chasqui.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("needs the program sqlite3")?;
    let stdin = holder.stdin.as_mut().context("no standard input")?;
    stdin.write_all(b".timeout 30000\nBEGIN IMMEDIATE;\nSELECT 'held';\n").await?;
    let mut word = [0; 4];
    holder.stdout.as_mut().context("no standard output")?.read_exact(&mut word).await?;
    sleep(LOCK).await;
    holder.kill().await?;
    let refused = stage.answered(503) - unavailable;
    stage.claim(refused > 0, format!("{refused} deliveries answered 503"));
    stage.recovers().await;
    Ok(())
}

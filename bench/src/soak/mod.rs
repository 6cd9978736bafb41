//! Weeks of conversations in minutes: the server's clock and the stand-in's run faster, so that conversations, keys and people
//! grow old and are erased while others talk. Memory and disk are looked at all the while: they must reach a plateau, and
//! what is on the disk must be explained.

mod crowd;
mod report;
mod sample;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chasqui_model::{Clock, Timestamp};
use sample::Sample;
use serde_json::json;
use tokio::process::Command;
use tokio::time::sleep;

use crate::chaos::free_address;
use crate::meta::Meta;
use crate::product::{self, Api, Bot, Product, Running};

/// What to do.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The server, built with kill points: only that build has a clock which can be turned
    #[arg(long)]
    binary: PathBuf,
    /// Messages that contacts write
    #[arg(long, default_value_t = 200_000)]
    messages: u32,
    /// Messages a second
    #[arg(long, default_value_t = 240)]
    rate: u32,
    /// Days that pass meanwhile
    #[arg(long, default_value_t = 36)]
    days: u32,
    /// After so many days an ended conversation is erased
    #[arg(long, default_value_t = 3)]
    retention: u32,
    /// Where the data folder is made
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Writes the page there
    #[arg(long)]
    page: Option<PathBuf>,
    /// The machine, the commit and the like: lines above the tables
    #[arg(long)]
    about: Vec<String>,
}

/// Numbers that are written to.
const NUMBERS: usize = 8;
/// Looks at memory and disk in a run.
const LOOKS: u32 = 240;
const SHORTEST: Duration = Duration::from_millis(500);
const DAY: Duration = Duration::from_hours(24);

/// Lives through it, and judges.
pub async fn run(options: Options) -> Result<()> {
    let folder = options.folder.as_deref().map_or_else(tempfile::tempdir, tempfile::tempdir_in)?;
    let time = Duration::from_secs(1) * options.messages / options.rate.max(1);
    let speed = speed(options.days, time);
    let from = Clock::system().now();
    let mut product = Product::new(options.binary.clone(), folder.path().join("data"), free_address()?);
    let token = product.bootstrap().await?;
    product.environment.push(("CHASQUI_CLOCK".into(), format!("{}:{speed}", from.millis())));
    let meta = Meta::in_time(NUMBERS, product.listen, 1, Clock::fast(from, speed));
    let (graph, _) = meta.open_graph(0).await?;
    let mut server = product.start(graph, None)?;
    server.ready().await?.context("the server ended by itself")?;
    let api = Api::new(product.listen, token);
    api.call("PATCH", "/account", &json!({ "retention_days": options.retention })).await?;
    product::connect(&api, &meta, &[Bot::Menu]).await?;
    println!(
        "{} messages in {} minutes, in which {} days pass; conversations are erased after {} days",
        options.messages,
        time.as_secs() / 60,
        options.days,
        options.retention
    );
    let mut samples = live(&options, &meta, &server, &product, (from, time)).await?;
    stop(&mut server).await?;
    let sizes = sizes(&product).await?;
    sample::share_receipts(&mut samples, &sizes, f64::from(options.retention));
    let verdict = meta.ledger.borrow().verdict();
    let lost: Vec<String> = verdict.laws.into_iter().flat_map(|law| law.examples).collect();
    let verdict = report::judge(&samples, &sizes, &lost);
    let page = report::page(&options.about, &samples, &sizes, &verdict);
    println!("\n{page}");
    if let Some(path) = &options.page {
        std::fs::write(path, &page).with_context(|| path.display().to_string())?;
    }
    if verdict.iter().any(|line| !line.holds) {
        bail!("the soak does not hold");
    }
    Ok(())
}

/// How many times as fast as usual, so that so many days pass in this time.
fn speed(days: u32, time: Duration) -> u32 {
    let speed = (DAY * days).as_secs() / time.as_secs().max(1);
    u32::try_from(speed.max(1)).unwrap_or(u32::MAX)
}

/// Has everybody talk, and looks now and then.
async fn live(
    options: &Options,
    meta: &Rc<Meta>,
    server: &Running,
    product: &Product,
    (from, time): (Timestamp, Duration),
) -> Result<Vec<Sample>> {
    let talking = crowd::start(meta, options.messages, options.rate);
    let (every, begun) = ((time / LOOKS).max(SHORTEST), Instant::now());
    let mut samples = vec![Sample::take(meta, server, &product.data, from)?];
    while !talking.is_finished() {
        sleep(every).await;
        let sample = Sample::take(meta, server, &product.data, from)?;
        println!("  {:>6} s  {sample}", begun.elapsed().as_secs());
        samples.push(sample);
    }
    talking.await?;
    Ok(samples)
}

/// SIGTERM, and the end in good order.
async fn stop(server: &mut Running) -> Result<()> {
    let id = server.id()?.to_string();
    Command::new("kill").args(["-TERM", id.as_str()]).status().await?;
    let ended = tokio::time::timeout(Duration::from_secs(15), server.child.wait()).await;
    ended.context("the server did not end")??;
    Ok(())
}

/// What one table or index takes.
#[derive(serde::Deserialize)]
struct Size {
    name: String,
    bytes: u64,
    rows: u64,
}

/// What the tables take, as `chasqui doctor --sizes` says it: name, bytes, rows.
async fn sizes(product: &Product) -> Result<Vec<(String, u64, u64)>> {
    let output = Command::new(&product.binary)
        .args(["doctor", "--sizes", "--data-dir"])
        .arg(&product.data)
        .output()
        .await?;
    let told: Vec<Size> =
        serde_json::from_slice(&output.stdout).context("`chasqui doctor --sizes` told no sizes")?;
    let sizes: Vec<_> = told.into_iter().map(|it| (it.name, it.bytes, it.rows)).collect();
    Ok(sizes)
}

/// All bytes of the files in a folder whose names begin so.
fn bytes(folder: &Path, begins: &str) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let of = |entry: std::fs::DirEntry| {
        let named = entry.file_name().to_string_lossy() == begins;
        named.then(|| entry.metadata().ok().map(|it| it.len())).flatten()
    };
    entries.flatten().filter_map(of).sum()
}

//! What happens to a fleet.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use tokio::time::sleep;

use super::link::Way;
use super::stage::{Stage, WORKERS};
use crate::meta::Weather;
use crate::random::Random;

/// Longer than a lease (5 s) and whatever a process could make of it.
const LONG: (usize, usize) = (8000, 9000);
/// After so long the parts of a process that is gone have been taken up by others: one fault at a time.
const APART: Duration = Duration::from_millis(8500);
/// How long a point may take to be passed often enough.
const PATIENCE: Duration = Duration::from_secs(12);
/// Passes of a point before the kill, at most.
const PASSES: usize = 60;
/// Points that only a process passes that takes webhooks.
const OF_WEBS: [&str; 2] = ["K03", "K07"];
/// Points that either passes.
const OF_BOTH: [&str; 2] = ["K01", "K02"];

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Trouble {
    /// Nothing but Meta's bad mood: what the others are to be compared with
    Calm,
    /// A worker is killed at any moment, one after the other
    Kill,
    /// A web process is killed at any moment
    Web,
    /// All processes die at kill points, and nobody waits for the others
    Points,
    /// A worker is stopped for longer than its lease, and goes on
    Pause,
    /// A worker is cut off from the database for longer than its lease
    Cut,
    /// PostgreSQL stops at once and recovers
    Database,
    /// PostgreSQL stops at once and its synchronous standby takes its place
    Promotion,
    /// All processes are replaced in good order, by a version with one migration more
    Rolling,
    /// A kill, a pause and a restart of the database: the short form
    Short,
}

/// Those of a full run.
pub const ALL: [Trouble; 9] = [
    Trouble::Calm,
    Trouble::Kill,
    Trouble::Web,
    Trouble::Points,
    Trouble::Pause,
    Trouble::Cut,
    Trouble::Database,
    Trouble::Promotion,
    Trouble::Rolling,
];

impl Trouble {
    /// What stands in the table.
    pub fn says(self) -> &'static str {
        match self {
            Self::Calm => "nothing, for a minute",
            Self::Kill => "SIGKILL of a worker, at any moment",
            Self::Web => "SIGKILL of a web process, at any moment",
            Self::Points => "workers and webs die at kill points, all at a time",
            Self::Pause => "SIGSTOP of a worker for 8 to 9 s, then SIGCONT",
            Self::Cut => "a worker cut off from the database for 8 to 9 s",
            Self::Database => "PostgreSQL stopped with `-m immediate`, started again",
            Self::Promotion => "PostgreSQL stopped with `-m immediate`, its synchronous standby promoted",
            Self::Rolling => "rolling restart by SIGTERM to a next version with a migration",
            Self::Short => "a kill, a pause, a restart of PostgreSQL",
        }
    }

    /// Faults of a full run.
    pub fn faults(self) -> usize {
        match self {
            Self::Calm => 0,
            Self::Kill | Self::Database => 8,
            Self::Web => 16,
            Self::Points => 50,
            Self::Pause | Self::Cut | Self::Promotion => 6,
            Self::Rolling => 10,
            Self::Short => 3,
        }
    }

    /// Whether workers need ways that can be cut.
    pub fn cuts(self) -> bool {
        self == Self::Cut
    }

    /// Whether the database needs a standby.
    pub fn fails_over(self) -> bool {
        self == Self::Promotion
    }

    /// How long a number may be silent, where the trouble comes one at a time and nothing else is missing.
    pub fn longest_silence(self) -> Option<Duration> {
        matches!(self, Self::Kill | Self::Web | Self::Rolling).then_some(Duration::from_secs(8))
    }
}

/// What the run is told.
pub struct Plan<'a> {
    /// How often.
    pub faults: usize,
    /// The kill points.
    pub points: &'a [String],
    /// Chance.
    pub random: Random,
}

/// Lets it happen. Answers how many faults there were.
pub async fn happen(trouble: Trouble, stage: &mut Stage, plan: &mut Plan<'_>) -> Result<usize> {
    if trouble == Trouble::Points {
        return at_points(stage, plan).await;
    }
    if trouble == Trouble::Short {
        kill(stage, &mut plan.random, 0).await?;
        stage.pass(APART).await?;
        pause(stage, &mut plan.random, 1).await?;
        // Nothing is left in doubt that would be waited for at the end.
        stage.meta.expect(|_| Weather::fine());
        stage.pass(Duration::from_secs(2)).await?;
        database(stage, &mut plan.random).await?;
        return Ok(3);
    }
    if trouble == Trouble::Calm {
        stage.pass(Duration::from_mins(1)).await?;
    }
    for fault in 0..plan.faults {
        let random = &mut plan.random;
        let members = stage.members.len();
        match trouble {
            Trouble::Kill => {
                kill(stage, random, fault % WORKERS).await?;
                stage.pass(APART).await?;
            }
            Trouble::Web => {
                kill(stage, random, WORKERS + fault % (members - WORKERS)).await?;
                stage.pass(random.millis(200, 1500)).await?;
            }
            Trouble::Pause => {
                pause(stage, random, fault % WORKERS).await?;
                stage.pass(random.millis(2000, 3000)).await?;
            }
            Trouble::Cut => {
                let way = if fault % 3 == 2 { Way::Refused } else { Way::Silent };
                cut(stage, random, fault % WORKERS, way).await?;
                stage.pass(random.millis(2000, 3000)).await?;
            }
            Trouble::Database => {
                database(stage, random).await?;
                stage.pass(random.millis(3000, 5000)).await?;
            }
            Trouble::Promotion => {
                stage.note_fault();
                stage.cluster.fail_over(random.millis(0, 1500)).await?;
                stage.pass(random.millis(3000, 5000)).await?;
                stage.cluster.add_standby().await?;
                stage.pass(random.millis(1000, 2000)).await?;
            }
            Trouble::Rolling => replace(stage, fault % members, fault < members).await?,
            Trouble::Calm | Trouble::Points | Trouble::Short => {}
        }
    }
    Ok(plan.faults)
}

async fn kill(stage: &mut Stage, random: &mut Random, index: usize) -> Result<()> {
    stage.pass(random.millis(1, 500)).await?;
    stage.kill(index).await?;
    sleep(random.millis(0, 1000)).await;
    stage.start_and_wait(index).await.map(drop)
}

async fn pause(stage: &mut Stage, random: &mut Random, index: usize) -> Result<()> {
    stage.note_fault();
    stage.members[index].signal("STOP").await?;
    sleep(random.millis(LONG.0, LONG.1)).await;
    stage.members[index].signal("CONT").await
}

async fn cut(stage: &mut Stage, random: &mut Random, index: usize, how: Way) -> Result<()> {
    let time = random.millis(LONG.0, LONG.1);
    let way = |stage: &Stage, way| {
        if let Some(link) = &stage.members[index].link {
            link.set(way);
        }
    };
    stage.note_fault();
    way(stage, how);
    stage.pass(time).await?;
    way(stage, Way::Open);
    Ok(())
}

async fn database(stage: &mut Stage, random: &mut Random) -> Result<()> {
    stage.note_fault();
    stage.cluster.stop_at_once().await?;
    stage.pass(random.millis(0, 1500)).await?;
    stage.cluster.start().await
}

/// `upgrades`: the one that comes is the next version.
async fn replace(stage: &mut Stage, index: usize, upgrades: bool) -> Result<()> {
    let before = stage.migrations().await?;
    stage.count_refused(index).await;
    stage.note_fault();
    stage.members[index].stop().await?;
    if upgrades {
        stage.upgrade(index);
    }
    stage.start_and_wait(index).await?;
    let migrated = stage.migrations().await? > before;
    if migrated != (upgrades && index == 0) {
        bail!("the next version's migration ran at the wrong time: {before} had run before");
    }
    stage.pass(Duration::from_secs(1)).await
}

/// Where a process is to die next.
struct Doom {
    point: String,
    since: Instant,
}

/// Every process waits for its death at a point, and comes back to the next.
async fn at_points(stage: &mut Stage, plan: &mut Plan<'_>) -> Result<usize> {
    let (mut faults, mut turn) = (0, 0);
    let mut reached = BTreeSet::new();
    let mut dooms: Vec<Option<Doom>> = stage.members.iter().map(|_| None).collect();
    while faults < plan.faults || (reached.len() < plan.points.len() && faults < 3 * plan.faults) {
        for (index, doom) in dooms.iter_mut().enumerate() {
            let dead = stage.members[index].ended()?.is_some();
            match doom {
                Some(doom) if dead => {
                    reached.insert(doom.point.clone());
                }
                Some(doom) if doom.since.elapsed() < PATIENCE => continue,
                None if dead => bail!("{} ended by itself", stage.members[index].name),
                _ => stage.kill(index).await?,
            }
            faults += 1;
            let works = stage.members[index].works;
            let passes = |point: &&String| {
                let of_both = OF_BOTH.contains(&point.as_str());
                of_both || works != OF_WEBS.contains(&point.as_str())
            };
            let points: Vec<&String> = plan.points.iter().filter(passes).collect();
            let Some(point) = points.get(turn % points.len().max(1)) else { bail!("no kill point is named") };
            turn += 1;
            let crash_at = format!("{point}:{}", 1 + plan.random.below(PASSES));
            stage.start(index, Some(&crash_at)).await?;
            *doom = Some(Doom { point: (*point).clone(), since: Instant::now() });
        }
        sleep(plan.random.millis(50, 400)).await;
    }
    for index in 0..stage.members.len() {
        stage.kill(index).await?;
        stage.start_and_wait(index).await?;
    }
    let missed: Vec<&str> =
        plan.points.iter().map(String::as_str).filter(|point| !reached.contains(*point)).collect();
    if !missed.is_empty() {
        println!("  nobody died at {}", missed.join(", "));
    }
    Ok(faults + stage.members.len())
}

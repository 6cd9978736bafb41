//! Closed loop: each contact writes, waits for the answer, writes again. As fast as the server lets them.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{sleep, timeout};

use super::figure::Figure;
use super::meter::Meter;
use super::rig::Rig;
use crate::meta::Meta;

/// Messages of a contact before another takes its place: below the 45 that may be sent to one person at once.
const MESSAGES: usize = 39;
/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_mins(1);
const WARM_UP: Duration = Duration::from_secs(2);

/// Contacts who talk until they are told to stop.
pub struct Talkers {
    stop: Rc<Cell<bool>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Talkers {
    /// So many at a time.
    pub fn start(meta: &Rc<Meta>, meter: &Rc<Meter>, count: usize) -> Self {
        let stop = Rc::new(Cell::new(false));
        let tasks = (0..count)
            .map(|place| {
                let (meta, meter, stop) = (Rc::clone(meta), Rc::clone(meter), Rc::clone(&stop));
                spawn_local(async move {
                    while !stop.get() {
                        talk(&meta, &meter, place % meta.numbers.len(), &stop).await;
                    }
                })
            })
            .collect();
        Self { stop, tasks }
    }

    /// Lets everybody get the last answer.
    pub async fn finish(self) {
        self.stop.set(true);
        for task in self.tasks {
            // An error would be a panic, which has been printed.
            let _ = task.await;
        }
    }
}

/// Warms up, then measures for so long.
pub async fn run(rig: &Rig, count: usize, time: Duration) -> Result<Vec<Figure>> {
    let meter = Rc::new(Meter::default());
    let talkers = Talkers::start(&rig.meta, &meter, count);
    sleep(WARM_UP.min(time / 2)).await;
    meter.begin(rig)?;
    sleep(time).await;
    let figures = meter.figures(rig)?;
    talkers.finish().await;
    Ok(figures)
}

/// One contact's whole acquaintance with the bot.
async fn talk(meta: &Rc<Meta>, meter: &Meter, number: usize, stop: &Cell<bool>) {
    let contact = meta.add_contact(number);
    let mut replies = meta.read(contact);
    let mut button = None;
    for _ in 0..MESSAGES {
        if stop.get() {
            break;
        }
        let since = Instant::now();
        let Some(parcel) = meta.write(contact, button.as_deref()) else { break };
        if meta.attempt(&parcel).await != Some(200) {
            meta.deliver(&parcel).await;
        }
        meter.ack(since);
        // What never comes is lost, and the ledger says so.
        let Ok(Some(reply)) = timeout(PATIENCE, replies.recv()).await else { break };
        meter.reply(since, reply.at);
        button = reply.button;
    }
    meta.stop_reading(contact);
}

//! Open loop: messages come at a fixed rate, whatever the server does. Times count from when a message was to be sent,
//! so that a stall is charged for everything that had to wait behind it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{sleep, sleep_until};

use super::figure::Figure;
use super::meter::Meter;
use super::rig::Rig;
use crate::mark::Mark;
use crate::meta::{Meta, Parcel};

const WARM_UP: Duration = Duration::from_secs(2);
/// Nobody waits longer for the last answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// Contacts who write in turn, each once a second, at the numbers from `first` on.
pub struct Stream {
    /// Messages a second.
    pub rate: u32,
    /// The first number that is written to.
    pub first: usize,
}

/// When messages were to be sent, for those that are not answered.
type Waiting = Rc<RefCell<HashMap<Mark, Instant>>>;

impl Stream {
    /// Warms up, then measures for so long, and waits for the last answer. Fails when the rate is not kept up.
    pub async fn run(&self, rig: &Rig, time: Duration) -> Result<Vec<Figure>> {
        let meter = Rc::new(Meter::default());
        let stop = Rc::new(Cell::new(false));
        let sender = self.start(&rig.meta, &meter, &stop);
        sleep(WARM_UP).await;
        meter.begin(rig)?;
        sleep(time).await;
        let mut figures = meter.figures(rig)?;
        stop.set(true);
        let late = sender.await?;
        figures.push(Figure::new("generator's longest delay, ms", late.as_secs_f64() * 1000.0));
        settle(&rig.meta).await;
        Ok(figures)
    }

    /// Writes until it is told to stop. Answers how far it fell behind its own plan.
    pub fn start(&self, meta: &Rc<Meta>, meter: &Rc<Meter>, stop: &Rc<Cell<bool>>) -> JoinHandle<Duration> {
        let numbers = meta.numbers.len() - self.first;
        let contacts: Vec<u32> =
            (0..self.rate as usize).map(|place| meta.add_contact(self.first + place % numbers)).collect();
        let waiting = Waiting::default();
        collect(meta, meter, &contacts, &waiting);
        let (meta, meter, stop, rate) = (Rc::clone(meta), Rc::clone(meter), Rc::clone(stop), self.rate);
        spawn_local(async move {
            let start = Instant::now();
            let mut latest = Duration::ZERO;
            for place in 0_u32.. {
                let due = start + Duration::from_secs(1) * place / rate;
                if due > Instant::now() {
                    sleep_until(due.into()).await;
                }
                if stop.get() {
                    break;
                }
                latest = latest.max(due.elapsed());
                let contact = contacts[place as usize % contacts.len()];
                let Some(mark) = meta.ledger.borrow_mut().write(contact, None) else { break };
                waiting.borrow_mut().insert(mark, due);
                if let Some(parcel) = meta.pack(&[(mark, None)]) {
                    spawn_local(post(Rc::clone(&meta), Rc::clone(&meter), parcel, due));
                }
            }
            latest
        })
    }
}

async fn post(meta: Rc<Meta>, meter: Rc<Meter>, parcel: Parcel, due: Instant) {
    if meta.attempt(&parcel).await != Some(200) {
        meta.deliver(&parcel).await;
    }
    meter.ack(due);
}

fn collect(meta: &Meta, meter: &Rc<Meter>, contacts: &[u32], waiting: &Waiting) {
    let mut replies = meta.read_together(contacts);
    let (meter, waiting) = (Rc::clone(meter), Rc::clone(waiting));
    spawn_local(async move {
        while let Some(reply) = replies.recv().await {
            if let Some(due) = waiting.borrow_mut().remove(&reply.mark) {
                meter.reply(due, reply.at);
            }
        }
    });
}

/// Waits until everything is answered, but not for ever.
pub async fn settle(meta: &Meta) {
    let start = Instant::now();
    while (meta.ledger.borrow().open() > 0 || meta.open_statuses() > 0) && start.elapsed() < PATIENCE {
        sleep(Duration::from_millis(20)).await;
    }
}

//! Many who write at once: first messages, two messages back to back, and conversations left open.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::spawn_local;

use super::figure::{Figure, Target};
use super::meter::Meter;
use super::open::settle;
use super::rig::Rig;
use crate::histogram::whole;

/// Deliveries under way at a time.
const AT_ONCE: usize = 256;

/// Deliveries answered 200.
pub const ACKS: &str = "flood: acks/s";

/// So many contacts write for the first time, as fast as the server takes it.
pub async fn first_messages(rig: &Rig, count: usize) -> Result<Vec<Figure>> {
    let taken_in = write(rig, count, 1).await?;
    let (meter, time) = (taken_in.meter, taken_in.time.as_secs_f64());
    let mut figures = vec![Figure::new(ACKS, whole(count as u64) / time)];
    settle(&rig.meta).await;
    figures.extend(meter.figures(rig)?);
    let answered = whole(rig.meta.ledger.borrow().taken());
    figures.push(Figure::new("answered", answered).against(Target::at_least(whole(count as u64), None)));
    Ok(figures)
}

/// So many contacts write twice, the second time when the first was answered 200 and without waiting for the bot.
pub async fn pairs(rig: &Rig, count: usize) -> Result<Vec<Figure>> {
    let taken_in = write(rig, count, 2).await?;
    settle(&rig.meta).await;
    taken_in.meter.figures(rig)
}

/// Opens conversations, kills the server, and sees how long it takes until it is there again and all of them go on.
pub async fn restart(rig: &mut Rig, count: usize) -> Result<Vec<Figure>> {
    write(rig, count, 1).await?;
    settle(&rig.meta).await;
    let ready = rig.restart().await?;
    let parcel = rig.meta.write(0, None);
    let since = Instant::now();
    let mut replies = rig.meta.read(0);
    if let Some(parcel) = parcel {
        rig.meta.deliver(&parcel).await;
        replies.recv().await;
    }
    Ok(vec![
        Figure::new("ready after SIGKILL, s", ready.as_secs_f64()),
        Figure::new("first answer after that, ms", since.elapsed().as_secs_f64() * 1000.0),
        Figure::new("memory after the start, MiB", whole(rig.usage()?.resident) / 1024.0),
    ])
}

/// These contacts write for the first time. Answers how many deliveries were answered 200 in a second.
pub async fn introduce(rig: &Rig, contacts: Vec<u32>) -> Result<f64> {
    let count = whole(contacts.len() as u64);
    Ok(count / write_as(rig, contacts, 1).await?.time.as_secs_f64())
}

struct TakenIn {
    meter: Rc<Meter>,
    time: Duration,
}

/// Has each of many new contacts write some messages. Ends when all were answered 200.
async fn write(rig: &Rig, contacts: usize, messages: usize) -> Result<TakenIn> {
    let meta = &rig.meta;
    let ids = (0..contacts).map(|place| meta.add_contact(place % meta.numbers.len())).collect();
    write_as(rig, ids, messages).await
}

/// As [`write()`], with these contacts.
async fn write_as(rig: &Rig, ids: Vec<u32>, messages: usize) -> Result<TakenIn> {
    let (meter, meta) = (Rc::new(Meter::default()), &rig.meta);
    count_replies(rig, &meter, &ids);
    let next = Rc::new(Cell::new(0));
    meter.begin(rig)?;
    let start = Instant::now();
    let ids = Rc::new(ids);
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (meta, meter, next, ids) =
                (Rc::clone(meta), Rc::clone(&meter), Rc::clone(&next), Rc::clone(&ids));
            spawn_local(async move {
                while let Some(contact) = ids.get(next.get()).copied() {
                    next.set(next.get() + 1);
                    for _ in 0..messages {
                        let since = Instant::now();
                        let Some(parcel) = meta.write(contact, None) else { continue };
                        if meta.attempt(&parcel).await != Some(200) {
                            meta.deliver(&parcel).await;
                        }
                        meter.ack(since);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(TakenIn { meter, time: start.elapsed() })
}

/// Times of answers, counted from the start: how long the last one had to wait.
fn count_replies(rig: &Rig, meter: &Rc<Meter>, contacts: &[u32]) {
    let mut replies = rig.meta.read_together(contacts);
    let (meter, start) = (Rc::clone(meter), Instant::now());
    spawn_local(async move {
        while let Some(reply) = replies.recv().await {
            meter.reply(start, reply.at);
        }
    });
}

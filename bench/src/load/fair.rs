//! A number in trouble beside healthy ones: it must not cost them anything.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::spawn_local;
use tokio::time::sleep;

use super::figure::Figure;
use super::meter::Meter;
use super::open::{Stream, settle};
use super::rig::Rig;
use crate::ledger::Fate;
use crate::meta::{Meta, Shape, Weather};

/// The number in trouble; the others are healthy.
const SICK: usize = 0;
/// What the healthy ones get in a second, together.
const RATE: u32 = 300;

/// What the trouble is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Calls for it are answered after 20 s.
    Slow,
    /// Its token is refused.
    DeadToken,
    /// 20,000 contacts write to it at once.
    Flood,
}

/// Healthy numbers at a fixed rate, without and then with a sick one beside them.
pub async fn run(rig: &Rig, trouble: Trouble, time: Duration) -> Result<Vec<Figure>> {
    let meter = Rc::new(Meter::default());
    let stop = Rc::new(Cell::new(false));
    let stream = Stream { rate: RATE, first: SICK + 1 };
    let sender = stream.start(&rig.meta, &meter, &stop);
    sleep(Duration::from_secs(2)).await;
    meter.begin(rig)?;
    sleep(time / 2).await;
    let before = meter.replies.borrow().millis_at(990);

    rig.meta.expect(move |situation| match trouble {
        _ if situation.number != SICK => Weather::fine(),
        Trouble::Slow => Weather::slow(Duration::from_secs(20)),
        Trouble::DeadToken => {
            Weather { fate: Fate::Refused, shape: Shape::Error(401, 190), statuses: vec![] }
        }
        Trouble::Flood => Weather::fine(),
    });
    press(&rig.meta, if trouble == Trouble::Flood { 20_000 } else { 1000 });
    meter.begin(rig)?;
    sleep(time).await;
    let mut figures = meter.figures(rig)?;
    figures.push(Figure::new("reply p99 before the trouble, ms", before));
    stop.set(true);
    sender.await?;
    if trouble != Trouble::DeadToken {
        settle(&rig.meta).await;
    }
    Ok(figures)
}

/// New contacts write to the sick number, as fast as they are answered 200.
fn press(meta: &Rc<Meta>, contacts: usize) {
    let left = Rc::new(Cell::new(contacts));
    for _ in 0..16 {
        let (meta, left) = (Rc::clone(meta), Rc::clone(&left));
        spawn_local(async move {
            while left.get() > 0 {
                left.set(left.get() - 1);
                if let Some(parcel) = meta.write(meta.add_contact(SICK), None) {
                    meta.deliver(&parcel).await;
                }
            }
        });
    }
}

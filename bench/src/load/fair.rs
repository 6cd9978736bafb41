//! A number in trouble beside healthy ones: it must not cost them anything. The healthy ones get a fixed rate, first
//! alone and then beside the trouble, and the two 99th percentiles of their answers are compared.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::figure::{Figure, Target};
use super::flood;
use super::meter::Meter;
use super::open::{Stream, settle};
use super::rig::Rig;
use crate::histogram::{Histogram, whole};
use crate::ledger::Fate;
use crate::meta::{Shape, Weather};

/// The number in trouble; the others are healthy.
const SICK: usize = 0;
/// What the healthy ones get in a second, together.
const RATE: u32 = 300;
/// So many messages wait at the flooded number.
const FLOOD: usize = 50_000;
/// What Meta allows a number of the usual level: it takes ten minutes to send the flood.
const USUAL_RATE: u32 = 80;
/// So many people have written before.
const SEEN: usize = 20_000;
const WARM_UP: Duration = Duration::from_secs(5);
/// So many people write to a number that cannot send.
const PRESS: usize = 1000;
/// A call times out after 30 s. What that costs must be in what is measured.
const UNTIL_TIMEOUT: Duration = Duration::from_secs(26);

/// What the trouble is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Calls for it are never answered: they time out.
    Slow,
    /// Its token is refused.
    DeadToken,
    /// 50,000 messages wait at it.
    Flood,
}

/// The answer's 99th percentile beside the trouble, by the quiet one.
pub const RATIO: &str = "reply p99 beside the trouble : quiet";

/// Healthy numbers at a fixed rate, alone and then with a sick one beside them.
pub async fn run(rig: &Rig, trouble: Trouble, time: Duration) -> Result<Vec<Figure>> {
    // A store that has been in use: an empty one is faster for some seconds, which would be taken for quiet.
    let contacts =
        (0..SEEN).map(|place| rig.meta.add_contact(SICK + 1 + place % (rig.meta.numbers.len() - 1)));
    flood::introduce(rig, contacts.collect()).await?;
    settle(&rig.meta).await;
    let healthy = Healthy::start(rig);
    sleep(WARM_UP).await;
    healthy.forget();
    sleep(time).await;
    let (quiet_acks, quiet) = healthy.taken();

    fall_ill(rig, trouble).await?;
    let (_, outbreak) = healthy.taken();
    if trouble == Trouble::Slow {
        sleep(UNTIL_TIMEOUT).await;
    }
    healthy.forget();
    healthy.meter.begin(rig)?;
    sleep(time).await;
    let mut figures = healthy.meter.figures(rig)?;
    let (acks, beside) = healthy.taken();

    let p99 = |histogram: &Histogram| histogram.millis_at(990);
    figures.extend([
        Figure::new("quiet: ack p99, ms", p99(&quiet_acks)),
        Figure::new("beside the trouble: ack p99, ms", p99(&acks)),
        Figure::new("quiet: reply p99, ms", p99(&quiet)),
        Figure::new("while the trouble begins: reply p99, ms", p99(&outbreak)),
        Figure::new("beside the trouble: reply p99, ms", p99(&beside)),
        Figure::new(RATIO, p99(&beside) / p99(&quiet).max(0.001)).against(Target::at_most(2.0, None)),
    ]);
    let waiting = rig.meta.ledger.borrow().open_at(SICK);
    figures.push(Figure::new("messages waiting at the number in trouble", whole(waiting as u64)));
    recover(rig, trouble).await?;
    healthy.stop.set(true);
    healthy.sender.await?;
    settle(&rig.meta).await;
    Ok(figures)
}

/// The stream to the healthy numbers.
struct Healthy {
    meter: Rc<Meter>,
    stop: Rc<Cell<bool>>,
    sender: JoinHandle<Duration>,
}

impl Healthy {
    fn start(rig: &Rig) -> Self {
        let (meter, stop) = (Rc::new(Meter::default()), Rc::new(Cell::new(false)));
        let sender = Stream { rate: RATE, first: SICK + 1 }.start(&rig.meta, &meter, &stop);
        Self { meter, stop, sender }
    }

    /// Acknowledgements and answers since the last time.
    fn taken(&self) -> (Histogram, Histogram) {
        (self.meter.acks.take(), self.meter.replies.take())
    }

    fn forget(&self) {
        drop(self.taken());
    }
}

/// The trouble begins: people write to the sick number, as fast as they are answered 200.
async fn fall_ill(rig: &Rig, trouble: Trouble) -> Result<()> {
    rig.meta.expect(move |situation| match trouble {
        _ if situation.number != SICK => Weather::fine(),
        Trouble::Slow => Weather { fate: Fate::Vanished, shape: Shape::HalfOpen, statuses: vec![] },
        Trouble::DeadToken => Weather::refused(401, 190),
        Trouble::Flood => Weather::fine(),
    });
    if trouble == Trouble::Flood {
        rig.api()?.limit(&rig.meta.numbers[SICK], USUAL_RATE).await?;
    }
    let count = if trouble == Trouble::Flood { FLOOD } else { PRESS };
    let contacts = (0..count).map(|_| rig.meta.add_contact(SICK)).collect();
    flood::introduce(rig, contacts).await?;
    Ok(())
}

/// The trouble ends, as far as it can within a run.
async fn recover(rig: &Rig, trouble: Trouble) -> Result<()> {
    rig.meta.expect(|_| Weather::fine());
    match trouble {
        Trouble::DeadToken => rig.api()?.replace_token(&rig.meta.numbers[SICK]).await?,
        // Their messages leave in half a minute, or in ten: longer than a run waits.
        Trouble::Slow | Trouble::Flood => rig.meta.ledger.borrow_mut().set_aside(SICK),
    }
    Ok(())
}

//! Too many at once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::sleep;

use super::super::stage::Stage;
use crate::histogram::Histogram;
use crate::load::{Meter, Stream};

/// The number that is flooded.
const FLOODED: usize = 0;
const FLOOD: usize = 3000;
/// Messages a second for the others.
const RATE: u32 = 40;
/// Nobody beside a flood waits longer, on a machine that does other things too.
const SOON: f64 = 1000.0;
const SLOW_CLIENTS: usize = 500;
/// The server's patience with a head is 10 s, with a body 15 s.
const CUT_OFF: Duration = Duration::from_secs(20);

/// Ordinary traffic whose times are taken.
struct Probe {
    meter: Rc<Meter>,
    stop: Rc<Cell<bool>>,
    sender: JoinHandle<Duration>,
}

impl Probe {
    fn start(stage: &Stage) -> Self {
        let (meter, stop) = (Rc::new(Meter::default()), Rc::new(Cell::new(false)));
        let stream = Stream { rate: RATE, first: stage.first_healthy() };
        let sender = stream.start(&stage.meta, &meter, &stop);
        Self { meter, stop, sender }
    }

    async fn stop(self) -> Result<()> {
        self.stop.set(true);
        self.sender.await?;
        Ok(())
    }
}

/// What was measured since the last time.
fn taken(histogram: &RefCell<Histogram>) -> Histogram {
    histogram.replace(Histogram::default())
}

pub(super) async fn flood(stage: &mut Stage) -> Result<()> {
    let probe = Probe::start(stage);
    sleep(Duration::from_secs(3)).await;
    let quiet = taken(&probe.meter.replies).millis_at(990);

    let left = Rc::new(Cell::new(FLOOD));
    let writers: Vec<_> = (0..16)
        .map(|_| {
            let (meta, left) = (Rc::clone(&stage.meta), Rc::clone(&left));
            spawn_local(async move {
                while left.get() > 0 {
                    left.set(left.get() - 1);
                    if let Some(parcel) = meta.write(meta.add_contact(FLOODED), None) {
                        meta.deliver(&parcel).await;
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await?;
    }
    sleep(Duration::from_secs(1)).await;
    let beside = taken(&probe.meter.replies).millis_at(990);
    probe.stop().await?;
    stage.claim(
        beside <= SOON,
        format!("reply p99 of the others {quiet:.0} ms before, {beside:.0} ms beside it"),
    );
    Ok(())
}

pub(super) async fn slowloris(stage: &mut Stage) -> Result<()> {
    let probe = Probe::start(stage);
    sleep(Duration::from_secs(2)).await;
    taken(&probe.meter.acks);
    let mut clients = Vec::new();
    for place in 0..SLOW_CLIENTS {
        let path = stage.meta.numbers[stage.first_healthy()].webhook.borrow().clone();
        clients.push(spawn_local(dawdle(TcpStream::connect(stage.product.listen).await?, path, place)));
    }
    sleep(Duration::from_secs(6)).await;
    let open = clients.iter().filter(|client| !client.is_finished()).count();
    let acks = taken(&probe.meter.acks);
    let p99 = acks.millis_at(990);
    let text = format!("ack p99 {p99:.0} ms over {} deliveries beside {open} open connections", acks.count());
    stage.claim(open == SLOW_CLIENTS && acks.count() > 0 && p99 <= SOON, text);

    let gone = stage.within(CUT_OFF, async || clients.iter().all(JoinHandle::is_finished)).await;
    let left = clients.iter().filter(|client| !client.is_finished()).count();
    stage.claim(
        gone.is_some(),
        format!("{left} of them still open {} s after their start", CUT_OFF.as_secs()),
    );
    probe.stop().await?;
    clients.iter().for_each(JoinHandle::abort);
    Ok(())
}

/// A client that never finishes its request; ends when the server cuts it off.
async fn dawdle(mut stream: TcpStream, path: String, place: usize) {
    let head = format!("POST {path} HTTP/1.1\r\nhost: chasqui\r\ncontent-length: 1000\r\n");
    // Nothing, half a head and silence, half a body byte by byte, a head that never ends.
    let (start, drip) = match place % 4 {
        0 => (String::new(), false),
        1 => (head, false),
        2 => (head + "\r\n{", true),
        _ => (head, true),
    };
    if stream.write_all(start.as_bytes()).await.is_err() {
        return;
    }
    loop {
        sleep(Duration::from_millis(500)).await;
        if drip && stream.write_all(b"x").await.is_err() {
            return;
        }
        let mut byte = [0; 512];
        match stream.try_read(&mut byte) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

//! The Graph API has a bad day.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::super::stage::{Stage, calm};
use crate::ledger::Fate;
use crate::meta::{Shape, Situation, Weather};

/// Longer than the server's patience with a call.
const TOO_LONG: Duration = Duration::from_secs(40);

/// Weather for so many seconds. Claims that deliveries were answered 200 all the same.
async fn weather(stage: &mut Stage, seconds: u64, forecast: fn(&mut Situation) -> Weather) {
    stage.meta.expect(forecast);
    sleep(Duration::from_secs(if stage.short { 3 } else { seconds })).await;
    stage.meta.expect(calm);
    all_acknowledged(stage);
}

/// Whatever Graph does, Meta's deliveries are taken.
fn all_acknowledged(stage: &mut Stage) {
    let others: u64 = {
        let ledger = stage.meta.ledger.borrow();
        ledger.answers().iter().filter(|(status, _)| **status != 200).map(|(_, count)| count).sum()
    };
    stage.claim(others == 0, format!("{others} deliveries not answered 200"));
}

pub(super) async fn too_many(stage: &mut Stage) -> Result<()> {
    weather(stage, 6, |situation| once(situation, 500, |_| proxy_page(429))).await;
    Ok(())
}

pub(super) async fn proxy_errors(stage: &mut Stage) -> Result<()> {
    weather(stage, 6, |situation| once(situation, 500, |draw| proxy_page([500, 502, 503][draw % 3]))).await;
    Ok(())
}

/// So many of a thousand first attempts are refused for now.
pub(super) fn once(situation: &mut Situation, per_mille: usize, shape: fn(usize) -> Shape) -> Weather {
    if situation.attempt > 0 || !situation.random.per_mille(per_mille) {
        return calm(situation);
    }
    let shape = shape(situation.random.below(1000));
    Weather { fate: Fate::Refused, shape, statuses: Vec::new() }
}

fn proxy_page(status: u16) -> Shape {
    let page = "<html><body>The service is busy</body></html>";
    Shape::Other(
        format!(
            "HTTP/1.1 {status} Busy\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}",
            page.len()
        )
        .into_bytes(),
    )
}

pub(super) async fn away(stage: &mut Stage) -> Result<()> {
    stage.meta.expect(|_| Weather { fate: Fate::Vanished, shape: Shape::Cut, statuses: vec![] });
    stage.graph.abort();
    sleep(Duration::from_secs(8)).await;
    (_, stage.graph) = stage.meta.open_graph_at(0, stage.graph_address).await?;
    stage.meta.expect(calm);
    all_acknowledged(stage);
    Ok(())
}

pub(super) async fn timeout(stage: &mut Stage) -> Result<()> {
    weather(stage, 4, |situation| unheard(situation, Shape::After(TOO_LONG))).await;
    Ok(())
}

pub(super) async fn half_open(stage: &mut Stage) -> Result<()> {
    weather(stage, 4, |situation| unheard(situation, Shape::HalfOpen)).await;
    Ok(())
}

pub(super) async fn garbage(stage: &mut Stage) -> Result<()> {
    weather(stage, 5, |situation| {
        let bytes: &[u8] = match situation.random.below(4) {
            0 => b"\x16\x03\x01 no HTTP at all\r\n\r\n",
            1 => b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
            2 => b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
            _ => b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"messages\":",
        };
        // The last one promises more than it holds: the connection must end for it.
        unheard(situation, Shape::Last(bytes.to_vec()))
    })
    .await;
    Ok(())
}

/// Half of them were taken, and statuses tell; nothing tells of the others.
fn unheard(situation: &mut Situation, shape: Shape) -> Weather {
    if situation.random.per_mille(500) {
        return Weather { fate: Fate::Vanished, shape, statuses: vec![] };
    }
    Weather { fate: Fate::TakenUnheard, shape, ..calm(situation) }
}

pub(super) async fn slow_body(stage: &mut Stage) -> Result<()> {
    weather(stage, 8, |situation| Weather {
        shape: Shape::Slowly(Duration::from_secs(4)),
        ..calm(situation)
    })
    .await;
    Ok(())
}

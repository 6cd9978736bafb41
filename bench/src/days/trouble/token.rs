//! Access tokens that die.

use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::super::stage::{Stage, calm};
use crate::meta::{Number, Weather};

/// Numbers whose token dies.
const DEAD: usize = 3;
/// More calls than this with a dead token are not "held": one a number finds out, those under way at that moment may
/// follow.
const CALLS: u64 = 64;

pub(super) async fn dies(stage: &mut Stage) -> Result<()> {
    let first = stage.first_healthy();
    let dead = first..first + DEAD;
    let refused = dead.clone();
    stage.meta.expect(move |situation| {
        if refused.contains(&situation.number) { Weather::refused(401, 190) } else { calm(situation) }
    });
    let before = refusals(stage);
    let meta = Rc::clone(&stage.meta);
    for number in dead.clone() {
        for _ in 0..4 {
            let Some(parcel) = meta.write(meta.add_contact(number), None) else { continue };
            meta.deliver(&parcel).await;
        }
    }
    sleep(Duration::from_secs(if stage.short { 4 } else { 8 })).await;

    let calls = refusals(stage) - before;
    stage.claim(calls > 0 && calls <= CALLS, format!("{calls} calls with a dead token"));
    for number in &meta.numbers[dead.clone()] {
        let seen = stage.api.integration(number).await?;
        let held = seen["held"].as_i64().unwrap_or_default();
        let health = seen["health"].as_str().unwrap_or_default();
        stage.claim(health == "failing" && held > 0, format!("{health}, {held} messages held"));
    }

    stage.meta.expect(calm);
    for number in &meta.numbers[dead.clone()] {
        stage.api.replace_token(number).await?;
    }
    let empty =
        stage.within(Duration::from_secs(15), async || released(stage, &meta.numbers[dead.clone()]).await);
    let after = empty.await;
    let text = after.map_or("not released in 15 s".to_owned(), |after| {
        format!("released and healthy {:.1} s after the new token", after.as_secs_f64())
    });
    stage.claim(after.is_some(), text);
    Ok(())
}

fn refusals(stage: &Stage) -> u64 {
    stage.meta.ledger.borrow().calls().get("refused for now").copied().unwrap_or_default()
}

async fn released(stage: &Stage, numbers: &[Number]) -> bool {
    for number in numbers {
        let Ok(seen) = stage.api.integration(number).await else { return false };
        // A fresh token is not asked about at Meta here, so nothing better than "unchecked" is known of it.
        let healthy = seen["health"] == "ok" || seen["health"] == "unchecked";
        if !healthy || seen["held"].as_i64() != Some(0) {
            return false;
        }
    }
    true
}

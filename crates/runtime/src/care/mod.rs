//! Looks after numbers: asks Meta how they are, renews tokens, notices where deliveries go, and says what is wrong before
//! a customer does.

mod assess;
mod connect;
pub(crate) mod diagnose;
mod inspect;
mod look;
mod recover;
mod token;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;

pub use chasqui_model::check::{Check, Cure, Finding, Outcome};
pub use connect::{Done, Step, StepKind};

pub(crate) use assess::assess;
pub(crate) use connect::{connect, disconnect};
pub(crate) use recover::{changed, send_refused, settle, works};
pub(crate) use watch::look_at;

use crate::Inner;
use crate::registry::Number;
use crate::remember::remember;

/// How often.
const EVERY: Duration = Duration::from_hours(1);
/// What was under way at the last end comes first.
const FIRST: Duration = Duration::from_secs(5);

/// Waits and works, until it is aborted. Apart from other jobs: asking Meta about a thousand numbers takes minutes.
pub(crate) async fn run(rt: Arc<Inner>) {
    tokio::time::sleep(FIRST).await;
    loop {
        tick(&rt, rt.clock.now()).await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Works through all numbers of this process: once an hour.
pub(crate) async fn tick(rt: &Arc<Inner>, now: Timestamp) {
    for number in rt.registry.all() {
        if !rt.ownership.owns(number.part) {
            continue;
        }
        let id = number.integration.id;
        if let Err(error) = one(rt, &number, now).await {
            tracing::warn!(integration = %id, %error, "a number could not be looked after");
        }
    }
}

async fn one(rt: &Arc<Inner>, number: &Arc<Number>, now: Timestamp) -> Result<(), chasqui_store::Error> {
    if !number.integration.damaged.is_empty() {
        // Meta would only say that what stands in is wrong.
        return recover::settle(rt, number.integration.id, now).await;
    }
    token::renew(rt, number, now).await?;
    watch::daily(rt, number.integration.id, now).await?;
    crate::template::daily(rt, number.integration.id, now).await;
    token::announce(rt, number.integration.id, now).await?;
    recover::settle(rt, number.integration.id, now).await
}

//! Looks after numbers: asks Meta how they are, renews tokens, notices where deliveries go, and says what is wrong before
//! a customer does.

mod assess;
mod connect;
pub(crate) mod diagnose;
mod look;
mod recover;
mod token;
mod watch;
mod words;

use std::sync::Arc;

use chasqui_model::Timestamp;

pub use connect::{Done, Step, StepKind};
pub use diagnose::{Check, Cure, Finding, Outcome};

pub(crate) use assess::assess;
pub(crate) use connect::{connect, disconnect, words as refusal};
pub(crate) use recover::{changed, works};
pub(crate) use watch::look_at;

use crate::Inner;
use crate::registry::Number;

/// Works through all numbers: once an hour.
pub(crate) async fn tick(rt: &Arc<Inner>, now: Timestamp) {
    for number in rt.registry.all() {
        let id = number.integration.id;
        if let Err(error) = one(rt, &number, now).await {
            tracing::warn!(integration = %id, %error, "a number could not be looked after");
        }
    }
}

async fn one(rt: &Arc<Inner>, number: &Arc<Number>, now: Timestamp) -> Result<(), chasqui_store::Error> {
    token::renew(rt, number, now).await?;
    watch::daily(rt, number.integration.id, now).await?;
    crate::template::daily(rt, number.integration.id, now).await;
    token::announce(rt, number.integration.id, now).await?;
    recover::settle(rt, number.integration.id, now).await
}

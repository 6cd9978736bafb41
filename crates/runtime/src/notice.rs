//! Makes events: what happened and what to do, for the number's owner.

use chasqui_model::Clock;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;

/// An event on a number.
pub(crate) fn event(
    clock: &Clock,
    integration: &Integration,
    severity: Severity,
    code: &'static str,
    message: impl Into<String>,
) -> Event {
    Event {
        id: clock.id(),
        account: integration.account,
        integration: Some(integration.id),
        conversation: None,
        node: None,
        severity,
        code: code.to_owned(),
        graph_code: None,
        message: message.into(),
        at: clock.now(),
    }
}

impl crate::Runtime {
    /// What the owner of an unproven claim is told when the number is taken by `it`, whose token Meta answers to about it.
    pub fn claim_lost(&self, it: &Integration) -> Event {
        let words = "This integration was switched off: somebody connected its number with an access token that Meta accepts for it. \
                     Meta has never accepted the credentials here for this number. Check them with Meta, then switch it on again.";
        event(&self.inner.clock, it, Severity::Error, "number_claimed", words)
    }
}

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

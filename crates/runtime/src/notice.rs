//! Makes events: what happened, for the number's owner.

use chasqui_model::account::Account;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::{Clock, Id};

/// An event on a number.
pub(crate) fn event(clock: &Clock, integration: &Integration, notice: Notice) -> Event {
    Event { integration: Some(integration.id), ..of_account(clock, integration.account, notice) }
}

/// An event of an account that concerns no number.
pub(crate) fn of_account(clock: &Clock, account: Id<Account>, notice: Notice) -> Event {
    Event {
        id: clock.id(),
        account,
        integration: None,
        conversation: None,
        node: None,
        severity: notice.severity(),
        code: notice.code().to_owned(),
        graph_code: None,
        notice,
        at: clock.now(),
    }
}

impl crate::Runtime {
    /// What the owner of an unproven claim is told when the number is taken by `it`, whose token Meta answers to about it.
    pub fn claim_lost(&self, it: &Integration) -> Event {
        event(&self.inner.clock, it, Notice::NumberClaimed)
    }
}

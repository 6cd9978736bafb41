//! The 24-hour window, decided by our own clock before anything is sent: outside it only templates may go.

use chasqui_model::integration::Integration;
use chasqui_model::template::Given;
use chasqui_model::{Clock, Part, window};
use chasqui_store::{Error, Store};

use super::Outgoing;
use crate::template;

/// What may go to a contact in a message's place.
pub(super) enum Allowed {
    /// The message itself.
    AsIs,
    /// The integration's template, with its values for this contact.
    Instead(Box<Given>),
    /// Nothing.
    Nothing,
}

/// What may go. The contact may have written since the message was queued, so a closed window is looked up again.
pub(super) async fn decide(
    store: &Store,
    clock: &Clock,
    outgoing: &Outgoing,
    integration: &Integration,
) -> Result<Allowed, Error> {
    let now = clock.now();
    if outgoing.message.content.is_template() || window::is_open(outgoing.address.last_inbound_at, now) {
        return Ok(Allowed::AsIs);
    }
    let part = Part::of(integration.id);
    let fresh = store.hot().load(vec![(part, outgoing.contact)]).await?.pop().flatten();
    if fresh.is_some_and(|fresh| window::is_open(fresh.contact.last_inbound_at, now)) {
        return Ok(Allowed::AsIs);
    }
    Ok(instead(outgoing, integration))
}

/// The integration's template, when it has one.
pub(super) fn instead(outgoing: &Outgoing, integration: &Integration) -> Allowed {
    match &integration.settings.template {
        Some(reopening) => Allowed::Instead(Box::new(template::reopening(reopening, &outgoing.address))),
        None => Allowed::Nothing,
    }
}

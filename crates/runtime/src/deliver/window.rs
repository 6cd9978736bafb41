//! The 24-hour window, decided by our own clock before anything is sent: outside it only templates may go.

use chasqui_model::integration::{Integration, Reopen};
use chasqui_model::message::Outbound;
use chasqui_model::message::outbound::{Content, Parameter, ParameterValue, Template};
use chasqui_model::{Part, window};
use chasqui_store::Error;

use super::{Address, Outgoing};
use crate::Inner;

/// What may go to a contact in a message's place.
pub(super) enum Allowed {
    /// The message itself.
    AsIs,
    /// The integration's template.
    Instead(Box<Outbound>),
    /// Nothing.
    Nothing,
}

/// What may go. The contact may have written since the message was queued, so a closed window is looked up again.
pub(super) async fn decide(
    rt: &Inner,
    outgoing: &Outgoing,
    integration: &Integration,
) -> Result<Allowed, Error> {
    let now = rt.clock.now();
    if outgoing.message.content.is_template() || window::is_open(outgoing.address.last_inbound_at, now) {
        return Ok(Allowed::AsIs);
    }
    let part = Part::of(integration.id);
    let fresh = rt.store.hot().load(vec![(part, outgoing.contact)]).await?.pop().flatten();
    if fresh.is_some_and(|fresh| window::is_open(fresh.contact.last_inbound_at, now)) {
        return Ok(Allowed::AsIs);
    }
    Ok(instead(outgoing, integration))
}

/// The integration's template, when it has one.
pub(super) fn instead(outgoing: &Outgoing, integration: &Integration) -> Allowed {
    match &integration.settings.template {
        Some(reopen) => Allowed::Instead(Box::new(template(reopen, &outgoing.address).into())),
        None => Allowed::Nothing,
    }
}

fn template(reopen: &Reopen, address: &Address) -> Content {
    let body = reopen
        .parameters
        .iter()
        .map(|text| Parameter { name: None, value: ParameterValue::Text(fill(text, address)) })
        .collect();
    Content::Template(Template {
        name: reopen.name.clone(),
        language: reopen.language.clone(),
        header: vec![],
        body,
        buttons: vec![],
    })
}

/// Puts the contact's name and number into a parameter. Meta refuses empty ones, so nobody's name becomes a dash.
fn fill(text: &str, address: &Address) -> String {
    let name = address.name.as_deref().unwrap_or("");
    let phone = address.phone.as_deref().unwrap_or("");
    let filled = text.replace("{contact.name}", name).replace("{contact.phone}", phone);
    let line = filled.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "-".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_never_empty_and_hold_no_line_breaks() {
        let mut address =
            Address { phone: None, user_id: None, last_inbound_at: None, name: Some("Ana\nB".into()) };
        assert_eq!(fill("Hello {contact.name}", &address), "Hello Ana B");
        address.name = None;
        assert_eq!(fill("{contact.name}", &address), "-");
    }
}

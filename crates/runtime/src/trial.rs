//! A test message: sent at once, past the queue, so that whoever asks sees what Meta says.

use std::sync::Arc;

use chasqui_model::account::Language;
use chasqui_model::integration::Integration;
use chasqui_model::message::outbound::{self, Content};
use chasqui_model::message::{Outbound, Sender};
use chasqui_model::reason::Reason;
use chasqui_model::template::Given;
use chasqui_model::{Id, window};
use chasqui_store::Error;
use chasqui_store::noun::template::Template;
use chasqui_whatsapp::client::SendError;
use chasqui_whatsapp::message::{self, Recipient, Uploaded};
use chasqui_words::text;

use crate::Inner;
use crate::template;

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Meta's id.
    pub wamid: String,
    /// `text`, or the name of the template.
    pub what: String,
}

/// Why nothing was.
#[derive(Debug)]
pub enum TestFailed {
    /// The integration is gone.
    Gone,
    /// The store is away.
    Store(Error),
    /// The person has not written lately, and no template can be sent as it is.
    NoTemplate,
    /// Meta refused.
    Refused(Reason),
}

/// Sends a test message to a number in E.164.
pub(crate) async fn send(
    rt: &Arc<Inner>,
    id: Id<Integration>,
    to: &str,
    language: Language,
) -> Result<Sent, TestFailed> {
    let number = rt.registry.get(id).ok_or(TestFailed::Gone)?;
    let calls = number.calls.as_ref().ok_or(TestFailed::Gone)?;
    let digits = to.trim_start_matches('+');
    let now = rt.clock.now();
    let somebody = Sender { wa_id: Some(digits.to_owned()), ..Sender::default() };
    let alias = match rt.store.whose(id, &somebody, now).await.map_err(TestFailed::Store)? {
        Some(contact) => {
            rt.store.contact(number.integration.account, contact).await.map_err(TestFailed::Store)?
        }
        None => None,
    };
    let open = window::is_open(alias.and_then(|contact| contact.last_inbound_at), now);
    let (content, what) = if open {
        let body = text::test_message(language);
        (Content::Text { body: body.to_owned(), preview_url: false }, "text".to_owned())
    } else {
        let chosen = choose(rt, &number.integration).await?;
        let name = chosen.name.clone();
        (Content::Template(chosen), name)
    };
    let outbound = Outbound::from(content);
    let recipient = Recipient { to: Some(digits), user_id: None };
    let body = message::to_wire(&outbound, &recipient, "test", &Uploaded::new())
        .map_err(|_| TestFailed::Refused(Reason::NoRecipient))?;
    match rt.graph.send_message(calls, body).await {
        Ok(sent) => Ok(Sent { wamid: sent.wamid, what }),
        Err(SendError::Refused(error)) => {
            Err(TestFailed::Refused(Reason::CallRefused { meta: error.told() }))
        }
        Err(SendError::NotSent(_) | SendError::Unknown(_)) => Err(TestFailed::Refused(Reason::Unreached)),
    }
}

/// The template that everybody has, else the integration's own, else any without variables.
async fn choose(rt: &Arc<Inner>, it: &Integration) -> Result<outbound::Template, TestFailed> {
    let all = rt.store.list_templates(it.account, it.id).await.map_err(TestFailed::Store)?;
    let all = if all.is_empty() {
        // A failure to fetch is a failure to find.
        let _ = template::sync(rt, it.id).await;
        rt.store.list_templates(it.account, it.id).await.map_err(TestFailed::Store)?
    } else {
        all
    };
    let plain = |one: &Template| {
        let (name, language) = (one.name.clone(), one.language.clone());
        template::fill(one, &Given { name, language, ..Given::default() }).ok()
    };
    let found = all.iter().filter_map(plain).min_by_key(|one| one.name != "hello_world");
    found.ok_or(TestFailed::NoTemplate)
}

//! Templates on their way out, exactly as Meta wants them: filled in anew from what is known of them at this moment.

use std::sync::Arc;

use chasqui_model::integration::Integration;
use chasqui_model::message::Outbound;
use chasqui_model::message::outbound::Content;
use chasqui_model::reason::Reason;
use chasqui_model::template::Given;
use chasqui_model::{Clock, Part};
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::{Error, Store};

use super::{Outgoing, is_unwanted};
use crate::work::Work;
use crate::{Inner, template};

/// What goes to a contact.
pub(super) enum Exact {
    /// The message as it is.
    AsIs,
    /// This.
    This(Box<Outbound>),
    /// Nothing: they want no marketing.
    Unwanted,
    /// Nothing: the template's values do not fit it.
    Unfit(Reason),
}

/// What goes out for a message; `instead`: the reopening template in its place.
pub(super) async fn exact(
    rt: &Arc<Inner>,
    it: &Integration,
    outgoing: &Outgoing,
    instead: Option<Given>,
) -> Result<Exact, Error> {
    let stands_in = instead.is_some();
    let given = match (instead, &outgoing.message.content) {
        (Some(given), _) => given,
        (None, Content::Template(message)) => Given::of(message),
        (None, _) => return Ok(Exact::AsIs),
    };
    let known = template::find(rt, it, &given.name, &given.language).await?;
    if is_unwanted(&rt.store, it, outgoing.contact, known.as_ref()).await? {
        return Ok(Exact::Unwanted);
    }
    let filled = match &known {
        // Whether it may be sent now is Meta's to say: a pause ends by itself.
        Some(known) => template::fill_anyway(known, &given),
        None => template::unchecked(&given),
    };
    let content = match filled {
        Ok(message) => Content::Template(message),
        Err(unfit) => {
            let why = unfit.into_iter().next().map_or(Reason::Unreadable, |it| it.why);
            return Ok(Exact::Unfit(why));
        }
    };
    if stands_in {
        tell(&rt.store, &rt.clock, outgoing).await?;
    } else if content == outgoing.message.content {
        return Ok(Exact::AsIs);
    }
    Ok(Exact::This(Box::new(content.into())))
}

/// Tells the conversation that the contact will not see a message of a node. Durable before the template leaves: however
/// soon the contact answers, and wherever the process dies, the answer is not taken for one to the message.
async fn tell(store: &Store, clock: &Clock, outgoing: &Outgoing) -> Result<(), Error> {
    let Some(node) = outgoing.node.clone() else { return Ok(()) };
    let message = Box::new(outgoing.message.clone());
    let work = Work::StoodIn { conversation: outgoing.conversation, node, message };
    let entry = Journal {
        part: Part::of(outgoing.integration),
        integration: outgoing.integration,
        contact: outgoing.contact,
        kind: work.kind(),
        payload: work.payload(),
        at: clock.now(),
        closes: Closes::Nothing,
    };
    store.hot().journal(vec![entry]).await.map(|_| ())
}

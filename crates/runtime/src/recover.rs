//! Taking parts up: everything that was under way when the process ended, or another one had them, goes on from the
//! store alone.

use std::sync::Arc;

use chasqui_model::Part;
use chasqui_model::message::{MessageStatus, Outbound, outbound};
use chasqui_store::Error;
use chasqui_store::inbox::Item;
use chasqui_store::outbox::Queued;

use crate::deliver::{Address, Outgoing, steady_due};
use crate::ownership::Taken;
use crate::{Inner, effect};

const PAGE: u32 = 1000;

/// Waiting work of some parts, in the order of acceptance.
pub(crate) async fn waiting(rt: &Inner, parts: &[Part]) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    let mut after = i64::MIN;
    loop {
        let page = rt.store.hot().waiting(parts, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        items.extend(page);
    }
    Ok(items)
}

/// Calls without an answer are made again, files fetched, messages sent or settled.
pub(crate) async fn resume(rt: &Arc<Inner>, taken: &Taken, waiting: usize) -> Result<(), Error> {
    let parts: &[Part] = &taken.iter().map(|(part, _)| *part).collect::<Vec<_>>();
    let calls = rt.store.hot().pending_calls(parts, 100_000).await?;
    let (calls_count, mut queued_count) = (calls.len(), 0);
    for call in calls {
        effect::start(rt, call);
    }
    let mut files = rt.store.pending_media(PAGE).await?;
    files.retain(|file| file.integration.is_none_or(|integration| parts.contains(&Part::of(integration))));
    effect::media::fetch_all(rt, files);
    for id in rt.store.hot().numbers_with_mail(parts).await? {
        let part = Part::of(id);
        let mut after = None;
        loop {
            let page = rt.store.hot().queued(part, id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            queued_count += page.len();
            hand_over(rt, taken, page).await?;
        }
    }
    if waiting + calls_count + queued_count > 0 {
        tracing::info!(waiting, calls = calls_count, queued = queued_count, "taking up what was under way");
    }
    Ok(())
}

async fn hand_over(rt: &Inner, taken: &Taken, page: Vec<Queued>) -> Result<(), Error> {
    let contacts = page.iter().map(|message| (message.part, message.contact)).collect();
    let contacts = rt.store.hot().load(contacts).await?;
    if let Some(last) = page.last() {
        // Messages are sent in the order of their ids, whatever the clock of the machine says that made these.
        rt.clock.follow(last.id);
    }
    let (mut queued, mut unsettled) = (Vec::new(), Vec::new());
    for (message, contact) in page.into_iter().zip(contacts) {
        let (Some(contact), Ok(content)) =
            (contact, serde_json::from_str::<outbound::Content>(&message.content))
        else {
            tracing::error!(message = %message.id, "a queued message cannot be read");
            continue;
        };
        let marked = message.status == MessageStatus::Sending;
        let unknown = marked && !rt.deliver.is_unsent(message.id, rt.clock.steady());
        let outgoing = Outgoing {
            part: message.part,
            id: message.id,
            integration: message.integration,
            conversation: message.conversation,
            contact: message.contact,
            node: message.node,
            message: Outbound { content, reply_to: message.reply_to },
            address: Address::of(&contact.contact),
            attempts: u32::try_from(message.attempts).unwrap_or(0),
            once: false,
            marked,
            due_at: message.due_at.map(|due_at| steady_due(&rt.clock, due_at)),
            queued_at: message.at,
        };
        if unknown { unsettled.push(outgoing) } else { queued.push(outgoing) }
    }
    // What was lost meanwhile is another's to send.
    rt.ownership.for_kept(taken, |parts| {
        unsettled.retain(|message| parts.contains(&message.part));
        queued.retain(|message| parts.contains(&message.part));
        rt.deliver.unsettled(unsettled);
        rt.deliver.queue(queued);
    });
    Ok(())
}

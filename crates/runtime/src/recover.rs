//! Taking parts up: everything that was under way when the process ended, or another one had them, goes on from the
//! store alone.

use std::sync::Arc;

use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus, Outbound, outbound};
use chasqui_model::notice::Notice;
use chasqui_model::reason::Reason;
use chasqui_model::{Clock, Id, Part};
use chasqui_store::Error;
use chasqui_store::inbox::Item;
use chasqui_store::outbox::{Outcome, Queued, Sent};
use chasqui_store::turn::Loaded;
use chasqui_whatsapp::message;

use crate::address::Address;
use crate::deliver::{Outgoing, steady_due};
use crate::ownership::Taken;
use crate::work::Work;
use crate::{Inner, deliver, effect, notice};

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
    let (mut queued, mut unsettled, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    for (message, contact) in page.into_iter().zip(contacts) {
        let marked = message.status == MessageStatus::Sending;
        let unknown = marked && !rt.deliver.is_unsent(message.id, rt.clock.steady());
        let outgoing = match outgoing(&rt.clock, message, contact) {
            Ok(outgoing) => outgoing,
            Err(message) => {
                unreadable.push(given_up(rt, &message));
                continue;
            }
        };
        if unknown { unsettled.push(outgoing) } else { queued.push(outgoing) }
    }
    if !unreadable.is_empty() {
        rt.store.hot().record_sends(unreadable).await?;
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

/// A message of the outbox on its way again. The message itself, when it cannot be read.
fn outgoing(clock: &Clock, message: Queued, loaded: Option<Loaded>) -> Result<Outgoing, Box<Queued>> {
    let content = serde_json::from_str::<outbound::Content>(&message.content);
    let (Some(loaded), Ok(content)) = (loaded, content) else { return Err(Box::new(message)) };
    Ok(Outgoing {
        part: message.part,
        id: message.id,
        integration: message.integration,
        conversation: message.conversation,
        contact: message.contact,
        node: message.node,
        message: Outbound { content, reply_to: message.reply_to },
        address: Address::of(&loaded.contact),
        attempts: u32::try_from(message.attempts).unwrap_or(0),
        once: false,
        marked: message.status == MessageStatus::Sending,
        due_at: message.due_at.map(|due_at| steady_due(clock, due_at)),
        queued_at: message.at,
    })
}

/// Takes up one message that was put into the outbox again. What fails here is taken up with the part the next time; what is
/// taken up twice is sent once.
pub(crate) fn take_up(rt: &Arc<Inner>, integration: Id<Integration>, id: Id<Message>) {
    let shared = Arc::clone(rt);
    rt.spawn(async move {
        if let Err(error) = one(&shared, integration, id).await {
            tracing::error!(message = %id, %error, "a message that waits once more could not be read");
        }
    });
}

async fn one(rt: &Inner, integration: Id<Integration>, id: Id<Message>) -> Result<(), Error> {
    let part = Part::of(integration);
    let before = Id::from_bytes(u128::from_be_bytes(id.bytes()).saturating_sub(1).to_be_bytes());
    let found = rt.store.hot().queued(part, integration, Some(before), 1).await?.pop();
    let Some(message) = found.filter(|it| it.id == id && it.status == MessageStatus::Queued) else {
        return Ok(());
    };
    let loaded = rt.store.hot().load(vec![(part, message.contact)]).await?.pop().flatten();
    let outgoing = match outgoing(&rt.clock, message, loaded) {
        Ok(outgoing) => outgoing,
        Err(message) => return rt.store.hot().record_sends(vec![given_up(rt, &message)]).await,
    };
    if let Some(number) = rt.registry.get(integration) {
        // What Meta has of its files may be what it could not read.
        for media in message::files(&outgoing.message) {
            deliver::forget_upload(rt, &number, &media).await?;
        }
    }
    rt.deliver.queue(vec![outgoing]);
    Ok(())
}

/// A queued message that nobody can read, or whose contact is gone: it fails where people see it, and what was written
/// stays as it is.
fn given_up(rt: &Inner, message: &Queued) -> Sent {
    tracing::error!(message = %message.id, "a queued message cannot be read");
    let event = rt.registry.get(message.integration).map(|number| Event {
        conversation: Some(message.conversation),
        node: message.node.clone(),
        ..notice::event(&rt.clock, &number.integration, Notice::MessageNotSent { why: Reason::Unreadable })
    });
    let outcome =
        Outcome::Failed { code: None, reason: Reason::Unreadable.written(), then: Work::undelivered };
    Sent { part: message.part, id: message.id, outcome, at: rt.clock.now(), event }
}

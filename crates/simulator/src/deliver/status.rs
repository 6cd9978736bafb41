//! How a message of a business fares: sent, delivered, read, or failed, each told by a webhook.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::clock::random_bytes;
use serde_json::{Map, Value, json};

use super::body::Split;
use super::post::{self, Outcome, Signature};
use super::queue::{self, Part, Waiting};
use crate::meta::Meta;
use crate::world::chat::{ItemStatus, Pair};
use crate::world::phone::Phone;
use crate::world::price::Price;
use crate::world::settings::Statuses;

/// A message on its way to the contact.
#[derive(Clone, Debug)]
pub(crate) struct Journey {
    pub(crate) pair: Pair,
    pub(crate) wamid: Arc<str>,
    pub(crate) callback: Option<Arc<str>>,
    /// It was addressed by user id.
    pub(crate) by_user_id: bool,
    /// It is a voice message, which can be played.
    pub(crate) is_voice: bool,
    /// What it costs, when that is known.
    pub(crate) price: Option<Price>,
    pub(crate) end: End,
}

/// Where a journey ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The contact reads it, at once or later.
    Arrives,
    /// Reactions are only ever sent.
    OnlySent,
    /// It fails with this code.
    Fails(i64),
}

/// Runs the journey.
pub(crate) async fn travel(meta: Arc<Meta>, journey: Journey) {
    // Too many on their way: the newest are lost, as documented for the setting `loss`.
    let Ok(_place) = meta.statuses.try_acquire() else { return };
    let (settings, read_at_once) =
        meta.with(|world| (world.settings.statuses.clone(), world.settings.read_at_once));
    let mut steps: Vec<ItemStatus> = match journey.end {
        End::Arrives if read_at_once => vec![ItemStatus::Sent, ItemStatus::Delivered, ItemStatus::Read],
        End::Arrives => vec![ItemStatus::Sent, ItemStatus::Delivered],
        End::OnlySent => vec![ItemStatus::Sent],
        End::Fails(_) => vec![ItemStatus::Failed],
    };
    if settings.shuffle {
        shuffle(&mut steps);
    }
    let pause = if settings.before_answer { 0 } else { settings.delay_ms };
    let generation = meta.generation();
    let is_played = journey.is_voice && settings.played && steps.contains(&ItemStatus::Read);
    for step in steps {
        if pause > 0 {
            meta.clock.sleep(Duration::from_millis(pause)).await;
        }
        if meta.generation() != generation {
            return;
        }
        tell(&meta, &journey, step, &settings).await;
    }
    if is_played {
        post(&meta, &journey, "played", &settings).await;
    }
}

/// The contact opened the chat.
pub(crate) fn read(meta: &Arc<Meta>, pair: &Pair) {
    let (unread, settings) = meta.with(|world| {
        let items = &world.chats.entry(pair).items;
        let unread = items.iter().filter(|item| {
            item.direction == crate::world::chat::Direction::Out && item.status == ItemStatus::Delivered
        });
        let unread = unread.map(|item| Journey {
            pair: pair.clone(),
            wamid: Arc::clone(&item.id),
            callback: item.callback.clone(),
            by_user_id: item.by_user_id,
            is_voice: false,
            price: None,
            end: End::Arrives,
        });
        (unread.collect::<Vec<_>>(), world.settings.statuses.clone())
    });
    let meta = Arc::clone(meta);
    tokio::spawn(async move {
        for journey in unread {
            tell(&meta, &journey, ItemStatus::Read, &settings).await;
        }
    });
}

async fn tell(meta: &Arc<Meta>, journey: &Journey, step: ItemStatus, settings: &Statuses) {
    meta.with(|world| world.chats.climb(&journey.wamid, step));
    meta.tell_chat(&journey.pair);
    let (name, wanted) = match step {
        ItemStatus::Pending => return,
        ItemStatus::Sent => ("sent", settings.sent),
        ItemStatus::Delivered => ("delivered", settings.delivered),
        ItemStatus::Read => ("read", settings.read),
        ItemStatus::Failed => ("failed", true),
    };
    if wanted {
        post(meta, journey, name, settings).await;
    }
}

async fn post(meta: &Arc<Meta>, journey: &Journey, name: &str, settings: &Statuses) {
    if chance() < settings.loss {
        return;
    }
    let Some(update) = update(meta, journey, name, settings) else { return };
    let parcel = queue::parcel(&[&update], Split::Messages);
    if meta.with(|world| world.settings.deliver_twice) {
        tokio::spawn(post::deliver(Arc::clone(meta), parcel.clone(), None));
    }
    // The next step waits for one try, not for all of them.
    if post::attempt(meta, &parcel).await == Outcome::Failed {
        tokio::spawn(post::deliver(Arc::clone(meta), parcel, None));
    }
}

fn update(meta: &Meta, journey: &Journey, name: &str, settings: &Statuses) -> Option<Waiting> {
    let (wa_id, phone_number_id) = &journey.pair;
    let (number, phone) = meta.with(|world| {
        let number = world.businesses.numbers.get(&**phone_number_id);
        let number = number.map(|number| (number.account_id.clone(), number.digits()));
        (number, world.phones.get(wa_id).cloned())
    });
    let (account_id, display) = number?;
    let mut status = json!({
        "id": &*journey.wamid, "status": name, "timestamp": (meta.now().millis() / 1000).to_string(),
    });
    if phone.as_ref().is_none_or(|phone| !phone.hide_number) {
        status["recipient_id"] = json!(&**wa_id);
    }
    if let Some(phone) = phone.as_ref().filter(|_| name != "failed" || journey.by_user_id) {
        status["recipient_user_id"] = json!(phone.user_id);
        if let Some(parent) = &phone.parent_user_id {
            status["recipient_parent_user_id"] = json!(parent);
        }
    }
    if let Some(callback) = journey.callback.as_ref().filter(|_| settings.callback) {
        status["biz_opaque_callback_data"] = json!(&**callback);
    }
    charge(&mut status, journey, name, settings, meta);
    if let End::Fails(code) = journey.end {
        status["errors"] = json!([error(code)]);
    }
    let told = phone.as_ref().filter(|_| settings.contacts && name != "failed");
    Some(Waiting {
        account_id,
        phone_number_id: phone_number_id.to_string(),
        display,
        field: "messages".to_owned(),
        part: Part::Status(status),
        contacts: told.map(|phone| contact(phone, name)).into_iter().collect(),
        further: Map::new(),
        wamid: None,
        pair: journey.pair.clone(),
        delay: Duration::ZERO,
        duplicate: 0,
        signature: Signature::Right,
    })
}

/// What it costs stands on `sent` and on `delivered`.
fn charge(status: &mut Value, journey: &Journey, name: &str, settings: &Statuses, meta: &Meta) {
    let Some(price) = journey.price.as_ref().filter(|_| matches!(name, "sent" | "delivered")) else { return };
    if settings.pricing {
        status["pricing"] = price.object();
    }
    let id = hex::encode(journey.wamid.as_bytes().iter().rev().take(16).copied().collect::<Vec<_>>());
    if let Some(mut conversation) = price.conversation(&id, settings.conversation) {
        if name == "sent" {
            let end = meta.now().after(Duration::from_hours(24)).millis() / 1000;
            conversation["expiration_timestamp"] = json!(end.to_string());
        }
        status["conversation"] = conversation;
    }
}

/// Who it was sent to. The profile comes once it arrived.
fn contact(phone: &Phone, name: &str) -> Value {
    let mut contact = json!({"user_id": phone.user_id});
    if name != "sent" {
        contact["profile"] = phone.profile();
    }
    if !phone.hide_number {
        contact["wa_id"] = json!(phone.wa_id);
    }
    contact
}

/// An error as webhooks carry it.
fn error(code: i64) -> Value {
    let title = chasqui_words::meta::explain(code, chasqui_model::account::Language::En)
        .map_or("Something went wrong", |words| words.cause);
    json!({"code": code, "title": title, "message": title, "error_data": {"details": title},
        "href": "/documentation/business-messaging/whatsapp/support/error-codes"})
}

/// From 0 up to, not including, 1.
pub(crate) fn chance() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes())) / (f64::from(u32::MAX) + 1.0)
}

fn shuffle<T>(items: &mut [T]) {
    for last in (1..items.len()).rev() {
        let random = usize::try_from(u32::from_le_bytes(random_bytes())).unwrap_or(0);
        items.swap(last, random % (last + 1));
    }
}

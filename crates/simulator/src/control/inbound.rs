//! A contact sends something.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Problem, read};
use crate::deliver::body::{MOST_BYTES, MOST_UPDATES, Split};
use crate::deliver::post::{self, Signature};
use crate::deliver::queue::{self, Part, Waiting};
use crate::deliver::status::chance;
use crate::graph;
use crate::meta::Meta;
use crate::world::World;
use crate::world::chat::{Direction, Item, ItemStatus, Pair};
use crate::world::phone::{Phone, PhoneSpec};

/// How long an update lets the next one go first before it goes alone.
const HELD: Duration = Duration::from_secs(3);
/// How far updates are mixed when they come in any order.
const MIXED_MS: f64 = 300.0;

/// A message of a contact, as `POST /_sim/inbound` describes it.
#[derive(Clone, Debug, Deserialize)]
pub struct InboundSpec {
    /// The number it is written to.
    pub phone_number_id: String,
    /// The contact's WhatsApp id; a phone is made when there is none.
    pub from: String,
    /// The contact's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Any inbound message object, without `from`, `id` and `timestamp`.
    pub message: Value,
    /// How it is delivered.
    #[serde(default)]
    pub options: Options,
}

/// How a message of a contact is delivered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "knobs of a test bench, named in JSON")]
pub struct Options {
    /// How many more times.
    pub duplicate: u32,
    /// How much later.
    pub delay_ms: u64,
    /// After the next one.
    pub reorder: bool,
    /// With others, when the batch of this name is sent.
    pub batch: Option<String>,
    /// With this id.
    pub wamid: Option<String>,
    /// With this time, seconds since 1970.
    pub timestamp: Option<i64>,
    /// Without a profile.
    pub omit_contacts: bool,
    /// Without `from`.
    pub omit_from: bool,
    /// With the time in milliseconds.
    pub millisecond_timestamp: bool,
    /// Signed with another secret.
    pub wrong_signature: bool,
    /// Not signed.
    pub no_signature: bool,
}

pub(super) async fn post(
    State(meta): State<Arc<Meta>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    if body.trim_ascii_start().starts_with(b"[") {
        let specs: Vec<InboundSpec> = read(&body)?;
        let sent: Result<Vec<_>, _> = specs.into_iter().map(|spec| send(&meta, spec)).collect();
        let wamids: Vec<String> = sent?.iter().map(ToString::to_string).collect();
        return Ok((StatusCode::ACCEPTED, Json(json!({ "wamids": wamids }))));
    }
    let wamid = send(&meta, read(&body)?)?;
    Ok((StatusCode::ACCEPTED, Json(json!({"wamid": &*wamid}))))
}

/// Puts the message into the chat and on its way.
pub(crate) fn send(meta: &Arc<Meta>, spec: InboundSpec) -> Result<Arc<str>, Problem> {
    let InboundSpec { phone_number_id, from, name, message, options } = spec;
    let Value::Object(message) = message else { return Err(Problem::bad("message is no object")) };
    if from.is_empty() || !from.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::bad("from has something else than digits"));
    }
    let (update, made) = meta.with(|world| {
        let number = world.businesses.numbers.get(&phone_number_id);
        let number = number.ok_or_else(|| Problem::missing("no such number"))?;
        let (account_id, display) = (number.account_id.clone(), number.digits());
        let made = world.phones.get(&from).is_none();
        let spec = PhoneSpec { wa_id: Some(from), name, ..PhoneSpec::default() };
        let phone = world.phones.put(spec).ok_or_else(|| Problem::conflict("there are too many phones"))?;
        let pair: Pair = (phone.wa_id.as_str().into(), phone_number_id.as_str().into());
        let wamid = options.wamid.as_deref().map_or_else(|| meta.wamid(&phone.wa_id), Arc::from);
        let message = dress(meta, world, &phone, &display, &wamid, message, &options);
        put(meta, world, &pair, &wamid, &message);
        let update = Waiting {
            account_id,
            phone_number_id,
            display,
            field: "messages".to_owned(),
            part: Part::Message(message),
            contact: (!options.omit_contacts).then(|| profile(&phone)),
            wamid: Some(wamid),
            pair,
            delay: Duration::from_millis(options.delay_ms),
            duplicate: options.duplicate,
            signature: if options.no_signature {
                Signature::Missing
            } else if options.wrong_signature {
                Signature::Wrong
            } else {
                Signature::Right
            },
        };
        Ok::<_, Problem>((update, made))
    })?;
    if made {
        meta.tell(&json!({"kind": "phones"}));
    }
    meta.tell_chat(&update.pair);
    let wamid = update.wamid.clone().unwrap_or_default();
    dispatch(meta, update, &options)?;
    Ok(wamid)
}

fn dispatch(meta: &Arc<Meta>, update: Waiting, options: &Options) -> Result<(), Problem> {
    if let Some(name) = &options.batch {
        return meta.with(|world| {
            let batch = world.batches.entry(name.clone()).or_default();
            for _ in 0..=update.duplicate {
                if batch.len() >= MOST_UPDATES {
                    return Err(Problem::conflict("a batch has at most 1000 updates"));
                }
                batch.push(update.clone());
            }
            Ok(())
        });
    }
    if meta.with(|world| world.settings.out_of_order) {
        let meta = Arc::clone(meta);
        let delay = update.delay + Duration::from_secs_f64(chance() * MIXED_MS / 1000.0);
        tokio::spawn(async move {
            meta.clock.sleep(delay).await;
            post::deliver(meta, queue::parcel(&[&update], Split::Messages), None).await;
        });
    } else if options.reorder {
        queue::hold(meta, update, HELD);
    } else {
        queue::enqueue(meta, update);
    }
    Ok(())
}

/// The message with what Meta adds.
fn dress(
    meta: &Meta,
    world: &World,
    phone: &Phone,
    display: &str,
    wamid: &str,
    message: Map<String, Value>,
    options: &Options,
) -> Value {
    let mut dressed = Map::new();
    if !phone.hide_number && !options.omit_from {
        dressed.insert("from".into(), json!(phone.wa_id));
    }
    dressed.insert("from_user_id".into(), json!(phone.user_id));
    dressed.insert("id".into(), json!(wamid));
    let mut at = options.timestamp.unwrap_or(meta.now().millis() / 1000);
    if options.millisecond_timestamp {
        at *= 1000;
    }
    dressed.insert("timestamp".into(), json!(at.to_string()));
    dressed.extend(message);
    if let Some(Value::Object(context)) = dressed.get_mut("context")
        && context.contains_key("id")
    {
        context.entry("from").or_insert_with(|| json!(display));
    }
    let kind = dressed.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    if matches!(&*kind, "image" | "video" | "audio" | "document" | "sticker")
        && let Some(Value::Object(file)) = dressed.get_mut(&kind)
    {
        describe(meta, world, file);
    }
    Value::Object(dressed)
}

/// What Meta tells about a file.
fn describe(meta: &Meta, world: &World, file: &mut Map<String, Value>) {
    let Some(id) = file.get("id").and_then(Value::as_str).map(str::to_owned) else { return };
    let Some(known) = world.media.get(&id, meta.now()) else { return };
    file.entry("mime_type").or_insert_with(|| json!(known.mime_type));
    file.entry("sha256").or_insert_with(|| json!(STANDARD.encode(known.sha256)));
    file.entry("url").or_insert_with(|| json!(graph::address(meta, &id)));
}

fn profile(phone: &Phone) -> Value {
    let mut contact = json!({"profile": {"name": phone.name}});
    if !phone.hide_number {
        contact["wa_id"] = json!(phone.wa_id);
    }
    contact["user_id"] = json!(phone.user_id);
    contact
}

/// Puts the message into the chat, and opens the window.
fn put(meta: &Meta, world: &mut World, pair: &Pair, wamid: &Arc<str>, message: &Value) {
    let now = meta.now();
    let rate = world.businesses.numbers.get(&*pair.1).map_or(80, crate::world::business::Number::rate);
    // Messages in count for the number's rate, but are never refused.
    world.rates.number(&pair.1, rate, now);
    let kind = message["type"].as_str().unwrap_or_default();
    if kind == "reaction" {
        let reaction = &message["reaction"];
        let emoji = reaction["emoji"].as_str().filter(|emoji| !emoji.is_empty());
        if let Some(item) = world.chats.item_mut(reaction["message_id"].as_str().unwrap_or_default()) {
            item.reaction = emoji.map(str::to_owned);
        }
        return;
    }
    if kind != "system" {
        world.chats.entry(pair).last_inbound_at = Some(now);
    }
    let item = Item {
        id: Arc::clone(wamid),
        direction: Direction::In,
        at: now,
        status: ItemStatus::Pending,
        reply_to: message.pointer("/context/id").and_then(Value::as_str).map(str::to_owned),
        reaction: None,
        raw: message.to_string().into(),
        callback: None,
    };
    world.chats.push(pair, item);
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SendBatch {
    split: Split,
}

/// Delivers a batch in one POST.
pub(super) async fn send_batch(
    State(meta): State<Arc<Meta>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let SendBatch { split } = read(&body)?;
    let updates = meta.with(|world| world.batches.remove(&name));
    let updates = updates.ok_or_else(|| Problem::missing("no such batch"))?;
    let all: Vec<&Waiting> = updates.iter().collect();
    let parcel = queue::parcel(&all, split);
    if parcel.body.len() > MOST_BYTES {
        return Err(Problem::conflict("the batch has more than 3 MB"));
    }
    tokio::spawn(post::deliver(meta, parcel, None));
    Ok((StatusCode::ACCEPTED, Json(json!({"updates": updates.len()}))))
}

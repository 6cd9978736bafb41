//! A contact sends something.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Problem, arrive, batch, dress, read};
use crate::deliver::body::Split;
use crate::deliver::post::{self, Signature};
use crate::deliver::queue::{self, Part, Waiting};
use crate::deliver::status::chance;
use crate::meta::Meta;
use crate::world::chat::{ItemStatus, Pair};
use crate::world::phone::PhoneSpec;

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
    /// Without the user ids, as before April 2026.
    pub omit_user_id: bool,
    /// With exactly these `contacts`, whoever they are about.
    pub contacts: Option<Vec<Value>>,
    /// With these keys in the change's value too, `errors` for one.
    pub value: Map<String, Value>,
    /// In a change of this field: `standby` puts it one level deeper, `smb_message_echoes` among the echoes.
    pub field: Option<String>,
    /// With the business's number in this spelling.
    pub display_phone_number: Option<String>,
    /// With the time in milliseconds.
    pub millisecond_timestamp: bool,
    /// Signed with another secret.
    pub wrong_signature: bool,
    /// Not signed.
    pub no_signature: bool,
}

impl Options {
    fn signature(&self) -> Signature {
        match (self.no_signature, self.wrong_signature) {
            (true, _) => Signature::Missing,
            (false, true) => Signature::Wrong,
            (false, false) => Signature::Right,
        }
    }
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
    let Value::Object(mut message) = message else { return Err(Problem::bad("message is no object")) };
    if from.is_empty() || !from.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::bad("from has something else than digits"));
    }
    let (delivered, update, made) = meta.with(|world| {
        let number = world.businesses.numbers.get(&phone_number_id);
        let number = number.ok_or_else(|| Problem::missing("no such number"))?;
        let (account_id, digits) = (number.account_id.clone(), number.digits());
        let made = world.phones.get(&from).is_none();
        let spec = PhoneSpec { wa_id: Some(from), name, ..PhoneSpec::default() };
        let phone = world.phones.put(spec).ok_or_else(|| Problem::conflict("there are too many phones"))?;
        let pair: Pair = (phone.wa_id.as_str().into(), phone_number_id.as_str().into());
        let wamid = options.wamid.as_deref().map_or_else(|| meta.wamid(&phone.wa_id), Arc::from);
        dress::quote(&mut message, &digits);
        let message = dress::message(meta, world, &phone, &wamid, message, &options);
        let field = arrive::field(world, &pair, &message, meta.now());
        arrive::put(meta, world, &pair, &wamid, &message);
        let known =
            || if options.omit_contacts { Vec::new() } else { vec![dress::profile(&phone, &options)] };
        let update = Waiting {
            contacts: options.contacts.clone().unwrap_or_else(known),
            account_id,
            phone_number_id,
            display: options.display_phone_number.clone().unwrap_or(digits),
            field: String::new(),
            part: Part::Message(message),
            further: options.value.clone(),
            wamid: Some(wamid),
            pair,
            delay: Duration::from_millis(options.delay_ms),
            duplicate: options.duplicate,
            signature: options.signature(),
        };
        let field = options.field.clone().map_or(field, Some);
        if field.is_none() {
            // Blocked, or somebody else's: Meta delivers nothing.
            world.chats.climb(update.wamid.as_deref().unwrap_or_default(), ItemStatus::Failed);
        }
        Ok::<_, Problem>((field.map(|field| Waiting { field, ..update.clone() }), update, made))
    })?;
    if made {
        meta.tell(&json!({"kind": "phones"}));
    }
    meta.tell_chat(&update.pair);
    if let Some(delivered) = delivered {
        dispatch(meta, delivered, &options)?;
    }
    Ok(update.wamid.unwrap_or_default())
}

fn dispatch(meta: &Arc<Meta>, update: Waiting, options: &Options) -> Result<(), Problem> {
    if let Some(name) = &options.batch {
        return batch::keep(meta, name, &update);
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

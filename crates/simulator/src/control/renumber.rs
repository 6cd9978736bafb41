//! A contact takes another number, and Meta tells the businesses it writes to.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inbound::{self, InboundSpec, Options};
use super::{Problem, read};
use crate::meta::Meta;
use crate::world::phone::Phone;

/// What `POST /_sim/phones/{wa_id}/number` takes.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Renumber {
    /// The number from now on.
    pub(crate) wa_id: String,
    /// How the business is told.
    #[serde(default)]
    pub(crate) form: Form,
    /// Only this number is told; otherwise all that the contact has a chat with.
    #[serde(default)]
    pub(crate) phone_number_id: Option<String>,
}

/// How Meta tells that a person has another number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// `user_changed_number` with the old number in `from` and the new one in `system.wa_id`.
    #[default]
    Number,
    /// The same with the new user id beside the new number.
    NumberAndUserId,
    /// `user_changed_user_id`: from the old user id to the new one, and no number at all.
    UserId,
    /// As before 2022: the new number in `system.new_wa_id`.
    NewWaId,
    /// Not at all.
    Silent,
}

pub(super) async fn post(
    State(meta): State<Arc<Meta>>,
    Path(wa_id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (phone, wamids) = renumber(&meta, &wa_id, read(&body)?)?;
    let wamids: Vec<&str> = wamids.iter().map(|wamid| &**wamid).collect();
    Ok((StatusCode::ACCEPTED, Json(json!({"phone": phone, "wamids": wamids}))))
}

/// The person with the other number, and the ids of the messages that tell of it.
pub(crate) fn renumber(
    meta: &Arc<Meta>,
    old: &str,
    change: Renumber,
) -> Result<(Phone, Vec<Arc<str>>), Problem> {
    let Renumber { wa_id, form, phone_number_id } = change;
    if wa_id.is_empty() || !wa_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::bad("wa_id has something else than digits"));
    }
    let (before, after, told) = meta.with(|world| {
        world.phones.get(old).ok_or_else(|| Problem::missing("no such phone"))?;
        let taken = || Problem::conflict("the number is somebody's");
        let (before, after) = world.phones.renumber(old, &wa_id).ok_or_else(taken)?;
        let told = phone_number_id.map_or_else(|| world.chats.numbers_of(old), |id| vec![id.into()]);
        world.chats.renumber(old, &wa_id);
        Ok::<_, Problem>((before, after, told))
    })?;
    meta.tell(&json!({"kind": "phones"}));
    let Some(message) = message(&before, &after, form) else { return Ok((after, Vec::new())) };
    let told = told.into_iter().map(|number| {
        let options =
            Options { omit_contacts: true, omit_from: true, omit_user_id: true, ..Options::default() };
        let (phone_number_id, from) = (number.to_string(), after.wa_id.clone());
        let spec = InboundSpec { phone_number_id, from, name: None, message: message.clone(), options };
        inbound::send(meta, spec)
    });
    Ok((after.clone(), told.collect::<Result<_, _>>()?))
}

fn message(before: &Phone, after: &Phone, form: Form) -> Option<Value> {
    let words = |old: &str, new: &str| format!("User {} changed from {old} to {new}", before.name);
    let numbers = words(&before.wa_id, &after.wa_id);
    let system = match form {
        Form::Number => json!({"body": numbers, "wa_id": after.wa_id, "type": "user_changed_number"}),
        Form::NumberAndUserId => json!({"body": numbers, "wa_id": after.wa_id, "user_id": after.user_id,
            "type": "user_changed_number"}),
        Form::NewWaId => json!({"body": numbers, "new_wa_id": after.wa_id, "type": "user_changed_number"}),
        Form::UserId => {
            let body = words(&before.user_id, &after.user_id);
            let mut system = json!({"body": body, "user_id": after.user_id, "previous_user_id": before.user_id,
                "type": "user_changed_user_id"});
            if let (Some(old), Some(new)) = (&before.parent_user_id, &after.parent_user_id) {
                system["parent_user_id"] = json!(new);
                system["previous_parent_user_id"] = json!(old);
            }
            system
        }
        Form::Silent => return None,
    };
    let mut message = json!({"type": "system", "system": system});
    if form != Form::UserId {
        message["from"] = json!(before.wa_id);
    }
    Some(message)
}

//! The others who answer at a number: they pass a person to us, take them, or let them go.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, read};
use crate::deliver::escape;
use crate::deliver::post::{self, Parcel, Signature, Target};
use crate::meta::Meta;
use crate::world::chat::Pair;
use crate::world::log::Kind;
use crate::world::phone::Phone;
use crate::world::thread::{Owner, RoutingSpec};

/// What somebody else does with a thread.
#[derive(Debug, Deserialize)]
struct Act {
    action: Action,
    /// Whose act it is.
    #[serde(default)]
    by: By,
    #[serde(default)]
    metadata: Option<String>,
    /// What the agent says of the conversation so far.
    #[serde(default)]
    summary: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    /// To us.
    Pass,
    /// From us.
    Take,
    /// To nobody.
    Release,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    AiAgent,
    Partner,
}

/// Our role at a number, and whether somebody else has a thread.
#[derive(Debug, Deserialize)]
struct Standing {
    phone_number_id: String,
    /// Left out it stays; empty there is no routing.
    #[serde(default)]
    role: Option<String>,
    /// Whose thread.
    #[serde(default)]
    wa_id: Option<String>,
    /// Somebody else has it: what the person writes comes on `standby`.
    #[serde(default)]
    away: bool,
}

/// Puts roles and threads as they are wanted, and tells nobody.
pub(super) async fn put(State(meta): State<Arc<Meta>>, body: Bytes) -> Result<Json<Value>, Problem> {
    let standing: Standing = read(&body)?;
    let routing = match standing.role.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(role) => {
            let role =
                serde_json::from_value(json!(role)).map_err(|error| Problem::bad(error.to_string()))?;
            Some(Some(RoutingSpec { roles: vec![role], standby: true, agent: false }))
        }
    };
    meta.with(|world| {
        let number = world.businesses.numbers.get_mut(&standing.phone_number_id);
        let number = number.ok_or_else(|| Problem::missing("no such number"))?;
        if let Some(routing) = routing {
            number.spec.routing = routing;
        }
        if let Some(wa_id) = standing.wa_id {
            let pair: Pair = (wa_id.into(), standing.phone_number_id.into());
            world.chats.entry(&pair).owner = Some(if standing.away { Owner::Partner } else { Owner::Ours });
        }
        Ok(Json(json!({})))
    })
}

/// Who has the thread.
pub(super) async fn get(
    State(meta): State<Arc<Meta>>,
    Path((wa_id, phone_number_id)): Path<(String, String)>,
) -> Json<Value> {
    let now = meta.now();
    let owner = meta.with(|world| world.chats.get(&wa_id, &phone_number_id).and_then(|chat| chat.owner(now)));
    Json(json!({ "owner": owner }))
}

pub(super) async fn post(
    State(meta): State<Arc<Meta>>,
    Path((wa_id, phone_number_id)): Path<(String, String)>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let act: Act = read(&body)?;
    let (by, now) = (if matches!(act.by, By::AiAgent) { Owner::AiAgent } else { Owner::Partner }, meta.now());
    let pair: Pair = (wa_id.as_str().into(), phone_number_id.as_str().into());
    let told = meta.with(|world| {
        let phone = world.phones.get(&wa_id).cloned().ok_or_else(|| Problem::missing("no such phone"))?;
        let number = world.businesses.numbers.get(&phone_number_id);
        let number = number.ok_or_else(|| Problem::missing("no such number"))?;
        let routing = number.spec.routing.clone().unwrap_or_default();
        let recipient = json!({"phone_number_id": phone_number_id, "display_phone_number": number.digits()});
        let account = number.account_id.clone();
        let chat = world.chats.entry(&pair);
        let before = chat.owner(now);
        chat.owner = match act.action {
            Action::Pass => Some(Owner::Ours),
            Action::Take => Some(by),
            Action::Release => None,
        };
        let ours = Owner::Ours.role(&routing);
        let roles = match act.action {
            Action::Pass => (by.role(&routing), ours),
            // Only the owner that lost it is told.
            Action::Take if before == Some(Owner::Ours) => (ours, by.role(&routing)),
            Action::Take | Action::Release => return Ok(None),
        };
        let kind = if act.action == Action::Pass { "control_passed" } else { "control_taken" };
        let mut control = json!({"previous_owner_role": roles.0, "new_owner_role": roles.1});
        if let Some(metadata) = &act.metadata {
            control["metadata"] = json!(metadata);
        }
        if let Some(summary) = &act.summary {
            control["conversation_context"] = json!({"type": "summary", "summary": {"text": summary}});
        }
        let value = json!({"messaging_product": "whatsapp", "sender": sender(&phone), "recipient": recipient,
            "type": kind, "timestamp": (now.millis() / 1000).to_string(), kind: control});
        Ok::<_, Problem>(Some((account, value)))
    })?;
    meta.tell_chat(&pair);
    if let Some((account, value)) = told {
        let field = "messaging_handovers".to_owned();
        let changes = json!([{"value": value, "field": field}]);
        let entry = json!([{"id": account, "changes": changes}]);
        let body = escape::to_vec(&json!({"object": "whatsapp_business_account", "entry": entry}));
        let target = Target::Number(phone_number_id);
        let (signature, kind) = (Signature::Right, Kind::Webhook);
        let parcel = Parcel {
            target,
            field,
            body: body.into(),
            signature,
            wamids: Vec::new(),
            pair: Some(pair),
            kind,
        };
        tokio::spawn(post::deliver(meta, parcel, None));
    }
    Ok((StatusCode::ACCEPTED, Json(json!({}))))
}

fn sender(phone: &Phone) -> Value {
    let mut sender = json!({"user_id": phone.user_id});
    if !phone.hide_number {
        sender["phone_number"] = json!(phone.wa_id);
    }
    sender
}

//! How one of our messages fares.

use chasqui_model::Timestamp;
use serde_json::value::RawValue;

use super::delivery::Place;
use super::json::Object;
use super::{content, sender};

/// One step of one of our messages. Steps come in any order, may repeat, and may come before the answer to the call
/// that sent the message.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusUpdate {
    /// The number that sent it.
    pub phone_number_id: Option<String>,
    /// Whose number that is.
    pub business_account_id: Option<String>,
    /// The message.
    pub wamid: String,
    /// What happened.
    pub status: Status,
    /// When, by Meta's clock; 1970 when Meta gave no time.
    pub at: Timestamp,
    /// The recipient's WhatsApp id, digits. `None` when it was sent to a user id without a known number.
    pub recipient: Option<String>,
    /// The recipient's business-scoped user id.
    pub user_id: Option<String>,
    /// The group it was sent to; then the recipient is one of its members.
    pub group: Option<String>,
    /// Our own text from the call (`biz_opaque_callback_data`).
    pub callback: Option<String>,
    /// Why it failed.
    pub errors: Vec<WebhookError>,
    /// What it costs, once Meta says so.
    pub pricing: Option<Pricing>,
}

/// What happened to a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Left Meta.
    Sent,
    /// Reached the phone. Left out when the chat was open.
    Delivered,
    /// Seen.
    Read,
    /// A voice note was played.
    Played,
    /// Will not arrive.
    Failed,
    /// The contact deleted it; a form of older webhooks.
    Deleted,
    /// A name we do not know.
    Other(String),
}

impl Status {
    fn parse(name: &str) -> Self {
        match name {
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            "failed" => Self::Failed,
            "deleted" => Self::Deleted,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// An error inside a webhook. The codes are those of refused calls: [`crate::error::verdict`] judges both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookError {
    /// The Graph code; 0 when Meta gave none.
    pub code: i64,
    /// A short name. Meta changes them: never compare.
    pub title: Option<String>,
    /// The explanation for people.
    pub details: Option<String>,
}

/// What a message costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// `marketing`, `utility`, `service` …
    pub category: Option<String>,
    /// Whether it is charged. `None`: Meta no longer says.
    pub billable: Option<bool>,
    /// `PMP`, before July 2025 `CBP`.
    pub model: Option<String>,
}

/// `None` without id or status.
pub(super) fn read(place: &Place, status: &Object<'_>) -> Option<StatusUpdate> {
    let is_group = status.text("recipient_type").as_deref() == Some("group");
    let (person, user) = if is_group {
        let person =
            status.text("recipient_participant_id").or_else(|| status.text("participant_recipient_id"));
        (person, status.text("recipient_participant_user_id"))
    } else {
        (status.text("recipient_id"), status.text("recipient_user_id"))
    };
    let mut ids = chasqui_model::message::Sender { user_id: user.map(Into::into), ..Default::default() };
    if let Some(person) = person {
        sender::put_id(&mut ids, &person);
    }
    Some(StatusUpdate {
        phone_number_id: place.phone_number_id.clone(),
        business_account_id: place.business_account_id.clone(),
        wamid: status.string("id")?,
        status: Status::parse(&status.text("status")?),
        at: content::moment(status),
        recipient: ids.wa_id,
        user_id: ids.user_id,
        group: is_group.then(|| status.string("recipient_id")).flatten(),
        callback: status.string("biz_opaque_callback_data"),
        errors: status.raw("errors").map(errors).unwrap_or_default(),
        pricing: status.object("pricing").map(|pricing| Pricing {
            category: pricing.string("category"),
            billable: pricing.raw("billable").map(|_| pricing.is("billable")),
            model: pricing.string("pricing_model"),
        }),
    })
}

/// The elements of an `errors` array.
pub(super) fn errors(raw: &RawValue) -> Vec<WebhookError> {
    let elements = super::json::array(raw).into_iter().filter_map(|element| Object::parse(element.get()));
    elements
        .map(|error| WebhookError {
            code: error.integer("code").unwrap_or(0),
            title: error.string("title").or_else(|| error.string("message")),
            // Older payloads have the details in the error itself.
            details: error
                .object("error_data")
                .and_then(|data| data.string("details"))
                .or_else(|| error.string("error_data"))
                .or_else(|| error.string("details")),
        })
        .collect()
}

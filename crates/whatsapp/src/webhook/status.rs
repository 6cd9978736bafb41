//! How one of our messages fares.

use chasqui_model::Timestamp;
use chasqui_model::message::Sender;
use serde_json::value::RawValue;

use super::About;
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
    /// Whom it was sent to, as far as Meta tells. No id when it tells nothing.
    pub recipient: Sender,
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

/// The ids of whom a message was sent to. Of one to a group: a member.
pub(super) fn recipient(status: &Object<'_>) -> Sender {
    if is_group(status) {
        let either = |one: &'static str, two| if status.raw(one).is_some() { one } else { two };
        return sender::named(
            status,
            either("recipient_participant_id", "participant_recipient_id"),
            either("recipient_participant_user_id", "participant_recipient_user_id"),
            either("recipient_participant_parent_user_id", "participant_recipient_parent_user_id"),
        );
    }
    let mut recipient =
        sender::named(status, "recipient_id", "recipient_user_id", "recipient_parent_user_id");
    if recipient.parent_user_id.is_none() {
        recipient.parent_user_id = status.string("parent_recipient_user_id");
    }
    recipient
}

fn is_group(status: &Object<'_>) -> bool {
    status.text("recipient_type").as_deref() == Some("group")
}

/// `None` without id or status.
pub(super) fn read(
    place: &About,
    contacts: &sender::Contacts<'_>,
    status: &Object<'_>,
) -> Option<StatusUpdate> {
    Some(StatusUpdate {
        phone_number_id: place.phone_number_id.clone(),
        business_account_id: place.business_account_id.clone(),
        wamid: status.string("id")?,
        status: Status::parse(&status.text("status")?),
        at: content::moment(status),
        recipient: contacts.person(status).unwrap_or_default(),
        group: is_group(status).then(|| status.string("recipient_id")).flatten(),
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

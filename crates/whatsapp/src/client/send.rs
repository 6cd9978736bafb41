//! Sending messages, and telling that one was read.

use bytes::Bytes;
use chasqui_model::message::Sender;
use reqwest::Method;
use serde::Serialize;

use super::call::{self, Answer, CallError};
use super::{Client, Number};
use crate::error::GraphError;
use crate::webhook::json::{self, Object};
use crate::webhook::put_id;

/// Meta took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id in all later statuses.
    pub wamid: String,
    /// The recipient's WhatsApp id, which may differ from the number it was sent to.
    pub wa_id: Option<String>,
    /// The recipient's business-scoped user id.
    pub user_id: Option<String>,
    /// Templates only: `accepted`, `held_for_quality_assessment` or `paused`.
    pub message_status: Option<String>,
}

impl Sent {
    /// The recipient's ids, each where it belongs.
    pub fn recipient(&self) -> Sender {
        let mut sender = Sender { user_id: self.user_id.clone(), ..Sender::default() };
        if let Some(id) = &self.wa_id {
            put_id(&mut sender, id);
        }
        sender
    }
}

/// A message that was not sent, or of which nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Meta refused it: it was not sent.
    #[error("refused: {0}")]
    Refused(#[source] Box<GraphError>),
    /// No connection came about: it was not sent.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It may have been sent: the answer is lost or cannot be read. A status webhook with the callback text tells.
    #[error("the answer is lost: {0}")]
    Unknown(String),
}

impl Client {
    /// Sends the body that [`crate::message::to_wire`] wrote; with the account that pays, when the number names one.
    pub async fn send_message(&self, number: &Number, body: impl Into<Bytes>) -> Result<Sent, SendError> {
        let mut body = body.into();
        if let (Some(payer), Some(rest)) = (&number.payer, body.strip_prefix(b"{")) {
            body = [payer, rest].concat().into();
        }
        let request = call::request(&number.access, Method::POST, number.messages.clone(), Some(body));
        let response = self.http.execute(request).await.map_err(|error| {
            let unsent = error.is_connect() || error.is_builder();
            let cause = call::plain(error);
            if unsent { SendError::NotSent(cause) } else { SendError::Unknown(cause) }
        })?;
        let http = response.status().as_u16();
        match call::read(response).await {
            Ok(answer) => sent(&answer)
                .ok_or_else(|| SendError::Unknown(format!("HTTP status {http} without the id of a message"))),
            // A gateway that lost Meta's answer: the message may have come through.
            Err(CallError::Refused(error)) if error.code.is_none() && matches!(http, 502 | 504) => {
                Err(SendError::Unknown(error.to_string()))
            }
            Err(CallError::Refused(error)) => Err(SendError::Refused(error)),
            Err(CallError::NoAnswer(cause)) => Err(SendError::Unknown(cause)),
            Err(CallError::Garbage(http)) => Err(SendError::Unknown(format!("HTTP status {http}"))),
        }
    }

    /// Marks a message and all before it as read and, with `typing`, shows that an answer is being written (25 seconds
    /// at most). A failure matters to nobody.
    pub async fn mark_read(&self, number: &Number, wamid: &str, typing: bool) -> Result<(), CallError> {
        #[derive(Serialize)]
        struct Read<'a> {
            messaging_product: &'static str,
            status: &'static str,
            message_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            typing_indicator: Option<Typing>,
        }
        #[derive(Serialize)]
        struct Typing {
            r#type: &'static str,
        }
        let body = Read {
            messaging_product: "whatsapp",
            status: "read",
            message_id: wamid,
            typing_indicator: typing.then_some(Typing { r#type: "text" }),
        };
        self.post_json(&number.access, number.messages.clone(), &body).await?.success()
    }
}

/// The beginning of a message that names the messaging account which pays for it.
pub(super) fn payer(messaging_account_id: &str) -> Bytes {
    format!(r#"{{"messaging_account_id":"{messaging_account_id}","#).into()
}

fn sent(answer: &Answer) -> Option<Sent> {
    let first = |object: &Object<'_>, key: &str| {
        let elements = json::array(object.raw(key)?).into_iter().next()?.get().to_owned();
        Some(elements)
    };
    let text = json::mend(&answer.body);
    let answer = Object::parse(&text)?;
    let message = first(&answer, "messages")?;
    let message = Object::parse(&message)?;
    let contact = first(&answer, "contacts").unwrap_or_default();
    let contact = Object::parse(&contact);
    let of_contact = |key| contact.as_ref().and_then(|contact| contact.string(key));
    Some(Sent {
        wamid: message.string("id")?,
        wa_id: of_contact("wa_id"),
        user_id: of_contact("user_id"),
        message_status: message.string("message_status"),
    })
}

//! The bodies of deliveries, as Meta writes them.

use std::fmt::Write;

use crate::mark::Mark;
use crate::meta::Number;

/// What a contact sends.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Which message it is; this is also its text.
    pub mark: Mark,
    /// The contact's phone.
    pub phone: u64,
    /// The id of the button that it taps, instead of writing.
    pub tap: Option<&'a str>,
}

/// What is told about a message of the server's.
#[derive(Clone, Debug)]
pub(super) struct StatusNote {
    pub(super) wamid: String,
    pub(super) status: &'static str,
    pub(super) to: String,
    pub(super) callback: Box<str>,
    /// Which taking of the message it is about.
    pub(super) taking: usize,
}

/// A delivery of messages.
pub(super) fn messages(number: &Number, messages: &[Message<'_>], seconds: i64) -> String {
    let mut body = opening(number, 256 + messages.len() * 256);
    body.push_str(r#","contacts":["#);
    for (index, message) in messages.iter().enumerate() {
        comma(&mut body, index);
        let Message { mark, phone, .. } = message;
        let _ = write!(body, r#"{{"profile":{{"name":"Contact {}"}},"wa_id":"{phone}"}}"#, mark.contact);
    }
    body.push_str(r#"],"messages":["#);
    for (index, message) in messages.iter().enumerate() {
        comma(&mut body, index);
        write_message(&mut body, message, seconds);
    }
    close(body)
}

/// A delivery of statuses.
pub(super) fn statuses(number: &Number, notes: &[StatusNote], seconds: i64) -> String {
    let mut body = opening(number, 256 + notes.len() * 320);
    body.push_str(r#","statuses":["#);
    for (index, note) in notes.iter().enumerate() {
        comma(&mut body, index);
        let StatusNote { wamid, status, to, callback, .. } = note;
        let _ = write!(
            body,
            r#"{{"id":"{wamid}","status":"{status}","timestamp":"{seconds}","recipient_id":"{to}","biz_opaque_callback_data":"{callback}""#
        );
        if *status == "failed" {
            body.push_str(r#","errors":[{"code":131026,"title":"Message undeliverable"}]"#);
        } else {
            body.push_str(r#","pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}"#);
        }
        body.push('}');
    }
    close(body)
}

fn write_message(body: &mut String, message: &Message<'_>, seconds: i64) {
    let Message { mark, phone, tap } = message;
    let _ = write!(
        body,
        r#"{{"from":"{phone}","id":"wamid.IN{}.{}","timestamp":"{seconds}","#,
        mark.contact, mark.n
    );
    // Writing to memory does not fail.
    let _ = match tap {
        None => write!(body, r#""type":"text","text":{{"body":"{mark}"}}}}"#),
        Some(id) => write!(
            body,
            r#""type":"interactive","interactive":{{"type":"button_reply","button_reply":{{"id":"{id}","title":"{mark}"}}}}}}"#
        ),
    };
}

fn opening(number: &Number, capacity: usize) -> String {
    let mut body = String::with_capacity(capacity);
    let _ = write!(
        body,
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"1555{:07}","phone_number_id":"{}"}}"#,
        number.index,
        number.id()
    );
    body
}

fn close(mut body: String) -> String {
    body.push_str(r#"]},"field":"messages"}]}]}"#);
    body
}

fn comma(body: &mut String, index: usize) {
    if index > 0 {
        body.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_json() {
        let number = Number::new(3);
        let message = |n, tap| Message { mark: Mark { contact: 1, n }, phone: 49, tap };
        let text = messages(&number, &[message(0, None), message(1, Some("a:b"))], 1);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let value = &value["entry"][0]["changes"][0]["value"];
        assert_eq!(value["messages"][0]["text"]["body"], "[1-0]");
        assert_eq!(value["messages"][1]["interactive"]["button_reply"]["id"], "a:b");

        let note = StatusNote {
            wamid: "w".into(),
            status: "failed",
            to: "49".into(),
            callback: "msg".into(),
            taking: 0,
        };
        let value: serde_json::Value = serde_json::from_str(&statuses(&number, &[note], 1)).unwrap();
        assert_eq!(value["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"][0]["code"], 131_026);
    }
}

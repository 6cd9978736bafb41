//! Messages that a person of the business wrote on the phone (`smb_message_echoes`): a human took over.

use chasqui_model::message::{Inbound, Sender};

use super::json::Object;
use super::{content, sender};

/// What a person wrote to a contact, past the bot.
#[derive(Clone, Debug, PartialEq)]
pub struct Echo {
    /// To whom.
    pub to: Sender,
    /// What, in the shape of a message that came in.
    pub message: Inbound,
}

/// The echoes in the value of the field `smb_message_echoes`. Odd ones are left
/// out.
pub(super) fn echoes(value: &str) -> Vec<Echo> {
    let Some(value) = Object::parse(value) else { return Vec::new() };
    let all = value.array("message_echoes");
    let contacts = sender::Contacts::read(value.raw("contacts"), &all, sender::of_echo);
    let read = |raw: &serde_json::value::RawValue| {
        let echo = Object::parse(raw.get())?;
        let to = contacts.person(&echo)?;
        Some(Echo { to, message: content::inbound(echo.string("id")?, &echo, raw, || None) })
    };
    all.iter().copied().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use chasqui_model::message::inbound::Content;

    use super::*;

    #[test]
    fn an_echo_tells_to_whom_and_what() {
        let value = r#"{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"message_echoes":[7,{"from":"15550783881","to":"16505551234","to_user_id":"US.13491208655302741918","id":"wamid.ECHO","timestamp":"1739321024","type":"text","text":{"body":"A human answers from the phone"}}]}"#;
        let echoes = echoes(value);
        assert_eq!(echoes.len(), 1);
        assert_eq!(echoes[0].to.wa_id.as_deref(), Some("16505551234"));
        assert_eq!(echoes[0].to.user_id.as_deref(), Some("US.13491208655302741918"));
        assert_eq!(
            echoes[0].message.content,
            Content::Text { body: "A human answers from the phone".into() }
        );
    }
}

//! Whether people want marketing (`user_preferences`).

use chasqui_model::Timestamp;
use chasqui_model::message::Sender;

use super::json::Object;
use super::{content, sender};

/// What a contact chose.
#[derive(Clone, Debug, PartialEq)]
pub struct Preference {
    /// Who.
    pub sender: Sender,
    /// `marketing_messages`, so far the only one.
    pub category: String,
    /// The choice.
    pub choice: Choice,
    /// When.
    pub at: Timestamp,
}

/// A choice about a category of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// No more of them.
    Stop,
    /// Again, please.
    Resume,
    /// Signed up for them.
    Signup,
    /// A choice we do not know.
    Other(String),
}

/// The choices in the value of the field `user_preferences`. Odd ones are left
/// out.
pub(super) fn preferences(value: &str) -> Vec<Preference> {
    let Some(value) = Object::parse(value) else { return Vec::new() };
    let choices = value.array("user_preferences");
    let contacts = sender::Contacts::read(value.raw("contacts"), &choices, sender::of_named);
    let read = |raw: &serde_json::value::RawValue| {
        let preference = Object::parse(raw.get())?;
        Some(Preference {
            sender: contacts.person(&preference)?,
            category: preference.string("category")?,
            choice: match &*preference.text("value")? {
                "stop" => Choice::Stop,
                "resume" => Choice::Resume,
                "signup" => Choice::Signup,
                other => Choice::Other(other.to_owned()),
            },
            at: content::moment(&preference),
        })
    };
    choices.iter().copied().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_names_the_contact() {
        let value = r#"{"contacts":[{"profile":{"name":"Pablo M."},"wa_id":"16505551234","user_id":"US.13491208655302741918"}],"user_preferences":[{"wa_id":"16505551234","user_id":"US.13491208655302741918","detail":"User requested to stop marketing messages","category":"marketing_messages","value":"stop","timestamp":1731705721}]}"#;
        let preferences = preferences(value);
        assert_eq!(preferences[0].sender.name.as_deref(), Some("Pablo M."));
        assert_eq!(preferences[0].choice, Choice::Stop);
        assert_eq!(preferences[0].at, Timestamp::from_seconds(1_731_705_721));
    }
}

//! `location_request`: asks for a place with WhatsApp's own button, and waits for it.

use chasqui_model::message::inbound::Content;
use chasqui_model::message::limit;
use chasqui_model::message::outbound::Content as Outgoing;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::state::Progress;
use crate::step::{Answer, Turn};
use crate::template::Template;
use crate::validate::Check;
use crate::words::Phrase;

/// Asks for a place, and waits for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LocationRequest {
    /// The question, at most 1,024 characters. WhatsApp puts a button below it.
    pub text: Template,
    /// The variable that takes `{latitude, longitude, name, address}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What to say when the answer is no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<Template>,
    /// After how many such answers to give up; the bot's setting when left out, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
}

impl LocationRequest {
    fn ask(&self, turn: &mut Turn<'_>) {
        let body = turn.fill(&self.text);
        turn.send(Outgoing::LocationRequest { body });
    }
}

impl Behaviour for LocationRequest {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        self.ask(turn);
        Next::Wait(Progress::default())
    }

    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, progress: Progress) -> Next {
        if let Content::Location(place) = &answer.message.content {
            if let (Some(name), Ok(place)) = (&self.save_as, serde_json::to_value(place)) {
                turn.save(name, place);
            }
            return Next::port("next");
        }
        let progress = match turn.count_attempt(progress, self.max_attempts) {
            Ok(progress) => progress,
            Err(failure) => return Next::Fail(failure),
        };
        let words = match &self.invalid_message {
            Some(text) => turn.fill(text),
            None => turn.phrase(Phrase::InvalidAnswer, &[]),
        };
        turn.say(words);
        self.ask(turn);
        Next::Wait(progress)
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        check.needed("text", &self.text);
        check.text("text", &self.text, limit::INTERACTIVE_BODY);
        check.optional_text("invalid_message", self.invalid_message.as_ref(), limit::TEXT);
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }

    fn quotes(&self) -> bool {
        true
    }
}

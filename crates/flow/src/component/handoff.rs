//! `handoff`: hands the conversation to people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::step::Turn;
use crate::template::Template;
use crate::validate::Check;

/// Longest note for people, in characters.
const LONGEST_NOTE: usize = 2000;

/// Hands the conversation to people. The bot is silent until it is handed back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Handoff {
    /// What the contact is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Template>,
    /// What the people are told, for example what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Template>,
}

impl Behaviour for Handoff {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        if let Some(text) = &self.text {
            let text = turn.fill(text);
            turn.say(text);
        }
        let note = self.summary.as_ref().map(|summary| turn.fill(summary)).unwrap_or_default();
        Next::HandOff(chasqui_model::message::fit::shorten(&note, LONGEST_NOTE))
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::optional("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        if let Some(text) = &self.text {
            check.message("text", text);
        }
        check.optional_text("summary", self.summary.as_ref(), LONGEST_NOTE);
    }

    fn rests(&self) -> bool {
        true
    }

    fn quotes(&self) -> bool {
        true
    }

    fn says_text(&self) -> bool {
        true
    }
}

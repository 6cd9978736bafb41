//! `end`: ends the conversation, or returns to the bot that started this one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::step::Turn;
use crate::template::Template;
use crate::validate::Check;

/// Ends the conversation, or returns to the bot that started this one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct End {
    /// A last message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Template>,
}

impl Behaviour for End {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        if let Some(text) = &self.text {
            let text = turn.fill(text);
            turn.say(text);
        }
        Next::End
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        Vec::new()
    }

    fn check(&self, check: &mut Check<'_>) {
        if let Some(text) = &self.text {
            check.message("text", text);
        }
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

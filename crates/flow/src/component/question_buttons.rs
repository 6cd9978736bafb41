//! `question_buttons`: asks with up to three buttons. The label or its number can be typed too.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Button, Buttons, Content, Header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::{self, Asked, Choice};
use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::state::Progress;
use crate::step::{Answer, Turn};
use crate::template::Template;
use crate::validate::Check;

/// Asks with up to three buttons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuestionButtons {
    /// The question, at most 1,024 characters.
    pub text: Template,
    /// A picture above the text: an address, or the id of an uploaded file (`med_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Template>,
    /// Small print below the text, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Template>,
    /// One to three; labels of at most 20 characters.
    #[schemars(with = "Vec<ButtonShape>")]
    pub buttons: Vec<Choice>,
    /// The variable that takes the label of the chosen button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What to say when the answer is none of the buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<Template>,
    /// After how many such answers to give up; the bot's setting when left out, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
}

/// One button of a question.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ButtonChoice")]
#[expect(
    dead_code,
    reason = "describes a `Choice` without the line below its label, which buttons do not show"
)]
struct ButtonShape {
    /// Unique in the node: `[A-Za-z0-9_-]{1,64}`. Its port is `option:<id>`.
    id: String,
    /// What the contact reads.
    #[serde(default)]
    label: Template,
}

impl QuestionButtons {
    fn asked(&self) -> Asked<'_> {
        Asked {
            choices: self.buttons.iter().collect(),
            groups: vec![self.buttons.len()],
            longest: limit::BUTTON_TITLE,
            save_as: self.save_as.as_deref(),
            max_attempts: self.max_attempts,
            invalid_message: self.invalid_message.as_ref(),
        }
    }
}

impl Behaviour for QuestionButtons {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let labels = choice::labels(turn, self.buttons.iter(), &[self.buttons.len()]);
        if let Some(failed) = choice::nothing_to_choose(&labels) {
            return failed;
        }
        let progress = choice::remember(&labels, self.buttons.iter());
        let titles = choice::titles(labels, &[self.buttons.len()], limit::BUTTON_TITLE);
        let buttons = self
            .buttons
            .iter()
            .zip(titles)
            .filter(|(_, title)| !title.is_empty())
            .map(|(button, title)| Button { id: turn.wire_id(&button.id), title })
            .collect();
        let body = turn.fill(&self.text);
        let header = self.image.as_ref().and_then(|image| turn.picture(image)).map(Header::Image);
        let footer = self.footer.as_ref().map(|footer| turn.fill(footer));
        turn.send(Content::Buttons(Buttons { header, body, footer, buttons }));
        Next::Wait(progress)
    }

    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, progress: Progress) -> Next {
        self.asked().answer(turn, answer, progress, |turn| self.enter(turn))
    }

    fn chosen(&self, turn: &mut Turn<'_>, option: &str) -> Option<Next> {
        self.asked().chosen(turn, option)
    }

    fn ports(&self, node: &Node) -> Vec<Port> {
        choice::ports(self.buttons.iter(), node)
    }

    fn check(&self, check: &mut Check<'_>) {
        check.needed("text", &self.text);
        check.text("text", &self.text, limit::INTERACTIVE_BODY);
        check.picture("image", self.image.as_ref());
        check.optional_text("footer", self.footer.as_ref(), limit::FOOTER);
        check.optional_text("invalid_message", self.invalid_message.as_ref(), limit::TEXT);
        check.count("buttons", self.buttons.len(), 1..=limit::BUTTONS);
        check.distinct_ids("buttons", self.buttons.iter().map(|button| button.id.as_str()));
        choice::check(check, "buttons", self.buttons.iter(), limit::BUTTON_TITLE);
        for (index, button) in self.buttons.iter().enumerate() {
            if button.description.is_some() {
                let field = format!("buttons[{index}].description");
                check.error("no_description", &field, "buttons have no descriptions; lists do");
            }
        }
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }

    fn quotes(&self) -> bool {
        true
    }
}

//! `question_text`: asks for text, or only says something.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Button, Buttons, Content, Header, Media};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Behaviour, Next, Port};
use crate::answer::Validation;
use crate::definition::Node;
use crate::state::Progress;
use crate::step::{Answer, Turn};
use crate::template::Template;
use crate::validate::Check;
use crate::words::Phrase;

/// The option ids of the two buttons.
const BACK: &str = "back";
const SKIP: &str = "skip";

/// Asks for text, or only says something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuestionText {
    /// What to say.
    pub text: Template,
    /// A picture above the text: an address, or the id of an uploaded file (`med_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Template>,
    /// `false`: only says it and goes on.
    #[serde(skip_serializing_if = "Clone::clone")]
    pub wait: bool,
    /// The variable that takes the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What an answer must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// Longest answer, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// What to say when an answer does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<Template>,
    /// After how many such answers to give up; the bot's setting when left out, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    /// The label of a button that goes back to the question before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_button: Option<Template>,
    /// The label of a button that goes on without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_button: Option<Template>,
}

impl Default for QuestionText {
    fn default() -> Self {
        Self {
            text: Template::default(),
            image: None,
            wait: true,
            save_as: None,
            validation: None,
            max_length: None,
            invalid_message: None,
            max_attempts: None,
            back_button: None,
            skip_button: None,
        }
    }
}

impl QuestionText {
    fn ask(&self, turn: &mut Turn<'_>) {
        let body = turn.fill(&self.text);
        let image = self.image.as_ref().and_then(|image| turn.picture(image));
        let buttons: Vec<Button> = [(BACK, &self.back_button), (SKIP, &self.skip_button)]
            .into_iter()
            .filter(|_| self.wait)
            .filter_map(|(option, label)| {
                let title = turn.fill_label(label.as_ref()?);
                Some(Button { id: turn.wire_id(option), title })
            })
            .collect();
        let content = match image {
            _ if !buttons.is_empty() => {
                Content::Buttons(Buttons { header: image.map(Header::Image), body, footer: None, buttons })
            }
            Some(source) => {
                let caption = Some(body).filter(|body| !body.trim().is_empty());
                Content::Image(Media { source, caption, filename: None, voice: false })
            }
            None => return turn.say(body),
        };
        turn.send(content);
    }

    /// Whether the text goes out as it is: not below a picture, not above buttons.
    pub(super) fn is_plain(&self) -> bool {
        let has_buttons = self.wait && (self.back_button.is_some() || self.skip_button.is_some());
        self.image.is_none() && !has_buttons
    }

    /// Which of the two buttons an answer means.
    fn button(&self, turn: &mut Turn<'_>, answer: &Answer<'_>) -> Option<&'static str> {
        [(BACK, &self.back_button), (SKIP, &self.skip_button)].into_iter().find_map(|(option, label)| {
            let label = label.as_ref()?;
            let is_named = |text| {
                let label = turn.fill_label(label);
                turn.is_same(text, &label)
            };
            let meant = answer.option == Some(option) || answer.text.is_some_and(is_named);
            meant.then_some(option)
        })
    }

    /// The value of an answer that fits, or what to say to one that does not.
    fn read(&self, turn: &mut Turn<'_>, answer: &Answer<'_>) -> Result<Value, (Phrase, String)> {
        let text = answer.text.filter(|text| !text.is_empty());
        let text = text.ok_or((Phrase::ExpectText, String::new()))?;
        if let Some(limit) = self.max_length
            && text.chars().count() > limit
        {
            return Err((Phrase::TooLong, limit.to_string()));
        }
        match &self.validation {
            None => Ok(Value::from(text)),
            Some(validation) => validation.read(text, turn.language(), &turn.fuel),
        }
    }
}

impl Behaviour for QuestionText {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        self.ask(turn);
        if self.wait { Next::Wait(Progress::default()) } else { Next::port("next") }
    }

    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, progress: Progress) -> Next {
        match self.button(turn, answer) {
            Some(SKIP) if turn.is_connected(SKIP) => return Next::port(SKIP),
            Some(SKIP) => return Next::port("next"),
            Some(_) if turn.is_connected(BACK) => return Next::port(BACK),
            Some(_) => return Next::Back,
            None => {}
        }
        let (phrase, argument) = match self.read(turn, answer) {
            Ok(value) => {
                if let Some(name) = &self.save_as {
                    turn.save(name, value);
                }
                return Next::port("next");
            }
            Err(refused) => refused,
        };
        let progress = match turn.count_attempt(progress, self.max_attempts) {
            Ok(progress) => progress,
            Err(failure) => return Next::Fail(failure),
        };
        let own = self.validation.as_ref().and_then(|validation| validation.message.as_ref());
        let text = match own.or(self.invalid_message.as_ref()) {
            Some(text) => turn.fill(text),
            None => turn.phrase(phrase, &[("limit", &argument), ("example", &argument)]),
        };
        turn.say(text);
        Next::Wait(progress)
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        let mut ports = vec![Port::required("next")];
        if self.back_button.is_some() {
            ports.push(Port::optional(BACK));
        }
        if self.skip_button.is_some() {
            ports.push(Port::optional(SKIP));
        }
        ports
    }

    fn check(&self, check: &mut Check<'_>) {
        let has_buttons = self.wait && (self.back_button.is_some() || self.skip_button.is_some());
        check.needed("text", &self.text);
        check.text("text", &self.text, if has_buttons { limit::INTERACTIVE_BODY } else { limit::TEXT });
        check.picture("image", self.image.as_ref());
        check.optional_text("invalid_message", self.invalid_message.as_ref(), limit::TEXT);
        check.optional_text("back_button", self.back_button.as_ref(), limit::BUTTON_TITLE);
        check.optional_text("skip_button", self.skip_button.as_ref(), limit::BUTTON_TITLE);
        check.saves("save_as", self.save_as.as_deref());
        if self.max_length == Some(0) {
            check.error("invalid_value", "max_length", "no answer has 0 characters");
        }
        if let Some(validation) = &self.validation {
            check.optional_text("validation.message", validation.message.as_ref(), limit::TEXT);
            validation.check(check);
        }
    }

    fn rests(&self) -> bool {
        self.wait
    }

    fn quotes(&self) -> bool {
        true
    }

    fn says_text(&self) -> bool {
        self.is_plain()
    }
}

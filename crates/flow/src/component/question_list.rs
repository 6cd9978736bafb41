//! `question_list`: asks with a list of up to ten options behind a button. The label or its number can be typed too.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Content, List, Media, Row, Section};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::{self, Asked, Choice};
use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::state::Progress;
use crate::step::{Answer, Turn};
use crate::template::Template;
use crate::validate::Check;
use crate::words::Phrase;

/// Asks with a list of up to ten options.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuestionList {
    /// The question, at most 1,024 characters.
    pub text: Template,
    /// A picture, sent as a message of its own ahead: an address, or the id of an uploaded file (`med_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Template>,
    /// A line above the text, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Template>,
    /// Small print below the text, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Template>,
    /// The label of the button that opens the list, at most 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<Template>,
    /// The options, when the list has one section only. Labels of at most 24 characters, descriptions of at most 72.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// The options in sections.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<ChoiceSection>,
    /// The variable that takes the label of the chosen option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What to say when the answer is none of the options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<Template>,
    /// After how many such answers to give up; the bot's setting when left out, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
}

/// A section of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChoiceSection {
    /// At most 24 characters; needed when there is more than one section.
    pub title: Template,
    /// At least one.
    pub options: Vec<Choice>,
}

impl QuestionList {
    /// All options, in the order in which they are shown and numbered.
    fn choices(&self) -> impl Iterator<Item = &Choice> {
        self.options.iter().chain(self.sections.iter().flat_map(|section| &section.options))
    }

    /// How many options each section has.
    fn groups(&self) -> Vec<usize> {
        std::iter::once(self.options.len())
            .chain(self.sections.iter().map(|section| section.options.len()))
            .collect()
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            choices: self.choices().collect(),
            groups: self.groups(),
            longest: limit::ROW_TITLE,
            save_as: self.save_as.as_deref(),
            max_attempts: self.max_attempts,
            invalid_message: self.invalid_message.as_ref(),
        }
    }

    fn sections(&self, turn: &mut Turn<'_>, titles: Vec<String>) -> Vec<Section> {
        let mut titles = titles.into_iter();
        let mut rows = |turn: &mut Turn<'_>, options: &[Choice]| -> Vec<Row> {
            let row = |option: &Choice| {
                let title = titles.next().filter(|title| !title.is_empty())?;
                let description = option.description.as_ref().map(|description| turn.fill(description));
                Some(Row { id: turn.wire_id(&option.id), title, description })
            };
            options.iter().filter_map(row).collect()
        };
        let mut sections = Vec::new();
        if !self.options.is_empty() {
            sections.push(Section { title: None, rows: rows(turn, &self.options) });
        }
        for section in &self.sections {
            let title = Some(turn.fill(&section.title)).filter(|title| !title.trim().is_empty());
            sections.push(Section { title, rows: rows(turn, &section.options) });
        }
        sections.retain(|section| !section.rows.is_empty());
        sections
    }
}

impl Behaviour for QuestionList {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let groups = self.groups();
        let labels = choice::labels(turn, self.choices(), &groups);
        if let Some(failed) = choice::nothing_to_choose(&labels) {
            return failed;
        }
        if let Some(source) = self.image.as_ref().and_then(|image| turn.picture(image)) {
            turn.send(Content::Image(Media { source, caption: None, filename: None, voice: false }));
        }
        let progress = choice::remember(&labels, self.choices());
        let sections = self.sections(turn, choice::titles(labels, &groups, limit::ROW_TITLE));
        let body = turn.fill(&self.text);
        let header = self.header.as_ref().map(|header| turn.fill(header));
        let footer = self.footer.as_ref().map(|footer| turn.fill(footer));
        let button = match &self.button {
            Some(button) => turn.fill(button),
            None => turn.phrase(Phrase::Choose, &[]),
        };
        turn.send(Content::List(List { header, body, footer, button, sections }));
        Next::Wait(progress)
    }

    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, progress: Progress) -> Next {
        self.asked().answer(turn, answer, progress, |turn| self.enter(turn))
    }

    fn chosen(&self, turn: &mut Turn<'_>, option: &str) -> Option<Next> {
        self.asked().chosen(turn, option)
    }

    fn ports(&self, node: &Node) -> Vec<Port> {
        choice::ports(self.choices(), node)
    }

    fn check(&self, check: &mut Check<'_>) {
        check.needed("text", &self.text);
        check.text("text", &self.text, limit::INTERACTIVE_BODY);
        check.picture("image", self.image.as_ref());
        check.optional_text("header", self.header.as_ref(), limit::HEADER);
        check.optional_text("footer", self.footer.as_ref(), limit::FOOTER);
        check.optional_text("button", self.button.as_ref(), limit::LIST_BUTTON);
        check.optional_text("invalid_message", self.invalid_message.as_ref(), limit::TEXT);
        check.count("options", self.choices().count(), 1..=limit::LIST_ROWS);
        check.distinct_ids("options", self.choices().map(|option| option.id.as_str()));
        choice::check(check, "options", self.options.iter(), limit::ROW_TITLE);
        if !self.options.is_empty() && !self.sections.is_empty() {
            check.error("invalid_value", "sections", "give either `options` or `sections`, not both");
        }
        for (index, section) in self.sections.iter().enumerate() {
            let field = format!("sections[{index}]");
            if self.sections.len() > 1 {
                check.needed(&format!("{field}.title"), &section.title);
            }
            check.text(&format!("{field}.title"), &section.title, limit::SECTION_TITLE);
            if section.options.is_empty() {
                check.error(
                    "invalid_count",
                    &format!("{field}.options"),
                    "a section has at least one option",
                );
            }
            choice::check(check, &format!("{field}.options"), section.options.iter(), limit::ROW_TITLE);
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

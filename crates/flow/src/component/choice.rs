//! The options of a question: how they are shown, and which of them an answer means.

use std::borrow::Cow;

use chasqui_model::message::{fit, limit};
use chasqui_model::typed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Next, Port};
use crate::definition::Node;
use crate::fuel::cost;
use crate::state::Progress;
use crate::step::{Answer, Failure, Turn};
use crate::template::Template;
use crate::validate::Check;
use crate::words::Phrase;

/// One option of a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Unique in the node: `[A-Za-z0-9_-]{1,64}`. Its port is `option:<id>`.
    pub id: String,
    /// What the contact reads.
    #[serde(default)]
    pub label: Template,
    /// A line below the label; lists only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Template>,
}

/// The labels of a question's options, filled and made distinct, not shortened. Empty for an option that is not to be shown:
/// one whose variables hold nothing, as in a list that has room for more than a catalogue has. `groups` says how many options
/// each section has: the same label may stand in several.
pub(super) fn labels<'c>(
    turn: &mut Turn<'_>,
    choices: impl Iterator<Item = &'c Choice>,
    groups: &[usize],
) -> Vec<String> {
    let labels = choices
        .map(|choice| {
            let label = turn.fill_label(&choice.label);
            let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
            if label.is_empty() && choice.label.is_literal() { choice.id.clone() } else { label }
        })
        .collect();
    titles(labels, groups, usize::MAX)
}

/// The labels as they are shown: shortened, and distinct in each group. Those that are not shown stay empty.
pub(super) fn titles(labels: Vec<String>, groups: &[usize], longest: usize) -> Vec<String> {
    let mut labels = labels.into_iter();
    let mut all = Vec::with_capacity(labels.len());
    for count in groups {
        let group: Vec<String> = labels.by_ref().take(*count).collect();
        let shown = group.iter().filter(|label| !label.is_empty()).cloned().collect();
        let mut shown = fit::distinct(shown, longest).into_iter();
        let title = |label: String| if label.is_empty() { label } else { shown.next().unwrap_or_default() };
        all.extend(group.into_iter().map(title));
    }
    all
}

/// What a question without anything to choose comes to: WhatsApp takes none. `None` when there is something.
pub(super) fn nothing_to_choose(labels: &[String]) -> Option<Next> {
    let message = "No option of the question has a label, so there is nothing to choose.";
    labels.iter().all(String::is_empty).then(|| Next::Fail(Failure::new("no_options", message)))
}

/// What to remember of the labels until the answer comes: nothing when they cannot change.
pub(super) fn remember<'c>(labels: &[String], mut choices: impl Iterator<Item = &'c Choice>) -> Progress {
    let labels = if choices.all(|choice| choice.label.is_literal()) { Vec::new() } else { labels.to_vec() };
    Progress { labels, ..Progress::default() }
}

/// A question whose answer is one of some options.
pub(super) struct Asked<'q> {
    pub choices: Vec<&'q Choice>,
    /// How many of them each section has.
    pub groups: Vec<usize>,
    /// Longest label that is shown.
    pub longest: usize,
    pub save_as: Option<&'q str>,
    pub max_attempts: Option<u32>,
    /// The node's own words for an answer that is none of the options.
    pub invalid_message: Option<&'q Template>,
}

impl Asked<'_> {
    /// Goes on by the option that the answer means; by `fallback`, or asks again with `again`, when it means none.
    pub fn answer(
        &self,
        turn: &mut Turn<'_>,
        answer: &Answer<'_>,
        progress: Progress,
        again: impl FnOnce(&mut Turn<'_>) -> Next,
    ) -> Next {
        let labels = if progress.labels.len() == self.choices.len() {
            progress.labels.clone()
        } else {
            labels(turn, self.choices.iter().copied(), &self.groups)
        };
        let bytes = answer.text.map_or(0, str::len) + labels.iter().map(String::len).sum::<usize>();
        turn.fuel.burn_for(bytes, 4 * cost::FOLD);
        if let Some(index) = self.meant(answer, &labels) {
            return self.take(turn, index, labels);
        }
        if turn.is_connected("fallback") {
            return Next::port("fallback");
        }
        let progress = match turn.count_attempt(progress, self.max_attempts) {
            Ok(progress) => progress,
            Err(failure) => return Next::Fail(failure),
        };
        let text = match self.invalid_message {
            Some(text) => turn.fill(text),
            None => turn.phrase(Phrase::Fallback, &[]),
        };
        turn.say(text);
        match again(turn) {
            Next::Wait(fresh) => Next::Wait(Progress { labels: fresh.labels, ..progress }),
            other => other,
        }
    }

    /// Goes on by the option with this id. `None` when there is none.
    pub fn chosen(&self, turn: &mut Turn<'_>, option: &str) -> Option<Next> {
        let index = self.choices.iter().position(|choice| choice.id == option)?;
        let labels = labels(turn, self.choices.iter().copied(), &self.groups);
        Some(self.take(turn, index, labels))
    }

    fn take(&self, turn: &mut Turn<'_>, index: usize, mut labels: Vec<String>) -> Next {
        if let Some(name) = self.save_as {
            turn.save(name, Value::String(labels.swap_remove(index)));
        }
        let port = format!("option:{}", self.choices[index].id);
        if turn.is_connected(&port) { Next::Port(Cow::Owned(port)) } else { Next::port("next") }
    }

    /// The option that an answer means: tapped, its label typed, or its number typed. A label that several sections have
    /// means none of them: the question is asked again rather than guessed.
    fn meant(&self, answer: &Answer<'_>, labels: &[String]) -> Option<usize> {
        let shown = |index: &usize| !labels[*index].is_empty();
        if let Some(option) = answer.option {
            return self.choices.iter().position(|choice| choice.id == option).filter(shown);
        }
        let text = answer.text.filter(|text| !text.is_empty())?;
        let folded = typed::fold(text);
        for shown in [labels, &titles(labels.to_vec(), &self.groups, self.longest)] {
            let mut named = shown
                .iter()
                .enumerate()
                .filter(|(_, label)| !label.is_empty() && typed::fold(label) == folded);
            match (named.next(), named.next()) {
                (Some((index, _)), None) => return Some(index),
                (Some(_), Some(_)) => return None,
                (None, _) => {}
            }
        }
        let number = || (0..labels.len()).filter(shown).nth(option_number(&folded)?.checked_sub(1)?);
        number().or_else(|| only(labels, text))
    }
}

/// The option's number that a folded text is: `2`, `2.`, `(2)`, `#2`; keys, circles and other scripts' digits are folded to it.
fn option_number(folded: &str) -> Option<usize> {
    let digits = folded.trim_start_matches(['#', '(']).trim_end_matches(['.', ')', ':', '!']).trim();
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The one label whose words a text has, apart from emoji and sentence marks. `None` when several have them.
fn only(labels: &[String], text: &str) -> Option<usize> {
    let words = typed::bare(text)?;
    let mut found =
        (0..labels.len()).filter(|&index| typed::bare(&labels[index]).is_some_and(|it| it == words));
    found.next().filter(|_| found.next().is_none())
}

/// The ports of a question with options.
pub(super) fn ports<'c>(choices: impl Iterator<Item = &'c Choice>, _: &Node) -> Vec<Port> {
    choices
        .map(|choice| Port::unless("next", format!("option:{}", choice.id)))
        .chain([Port::optional("next"), Port::optional("fallback")])
        .collect()
}

/// Checks ids and labels.
pub(super) fn check<'c>(
    check: &mut Check<'_>,
    field: &str,
    choices: impl Iterator<Item = &'c Choice>,
    longest: usize,
) {
    for (index, choice) in choices.enumerate() {
        let at = format!("{field}[{index}]");
        check.id(&format!("{at}.id"), &choice.id);
        check.needed(&format!("{at}.label"), &choice.label);
        check.text(&format!("{at}.label"), &choice.label, longest);
        if let Some(description) = &choice.description {
            check.text(&format!("{at}.description"), description, limit::ROW_DESCRIPTION);
        }
    }
}

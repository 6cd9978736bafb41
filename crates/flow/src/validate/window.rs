//! What the bot may say when nobody has written for a day: only templates may be sent then.

use std::collections::HashMap;

use crate::component::{Component, LlmMode, OutsideWindow};
use crate::definition::{Definition, Node};
use crate::problem::Problem;

/// How long free-form messages may be sent after the contact's last one, in seconds.
const WINDOW: f64 = chasqui_model::window::WINDOW.as_secs_f64();

/// The code of the warning. Whoever knows the bot's numbers drops it where each has a reopening template.
pub const OUTSIDE_WINDOW: &str = "outside_window";

/// Warns of messages that may come a day after the contact's last one.
pub(super) fn check(definition: &Definition, positions: &HashMap<&str, usize>, problems: &mut Vec<Problem>) {
    let Some(start) = positions.get(definition.start.as_str()).copied() else { return };
    let silence = silences(definition, positions, start);
    for (node, silence) in definition.nodes.iter().zip(silence) {
        if silence.is_some_and(|silence| silence >= WINDOW) && speaks(&node.component) {
            let message = "this may come a day after the contact's last message, when only templates may be sent; \
                           choose a reopening template in the integration's settings, or send a template that waits \
                           for its answer before";
            problems.push(Problem::error(OUTSIDE_WINDOW, message).as_warning().in_node(&node.id));
        }
    }
}

/// How long the contact may have been silent at most when each node is come to, in seconds up to a day. `None`: no way
/// leads there.
fn silences(definition: &Definition, positions: &HashMap<&str, usize>, start: usize) -> Vec<Option<f64>> {
    let mut silence: Vec<Option<f64>> = vec![None; definition.nodes.len()];
    silence[start] = Some(0.0);
    // A way without a circle has fewer edges than there are nodes. Whatever still grows after so many rounds is in a circle
    // that sleeps, and grows without end.
    for round in 0..=definition.nodes.len() {
        let mut grows = false;
        for (at, node) in definition.nodes.iter().enumerate() {
            let Some(before) = silence[at] else { continue };
            for (to, mut after) in leads(node, before, positions) {
                let is_longer = silence[to].is_none_or(|known| after > known);
                if is_longer {
                    if round == definition.nodes.len() {
                        after = WINDOW;
                    }
                    silence[to] = Some(after.min(WINDOW));
                    grows = true;
                }
            }
        }
        if !grows {
            break;
        }
    }
    silence
}

/// Where a node leads, and how long the contact may have been silent then.
fn leads<'n>(
    node: &'n Node,
    before: f64,
    positions: &'n HashMap<&str, usize>,
) -> impl Iterator<Item = (usize, f64)> + 'n {
    let (next, error) = match &node.component {
        Component::TimeDelay(delay) => {
            let after = before + delay.total();
            // With an error port for it, the flow only goes on while the window is open.
            (if delay.outside_window == OutsideWindow::Error { 0.0 } else { after }, after)
        }
        component if waits(component) => (0.0, before),
        _ => (before, before),
    };
    let ports =
        node.ports.iter().map(move |(port, to)| (to.as_str(), if port == "error" { error } else { next }));
    let jump = node.component.behaviour().jumps_to().map(move |to| (to, next));
    ports.chain(jump).filter_map(move |(to, after)| Some((*positions.get(to)?, after)))
}

/// Whether it says something that is no template.
fn speaks(component: &Component) -> bool {
    match component {
        Component::QuestionText(_)
        | Component::QuestionButtons(_)
        | Component::QuestionList(_)
        | Component::QuestionMedia(_)
        | Component::Media(_)
        | Component::CtaUrl(_)
        | Component::LocationRequest(_) => true,
        Component::End(end) => end.text.is_some(),
        Component::Handoff(handoff) => handoff.text.is_some(),
        Component::LlmConversation(talk) => talk.mode == LlmMode::Conversation,
        Component::Template(_)
        | Component::Formula(_)
        | Component::SetVariable(_)
        | Component::ApiRequest(_)
        | Component::CustomCode(_)
        | Component::Email(_)
        | Component::GoogleSheets(_)
        | Component::GoogleDrive(_)
        | Component::TimeDelay(_)
        | Component::Jump(_) => false,
    }
}

/// Whether the flow goes on from it when the contact has written.
fn waits(component: &Component) -> bool {
    match component {
        Component::QuestionText(question) => question.wait,
        Component::Template(template) => !template.options.is_empty(),
        Component::LlmConversation(talk) => talk.mode == LlmMode::Conversation,
        Component::QuestionButtons(_)
        | Component::QuestionList(_)
        | Component::QuestionMedia(_)
        | Component::LocationRequest(_)
        | Component::Handoff(_) => true,
        Component::Media(_)
        | Component::CtaUrl(_)
        | Component::Formula(_)
        | Component::SetVariable(_)
        | Component::ApiRequest(_)
        | Component::CustomCode(_)
        | Component::Email(_)
        | Component::GoogleSheets(_)
        | Component::GoogleDrive(_)
        | Component::TimeDelay(_)
        | Component::Jump(_)
        | Component::End(_) => false,
    }
}

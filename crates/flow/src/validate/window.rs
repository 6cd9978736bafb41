//! What the bot may say when nobody has written for a day: only templates may be sent then.

use std::collections::HashMap;

use super::graph::{components, reach};
use crate::component::{Component, LlmMode, OutsideWindow};
use crate::definition::{Definition, Node};
use crate::problem::{Problem, Problems};

/// How long free-form messages may be sent after the contact's last one, in seconds.
const WINDOW: f64 = chasqui_model::window::WINDOW.as_secs_f64();

/// The code of the warning. Whoever knows the bot's numbers drops it where each has a reopening template.
pub const OUTSIDE_WINDOW: &str = "outside_window";

/// Warns of messages that may come a day after the contact's last one.
pub(super) fn check(definition: &Definition, positions: &HashMap<&str, usize>, problems: &mut Problems) {
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
    let ways: Vec<Vec<Way>> = definition.nodes.iter().map(|node| ways(node, positions)).collect();
    let targets = |ways: &Vec<Way>| ways.iter().map(|way| way.to).collect();
    let all: Vec<Vec<usize>> = ways.iter().map(targets).collect();
    let reached = reach(start, &all);
    let mut silence: Vec<Option<f64>> = reached.iter().map(|reached| reached.then_some(0.0)).collect();
    let lasting = |ways: &Vec<Way>| ways.iter().filter(|way| way.lasts.is_some()).map(|way| way.to).collect();
    let lasting: Vec<Vec<usize>> = ways.iter().map(lasting).collect();
    let circles = components(&lasting);
    let mut circle_of = vec![0; ways.len()];
    for (index, circle) in circles.iter().enumerate() {
        for &node in circle {
            circle_of[node] = index;
        }
    }
    // Each circle is found after all that it leads to; backwards, what leads to it comes first.
    for (index, circle) in circles.iter().enumerate().rev() {
        let Some(before) = circle.iter().filter_map(|&node| silence[node]).reduce(f64::max) else { continue };
        let ahead = || circle.iter().flat_map(|&node| &ways[node]);
        let sleeps = |way: &Way| circle_of[way.to] == index && way.lasts.is_some_and(|time| time > 0.0);
        // A circle that sleeps goes round until the window is closed.
        let before = if ahead().any(sleeps) { WINDOW } else { before };
        for &node in circle {
            silence[node] = Some(before);
        }
        for way in ahead().filter(|way| circle_of[way.to] != index) {
            let after = way.lasts.map_or(0.0, |time| (before + time).min(WINDOW));
            silence[way.to] = silence[way.to].map(|known| known.max(after));
        }
    }
    silence
}

/// A way from a node to another.
struct Way {
    to: usize,
    /// How much longer the contact has been silent at its end. `None`: they have just written.
    lasts: Option<f64>,
}

fn ways(node: &Node, positions: &HashMap<&str, usize>) -> Vec<Way> {
    let (next, error) = match &node.component {
        Component::TimeDelay(delay) => {
            let time = Some(delay.total());
            // With an error port for it, the flow only goes on while the window is open.
            (if delay.outside_window == OutsideWindow::Error { None } else { time }, time)
        }
        component if waits(component) => (None, Some(0.0)),
        _ => (Some(0.0), Some(0.0)),
    };
    let ports = node.ports.iter().map(|(port, to)| (to.as_str(), if port == "error" { error } else { next }));
    let jump = node.component.behaviour().jumps_to().map(|to| (to, next));
    ports.chain(jump).filter_map(|(to, lasts)| Some(Way { to: *positions.get(to)?, lasts })).collect()
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

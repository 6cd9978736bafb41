//! What is wrong with a bot. Everything is found at once, so that an editor can show it all.

mod check;
mod graph;
mod window;

pub(crate) use check::Check;
pub use window::OUTSIDE_WINDOW;

use std::collections::{HashMap, HashSet};

use crate::component::Need;
use crate::definition::{Definition, Node};
use crate::problem::{Problem, Problems};
use crate::words::Language;

/// Everything that is wrong with a bot. Publishing wants no errors; warnings are for people.
pub fn validate(definition: &Definition) -> Vec<Problem> {
    let mut check = Check::new(definition);
    whole(definition, &mut check);
    let mut positions: HashMap<&str, usize> = HashMap::new();
    for (position, node) in definition.nodes.iter().enumerate() {
        check.enter(node);
        if positions.insert(&node.id, position).is_some() {
            check.error("duplicate_id", "id", "another node has this id");
        }
        check.id("id", &node.id);
        node.component.behaviour().check(&mut check);
        check.optional_text(
            "error_message",
            node.error_message.as_ref(),
            chasqui_model::message::limit::TEXT,
        );
        idle_switches(node, &mut check);
    }
    let mut problems = check.finish();
    for node in &definition.nodes {
        ports(node, &positions, &mut problems);
    }
    graph::check(definition, &positions, &mut problems);
    window::check(definition, &positions, &mut problems);
    problems.into_vec()
}

/// Switches that change nothing where they are.
fn idle_switches(node: &Node, check: &mut Check<'_>) {
    if node.quote && !node.component.quotes() {
        check.warning("no_effect", "quote", "this component sends no message that can quote");
    }
    if node.preview_url && !node.component.says_text() {
        let message = "this component sends no plain text: only there WhatsApp shows a link as a card";
        check.warning("no_effect", "preview_url", message);
    }
}

/// The names of a bot's variables: those that are declared, in their order, then those that nodes make without, by name.
pub fn variables(definition: &Definition) -> Vec<String> {
    let check = Check::new(definition);
    let declared = definition.variables.keys();
    let mut others: Vec<&String> =
        check.made().filter(|name| !definition.variables.contains_key(*name)).collect();
    others.sort_unstable();
    declared.chain(others).cloned().collect()
}

/// What concerns the bot as a whole.
fn whole(definition: &Definition, check: &mut Check<'_>) {
    let length = definition.name.trim().chars().count();
    if !(1..=80).contains(&length) {
        check.error("invalid_name", "name", "a bot's name has 1 to 80 characters");
    }
    for name in definition.variables.keys() {
        check.variable_name(&format!("variables.{name}"), name);
    }
    let settings = &definition.settings;
    if let Some(zone) = &settings.time_zone
        && crate::scope::zone(zone).is_none()
    {
        let message = format!("`{zone}` is not an IANA time zone such as `Europe/Berlin`");
        check.error("unknown_time_zone", "settings.time_zone", &message);
    }
    if !Language::CODES.contains(&settings.language.as_str()) {
        let message = format!("there are no texts in `{}`; English ones are used", settings.language);
        check.warning("unknown_language", "settings.language", &message);
    }
    for (phrase, text) in &settings.messages {
        let name = serde_json::to_value(phrase).unwrap_or_default();
        let field = format!("settings.messages.{}", name.as_str().unwrap_or_default());
        check.phrase(&field, text, phrase.longest());
    }
}

/// What is wrong with the ports of a node.
fn ports(node: &Node, positions: &HashMap<&str, usize>, problems: &mut Problems) {
    let known = node.component.behaviour().ports(node);
    let names: HashSet<&str> = known.iter().map(|port| port.name.as_str()).collect();
    for (port, target) in &node.ports {
        if port != "error" && !names.contains(port.as_str()) {
            let message = format!("a {} has no port `{port}`", node.component.kind());
            problems.push(Problem::error("unknown_port", message).in_node(&node.id).at_port(port));
        }
        if !positions.contains_key(target.as_str()) {
            let message = format!("the port leads to `{target}`, which does not exist");
            problems.push(Problem::error("unknown_target", message).in_node(&node.id).at_port(port));
        }
    }
    for port in known {
        let needed = match port.need {
            Need::Required => true,
            Need::Optional => false,
            Need::Unless(other) => !node.connects(other),
        };
        if needed && !node.connects(&port.name) {
            let message = format!("the port `{}` leads nowhere", port.name);
            problems
                .push(Problem::error("port_not_connected", message).in_node(&node.id).at_port(&port.name));
        }
    }
}

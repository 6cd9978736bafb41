//! A bot that can run: checked, and with its ports resolved to positions.

use std::collections::HashMap;

use chasqui_model::typed;

use crate::definition::{Definition, Node, Settings};
use crate::problem::Problem;

/// A bot that can run. Texts, formulas and regular expressions are parsed; ports lead to positions.
#[derive(Clone, Debug)]
pub struct Flow {
    definition: Definition,
    start: usize,
    positions: HashMap<String, usize>,
    ports: Vec<Vec<(String, usize)>>,
    /// Folded, in order.
    restart_words: Vec<String>,
}

impl Flow {
    /// Checks a bot and prepares it. Refuses one with errors; warnings do not matter.
    pub fn compile(definition: Definition) -> Result<Self, Vec<Problem>> {
        let problems = crate::validate::validate(&definition);
        if problems.iter().any(Problem::is_error) {
            return Err(problems);
        }
        Self::prepare(definition)
    }

    /// Prepares a bot that may be unfinished, for trying it out: whatever is missing fails where the conversation comes
    /// to it. `start` is the node to begin at, in place of the bot's own. Refuses only a bot without a start.
    pub fn rehearse(mut definition: Definition, start: Option<&str>) -> Result<Self, Vec<Problem>> {
        if let Some(start) = start {
            start.clone_into(&mut definition.start);
        }
        Self::prepare(definition)
    }

    fn prepare(definition: Definition) -> Result<Self, Vec<Problem>> {
        let positions: HashMap<String, usize> =
            definition.nodes.iter().enumerate().map(|(position, node)| (node.id.clone(), position)).collect();
        let Some(&start) = positions.get(&definition.start) else {
            return Err(vec![Problem::error("missing_start", "the bot has no start").in_field("start")]);
        };
        let target = |(port, to): (&String, &String)| Some((port.clone(), *positions.get(to)?));
        let ports =
            definition.nodes.iter().map(|node| node.ports.iter().filter_map(target).collect()).collect();
        let words = definition.settings.restart_words.iter();
        let mut restart_words: Vec<_> =
            words.map(|word| typed::fold(word)).filter(|word| !word.is_empty()).collect();
        restart_words.sort_unstable();
        Ok(Self { definition, start, positions, ports, restart_words })
    }

    /// The bot file it was made from.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The bot's settings.
    pub fn settings(&self) -> &Settings {
        &self.definition.settings
    }

    /// The bots that its jump nodes start, each once.
    pub fn references(&self) -> Vec<String> {
        references(&self.definition)
    }

    /// Whether this text ends the conversation and begins another.
    pub(crate) fn is_restart_word(&self, text: &str) -> bool {
        if text.len() > 200 || !self.may_restart(text) {
            return false;
        }
        let knows = |word: String| self.restart_words.binary_search(&word).is_ok();
        knows(typed::fold(text)) || typed::bare(text).is_some_and(knows)
    }

    /// Tells most messages apart by their first letter: folding plain letters changes nothing but their case.
    fn may_restart(&self, text: &str) -> bool {
        let starts_with =
            |first: u8| self.restart_words.iter().any(|word| word.as_bytes().first() == Some(&first));
        match typed::trim(text).as_bytes().first() {
            Some(first) if text.is_ascii() => starts_with(first.to_ascii_lowercase()),
            first => first.is_some() && !self.restart_words.is_empty(),
        }
    }

    pub(crate) fn start(&self) -> usize {
        self.start
    }

    pub(crate) fn node(&self, position: usize) -> &Node {
        &self.definition.nodes[position]
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// Where a port leads.
    pub(crate) fn target(&self, position: usize, port: &str) -> Option<usize> {
        self.ports[position].iter().find(|(name, _)| name == port).map(|(_, to)| *to)
    }
}

/// The bots that a definition's jump nodes start, each once.
pub fn references(definition: &Definition) -> Vec<String> {
    let mut references: Vec<String> = Vec::new();
    for node in &definition.nodes {
        if let Some(bot) = node.component.behaviour().starts()
            && !references.iter().any(|known| known == bot)
        {
            references.push(bot.to_owned());
        }
    }
    references
}

//! Collects what is wrong with fields, and which variables a bot reads and makes.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use chasqui_model::message::limit;

use crate::definition::{Definition, Node};
use crate::expression::Expression;
use crate::path::{Path, Segment, is_name, is_system_name};
use crate::pattern::{MAX_COMPILED, MAX_OF_FLOW, Pattern, Refused};
use crate::problem::{Problem, Problems};
use crate::template::Template;
use crate::wire::{ID_RULE, is_id};

/// Collects what is wrong with fields, and which variables a bot reads and makes.
pub(crate) struct Check<'d> {
    definition: &'d Definition,
    node: Option<&'d Node>,
    /// The variables are being gathered: nothing is judged.
    gathers: bool,
    problems: Problems,
    /// Variables that are read and that nobody makes.
    unknown: Problems,
    made: HashSet<String>,
    /// The regular expressions, each once, and what they take together.
    patterns: HashMap<String, Result<usize, Refused>>,
    compiled: usize,
}

impl<'d> Check<'d> {
    pub fn new(definition: &'d Definition) -> Self {
        let mut check = Self {
            definition,
            node: None,
            gathers: true,
            problems: Problems::default(),
            unknown: Problems::default(),
            made: definition.variables.keys().cloned().collect(),
            patterns: HashMap::new(),
            compiled: 0,
        };
        for node in &definition.nodes {
            check.enter(node);
            node.component.behaviour().check(&mut check);
        }
        (check.gathers, check.node) = (false, None);
        check
    }

    /// What follows concerns this node.
    pub fn enter(&mut self, node: &'d Node) {
        self.node = Some(node);
    }

    /// The bot that is checked.
    pub fn definition(&self) -> &'d Definition {
        self.definition
    }

    /// The variables that are declared or made.
    pub fn made(&self) -> impl Iterator<Item = &String> {
        self.made.iter()
    }

    /// The id of the node that is checked.
    pub fn node_id(&self) -> &'d str {
        self.node.map_or("", |node| node.id.as_str())
    }

    /// A formula: well formed, and with variables that exist.
    pub fn formula(&mut self, field: &str, formula: &Expression) {
        if formula.source().trim().is_empty() {
            self.error("missing_field", field, "this field must not be empty");
        } else if let Some(error) = formula.error() {
            self.error("invalid_formula", field, &error.to_string());
        }
        for path in formula.paths() {
            self.reads(field, path);
        }
    }

    pub fn error(&mut self, code: &'static str, field: &str, message: &str) {
        if !self.gathers {
            let problem = self.place(Problem::error(code, message), field);
            self.problems.push(problem);
        }
    }

    pub fn warning(&mut self, code: &'static str, field: &str, message: &str) {
        if !self.gathers {
            let problem = self.place(Problem::error(code, message), field);
            self.problems.push(problem.as_warning());
        }
    }

    fn place(&self, problem: Problem, field: &str) -> Problem {
        let problem = problem.in_field(field);
        match self.node {
            Some(node) => problem.in_node(&node.id),
            None => problem,
        }
    }

    /// A regular expression: one that is valid, and not too large alone and with those of the whole bot.
    pub fn pattern(&mut self, field: &str, pattern: &Pattern) {
        if self.gathers || self.compiled > MAX_OF_FLOW {
            return;
        }
        let size = if let Some(known) = self.patterns.get(pattern.source()) {
            known.clone()
        } else {
            let size = pattern.check();
            self.compiled += size.as_ref().map_or(MAX_COMPILED / 4, |size| *size);
            self.patterns.insert(pattern.source().to_owned(), size.clone());
            size
        };
        if let Err(Refused(reason)) = size {
            self.error("invalid_regex", field, &reason);
        }
        if self.compiled > MAX_OF_FLOW {
            let limit = MAX_OF_FLOW / (1024 * 1024);
            let message = format!(
                "the regular expressions of the bot take more than {limit} MiB together: make them smaller or fewer; \
                 those from here on were not checked"
            );
            self.error("regexes_too_large", field, &message);
        }
    }

    /// The field must not be empty.
    pub fn needed(&mut self, field: &str, text: &Template) {
        if text.is_empty() {
            self.error("missing_field", field, "this field must not be empty");
        }
    }

    /// A text with a longest length, which it must keep even before its variables are filled in.
    pub fn text(&mut self, field: &str, text: &Template, longest: usize) {
        let length = text.least_length();
        if length > longest {
            let message = format!("{length} characters; WhatsApp allows {longest}");
            self.error("too_long", field, &message);
        }
        self.template(field, text);
    }

    /// A text message: not empty, and with WhatsApp's longest length.
    pub fn message(&mut self, field: &str, text: &Template) {
        self.needed(field, text);
        self.text(field, text, limit::TEXT);
    }

    /// A text that may be left out, but not be empty.
    pub fn optional_text(&mut self, field: &str, text: Option<&Template>, longest: usize) {
        if let Some(text) = text {
            self.needed(field, text);
            self.text(field, text, longest);
        }
    }

    /// Words in place of the bot's usual ones; they may hold the places that the usual ones have.
    pub fn phrase(&mut self, field: &str, text: &Template, longest: usize) {
        self.needed(field, text);
        if text.least_length() > longest {
            self.error("too_long", field, &format!("WhatsApp allows {longest} characters"));
        }
        for path in text.paths() {
            if !matches!(path.name(), "limit" | "example" | "kinds" | "count" | "done") {
                self.reads(field, path);
            }
        }
    }

    /// Anything with variables in it.
    pub fn template(&mut self, field: &str, text: &Template) {
        for path in text.paths() {
            self.reads(field, path);
        }
    }

    /// A path that is read.
    pub fn reads(&mut self, field: &str, path: &Path) {
        if self.gathers {
            return;
        }
        let known = if path.is_system() { is_known_system(path) } else { self.made.contains(path.name()) };
        if !known {
            let message = format!("there is no variable `{path}`");
            let problem = self.place(Problem::error("unknown_variable", message), field);
            self.unknown.push(problem);
        }
    }

    /// An address of a picture, or the id of an uploaded file.
    pub fn picture(&mut self, field: &str, text: Option<&Template>) {
        let Some(text) = text else { return };
        self.needed(field, text);
        if !text.is_empty() && text.is_literal() && crate::step::media_source(text.source().trim()).is_none()
        {
            self.error("invalid_url", field, "neither an http(s) address nor an uploaded file (`med_…`)");
        }
        self.template(field, text);
    }

    /// The name of an account's connection. Whether there is one is for whoever knows the account to say.
    pub fn connection(&mut self, field: &str, name: &str) {
        if name.trim().is_empty() {
            self.error("missing_connection", field, "choose a connection");
        }
    }

    /// The name of an account's connection that may be left out.
    pub fn optional_connection(&mut self, field: &str, name: Option<&str>) {
        if let Some(name) = name {
            self.connection(field, name);
        }
    }

    /// How long a service may take.
    pub fn timeout(&mut self, field: &str, seconds: Option<f64>) {
        if seconds.is_some_and(|seconds| !(0.1..=crate::service::LONGEST_TIMEOUT).contains(&seconds)) {
            self.error("invalid_value", field, "an answer may take 0.1 to 60 seconds");
        }
    }

    /// A variable that the node makes.
    pub fn saves(&mut self, field: &str, name: Option<&str>) {
        if let Some(name) = name {
            self.variable_name(field, name);
            if self.gathers {
                self.made.insert(name.to_owned());
            }
        }
    }

    /// The name of a variable.
    pub fn variable_name(&mut self, field: &str, name: &str) {
        if is_system_name(name) {
            self.error("reserved_name", field, &format!("`{name}` belongs to the system; take another name"));
        } else if !is_name(name) {
            let message = format!(
                "`{name}` is not a variable's name: a letter or `_`, then letters, digits or `_`, at most 64"
            );
            self.error("invalid_name", field, &message);
        }
    }

    /// The id of a node or an option.
    pub fn id(&mut self, field: &str, id: &str) {
        if !is_id(id) {
            self.error("invalid_id", field, ID_RULE);
        }
    }

    /// Ids that must differ.
    pub fn distinct_ids<'i>(&mut self, field: &str, ids: impl Iterator<Item = &'i str>) {
        let mut seen = HashSet::new();
        for (index, id) in ids.enumerate() {
            if !seen.insert(id) {
                self.error(
                    "duplicate_id",
                    &format!("{field}[{index}].id"),
                    &format!("`{id}` is there already"),
                );
            }
        }
    }

    /// How many there may be.
    pub fn count(&mut self, field: &str, count: usize, allowed: RangeInclusive<usize>) {
        if !allowed.contains(&count) {
            let (least, most) = (allowed.start(), allowed.end());
            let message = format!("{count} given; there must be {least} to {most}");
            self.error("invalid_count", field, &message);
        }
    }

    /// What was found, and behind it which variables are read but never made.
    pub fn finish(mut self) -> Problems {
        self.problems.append(self.unknown);
        self.problems
    }
}

fn is_known_system(path: &Path) -> bool {
    let first = path.segments().first();
    let key = match first {
        Some(Segment::Key(key)) => Some(key.as_str()),
        Some(Segment::Index(_)) => return false,
        None => None,
    };
    let alone = path.segments().len() == 1;
    match (path.name(), key) {
        ("now" | "today" | "message", None) => true,
        ("message", Some(key)) => crate::system::has_field("message", key),
        (root, Some(key)) => alone && crate::system::has_field(root, key),
        (_, None) => false,
    }
}

//! Reads bot files. Every refusal names the node, the path and the reason.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Definition, FORMAT, MAX_BYTES, MAX_DEPTH, MAX_NODES, Node, Settings, Test, VariableType};
use crate::component::Component;
use crate::problem::{Problem, Problems};

/// Most that the aliases of a YAML file may repeat, in events: a file that multiplies itself is refused at once.
const MAX_REPEATED: usize = 20_000;

impl Definition {
    /// Reads a bot file: JSON when it begins with a brace, else YAML.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > MAX_BYTES {
            let message = format!("the file has {} bytes; at most {MAX_BYTES} are allowed", text.len());
            return Err(vec![Problem::error("too_large", message)]);
        }
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let value = if text.starts_with('{') { read_json(text) } else { read_yaml(text) };
        Self::from_value(value.map_err(|problem| vec![problem])?)
    }

    /// Reads a bot file that is JSON already.
    pub fn from_value(value: Value) -> Result<Self, Vec<Problem>> {
        if !is_shallow(&value, MAX_DEPTH) {
            let message = format!("the file is nested deeper than {MAX_DEPTH} levels");
            return Err(vec![Problem::error("too_deep", message)]);
        }
        let Value::Object(fields) = value else {
            return Err(vec![Problem::error("wrong_type", "a bot file is one object")]);
        };
        let mut reader = Reader { fields, problems: Problems::default(), node: None };
        let definition = reader.definition();
        if reader.problems.is_empty() { Ok(definition) } else { Err(reader.problems.into_vec()) }
    }
}

fn read_json(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| Problem::error("not_json", format!("not valid JSON: {error}")))
}

fn read_yaml(text: &str) -> Result<Value, Problem> {
    // YAML 1.2: `No`, `on`, `012`, `1_000` and `12:30` are words.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPEATED }
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default();
        Problem::error("not_yaml", format!("not valid YAML: {first}"))
    })
}

/// Whether nothing in the value is nested deeper than `levels`.
pub(crate) fn is_shallow(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_shallow(item, levels - 1)),
        Value::Object(fields) => levels > 0 && fields.values().all(|item| is_shallow(item, levels - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Takes fields out of an object and collects what is wrong with them.
struct Reader {
    fields: Map<String, Value>,
    problems: Problems,
    /// Where the fields are, when in a node: its position and its id.
    node: Option<(usize, Option<String>)>,
}

impl Reader {
    fn definition(&mut self) -> Definition {
        let format = self.required("format").unwrap_or(0);
        if format != FORMAT && self.problems.is_empty() {
            let message = format!("format {format} is not known; this version reads format {FORMAT}");
            self.problems.push(Problem::error("unknown_format", message).in_field("format"));
        }
        let name = self.required("name").unwrap_or_default();
        let start = self.optional("start").unwrap_or_default();
        let settings: Settings = self.optional("settings").unwrap_or_default();
        let variables: IndexMap<String, VariableType> = self.optional("variables").unwrap_or_default();
        let layout = self.optional("layout").unwrap_or_default();
        let notes = self.optional("notes").unwrap_or_default();
        let nodes: Vec<Value> = self.optional("nodes").unwrap_or_default();
        let tests: Vec<Test> = self.optional("tests").unwrap_or_default();
        self.refuse_the_rest();
        let nodes = self.nodes(nodes);
        Definition { format, name, start, settings, variables, nodes, layout, notes, tests }
    }

    fn nodes(&mut self, values: Vec<Value>) -> Vec<Node> {
        if values.len() > MAX_NODES {
            let message = format!("the bot has {} nodes; at most {MAX_NODES} are allowed", values.len());
            self.problems.push(Problem::error("too_many_nodes", message).in_field("nodes"));
            return Vec::new();
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut nodes = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let Value::Object(fields) = value else {
                let problem = Problem::error("wrong_type", "a node is an object");
                self.problems.push(problem.in_field(format!("nodes[{index}]")));
                continue;
            };
            let mut reader = Self { fields, problems: Problems::default(), node: Some((index, None)) };
            let node = reader.node_fields();
            self.problems.append(std::mem::take(&mut reader.problems));
            if let Some(node) = node {
                if let Some(first) = seen.insert(node.id.clone(), index) {
                    let message = format!("nodes[{index}].id: nodes[{first}] has this id too");
                    let problem = Problem::error("duplicate_id", message);
                    self.problems.push(problem.in_node(&node.id).in_field("id"));
                }
                nodes.push(node);
            }
        }
        nodes
    }

    fn node_fields(&mut self) -> Option<Node> {
        let id: Option<String> = self.required("id");
        if let (Some(id), Some(node)) = (&id, &mut self.node) {
            node.1 = Some(id.clone());
        }
        let kind: Option<String> = self.required("type");
        let label = self.optional("label");
        let note = self.optional("note");
        let ports = self.optional("ports").unwrap_or_default();
        let error_message = self.optional("error_message");
        let email_admin = self.optional("email_admin").unwrap_or_default();
        let quote = self.optional("quote").unwrap_or_default();
        let preview_url = self.optional("preview_url").unwrap_or_default();
        let fields = Value::Object(std::mem::take(&mut self.fields));
        let component = match Component::read(&kind?, fields) {
            Ok(component) => component,
            Err(error) => {
                self.refuse(&error.field, error.code, &error.message);
                return None;
            }
        };
        Some(Node { id: id?, label, note, component, ports, error_message, email_admin, quote, preview_url })
    }

    /// Takes a field that must be there.
    fn required<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        if self.fields.get(key).is_none_or(Value::is_null) {
            self.fields.remove(key);
            self.refuse(key, "missing_field", "this field is missing");
            return None;
        }
        self.optional(key)
    }

    /// Takes a field. `None` when it is not there, `null`, or wrong; the latter is noted.
    fn optional<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let value = self.fields.remove(key).filter(|value| !value.is_null())?;
        match serde_path_to_error::deserialize(value) {
            Ok(value) => Some(value),
            Err(error) => {
                let path = error.path().to_string();
                let field = match path.as_str() {
                    "." => key.to_owned(),
                    inner if inner.starts_with('[') => format!("{key}{inner}"),
                    inner => format!("{key}.{inner}"),
                };
                self.refuse(&field, "wrong_type", &error.into_inner().to_string());
                None
            }
        }
    }

    fn refuse_the_rest(&mut self) {
        for key in std::mem::take(&mut self.fields).keys() {
            self.refuse(key, "unknown_field", "there is no such field");
        }
    }

    fn refuse(&mut self, field: &str, code: &'static str, reason: &str) {
        let problem = match &self.node {
            None => Problem::error(code, reason),
            Some((index, id)) => {
                let problem = Problem::error(code, format!("nodes[{index}].{field}: {reason}"));
                match id {
                    Some(id) => problem.in_node(id),
                    None => problem,
                }
            }
        };
        self.problems.push(problem.in_field(field));
    }
}

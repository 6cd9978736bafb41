//! What components can do in a turn: read, say, save, note.

use std::sync::Arc;

use chasqui_model::Id;
use chasqui_model::bot::Bot;
use chasqui_model::message::outbound::{Content, MediaSource};
use chasqui_model::message::{Inbound, Outbound, fit};
use chasqui_model::typed;
use serde_json::{Map, Value};

use super::fail::{Failure, Guard};
use super::{MAX_MESSAGES, MAX_VARIABLES};
use crate::context::{Context, Library, StandIn};
use crate::definition::{Node, VariableType};
use crate::effect::Effect;
use crate::flow::Flow;
use crate::fuel::{BUDGET, Fuel, cost};
use crate::scope::Scope;
use crate::setting::Setting;
use crate::state::{Progress, State};
use crate::template::Template;
use crate::trace::Visit;
use crate::words::{Language, Phrase};

/// Deepest nesting of a variable's value. The stored state must stay readable.
pub(crate) const MAX_VALUE_DEPTH: usize = 64;
/// Longest label, in bytes; WhatsApp shows a hundredth of it.
const LONGEST_LABEL: usize = 4096;

/// A turn under way.
pub(crate) struct Turn<'t> {
    pub(super) library: &'t dyn Library,
    pub(super) context: &'t Context,
    pub(super) flow: Arc<Flow>,
    pub(super) state: State,
    /// The node that is at work.
    pub(super) at: usize,
    pub(super) effects: Vec<Effect>,
    pub(super) visits: Vec<Visit>,
    pub(super) changed: Map<String, Value>,
    pub(super) remark: Option<&'static str>,
    pub(super) left_over: Vec<Inbound>,
    pub(super) broken: Option<Guard>,
    pub(super) sent: usize,
    /// A template stands in for what this turn says.
    pub(super) stood_in: bool,
    /// What it may still do.
    pub fuel: Fuel,
    /// Whether the reserve is in use: the budget is used up.
    pub(super) on_reserve: bool,
    /// Bytes of all variables, once they were counted in this turn.
    size: Option<usize>,
}

/// What the contact said to a node that waits.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// The message as it came.
    pub message: &'a Inbound,
    /// The words, when it is text or a tapped label.
    pub text: Option<&'a str>,
    /// The option of this very node that was tapped.
    pub option: Option<&'a str>,
}

impl<'t> Turn<'t> {
    pub fn new(library: &'t dyn Library, flow: Arc<Flow>, state: State, context: &'t Context) -> Self {
        Self {
            library,
            context,
            flow,
            state,
            at: 0,
            effects: Vec::new(),
            visits: Vec::new(),
            changed: Map::new(),
            remark: None,
            left_over: Vec::new(),
            broken: None,
            sent: 0,
            stood_in: context.stand_in == StandIn::Sent,
            fuel: Fuel::new(BUDGET),
            on_reserve: false,
            size: None,
        }
    }

    /// The node that is at work.
    pub fn node(&self) -> &Node {
        self.flow.node(self.at)
    }

    /// Whether a port of the node leads anywhere.
    pub fn is_connected(&self, port: &str) -> bool {
        self.flow.target(self.at, port).is_some()
    }

    /// The bot that is at work.
    pub fn bot(&self) -> Id<Bot> {
        self.state.flow.bot
    }

    /// The words of the contact's last message.
    pub fn last_text(&self) -> String {
        self.state.message.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Where the node with this id is.
    pub fn position(&self, node: &str) -> Option<usize> {
        self.flow.position(node)
    }

    /// Whether further messages of the contact came while a call was under way.
    pub fn has_pending(&self) -> bool {
        !self.state.pending.is_empty()
    }

    /// The bot's language.
    pub fn language(&self) -> Language {
        Language::of(&self.flow.settings().language)
    }

    pub fn context(&self) -> &'t Context {
        self.context
    }

    pub fn library(&self) -> &'t dyn Library {
        self.library
    }

    /// The conversation's variables.
    pub fn variables(&self) -> &Map<String, Value> {
        &self.state.variables
    }

    /// The id of an option of this node, as it goes over the wire.
    pub fn wire_id(&self, option: &str) -> String {
        crate::wire::id(self.context.conversation, self.state.frame, &self.node().id, option)
    }

    /// Runs `read` with everything that texts and formulas can read; warnings go to the trace.
    pub fn with_scope<R>(&mut self, read: impl FnOnce(&Scope<'_>, &mut Vec<String>) -> R) -> R {
        self.with_places(&[], read)
    }

    fn with_places<R>(
        &mut self,
        places: &[(&str, &str)],
        read: impl FnOnce(&Scope<'_>, &mut Vec<String>) -> R,
    ) -> R {
        let scope = Scope {
            variables: &self.state.variables,
            message: &self.state.message,
            context: self.context,
            time_zone: self.flow.settings().time_zone.as_deref(),
            places,
            fuel: &self.fuel,
        };
        let mut spare = Vec::new();
        let warnings = self.visits.last_mut().map_or(&mut spare, |visit| &mut visit.warnings);
        read(&scope, warnings)
    }

    /// A text with its variables filled in.
    pub fn fill(&mut self, template: &Template) -> String {
        let text = self.with_scope(|scope, warnings| template.fill(scope, warnings));
        self.fuel.burn_for(text.len(), cost::FIT);
        text
    }

    /// A label with its variables filled in. What is beyond the longest that anybody could type is cut.
    pub fn fill_label(&mut self, template: &Template) -> String {
        let mut text = self.fill(template);
        text.truncate(text.floor_char_boundary(LONGEST_LABEL));
        text
    }

    /// Whether a text that somebody wrote is the same to a reader as another.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        self.fuel.burn_for(one.len() + other.len(), 2 * cost::FOLD) && typed::same(one, other)
    }

    /// A value with its variables filled in.
    pub fn value(&mut self, setting: &Setting) -> Value {
        self.with_scope(|scope, warnings| setting.value(scope, warnings))
    }

    /// Something the bot says by itself, in its own words or the usual ones. `places` fills what stands in braces there.
    pub fn phrase(&mut self, phrase: Phrase, places: &[(&str, &str)]) -> String {
        let flow = Arc::clone(&self.flow);
        let usual = phrase.usual(self.language());
        match phrase.own(flow.settings()) {
            Some(own) => self.with_places(places, |scope, warnings| own.fill(scope, warnings)),
            None if places.is_empty() => usual.to_owned(),
            None => {
                self.fuel.burn(cost::PHRASE);
                let usual = Template::parse(usual);
                self.with_places(places, |scope, warnings| usual.fill(scope, warnings))
            }
        }
    }

    /// Sends plain text.
    pub fn say(&mut self, body: String) {
        let preview_url = self.node().preview_url;
        self.send(Content::Text { body, preview_url });
    }

    /// Sends a message, fitted to WhatsApp's limits.
    pub fn send(&mut self, content: Content) {
        let reply_to = self.quoted();
        // A text that was cut off because the fuel is used up is not for the contact.
        if self.fuel.is_out() {
            return;
        }
        for message in fit::fit(Outbound { content, reply_to }) {
            if self.broken.is_some() {
                return;
            }
            if self.sent >= MAX_MESSAGES {
                self.broken = Some(Guard::Messages);
                return;
            }
            self.sent += 1;
            let node = self.node().id.clone();
            self.put_out(message, node);
        }
    }

    /// The contact's message that a node's first message quotes, when its author wants that.
    fn quoted(&self) -> Option<String> {
        let is_first = || self.visits.last().is_some_and(|visit| visit.effects.is_empty());
        if !self.node().quote || !is_first() {
            return None;
        }
        self.state.message.get("id")?.as_str().map(str::to_owned)
    }

    /// Adds an effect and notes it at the present visit.
    pub fn push(&mut self, effect: Effect) {
        if let Some(visit) = self.visits.last_mut() {
            visit.effects.push(self.effects.len());
        }
        self.effects.push(effect);
    }

    /// Stores a variable, as its type wants it.
    pub fn save(&mut self, name: &str, value: Value) {
        let bytes = size_of(&value);
        if !self.fuel.burn_for(bytes + name.len(), cost::SAVE) {
            return;
        }
        let (value, bytes) = match self.flow.definition().variables.get(name) {
            Some(&kind) => {
                let value = self.typed(kind, value);
                let bytes = size_of(&value);
                (value, bytes)
            }
            None => (value, bytes),
        };
        if !crate::definition::is_shallow(&value, MAX_VALUE_DEPTH) {
            self.broken.get_or_insert(Guard::Depth);
            return;
        }
        // All variables, without what this one has held.
        let others =
            self.size() - self.state.variables.get(name).map_or(0, |it| size_of(it) + name.len() + 4);
        let size = others + bytes + name.len() + 4;
        if size > MAX_VARIABLES {
            self.broken.get_or_insert(Guard::Variables);
            return;
        }
        self.size = Some(size);
        self.detail(["saved `", name, "`"].concat());
        self.changed.insert(name.to_owned(), value.clone());
        match self.state.variables.get_mut(name) {
            Some(held) => *held = value,
            None => drop(self.state.variables.insert(name.to_owned(), value)),
        }
    }

    /// Whether a value could be stored.
    pub fn has_room_for(&mut self, value: &Value) -> bool {
        self.size() + size_of(value) + 64 <= MAX_VARIABLES
            && crate::definition::is_shallow(value, MAX_VALUE_DEPTH)
    }

    /// Removes a variable.
    pub fn clear(&mut self, name: &str) {
        // What stands behind it moves up.
        self.fuel.burn_for(self.state.variables.len(), cost::TERM);
        if let Some(value) = self.state.variables.shift_remove(name) {
            self.fuel.burn_for(size_of(&value), cost::COPY);
            self.size = self.size.map(|size| size - (name.len() + 4 + size_of(&value)));
            self.changed.insert(name.to_owned(), Value::Null);
            self.detail(format!("cleared `{name}`"));
        }
    }

    /// Forgets how large the variables are; for those who put others in place.
    pub(super) fn count_anew(&mut self) {
        self.size = None;
    }

    pub(super) fn size(&mut self) -> usize {
        let (state, fuel) = (&self.state, &self.fuel);
        *self.size.get_or_insert_with(|| {
            let frames = state.stack.iter().map(|frame| &frame.variables);
            let size = frames.chain([&state.variables]).map(size_of_map).sum();
            fuel.burn_for(size, cost::COPY);
            size
        })
    }

    fn typed(&self, kind: VariableType, value: Value) -> Value {
        match (kind, &value) {
            (VariableType::Number, Value::String(text)) => {
                self.fuel.burn_for(text.len(), cost::DIGITS);
                crate::number::read(text, self.language()).unwrap_or(value)
            }
            (VariableType::Boolean, Value::String(text)) if text.len() > LONGEST_LABEL => value,
            (VariableType::Boolean, Value::String(text)) => match typed::fold(text).as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => value,
            },
            _ => value,
        }
    }

    /// Says in the trace what happened at the present visit.
    pub fn detail(&mut self, text: String) {
        let Some(visit) = self.visits.last_mut() else { return };
        match &mut visit.detail {
            Some(detail) if detail.len() < 2000 => {
                detail.push_str("; ");
                detail.push_str(&text);
            }
            Some(_) => {}
            None => visit.detail = Some(text),
        }
    }

    /// Says in the trace what was odd at the present visit.
    pub fn warn(&mut self, text: impl Into<String>) {
        if let Some(visit) = self.visits.last_mut()
            && visit.warnings.len() < 20
        {
            visit.warnings.push(text.into());
        }
    }

    /// Counts an answer that does not fit. Fails when there were too many.
    pub fn count_attempt(&mut self, mut progress: Progress, most: Option<u32>) -> Result<Progress, Failure> {
        progress.attempts = progress.attempts.saturating_add(1);
        let most = most.unwrap_or(self.flow.settings().max_attempts);
        if most > 0 && progress.attempts >= most {
            let message = "A question got too many answers that do not fit.";
            return Err(Failure::new("too_many_attempts", message).telling(Phrase::MaxAttempts));
        }
        Ok(progress)
    }

    /// Where a picture or file is: an address or the id of an uploaded file. `None`, with a warning, when it is neither.
    pub fn picture(&mut self, template: &Template) -> Option<MediaSource> {
        let text = self.fill(template);
        let source = media_source(text.trim());
        if source.is_none() {
            self.warn("the picture is neither an address nor an uploaded file; it was left out");
        }
        source
    }
}

/// Where a file is: an `http(s)` address, or the id of an uploaded file (`med_…`).
pub(crate) fn media_source(text: &str) -> Option<MediaSource> {
    MediaSource::parse(text)
}

pub(crate) fn size_of_map(map: &Map<String, Value>) -> usize {
    map.iter().map(|(key, value)| key.len() + 4 + size_of(value)).sum::<usize>() + 2
}

/// About how many bytes a value has as JSON.
pub(crate) fn size_of(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 20,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| size_of(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => size_of_map(fields),
    }
}

//! A bot, a contact and a world that answers what the test says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chasqui_flow::*;
use chasqui_model::message::inbound::{Content, Inbound};
use chasqui_model::message::outbound;
use chasqui_model::{Id, Timestamp};
use serde_json::{Map, Value, json};

/// A library of bots by their number: `bot_` and 32 times the digit.
#[derive(Default)]
pub struct Shelf(pub HashMap<u8, Arc<Flow>>);

impl Library for Shelf {
    fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        self.0.get(&key.bot.bytes()[0]).cloned()
    }

    fn resolve(&self, reference: &str) -> Option<FlowKey> {
        let bot: Id<chasqui_model::bot::Bot> = reference.parse().ok()?;
        self.0.contains_key(&bot.bytes()[0]).then_some(FlowKey { bot, version: 1 })
    }
}

pub fn key(number: u8) -> FlowKey {
    FlowKey { bot: Id::from_bytes([number; 16]), version: 1 }
}

pub fn context() -> Context {
    Context {
        now: Timestamp::from_seconds(1_767_258_000),
        time_zone: "UTC".to_owned(),
        contact: ContactView {
            name: Some("Ana".to_owned()),
            phone: Some("4915123456789".to_owned()),
            ..ContactView::default()
        },
        conversation: Id::from_bytes([9; 16]),
        integration_name: "Main line".to_owned(),
        bot_name: "Bot".to_owned(),
        window_open: true,
        stand_in: StandIn::Nothing,
    }
}

/// A bot file with these nodes; the first one is the start.
pub fn definition(nodes: Value) -> Definition {
    let start = nodes[0]["id"].clone();
    Definition::from_value(json!({ "format": 1, "name": "Bot", "start": start, "nodes": nodes })).unwrap()
}

pub fn compile(definition: Definition) -> Arc<Flow> {
    Arc::new(Flow::compile(definition).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

pub fn text(body: &str) -> Content {
    Content::Text { body: body.to_owned() }
}

pub fn inbound(content: Content) -> Inbound {
    Inbound {
        wamid: "wamid.1".to_owned(),
        at: Timestamp::from_seconds(1_767_258_000),
        content,
        reply_to: None,
        forwarded: false,
        frequently_forwarded: false,
        referral: None,
        product: None,
    }
}

/// A conversation under test.
pub struct Talk {
    pub shelf: Shelf,
    pub context: Context,
    pub state: State,
    /// The last step.
    pub effects: Vec<Effect>,
    pub trace: Trace,
    pub left_over: Vec<Inbound>,
    /// What it took.
    pub work: u64,
    /// Everything that was sent.
    pub shown: Vec<outbound::Content>,
}

impl Talk {
    pub fn new(flow: Arc<Flow>) -> Self {
        Self::with(flow, Map::new())
    }

    pub fn with(flow: Arc<Flow>, preset: Map<String, Value>) -> Self {
        Self {
            shelf: Shelf(HashMap::from([(1, flow)])),
            context: context(),
            state: State::begin(key(1), preset),
            effects: Vec::new(),
            trace: Trace { cause: Cause::Start, visits: Vec::new(), changed: Map::new(), remark: None },
            left_over: Vec::new(),
            work: 0,
            shown: Vec::new(),
        }
    }

    pub fn of(nodes: Value) -> Self {
        Self::new(compile(definition(nodes)))
    }

    /// Runs an event. The state goes through its stored form, as in production.
    pub fn run(&mut self, event: Event) -> &mut Self {
        let state = State::from_json(&self.state.to_json().unwrap()).unwrap();
        assert_eq!(state, self.state);
        let step = step(&self.shelf, state, event, &self.context);
        self.state = step.state;
        self.effects = step.effects;
        self.trace = step.trace;
        self.left_over = step.left_over;
        self.work = step.work;
        let sent: Vec<_> = self.sent().cloned().collect();
        self.shown.extend(sent);
        self
    }

    pub fn hears(&mut self, content: Content) -> &mut Self {
        self.run(Event::Message(inbound(content)))
    }

    pub fn says(&mut self, body: &str) -> &mut Self {
        self.hears(text(body))
    }

    /// Taps the newest button, or picks the newest row, with this label.
    pub fn taps(&mut self, label: &str) -> &mut Self {
        let content = self.shown.iter().rev().find_map(|content| tapped(content, label));
        self.hears(content.unwrap_or_else(|| panic!("nothing to tap with the label {label}")))
    }

    pub fn answers(&mut self, outcome: Outcome) -> &mut Self {
        let call = self.state.pending_call().expect("no call is under way");
        self.run(Event::Answer { call, outcome })
    }

    pub fn wakes(&mut self) -> &mut Self {
        let sleep = self.state.pending_sleep().expect("no sleep is in hand");
        self.run(Event::Wake { sleep })
    }

    pub fn sent(&self) -> impl Iterator<Item = &outbound::Content> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { message, .. } => Some(&message.content),
            _ => None,
        })
    }

    pub fn texts(&self) -> Vec<&str> {
        self.sent().map(outbound::Content::text).collect()
    }

    pub fn notices(&self) -> Vec<&str> {
        let code = |effect| if let &Effect::Notice { code, .. } = effect { Some(code) } else { None };
        self.effects.iter().filter_map(code).collect()
    }

    pub fn request(&self) -> Option<&Request> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Call { request, .. } => Some(request),
            _ => None,
        })
    }

    pub fn http(&self) -> &HttpRequest {
        match self.request() {
            Some(Request::Http(request)) => request,
            other => panic!("no HTTP request but {other:?}"),
        }
    }

    pub fn sleep(&self) -> Option<Duration> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Sleep { duration, .. } => Some(*duration),
            _ => None,
        })
    }

    /// The nodes of the last step, with the ports they were left by.
    pub fn path(&self) -> Vec<String> {
        let visits = self.trace.visits.iter();
        visits
            .map(|visit| match &visit.port {
                Some(port) => format!("{}:{port}", visit.node),
                None => visit.node.clone(),
            })
            .collect()
    }

    pub fn variable(&self, name: &str) -> Value {
        self.state.variables().get(name).cloned().unwrap_or_default()
    }
}

fn tapped(content: &outbound::Content, label: &str) -> Option<Content> {
    match content {
        outbound::Content::Buttons(buttons) => {
            let button = buttons.buttons.iter().find(|button| button.title == label)?;
            Some(Content::ButtonReply { id: button.id.clone(), title: button.title.clone() })
        }
        outbound::Content::List(list) => {
            let row =
                list.sections.iter().flat_map(|section| &section.rows).find(|row| row.title == label)?;
            Some(Content::ListReply { id: row.id.clone(), title: row.title.clone(), description: None })
        }
        outbound::Content::Template(template) => {
            template.buttons.iter().find_map(|button| match &button.value {
                outbound::TemplateButtonValue::QuickReply(payload)
                    if payload.ends_with(&format!(":{label}")) =>
                {
                    Some(Content::QuickReply { payload: payload.clone(), text: label.to_owned() })
                }
                _ => None,
            })
        }
        _ => None,
    }
}

pub fn http(status: u16, json: &Value) -> Outcome {
    Outcome::Http(Ok(HttpAnswer {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body_text: json.to_string(),
    }))
}

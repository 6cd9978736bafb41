//! The bot's side of a test: its state, the time, and the answers of the world.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::conversation::{EndReason, Status};
use chasqui_model::message::{Inbound, Outbound, inbound};
use chasqui_model::{Id, Timestamp};
use serde_json::{Map, Value};

use crate::context::{ContactView, Context, FlowKey, Library};
use crate::definition::{Canned, MediaKind, Test};
use crate::effect::{CallError, CallErrorKind, Effect, Event, HttpAnswer, Outcome, Request, StoredMedia};
use crate::flow::Flow;
use crate::state::State;
use crate::step::step;

/// The key of the bot under test. No real bot has it.
const OWN: FlowKey = FlowKey { bot: Id::from_bytes([0; 16]), version: 0 };
/// When tests begin: 1 January 2026, 09:00 UTC.
const BEGIN: Timestamp = Timestamp::from_seconds(1_767_258_000);
/// How long after a contact's message free-form messages may be sent.
const WINDOW: Duration = Duration::from_hours(24);

/// The bot under test beside the bots of the library.
struct Shelf<'s> {
    library: &'s dyn Library,
    flow: &'s Arc<Flow>,
}

impl Library for Shelf<'_> {
    fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        if *key == OWN { Some(Arc::clone(self.flow)) } else { self.library.flow(key) }
    }

    fn resolve(&self, reference: &str) -> Option<FlowKey> {
        self.library.resolve(reference)
    }
}

pub(super) struct Stage<'s> {
    shelf: Shelf<'s>,
    preset: Map<String, Value>,
    /// Taken while a step runs.
    state: Option<State>,
    context: Context,
    last_inbound: Timestamp,
    /// When the sleep in hand is over.
    due: Option<Timestamp>,
    messages: u64,
    notices: Vec<String>,
}

impl<'s> Stage<'s> {
    pub fn new(library: &'s dyn Library, flow: &'s Arc<Flow>, test: &Test) -> Self {
        let contact = test.contact.as_ref().map_or_else(
            || ContactView { name: Some("Ana".to_owned()), phone: Some("4915123456789".to_owned()) },
            |contact| ContactView { name: contact.name.clone(), phone: contact.phone.clone() },
        );
        let now = test.now.unwrap_or(BEGIN);
        let context = Context {
            now,
            time_zone: "UTC".to_owned(),
            contact,
            conversation: Id::from_bytes([1; 16]),
            integration_name: "Test".to_owned(),
            bot_name: flow.definition().name.clone(),
            window_open: true,
        };
        Self {
            shelf: Shelf { library, flow },
            preset: test.variables.clone(),
            state: Some(State::begin(OWN, test.variables.clone())),
            context,
            last_inbound: now,
            due: None,
            messages: 0,
            notices: Vec::new(),
        }
    }

    pub fn flow(&self) -> &'s Flow {
        self.shelf.flow
    }

    pub fn variables(&self) -> &Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.state.as_ref().map_or(&NONE, State::variables)
    }

    fn status(&self) -> Status {
        self.state.as_ref().map_or(Status::Ended, State::status)
    }

    pub fn is_ended(&self) -> bool {
        self.status() == Status::Ended
    }

    pub fn is_handed_off(&self) -> bool {
        self.status() == Status::HandedOff
    }

    /// The node whose call is under way.
    pub fn calling(&self) -> Option<&str> {
        let state = self.state.as_ref()?;
        state.pending_call().and_then(|_| state.node())
    }

    /// Where the conversation stands, in words.
    pub fn place(&self) -> String {
        let node = self.state.as_ref().and_then(State::node).unwrap_or_default();
        let place = match self.status() {
            Status::Waiting => format!("it waits for the contact at `{node}`"),
            Status::Calling => {
                format!("it waits for the answer to its request of `{node}`; add an `answer` step")
            }
            Status::Sleeping => format!("it sleeps at `{node}`; add an `advance` step"),
            Status::HandedOff => format!("a person has it in hand since `{node}`"),
            Status::Ended => {
                let reason = self.state.as_ref().and_then(State::end_reason).unwrap_or(EndReason::Finished);
                format!("the conversation is over ({})", reason.name())
            }
        };
        if self.notices.is_empty() { place } else { format!("{place}; {}", self.notices.join("; ")) }
    }

    /// A file of this kind, as a contact sends it.
    pub fn file(&mut self, kind: MediaKind) -> inbound::Content {
        let mime_type = match kind {
            MediaKind::Image => "image/jpeg",
            MediaKind::Video => "video/mp4",
            MediaKind::Audio => "audio/ogg",
            MediaKind::Document => "application/pdf",
        };
        let media = inbound::Media {
            id: format!("test-{}", self.messages),
            mime_type: mime_type.to_owned(),
            ..inbound::Media::default()
        };
        match kind {
            MediaKind::Image => inbound::Content::Image(media),
            MediaKind::Video => inbound::Content::Video(media),
            MediaKind::Audio => inbound::Content::Audio(media),
            MediaKind::Document => inbound::Content::Document(media),
        }
    }

    /// The contact says something. A restart word, and a message after the end, begin another conversation.
    pub fn hear(&mut self, content: inbound::Content) -> Vec<Outbound> {
        self.messages += 1;
        self.last_inbound = self.context.now;
        let message = Inbound {
            wamid: format!("wamid.test-{}", self.messages),
            at: self.context.now,
            content,
            reply_to: None,
            forwarded: false,
            referral: None,
        };
        if self.is_ended() {
            self.begin_anew();
        }
        let mut sent = self.run(Event::Message(message.clone()));
        if self.state.as_ref().and_then(State::end_reason) == Some(EndReason::Restarted) {
            self.begin_anew();
            sent.append(&mut self.run(Event::Start(message)));
        }
        sent
    }

    fn begin_anew(&mut self) {
        self.state = Some(State::begin(OWN, self.preset.clone()));
        self.due = None;
    }

    pub fn hand_back(&mut self) -> Result<Vec<Outbound>, String> {
        if self.is_handed_off() {
            Ok(self.run(Event::HandBack))
        } else {
            Err(format!("no person has the conversation in hand; {}", self.place()))
        }
    }

    /// Lets time pass; sleeps that are over wake on the way.
    pub fn advance(&mut self, time: Duration) -> Vec<Outbound> {
        let end = self.context.now.after(time);
        let mut sent = Vec::new();
        while let Some(due) = self.due.filter(|due| *due <= end) {
            self.context.now = due;
            self.due = None;
            if let Some(sleep) = self.state.as_ref().and_then(State::pending_sleep) {
                sent.append(&mut self.run(Event::Wake { sleep }));
            }
        }
        self.context.now = end;
        sent
    }

    /// Answers the call under way.
    pub fn answer(&mut self, canned: &Canned) -> Result<Vec<Outbound>, String> {
        let Some(call) = self.state.as_ref().and_then(State::pending_call) else {
            return Err(format!("the bot waits for no answer; {}", self.place()));
        };
        let node = self.calling().unwrap_or_default();
        if let Some(wanted) = canned.node.as_deref().filter(|wanted| *wanted != node) {
            return Err(format!("expected a request of `{wanted}`, but it is `{node}` that asks"));
        }
        let outcome = Outcome::Http(answer(canned)?);
        Ok(self.run(Event::Answer { call, outcome }))
    }

    /// Runs an event, and answers calls for files at once.
    fn run(&mut self, event: Event) -> Vec<Outbound> {
        let mut sent = Vec::new();
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let Some(state) = self.state.take() else { break };
            self.context.window_open = self.context.now.since(self.last_inbound) < WINDOW;
            let step = step(&self.shelf, state, event, &self.context);
            self.state = Some(step.state);
            for effect in step.effects {
                match effect {
                    Effect::Send { message, .. } => sent.push(message),
                    Effect::Call { call, request: Request::Media(request), .. } => {
                        let file = StoredMedia {
                            id: Id::from_bytes([2; 16]),
                            mime_type: request.mime_type,
                            size: 1000,
                            sha256: "0".repeat(64),
                            filename: request.filename,
                        };
                        next = Some(Event::Answer { call, outcome: Outcome::Media(Ok(file)) });
                    }
                    Effect::Call { request: Request::Http(_), .. } | Effect::HandOff { .. } => {}
                    Effect::Sleep { duration, .. } => self.due = Some(self.context.now.after(duration)),
                    Effect::Notice { code, message, .. } => self.notices.push(format!("{code}: {message}")),
                }
            }
        }
        sent
    }
}

fn answer(canned: &Canned) -> Result<Result<HttpAnswer, CallError>, String> {
    if let Some(kind) = &canned.error {
        let kind: CallErrorKind = serde_json::from_value(Value::from(kind.clone())).map_err(|_| {
            format!(
                "`{kind}` is no error of a request; there are timeout, refused, too_large, blocked, invalid"
            )
        })?;
        return Ok(Err(CallError { kind, message: "from the test".to_owned() }));
    }
    let (body_text, headers) = match (&canned.json, &canned.text) {
        (Some(json), _) => {
            (json.to_string(), vec![("content-type".to_owned(), "application/json".to_owned())])
        }
        (None, text) => (text.clone().unwrap_or_default(), Vec::new()),
    };
    Ok(Ok(HttpAnswer { status: canned.status.unwrap_or(200), headers, body_text }))
}

//! The bot's side of a rehearsal: its state, the time, and the answers of the world.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::conversation::{EndReason, Status};
use chasqui_model::media::Media;
use chasqui_model::message::{Inbound, Outbound, inbound, outbound};
use chasqui_model::{Id, Timestamp, window};
use serde_json::{Map, Value};

use crate::context::{ContactView, Context, FlowKey, Library, StandIn};
use crate::definition::{Canned, MediaKind, Test, With};
use crate::effect::{Effect, Event, Outcome, Request, StoredMedia};
use crate::flow::Flow;
use crate::fuel::{BUDGET, Fuel};
use crate::path::Path;
use crate::scope::Scope;
use crate::state::State;
use crate::step::step;
use crate::system::SYSTEM_VARIABLES;

use super::canned;
use super::log::{Happening, How};

/// The key of the bot under test. No real bot has it.
const OWN: FlowKey = FlowKey { bot: Id::from_bytes([0; 16]), version: 0 };
/// When tests begin: 1 January 2026, 09:00 UTC.
const BEGIN: Timestamp = Timestamp::from_seconds(1_767_258_000);
/// Stands for every file that a contact sends in a rehearsal. No file in service has this id; whoever gives files on in the
/// world's place has to know it.
pub const SAMPLE_FILE: Id<Media> = Id::from_bytes([2; 16]);
/// What the reopening template is called in tests.
const REOPENING: &str = "reopening";

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

#[derive(Debug)]
pub(super) struct Stage {
    flow: Arc<Flow>,
    preset: Map<String, Value>,
    /// Taken while a step runs.
    state: Option<State>,
    context: Context,
    last_inbound: Timestamp,
    /// When the sleep in hand is over.
    due: Option<Timestamp>,
    messages: u64,
    notices: Vec<String>,
    /// The request that waits for its answer.
    asked: Option<Request>,
    log: Vec<Happening>,
}

impl Stage {
    pub fn new(flow: &Arc<Flow>, test: &Test) -> Self {
        let contact = test.contact.as_ref().map_or_else(
            || ContactView {
                name: Some("Ana".to_owned()),
                phone: Some("4915123456789".to_owned()),
                ..ContactView::default()
            },
            |contact| ContactView {
                name: contact.name.clone(),
                phone: contact.phone.clone(),
                username: contact.username.clone(),
                user_id: contact.user_id.clone(),
            },
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
            stand_in: if test.reopening { StandIn::Reopening } else { StandIn::Nothing },
        };
        Self {
            flow: Arc::clone(flow),
            preset: test.variables.clone(),
            state: Some(State::begin(OWN, test.variables.clone())),
            context,
            last_inbound: now,
            due: None,
            messages: 0,
            notices: Vec::new(),
            asked: None,
            log: Vec::new(),
        }
    }

    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    pub fn variables(&self) -> &Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.state.as_ref().map_or(&NONE, State::variables)
    }

    pub fn status(&self) -> Status {
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

    /// The request that waits for its answer.
    pub fn asked(&self) -> Option<&Request> {
        self.asked.as_ref().filter(|_| self.calling().is_some())
    }

    pub fn end_reason(&self) -> Option<EndReason> {
        self.state.as_ref().and_then(State::end_reason)
    }

    /// The node that it stands at, when that is one of this bot's own.
    pub fn node(&self) -> Option<&str> {
        self.state.as_ref().filter(|state| state.flow() == OWN).and_then(State::node)
    }

    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    /// When the sleep in hand is over.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        self.due.filter(|_| self.status() == Status::Sleeping)
    }

    pub fn log(&self) -> &[Happening] {
        &self.log
    }

    /// The values of the system's variables.
    pub fn system(&self) -> Map<String, Value> {
        let Some(state) = &self.state else { return Map::new() };
        let fuel = Fuel::new(BUDGET);
        let scope = Scope {
            fuel: &fuel,
            variables: &state.variables,
            message: &state.message,
            context: &self.context,
            time_zone: self.flow.settings().time_zone.as_deref(),
            places: &[],
        };
        // What the message has not is left out.
        let is_there = |(name, value): &(String, Value)| !value.is_null() || !name.starts_with("message.");
        let value = |name: &str| Some((name.to_owned(), scope.find(&Path::parse(name)?)?.into_owned()));
        SYSTEM_VARIABLES.iter().filter_map(|it| value(it.path)).filter(is_there).collect()
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
    pub fn file(&self, kind: MediaKind) -> inbound::Content {
        let mime_type = match kind {
            MediaKind::Image => "image/jpeg",
            MediaKind::Video => "video/mp4",
            MediaKind::Audio => "audio/ogg; codecs=opus",
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
    pub fn hear(
        &mut self,
        library: &dyn Library,
        content: inbound::Content,
        with: Option<&With>,
    ) -> Vec<Outbound> {
        let marks = with.cloned().map(Box::new);
        self.log.push(Happening::Heard { at: self.context.now, content: content.clone(), with: marks });
        self.messages += 1;
        self.last_inbound = self.context.now;
        let message = Inbound {
            wamid: format!("wamid.test-{}", self.messages),
            at: with.and_then(|it| it.time).unwrap_or(self.context.now),
            content,
            reply_to: with.and_then(|it| it.reply_to.clone()),
            forwarded: with.is_some_and(|it| it.forwarded || it.frequently_forwarded),
            frequently_forwarded: with.is_some_and(|it| it.frequently_forwarded),
            referral: with.and_then(|it| it.referral.clone()).map(Value::Object),
            product: with.and_then(|it| it.product.clone()),
        };
        if self.is_ended() {
            self.begin_anew();
        }
        let mut sent = self.run(library, Event::Message(message.clone()));
        if self.state.as_ref().and_then(State::end_reason) == Some(EndReason::Restarted) {
            self.begin_anew();
            sent.append(&mut self.run(library, Event::Start(message)));
        }
        sent
    }

    fn begin_anew(&mut self) {
        self.state = Some(State::begin(OWN, self.preset.clone()));
        self.due = None;
    }

    pub fn hand_back(&mut self, library: &dyn Library) -> Result<Vec<Outbound>, String> {
        if self.is_handed_off() {
            self.log.push(Happening::HandedBack { at: self.context.now });
            Ok(self.run(library, Event::HandBack))
        } else {
            Err(format!("no person has the conversation in hand; {}", self.place()))
        }
    }

    /// Lets time pass; sleeps that are over wake on the way.
    pub fn advance(&mut self, library: &dyn Library, time: Duration) -> Vec<Outbound> {
        self.log.push(Happening::Passed { at: self.context.now, seconds: time.as_secs_f64() });
        let end = self.context.now.after(time);
        let mut sent = Vec::new();
        while let Some(due) = self.due.filter(|due| *due <= end) {
            self.context.now = due;
            self.due = None;
            if let Some(sleep) = self.state.as_ref().and_then(State::pending_sleep) {
                sent.append(&mut self.run(library, Event::Wake { sleep }));
            }
        }
        self.context.now = end;
        sent
    }

    /// Answers the call under way.
    pub fn answer(&mut self, library: &dyn Library, canned: &Canned) -> Result<Vec<Outbound>, String> {
        if self.state.as_ref().and_then(State::pending_call).is_none() {
            return Err(format!("the bot waits for no answer; {}", self.place()));
        }
        let node = self.calling().unwrap_or_default();
        if let Some(wanted) = canned.node.as_deref().filter(|wanted| *wanted != node) {
            return Err(format!("expected a request of `{wanted}`, but it is `{node}` that asks"));
        }
        let request = self.asked().ok_or_else(|| format!("the bot waits for no answer; {}", self.place()))?;
        let outcome = canned::outcome(request, canned)?;
        Ok(self.answered(library, outcome, How::Canned))
    }

    /// The world has answered the call under way.
    pub fn answered(&mut self, library: &dyn Library, outcome: Outcome, how: How) -> Vec<Outbound> {
        let Some(call) = self.state.as_ref().and_then(State::pending_call) else { return Vec::new() };
        let node = self.calling().unwrap_or_default().to_owned();
        self.asked = None;
        self.log.push(Happening::answered(self.context.now, node, how, &outcome));
        self.run(library, Event::Answer { call, outcome })
    }

    pub fn has_reopening(&self) -> bool {
        self.context.stand_in == StandIn::Reopening
    }

    /// What stands for the reopening template that a number would have.
    fn reopening(&self) -> outbound::Content {
        outbound::Content::Template(outbound::Template {
            name: REOPENING.to_owned(),
            language: self.flow.settings().language.clone(),
            header: Vec::new(),
            body: Vec::new(),
            buttons: Vec::new(),
        })
    }

    /// Runs an event, and answers calls for files at once.
    fn run(&mut self, library: &dyn Library, event: Event) -> Vec<Outbound> {
        let flow = Arc::clone(&self.flow);
        let shelf = Shelf { library, flow: &flow };
        let mut sent = Vec::new();
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let Some(state) = self.state.take() else { break };
            self.context.window_open = window::is_open(Some(self.last_inbound), self.context.now);
            let at = self.context.now;
            let step = step(&shelf, state, event, &self.context);
            self.state = Some(step.state);
            self.log.push(Happening::Turn { at, trace: step.trace });
            for effect in step.effects {
                match effect {
                    Effect::Send { mut message, node, stands_in } => {
                        if stands_in {
                            message = Outbound::from(self.reopening());
                        }
                        let content = message.content.clone();
                        self.log.push(Happening::Said { at, node, content: Box::new(content) });
                        sent.push(message);
                    }
                    Effect::Call { call, request: Request::Media(request), .. } => {
                        let file = StoredMedia {
                            id: SAMPLE_FILE,
                            mime_type: request.mime_type,
                            size: 1000,
                            sha256: "0".repeat(64),
                            filename: request.filename,
                            link: request.temporary.then(|| "https://chasqui.test/files/link".to_owned()),
                        };
                        next = Some(Event::Answer { call, outcome: Outcome::Media(Ok(file)) });
                    }
                    Effect::Call { request, node, .. } => {
                        let summary = match &request {
                            Request::Http(request) => format!("{} {}", request.method, request.url),
                            other => other.summary(),
                        };
                        self.log.push(Happening::Called { at, node, summary });
                        self.asked = Some(request);
                    }
                    Effect::HandOff { .. } => {}
                    Effect::Sleep { duration, .. } => self.due = Some(self.context.now.after(duration)),
                    Effect::Notice { code, message, node, .. } => {
                        self.notices.push(format!("{code}: {message}"));
                        self.log.push(Happening::Noticed { at, node, code, message });
                    }
                }
            }
        }
        sent
    }
}

//! One turn: what an event makes of a conversation, and what is to be written down and set going for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chasqui_flow::{ContactView, Context, Effect, Event, FlowKey, Library, State, Step};
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, EndReason, Status};
use chasqui_model::event::{Event as Happening, Severity};
use chasqui_model::media::{self, Media};
use chasqui_model::message::{Author, Inbound, MessageStatus, Outbound, Sender};
use chasqui_model::{Id, Timestamp};
use chasqui_store::inbox::Item;
use chasqui_store::turn::{
    ConversationWrite, NewCall, NewMessage, NewTimer, PendingCall, Record, Rest, Turn,
};

use super::{Live, Open};
use crate::Inner;
use crate::change::ChangeKind;
use crate::deliver::{Address, Outgoing, WINDOW};
use crate::effect;
use crate::flows::Unusable;
use crate::notice;
use crate::registry::Number;
use crate::work::{Command, Work};

/// Why a turn cannot be computed.
pub(super) enum Unrunnable {
    /// The store is away.
    Later(chasqui_store::Error),
    /// It never can.
    Never(String),
}

impl From<Unusable> for Unrunnable {
    fn from(error: Unusable) -> Self {
        match error {
            Unusable::Store(error) => Self::Later(error),
            other => Self::Never(other.to_string()),
        }
    }
}

/// Everything a turn is computed from; nothing in it waits.
pub(super) struct Ready {
    number: Arc<Number>,
    seq: i64,
    at: Timestamp,
    work: Work,
    live: Live,
    /// What a conversation that begins now runs.
    key: FlowKey,
    names: Names,
}

/// What the bots are called: of the conversation that runs, and of one that begins now.
struct Names {
    running: String,
    beginning: String,
}

/// Reads the work and makes its flows ready.
pub(super) async fn prepare(rt: &Inner, item: &Item, live: Live) -> Result<Ready, Unrunnable> {
    let work: Work = serde_json::from_str(&item.payload)
        .map_err(|error| Unrunnable::Never(format!("unreadable work: {error}")))?;
    let number = rt
        .registry
        .get(item.integration)
        .ok_or_else(|| Unrunnable::Never("its integration was deleted".to_owned()))?;
    let key = match &live.open {
        Some(open) => {
            for key in [open.state.root_flow(), open.state.flow()] {
                rt.flows.prepare(key).await?;
            }
            let running = open.state.root_flow();
            // A restart word or the end of time may begin another conversation in this very turn.
            if matches!(work, Work::Message { .. } | Work::LeftOver { .. }) {
                begin_with(rt, &number, running).await?
            } else {
                running
            }
        }
        None => begin_with(rt, &number, FlowKey { bot: number.integration.bot, version: 0 }).await?,
    };
    let beginning = rt.flows.name(key.bot).await?;
    let running = match &live.open {
        Some(open) if open.conversation.bot != key.bot => rt.flows.name(open.conversation.bot).await?,
        _ => beginning.clone(),
    };
    let names = Names { running, beginning };
    Ok(Ready { number, seq: item.seq, at: item.at, work, live, key, names })
}

/// The number's bot in its published version. `otherwise`, when the bot has none any more but a conversation runs.
async fn begin_with(rt: &Inner, number: &Number, otherwise: FlowKey) -> Result<FlowKey, Unrunnable> {
    match rt.flows.published(number.integration.bot).await {
        Ok(key) => {
            rt.flows.prepare(key).await?;
            Ok(key)
        }
        Err(Unusable::NotPublished) if otherwise.version > 0 => Ok(otherwise),
        Err(error) => Err(error.into()),
    }
}

/// A turn, and what it sets going once it is durable.
pub(super) struct Computed {
    turn: Option<Turn>,
    live: Live,
    number: Arc<Number>,
    sends: Vec<Outgoing>,
    calls: Vec<PendingCall>,
    media: Vec<Media>,
    rest: Option<Rest>,
    wakes: bool,
    read: Option<String>,
    now: Timestamp,
}

impl Computed {
    /// The turn, to be committed. Once.
    pub(super) fn take_turn(&mut self) -> Turn {
        self.turn.take().unwrap_or_else(|| unreachable!("a turn is taken once"))
    }

    /// Work that is left of the inbox row.
    pub(super) fn take_rest(&mut self) -> Option<Rest> {
        self.rest.take()
    }

    /// Sets going what the committed turn asked for; answers how the conversation stands.
    pub(super) fn go(self, rt: &Arc<Inner>) -> Live {
        let integration = &self.number.integration;
        if let Some(wamid) = self.read {
            rt.mark_read(&self.number, wamid);
        }
        if !self.sends.is_empty() {
            rt.activity.messages(integration, i64::try_from(self.sends.len()).unwrap_or(0), self.now);
            rt.deliver.queue(self.sends);
        }
        for call in self.calls {
            effect::start(rt, call);
        }
        effect::media::fetch_all(rt, self.media);
        if self.wakes {
            rt.timers.look_again();
        }
        if let Some(open) = &self.live.open {
            rt.changes.tell(
                integration.account,
                ChangeKind::Conversation,
                Some(integration.id),
                &open.conversation.id,
            );
        }
        let mut live = self.live;
        live.open = live.open.filter(|open| open.conversation.status != Status::Ended);
        live
    }
}

/// Builds up a turn.
struct Draft<'a> {
    rt: &'a Inner,
    number: Arc<Number>,
    now: Timestamp,
    names: Names,
    turn: Turn,
    contact: Contact,
    open: Option<Open>,
    was: Option<i64>,
    sends: Vec<Outgoing>,
    calls: Vec<PendingCall>,
    left_over: Vec<Inbound>,
    read: Option<String>,
}

/// Computes a turn. Pure but for the clock's time and ids.
pub(super) fn compute(rt: &Inner, ready: Ready) -> Computed {
    let Ready { number, seq, at, work, live, key, names } = ready;
    let Live { mut contact, open } = live;
    if let Work::Message { sender, inbound } = &work {
        see(&mut contact, sender, inbound, at);
    }
    let turn = Turn {
        part: number.part,
        account: number.integration.account,
        integration: number.integration.id,
        contact: contact.id,
        ends: None,
        conversation: None,
        record: None,
        messages: vec![],
        calls: vec![],
        timers: vec![],
        rest: None,
        done: vec![seq],
        events: vec![],
        media: vec![],
    };
    let was = open.as_ref().map(|open| open.conversation.version);
    let now = rt.clock.now();
    let mut draft = Draft {
        rt,
        number,
        now,
        names,
        turn,
        contact,
        open,
        was,
        sends: vec![],
        calls: vec![],
        left_over: vec![],
        read: None,
    };
    draft.work(work, at, key);
    draft.finish()
}

/// What a message tells about its sender.
fn see(contact: &mut Contact, sender: &Sender, inbound: &Inbound, at: Timestamp) {
    let keep = |old: &mut Option<String>, new: &Option<String>| {
        if new.is_some() {
            old.clone_from(new);
        }
    };
    keep(&mut contact.name, &sender.name);
    keep(&mut contact.wa_id, &sender.wa_id);
    keep(&mut contact.user_id, &sender.user_id);
    keep(&mut contact.username, &sender.username);
    match &inbound.content {
        chasqui_model::message::inbound::Content::System(system) => match system {
            chasqui_model::message::System::NumberChanged { wa_id } => contact.wa_id = Some(wa_id.clone()),
            chasqui_model::message::System::UserIdChanged { user_id } => {
                contact.user_id = Some(user_id.clone());
            }
            chasqui_model::message::System::IdentityChanged
            | chasqui_model::message::System::Other { .. } => {}
        },
        _ => contact.last_inbound_at = contact.last_inbound_at.max(Some(at)),
    }
}

impl Draft<'_> {
    fn work(&mut self, work: Work, at: Timestamp, key: FlowKey) {
        match work {
            Work::Message { inbound, .. } => self.message(&inbound, at, key),
            Work::LeftOver { mut messages } => {
                if !messages.is_empty() {
                    let first = messages.remove(0);
                    self.left_over = messages;
                    self.message(&first, at, key);
                }
            }
            Work::Answer { conversation, call, outcome } => {
                self.continue_with(conversation, Event::Answer { call, outcome });
            }
            Work::Wake { conversation, sleep } => self.continue_with(conversation, Event::Wake { sleep }),
            Work::SendFailed { conversation, node } => {
                self.continue_with(conversation, Event::SendFailed { node });
            }
            Work::Expire { conversation } => self.expire(conversation),
            Work::Command { conversation, command } => self.command(conversation, command),
        }
    }

    fn message(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        if let Some(reason) = self.ends_before(inbound, at) {
            self.end_former(reason);
        }
        self.add_media(inbound);
        if self.number.integration.settings.read_receipts || self.number.integration.settings.typing_indicator
        {
            self.read = Some(inbound.wamid.clone());
        }
        if !inbound.content.runs_flow() {
            // It belongs to the transcript, when there is one, and asks nothing of the bot.
            if self.open.is_some() {
                self.add_inbound(inbound, at, None);
            }
            return;
        }
        let event = if self.open.is_some() {
            Event::Message(inbound.clone())
        } else {
            self.begin(key, at);
            Event::Start(inbound.clone())
        };
        let turn = self.next_turn();
        self.add_inbound(inbound, at, Some(turn));
        self.step(event);
    }

    /// Whether the open conversation is over before this message.
    fn ends_before(&self, inbound: &Inbound, at: Timestamp) -> Option<EndReason> {
        let open = self.open.as_ref()?;
        if open.conversation.expires_at.is_some_and(|expires| expires <= at) {
            return Some(EndReason::Expired);
        }
        if open.conversation.status == Status::HandedOff {
            // Words to a person are no commands to the bot.
            return None;
        }
        let flow = self.rt.flows.flow(&open.state.root_flow())?;
        chasqui_flow::is_restart(&flow, inbound).then_some(EndReason::Restarted)
    }

    fn end_former(&mut self, reason: EndReason) {
        if let Some(open) = self.open.take() {
            let ended = end(open, reason, self.now);
            self.turn.ends = Some(write(ended, self.was.take()));
        }
    }

    fn begin(&mut self, key: FlowKey, at: Timestamp) {
        let integration = &self.number.integration;
        let conversation = Conversation {
            id: self.rt.clock.id(),
            account: integration.account,
            integration: integration.id,
            contact: self.contact.id,
            bot: key.bot,
            bot_version: key.version,
            status: Status::Waiting,
            state: String::new(),
            version: 0,
            turns: 0,
            messages: 0,
            started_at: self.now,
            last_message_at: at,
            expires_at: None,
            ended_at: None,
            end_reason: None,
        };
        self.open = Some(Open { conversation, state: State::begin(key, serde_json::Map::new()) });
        self.was = None;
        self.names.running.clone_from(&self.names.beginning);
    }

    /// Goes on with the conversation the work is for, if it is still the open one.
    fn continue_with(&mut self, conversation: Id<Conversation>, event: Event) {
        if self.open.as_ref().is_some_and(|open| open.conversation.id == conversation) {
            self.next_turn();
            self.step(event);
        }
    }

    fn expire(&mut self, conversation: Id<Conversation>) {
        let Some(open) = self.open.take_if(|open| open.conversation.id == conversation) else { return };
        match open.conversation.expires_at {
            Some(due) if due > self.now => {
                // The contact wrote meanwhile: look again then.
                self.add_timer(due, &Work::Expire { conversation });
                self.open = Some(open);
            }
            Some(_) => self.open = Some(end(open, EndReason::Expired, self.now)),
            None => self.open = Some(open),
        }
    }

    fn command(&mut self, conversation: Id<Conversation>, command: Command) {
        match command {
            Command::TakeOver => self.continue_with(conversation, Event::TakeOver),
            Command::HandBack => self.continue_with(conversation, Event::HandBack),
            Command::Close => {
                if let Some(open) = self.open.take_if(|open| open.conversation.id == conversation) {
                    self.open = Some(end(open, EndReason::Closed, self.now));
                }
            }
            Command::Write { message } => {
                if self.open.as_ref().is_some_and(|open| open.conversation.id == conversation) {
                    for message in chasqui_model::message::fit::fit(*message) {
                        self.add_outbound(message, None, Author::Person, None);
                    }
                }
            }
        }
    }

    fn next_turn(&mut self) -> i64 {
        self.open.as_mut().map_or(0, |open| {
            open.conversation.turns += 1;
            open.conversation.turns
        })
    }

    fn context(&self, conversation: Id<Conversation>) -> Context {
        let integration = &self.number.integration;
        let window = self.contact.last_inbound_at.map(|at| at.after(WINDOW));
        Context {
            now: self.now,
            time_zone: "UTC".to_owned(),
            contact: ContactView { name: self.contact.name.clone(), phone: self.contact.wa_id.clone() },
            conversation,
            integration_name: integration
                .name
                .clone()
                .or_else(|| integration.phone.display_phone_number.clone())
                .unwrap_or_default(),
            bot_name: self.names.running.clone(),
            window_open: window.is_some_and(|until| until > self.now),
        }
    }

    fn step(&mut self, event: Event) {
        let Some(Open { mut conversation, state }) = self.open.take() else { return };
        let context = self.context(conversation.id);
        let from_contact = matches!(event, Event::Start(_) | Event::Message(_));
        let begun = Instant::now();
        let Step { state, effects, trace, left_over } =
            chasqui_flow::step(self.rt.flows.as_ref(), state, event, &context);
        let duration = begun.elapsed();
        conversation.status = state.status();
        conversation.end_reason = state.end_reason();
        conversation.ended_at = (conversation.status == Status::Ended).then_some(self.now);
        if from_contact {
            self.renew_expiry(&mut conversation);
        }
        let no = conversation.turns;
        self.open = Some(Open { conversation, state });
        self.left_over.splice(0..0, left_over);
        self.turn.record = Some(Record {
            no,
            at: self.now,
            duration_us: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
            trace: serde_json::to_string(&trace).unwrap_or_default(),
        });
        for effect in effects {
            self.effect(effect, no);
        }
    }

    /// Every message of the contact starts the time of silence anew.
    fn renew_expiry(&mut self, conversation: &mut Conversation) {
        let expiry = self.number.integration.settings.expiry;
        if !expiry.enabled || conversation.status == Status::Ended {
            return;
        }
        let due = self.now.after(Duration::from_secs(expiry.after_seconds));
        // One timer a conversation: it looks again by itself when it finds that it came too early.
        if conversation.expires_at.is_none() {
            self.add_timer(due, &Work::Expire { conversation: conversation.id });
        }
        conversation.expires_at = Some(due);
    }

    fn effect(&mut self, effect: Effect, turn: i64) {
        let Some(conversation) = self.open.as_ref().map(|open| open.conversation.id) else { return };
        match effect {
            Effect::Send { message, node } => self.add_outbound(message, Some(node), Author::Bot, Some(turn)),
            Effect::Call { call, node, request } => self.add_call(conversation, call, node, &request, turn),
            Effect::Sleep { sleep, duration, .. } => {
                self.add_timer(self.now.after(duration), &Work::Wake { conversation, sleep });
            }
            Effect::HandOff { node, .. } => {
                let words = "A conversation waits for a person. Open it and take over.";
                self.add_event(Severity::Notice, "handed_off", words.to_owned(), Some(node));
            }
            Effect::Notice { node, severity, code, message, .. } => {
                self.add_event(severity, code, message, node);
            }
        }
    }

    fn add_event(&mut self, severity: Severity, code: &'static str, message: String, node: Option<String>) {
        let integration = &self.number.integration;
        let event = Happening {
            conversation: self.open.as_ref().map(|open| open.conversation.id),
            node,
            ..notice::event(&self.rt.clock, integration, severity, code, message)
        };
        if severity == Severity::Error {
            self.rt.activity.error(integration);
        }
        self.turn.events.push(event);
    }

    fn add_timer(&mut self, due: Timestamp, work: &Work) {
        let id: Id<()> = self.rt.clock.id();
        self.turn.timers.push(NewTimer { due, id: id.bytes(), payload: work.payload() });
    }

    fn add_call(
        &mut self,
        conversation: Id<Conversation>,
        call: u64,
        node: String,
        request: &chasqui_flow::Request,
        turn: i64,
    ) {
        let no = i64::try_from(call).unwrap_or(i64::MAX);
        let summary = effect::summary(request);
        let request = serde_json::to_string(request).unwrap_or_default();
        self.calls.push(PendingCall {
            part: self.number.part,
            integration: self.number.integration.id,
            contact: self.contact.id,
            conversation,
            no,
            request: request.clone(),
            at: self.now,
        });
        self.turn.calls.push(NewCall { conversation, no, turn, node, request, summary, at: self.now });
    }

    /// Files are made known with the message and fetched at once: Meta offers them for five minutes.
    fn add_media(&mut self, inbound: &Inbound) {
        let Some(file) = inbound.content.media().filter(|file| file.error.is_none()) else { return };
        self.turn.media.push(Media {
            id: self.rt.clock.id(),
            account: self.number.integration.account,
            integration: Some(self.number.integration.id),
            contact: Some(self.contact.id),
            state: media::State::Pending,
            mime_type: file.mime_type.split(';').next().unwrap_or_default().trim().to_owned(),
            size: None,
            sha256: file.sha256.clone(),
            filename: file.filename.clone(),
            meta_id: Some(file.id.clone()),
            created_at: self.now,
        });
    }

    fn add_inbound(&mut self, inbound: &Inbound, at: Timestamp, turn: Option<i64>) {
        let Some(open) = self.open.as_mut() else { return };
        open.conversation.messages += 1;
        open.conversation.last_message_at = self.now;
        self.turn.messages.push(NewMessage {
            id: self.rt.clock.id(),
            conversation: open.conversation.id,
            no: open.conversation.messages,
            author: Author::Contact,
            kind: inbound.content.kind(),
            content: serde_json::to_string(&inbound.content).unwrap_or_default(),
            reply_to: inbound.reply_to.clone(),
            status: MessageStatus::Received,
            wamid: Some(inbound.wamid.clone()),
            turn,
            node: None,
            at,
        });
    }

    fn add_outbound(&mut self, message: Outbound, node: Option<String>, author: Author, turn: Option<i64>) {
        let Some(open) = self.open.as_mut() else { return };
        open.conversation.messages += 1;
        open.conversation.last_message_at = self.now;
        let id = self.rt.clock.id();
        let conversation = open.conversation.id;
        let at_once =
            self.sends.is_empty() && self.rt.deliver.goes_at_once(&self.number.integration, self.contact.id);
        self.turn.messages.push(NewMessage {
            id,
            conversation,
            no: open.conversation.messages,
            author,
            kind: message.content.kind(),
            content: serde_json::to_string(&message.content).unwrap_or_default(),
            reply_to: message.reply_to.clone(),
            status: if at_once { MessageStatus::Sending } else { MessageStatus::Queued },
            wamid: None,
            turn,
            node: node.clone(),
            at: self.now,
        });
        self.sends.push(Outgoing {
            part: self.number.part,
            id,
            integration: self.number.integration.id,
            conversation,
            contact: self.contact.id,
            node,
            message,
            address: Address::of(&self.contact),
            attempts: 0,
            marked: at_once,
            due_at: None,
            queued_at: self.now,
        });
    }

    fn finish(mut self) -> Computed {
        if let Some(open) = &mut self.open {
            self.turn.conversation = Some(write(open.clone(), self.was));
            open.conversation.version += 1;
        }
        if !self.left_over.is_empty() {
            let work = Work::LeftOver { messages: self.left_over };
            self.turn.rest = Some(Rest { kind: work.kind(), payload: work.payload() });
        }
        let rest = self.turn.rest.clone();
        let wakes = !self.turn.timers.is_empty();
        let media = self.turn.media.clone();
        Computed {
            turn: Some(self.turn),
            live: Live { contact: self.contact, open: self.open },
            number: self.number,
            sends: self.sends,
            calls: self.calls,
            media,
            rest,
            wakes,
            read: self.read,
            now: self.now,
        }
    }
}

fn end(mut open: Open, reason: EndReason, now: Timestamp) -> Open {
    open.conversation.status = Status::Ended;
    open.conversation.end_reason = Some(reason);
    open.conversation.ended_at = Some(now);
    open.state = open.state.end(reason);
    open
}

/// The row to be: the next version, with the state written out.
fn write(open: Open, was: Option<i64>) -> ConversationWrite {
    let mut conversation = Box::new(open.conversation);
    conversation.state = open.state.to_json();
    conversation.version += 1;
    ConversationWrite { conversation, was }
}

//! The second act of a turn: what an event makes of a conversation, and what is to be written down for it. Pure: it sees
//! what was made ready and a [`Sight`] of the rest, waits for nothing, changes nothing and counts nothing, so that it may be
//! computed once more when it turns out stale.

mod changed;
mod past;
mod rows;
mod thread;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chasqui_flow::{ContactView, Context, Event, FlowKey, Library, StandIn, State, Step};
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, EndReason, Owner, Status};
use chasqui_model::media::Media;
use chasqui_model::message::{Author, Inbound, Message, Sender, written};
use chasqui_model::{Clock, Id, Timestamp, window};
use chasqui_store::turn::{ConversationWrite, PendingCall, Record, Rest, Turn};

use super::prepare::{Names, Ready};
use super::{Live, Open, change};
use crate::deliver::Outgoing;
use crate::flows::OfAccount;
use crate::registry::Number;
use crate::work::{Command, Work};

/// All that computing a turn may see beside what was made ready for it.
pub(super) struct Sight<'a> {
    /// Time and fresh ids.
    pub(super) clock: &'a Clock,
    /// The account's flows, those that were made ready among them.
    pub(super) library: OfAccount<'a>,
    /// A message to the contact would go out at once. It is then marked as sending by the turn itself.
    pub(super) at_once: bool,
}

/// A turn, and what follows from it.
pub(super) struct Computed {
    /// To be committed.
    pub(super) turn: Turn,
    pub(super) follows: Follows,
}

/// What a turn sets going once it is durable.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the turn by itself")]
pub(super) struct Follows {
    pub(super) live: Live,
    pub(super) number: Arc<Number>,
    pub(super) sends: Vec<Outgoing>,
    pub(super) calls: Vec<PendingCall>,
    pub(super) media: Vec<Media>,
    /// Work that is left of the inbox row.
    pub(super) rest: Option<Rest>,
    pub(super) wakes: bool,
    pub(super) read: Option<String>,
    /// Whether it is about a message that the contact wrote.
    pub(super) received: bool,
    /// A message that waits in the outbox again.
    pub(super) again: Option<Id<Message>>,
    /// Whether the bot has handed the conversation to people in it.
    pub(super) handed_off: bool,
    /// Whether the contact goes by another number or user id.
    pub(super) renamed: bool,
    pub(super) now: Timestamp,
}

/// Builds up a turn.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the turn by itself")]
struct Draft<'a> {
    sight: Sight<'a>,
    /// Most work that it may be. `None`: as much as a turn may do.
    most: Option<u64>,
    /// It is more than that: what was drafted is worth nothing.
    too_much: bool,
    number: Arc<Number>,
    now: Timestamp,
    /// When the message in hand was written.
    wrote: Timestamp,
    names: Names,
    turn: Turn,
    contact: Contact,
    open: Option<Open>,
    was: Option<i64>,
    sends: Vec<Outgoing>,
    calls: Vec<PendingCall>,
    left_over: Vec<Inbound>,
    read: Option<String>,
    received: bool,
    /// The conversation that has the message which is changed, when that is not the open one.
    former: Option<Open>,
    /// What is written down passed by us: another app has the thread.
    elsewhere: bool,
    /// A message that waits in the outbox again.
    again: Option<Id<Message>>,
    handed_off: bool,
    zone: String,
    /// Why something that the turn writes down cannot be written. Then none of it is committed.
    unwritable: RefCell<Option<serde_json::Error>>,
    /// Whether the contact goes by another number or user id.
    renamed: bool,
    /// The id of the next message written, when it was promised to somebody.
    next_id: Option<Id<Message>>,
    /// This turn begins with a template of somebody's.
    template_sent: bool,
}

/// Computes a turn. `None` when it is more work than `most`; nothing has happened then. Fails when something in it cannot be written down: an empty text in its place would be lost for good.
pub(super) fn compute(
    sight: Sight<'_>,
    ready: Ready,
    most: Option<u64>,
) -> Result<Option<Computed>, serde_json::Error> {
    let Ready { number, seq, at, work, live, former, key, names, zone, flows: _flows } = ready;
    let Live { mut contact, open } = live;
    let at = written_at(&work, at);
    let renamed = matches!(work, Work::Renamed);
    if let Work::Message { sender, inbound } | Work::Standby { sender, inbound } = &work {
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
    let now = sight.clock.now();
    let mut draft = Draft {
        sight,
        most,
        too_much: false,
        number,
        now,
        wrote: at,
        names,
        turn,
        contact,
        open,
        was,
        sends: vec![],
        calls: vec![],
        left_over: vec![],
        read: None,
        received: matches!(work, Work::Message { .. }),
        former,
        elsewhere: matches!(work, Work::Standby { .. } | Work::Elsewhere { .. }),
        again: None,
        handed_off: false,
        zone,
        unwritable: RefCell::default(),
        renamed,
        next_id: None,
        template_sent: false,
    };
    draft.work(work, at, key);
    if draft.too_much { Ok(None) } else { draft.finish().map(Some) }
}

/// When the message in hand was written; of other work, when it came.
fn written_at(work: &Work, at: Timestamp) -> Timestamp {
    work.inbound().map_or(at, |inbound| written(inbound.at, at))
}

/// What a message tells about its sender. Which ids they go by the store has decided: who goes by another one has work of
/// their own for that, before this.
fn see(contact: &mut Contact, sender: &Sender, inbound: &Inbound, at: Timestamp) {
    let keep = |old: &mut Option<String>, new: &Option<String>| {
        if new.is_some() {
            old.clone_from(new);
        }
    };
    keep(&mut contact.name, &sender.name);
    keep(&mut contact.username, &sender.username);
    if inbound.content.opens_window() {
        contact.last_inbound_at = window::noted(contact.last_inbound_at, at).or(contact.last_inbound_at);
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
                    self.wrote = written(first.at, at);
                    self.message(&first, self.wrote, key);
                }
            }
            Work::Answer { conversation, call, outcome } => {
                self.continue_with(conversation, Event::Answer { call, outcome });
            }
            Work::Wake { conversation, sleep } => self.continue_with(conversation, Event::Wake { sleep }),
            Work::SendFailed { conversation, node } => {
                self.continue_with(conversation, Event::SendFailed { node });
            }
            Work::StoodIn { conversation, node, message } => {
                self.continue_with(conversation, Event::StoodIn { node, message });
            }
            Work::Expire { conversation } => self.expire(conversation),
            Work::Echo { inbound } => self.echo(&inbound, at, key),
            Work::Standby { inbound, .. } => self.standby(&inbound, at, key),
            Work::Elsewhere { inbound } => self.written_elsewhere(&inbound, at, key),
            Work::Thread { ours: true, .. } => self.came_back(),
            Work::Thread { ours: false, owner, role } => {
                self.went_to(owner.unwrap_or(Owner::Other), role, at, key);
            }
            Work::Change { inbound, person, tries } => {
                let author = if person { Author::Person } else { Author::Contact };
                self.change(author, &inbound, at, tries);
            }
            Work::SendAgain { message } => self.again = Some(message),
            Work::Proactive { id, message, bot, variables } => {
                self.proactive((id, message), bot.map(|_| variables), at, key);
            }
            Work::Command { conversation, command } => self.command(conversation, command),
            Work::Renamed => {}
            Work::EarlyStatus { early } => {
                if let Some(due) = early.again(self.now) {
                    self.add_timer(due, &Work::EarlyStatus { early });
                }
            }
        }
    }

    fn message(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        if !self.regain(inbound) {
            return;
        }
        if change::original(inbound).is_some() {
            return self.change(Author::Contact, inbound, at, 0);
        }
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
        let flow = self.sight.library.flow(&open.state.root_flow())?;
        chasqui_flow::is_restart(&flow, inbound).then_some(EndReason::Restarted)
    }

    fn end_former(&mut self, reason: EndReason) {
        if let Some(open) = self.open.take() {
            let ended = end(open, reason, self.now);
            let was = self.was.take();
            self.turn.ends = Some(self.write(ended, was));
        }
    }

    fn begin(&mut self, key: FlowKey, at: Timestamp) {
        let integration = &self.number.integration;
        let conversation = Conversation {
            id: self.sight.clock.id(),
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
        self.open = Some(Open { conversation, state: State::begin(key, serde_json::Map::new()), size: 0 });
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
            Command::HandBack => self.handed_back(conversation),
            Command::Thread { owner } => self.moved(conversation, owner),
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

    /// What happens to what the bot says while only templates may be sent.
    fn stand_in(&self) -> StandIn {
        if self.template_sent {
            StandIn::Sent
        } else if self.number.integration.settings.template.is_some() {
            StandIn::Reopening
        } else {
            StandIn::Nothing
        }
    }

    fn context(&self, conversation: Id<Conversation>) -> Context {
        let integration = &self.number.integration;
        Context {
            now: self.now,
            time_zone: self.zone.clone(),
            contact: ContactView {
                name: self.contact.name.clone(),
                phone: self.contact.wa_id.clone(),
                username: self.contact.username.clone(),
                user_id: self.contact.user_id.clone(),
            },
            conversation,
            integration_name: integration
                .name
                .clone()
                .or_else(|| integration.phone.display_phone_number.clone())
                .unwrap_or_default(),
            bot_name: self.names.running.clone(),
            window_open: window::is_open(self.contact.last_inbound_at, self.now),
            stand_in: self.stand_in(),
        }
    }

    fn step(&mut self, event: Event) {
        let Some(Open { mut conversation, state, size }) = self.open.take() else { return };
        let context = self.context(conversation.id);
        let from_contact = matches!(event, Event::Start(_) | Event::Message(_));
        let begun = Instant::now();
        let library = &self.sight.library;
        let step = match self.most {
            Some(most) => chasqui_flow::step_within(most, library, state, event, &context),
            None => Some(chasqui_flow::step(library, state, event, &context)),
        };
        let Some(Step { state, effects, trace, left_over, work: _ }) = step else {
            self.too_much = true;
            return;
        };
        let duration = begun.elapsed();
        conversation.status = state.status();
        conversation.end_reason = state.end_reason();
        conversation.ended_at = (conversation.status == Status::Ended).then_some(self.now);
        if from_contact {
            self.renew_expiry(&mut conversation);
        }
        let no = conversation.turns;
        let trace = self.json(&trace);
        self.open = Some(Open { conversation, state, size });
        self.left_over.splice(0..0, left_over);
        self.turn.record = Some(Record {
            no,
            at: self.now,
            duration_us: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
            trace,
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
        let silence = Duration::from_secs(expiry.after_seconds);
        let last = self.contact.last_inbound_at.map_or(self.wrote, |noted| noted.max(self.wrote));
        // What came later than the whole time of silence is answered all the same, and the answer waits as long.
        let due = Some(last.after(silence)).filter(|due| *due > self.now);
        let due = due.unwrap_or_else(|| self.now.after(silence));
        // One timer a conversation: it looks again by itself when it finds that it came too early.
        if conversation.expires_at.is_none() {
            self.add_timer(due, &Work::Expire { conversation: conversation.id });
        }
        conversation.expires_at = Some(due);
    }

    /// As rows carry it.
    fn json<T: serde::Serialize>(&self, value: &T) -> String {
        match serde_json::to_string(value) {
            Ok(json) => json,
            Err(error) => {
                self.unwritable.borrow_mut().get_or_insert(error);
                String::new()
            }
        }
    }

    /// The row to be: the next version, with the state written out.
    fn write(&self, open: Open, was: Option<i64>) -> ConversationWrite {
        let mut conversation = Box::new(open.conversation);
        conversation.state = self.json(&open.state);
        conversation.version += 1;
        ConversationWrite { conversation, was }
    }

    fn finish(mut self) -> Result<Computed, serde_json::Error> {
        if let Some(mut open) = self.open.take() {
            let write = self.write(open.clone(), self.was);
            open.size = write.conversation.state.len();
            self.turn.conversation = Some(write);
            open.conversation.version += 1;
            self.open = Some(open);
        }
        if !self.left_over.is_empty() {
            let work = Work::LeftOver { messages: std::mem::take(&mut self.left_over) };
            let payload = self.json(&work);
            self.turn.rest = Some(Rest { kind: work.kind(), payload });
        }
        if let Some(error) = self.unwritable.take() {
            return Err(error);
        }
        let rest = self.turn.rest.clone();
        let wakes = !self.turn.timers.is_empty();
        let media = self.turn.media.clone();
        let follows = Follows {
            live: Live { contact: self.contact, open: self.open },
            number: self.number,
            sends: self.sends,
            calls: self.calls,
            media,
            rest,
            wakes,
            read: self.read,
            received: self.received,
            again: self.again,
            handed_off: self.handed_off,
            renamed: self.renamed,
            now: self.now,
        };
        Ok(Computed { turn: self.turn, follows })
    }
}

fn end(mut open: Open, reason: EndReason, now: Timestamp) -> Open {
    open.conversation.status = Status::Ended;
    open.conversation.end_reason = Some(reason);
    open.conversation.ended_at = Some(now);
    open.state = open.state.end(reason);
    open
}

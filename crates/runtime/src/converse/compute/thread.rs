//! Threads that more than one app works on: who has one, and what the bot does meanwhile. It is silent while somebody else
//! answers, and goes on where it was when the thread is ours again: with the contact's next message, which nobody else
//! gets then, or when control is passed back.

use chasqui_flow::{Event, FlowKey};
use chasqui_model::conversation::{Conversation, Owner, Status, Thread};
use chasqui_model::message::{Author, Inbound};
use chasqui_model::{Id, Timestamp};

use super::super::change;
use super::Draft;

impl Draft<'_> {
    /// The contact wrote while another app has the thread: kept, not answered.
    pub(super) fn standby(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        if change::original(inbound).is_some() {
            return self.change(Author::Contact, inbound, at, 0);
        }
        self.elsewhere(at, key);
        self.add_media(inbound);
        self.add_inbound(inbound, at, None);
    }

    /// Another app wrote to the contact: kept beside what they said.
    pub(super) fn written_elsewhere(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        if change::original(inbound).is_some() {
            return self.change(Author::Person, inbound, at, 0);
        }
        self.elsewhere(at, key);
        self.add_line(Author::Person, inbound, at, None);
    }

    /// Something was said past us. Who answers is known only when Meta told it before.
    fn elsewhere(&mut self, at: Timestamp, key: FlowKey) {
        let thread = self.open.as_ref().and_then(|open| open.state.thread.as_ref());
        match thread.filter(|thread| thread.owner.is_another()) {
            Some(thread) if thread.paused => {}
            Some(thread) => {
                let (owner, role) = (thread.owner, thread.role.clone());
                self.went_to(owner, role, at, key);
            }
            None => self.went_to(Owner::Other, None, at, key),
        }
    }

    /// The thread went to somebody else.
    pub(super) fn went_to(&mut self, owner: Owner, role: Option<String>, at: Timestamp, key: FlowKey) {
        let paused = self.silence(at, key);
        self.owned_by(owner, role, paused);
    }

    /// Makes the bot fall silent. Answers whether it did because of this: where a person answers here already, the bot
    /// stays silent when the thread comes back.
    pub(super) fn silence(&mut self, at: Timestamp, key: FlowKey) -> bool {
        if self.open.is_none() {
            self.begin(key, at);
        }
        let Some(open) = &self.open else { return false };
        if open.conversation.status == Status::HandedOff {
            return open.state.thread.as_ref().is_some_and(|thread| thread.paused);
        }
        self.next_turn();
        self.step(Event::TakeOver);
        true
    }

    /// Remembers whose the thread is.
    pub(super) fn owned_by(&mut self, owner: Owner, role: Option<String>, paused: bool) {
        let since = self.now;
        if let Some(open) = &mut self.open {
            open.state.thread = Some(Thread { owner, role, since, paused });
        }
    }

    /// The thread is ours again, and nothing was said yet: the bot goes on with its question. Where a person here has the
    /// conversation in hand, they keep it.
    pub(super) fn came_back(&mut self) {
        let Some(open) = &mut self.open else { return };
        let was = open.state.thread.take();
        let away = was.is_some_and(|thread| thread.paused || thread.owner.is_another());
        if away && open.conversation.status == Status::HandedOff {
            self.next_turn();
            self.step(Event::HandBack);
        }
        self.owned_by(Owner::Ours, None, false);
    }

    /// A person here gives the conversation to the bot: nobody else has it in hand then.
    pub(super) fn handed_back(&mut self, conversation: Id<Conversation>) {
        if let Some(open) = self.open.as_mut().filter(|open| open.conversation.id == conversation) {
            open.state.thread = None;
            self.next_turn();
            self.step(Event::HandBack);
        }
    }

    /// A person here moved the thread of a conversation.
    pub(super) fn moved(&mut self, conversation: Id<Conversation>, owner: Owner) {
        let Some(open) = self.open.as_ref().filter(|open| open.conversation.id == conversation) else {
            return;
        };
        if owner == Owner::Ours {
            return self.came_back();
        }
        // Released: it is nobody's until the contact writes, and that decides who answers.
        let key = open.state.root_flow();
        self.went_to(owner, None, self.now, key);
    }

    /// The contact wrote to us, so the thread is ours. Answers whether the message can be run now: where something came
    /// while the bot was silent, that goes first and the message waits for its own turn.
    pub(super) fn regain(&mut self, inbound: &Inbound) -> bool {
        let Some(open) = &mut self.open else { return true };
        let in_hand = open.conversation.status == Status::HandedOff;
        let Some(thread) = open.state.thread.take() else { return true };
        if in_hand && !thread.paused && thread.owner.is_another() {
            // On the phone of this very number: they have it until it is given back.
            open.state.thread = Some(thread);
            return true;
        }
        if !thread.paused || !in_hand {
            return true;
        }
        if open.state.regain() {
            open.conversation.status = open.state.status();
            return true;
        }
        self.next_turn();
        self.step(Event::HandBack);
        self.left_over.push(inbound.clone());
        false
    }
}

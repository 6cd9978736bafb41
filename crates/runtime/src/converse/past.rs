//! What happens past the bot: people who write from the phone, threads that another app has, and messages that we send
//! first.

use chasqui_flow::{Event, FlowKey};
use chasqui_model::conversation::{EndReason, Status};
use chasqui_model::message::{Author, Inbound, Message, MessageStatus, Outbound};
use chasqui_model::{Id, Timestamp};
use chasqui_store::turn::NewMessage;
use serde_json::{Map, Value};

use super::draft::{Draft, end};

impl Draft<'_> {
    /// A person wrote past us: the bot falls silent, and the transcript has what they wrote.
    pub(super) fn echo(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        self.silence(at, key);
        let Some(open) = self.open.as_mut() else { return };
        open.conversation.messages += 1;
        open.conversation.last_message_at = self.now;
        self.turn.messages.push(NewMessage {
            id: self.rt.clock.id(),
            conversation: open.conversation.id,
            no: open.conversation.messages,
            author: Author::Person,
            kind: inbound.content.kind(),
            content: serde_json::to_string(&inbound.content).unwrap_or_default(),
            reply_to: inbound.reply_to.clone(),
            status: MessageStatus::Sent,
            wamid: Some(inbound.wamid.clone()),
            turn: None,
            node: None,
            at,
        });
    }

    /// The contact wrote while another app has the thread: kept, not answered.
    pub(super) fn standby(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        self.silence(at, key);
        self.add_media(inbound);
        self.add_inbound(inbound, at, None);
    }

    /// The thread came to us or went to somebody else.
    pub(super) fn thread(&mut self, ours: bool, at: Timestamp, key: FlowKey) {
        if !ours {
            return self.silence(at, key);
        }
        if self.open.as_ref().is_some_and(|open| open.conversation.status == Status::HandedOff) {
            self.next_turn();
            self.step(Event::HandBack);
        }
    }

    fn silence(&mut self, at: Timestamp, key: FlowKey) {
        if self.open.is_none() {
            self.begin(key, at);
        }
        if self.open.as_ref().is_some_and(|open| open.conversation.status != Status::HandedOff) {
            self.next_turn();
            self.step(Event::TakeOver);
        }
    }

    /// We write first. Without a bot to start and without a conversation, the message is a conversation of its own: what
    /// the contact answers begins another.
    pub(super) fn proactive(
        &mut self,
        id: Id<Message>,
        message: Option<Box<Outbound>>,
        starts: bool,
        variables: Map<String, Value>,
        at: Timestamp,
        key: FlowKey,
    ) {
        if starts {
            self.end_former(EndReason::Restarted);
        }
        let alone = self.open.is_none() && !starts;
        if self.open.is_none() {
            self.begin(key, at);
        }
        if let Some(open) = self.open.as_mut().filter(|_| starts) {
            open.state = chasqui_flow::State::begin(key, variables);
        }
        if let Some(message) = message {
            self.next_id = Some(id);
            self.template_sent = message.content.is_template();
            for message in chasqui_model::message::fit::fit(*message) {
                self.add_outbound(message, None, Author::Bot, None);
            }
        }
        if starts {
            self.next_turn();
            self.step(Event::StartedByUs);
        } else if alone && let Some(open) = self.open.take() {
            self.open = Some(end(open, EndReason::Finished, self.now));
        }
    }
}

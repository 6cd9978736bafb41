//! What happens past the bot: people who write from the phone, and messages that we send first.

use chasqui_flow::{Event, FlowKey};
use chasqui_model::conversation::{EndReason, Owner};
use chasqui_model::message::{Author, Inbound, Message, Outbound};
use chasqui_model::{Id, Timestamp};
use serde_json::{Map, Value};

use super::super::change;
use super::{Draft, end};

impl Draft<'_> {
    /// A person wrote past us, on the phone: the bot falls silent until it is given the conversation back, and the
    /// transcript has what they wrote.
    pub(super) fn echo(&mut self, inbound: &Inbound, at: Timestamp, key: FlowKey) {
        if change::original(inbound).is_some() {
            return self.change(Author::Person, inbound, at, 0);
        }
        self.silence(at, key);
        self.owned_by(Owner::Person, None, false);
        self.add_line(Author::Person, inbound, at, None);
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

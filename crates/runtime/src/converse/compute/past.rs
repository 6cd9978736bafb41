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
    /// the contact answers begins another. `starts`: the variables of the bot that is started.
    pub(super) fn proactive(
        &mut self,
        (id, message): (Id<Message>, Option<Box<Outbound>>),
        starts: Option<Map<String, Value>>,
        at: Timestamp,
        key: FlowKey,
    ) {
        let (starts, variables) = (starts.is_some(), starts);
        if starts {
            self.end_former(EndReason::Restarted);
        }
        let alone = self.open.is_none() && !starts;
        if self.open.is_none() {
            self.begin(key, at);
        }
        if let (Some(open), Some(variables)) = (&mut self.open, variables) {
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

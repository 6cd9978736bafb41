//! What the contact has not seen because a template stands in for it: kept, and said when the contact writes.

use chasqui_model::message::Outbound;

use super::{MAX_UNSAID, Turn};
use crate::component::Next;
use crate::context::StandIn;
use crate::effect::Effect;
use crate::state::{Position, Unsaid};

impl Turn<'_> {
    /// Sends a message, or keeps it while only templates may be sent. The first one that a turn keeps lets the reopening
    /// template go out in its place.
    pub(super) fn put_out(&mut self, message: Outbound, node: String) {
        let is_open = self.context.window_open || message.content.is_template();
        if is_open || self.context.stand_in == StandIn::Nothing {
            self.push(Effect::Send { message, node, stands_in: false });
            return;
        }
        self.keep_unsaid(Unsaid { node: node.clone(), message: message.clone() });
        if !std::mem::replace(&mut self.stood_in, true) {
            self.push(Effect::Send { message, node, stands_in: true });
        }
        self.detail("kept until the contact writes: only templates may be sent now".to_owned());
    }

    fn keep_unsaid(&mut self, unsaid: Unsaid) {
        if self.state.unsaid.contains(&unsaid) {
            return;
        }
        if self.state.unsaid.len() >= MAX_UNSAID {
            self.state.unsaid.remove(0);
        }
        self.state.unsaid.push(unsaid);
    }

    /// A template goes out in place of a message that was on its way when the window closed.
    pub(super) fn keep_stood_in(&mut self, node: String, message: Outbound) {
        match self.state.position {
            Position::Waiting { .. }
            | Position::Calling { .. }
            | Position::Sleeping { .. }
            | Position::Closing { .. } => self.keep_unsaid(Unsaid { node, message }),
            Position::New | Position::HandedOff { .. } | Position::Ended { .. } => {
                self.remark = Some("nobody waits for the answer to it");
            }
        }
    }

    /// The contact answers a template that stands in for what the bot said: that is said now. `true`: what they wrote is an
    /// answer to the template, and to nothing else, because they have not seen what the bot asked.
    pub(super) fn says_unsaid(&mut self) -> bool {
        let unsaid = std::mem::take(&mut self.state.unsaid);
        let unseen = match &self.state.position {
            Position::Waiting { node, .. } => unsaid.iter().any(|it| it.node == *node),
            Position::Calling { .. } | Position::Sleeping { .. } | Position::Closing { .. } => true,
            Position::New | Position::HandedOff { .. } | Position::Ended { .. } => false,
        };
        for Unsaid { node, message } in unsaid {
            self.put_out(message, node);
        }
        if unseen {
            self.remark = Some("an answer to the template; what it stood in for is said now");
        }
        if let Position::Closing { .. } = self.state.position
            && self.state.unsaid.is_empty()
        {
            self.state.position =
                Position::Ended { reason: chasqui_model::conversation::EndReason::Finished };
        }
        unseen
    }

    /// The conversation's own flow is over: at once, or when the contact has been told what is unsaid.
    pub(super) fn finish_flow(&mut self) -> Position {
        if self.state.unsaid.is_empty() {
            return Position::Ended { reason: chasqui_model::conversation::EndReason::Finished };
        }
        Position::Closing { node: self.node().id.clone() }
    }

    /// A person gave back a conversation that had nothing more to say.
    pub(super) fn close(&mut self, node: &str) {
        if self.resume(node) {
            self.go(Next::End);
        }
    }
}

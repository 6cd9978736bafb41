//! Which part of the flow an event concerns.

use std::sync::Arc;

use chasqui_model::conversation::EndReason;
use chasqui_model::message::Inbound;

use super::fail::Guard;
use super::{MAX_PENDING, MAX_TURNS, Turn};
use crate::component::Next;
use crate::effect::{Event, Outcome};
use crate::fuel::cost;
use crate::state::{Position, Progress};

impl Turn<'_> {
    /// Runs an event to where the flow rests.
    pub fn take(&mut self, event: Event) {
        if let Position::Ended { .. } = self.state.position {
            self.remark = Some("the conversation is over");
            return;
        }
        self.state.turns += 1;
        if self.state.turns > MAX_TURNS {
            self.stop(Guard::Turns);
            return;
        }
        self.weigh();
        self.dispatch(event);
        self.take_pending();
    }

    /// What the turn costs whatever it does: its state is read, written and kept.
    fn weigh(&mut self) {
        let size = self.size();
        self.fuel.burn_for(size, cost::CLONE);
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Start(message) | Event::Message(message) => self.hear(message),
            Event::StartedByUs if self.state.position == Position::New => self.begin(),
            Event::StartedByUs => self.remark = Some("the conversation has begun already"),
            Event::Answer { call, outcome } => self.answered(call, outcome),
            Event::Wake { sleep } => self.woken(sleep),
            Event::TakeOver => self.take_over(),
            Event::HandBack => self.hand_back(),
            Event::SendFailed { node } => self.send_failed(&node),
            Event::StoodIn { node, message } => self.keep_stood_in(node, *message),
        }
    }

    /// Handles a message of the contact, whatever the conversation is doing.
    fn hear(&mut self, message: Inbound) {
        if !message.content.runs_flow() {
            self.remark = Some("nothing that a bot answers");
            return;
        }
        match &self.state.position {
            Position::New => {
                self.note(&message);
                self.begin();
            }
            Position::HandedOff { .. } => {
                self.note(&message);
                self.remark = Some("a person has the conversation in hand");
            }
            Position::Waiting { .. }
            | Position::Calling { .. }
            | Position::Sleeping { .. }
            | Position::Closing { .. }
                if self.is_restart(&message) =>
            {
                self.note(&message);
                self.remark = Some("restart word");
                self.state.pending.clear();
                self.state.unsaid.clear();
                self.state.position = Position::Ended { reason: EndReason::Restarted };
            }
            Position::Waiting { .. }
            | Position::Calling { .. }
            | Position::Sleeping { .. }
            | Position::Closing { .. }
                if !self.state.unsaid.is_empty() =>
            {
                self.note(&message);
                if !self.says_unsaid()
                    && let Position::Waiting { node, progress } = &self.state.position
                {
                    let (node, progress) = (node.clone(), progress.clone());
                    self.respond(&node, progress, &message);
                }
            }
            Position::Waiting { node, progress } => {
                let (node, progress) = (node.clone(), progress.clone());
                self.note(&message);
                self.respond(&node, progress, &message);
            }
            Position::Calling { .. } => self.keep(message),
            Position::Sleeping { .. } => {
                self.note(&message);
                self.remark = Some("the flow sleeps; the message does not wake it");
            }
            Position::Closing { .. } => {
                self.note(&message);
                self.state.position = Position::Ended { reason: EndReason::Finished };
            }
            Position::Ended { .. } => self.left_over.push(message),
        }
    }

    fn is_restart(&self, message: &Inbound) -> bool {
        super::is_restart(&self.flow, message)
            || (!self.state.stack.is_empty()
                && self
                    .library
                    .flow(&self.state.root_flow())
                    .is_some_and(|root| super::is_restart(&root, message)))
    }

    /// Keeps a message until the call under way is answered.
    fn keep(&mut self, mut message: Inbound) {
        super::message::lighten(&mut message);
        self.remark = Some("kept until the call is answered");
        if self.state.pending.len() >= MAX_PENDING {
            self.state.pending.remove(0);
            self.remark = Some("kept until the call is answered; the oldest one that was kept is dropped");
        }
        self.state.pending.push(message);
    }

    /// Goes on with messages that came while a call was under way.
    fn take_pending(&mut self) {
        while !self.state.pending.is_empty() {
            if self.fuel.is_trial() && self.fuel.is_out() {
                return;
            }
            match self.state.position {
                Position::Calling { .. } => return,
                Position::Ended { .. } => {
                    self.left_over.append(&mut self.state.pending);
                    return;
                }
                Position::New
                | Position::Waiting { .. }
                | Position::Sleeping { .. }
                | Position::Closing { .. }
                | Position::HandedOff { .. } => {
                    let message = self.state.pending.remove(0);
                    self.hear(message);
                }
            }
        }
    }

    /// Comes to the start node.
    fn begin(&mut self) {
        let start = self.flow.start();
        self.go(Next::Node(start));
    }

    fn answered(&mut self, call: u64, outcome: Outcome) {
        match &mut self.state.position {
            Position::Calling { node, call: pending, progress } if *pending == call => {
                let (node, progress) = (std::mem::take(node), std::mem::take(progress));
                if !self.resume(&node) {
                    return;
                }
                let flow = Arc::clone(&self.flow);
                let next = flow.node(self.at).component.behaviour().outcome(self, outcome, progress);
                self.go(next);
            }
            Position::HandedOff { resume: Some(resume), kept, .. } => {
                if matches!(**resume, Position::Calling { call: pending, .. } if pending == call) {
                    *kept = Some(Box::new(Event::Answer { call, outcome }));
                    self.remark = Some("kept until a person gives the conversation back");
                }
            }
            _ => self.remark = Some("an answer that nobody waits for"),
        }
    }

    fn woken(&mut self, sleep: u64) {
        match &mut self.state.position {
            Position::Sleeping { node, sleep: pending } if *pending == sleep => {
                let node = std::mem::take(node);
                if !self.resume(&node) {
                    return;
                }
                let flow = Arc::clone(&self.flow);
                let next = flow.node(self.at).component.behaviour().wake(self);
                self.go(next);
            }
            Position::HandedOff { resume: Some(resume), kept, .. } => {
                if matches!(**resume, Position::Sleeping { sleep: pending, .. } if pending == sleep) {
                    *kept = Some(Box::new(Event::Wake { sleep }));
                    self.remark = Some("kept until a person gives the conversation back");
                }
            }
            _ => self.remark = Some("a wake for no sleep in hand"),
        }
    }

    fn take_over(&mut self) {
        if let Position::HandedOff { .. } = self.state.position {
            self.remark = Some("a person has the conversation in hand already");
            return;
        }
        // The person says what is to be said; what the bot waits for is asked again when it goes on.
        self.state.unsaid.clear();
        let position = std::mem::replace(&mut self.state.position, Position::New);
        let start = || self.flow.node(self.flow.start()).id.clone();
        let node = position.node().map_or_else(start, str::to_owned);
        self.state.position = Position::HandedOff { node, resume: Some(Box::new(position)), kept: None };
    }

    fn hand_back(&mut self) {
        let position = std::mem::replace(&mut self.state.position, Position::New);
        let Position::HandedOff { node, resume, kept } = position else {
            self.state.position = position;
            self.remark = Some("no person has the conversation in hand");
            return;
        };
        let Some(resume) = resume else {
            if self.resume(&node) {
                self.go(if self.is_connected("next") { Next::port("next") } else { Next::End });
            }
            return;
        };
        self.state.position = *resume;
        if let Some(event) = kept {
            self.dispatch(*event);
        } else if let Position::Waiting { node, progress } = &mut self.state.position {
            let (node, progress) = (std::mem::take(node), std::mem::take(progress));
            if self.resume(&node) {
                let next = self.ask_again(progress);
                self.go(next);
            }
        } else if let Position::Closing { node } = &self.state.position {
            let node = node.clone();
            self.close(&node);
        } else if self.state.position == Position::New {
            self.begin();
        }
    }

    /// A message of a node will never arrive: when it was the question that is waited for, its error port is taken.
    fn send_failed(&mut self, failed: &str) {
        let waits = matches!(&self.state.position, Position::Waiting { node, .. } if node == failed);
        let connected =
            self.flow.position(failed).is_some_and(|position| self.flow.target(position, "error").is_some());
        if !(waits && connected && self.resume(failed)) {
            self.remark = Some("a message could not be delivered");
            return;
        }
        // Nor did what came with it.
        self.state.unsaid.clear();
        if let Some(visit) = self.visits.last_mut() {
            visit.error = Some("the message could not be delivered".to_owned());
        }
        self.go(Next::port("error"));
    }

    /// Asks the present question again without counting an attempt.
    pub(super) fn ask_again(&mut self, progress: Progress) -> Next {
        let flow = Arc::clone(&self.flow);
        match flow.node(self.at).component.behaviour().enter(self) {
            Next::Wait(fresh) => Next::Wait(Progress { labels: fresh.labels, ..progress }),
            other => other,
        }
    }
}

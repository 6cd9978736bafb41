//! From node to node, until the flow rests.

use std::borrow::Cow;
use std::sync::Arc;

use chasqui_model::conversation::EndReason;
use chasqui_model::event::Severity;
use chasqui_model::message::{Outbound, fit, outbound};

use super::fail::{Failure, Guard};
use super::{MAX_FRAMES, MAX_VISITS, Step, Turn};
use crate::component::{Next, Start};
use crate::effect::Effect;
use crate::fuel::cost;
use crate::state::{Frame, Handoff, Position};
use crate::trace::{Cause, Trace, Visit};
use crate::words::Phrase;

/// Most questions that going back remembers.
const MAX_HISTORY: usize = 50;

/// For the owner, when a node uses up what is left of a turn's budget.
const TOO_MUCH_WORK: &str = "This node used up the work that one turn may do. Shorten the texts and lists that it works on, \
                             or let the bot wait for an answer before it goes on.";

/// What follows a node.
enum After {
    /// Come to this node.
    Visit(usize),
    /// The present node goes on.
    Then(Box<Next>),
    /// The flow rests.
    Rest,
}

impl Turn<'_> {
    /// Follows the flow from the present node until it rests.
    pub(super) fn go(&mut self, mut next: Next) {
        loop {
            if self.fuel.is_out() {
                if self.fuel.is_trial() {
                    return;
                }
                next = self.used_up();
            }
            if let Some(guard) = self.broken {
                self.stop(guard);
                return;
            }
            next = match self.follow(next) {
                After::Visit(target) => self.visit(target),
                After::Then(next) => *next,
                After::Rest => break,
            };
        }
        if let Some(guard) = self.broken {
            self.stop(guard);
        }
    }

    /// What the node at work comes to when the budget of the turn is used up: its error port, with a reserve; then the end.
    fn used_up(&mut self) -> Next {
        if std::mem::replace(&mut self.on_reserve, true) {
            self.broken.get_or_insert(Guard::Work);
            return Next::End;
        }
        self.fuel.refill();
        Next::Fail(Failure::new("too_much_work", TOO_MUCH_WORK))
    }

    /// Comes to a node.
    fn visit(&mut self, target: usize) -> Next {
        if self.visits.len() >= MAX_VISITS {
            self.broken = Some(Guard::Visits);
            return Next::End;
        }
        self.arrive(target);
        let flow = Arc::clone(&self.flow);
        flow.node(target).component.behaviour().enter(self)
    }

    /// Makes a node the present one and notes it.
    pub(super) fn arrive(&mut self, target: usize) {
        self.at = target;
        let node = self.flow.node(target);
        let label = node.label.as_ref().map_or(0, String::len);
        self.fuel.burn(cost::VISIT + (node.id.len() + label) * cost::COPY);
        self.visits.push(Visit {
            node: node.id.clone(),
            bot: (self.state.frame != 0).then_some(self.state.flow.bot),
            component: Cow::Borrowed(node.component.kind()),
            label: node.label.clone(),
            ..Visit::default()
        });
    }

    /// Goes on at the node that the state stands at. Ends the conversation when there is no such node any more.
    pub(super) fn resume(&mut self, node: &str) -> bool {
        if let Some(position) = self.flow.position(node) {
            self.arrive(position);
            return true;
        }
        self.at = self.flow.start();
        let message = "The conversation stands at a node that the bot does not have.";
        self.give_up(&Failure::new("node_missing", message));
        false
    }

    fn follow(&mut self, next: Next) -> After {
        match next {
            Next::Port(port) => self.leave(port),
            Next::Node(node) => After::Visit(node),
            Next::Back => After::Visit(self.question_before()),
            Next::Wait(progress) => {
                let node = self.node().id.clone();
                if self.state.history.last() != Some(&node) {
                    if self.state.history.len() >= MAX_HISTORY {
                        self.state.history.remove(0);
                    }
                    self.state.history.push(node.clone());
                }
                self.state.position = Position::Waiting { node, progress };
                After::Rest
            }
            Next::Call(request, progress) => {
                let (node, call) = (self.node().id.clone(), self.state.next_number());
                self.push(Effect::Call { call, node: node.clone(), request });
                self.state.position = Position::Calling { node, call, progress };
                After::Rest
            }
            Next::Sleep(duration) => {
                let (node, sleep) = (self.node().id.clone(), self.state.next_number());
                self.push(Effect::Sleep { sleep, node: node.clone(), duration });
                self.state.position = Position::Sleeping { node, sleep };
                After::Rest
            }
            Next::HandOff(summary) => {
                let node = self.node().id.clone();
                let (at, told) = (self.context.now, summary.clone());
                self.state.handoff = Some(Handoff { node: node.clone(), summary: told, at });
                self.push(Effect::HandOff { node: node.clone(), note: summary });
                self.state.position = Position::HandedOff { node, resume: None, kept: None };
                After::Rest
            }
            Next::Start(start) => self.start(start),
            Next::End => self.end(),
            Next::Fail(failure) => self.fail(&failure),
        }
    }

    fn leave(&mut self, port: Cow<'static, str>) -> After {
        let target = self.flow.target(self.at, &port);
        if let Some(visit) = self.visits.last_mut() {
            visit.port = Some(port.into_owned());
        }
        match target {
            Some(target) => After::Visit(target),
            None => self
                .fail(&Failure::new("port_not_connected", "A node was left by a port that leads nowhere.")),
        }
    }

    /// The question before the present one; the present one when there is none.
    fn question_before(&mut self) -> usize {
        let present = self.at;
        if self.state.history.last() == Some(&self.node().id) {
            self.state.history.pop();
        }
        let before = self.state.history.pop();
        before.and_then(|id| self.flow.position(&id)).unwrap_or(present)
    }

    /// Another bot goes on.
    fn start(&mut self, start: Start) -> After {
        if start.returns && self.state.stack.len() >= MAX_FRAMES {
            return self.fail(&Failure::new("too_many_bots", "More than 16 bots wait for others to return."));
        }
        let Some(flow) = self.library.flow(&start.flow) else {
            return self.fail(&Failure::new("bot_missing", "The bot that a jump leads to cannot be found."));
        };
        let node = self.node().id.clone();
        let caller = self.state.flow;
        let variables = std::mem::replace(&mut self.state.variables, start.variables);
        let history = std::mem::take(&mut self.state.history);
        if start.returns {
            let number = self.state.frame;
            self.state.stack.push(Frame { flow: caller, node, number, variables, history });
        }
        self.state.flow = start.flow;
        self.state.frame = self.state.next_number();
        self.flow = flow;
        self.count_anew();
        if self.size() > super::MAX_VARIABLES {
            self.broken = Some(Guard::Variables);
        }
        After::Visit(self.flow.start())
    }

    /// This flow is over: the one that waits for it goes on, or the conversation ends.
    fn end(&mut self) -> After {
        let Some(frame) = self.state.stack.pop() else {
            self.state.position = self.finish_flow();
            return After::Rest;
        };
        let Some(variables) = self.return_to(frame) else {
            return After::Rest;
        };
        let flow = Arc::clone(&self.flow);
        let next = flow.node(self.at).component.behaviour().returned(self, &variables);
        After::Then(Box::new(next))
    }

    /// Puts a flow that waits back in place, and gives the variables of the one that ended. `None` when it is gone;
    /// then the conversation is over.
    fn return_to(&mut self, frame: Frame) -> Option<serde_json::Map<String, serde_json::Value>> {
        let Some(flow) = self.library.flow(&frame.flow) else {
            self.give_up(&Failure::new("bot_missing", "The bot that a jump returns to cannot be found."));
            return None;
        };
        self.flow = flow;
        self.state.flow = frame.flow;
        self.state.frame = frame.number;
        self.state.history = frame.history;
        let variables = std::mem::replace(&mut self.state.variables, frame.variables);
        self.count_anew();
        self.resume(&frame.node).then_some(variables)
    }

    /// A node could not do its work: on through its error port, or that of the jump node that started this bot, or out.
    fn fail(&mut self, failure: &Failure) -> After {
        self.report(failure);
        loop {
            if let Some(target) = self.flow.target(self.at, "error") {
                if let Some(visit) = self.visits.last_mut() {
                    visit.port = Some("error".to_owned());
                }
                return After::Visit(target);
            }
            let catches = |frame: &Frame| {
                let flow = self.library.flow(&frame.flow)?;
                flow.target(flow.position(&frame.node)?, "error")
            };
            if !self.state.stack.iter().any(|frame| catches(frame).is_some()) {
                break;
            }
            let Some(frame) = self.state.stack.pop() else { break };
            if self.return_to(frame).is_none() {
                return After::Rest;
            }
        }
        self.say_goodbye(failure.phrase);
        After::Rest
    }

    /// Ends the conversation because of a failure that no port can catch.
    fn give_up(&mut self, failure: &Failure) {
        self.report(failure);
        self.say_goodbye(failure.phrase);
    }

    fn report(&mut self, failure: &Failure) {
        let (node, email_admin) = (self.node().id.clone(), self.node().email_admin);
        if let Some(visit) = self.visits.last_mut() {
            let detail = failure.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
            visit.error = Some(format!("{}{detail}", failure.message));
        }
        self.push(Effect::Notice {
            node: Some(node),
            severity: Severity::Error,
            code: failure.code,
            message: failure.message.clone(),
            email_admin,
        });
    }

    /// Tells the contact that something failed, in one message beyond all limits of the turn, and ends.
    fn say_goodbye(&mut self, phrase: Phrase) {
        let flow = Arc::clone(&self.flow);
        if self.fuel.is_out() {
            self.fuel.refill();
        }
        let body = match &flow.node(self.at).error_message {
            Some(text) => self.fill(text),
            None => self.phrase(phrase, &[]),
        };
        // Whatever the author wants to say: silence is worse.
        let body = if self.fuel.is_out() { phrase.usual(self.language()).to_owned() } else { body };
        let node = self.node().id.clone();
        let content = outbound::Content::Text { body, preview_url: false };
        if let Some(message) = fit::fit(Outbound::from(content)).into_iter().next() {
            self.push(Effect::Send { message, node, stands_in: false });
        }
        self.state.position = Position::Ended { reason: EndReason::Failed };
    }

    /// Ends the conversation because a limit was broken.
    pub(super) fn stop(&mut self, guard: Guard) {
        self.broken = None;
        self.give_up(&Failure::new(guard.code(), guard.message()));
    }

    /// The turn's result.
    pub fn finish(self, cause: Cause) -> Step {
        let trace = Trace {
            cause,
            visits: self.visits,
            changed: self.changed,
            remark: self.remark.map(Cow::Borrowed),
        };
        let work = self.fuel.used();
        Step { state: self.state, effects: self.effects, trace, left_over: self.left_over, work }
    }
}

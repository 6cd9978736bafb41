//! A chat with a bot, step by step: the test mode.

use std::sync::Arc;

use chasqui_model::Timestamp;
use chasqui_model::conversation::{EndReason, Status};
use serde_json::{Map, Value};

use crate::context::Library;
use crate::definition::{Action, Test};
use crate::effect::{Outcome, Request};
use crate::exact;
use crate::flow::Flow;

use super::log::{Happening, How};
use super::phone::Phone;
use super::stage::Stage;
use super::{canned, duration};

/// A chat with a bot that is not in service. Whoever holds it plays the contact, the time, and the world.
#[derive(Debug)]
pub struct Rehearsal {
    stage: Stage,
    phone: Phone,
}

impl Rehearsal {
    /// Sets the stage. Nothing happens before the first action. Of `setup` its steps do not matter.
    pub fn new(flow: &Arc<Flow>, setup: &Test) -> Self {
        Self { stage: Stage::new(flow, setup), phone: Phone::default() }
    }

    /// Does what the contact, the time or a person does. Refuses what cannot be done here, with the reason.
    pub fn act(&mut self, library: &dyn Library, action: &Action) -> Result<(), String> {
        if let Some(said) = self.phone.said(action, &self.stage) {
            let (content, with) = said?;
            let sent = self.stage.hear(library, content, with);
            self.phone.receive(sent);
            return Ok(());
        }
        let sent = match action {
            Action::HandBack => self.stage.hand_back(library)?,
            Action::Advance(time) => {
                let time = duration(time).ok_or("a time is written like 90s, 15m, 2h or 3d")?;
                self.stage.advance(library, time)
            }
            Action::Answer(canned) => self.stage.answer(library, canned)?,
            Action::Contact(_)
            | Action::Tap(_)
            | Action::Pick(_)
            | Action::Send(_)
            | Action::Location(_)
            | Action::Message(_)
            | Action::With(..)
            | Action::Bot(_)
            | Action::Variable(_)
            | Action::Ended(_)
            | Action::HandedOff(_) => {
                return Err("this is something to check, not something to do".to_owned());
            }
        };
        self.phone.receive(sent);
        Ok(())
    }

    /// The world's own answer to [`Self::request`].
    pub fn answer(&mut self, library: &dyn Library, outcome: Outcome) {
        let sent = self.stage.answered(library, outcome, How::Real);
        self.phone.receive(sent);
    }

    /// The request that waits for its answer, and the node that asks.
    pub fn request(&self) -> Option<(&str, &Request)> {
        self.stage.calling().zip(self.stage.asked())
    }

    /// What an answer to [`Self::request`] could look like, as the `json` of a canned one.
    pub fn sample(&self) -> Option<Value> {
        self.stage.asked().map(canned::sample)
    }

    /// Where the conversation stands.
    pub fn status(&self) -> Status {
        self.stage.status()
    }

    /// Why it is over.
    pub fn end_reason(&self) -> Option<EndReason> {
        self.stage.end_reason()
    }

    /// The node of this bot that it stands at. `None` before it begins, after it ended, and in another bot.
    pub fn node(&self) -> Option<&str> {
        self.stage.node()
    }

    /// The time in the rehearsal.
    pub fn now(&self) -> Timestamp {
        self.stage.now()
    }

    /// When the sleep in hand is over.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        self.stage.wakes_at()
    }

    /// The bot's variables.
    pub fn variables(&self) -> &Map<String, Value> {
        self.stage.variables()
    }

    /// The system's variables, by their whole names.
    pub fn system(&self) -> Map<String, Value> {
        self.stage.system()
    }

    /// What has happened so far.
    pub fn log(&self) -> &[Happening] {
        self.stage.log()
    }

    /// Whether a reopening template goes out when only templates may be sent.
    pub fn reopening(&self) -> bool {
        self.stage.has_reopening()
    }

    /// The same conversation as a flow test: what was done, what was said, and how it ended.
    pub fn as_test(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = self.log().iter().filter_map(|it| it.action(&self.phone)).collect();
        match self.status() {
            Status::Ended => actions.push(Action::Ended(true)),
            Status::HandedOff => actions.push(Action::HandedOff(true)),
            Status::Waiting | Status::Calling | Status::Sleeping => {}
        }
        let plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
        let values: Map<String, Value> = exact::plain_fields(self.variables())
            .iter()
            .filter(|(_, value)| plain(value))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        if !values.is_empty() && !actions.is_empty() {
            actions.push(Action::Variable(values));
        }
        actions
    }
}

//! Where a conversation stands. A stored format: `"format": 1` stays readable for ever.

use chasqui_model::Timestamp;
use chasqui_model::conversation::{EndReason, Status, Thread};
use chasqui_model::message::{Inbound, Outbound};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::context::FlowKey;

/// The version of the stored form.
const FORMAT: u32 = 1;

/// The state of one conversation. Opaque to everyone else; stored as [`State::to_json`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    format: u32,
    pub(crate) flow: FlowKey,
    pub(crate) position: Position,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) variables: Map<String, Value>,
    /// The contact's last message, as `{message.…}` reads it.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) message: Value,
    /// The questions asked in this flow, for going back. The last one is the newest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) history: Vec<String>,
    /// Which frame this is: 0 for the conversation's own flow, else unique in the conversation.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) frame: u64,
    /// The flows that wait for this one to return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stack: Vec<Frame>,
    /// Messages that came while a call was under way, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pending: Vec<Inbound>,
    /// Messages that the contact has not seen, because a template stands in for them. They are said when the contact
    /// writes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unsaid: Vec<Unsaid>,
    /// How many turns there were.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) turns: u64,
    /// The last number given to a call, sleep or frame.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) last_number: u64,
    /// Who answers, when somebody else does or did. No flow reads it; it is kept here because it lives as long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// The last time the flow handed the conversation to people. Stays when the bot goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handoff: Option<Handoff>,
}

/// What the flow told people when it handed a conversation over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// The node.
    pub node: String,
    /// What they should know, filled from variables: personal data. Empty: the author wrote nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// When.
    pub at: Timestamp,
}

/// Where a conversation stands, with what exists there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(crate) enum Position {
    /// Before the first event.
    New,
    /// The contact is to answer.
    Waiting {
        node: String,
        #[serde(default, skip_serializing_if = "Progress::is_empty")]
        progress: Progress,
    },
    /// The world is to answer.
    Calling {
        node: String,
        call: u64,
        #[serde(default, skip_serializing_if = "Progress::is_empty")]
        progress: Progress,
    },
    /// A time is to come.
    Sleeping { node: String, sleep: u64 },
    /// A person answers.
    HandedOff {
        node: String,
        /// Where to go on when it was taken over by a person and not handed over by the flow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<Box<Position>>,
        /// What came for `resume` meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<Box<crate::effect::Event>>,
    },
    /// Over as soon as the contact has been told what is unsaid.
    Closing { node: String },
    /// Over.
    Ended { reason: EndReason },
}

/// A message that the contact has not seen, because a template stands in for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Unsaid {
    pub node: String,
    pub message: Outbound,
}

/// How far a question has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Answers that did not fit.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub attempts: u32,
    /// The options' labels as they were shown, where they hold variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Files received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Value>,
    /// The words under the file that is being fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Whether that file is a voice note.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voice: bool,
    /// What was said with a language model.
    #[serde(default, skip_serializing_if = "Talk::is_empty")]
    pub talk: Talk,
}

/// What was said with a language model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Talk {
    /// Question and answer, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<[String; 2]>,
    /// The question that is being answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// Answers so far.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub rounds: u32,
}

impl Talk {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Progress {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A flow that waits for a sub-bot to return.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub flow: FlowKey,
    /// The jump node it left by.
    pub node: String,
    #[serde(rename = "frame", default, skip_serializing_if = "is_zero")]
    pub number: u64,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<String>,
}

/// A stored state that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InvalidState {
    /// Not a state at all.
    #[error("not a conversation state: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Written by a newer Chasqui.
    #[error("conversation state has format {0}, which this version cannot read")]
    UnknownFormat(u32),
}

impl State {
    /// A conversation that has not begun. `preset` are its first variables.
    pub fn begin(flow: FlowKey, preset: Map<String, Value>) -> Self {
        Self {
            format: FORMAT,
            flow,
            position: Position::New,
            variables: preset,
            message: Value::Null,
            history: Vec::new(),
            frame: 0,
            stack: Vec::new(),
            pending: Vec::new(),
            unsaid: Vec::new(),
            turns: 0,
            last_number: 0,
            thread: None,
            handoff: None,
        }
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        match self.position {
            Position::New | Position::Waiting { .. } | Position::Closing { .. } => Status::Waiting,
            Position::Calling { .. } => Status::Calling,
            Position::Sleeping { .. } => Status::Sleeping,
            Position::HandedOff { .. } => Status::HandedOff,
            Position::Ended { .. } => Status::Ended,
        }
    }

    /// Why it ended. `None` while it goes on.
    pub fn end_reason(&self) -> Option<EndReason> {
        match self.position {
            Position::Ended { reason } => Some(reason),
            Position::New
            | Position::Waiting { .. }
            | Position::Calling { .. }
            | Position::Sleeping { .. }
            | Position::HandedOff { .. }
            | Position::Closing { .. } => None,
        }
    }

    /// The node it stands at. `None` before it begins and after it ended.
    pub fn node(&self) -> Option<&str> {
        self.position.node()
    }

    /// The call whose answer it waits for.
    pub fn pending_call(&self) -> Option<u64> {
        match self.position {
            Position::Calling { call, .. } => Some(call),
            _ => None,
        }
    }

    /// The sleep it is in.
    pub fn pending_sleep(&self) -> Option<u64> {
        match self.position {
            Position::Sleeping { sleep, .. } => Some(sleep),
            _ => None,
        }
    }

    /// The flow it is in: the conversation's own or a sub-bot's.
    pub fn flow(&self) -> FlowKey {
        self.flow
    }

    /// The flow that the conversation began with.
    pub fn root_flow(&self) -> FlowKey {
        self.stack.first().map_or(self.flow, |frame| frame.flow)
    }

    /// The flows that it goes back to, the nearest first. The last one is the conversation's own.
    pub fn came_through(&self) -> impl Iterator<Item = FlowKey> {
        self.stack.iter().rev().map(|frame| frame.flow)
    }

    /// The last time the flow handed the conversation to people.
    pub fn handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref()
    }

    /// The variables of the flow it is in.
    pub fn variables(&self) -> &Map<String, Value> {
        &self.variables
    }

    /// Goes back to where a person or another app took over, without a word: the contact's next message is already here.
    /// `false`, and nothing changed, when nobody took over, or when something came meanwhile that is to be run first
    /// ([`Event::HandBack`](crate::Event::HandBack) does that).
    pub fn regain(&mut self) -> bool {
        match &mut self.position {
            Position::HandedOff { resume, kept: None, .. } => match resume.take() {
                Some(resume) => self.position = *resume,
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// The same conversation, over. What was under way is dropped.
    pub fn end(mut self, reason: EndReason) -> Self {
        self.position = Position::Ended { reason };
        self.pending.clear();
        self.unsaid.clear();
        self
    }

    /// What reading and writing it costs in each turn, in units of [`BUDGET`](crate::BUDGET).
    pub fn work(&self) -> u64 {
        let frames = self.stack.iter().map(|frame| &frame.variables);
        let variables: usize = frames.chain([&self.variables]).map(crate::step::size_of_map).sum();
        ((variables + crate::step::size_of(&self.message)) * crate::fuel::cost::CLONE) as u64
    }

    /// The stored form. What cannot be written must not be stored in its place.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads the stored form.
    pub fn from_json(text: &str) -> Result<Self, InvalidState> {
        let state: Self = serde_json::from_str(text)?;
        if state.format == FORMAT { Ok(state) } else { Err(InvalidState::UnknownFormat(state.format)) }
    }

    /// The next number for a call, a sleep or a frame.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number = self.last_number.saturating_add(1);
        self.last_number
    }
}

impl Position {
    pub fn node(&self) -> Option<&str> {
        match self {
            Self::Waiting { node, .. }
            | Self::Calling { node, .. }
            | Self::Sleeping { node, .. }
            | Self::HandedOff { node, .. }
            | Self::Closing { node } => Some(node),
            Self::New | Self::Ended { .. } => None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero_u32(number: &u32) -> bool {
    *number == 0
}

//! What becomes of a call to send a message.

use std::time::Duration;

use crate::ledger::Fate;
use crate::random::Random;
use crate::wire;

/// Decides about each call.
pub type Forecast = Box<dyn Fn(&mut Situation) -> Weather>;

/// What a decision may rest on: nothing that depends on the machine's speed.
#[derive(Debug)]
pub struct Situation {
    /// The number that the message leaves through.
    pub number: usize,
    /// How often it was asked for before.
    pub attempt: u32,
    /// Chance of its own, from the seed, the mark and the attempt.
    pub random: Random,
}

/// The way a message has come, as Meta tells it.
pub type Status = &'static str;

/// What becomes of a call.
#[derive(Debug)]
pub struct Weather {
    /// What the ledger writes down.
    pub fate: Fate,
    /// What the caller sees.
    pub shape: Shape,
    /// What is told about the message, and when.
    pub statuses: Vec<(Duration, Status)>,
}

/// What the caller sees.
#[derive(Debug)]
pub enum Shape {
    /// The right answer.
    Whole,
    /// The right answer, later.
    After(Duration),
    /// The right answer, byte by byte over so long.
    Slowly(Duration),
    /// An error with an HTTP status and a Graph code.
    Error(u16, u32),
    /// Any answer at all.
    Other(Vec<u8>),
    /// Any answer, and then a cut connection.
    Last(Vec<u8>),
    /// A cut connection.
    Cut,
    /// Silence for so long, then a cut connection.
    Hang(Duration),
    /// Silence for ever.
    HalfOpen,
}

impl Weather {
    /// Taken and answered at once; no status.
    pub fn fine() -> Self {
        Self { fate: Fate::Taken, shape: Shape::Whole, statuses: Vec::new() }
    }

    /// Taken and answered after so long.
    pub fn slow(latency: Duration) -> Self {
        Self { shape: Shape::After(latency), ..Self::fine() }
    }

    /// Refused for now.
    pub fn refused(http: u16, code: u32) -> Self {
        Self { fate: Fate::Refused, shape: Shape::Error(http, code), statuses: Vec::new() }
    }
}

impl Shape {
    /// What goes over the wire.
    pub(super) fn answer(self, wamid: &str, to: &str) -> wire::Answer {
        let right = || {
            let digits = to.trim_start_matches('+');
            let body = format!(
                r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{to}","wa_id":"{digits}"}}],"messages":[{{"id":"{wamid}"}}]}}"#
            );
            wire::answer(200, &body)
        };
        match self {
            Self::Whole => wire::Answer::Now(right()),
            Self::After(pause) => wire::Answer::After(pause, right()),
            Self::Slowly(time) => wire::Answer::Slowly(time, right()),
            Self::Error(http, code) => wire::Answer::Now(wire::answer(http, &error(code))),
            Self::Other(bytes) => wire::Answer::Now(bytes),
            Self::Last(bytes) => wire::Answer::Last(bytes),
            Self::Cut => wire::Answer::Cut,
            Self::Hang(time) => wire::Answer::Hang(time),
            Self::HalfOpen => wire::Answer::HalfOpen,
        }
    }
}

fn error(code: u32) -> String {
    format!(
        r#"{{"error":{{"message":"(#{code}) Refused by the stand-in","type":"OAuthException","code":{code},"error_data":{{"messaging_product":"whatsapp","details":"Refused by the stand-in."}},"fbtrace_id":"A"}}}}"#
    )
}

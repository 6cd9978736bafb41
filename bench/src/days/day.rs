//! The days: what goes wrong on each, and what must happen then.

use clap::ValueEnum;

use crate::product::Bot;

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Day {
    /// Every code that Meta refuses a message with
    Codes,
    /// HTTP 429 without a code
    TooMany,
    /// HTTP 500, 502, 503 with a proxy's page
    ProxyErrors,
    /// Nobody answers at Graph's address
    GraphAway,
    /// Answers come after the server has lost patience
    Timeout,
    /// Calls get no answer, ever
    HalfOpen,
    /// Answers are no HTTP, or no JSON
    Garbage,
    /// Answers come byte by byte
    SlowBody,
    /// Tokens die, and are replaced
    DeadToken,
    /// The clock on the wall is moved by hours
    ClockJumps,
    /// Another process holds the store's lock
    Locked,
    /// The disk is full
    DiskFull,
    /// The disk takes no writes
    ReadOnly,
    /// The disk fails
    DiskFails,
    /// Deliveries that cannot be read, a conversation that cannot be run
    Poison,
    /// A flow that never ends
    Endless,
    /// Thousands write to one number
    Flood,
    /// 500 clients that never finish their request
    Slowloris,
}

impl Day {
    /// As it is written on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Those that need no patience: together they take less than two minutes.
    pub fn short() -> Vec<Self> {
        let long = |day: &Self| {
            matches!(
                day,
                Self::Codes
                    | Self::ProxyErrors
                    | Self::GraphAway
                    | Self::Timeout
                    | Self::HalfOpen
                    | Self::Garbage
                    | Self::SlowBody
            )
        };
        Self::value_variants().iter().copied().filter(|day| !long(day)).collect()
    }

    /// Whether times are taken on it.
    pub fn measures(self) -> bool {
        matches!(self, Self::Flood | Self::Slowloris)
    }

    /// The bots of the numbers that the trouble is about. They come first; healthy numbers follow.
    pub fn bots(self) -> Vec<Bot> {
        match self {
            Self::Codes => vec![Bot::Echo; super::trouble::codes::CASES.len()],
            Self::Endless => vec![Bot::Endless],
            Self::Flood | Self::Poison | Self::ClockJumps => vec![Bot::Echo],
            _ => Vec::new(),
        }
    }

    /// What is done to the server.
    pub fn injected(self) -> &'static str {
        match self {
            Self::Codes => "one send refused with each code of the Graph API, a number for each",
            Self::TooMany => "half of the first sends answered HTTP 429 without a Graph code",
            Self::ProxyErrors => "half of the first sends answered 500, 502 or 503 with an HTML page",
            Self::GraphAway => "nobody listens at Graph's address for 8 s; calls under way are cut",
            Self::Timeout => "Graph answers after 40 s, half of the sends taken",
            Self::HalfOpen => "Graph accepts and never answers, half of the sends taken",
            Self::Garbage => {
                "TLS bytes, HTML, empty JSON, half a body in place of answers; half of the sends taken"
            }
            Self::SlowBody => "answers byte by byte over 4 s",
            Self::DeadToken => {
                "code 190 for 3 of 8 numbers in the middle of conversations; then a new token by the API"
            }
            Self::ClockJumps => {
                "the server's wall clock +5 h, then −9 h, then right again; a tenth of the sends refused once"
            }
            Self::Locked => "another process holds the write lock of the database for 14 s",
            Self::DiskFull => "no room for another byte on the data folder's disk for 6 s; then SIGKILL",
            Self::ReadOnly => "writes to the disk fail with EROFS for 6 s; then SIGKILL",
            Self::DiskFails => "fsync fails with EIO for 5 s, then every third write for 5 s; then SIGKILL",
            Self::Poison => {
                "signed bodies that are no JSON, of wrong shape, too deep, too large; forged ones; a conversation's state destroyed"
            }
            Self::Endless => "20 contacts write to a bot that goes in a circle without waiting",
            Self::Flood => "3,000 contacts write to one number at once",
            Self::Slowloris => "500 connections that send nothing, half a head, or half a body",
        }
    }

    /// What the server has to make of it.
    pub fn must(self) -> &'static str {
        match self {
            Self::Codes => {
                "what passes is sent again; what does not is a failed message and an event; what stops a number holds its queue"
            }
            Self::TooMany | Self::ProxyErrors => "sent again until taken",
            Self::GraphAway => "every delivery answered 200; what waits goes out when Graph is back",
            Self::Timeout | Self::HalfOpen | Self::Garbage => {
                "not sent again when a status tells that it was taken; sent again when none comes"
            }
            Self::SlowBody => "answers are waited for; every delivery answered 200",
            Self::DeadToken => {
                "these numbers are failing, their queue held and hardly asked for; a new token releases it; others go on"
            }
            Self::ClockJumps => "nothing is lost, doubled or put off by hours",
            Self::Locked => "503 while it lasts, the process lives; goes on by itself",
            Self::DiskFull | Self::ReadOnly | Self::DiskFails => {
                "503, the process lives; goes on by itself; what was answered 200 outlives the kill"
            }
            Self::Poison => {
                "kept, answered 200 and told as an event (too large 413, forged 401); the contact's message kept as a dead letter; others go on"
            }
            Self::Endless => {
                "the conversation ends after 200 nodes with an apology and an event; others go on"
            }
            Self::Flood => "all of them answered, while others wait no longer than a second",
            Self::Slowloris => "normal deliveries answered at once; the 500 are cut off within 20 s",
        }
    }
}

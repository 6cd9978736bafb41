//! Faults that were ordered.

use std::time::Duration;

use chasqui_model::Timestamp;
use serde::{Deserialize, Serialize};

/// What happens instead of an answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FaultKind {
    /// This Graph code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// With `code`: this `error_subcode` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<i64>,
    /// … this `is_transient` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_transient: Option<bool>,
    /// … and these details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// With `code`: the call succeeds, and the message fails later with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// This HTTP status: with a page instead of JSON, or with `code` in the status's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<u16>,
    /// The answer comes later; nothing else happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// The connection breaks before or after the call took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop: Option<Moment>,
    /// The call takes effect and its answer is nonsense.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub garbage: bool,
    /// No answer ever comes; the call has no effect.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hang: bool,
}

/// Before or after a call took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Nothing was done.
    Before,
    /// It was done.
    After,
}

/// The calls that faults can strike. `media` are uploads, look-ups and downloads; `*` is all of them.
pub(crate) const ROUTES: [&str; 12] = [
    "messages",
    "media",
    "phone_number",
    "registration",
    "profile",
    "account",
    "templates",
    "subscriptions",
    "block_users",
    "thread_control",
    "token",
    "*",
];

/// A fault as `POST /_sim/faults` orders it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FaultSpec {
    /// One of the routes that faults are ordered for.
    pub route: String,
    /// Only calls of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// What happens.
    pub fault: FaultKind,
    /// So many times, then no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// So long, then no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Only every so many calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
}

/// A fault in force.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) id: String,
    pub(crate) spec: FaultSpec,
    /// Calls it was asked about.
    seen: u64,
    /// Calls it struck.
    pub(crate) struck: u64,
    until: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    made: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, spec: FaultSpec, now: Timestamp) -> String {
        self.made += 1;
        let id = format!("flt_{}", self.made);
        let until = spec.seconds.map(|seconds| now.after(Duration::from_secs(seconds)));
        self.list.push(Fault { id: id.clone(), spec, seen: 0, struck: 0, until });
        id
    }

    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.list.len();
        self.list.retain(|fault| fault.id != id);
        self.list.len() < before
    }

    pub(crate) fn all(&mut self, now: Timestamp) -> &[Fault] {
        self.forget(now);
        &self.list
    }

    fn forget(&mut self, now: Timestamp) {
        self.list.retain(|fault| {
            fault.until.is_none_or(|until| now < until)
                && fault.spec.times.is_none_or(|times| fault.struck < times)
        });
    }

    /// What strikes a call, if anything. The oldest fault goes first.
    pub(crate) fn strike(
        &mut self,
        route: &str,
        phone_number_id: Option<&str>,
        now: Timestamp,
    ) -> Option<FaultKind> {
        if self.list.is_empty() {
            return None;
        }
        self.forget(now);
        for fault in &mut self.list {
            let spec = &fault.spec;
            let meant = (spec.route == "*" || spec.route == route)
                && spec.phone_number_id.as_deref().is_none_or(|id| phone_number_id == Some(id));
            if !meant {
                continue;
            }
            fault.seen += 1;
            if spec.every.is_none_or(|every| fault.seen.is_multiple_of(every.max(1))) {
                fault.struck += 1;
                return Some(spec.fault.clone());
            }
        }
        None
    }
}

//! `time_delay`: waits for a time.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::step::{Failure, Turn};
use crate::validate::Check;

/// Shortest delay, in seconds.
const LEAST: f64 = 0.5;
/// Longest delay, in seconds.
const MOST: f64 = 30.0 * 24.0 * 3600.0;

/// Waits for a time: 0.5 seconds to 30 days. What is given is added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TimeDelay {
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f64>,
    /// Hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// Days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<f64>,
    /// What to do when the 24-hour window has closed meanwhile.
    #[serde(skip_serializing_if = "OutsideWindow::is_usual")]
    pub outside_window: OutsideWindow,
}

/// What to do after a delay when free-form messages may not be sent any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideWindow {
    /// Go on; a free-form message becomes the integration's template.
    #[default]
    Continue,
    /// Take the error port.
    Error,
}

impl OutsideWindow {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::Continue
    }
}

impl TimeDelay {
    /// Seconds.
    pub(crate) fn total(&self) -> f64 {
        let part = |number: Option<f64>, seconds: f64| number.unwrap_or(0.0) * seconds;
        part(self.seconds, 1.0)
            + part(self.minutes, 60.0)
            + part(self.hours, 3600.0)
            + part(self.days, 86_400.0)
    }
}

impl Behaviour for TimeDelay {
    fn enter(&self, _: &mut Turn<'_>) -> Next {
        Next::Sleep(Duration::from_secs_f64(self.total().clamp(LEAST, MOST)))
    }

    fn wake(&self, turn: &mut Turn<'_>) -> Next {
        if self.outside_window == OutsideWindow::Error && !turn.context().window_open {
            return Next::Fail(Failure::new(
                "window_closed",
                "The 24-hour window closed while the flow slept.",
            ));
        }
        Next::port("next")
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        let parts = [
            ("seconds", self.seconds),
            ("minutes", self.minutes),
            ("hours", self.hours),
            ("days", self.days),
        ];
        for (field, part) in parts {
            if part.is_some_and(|part| !part.is_finite() || part < 0.0) {
                check.error("invalid_value", field, "a time is not negative");
            }
        }
        if !(LEAST..=MOST).contains(&self.total()) {
            check.error("invalid_value", "seconds", "a delay has 0.5 seconds to 30 days");
        }
    }

    fn rests(&self) -> bool {
        true
    }
}

//! How long Meta wants to be left alone, from the headers of a refusal.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// Nobody is left alone for longer than a message is tried.
const LONGEST: Duration = Duration::from_hours(24);
/// Meta's figures on how much of a quota is used
/// (<https://developers.facebook.com/docs/graph-api/overview/rate-limiting>).
const USAGE: &str = "x-business-use-case-usage";

/// The longest time that any of the headers asks for.
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let after = text(RETRY_AFTER.as_str()).and_then(|seconds| seconds.trim().parse().ok());
    let usage = text(USAGE).and_then(regain);
    let wait = after.map(Duration::from_secs).into_iter().chain(usage).max()?;
    (wait > Duration::ZERO).then_some(wait.min(LONGEST))
}

/// `estimated_time_to_regain_access`, in minutes: of whichever quota takes longest.
fn regain(usage: &str) -> Option<Duration> {
    let usage: Value = serde_json::from_str(usage).ok()?;
    let entries = usage.as_object()?.values().filter_map(Value::as_array).flatten();
    let minutes = entries.filter_map(|entry| entry["estimated_time_to_regain_access"].as_u64()).max()?;
    Some(Duration::from_secs(minutes.saturating_mul(60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        asked_for(&map)
    }

    #[test]
    fn the_longest_wait_counts() {
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        let usage = r#"{"1":[{"type":"x","call_count":100,"estimated_time_to_regain_access":19},{"call_count":1}],"2":[]}"#;
        assert_eq!(wait(&[(USAGE, usage), ("retry-after", "7")]), Some(Duration::from_mins(19)));
        assert_eq!(wait(&[("retry-after", "99999999999")]), Some(LONGEST));
        for odd in ["soon", "-1", "0", "Fri, 31 Dec 1999 23:59:59 GMT"] {
            assert_eq!(wait(&[("retry-after", odd)]), None, "{odd}");
        }
        assert_eq!(wait(&[(USAGE, "{")]), None);
    }
}

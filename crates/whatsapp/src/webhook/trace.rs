//! What Meta tells and nothing here acts on: calls, groups, settings, errors that belong to no message, and fields nobody
//! has seen. Each is given a name, so that somebody can be told of it and equal ones are counted together.

use super::json::{self, Object};
use super::status;

/// One thing that nothing acts on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trace {
    /// What kind of thing it is.
    pub kind: TraceKind,
    /// The field it came in, to be shown.
    pub field: String,
    /// What it is, in Meta's words; empty when there are none.
    pub what: String,
    /// The Graph code, of errors.
    pub code: Option<i64>,
}

/// What can be told apart of what nothing acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TraceKind {
    /// Somebody rang and nobody answered.
    MissedCall,
    /// Something went wrong at Meta that belongs to no message.
    Failure,
    /// Anything else, with the names that it has at Meta.
    Other,
}

/// The name of a call that nobody answered.
const MISSED_CALL: &str = "missed call";

/// Longest name that is taken over.
const LONGEST: usize = 60;

/// What is in the value of a field, each kind once. Never empty.
pub(super) fn traces(field: &str, value: &str) -> Vec<Trace> {
    let mut all = Vec::new();
    let mut add = |what: Option<String>, code: Option<i64>| {
        let what = name(&what.unwrap_or_default());
        let kind = match field {
            "errors" => TraceKind::Failure,
            "calls" if what == MISSED_CALL => TraceKind::MissedCall,
            _ => TraceKind::Other,
        };
        let trace = Trace { kind, field: name(field), what, code };
        if !all.contains(&trace) {
            all.push(trace);
        }
    };
    if field == "errors" {
        // The elements themselves are the value.
        let errors = serde_json::from_str(value).map(status::errors).unwrap_or_default();
        for error in errors {
            add(error.title, Some(error.code).filter(|code| *code != 0));
        }
    }
    if let Some(value) = Object::parse(value) {
        let parts = ["calls", "groups", "statuses", "automatic_events", "history", "state_sync"];
        for raw in parts.iter().flat_map(|key| value.array(key)) {
            let Some(part) = Object::parse(raw.get()) else { continue };
            let failed = part.raw("errors").map(json::array).unwrap_or_default();
            let code = failed.first().and_then(|error| Object::parse(error.get())?.integer("code"));
            add(kind(&part), code);
        }
        if all_is_in(&value) {
            add(kind(&value), None);
        }
    }
    if all.is_empty() {
        let kind = if field == "errors" { TraceKind::Failure } else { TraceKind::Other };
        all.push(Trace { kind, field: name(field), what: String::new(), code: None });
    }
    all
}

/// Whether the value itself says what it is.
fn all_is_in(value: &Object<'_>) -> bool {
    kind(value).is_some()
}

fn kind(part: &Object<'_>) -> Option<String> {
    // A call that nobody answered ends without having begun.
    if part.text("event").as_deref() == Some("terminate") && part.raw("start_time").is_none() {
        return Some(MISSED_CALL.to_owned());
    }
    let of = |key| part.string(key).filter(|text| !text.is_empty());
    ["event", "event_name", "type", "action", "status", "decision"].into_iter().find_map(of)
}

/// A name that is safe to show: letters, digits and what stands between them, and no number that could be a person's.
fn name(text: &str) -> String {
    let plain = |it: &char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | ' ' | '/' | ':' | ',');
    let name: String = text.chars().filter(plain).take(LONGEST).collect();
    if name.chars().filter(char::is_ascii_digit).count() > 6 { String::new() } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(field: &str, value: &str) -> Vec<(String, Option<i64>)> {
        traces(field, value).into_iter().map(|trace| (trace.what, trace.code)).collect()
    }

    #[test]
    fn calls_groups_settings_and_errors_have_names() {
        let missed = r#"{"calls":[{"id":"wacid.C1","event":"terminate","status":"FAILED"},{"id":"wacid.C2","event":"terminate","start_time":"1"},{"id":"wacid.C3","event":"terminate"}]}"#;
        assert_eq!(words("calls", missed), [("missed call".into(), None), ("terminate".into(), None)]);
        let ringing = r#"{"statuses":[{"id":"wacid.C2","type":"call","status":"RINGING"}]}"#;
        assert_eq!(words("calls", ringing), [("call".into(), None)]);
        let group =
            r#"{"groups":[{"type":"group_create","errors":[{"code":131209}]},{"type":"group_suspend"}]}"#;
        assert_eq!(
            words("group_lifecycle_update", group),
            [("group_create".into(), Some(131_209)), ("group_suspend".into(), None)]
        );
        let settings = r#"{"type":"PHONE_NUMBER_SETTINGS","phone_number_settings":{}}"#;
        assert_eq!(words("account_settings_update", settings), [("PHONE_NUMBER_SETTINGS".into(), None)]);
        let errors = r#"[{"code":130429,"title":"Rate limit hit"},{"code":130429,"title":"Rate limit hit"}]"#;
        assert_eq!(words("errors", errors), [("Rate limit hit".into(), Some(130_429))]);
    }

    #[test]
    fn nothing_is_without_a_trace_and_no_number_is_in_one() {
        for odd in ["{}", "7", "[]", "null", r#"{"calls":[]}"#, r#"{"type":"+49 151 23456789"}"#] {
            assert_eq!(words("never_seen", odd), [(String::new(), None)], "{odd}");
        }
    }
}

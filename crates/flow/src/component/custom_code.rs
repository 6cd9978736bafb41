//! `custom_code`: runs a function in Python, which may change the variables, and goes on by what it returns.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::formula::case_of;
use super::{Behaviour, Next, Port};
use crate::code::{CodeAnswer, CodeRequest};
use crate::definition::Node;
use crate::effect::{CallError, CallErrorKind, Outcome, Request};
use crate::exact;
use crate::expression::Operand;
use crate::fuel::cost;
use crate::path::{is_name, is_system_name};
use crate::state::Progress;
use crate::step::{Failure, Turn, size_of, size_of_map};
use crate::validate::Check;

/// Largest code, in bytes.
const MAX_CODE: usize = 64 * 1024;
/// Most cases.
const MAX_CASES: usize = 20;
/// What is shown of a value in the trace, in bytes.
const SHOWN: usize = 200;

/// Runs a function in Python.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomCode {
    /// Python with a function `__custom_fn__(variables)`. It may change `variables`, a dict.
    pub code: String,
    /// The values with a port of their own, `case:<value>`. Left out: it goes on at `next`, whatever is returned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<String>,
    /// The variable that takes what the function returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
}

impl CustomCode {
    /// Stores what the code left, or says why it cannot be stored.
    fn store(&self, turn: &mut Turn<'_>, answer: CodeAnswer) -> Result<(), Failure> {
        let CodeAnswer { result, changed, removed, printed } = answer;
        if !printed.is_empty() {
            turn.detail(format!("printed: {}", short(printed.trim_end())));
        }
        turn.detail(format!("returned {}", short(&result.to_string())));
        turn.fuel.burn_for(size_of_map(&changed), cost::CLONE);
        let all = Value::Array(vec![result.clone(), Value::Object(changed.clone())]);
        if !turn.has_room_for(&all) {
            let message =
                "What custom code returned or stored is too large to be kept with the conversation.";
            return Err(Failure::new("code_too_large", message));
        }
        for name in removed {
            turn.clear(&name);
        }
        for (name, value) in changed {
            if is_name(&name) && !is_system_name(&name) {
                turn.save(&name, value);
            } else {
                turn.warn(format!("`{}` is not a variable's name; it was left out", short(&name)));
            }
        }
        if let Some(name) = &self.save_as {
            turn.save(name, result);
        }
        Ok(())
    }

    /// The port for a value: its case, else `next`.
    fn port(&self, turn: &Turn<'_>, result: &Value) -> Next {
        if self.cases.is_empty() {
            return Next::port("next");
        }
        let python = match result {
            Value::Null => "None",
            Value::Bool(true) => "True",
            Value::Bool(false) => "False",
            _ => "",
        };
        let named = self.cases.iter().find(|case| !python.is_empty() && **case == python);
        let port = match named {
            Some(case) => Some(format!("case:{case}")),
            // An error means that the fuel is used up, which ends the turn at this node.
            None => {
                case_of(&self.cases, &Operand::from_value(Cow::Borrowed(result)), &turn.fuel).ok().flatten()
            }
        };
        match port.filter(|port| turn.is_connected(port)) {
            Some(port) => Next::Port(Cow::Owned(port)),
            None if turn.is_connected("next") => Next::port("next"),
            None => {
                let message = "Custom code returned a value that no case is drawn for.";
                let failure = Failure::new("no_case", message);
                Next::Fail(failure.with_detail(short(&result.to_string())))
            }
        }
    }
}

impl Behaviour for CustomCode {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let size = size_of_map(turn.variables());
        if !turn.fuel.burn_for(size + self.code.len(), cost::CLONE) {
            return Next::port("next");
        }
        let utc_offset_seconds = turn.with_scope(|scope, _| scope.moment().offset().seconds());
        let request = CodeRequest {
            code: self.code.clone(),
            variables: exact::plain_fields(turn.variables()),
            now: turn.context().now,
            utc_offset_seconds,
        };
        Next::Call(Request::Code(request), Progress::default())
    }

    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, _: Progress) -> Next {
        let Outcome::Code(answer) = outcome else { return Next::Fail(Failure::wrong_answer()) };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Next::Fail(failure(&error)),
        };
        turn.fuel.burn_for(size_of(&answer.result), 2 * cost::CLONE);
        let result = answer.result.clone();
        match self.store(turn, answer) {
            Ok(()) => self.port(turn, &result),
            Err(failure) => Next::Fail(failure),
        }
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        if self.cases.is_empty() {
            return vec![Port::required("next")];
        }
        let cases = self.cases.iter().map(|case| Port::unless("next", format!("case:{case}")));
        cases.chain([Port::optional("next")]).collect()
    }

    fn check(&self, check: &mut Check<'_>) {
        if self.code.trim().is_empty() {
            check.error("missing_field", "code", "this field must not be empty");
        }
        if self.code.len() > MAX_CODE {
            let message = format!("{} bytes; code has at most {MAX_CODE}", self.code.len());
            check.error("too_long", "code", &message);
        }
        for name in mentioned(&self.code) {
            check.saves("code", Some(name));
        }
        if !self.cases.is_empty() {
            check.count("cases", self.cases.len(), 1..=MAX_CASES);
        }
        let mut seen = HashSet::new();
        for (index, case) in self.cases.iter().enumerate() {
            if !seen.insert(case) {
                check.error("duplicate_case", &format!("cases[{index}]"), "this case is there already");
            }
        }
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }

    fn code(&self) -> Option<&str> {
        Some(&self.code)
    }
}

/// The variables that code names, as in `variables["total"]`: it may make them.
fn mentioned(code: &str) -> BTreeSet<&str> {
    static NAMES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"\bvariables\[\s*(?:"([A-Za-z_]\w*)"|'([A-Za-z_]\w*)')\s*\]"#).ok());
    let found = NAMES.iter().flat_map(|names| names.captures_iter(code));
    found.filter_map(|it| it.get(1).or_else(|| it.get(2))).map(|name| name.as_str()).collect()
}

fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN)]
}

fn failure(error: &CallError) -> Failure {
    let (code, message) = match error.kind {
        CallErrorKind::Timeout => ("code_timeout", "Custom code took too long and was stopped."),
        CallErrorKind::TooLarge => ("code_too_large", "Custom code took too much memory and was stopped."),
        CallErrorKind::Blocked => (
            "code_forbidden",
            "Custom code wanted a file, the network or the environment, which it may not have.",
        ),
        CallErrorKind::Refused => ("code_unavailable", "Custom code could not be run on this server."),
        CallErrorKind::Invalid | CallErrorKind::Rejected => {
            ("code_failed", "Custom code failed; the conversation's trace says in which line.")
        }
    };
    Failure::new(code, message).with_detail(error.message.clone())
}

//! `formula`: calculates, and stores the result or goes on by it.

use std::borrow::Cow;
use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::expression::{Expression, Operand, Trouble};
use crate::fuel::Fuel;
use crate::step::{Failure, Turn};
use crate::validate::Check;

/// Most cases.
const MAX_CASES: usize = 50;

/// Calculates, and stores the result or goes on by it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Formula {
    /// What to calculate.
    pub expression: Expression,
    /// What to do with the result.
    pub mode: Mode,
    /// The variable that takes the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// `custom`: the results that have a port of their own, `case:<value>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<String>,
}

/// What to do with the result of a formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Store it and go on by `next`.
    #[default]
    Answer,
    /// Go on by `true` or `false`.
    TrueFalse,
    /// Go on by `case:<value>`, or by `default` when no case is the same.
    Custom,
}

/// The failure of a formula.
pub(super) fn failure(trouble: Trouble) -> Failure {
    let message = match trouble.code {
        "division_by_zero" => "A formula divides by zero.",
        _ => "A formula could not be calculated; the trace says why.",
    };
    Failure::new(trouble.code, message).with_detail(trouble.message)
}

/// The port of the first case that a value is the same as.
pub(super) fn case_of(cases: &[String], value: &Operand<'_>, fuel: &Fuel) -> Result<Option<String>, Trouble> {
    for case in cases {
        if value.equals(&Operand::Text(Cow::Borrowed(case)), fuel)? {
            return Ok(Some(format!("case:{case}")));
        }
    }
    Ok(None)
}

impl Formula {
    fn route(&self, turn: &Turn<'_>, result: &Operand<'_>) -> Result<Next, Trouble> {
        Ok(match self.mode {
            Mode::Answer => Next::port("next"),
            Mode::TrueFalse => Next::port(if result.truth(&turn.fuel)? { "true" } else { "false" }),
            Mode::Custom => {
                let port = case_of(&self.cases, result, &turn.fuel)?;
                match port.filter(|port| turn.is_connected(port)) {
                    Some(port) => Next::Port(Cow::Owned(port)),
                    None => Next::port("default"),
                }
            }
        })
    }
}

impl Behaviour for Formula {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let value = match turn.with_scope(|scope, warnings| self.expression.value(scope, warnings)) {
            Ok(value) => value,
            Err(trouble) => return Next::Fail(failure(trouble)),
        };
        let result = Operand::from_value(Cow::Borrowed(&value));
        let next = result.show(&turn.fuel).and_then(|shown| {
            let short = &shown[..shown.floor_char_boundary(200)];
            turn.detail(format!("{} = {short}", self.expression));
            self.route(turn, &result)
        });
        if let Some(name) = &self.save_as {
            turn.save(name, value);
        }
        next.unwrap_or_else(|trouble| Next::Fail(failure(trouble)))
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        match self.mode {
            Mode::Answer => vec![Port::required("next")],
            Mode::TrueFalse => vec![Port::required("true"), Port::required("false")],
            Mode::Custom => {
                let cases = self.cases.iter().map(|case| Port::unless("default", format!("case:{case}")));
                cases.chain([Port::required("default")]).collect()
            }
        }
    }

    fn check(&self, check: &mut Check<'_>) {
        check.formula("expression", &self.expression);
        check.saves("save_as", self.save_as.as_deref());
        match self.mode {
            Mode::Answer if self.save_as.is_none() => {
                check.error("missing_field", "save_as", "in which variable is the result to be stored?");
            }
            Mode::Custom => {
                check.count("cases", self.cases.len(), 1..=MAX_CASES);
                let mut seen = HashSet::new();
                if !self.cases.iter().all(|case| seen.insert(case)) {
                    check.error("duplicate_case", "cases", "a case is there twice");
                }
            }
            Mode::Answer | Mode::TrueFalse => {}
        }
    }

    fn rests(&self) -> bool {
        false
    }
}

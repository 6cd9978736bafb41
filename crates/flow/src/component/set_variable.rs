//! `set_variable`: sets, increments, appends to and clears variables.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::expression::{Expression, Operand, Trouble};
use crate::fuel::{Fuel, cost};
use crate::setting::Setting;
use crate::step::{Failure, Turn, size_of};
use crate::validate::Check;

/// Most operations of a node.
const MAX_OPERATIONS: usize = 50;
/// Most items that appending makes.
const MAX_ITEMS: usize = 10_000;

/// Sets, increments, appends to and clears variables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetVariable {
    /// What to do, in order.
    pub operations: Vec<Operation>,
}

/// One change of one variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    /// Gives it a value.
    Set {
        /// The variable.
        variable: String,
        /// The value. Text may hold variables; one variable alone keeps its type.
        #[serde(default, skip_serializing_if = "Setting::is_nothing")]
        value: Setting,
        /// Or what to calculate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        formula: Option<Expression>,
    },
    /// Adds to a number; one that is not there counts as 0.
    Increment {
        /// The variable.
        variable: String,
        /// How much; 1 when left out. May hold variables.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Setting>,
    },
    /// Adds an item to a list; one that is not there counts as empty. At the end of a text the value is added to it.
    Append {
        /// The variable.
        variable: String,
        /// The item. Text may hold variables; one variable alone keeps its type.
        value: Setting,
    },
    /// Removes it.
    Clear {
        /// The variable.
        variable: String,
    },
}

impl Operation {
    fn run(&self, turn: &mut Turn<'_>) -> Result<(), Failure> {
        match self {
            Self::Set { variable, formula: Some(formula), .. } => {
                let result = turn.with_scope(|scope, warnings| formula.value(scope, warnings));
                turn.save(variable, result.map_err(super::formula::failure)?);
            }
            Self::Set { variable, value, formula: None } => {
                let value = turn.value(value);
                turn.save(variable, value);
            }
            Self::Increment { variable, by } => {
                let by = by.as_ref().map_or(Value::from(1), |by| turn.value(by));
                let before = before(turn, variable).unwrap_or(Value::from(0));
                let sum = sum(before, by, &turn.fuel).map_err(super::formula::failure)?;
                turn.save(variable, sum);
            }
            Self::Append { variable, value } => {
                let value = turn.value(value);
                let before = before(turn, variable).unwrap_or_default();
                turn.fuel.burn_for(size_of(&value), cost::JSON);
                turn.save(variable, append(before, value)?);
            }
            Self::Clear { variable } => turn.clear(variable),
        }
        Ok(())
    }

    fn variable(&self) -> &str {
        match self {
            Self::Set { variable, .. }
            | Self::Increment { variable, .. }
            | Self::Append { variable, .. }
            | Self::Clear { variable } => variable,
        }
    }
}

/// A copy of what a variable holds. `None` when it holds nothing, or when there is no fuel for it.
fn before(turn: &Turn<'_>, variable: &str) -> Option<Value> {
    let value = turn.variables().get(variable)?;
    turn.fuel.burn_for(size_of(value), cost::CLONE).then(|| value.clone())
}

fn sum(before: Value, by: Value, fuel: &Fuel) -> Result<Value, Trouble> {
    let before = Operand::from_value(Cow::Owned(before));
    let before = if before.is_empty(fuel)? { rust_decimal::Decimal::ZERO } else { before.number(fuel)? };
    let by = Operand::from_value(Cow::Owned(by)).number(fuel)?;
    let sum = before.checked_add(by).ok_or_else(|| Trouble::new("the number is too large"))?;
    Ok(Operand::Number(sum).into_value())
}

fn append(before: Value, value: Value) -> Result<Value, Failure> {
    match before {
        Value::Null => Ok(Value::Array(vec![value])),
        Value::Array(items) if items.len() >= MAX_ITEMS => {
            Err(Failure::new("list_too_long", "A list would have more than 10,000 items."))
        }
        Value::Array(mut items) => {
            items.push(value);
            Ok(Value::Array(items))
        }
        Value::String(text) => Ok(Value::String(text + &crate::path::text_of(&value))),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            Err(Failure::new("not_a_list", "Something was to be appended to a variable that is no list."))
        }
    }
}

impl Behaviour for SetVariable {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        for operation in &self.operations {
            if let Err(failure) = operation.run(turn) {
                return Next::Fail(failure);
            }
        }
        Next::port("next")
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        check.count("operations", self.operations.len(), 1..=MAX_OPERATIONS);
        for (index, operation) in self.operations.iter().enumerate() {
            let field = format!("operations[{index}]");
            check.saves(&format!("{field}.variable"), Some(operation.variable()));
            match operation {
                Operation::Set { value, formula, .. } => {
                    if let Some(formula) = formula {
                        check.formula(&format!("{field}.formula"), formula);
                        if !value.is_nothing() {
                            let message = "give either `value` or `formula`, not both";
                            check.error("invalid_value", &format!("{field}.value"), message);
                        }
                    }
                    value.check(check, &format!("{field}.value"));
                }
                Operation::Increment { by: Some(value), .. } => value.check(check, &format!("{field}.by")),
                Operation::Append { value, .. } => value.check(check, &format!("{field}.value")),
                Operation::Increment { by: None, .. } | Operation::Clear { .. } => {}
            }
        }
    }

    fn rests(&self) -> bool {
        false
    }
}

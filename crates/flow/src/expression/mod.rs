//! Formulas: `Sum({price}, 2) * 3`, `If(IsEmpty(name), "you", name)`. Parsed once, when the bot is read.

mod evaluate;
mod function;
mod operand;
mod parse;
mod term;
mod token;

pub use function::{FUNCTIONS, Function, Group, reference};
pub(crate) use operand::{Operand, Trouble};
pub(crate) use term::Term;

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::fuel::cost;
use crate::path::Path;
use crate::scope::Scope;
use crate::step::size_of;

/// Longest formula, in bytes.
pub const MAX_LENGTH: usize = 4096;

/// A formula. A wrong one is kept with the reason.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    term: Result<Term, SyntaxError>,
}

/// Why a formula cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {at})")]
pub struct SyntaxError {
    /// Which character, from 1.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

impl Expression {
    /// Reads a formula.
    pub fn parse(source: &str) -> Self {
        Self { source: source.to_owned(), term: parse::parse(source) }
    }

    /// The formula as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&SyntaxError> {
        self.term.as_ref().err()
    }

    /// The paths it reads.
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        if let Ok(term) = &self.term {
            term.paths(&mut paths);
        }
        paths
    }

    /// Calculates it.
    pub(crate) fn evaluate<'a>(
        &self,
        scope: &Scope<'a>,
        warnings: &mut Vec<String>,
    ) -> Result<Operand<'a>, Trouble> {
        match &self.term {
            Ok(term) => evaluate::evaluate(term, scope, warnings),
            Err(error) => Err(Trouble::new(error.to_string())),
        }
    }

    /// Calculates it, and gives the result as variables hold it.
    pub(crate) fn value(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> Result<Value, Trouble> {
        let result = self.evaluate(scope, warnings)?;
        match &result {
            Operand::Text(Cow::Borrowed(text)) => scope.fuel.spend_for(text.len(), cost::COPY)?,
            Operand::Json(Cow::Borrowed(value)) => scope.fuel.spend_for(size_of(value), cost::CLONE)?,
            Operand::Number(_) => scope.fuel.spend(cost::NUMBER)?,
            Operand::Null
            | Operand::Bool(_)
            | Operand::Text(Cow::Owned(_))
            | Operand::Json(Cow::Owned(_)) => {}
        }
        Ok(result.into_value())
    }

    #[cfg(test)]
    pub(crate) fn of(term: &Term) -> Self {
        Self::parse(&term.to_string())
    }

    #[cfg(test)]
    pub(crate) fn term(&self) -> Result<&Term, &SyntaxError> {
        self.term.as_ref()
    }
}

impl Default for Expression {
    fn default() -> Self {
        Self::parse("")
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&<Cow<'de, str>>::deserialize(deserializer)?))
    }
}

impl JsonSchema for Expression {
    fn schema_name() -> Cow<'static, str> {
        "Formula".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "maxLength": MAX_LENGTH, "description": "A formula, for example `Sum({price}, 2)`."
        })
    }
}

#[cfg(test)]
mod tests;

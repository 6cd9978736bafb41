//! Regular expressions of answers. They are compiled when they are needed, shared by all flows that have them, and matched
//! by counting: each state that is come to costs fuel. So neither a large expression nor a long answer is dear to others.

mod compiled;
mod shared;

pub(crate) use compiled::{Compiled, Refused};

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fuel::{Fuel, cost};

/// Longest expression that may be published, in bytes.
pub const MAX_LENGTH: usize = 1000;
/// Largest one, compiled, in bytes. Most take less than 60 kB; a name, as in `^\p{L}{2,50}$`, takes 775 kB.
pub const MAX_COMPILED: usize = 1024 * 1024;
/// Most that all of a flow may take, compiled, in bytes.
pub const MAX_OF_FLOW: usize = 8 * 1024 * 1024;
/// Longest one that is run: versions that were published before there was a limit go on.
const LONGEST_RUN: usize = 32 * 1024;

/// A regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    source: String,
}

impl Pattern {
    /// Keeps a regular expression. Whether it is one shows when it is checked or needed.
    pub fn new(source: &str) -> Self {
        Self { source: source.to_owned() }
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is found in a text. A wrong one is found in every text, and nothing is found when the fuel is used up.
    pub(crate) fn is_match(&self, text: &str, fuel: &Fuel) -> bool {
        if self.source.len() > LONGEST_RUN {
            return true;
        }
        let known = shared::known(&self.source);
        if known.is_none() && fuel.give_up() {
            return false;
        }
        let compiled = known.unwrap_or_else(|| shared::compile(&self.source));
        // What compiling took is paid by everybody who uses it, whether it was there or not: a turn must cost the same twice.
        fuel.burn_shared(compiled.size.saturating_mul(cost::COMPILE)) && compiled.is_match(text, fuel)
    }

    /// How many bytes it takes, compiled, or why it may not be published. Not kept: whoever checks much must not push out
    /// what conversations use.
    pub(crate) fn check(&self) -> Result<usize, Refused> {
        if self.source.len() > MAX_LENGTH {
            let message =
                format!("{} bytes; a regular expression has at most {MAX_LENGTH}", self.source.len());
            return Err(Refused(message));
        }
        shared::known(&self.source).map_or_else(|| Compiled::new(&self.source).size(), |known| known.size())
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&<Cow<'de, str>>::deserialize(deserializer)?))
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A regular expression (Rust syntax; no look-around)." })
    }
}

#[cfg(test)]
mod tests;

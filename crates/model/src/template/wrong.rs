//! What is wrong with the values that a template is given.

use serde::{Deserialize, Serialize};

use super::HeaderKind;

/// One thing that is wrong. Whoever tells it says it in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// Where.
    pub place: Place,
    /// What.
    pub why: Why,
}

impl Wrong {
    pub(super) fn new(place: Place, why: Why) -> Self {
        Self { place, why }
    }
}

/// A place in a template that takes values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The template as a whole.
    Whole,
    /// Its header.
    Header,
    /// A variable of its body.
    Body {
        /// What it is called: a number, or a name.
        name: String,
        /// Which one of the values given, from 0.
        at: usize,
    },
    /// A button.
    Button {
        /// Its position among the template's buttons, from 0.
        index: u8,
        /// What stands on it, where that is known.
        label: Option<String>,
    },
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// There is none.
    Missing,
    /// There is nothing to see in it.
    Empty,
    /// The template has no such place, or takes nothing there.
    Surplus,
    /// The header is something else.
    Needs(HeaderKind),
    /// Longer than allowed.
    TooLong {
        /// Characters it has.
        length: usize,
        /// Characters it may have.
        most: usize,
    },
    /// Neither an address nor a file.
    NoFile,
    /// Not a latitude and a longitude.
    NoPlace,
    /// A part of the template that cannot be filled in here, as Meta calls it.
    Unsupported(String),
}

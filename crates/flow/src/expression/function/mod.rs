//! The functions of formulas: one table, from which the editor's help and the guide's page are made.

mod date;
mod list;
mod logic;
mod number;
mod text;

use std::fmt::Write as _;

use super::operand::{Answer, Operand};
use crate::scope::Scope;

/// A function of formulas.
#[derive(Debug)]
pub struct Function {
    /// The name; upper and lower case matter.
    pub name: &'static str,
    /// What it belongs to.
    pub group: Group,
    /// What it takes, for people.
    pub arguments: &'static str,
    /// What it gives, for people.
    pub about: &'static str,
    /// An example.
    pub example: &'static str,
    /// What the example gives, as text.
    pub result: &'static str,
    pub(super) least: usize,
    pub(super) most: Option<usize>,
    pub(super) run: Run,
}

/// What a function belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Calculating.
    Numbers,
    /// Comparing and deciding.
    Logic,
    /// Text.
    Text,
    /// Dates and times.
    Dates,
    /// Lists and objects.
    Lists,
}

/// How a function is calculated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    /// From the values of all its arguments.
    Eager(for<'a> fn(&Scope<'a>, &[Operand<'a>]) -> Answer<'a>),
    /// `If`: only the argument that is chosen is calculated.
    If,
    /// `And`, `Or`: stops at the first argument that is this.
    Until(bool),
}

/// All functions.
pub static FUNCTIONS: &[&[Function]] =
    &[number::FUNCTIONS, logic::FUNCTIONS, text::FUNCTIONS, date::FUNCTIONS, list::FUNCTIONS];

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The function with this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

/// All functions, one after the other.
pub(super) fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().flat_map(|group| group.iter())
}

/// The tables of the guide's page on formulas, in Markdown.
pub fn reference() -> String {
    let groups = [
        (Group::Numbers, "Numbers"),
        (Group::Logic, "Comparing and deciding"),
        (Group::Text, "Text"),
        (Group::Dates, "Dates and times"),
        (Group::Lists, "Lists and objects"),
    ];
    let mut page = String::new();
    for (group, title) in groups {
        let _ = writeln!(
            page,
            "### {title}\n\n| function | what it gives | example | result |\n| --- | --- | --- | --- |"
        );
        for function in all().filter(|function| function.group == group) {
            let Function { name, arguments, about, example, result, .. } = function;
            let _ = writeln!(page, "| `{name}({arguments})` | {about} | `{example}` | `{result}` |");
        }
        page.push('\n');
    }
    page
}

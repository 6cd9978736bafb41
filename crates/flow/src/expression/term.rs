//! A formula, read.

use std::fmt;

use rust_decimal::Decimal;

use super::function::Function;
use super::token::Operator;
use crate::path::Path;
use crate::template::Template;

/// A part of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Number(Decimal),
    /// A text; variables in it are filled in.
    Text(Template),
    Bool(bool),
    Null,
    Variable(Path),
    Negative(Box<Term>),
    Binary(Box<Term>, Operator, Box<Term>),
    Call(&'static Function, Vec<Term>),
}

impl Term {
    /// The paths it reads.
    pub fn paths<'t>(&'t self, paths: &mut Vec<&'t Path>) {
        match self {
            Self::Number(_) | Self::Bool(_) | Self::Null => {}
            Self::Text(text) => paths.extend(text.paths()),
            Self::Variable(path) => paths.push(path),
            Self::Negative(term) => term.paths(paths),
            Self::Binary(left, _, right) => {
                left.paths(paths);
                right.paths(paths);
            }
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.paths(paths)),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => {
                let text = text.source().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                write!(f, "\"{text}\"")
            }
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Null => f.write_str("null"),
            Self::Variable(path) => write!(f, "{{{path}}}"),
            Self::Negative(term) => write!(f, "-{term}"),
            Self::Binary(left, operator, right) => write!(f, "({left} {} {right})", operator.sign()),
            Self::Call(function, arguments) => {
                write!(f, "{}(", function.name)?;
                for (index, argument) in arguments.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{argument}")?;
                }
                f.write_str(")")
            }
        }
    }
}

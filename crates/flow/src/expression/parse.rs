//! Reads formulas: comparison, then `+ -`, then `* / %`, then `-x`, then values and functions.

use super::function::{self, Function};
use super::term::Term;
use super::token::{Operator, Token, character, tokens};
use super::{MAX_LENGTH, SyntaxError};
use crate::path::Path;
use crate::template::Template;

/// Deepest nesting.
const MAX_DEPTH: usize = 48;
/// Most operators: a long chain of them is as deep as it is long.
const MAX_OPERATORS: usize = 200;

/// Reads a formula.
pub(super) fn parse(source: &str) -> Result<Term, SyntaxError> {
    if source.len() > MAX_LENGTH {
        let message = format!("a formula has at most {MAX_LENGTH} characters");
        return Err(SyntaxError { at: MAX_LENGTH, message });
    }
    let tokens = tokens(source)?;
    let mut parser = Parser { source, tokens, next: 0, depth: 0, operators: 0 };
    let term = parser.expression(0)?;
    match parser.peek() {
        None => Ok(term),
        Some(_) => Err(parser.error("an operator or the end was expected here")),
    }
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
    operators: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.next += usize::from(is_next);
        is_next
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        let at = self.tokens.get(self.next).map_or(self.source.len(), |(at, _)| *at);
        SyntaxError { at: character(self.source, at), message: message.into() }
    }

    fn operator(&mut self, weakest: u8) -> Result<Option<Operator>, SyntaxError> {
        let Some(Token::Operator(operator)) = self.peek() else { return Ok(None) };
        let operator = *operator;
        if operator.strength() < weakest {
            return Ok(None);
        }
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            return Err(self.error(format!("a formula has at most {MAX_OPERATORS} operators")));
        }
        self.next += 1;
        Ok(Some(operator))
    }

    /// Values joined by operators that bind at least so tightly.
    fn expression(&mut self, weakest: u8) -> Result<Term, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(format!("this is nested deeper than {MAX_DEPTH} levels")));
        }
        let mut left = self.value()?;
        while let Some(operator) = self.operator(weakest)? {
            let right = self.expression(operator.strength() + 1)?;
            left = Term::Binary(Box::new(left), operator, Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn value(&mut self) -> Result<Term, SyntaxError> {
        let Some((_, token)) = self.tokens.get(self.next).cloned() else {
            return Err(self.error("a value was expected here"));
        };
        self.next += 1;
        match token {
            Token::Number(number) => Ok(Term::Number(number)),
            Token::Text(text) => Ok(Term::Text(Template::parse(&text))),
            Token::Variable(path) => Ok(Term::Variable(path)),
            Token::Name(path) if self.take(&Token::Open) => self.call(&path),
            Token::Name(path) => Ok(name(path)),
            Token::Operator(Operator::Subtract) => {
                let term = self.expression(4)?;
                Ok(Term::Negative(Box::new(term)))
            }
            Token::Open => {
                let term = self.expression(0)?;
                if self.take(&Token::Close) { Ok(term) } else { Err(self.error("`)` was expected here")) }
            }
            Token::Close | Token::Comma | Token::Operator(_) => {
                self.next -= 1;
                Err(self.error("a value was expected here"))
            }
        }
    }

    /// The arguments of a function, behind its opening parenthesis.
    fn call(&mut self, path: &Path) -> Result<Term, SyntaxError> {
        let name = path.to_string();
        let at = self.next - 2;
        let function = function::find(&name).ok_or_else(|| SyntaxError {
            at: character(self.source, self.tokens[at].0),
            message: unknown(&name),
        })?;
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            loop {
                arguments.push(self.expression(0)?);
                if self.take(&Token::Close) {
                    break;
                }
                if !self.take(&Token::Comma) {
                    return Err(self.error("`,` or `)` was expected here"));
                }
            }
        }
        check_count(function, arguments.len())
            .map_err(|message| SyntaxError { at: character(self.source, self.tokens[at].0), message })?;
        Ok(Term::Call(function, arguments))
    }
}

fn name(path: Path) -> Term {
    match path.to_string().as_str() {
        "true" => Term::Bool(true),
        "false" => Term::Bool(false),
        "null" => Term::Null,
        _ => Term::Variable(path),
    }
}

fn unknown(name: &str) -> String {
    let close = function::all().find(|function| function.name.eq_ignore_ascii_case(name));
    match close {
        Some(function) => format!("there is no function `{name}`; it is written `{}`", function.name),
        None => format!("there is no function `{name}`"),
    }
}

fn check_count(function: &Function, count: usize) -> Result<(), String> {
    let enough = count >= function.least;
    let few = function.most.is_none_or(|most| count <= most);
    if enough && few {
        return Ok(());
    }
    Err(format!("`{}` takes {}; {count} given", function.name, function.arguments))
}

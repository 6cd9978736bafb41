//! The words of a formula.

use rust_decimal::Decimal;
use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, delimited, empty, fail, opt};
use winnow::prelude::*;
use winnow::token::{any, one_of};

use super::SyntaxError;
use crate::path::{Path, path};

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(Decimal),
    Text(String),
    /// A bare name or path; a function's name too.
    Name(Path),
    /// `{path}`.
    Variable(Path),
    Open,
    Close,
    Comma,
    Operator(Operator),
}

/// What stands between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// How it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// How tightly it binds.
    pub const fn strength(self) -> u8 {
        match self {
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => 1,
            Self::Add | Self::Subtract => 2,
            Self::Multiply | Self::Divide | Self::Remainder => 3,
        }
    }
}

/// All words of a formula, each with the byte it begins at.
pub(super) fn tokens(source: &str) -> Result<Vec<(usize, Token)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while !rest.is_empty() {
        let at = source.len() - rest.len();
        let Ok(token) = token.parse_next(&mut rest) else {
            return Err(SyntaxError { at: character(source, at), message: unreadable(&source[at..]) });
        };
        tokens.push((at, token));
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// Which character of the text begins at a byte, from 1.
pub(super) fn character(source: &str, at: usize) -> usize {
    source[..at.min(source.len())].chars().count() + 1
}

fn unreadable(rest: &str) -> String {
    match rest.chars().next() {
        Some('"' | '\'') => "this text has no closing quotation mark".to_owned(),
        Some('{') => "`{` opens no valid variable".to_owned(),
        Some(c) if c.is_ascii_digit() => "this number is too long".to_owned(),
        Some(c) => format!("`{c}` means nothing here"),
        None => "something is missing".to_owned(),
    }
}

fn token(input: &mut &str) -> ModalResult<Token> {
    alt((
        number.map(Token::Number),
        text.map(Token::Text),
        path.map(Token::Name),
        delimited(('{', multispace0), path, (multispace0, '}')).map(Token::Variable),
        '('.value(Token::Open),
        ')'.value(Token::Close),
        ','.value(Token::Comma),
        operator.map(Token::Operator),
    ))
    .parse_next(input)
}

fn number(input: &mut &str) -> ModalResult<Decimal> {
    (digit1, opt(('.', digit1))).take().try_map(str::parse).parse_next(input)
}

/// Text between quotation marks; a backslash takes the next character as it is, `\n` is a line break.
fn text(input: &mut &str) -> ModalResult<String> {
    let quote = one_of(['"', '\'']).parse_next(input)?;
    let mut text = String::new();
    loop {
        match any.parse_next(input)? {
            c if c == quote => return Ok(text),
            '\\' => match any.parse_next(input)? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                c => text.push(c),
            },
            c => text.push(c),
        }
    }
}

fn operator(input: &mut &str) -> ModalResult<Operator> {
    let (sign, operator) = match input.as_bytes() {
        [b'=', b'=', ..] => ("==", Operator::Equal),
        [b'!', b'=', ..] => ("!=", Operator::NotEqual),
        [b'<', b'>', ..] => ("<>", Operator::NotEqual),
        [b'<', b'=', ..] => ("<=", Operator::LessOrEqual),
        [b'>', b'=', ..] => (">=", Operator::GreaterOrEqual),
        [b'=', ..] => ("=", Operator::Equal),
        [b'<', ..] => ("<", Operator::Less),
        [b'>', ..] => (">", Operator::Greater),
        [b'+', ..] => ("+", Operator::Add),
        [b'-', ..] => ("-", Operator::Subtract),
        [b'*', ..] => ("*", Operator::Multiply),
        [b'/', ..] => ("/", Operator::Divide),
        [b'%', ..] => ("%", Operator::Remainder),
        _ => return fail.parse_next(input),
    };
    *input = &input[sign.len()..];
    empty.value(operator).parse_next(input)
}

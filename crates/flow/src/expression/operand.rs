//! The values of formulas and how they become one another.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::str::FromStr;

use chasqui_model::typed;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use crate::exact;
use crate::fuel::{Fuel, cost};
use crate::path::text_of;
use crate::step::size_of;

/// Longest text that a formula makes, in bytes.
const MAX_TEXT: usize = 256 * 1024;

/// A value in a formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand<'a> {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Cow<'a, str>),
    /// A list or an object.
    Json(Cow<'a, Value>),
}

/// Why a formula cannot be calculated. May hold values: for the trace only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub code: &'static str,
    pub message: String,
}

impl Trouble {
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: "formula_failed", message: message.into() }
    }
}

pub(crate) type Answer<'a> = Result<Operand<'a>, Trouble>;

impl<'a> Operand<'a> {
    /// A text that was made, unless it is too long.
    pub fn text(fuel: &Fuel, text: String) -> Answer<'a> {
        check_length(text.len())?;
        fuel.spend_for(text.len(), cost::COPY)?;
        Ok(Self::Text(Cow::Owned(text)))
    }

    /// A whole number.
    pub fn whole(number: usize) -> Self {
        Self::Number(Decimal::from(number))
    }

    /// A variable's value.
    pub fn from_value(value: Cow<'a, Value>) -> Self {
        match value {
            Cow::Borrowed(Value::String(text)) => Self::Text(Cow::Borrowed(text)),
            Cow::Owned(Value::String(text)) => Self::Text(Cow::Owned(text)),
            value => match value.as_ref() {
                Value::Null => Self::Null,
                Value::Bool(truth) => Self::Bool(*truth),
                Value::Number(number) => from_number(number),
                Value::Object(_) if let Some(digits) = exact::digits(&value) => from_digits(digits),
                Value::String(_) | Value::Array(_) | Value::Object(_) => Self::Json(value),
            },
        }
    }

    /// As variables hold it. A number that JSON cannot hold exactly becomes text.
    pub fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Number(number) => to_number(number),
            Self::Text(text) => Value::String(text.into_owned()),
            Self::Json(value) => value.into_owned(),
        }
    }

    /// As people read it.
    pub fn show(&self, fuel: &Fuel) -> Result<Cow<'_, str>, Trouble> {
        Ok(match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(number) => {
                fuel.spend(cost::NUMBER)?;
                Cow::Owned(number.normalize().to_string())
            }
            Self::Text(text) => Cow::Borrowed(text),
            Self::Json(value) => {
                let text = text_of(value);
                fuel.spend_for(text.len(), cost::JSON)?;
                text
            }
        })
    }

    /// The number that it is, or that its text is.
    pub fn number(&self, fuel: &Fuel) -> Result<Decimal, Trouble> {
        self.as_number(fuel)?.ok_or_else(|| match self {
            Self::Null => Trouble::new("a number was expected, but there is no value"),
            _ => self.unexpected("a number was expected, not", fuel),
        })
    }

    pub fn as_number(&self, fuel: &Fuel) -> Result<Option<Decimal>, Trouble> {
        fuel.spend(cost::NUMBER)?;
        match self {
            Self::Number(number) => Ok(Some(*number)),
            Self::Text(text) => {
                fuel.spend_for(text.len(), cost::DIGITS)?;
                Ok(read_number(&typed::ascii_forms(text)))
            }
            Self::Null | Self::Bool(_) | Self::Json(_) => Ok(None),
        }
    }

    /// A whole number that is not negative.
    pub fn index(&self, fuel: &Fuel) -> Result<usize, Trouble> {
        let number = self.number(fuel)?;
        let whole = number.fract().is_zero().then(|| usize::try_from(number.trunc()).ok()).flatten();
        whole.ok_or_else(|| self.unexpected("a whole number from 0 was expected, not", fuel))
    }

    /// Whether it is true. Only true, false, numbers, the words `true` and `false`, and nothing at all say.
    pub fn truth(&self, fuel: &Fuel) -> Result<bool, Trouble> {
        match self {
            Self::Null => Ok(false),
            Self::Bool(truth) => Ok(*truth),
            Self::Number(number) => Ok(!number.is_zero()),
            Self::Text(text) => {
                fuel.spend_for(text.len(), cost::FOLD)?;
                match typed::fold(text).as_str() {
                    "true" => Ok(true),
                    "false" | "" => Ok(false),
                    _ => Err(self.unexpected("true or false was expected, not", fuel)),
                }
            }
            Self::Json(_) => Err(Trouble::new("true or false was expected, not a list or object")),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self, fuel: &Fuel) -> Result<bool, Trouble> {
        Ok(match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => {
                let kept = typed::trim(text);
                fuel.spend_for(text.len() - kept.len(), cost::SCAN)?;
                kept.is_empty()
            }
            Self::Json(value) => match value.as_ref() {
                Value::Array(items) => items.is_empty(),
                Value::Object(fields) => fields.is_empty(),
                _ => false,
            },
        })
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Self::Json(value) => value.as_array().map(Vec::as_slice),
            _ => None,
        }
    }

    /// Whether both are the same: as numbers when one of them is a number and the other reads as one, else as text,
    /// with upper and lower case apart.
    pub fn equals(&self, other: &Self, fuel: &Fuel) -> Result<bool, Trouble> {
        fuel.spend(cost::TERM)?;
        match (self, other) {
            (Self::Json(one), Self::Json(two)) => {
                fuel.spend_for(size_of(one), cost::CLONE)?;
                Ok(one == two)
            }
            (Self::Number(_), _) | (_, Self::Number(_)) => {
                match (self.as_number(fuel)?, other.as_number(fuel)?) {
                    (Some(one), Some(two)) => Ok(one == two),
                    _ => self.shows_as(other, fuel),
                }
            }
            _ => self.shows_as(other, fuel),
        }
    }

    fn shows_as(&self, other: &Self, fuel: &Fuel) -> Result<bool, Trouble> {
        let (one, two) = (self.show(fuel)?, other.show(fuel)?);
        fuel.spend(one.len().min(two.len()))?;
        Ok(one == two)
    }

    /// Which is larger: as numbers when both read as numbers, else as text.
    pub fn compare(&self, other: &Self, fuel: &Fuel) -> Result<Ordering, Trouble> {
        if matches!(self, Self::Null | Self::Json(_)) || matches!(other, Self::Null | Self::Json(_)) {
            return Err(Trouble::new("only numbers and texts can be compared by size"));
        }
        if let (Some(one), Some(two)) = (self.as_number(fuel)?, other.as_number(fuel)?) {
            return Ok(one.cmp(&two));
        }
        let (one, two) = (self.show(fuel)?, other.show(fuel)?);
        fuel.spend(one.len().min(two.len()))?;
        Ok(one.cmp(&two))
    }

    /// What is wrong with it: `what`, and its beginning.
    fn unexpected(&self, what: &str, fuel: &Fuel) -> Trouble {
        let text = match self.show(fuel) {
            Ok(text) => text,
            Err(trouble) => return trouble,
        };
        let short = &text[..text.floor_char_boundary(60)];
        let dots = if short.len() < text.len() { "…" } else { "" };
        Trouble::new(format!("{what} “{short}{dots}”"))
    }
}

/// Refuses a text that would be too long, before it is made.
pub(crate) fn check_length(bytes: usize) -> Result<(), Trouble> {
    if bytes > MAX_TEXT { Err(Trouble::new("the text would be longer than 256 KiB")) } else { Ok(()) }
}

fn read_number(text: &str) -> Option<Decimal> {
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_plain = plain.starts_with(|c: char| c.is_ascii_digit())
        && plain.len() <= 40
        && plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_plain.then(|| Decimal::from_str(text).ok()).flatten()
}

/// A number of a service: calculated with when no digit is lost, else the text that it is.
fn from_digits<'a>(digits: &str) -> Operand<'a> {
    match Decimal::from_str_exact(digits).or_else(|_| Decimal::from_scientific(digits)) {
        Ok(number) => Operand::Number(number),
        Err(_) => Operand::Text(Cow::Owned(digits.to_owned())),
    }
}

fn from_number<'a>(number: &Number) -> Operand<'a> {
    if let Some(whole) = number.as_i64() {
        return Operand::Number(Decimal::from(whole));
    }
    let text = number.to_string();
    match Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)) {
        Ok(number) => Operand::Number(number),
        Err(_) => Operand::Text(Cow::Owned(text)),
    }
}

fn to_number(number: Decimal) -> Value {
    let number = number.normalize();
    let text = number.to_string();
    if let Ok(whole) = text.parse::<i64>() {
        return Value::from(whole);
    }
    let exact = text.parse::<f64>().ok().and_then(Number::from_f64);
    match exact.filter(|exact| Decimal::from_str(&exact.to_string()).is_ok_and(|back| back == number)) {
        Some(exact) => Value::Number(exact),
        None => Value::String(text),
    }
}

//! Text.

use std::borrow::Cow;

use chasqui_model::typed;
use serde_json::Value;

use super::super::operand::{Answer, Operand, Trouble, check_length};
use super::{Function, Group, Run};
use crate::path::text_of;
use crate::scope::Scope;

/// Most parts that `Split` makes.
const MAX_PARTS: usize = 10_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "ToString",
        group: Group::Text,
        arguments: "a",
        about: "The value as text.",
        example: "ToString(1.50)",
        result: "1.5",
        least: 1,
        most: Some(1),
        run: Run::Eager(|_, arguments| Operand::text(arguments[0].show().into_owned())),
    },
    Function {
        name: "Length",
        group: Group::Text,
        arguments: "text or list",
        about: "How many characters the text has, or items the list.",
        example: "Length(\"größe\")",
        result: "5",
        least: 1,
        most: Some(1),
        run: Run::Eager(|_, arguments| {
            let length = arguments[0].items().map(<[_]>::len);
            Ok(Operand::whole(length.unwrap_or_else(|| arguments[0].show().chars().count())))
        }),
    },
    Function {
        name: "Upper",
        group: Group::Text,
        arguments: "text",
        about: "The text in capitals.",
        example: "Upper(\"abc\")",
        result: "ABC",
        least: 1,
        most: Some(1),
        run: Run::Eager(|_, arguments| Operand::text(arguments[0].show().to_uppercase())),
    },
    Function {
        name: "Lower",
        group: Group::Text,
        arguments: "text",
        about: "The text in small letters.",
        example: "Lower(\"ABC\")",
        result: "abc",
        least: 1,
        most: Some(1),
        run: Run::Eager(|_, arguments| Operand::text(arguments[0].show().to_lowercase())),
    },
    Function {
        name: "Trim",
        group: Group::Text,
        arguments: "text",
        about: "The text without spaces and invisible marks around it.",
        example: "Trim(\"  a b \")",
        result: "a b",
        least: 1,
        most: Some(1),
        run: Run::Eager(|_, arguments| Operand::text(typed::trim(&arguments[0].show()).to_owned())),
    },
    Function {
        name: "Concat",
        group: Group::Text,
        arguments: "a, b, …",
        about: "All values as text, one behind the other.",
        example: "Concat(\"No. \", 7)",
        result: "No. 7",
        least: 1,
        most: None,
        run: Run::Eager(|_, arguments| {
            let parts: Vec<Cow<'_, str>> = arguments.iter().map(Operand::show).collect();
            check_length(parts.iter().map(|part| part.len()).sum())?;
            Operand::text(parts.concat())
        }),
    },
    Function {
        name: "Replace",
        group: Group::Text,
        arguments: "text, part, by",
        about: "The text with another part wherever the part was.",
        example: "Replace(\"a-b-c\", \"-\", \"+\")",
        result: "a+b+c",
        least: 3,
        most: Some(3),
        run: Run::Eager(replace),
    },
    Function {
        name: "Split",
        group: Group::Text,
        arguments: "text, separator",
        about: "The list of the texts between the separators.",
        example: "Split(\"a,b\", \",\")",
        result: "[\"a\",\"b\"]",
        least: 2,
        most: Some(2),
        run: Run::Eager(split),
    },
    Function {
        name: "Join",
        group: Group::Text,
        arguments: "list, separator",
        about: "The items of a list as one text.",
        example: "Join(Split(\"a,b\", \",\"), \" and \")",
        result: "a and b",
        least: 1,
        most: Some(2),
        run: Run::Eager(join),
    },
    Function {
        name: "Substring",
        group: Group::Text,
        arguments: "text, start, length",
        about: "A part of the text. The first character is 0; without length it goes to the end.",
        example: "Substring(\"abcdef\", 2, 3)",
        result: "cde",
        least: 2,
        most: Some(3),
        run: Run::Eager(substring),
    },
    Function {
        name: "StartsWith",
        group: Group::Text,
        arguments: "text, part",
        about: "Whether the text begins with the part.",
        example: "StartsWith(\"+49151\", \"+49\")",
        result: "true",
        least: 2,
        most: Some(2),
        run: Run::Eager(|_, arguments| {
            Ok(Operand::Bool(arguments[0].show().starts_with(arguments[1].show().as_ref())))
        }),
    },
    Function {
        name: "EndsWith",
        group: Group::Text,
        arguments: "text, part",
        about: "Whether the text ends with the part.",
        example: "EndsWith(\"photo.png\", \".png\")",
        result: "true",
        least: 2,
        most: Some(2),
        run: Run::Eager(|_, arguments| {
            Ok(Operand::Bool(arguments[0].show().ends_with(arguments[1].show().as_ref())))
        }),
    },
];

fn replace<'a>(_: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let (text, part, by) = (arguments[0].show(), arguments[1].show(), arguments[2].show());
    if part.is_empty() {
        return Operand::text(text.into_owned());
    }
    let count = text.matches(part.as_ref()).count();
    check_length(text.len() + count.saturating_mul(by.len()))?;
    Operand::text(text.replace(part.as_ref(), &by))
}

fn split<'a>(_: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let (text, separator) = (arguments[0].show(), arguments[1].show());
    if separator.is_empty() {
        return Err(Trouble::new("the separator is empty"));
    }
    if text.matches(separator.as_ref()).count() >= MAX_PARTS {
        return Err(Trouble::new("the list would have more than 10,000 items"));
    }
    let parts: Vec<Value> = text.split(separator.as_ref()).map(Value::from).collect();
    Ok(Operand::Json(Cow::Owned(Value::Array(parts))))
}

fn join<'a>(_: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let items = arguments[0].items().ok_or_else(|| Trouble::new("a list was expected"))?;
    let separator = arguments.get(1).map_or(Cow::Borrowed(", "), Operand::show);
    let parts: Vec<Cow<'_, str>> = items.iter().map(text_of).collect();
    let length: usize = parts.iter().map(|part| part.len()).sum();
    check_length(length + parts.len().saturating_mul(separator.len()))?;
    Operand::text(parts.join(separator.as_ref()))
}

fn substring<'a>(_: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let text = arguments[0].show();
    let start = arguments[1].index()?;
    let length = arguments.get(2).map_or(Ok(usize::MAX), Operand::index)?;
    Operand::text(text.chars().skip(start).take(length).collect())
}

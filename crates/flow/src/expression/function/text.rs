//! Text.

use std::borrow::Cow;

use chasqui_model::typed;
use serde_json::Value;

use super::super::operand::{Answer, Operand, Trouble, check_length};
use super::{Function, Group, Run};
use crate::fuel::cost;
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
        run: Run::Eager(|scope, arguments| {
            Operand::text(scope.fuel, arguments[0].show(scope.fuel)?.into_owned())
        }),
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
        run: Run::Eager(|scope, arguments| {
            if let Some(items) = arguments[0].items() {
                return Ok(Operand::whole(items.len()));
            }
            let text = arguments[0].show(scope.fuel)?;
            scope.fuel.spend_for(text.len(), cost::SCAN)?;
            Ok(Operand::whole(text.chars().count()))
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
        run: Run::Eager(|scope, arguments| in_case(scope, arguments, str::to_uppercase)),
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
        run: Run::Eager(|scope, arguments| in_case(scope, arguments, str::to_lowercase)),
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
        run: Run::Eager(|scope, arguments| {
            let text = arguments[0].show(scope.fuel)?;
            scope.fuel.spend_for(text.len(), cost::SCAN)?;
            Operand::text(scope.fuel, typed::trim(&text).to_owned())
        }),
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
        run: Run::Eager(|scope, arguments| {
            let parts: Result<Vec<Cow<'_, str>>, Trouble> =
                arguments.iter().map(|argument| argument.show(scope.fuel)).collect();
            let parts = parts?;
            check_length(parts.iter().map(|part| part.len()).sum())?;
            Operand::text(scope.fuel, parts.concat())
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
        run: Run::Eager(|scope, arguments| ends(scope, arguments, |text, part| text.starts_with(part))),
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
        run: Run::Eager(|scope, arguments| ends(scope, arguments, |text, part| text.ends_with(part))),
    },
];

fn in_case<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>], made: fn(&str) -> String) -> Answer<'a> {
    let text = arguments[0].show(scope.fuel)?;
    scope.fuel.spend_for(text.len(), cost::CASE)?;
    Operand::text(scope.fuel, made(&text))
}

fn ends<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>], is: fn(&str, &str) -> bool) -> Answer<'a> {
    let (text, part) = (arguments[0].show(scope.fuel)?, arguments[1].show(scope.fuel)?);
    scope.fuel.spend(part.len())?;
    Ok(Operand::Bool(is(&text, &part)))
}

fn replace<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let fuel = scope.fuel;
    let (text, part, by) = (arguments[0].show(fuel)?, arguments[1].show(fuel)?, arguments[2].show(fuel)?);
    if part.is_empty() {
        return Operand::text(fuel, text.into_owned());
    }
    // It is gone through twice, and each part that is found is dearer than what stands between them.
    fuel.spend_for(text.len() + part.len(), 2 * cost::SEARCH)?;
    let count = text.matches(part.as_ref()).count();
    fuel.spend_for(count, cost::TERM)?;
    check_length((text.len() - count * part.len()) + count.saturating_mul(by.len()))?;
    Operand::text(fuel, text.replace(part.as_ref(), &by))
}

fn split<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let (text, separator) = (arguments[0].show(scope.fuel)?, arguments[1].show(scope.fuel)?);
    if separator.is_empty() {
        return Err(Trouble::new("the separator is empty"));
    }
    scope.fuel.spend_for(text.len() + separator.len(), 2 * cost::SEARCH)?;
    if text.matches(separator.as_ref()).nth(MAX_PARTS - 1).is_some() {
        return Err(Trouble::new("the list would have more than 10,000 items"));
    }
    let parts: Vec<Value> = text.split(separator.as_ref()).map(Value::from).collect();
    scope.fuel.spend_for(text.len() + parts.len() * size_of::<Value>(), cost::COPY)?;
    Ok(Operand::Json(Cow::Owned(Value::Array(parts))))
}

fn join<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let items = arguments[0].items().ok_or_else(|| Trouble::new("a list was expected"))?;
    let separator = arguments.get(1).map_or(Ok(Cow::Borrowed(", ")), |it| it.show(scope.fuel))?;
    let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(items.len());
    for item in items {
        let part = text_of(item);
        scope.fuel.spend(cost::TERM + part.len() * cost::JSON)?;
        parts.push(part);
    }
    let length: usize = parts.iter().map(|part| part.len()).sum();
    check_length(length + parts.len().saturating_mul(separator.len()))?;
    Operand::text(scope.fuel, parts.join(separator.as_ref()))
}

fn substring<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let text = arguments[0].show(scope.fuel)?;
    let start = arguments[1].index(scope.fuel)?;
    let length = arguments.get(2).map_or(Ok(usize::MAX), |length| length.index(scope.fuel))?;
    scope.fuel.spend_for(text.len(), cost::SCAN)?;
    Operand::text(scope.fuel, text.chars().skip(start).take(length).collect())
}

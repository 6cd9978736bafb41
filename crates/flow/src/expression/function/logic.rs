//! Comparing and deciding.

use std::cmp::Ordering;

use super::super::operand::{Answer, Operand, Trouble};
use super::{Function, Group, Run};
use crate::fuel::{Fuel, cost};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "IsEqual",
        group: Group::Logic,
        arguments: "a, b",
        about: "Whether both are the same: as numbers when one is a number, else as text with upper and lower case apart.",
        example: "IsEqual(\"Ana\", \"ana\")",
        result: "false",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| arguments[0].equals(&arguments[1], scope.fuel).map(Operand::Bool)),
    },
    Function {
        name: "IsNotEqual",
        group: Group::Logic,
        arguments: "a, b",
        about: "Whether they differ.",
        example: "IsNotEqual(1, \"1.0\")",
        result: "false",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| {
            arguments[0].equals(&arguments[1], scope.fuel).map(|same| Operand::Bool(!same))
        }),
    },
    Function {
        name: "IsGreaterThan",
        group: Group::Logic,
        arguments: "a, b",
        about: "Whether a is larger: as numbers when both read as numbers, else as text.",
        example: "IsGreaterThan(\"10\", \"9\")",
        result: "true",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| compare(scope.fuel, arguments, Ordering::is_gt)),
    },
    Function {
        name: "IsLessThan",
        group: Group::Logic,
        arguments: "a, b",
        about: "Whether a is smaller.",
        example: "IsLessThan(2, 10)",
        result: "true",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| compare(scope.fuel, arguments, Ordering::is_lt)),
    },
    Function {
        name: "IsGreaterOrEqual",
        group: Group::Logic,
        arguments: "a, b",
        about: "Whether a is larger or the same.",
        example: "IsGreaterOrEqual(3, 3)",
        result: "true",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| compare(scope.fuel, arguments, Ordering::is_ge)),
    },
    Function {
        name: "IsLessOrEqual",
        group: Group::Logic,
        arguments: "a, b",
        about: "Whether a is smaller or the same.",
        example: "IsLessOrEqual(4, 3)",
        result: "false",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| compare(scope.fuel, arguments, Ordering::is_le)),
    },
    Function {
        name: "Contains",
        group: Group::Logic,
        arguments: "text or list, part",
        about: "Whether the text has the part in it, or the list has it as an item. Upper and lower case matter.",
        example: "Contains(\"apple pie\", \"pie\")",
        result: "true",
        least: 2,
        most: Some(2),
        run: Run::Eager(|scope, arguments| contains(scope.fuel, arguments).map(Operand::Bool)),
    },
    Function {
        name: "And",
        group: Group::Logic,
        arguments: "a, b, …",
        about: "Whether all are true; stops at the first that is not.",
        example: "And(1 < 2, 2 < 3)",
        result: "true",
        least: 1,
        most: None,
        run: Run::Until(false),
    },
    Function {
        name: "Or",
        group: Group::Logic,
        arguments: "a, b, …",
        about: "Whether one is true; stops at the first that is.",
        example: "Or(false, 2 > 1)",
        result: "true",
        least: 1,
        most: None,
        run: Run::Until(true),
    },
    Function {
        name: "Not",
        group: Group::Logic,
        arguments: "a",
        about: "Whether it is not true.",
        example: "Not(1 == 2)",
        result: "true",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| Ok(Operand::Bool(!arguments[0].truth(scope.fuel)?))),
    },
    Function {
        name: "If",
        group: Group::Logic,
        arguments: "condition, then, else",
        about: "`then` when the condition is true, else `else` (nothing when left out). The other one is not calculated.",
        example: "If(5 > 3, \"more\", \"less\")",
        result: "more",
        least: 2,
        most: Some(3),
        run: Run::If,
    },
    Function {
        name: "IsEmpty",
        group: Group::Logic,
        arguments: "a",
        about: "Whether there is no value, blank text, or a list or object with nothing in it.",
        example: "IsEmpty(\" \")",
        result: "true",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| arguments[0].is_empty(scope.fuel).map(Operand::Bool)),
    },
];

fn compare<'a>(fuel: &Fuel, arguments: &[Operand<'a>], is: fn(Ordering) -> bool) -> Answer<'a> {
    arguments[0].compare(&arguments[1], fuel).map(|order| Operand::Bool(is(order)))
}

fn contains(fuel: &Fuel, arguments: &[Operand<'_>]) -> Result<bool, Trouble> {
    let part = &arguments[1];
    let Some(items) = arguments[0].items() else {
        let (text, part) = (arguments[0].show(fuel)?, part.show(fuel)?);
        fuel.spend_for(text.len() + part.len(), cost::SEARCH)?;
        return Ok(text.contains(part.as_ref()));
    };
    for item in items {
        if Operand::from_value(std::borrow::Cow::Borrowed(item)).equals(part, fuel)? {
            return Ok(true);
        }
    }
    Ok(false)
}

//! Lists and objects.

use std::borrow::Cow;

use serde_json::Value;

use super::super::operand::{Answer, Operand, Trouble};
use super::{Function, Group, Run};
use crate::fuel::{Fuel, cost};
use crate::scope::Scope;
use crate::step::size_of;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Count",
        group: Group::Lists,
        arguments: "list",
        about: "How many items the list has, or fields the object; 0 when there is no value.",
        example: "Count(Split(\"a,b,c\", \",\"))",
        result: "3",
        least: 1,
        most: Some(1),
        run: Run::Eager(count),
    },
    Function {
        name: "First",
        group: Group::Lists,
        arguments: "list",
        about: "The first item; nothing when there is none.",
        example: "First(Split(\"a,b,c\", \",\"))",
        result: "a",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| item(scope.fuel, items(&arguments[0])?.first())),
    },
    Function {
        name: "Last",
        group: Group::Lists,
        arguments: "list",
        about: "The last item; nothing when there is none.",
        example: "Last(Split(\"a,b,c\", \",\"))",
        result: "c",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| item(scope.fuel, items(&arguments[0])?.last())),
    },
    Function {
        name: "Get",
        group: Group::Lists,
        arguments: "list or object, position or name",
        about: "An item by its position (the first is 0), or a field by its name; nothing when there is none.",
        example: "Get(Split(\"a,b,c\", \",\"), 1)",
        result: "b",
        least: 2,
        most: Some(2),
        run: Run::Eager(get),
    },
];

fn items<'o>(operand: &'o Operand<'_>) -> Result<&'o [Value], Trouble> {
    match operand {
        Operand::Null => Ok(&[]),
        _ => operand.items().ok_or_else(|| Trouble::new("a list was expected")),
    }
}

fn item<'a>(fuel: &Fuel, value: Option<&Value>) -> Answer<'a> {
    let Some(value) = value else { return Ok(Operand::Null) };
    fuel.spend_for(size_of(value), cost::CLONE)?;
    Ok(Operand::from_value(Cow::Owned(value.clone())))
}

fn count<'a>(_: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    if let Operand::Json(value) = &arguments[0]
        && let Some(fields) = value.as_object()
    {
        return Ok(Operand::whole(fields.len()));
    }
    Ok(Operand::whole(items(&arguments[0])?.len()))
}

fn get<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    if let Operand::Json(value) = &arguments[0]
        && let Some(fields) = value.as_object()
    {
        return item(scope.fuel, fields.get(arguments[1].show(scope.fuel)?.as_ref()));
    }
    item(scope.fuel, items(&arguments[0])?.get(arguments[1].index(scope.fuel)?))
}

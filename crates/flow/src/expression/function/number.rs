//! Calculating.

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::evaluate::too_large;
use super::super::operand::{Answer, Operand, Trouble};
use super::{Function, Group, Run};
use crate::fuel::{Fuel, cost};
use crate::scope::Scope;
use crate::words::Language;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Sum",
        group: Group::Numbers,
        arguments: "number, …",
        about: "All numbers added; a list counts with all its items.",
        example: "Sum(1, 2.5, \"3\")",
        result: "6.5",
        least: 1,
        most: None,
        run: Run::Eager(|scope, arguments| fold(scope.fuel, arguments, Decimal::ZERO, Decimal::checked_add)),
    },
    Function {
        name: "Multiply",
        group: Group::Numbers,
        arguments: "number, …",
        about: "All numbers multiplied; a list counts with all its items.",
        example: "Multiply(2, 3, 4)",
        result: "24",
        least: 1,
        most: None,
        run: Run::Eager(|scope, arguments| fold(scope.fuel, arguments, Decimal::ONE, Decimal::checked_mul)),
    },
    Function {
        name: "Round",
        group: Group::Numbers,
        arguments: "number, digits",
        about: "The number with so many digits behind the point (none when left out); half goes away from zero.",
        example: "Round(2.345, 2)",
        result: "2.35",
        least: 1,
        most: Some(2),
        run: Run::Eager(|scope, arguments| {
            let digits = arguments.get(1).map_or(Ok(0), |digits| digits.index(scope.fuel))?;
            let digits = u32::try_from(digits.min(28)).unwrap_or(28);
            let rounded = arguments[0]
                .number(scope.fuel)?
                .round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
            Ok(Operand::Number(rounded))
        }),
    },
    Function {
        name: "Floor",
        group: Group::Numbers,
        arguments: "number",
        about: "The next whole number below.",
        example: "Floor(2.9)",
        result: "2",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| Ok(Operand::Number(arguments[0].number(scope.fuel)?.floor()))),
    },
    Function {
        name: "Ceil",
        group: Group::Numbers,
        arguments: "number",
        about: "The next whole number above.",
        example: "Ceil(2.1)",
        result: "3",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| Ok(Operand::Number(arguments[0].number(scope.fuel)?.ceil()))),
    },
    Function {
        name: "Abs",
        group: Group::Numbers,
        arguments: "number",
        about: "The number without its sign.",
        example: "Abs(-3)",
        result: "3",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| Ok(Operand::Number(arguments[0].number(scope.fuel)?.abs()))),
    },
    Function {
        name: "Min",
        group: Group::Numbers,
        arguments: "number, …",
        about: "The smallest number; a list counts with all its items.",
        example: "Min(3, 1, 2)",
        result: "1",
        least: 1,
        most: None,
        run: Run::Eager(|scope, arguments| pick(scope.fuel, arguments, Decimal::min)),
    },
    Function {
        name: "Max",
        group: Group::Numbers,
        arguments: "number, …",
        about: "The largest number; a list counts with all its items.",
        example: "Max(3, 1, 2)",
        result: "3",
        least: 1,
        most: None,
        run: Run::Eager(|scope, arguments| pick(scope.fuel, arguments, Decimal::max)),
    },
    Function {
        name: "ToNumber",
        group: Group::Numbers,
        arguments: "text",
        about: "The number that a text is, as people write it.",
        example: "ToNumber(\"3,5\")",
        result: "3.5",
        least: 1,
        most: Some(1),
        run: Run::Eager(to_number),
    },
];

fn numbers(fuel: &Fuel, arguments: &[Operand<'_>]) -> Result<Vec<Decimal>, Trouble> {
    let mut numbers = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument.items() {
            Some(items) => {
                for item in items {
                    numbers.push(Operand::from_value(std::borrow::Cow::Borrowed(item)).number(fuel)?);
                }
            }
            None => numbers.push(argument.number(fuel)?),
        }
    }
    Ok(numbers)
}

fn fold<'a>(
    fuel: &Fuel,
    arguments: &[Operand<'a>],
    first: Decimal,
    run: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Answer<'a> {
    let mut result = first;
    for number in numbers(fuel, arguments)? {
        result = run(result, number).ok_or_else(too_large)?;
    }
    Ok(Operand::Number(result))
}

fn pick<'a>(fuel: &Fuel, arguments: &[Operand<'a>], run: fn(Decimal, Decimal) -> Decimal) -> Answer<'a> {
    let picked = numbers(fuel, arguments)?.into_iter().reduce(run);
    picked.map(Operand::Number).ok_or_else(|| Trouble::new("there are no numbers"))
}

fn to_number<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    if let Operand::Text(text) = &arguments[0] {
        scope.fuel.spend_for(text.len(), 2 * cost::DIGITS)?;
        if let Some(number) = crate::number::read(text, Language::English) {
            return Ok(Operand::from_value(std::borrow::Cow::Owned(number)));
        }
    }
    arguments[0].number(scope.fuel).map(Operand::Number)
}

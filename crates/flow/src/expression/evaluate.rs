//! Calculates formulas. Numbers are decimal: 0.1 + 0.2 is 0.3.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::function::{Function, Run};
use super::operand::{Answer, Operand, Trouble};
use super::term::Term;
use super::token::Operator;
use crate::fuel::{Fuel, cost};
use crate::scope::Scope;

/// Calculates a term. Unknown variables are nothing, and are added to `warnings`.
pub(super) fn evaluate<'a>(term: &Term, scope: &Scope<'a>, warnings: &mut Vec<String>) -> Answer<'a> {
    scope.fuel.spend(cost::TERM)?;
    match term {
        Term::Number(number) => Ok(Operand::Number(*number)),
        Term::Text(text) => Operand::text(scope.fuel, text.fill(scope, warnings)),
        Term::Bool(truth) => Ok(Operand::Bool(*truth)),
        Term::Null => Ok(Operand::Null),
        Term::Variable(path) => Ok(scope.read(path, warnings).map_or(Operand::Null, Operand::from_value)),
        Term::Negative(term) => Ok(Operand::Number(-evaluate(term, scope, warnings)?.number(scope.fuel)?)),
        Term::Binary(left, operator, right) => {
            let left = evaluate(left, scope, warnings)?;
            let right = evaluate(right, scope, warnings)?;
            binary(&left, *operator, &right, scope.fuel)
        }
        Term::Call(function, arguments) => call(function, arguments, scope, warnings),
    }
}

fn call<'a>(
    function: &Function,
    terms: &[Term],
    scope: &Scope<'a>,
    warnings: &mut Vec<String>,
) -> Answer<'a> {
    let run = match function.run {
        Run::Eager(run) => run,
        Run::If => {
            let truth = evaluate(&terms[0], scope, warnings)?.truth(scope.fuel)?;
            return match if truth { terms.get(1) } else { terms.get(2) } {
                Some(term) => evaluate(term, scope, warnings),
                None => Ok(Operand::Null),
            };
        }
        Run::Until(stop) => {
            for term in terms {
                if evaluate(term, scope, warnings)?.truth(scope.fuel)? == stop {
                    return Ok(Operand::Bool(stop));
                }
            }
            return Ok(Operand::Bool(!stop));
        }
    };
    let mut arguments = Vec::with_capacity(terms.len());
    for term in terms {
        arguments.push(evaluate(term, scope, warnings)?);
    }
    run(scope, &arguments)
        .map_err(|trouble| Trouble { message: format!("{}: {}", function.name, trouble.message), ..trouble })
}

fn binary<'a>(left: &Operand<'a>, operator: Operator, right: &Operand<'a>, fuel: &Fuel) -> Answer<'a> {
    let calculate = |run: fn(Decimal, Decimal) -> Option<Decimal>| {
        let result = run(left.number(fuel)?, right.number(fuel)?);
        result.map(Operand::Number).ok_or_else(too_large)
    };
    let divide = |run: fn(Decimal, Decimal) -> Option<Decimal>| {
        if right.number(fuel)?.is_zero() {
            return Err(Trouble { code: "division_by_zero", message: "division by zero".to_owned() });
        }
        calculate(run)
    };
    let compare = |is: fn(Ordering) -> bool| left.compare(right, fuel).map(|order| Operand::Bool(is(order)));
    match operator {
        Operator::Add => calculate(Decimal::checked_add),
        Operator::Subtract => calculate(Decimal::checked_sub),
        Operator::Multiply => calculate(Decimal::checked_mul),
        Operator::Divide => divide(Decimal::checked_div),
        Operator::Remainder => divide(Decimal::checked_rem),
        Operator::Equal => left.equals(right, fuel).map(Operand::Bool),
        Operator::NotEqual => left.equals(right, fuel).map(|same| Operand::Bool(!same)),
        Operator::Less => compare(Ordering::is_lt),
        Operator::LessOrEqual => compare(Ordering::is_le),
        Operator::Greater => compare(Ordering::is_gt),
        Operator::GreaterOrEqual => compare(Ordering::is_ge),
    }
}

/// A result beyond what numbers can hold.
pub(super) fn too_large() -> Trouble {
    Trouble::new("the number is too large")
}

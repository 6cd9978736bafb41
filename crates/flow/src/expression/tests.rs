use std::borrow::Cow;

use chasqui_model::{Id, Timestamp};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::token::Operator;
use super::*;
use crate::context::{ContactView, Context, StandIn};
use crate::fuel::{BUDGET, Fuel};
use crate::template::Template;

fn context() -> Context {
    Context {
        now: Timestamp::from_seconds(1_767_258_000),
        time_zone: "Europe/Berlin".to_owned(),
        contact: ContactView::default(),
        conversation: Id::from_bytes([1; 16]),
        integration_name: String::new(),
        bot_name: "Bot".to_owned(),
        window_open: true,
        stand_in: StandIn::Nothing,
    }
}

fn variables() -> Map<String, Value> {
    let variables = json!({
        "a": 1, "price": 0.1, "zip": "01234", "name": "Ana", "list": [1, "2", 3.5],
        "answer": { "json": { "items": [{ "id": "x" }] } }, "evil": "Sum(1,2)", "brace": "{name}"
    });
    variables.as_object().cloned().unwrap_or_default()
}

fn calculate(formula: &str) -> Result<String, String> {
    let (variables, context, fuel) = (variables(), context(), Fuel::new(BUDGET));
    let scope = Scope {
        variables: &variables,
        message: &Value::Null,
        context: &context,
        time_zone: None,
        places: &[],
        fuel: &fuel,
    };
    let result = Expression::parse(formula).evaluate(&scope, &mut Vec::new());
    let result = result.and_then(|operand| operand.show(&fuel).map(Cow::into_owned));
    result.map_err(|trouble| trouble.message)
}

#[track_caller]
fn gives(formula: &str, result: &str) {
    assert_eq!(calculate(formula).as_deref(), Ok(result), "{formula}");
}

#[test]
fn every_function_gives_what_its_example_says() {
    for function in function::all() {
        gives(function.example, function.result);
    }
}

#[test]
fn the_functions_of_the_reference_nest() {
    gives("Sum(Multiply({a}, 2), 3)", "5");
    gives("IsEqual(ToString(Length({name})), \"3\")", "true");
    gives("If(IsGreaterThan(Sum({price}, 0.2), 0.3), 'more', 'not more')", "not more");
}

#[test]
fn arithmetic_is_decimal_and_binds_as_usual() {
    gives("1 + 2 * 3", "7");
    gives("(1 + 2) * 3", "9");
    gives("0.1 + 0.2", "0.3");
    gives("10 - 3 - 2", "5");
    gives("7 % 4 / 2", "1.5");
    gives("-2 * -3", "6");
    gives("- a + 2", "1");
    gives("1 / 3 * 3 < 1", "true");
    gives("2 * 3 = 6", "true");
    gives("1 <> 2", "true");
}

#[test]
fn paths_read_bare_and_in_braces() {
    gives("{answer.json.items[0].id}", "x");
    gives("answer.json.items[0].id", "x");
    gives("Sum(list)", "6.5");
    gives("Concat(name, ' ', {name})", "Ana Ana");
    gives("\"Hello {name}!\"", "Hello Ana!");
    gives("IsEmpty(nothing)", "true");
}

#[test]
fn equality_of_texts_is_textual_unless_a_number_takes_part() {
    gives("IsEqual(zip, \"1234\")", "false");
    gives("IsEqual(zip, 1234)", "true");
    gives("IsEqual(\"1.0\", \"1\")", "false");
    gives("IsEqual(name, 1)", "false");
    gives("\"b\" > \"a\"", "true");
    gives("true = \"true\"", "true");
}

#[test]
fn values_are_never_read_as_formulas() {
    gives("Concat({evil}, '')", "Sum(1,2)");
    gives("\"{brace}\"", "{name}");
}

#[test]
fn trouble_is_said_plainly() {
    assert_eq!(calculate("1 / 0"), Err("division by zero".to_owned()));
    assert_eq!(calculate("1 % (a - 1)"), Err("division by zero".to_owned()));
    assert_eq!(calculate("name + 1"), Err("a number was expected, not “Ana”".to_owned()));
    assert_eq!(
        calculate("Sum(missing)"),
        Err("Sum: a number was expected, but there is no value".to_owned())
    );
    assert_eq!(calculate("79228162514264337593543950335 + 1"), Err("the number is too large".to_owned()));
    assert_eq!(calculate("Not(name)"), Err("Not: true or false was expected, not “Ana”".to_owned()));
    assert_eq!(calculate("If(true, 1, 1 / 0)"), Ok("1".to_owned()));
    assert_eq!(calculate("Or(true, 1 / 0)"), Ok("true".to_owned()));
    assert!(calculate("DateAdd(\"tomorrow\", 1, \"days\")").is_err());
}

#[test]
fn mistakes_are_said_with_their_place() {
    let error =
        |formula: &str| Expression::parse(formula).error().map(ToString::to_string).unwrap_or_default();
    assert_eq!(error(""), "a value was expected here (at character 1)");
    assert_eq!(error("1 +"), "a value was expected here (at character 4)");
    assert_eq!(error("sum(1)"), "there is no function `sum`; it is written `Sum` (at character 1)");
    assert_eq!(error("Foo(1)"), "there is no function `Foo` (at character 1)");
    assert_eq!(error("If(1)"), "`If` takes condition, then, else; 1 given (at character 1)");
    assert_eq!(error("(1"), "`)` was expected here (at character 3)");
    assert_eq!(error("Sum(1; 2)"), "`;` means nothing here (at character 6)");
    assert_eq!(error("\"abc"), "this text has no closing quotation mark (at character 1)");
    assert_eq!(error("1 2"), "an operator or the end was expected here (at character 3)");
    assert!(error(&"(".repeat(4000)).contains("nested deeper"));
    assert!(error(&"-".repeat(4000)).contains("nested deeper"));
    assert!(error(&"1+".repeat(2000)).contains("operators"));
    assert!(error(&" ".repeat(5000)).contains("at most 4096"));
}

#[test]
fn large_texts_are_refused_before_they_are_made() {
    let big = "x".repeat(200 * 1024);
    let variables = json!({ "big": big }).as_object().cloned().unwrap_or_default();
    let (context, fuel) = (context(), Fuel::new(BUDGET));
    let scope = Scope {
        variables: &variables,
        message: &Value::Null,
        context: &context,
        time_zone: None,
        places: &[],
        fuel: &fuel,
    };
    for formula in ["Replace(big, 'x', big)", "Concat(big, big)", "\"{big}{big}\"", "Split(big, 'x')"] {
        assert!(Expression::parse(formula).evaluate(&scope, &mut Vec::new()).is_err(), "{formula}");
    }
}

fn term() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        (0i64..1_000_000, 0u32..4).prop_map(|(number, scale)| Term::Number(Decimal::new(number, scale))),
        "[a-z {}\\\\\"'\n]{0,12}".prop_map(|text| Term::Text(Template::parse(&text))),
        any::<bool>().prop_map(Term::Bool),
        Just(Term::Null),
        "[a-z_][a-z0-9_]{0,6}(\\.[a-z]{1,4}|\\[[0-9]{1,3}\\]){0,3}"
            .prop_filter_map("a name", |path| crate::path::Path::parse(&path).map(Term::Variable)),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operator = prop::sample::select(vec![
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::Divide,
            Operator::Remainder,
            Operator::Equal,
            Operator::NotEqual,
            Operator::Less,
            Operator::LessOrEqual,
            Operator::Greater,
            Operator::GreaterOrEqual,
        ]);
        let functions: Vec<&'static Function> = function::all().collect();
        prop_oneof![
            inner.clone().prop_map(|term| Term::Negative(Box::new(term))),
            (inner.clone(), operator, inner.clone()).prop_map(|(left, operator, right)| Term::Binary(
                Box::new(left),
                operator,
                Box::new(right)
            )),
            (prop::sample::select(functions), prop::collection::vec(inner, 3)).prop_map(
                |(function, mut terms)| {
                    terms.truncate(function.most.unwrap_or(3).clamp(function.least, 3));
                    Term::Call(function, terms)
                }
            ),
        ]
    })
}

proptest! {
    #[test]
    fn a_formula_reads_back_what_it_printed(term in term()) {
        let printed = term.to_string();
        let read = Expression::of(&term);
        prop_assert_eq!(read.term(), Ok(&term), "{}", printed);
    }

    #[test]
    fn calculating_never_panics(term in term()) {
        let _ = calculate(&term.to_string());
    }

    #[test]
    fn any_text_can_be_tried_as_a_formula(text in ".{0,200}") {
        let _ = calculate(&text);
    }

    #[test]
    fn formula_like_text_can_be_tried(text in "[A-Za-z(){},.+*/%<>=!\"' 0-9\\[\\]-]{0,80}") {
        let _ = calculate(&text);
    }
}

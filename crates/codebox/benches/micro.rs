//! What a run of custom code costs, with the way to the child and back. `cargo xtask bench micro` runs it; a run in 1 ms or
//! less is 1,000 a second on one core.

#![expect(clippy::expect_used, reason = "a measurement that cannot be made has failed")]

use std::path::PathBuf;

use chasqui_codebox::{Codebox, Options, Run};
use chasqui_model::{Id, Timestamp};
use divan::Bencher;
use divan::counter::ItemsCount;
use serde_json::{Map, Value, json};

fn main() {
    divan::main();
}

fn codebox() -> Codebox {
    Codebox::new(Options { program: PathBuf::from(env!("CARGO_BIN_EXE_codebox")), ..Options::default() })
}

fn call(code: &str, variables: Value) -> Run {
    let Value::Object(variables) = variables else { unreachable!("variables are an object") };
    Run {
        code: code.to_owned(),
        variables,
        now: Timestamp::from_seconds(1_774_779_630),
        utc_offset_seconds: 0,
    }
}

fn measure(bencher: Bencher<'_, '_>, calls: &[Run]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let codebox = codebox();
    let mut next = calls.iter().cycle();
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        let call = next.next().expect("a call").clone();
        runtime.block_on(codebox.run(Id::from_bytes([1; 16]), call)).expect("an answer")
    });
}

/// A function as bots have it: some text, a list, a total.
const CART: &str = include_str!("../tests/it/programs/cart.py");

#[divan::bench]
fn one_function_again_and_again(bencher: Bencher<'_, '_>) {
    let cart =
        json!([{ "name": "Tea", "qty": 2, "price": 3.5 }, { "name": "Mug", "qty": 1, "price": 12.99 }]);
    measure(bencher, &[call(CART, json!({ "cart": cart, "coupon": "TEN" }))]);
}

#[divan::bench]
fn functions_that_are_compiled_each_time(bencher: Bencher<'_, '_>) {
    let cart = json!([{ "name": "Tea", "qty": 2, "price": 3.5 }]);
    let calls: Vec<Run> =
        (0..200).map(|n| call(&format!("{CART}# {n}\n"), json!({ "cart": cart }))).collect();
    measure(bencher, &calls);
}

#[divan::bench]
fn large_variables(bencher: Bencher<'_, '_>) {
    let items: Vec<Value> =
        (0..1000).map(|n| json!({ "id": n, "name": format!("Thing {n}"), "price": 1.5 })).collect();
    let code = "def __custom_fn__(variables):\n    return len(variables['items'])\n";
    let mut variables = Map::new();
    variables.insert("items".to_owned(), Value::from(items));
    measure(bencher, &[call(code, Value::Object(variables))]);
}

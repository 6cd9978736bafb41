//! Flow tests: conversations that must go as written.

use std::sync::Arc;

use chasqui_flow::{Definition, Flow, Request, TestResult, run_test_in};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_runtime::code;
use serde_json::Value;

use super::draft::File;
use super::library::Fetched;
use super::{Desk, Refused};

/// A bot file that can be read, finished or not.
pub(crate) fn readable(definition: File) -> Result<Definition, Refused> {
    Definition::from_value(Value::Object(definition)).map_err(Refused::UnreadableBot)
}

/// Runs tests beside the requests, those with these names or all: there may be many.
pub(crate) async fn run(
    desk: &Desk,
    account: Id<Account>,
    definition: Definition,
    names: Option<Vec<String>>,
) -> Result<Vec<TestResult>, Refused> {
    let library = Fetched::of(desk, account, &definition).await?;
    let (runtime, threads) = (desk.runtime.clone(), tokio::runtime::Handle::current());
    let work = move || -> Result<Vec<TestResult>, Refused> {
        let flow = Arc::new(Flow::rehearse(definition, None).map_err(Refused::UnreadableBot)?);
        let wanted = |name: &String| names.as_ref().is_none_or(|names| names.contains(name));
        let tests = flow.definition().tests.iter().filter(|test| wanted(&test.name));
        let world =
            |request: &Request| threads.block_on(code::run_for_test(runtime.codebox(), account, request));
        Ok(tests.map(|test| run_test_in(&world, &library, &flow, test)).collect())
    };
    desk.heavy(account, work).await?
}

//! Custom code: whether it could run, and the child process that runs it. What a bot's call to it is, is told in `effect`.

use std::time::Duration;

use chasqui_flow::{Definition, Problem};
use chasqui_model::Id;
use chasqui_model::account::Account;

pub use chasqui_codebox::walls::Walls;
pub use chasqui_codebox::{Codebox, Counting, NAME, Options, run_child};

use crate::Inner;
use crate::effect::run_code;

/// How often children that nobody needs are looked for.
const REST_EVERY: Duration = Duration::from_secs(30);

/// What is wrong with the code of a bot. Whoever wrote it is told now and not by the first contact.
pub async fn check(codebox: &Codebox, account: Id<Account>, definition: &Definition) -> Vec<Problem> {
    let mut problems = Vec::new();
    for node in &definition.nodes {
        let Some(code) = node.component.code().filter(|code| !code.trim().is_empty()) else { continue };
        let problem = match codebox.check(account, code.to_owned()).await {
            Ok(None) => continue,
            Ok(Some(flaw)) => Problem::error("invalid_code", format!("line {}: {}", flaw.line, flaw.message)),
            Err(trouble) => {
                let message = format!("the code could not be checked: {trouble}");
                Problem::error("unchecked_code", message).as_warning()
            }
        };
        problems.push(problem.in_node(&node.id).in_field("code"));
    }
    problems
}

/// Runs code for a flow test. `None` for other calls: a test answers them itself.
pub async fn run_for_test(
    codebox: &Codebox,
    account: Id<Account>,
    request: &chasqui_flow::Request,
) -> Option<chasqui_flow::Outcome> {
    match request {
        chasqui_flow::Request::Code(request) => {
            Some(chasqui_flow::Outcome::Code(run_code(codebox, account, request).await))
        }
        chasqui_flow::Request::Http(_)
        | chasqui_flow::Request::Media(_)
        | chasqui_flow::Request::Mail(_)
        | chasqui_flow::Request::Model(_)
        | chasqui_flow::Request::Sheet(_)
        | chasqui_flow::Request::Upload(_) => None,
    }
}

/// Ends children that nobody needs, again and again.
pub(crate) async fn run(rt: std::sync::Arc<Inner>) {
    loop {
        tokio::time::sleep(REST_EVERY).await;
        rt.codebox.rest();
    }
}

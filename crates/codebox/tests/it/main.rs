//! Custom code: what it gives, what stops it, and what it cannot reach.

#![expect(clippy::unwrap_used, reason = "in a test a surprise is a failure")]

mod fair;
mod garbage;
mod hostile;
mod programs;
mod refusals;
mod walls;

use std::path::PathBuf;
use std::time::Duration;

use chasqui_codebox::{Answer, Codebox, Options, Run, Trouble};
use chasqui_model::account::Account;
use chasqui_model::{Id, Timestamp};
use serde_json::{Map, Value};
use tempfile::TempDir;

/// 29 March 2026, 10:20:30 UTC; two hours later in Berlin.
const NOW: Timestamp = Timestamp::from_seconds(1_774_779_630);

fn options() -> Options {
    Options { program: PathBuf::from(env!("CARGO_BIN_EXE_codebox")), ..Options::default() }
}

fn codebox() -> Codebox {
    Codebox::new(options())
}

/// For what is not about time: the machine may be slow.
fn patient() -> Codebox {
    Codebox::new(Options { time: Duration::from_secs(10), ..options() })
}

fn account(number: u8) -> Id<Account> {
    Id::from_bytes([number; 16])
}

fn run_of(code: &str, variables: Value) -> Run {
    let variables = match variables {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    Run { code: code.to_owned(), variables, now: NOW, utc_offset_seconds: 7200 }
}

async fn run(codebox: &Codebox, code: &str, variables: Value) -> Result<Answer, Trouble> {
    codebox.run(account(1), run_of(code, variables)).await
}

/// The same program under a name of its own, so that a test can tell its children from those of other tests.
fn own_program() -> (TempDir, PathBuf) {
    let program = options().program;
    let folder = tempfile::tempdir_in(program.parent().unwrap()).unwrap();
    let own = folder.path().join("codebox-of-this-test");
    std::fs::hard_link(program, &own).unwrap();
    (folder, own)
}

/// The body of a function, as code.
fn function(body: &str) -> String {
    let lines: Vec<&str> = body.lines().collect();
    format!("def __custom_fn__(variables):\n    {}\n", lines.join("\n    "))
}

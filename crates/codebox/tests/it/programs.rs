//! Programs of ordinary use give what `CPython` gives: `tests/it/programs/*.py`, each with its variables in the first line.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use crate::{patient, run};

/// Runs each program and prints what its function returned and left in the variables. Its clock stands still, as ours does.
const CPYTHON: &str = r#"
import datetime, json, sys, types

NOW = datetime.datetime(2026, 3, 29, 10, 20, 30, tzinfo=datetime.timezone.utc)

class Date(datetime.date):
    @classmethod
    def today(cls):
        return datetime.date(2026, 3, 29)

class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        zone = tz or datetime.timezone(datetime.timedelta(hours=2))
        return NOW.astimezone(zone).replace(tzinfo=tz)

frozen = types.ModuleType("datetime")
frozen.__dict__.update(datetime.__dict__)

for program in json.load(sys.stdin):
    frozen.date, frozen.datetime = datetime.date, datetime.datetime
    if ".today()" in program["code"] or ".now(" in program["code"]:
        frozen.date, frozen.datetime = Date, Moment
    sys.modules["datetime"] = frozen
    variables = program["variables"]
    names = {"__name__": "__main__"}
    exec(compile(program["code"], "code.py", "exec"), names)
    result = names["__custom_fn__"](variables)
    print(json.dumps({"result": result, "variables": variables}))
"#;

fn programs() -> Vec<(PathBuf, String, Map<String, Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/programs");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let code = std::fs::read_to_string(&path).unwrap();
        let first = code.lines().next().unwrap().strip_prefix("# ").unwrap();
        let variables = serde_json::from_str(first).unwrap();
        (path, code, variables)
    };
    paths.into_iter().map(read).collect()
}

/// What `CPython` makes of the programs. `None` without a `python3`, which CI never is.
fn cpython(programs: &[(PathBuf, String, Map<String, Value>)]) -> Option<Vec<Value>> {
    let asked: Vec<Value> =
        programs.iter().map(|(_, code, variables)| json!({ "code": code, "variables": variables })).collect();
    let started = Command::new("python3")
        .args(["-W", "ignore", "-c", CPYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = match started {
        Ok(python) => python,
        Err(error) if std::env::var_os("CI").is_none() => {
            eprintln!("not compared with CPython: python3 cannot be started: {error}");
            return None;
        }
        Err(error) => panic!("CI must compare with CPython, and python3 cannot be started: {error}"),
    };
    let asked = serde_json::to_vec(&asked).unwrap();
    python.stdin.take().unwrap().write_all(&asked).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[tokio::test]
async fn programs_of_ordinary_use_give_what_cpython_gives() {
    let programs = programs();
    assert!(programs.len() >= 40, "only {} programs", programs.len());
    let expected = cpython(&programs);
    let codebox = patient();
    let mut differences = Vec::new();
    for (index, (path, code, variables)) in programs.iter().enumerate() {
        let name = path.file_stem().unwrap().to_string_lossy();
        let answer = match run(&codebox, code, Value::Object(variables.clone())).await {
            Ok(answer) => answer,
            Err(trouble) => {
                differences.push(format!("{name}: {trouble}"));
                continue;
            }
        };
        let mut after = variables.clone();
        answer.removed.iter().for_each(|gone| drop(after.shift_remove(gone)));
        after.extend(answer.changed);
        let Some(expected) = &expected else { continue };
        // As text: 1 and 1.0 are two things in Python.
        let wanted = expected[index]["result"].to_string();
        let got = answer.result.to_string();
        if got != wanted {
            differences.push(format!("{name}: it returned {got}, CPython {wanted}"));
        }
        let wanted = &expected[index]["variables"];
        if Value::Object(after.clone()) != *wanted {
            differences.push(format!("{name}: it left {}, CPython {wanted}", Value::Object(after)));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test]
async fn changed_and_removed_variables_come_back_and_others_do_not() {
    let code =
        crate::function("variables['a'] += 1\nvariables['b'] = [None]\ndel variables['c']\nreturn 'x'");
    let answer = run(&patient(), &code, json!({ "a": 1, "c": 2, "d": { "e": 1.5 } })).await.unwrap();
    assert_eq!(answer.result, "x");
    assert_eq!(Value::Object(answer.changed), json!({ "a": 2, "b": [null] }));
    assert_eq!(answer.removed, ["c"]);
}

#[tokio::test]
async fn what_is_printed_comes_back_and_is_cut() {
    let codebox = patient();
    let code = crate::function("print('seen', 1)\nfor i in range(5000):\n    print('more')");
    let answer = run(&codebox, &code, json!({})).await.unwrap();
    assert!(answer.printed.starts_with("seen 1\nmore\nmore\n"));
    assert!(answer.printed.len() <= 4096);
}

#[tokio::test]
async fn a_run_leaves_nothing_for_the_next() {
    let codebox = patient();
    let code = "SEEN = []\ndef __custom_fn__(variables):\n    SEEN.append(variables['n'])\n    return SEEN";
    for n in 0..3 {
        assert_eq!(run(&codebox, code, json!({ "n": n })).await.unwrap().result, json!([n]));
    }
}

#[tokio::test]
async fn numbers_keep_their_last_digit() {
    let text = "[0.1,0.30000000000000004,1e-7,123456789.12345679,5e-324,1e+22,1.0,18446744073709551615]";
    let numbers: Value = serde_json::from_str(text).unwrap();
    let code = crate::function("return variables['n']");
    let answer = run(&patient(), &code, json!({ "n": numbers })).await.unwrap();
    assert_eq!(answer.result.to_string(), text);
}

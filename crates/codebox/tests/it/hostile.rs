//! Code that wants too much, or what it may not have, is stopped within a second with a reason, and the next run works.

use std::time::{Duration, Instant};

use chasqui_codebox::{Codebox, TroubleKind};
use serde_json::{Value, json};

use crate::{codebox, function, patient, run};

/// What is tried, the kind of trouble it must get, and a part of the reason.
const CASES: &[(&str, TroubleKind, &str)] = &[
    // Endless, or nearly.
    ("while True: pass", TroubleKind::Time, "took too long"),
    ("for i in range(10**12): pass", TroubleKind::Time, "took too long"),
    (
        "try:\n    while True: pass\nexcept BaseException:\n    while True: pass",
        TroubleKind::Time,
        "took too long",
    ),
    ("return sum(range(10**10))", TroubleKind::Time, "took too long"),
    ("while True: print('a' * 1000)", TroubleKind::Time, "took too long"),
    // Memory.
    ("x = []\nwhile True: x.append('a' * 1000000)", TroubleKind::Memory, "too much memory"),
    ("x = 'a'\nwhile True: x += x", TroubleKind::Memory, "too much memory"),
    ("return 'a' * 10**10", TroubleKind::Memory, "too much memory"),
    ("return [0] * 10**9", TroubleKind::Memory, "too much memory"),
    ("return 10**10**9", TroubleKind::Memory, "too much memory"),
    ("x = 'a' * 100000\nreturn x.replace('a', 'b' * 100000)", TroubleKind::Memory, "too much memory"),
    ("return ''.join(['a' * 1000000] * 100000)", TroubleKind::Memory, "too much memory"),
    (
        "x = []\ntry:\n    while True: x.append('a' * 1000000)\nexcept BaseException:\n    return 1",
        TroubleKind::Memory,
        "too much memory",
    ),
    // Depth.
    ("def f(n): return f(n + 1)\nreturn f(0)", TroubleKind::Raised, "RecursionError"),
    (
        "def f(n): return sorted([1, 2], key=lambda x: f(n))\nreturn f(0)",
        TroubleKind::Raised,
        "RecursionError",
    ),
    ("x = []\nfor i in range(1000): x = [x]\nreturn x", TroubleKind::Result, "nested deeper than 64"),
    ("x = []\nx.append(x)\nreturn x", TroubleKind::Result, "inside itself"),
    // Files, the environment, the network, processes.
    ("return open('/etc/passwd').read()", TroubleKind::Forbidden, "reaches no files"),
    (
        "from pathlib import Path\nreturn Path('/etc/passwd').read_text()",
        TroubleKind::Forbidden,
        "reaches no files",
    ),
    ("import os\nreturn os.listdir('/')", TroubleKind::Forbidden, "reaches no files"),
    ("import os\nreturn os.getenv('PATH')", TroubleKind::Forbidden, "no environment"),
    ("import os\nreturn dict(os.environ)", TroubleKind::Forbidden, "no environment"),
    ("import socket", TroubleKind::Raised, "No module named 'socket'"),
    ("import urllib.request", TroubleKind::Raised, "No module named 'urllib.request'"),
    ("import subprocess", TroubleKind::Raised, "No module named 'subprocess'"),
    ("import os\nos.system('id')", TroubleKind::Raised, "no attribute 'system'"),
    ("return __import__('os')", TroubleKind::Raised, "not defined"),
    ("return eval('1')", TroubleKind::Raised, "not defined"),
    // What cannot be stored.
    ("return 'x' * 300000", TroubleKind::Result, "the result would take 300002 bytes"),
    ("variables['x'] = 'x' * 300000", TroubleKind::Result, "the changed variables would take"),
    ("return {1, 2}", TroubleKind::Result, "the result is a set; make a list of it"),
    ("return {'a': [lambda: 1]}", TroubleKind::Result, "the result[\"a\"][0] is <function"),
    ("import datetime\nreturn datetime.date(2026, 1, 1)", TroubleKind::Result, "isoformat"),
    ("return float('nan')", TroubleKind::Result, "no finite number"),
    ("return 10**30", TroubleKind::Result, "more than 19 digits"),
    ("return {True: 1}", TroubleKind::Result, "a dict with a bool as a key"),
];

async fn works(codebox: &Codebox) {
    let answer = run(codebox, &function("return variables['a'] + 1"), json!({ "a": 1 })).await;
    assert_eq!(answer.unwrap().result, json!(2));
}

#[tokio::test]
async fn what_goes_too_far_is_stopped_within_a_second_and_the_next_run_works() {
    let codebox = codebox();
    works(&codebox).await;
    for (body, kind, reason) in CASES {
        let code = function(body);
        // A machine that is busy with something else may take its time; not twice.
        let mut took = Duration::MAX;
        for _ in 0..3 {
            let begun = Instant::now();
            let trouble = run(&codebox, &code, json!({})).await.expect_err(body);
            took = took.min(begun.elapsed());
            assert_eq!(trouble.kind, *kind, "{body}: {trouble}");
            assert!(trouble.message.contains(reason), "{body}: {trouble}");
            works(&codebox).await;
            if took < Duration::from_secs(1) {
                break;
            }
        }
        assert!(took < Duration::from_secs(1), "{body}: {took:?}");
    }
}

#[tokio::test]
async fn an_error_says_in_which_line_it_came_up() {
    let code = "LIMIT = 2\n\ndef check(n):\n    if n > LIMIT:\n        raise ValueError(f'too much: {n}')\n\n\
                def __custom_fn__(variables):\n    check(1)\n    check(3)\n";
    let trouble = run(&patient(), code, json!({})).await.unwrap_err();
    assert_eq!(trouble.to_string(), "ValueError: too much: 3 (line 5)");
    let trouble =
        run(&patient(), &function("x = 1\nreturn variables['missing']"), json!({})).await.unwrap_err();
    assert_eq!(trouble.to_string(), "KeyError: missing (line 3)");
}

#[tokio::test]
async fn variables_and_code_of_any_size_are_taken_or_refused() {
    let codebox = patient();
    let code = function("return len(variables['x'])");
    let answer = run(&codebox, &code, json!({ "x": "a".repeat(256 * 1024) })).await.unwrap();
    assert_eq!(answer.result, json!(256 * 1024));
    let trouble = run(&codebox, &code, json!({ "x": "a".repeat(5 * 1024 * 1024) })).await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Result);
    assert!(trouble.message.contains("too large"));
    works(&codebox).await;
}

#[tokio::test]
async fn deep_variables_do_not_bring_the_child_down() {
    let deep = (0..60).fold(json!(1), |inner, _| Value::Array(vec![inner]));
    let answer = run(&patient(), &function("return variables['x']"), json!({ "x": deep })).await.unwrap();
    assert_eq!(answer.result, deep);
}

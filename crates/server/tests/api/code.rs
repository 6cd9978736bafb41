//! Custom code in the builder: checked as it is written, tried out, run in test mode and in flow tests.

use reqwest::Method;
use serde_json::{Value, json};

use crate::site::Site;

fn bot(code: &str) -> Value {
    json!({ "format": 1, "name": "Code", "start": "code", "variables": { "n": "number" }, "nodes": [
        { "id": "code", "type": "custom_code", "code": code, "save_as": "result", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{result} {n}" } ],
      "tests": [
        { "name": "real", "variables": { "n": 20 }, "steps": [{ "contact": "hi" }, { "bot": "21 20" }, { "ended": true }] },
        { "name": "canned", "variables": { "n": 1 }, "steps": [{ "contact": "hi" },
            { "answer": { "node": "code", "json": { "result": "x", "changed": { "n": 5 } } } }, { "bot": "x 5" }] },
        { "name": "time", "now": "2026-02-03T04:05:06Z", "variables": { "n": 0 }, "steps": [{ "contact": "hi" }, { "bot": "2026-02-03 0" }] }
      ] })
}

const GOOD: &str = "from datetime import date\n\ndef __custom_fn__(variables):\n    if not variables['n']:\n        \
                    return str(date.today())\n    return variables['n'] + 1\n";

#[tokio::test]
async fn code_that_cannot_run_is_a_problem_with_its_line() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let made = site.post(&ana, "/bots", json!({ "name": "Code" })).await.id();
    let definition = bot("def __custom_fn__(variables):\n    x = (1\n    return x\n");
    let found = site.post(&ana, &format!("/bots/{made}/validate"), json!({ "definition": definition })).await;
    let problem = &found.body["problems"][0];
    assert_eq!((&problem["node"], &problem["field"]), (&json!("code"), &json!("code")), "{found:?}");
    assert_eq!((&problem["code"], &problem["severity"]), (&json!("invalid_code"), &json!("error")));
    assert!(
        problem["message"].as_str().unwrap().starts_with("line 2: ")
            || problem["message"].as_str().unwrap().starts_with("line 3: "),
        "{found:?}"
    );

    let draft = json!({ "revision": 1, "definition": definition });
    site.call(&ana, Method::PUT, &format!("/bots/{made}/draft"), Some(draft)).await;
    site.post(&ana, &format!("/bots/{made}/publish"), json!({})).await.is_problem(422, "unfinished_bot");
    let draft = json!({ "revision": 2, "definition": bot(GOOD) });
    site.call(&ana, Method::PUT, &format!("/bots/{made}/draft"), Some(draft)).await;
    assert_eq!(
        site.post(&ana, &format!("/bots/{made}/publish"), json!({})).await.body,
        json!({ "version": 1 })
    );
}

#[tokio::test]
async fn flow_tests_run_code_and_may_answer_in_its_place() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let made = site.post(&ana, "/bots", json!({ "name": "Code" })).await.id();
    let report =
        site.post(&ana, &format!("/bots/{made}/tests/run"), json!({ "definition": bot(GOOD) })).await;
    assert_eq!((&report.body["passed"], &report.body["failed"]), (&json!(3), &json!(0)), "{report:?}");
}

#[tokio::test]
async fn code_can_be_tried_out_and_is_real_or_canned_in_test_mode() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let made = site.post(&ana, "/bots", json!({ "name": "Code" })).await.id();
    let path = format!("/bots/{made}/code");
    let tried = json!({ "code": "def __custom_fn__(variables):\n    print('seen')\n    variables['a'] = 1\n    return variables.pop('n')", "variables": { "n": [1] } });
    let tried = site.post(&ana, &path, tried).await;
    assert_eq!(
        (&tried.body["result"], &tried.body["changed"], &tried.body["removed"], &tried.body["printed"]),
        (&json!([1]), &json!({ "a": 1 }), &json!(["n"]), &json!("seen\n")),
        "{tried:?}"
    );
    assert_eq!(tried.body["error"], Value::Null);
    let failed =
        site.post(&ana, &path, json!({ "code": "def __custom_fn__(variables):\n    return 1 / 0" })).await;
    assert_eq!(failed.body["error"], "ZeroDivisionError: division by zero (line 2)", "{failed:?}");
    site.post(&ana, &path, json!({ "code": "x".repeat(70_000) })).await.is_problem(422, "invalid");

    let setup = json!({ "definition": bot(GOOD), "variables": { "n": 1 } });
    let begun = site.post(&ana, &format!("/bots/{made}/test_sessions"), setup).await;
    let path = format!("/test_sessions/{}/messages", begun.id());
    let waits = site.post(&ana, &path, json!({ "contact": "hi" })).await;
    assert_eq!(waits.body["call"]["summary"], "code of 6 lines", "{waits:?}");
    assert_eq!(waits.body["call"]["sample"], json!({ "result": "" }));
    let over = site.post(&ana, &path, json!({ "call": "real" })).await;
    assert_eq!(
        (&over.body["status"], &over.body["variables"]["result"]),
        (&json!("ended"), &json!(2)),
        "{over:?}"
    );
}

//! What publishing refuses, and where it says the trouble is.

use chasqui_flow::{Definition, validate};
use serde_json::{Value, json};

fn problems(file: Value) -> Vec<String> {
    let definition = Definition::from_value(file).unwrap();
    let shown = |problem: &chasqui_flow::Problem| {
        let place =
            [&problem.node, &problem.port, &problem.field].into_iter().flatten().cloned().collect::<Vec<_>>();
        let warning = if problem.is_error() { "" } else { "~" };
        format!("{warning}{} {}", place.join(" "), problem.code)
    };
    validate(&definition).iter().map(shown).collect()
}

fn of(nodes: Value) -> Vec<String> {
    let start = nodes[0]["id"].clone();
    problems(json!({ "format": 1, "name": "Bot", "start": start, "nodes": nodes }))
}

/// The problems of one node that leads to an end.
fn node(mut node: Value) -> Vec<String> {
    node["id"] = Value::from("n");
    if node["ports"].is_null() {
        node["ports"] = json!({ "next": "bye" });
    }
    of(json!([node, { "id": "bye", "type": "end" }]))
}

#[test]
fn ports_lead_somewhere_and_exist() {
    let nodes = json!([
        { "id": "a", "type": "question_text", "text": "?" },
        { "id": "b", "type": "end", "ports": { "next": "a" } },
        { "id": "c", "type": "question_buttons", "text": "?", "buttons": [{ "id": "x", "label": "X" }], "ports": { "option:y": "a", "error": "z" } }
    ]);
    assert_eq!(
        of(nodes),
        [
            "a next port_not_connected",
            "b next unknown_port",
            "c option:y unknown_port",
            "c error unknown_target",
            "c option:x port_not_connected",
            "b unreachable",
            "c unreachable",
        ]
    );
}

#[test]
fn a_bot_has_a_start_a_name_and_plain_ids() {
    assert_eq!(
        problems(json!({ "format": 1, "name": "Bot", "start": "", "nodes": [] })),
        ["start missing_start"]
    );
    let file = json!({ "format": 1, "name": " ", "start": "a b", "nodes": [{ "id": "a b", "type": "end" }] });
    assert_eq!(problems(file), ["name invalid_name", "a b id invalid_id"]);
}

#[test]
fn settings_are_checked() {
    let settings = json!({ "time_zone": "Mars/Olympus", "language": "fr", "messages": { "error": "", "done": "A label that is far too long", "too_long": "{limit} {x}" } });
    let file = json!({ "format": 1, "name": "Bot", "start": "a", "settings": settings, "variables": { "now": "text", "a b": "text" }, "nodes": [{ "id": "a", "type": "end" }] });
    assert_eq!(
        problems(file),
        [
            "variables.now reserved_name",
            "variables.a b invalid_name",
            "settings.time_zone unknown_time_zone",
            "~settings.language unknown_language",
            "settings.messages.error missing_field",
            "settings.messages.done too_long",
            "settings.messages.too_long unknown_variable",
        ]
    );
}

#[test]
fn variables_must_be_made_somewhere() {
    let nodes = json!([
        { "id": "a", "type": "question_text", "text": "{b.c} {contact.name} {contact.age} {now} {message.media.kind} {d}", "save_as": "b", "ports": { "next": "e" } },
        { "id": "e", "type": "formula", "expression": "nope + 1", "save_as": "message", "ports": { "next": "a" } }
    ]);
    assert_eq!(
        of(nodes),
        [
            "e save_as reserved_name",
            "a text unknown_variable",
            "a text unknown_variable",
            "e expression unknown_variable"
        ]
    );
}

#[test]
fn labels_and_texts_keep_to_whatsapps_lengths() {
    let long = |n: usize| "x".repeat(n);
    let buttons = json!([{ "id": "a", "label": long(21) }, { "id": "a", "label": "" }, { "id": "c", "label": "{message.text}", "description": "d" }]);
    assert_eq!(
        node(
            json!({ "type": "question_buttons", "text": long(1025), "footer": long(61), "buttons": buttons })
        ),
        [
            "n text too_long",
            "n footer too_long",
            "n buttons[1].id duplicate_id",
            "n buttons[0].label too_long",
            "n buttons[1].label missing_field",
            "n buttons[2].description no_description",
        ]
    );
    assert_eq!(node(json!({ "type": "question_text", "text": long(4097) })), ["n text too_long"]);
    assert_eq!(
        node(json!({ "type": "question_text", "text": long(1025), "back_button": "Back" })),
        ["n text too_long"]
    );
    assert_eq!(
        node(json!({ "type": "question_buttons", "text": "?", "buttons": [] })),
        ["n buttons invalid_count"]
    );
    let options: Vec<Value> = (0..11).map(|n| json!({ "id": n.to_string(), "label": long(24) })).collect();
    assert_eq!(
        node(json!({ "type": "question_list", "text": "?", "options": options })),
        ["n options invalid_count"]
    );
    let sections = json!([{ "title": "A", "options": [{ "id": "a", "label": "A", "description": long(73) }] }, { "options": [] }]);
    assert_eq!(
        node(json!({ "type": "question_list", "text": "?", "sections": sections })),
        [
            "n sections[0].options[0].description too_long",
            "n sections[1].title missing_field",
            "n sections[1].options invalid_count"
        ]
    );
}

#[test]
fn a_button_with_a_description_is_read_and_refused() {
    let buttons = json!([{ "id": "a", "label": "A", "description": "below" }]);
    let file = json!({ "format": 1, "name": "Bot", "start": "n", "nodes": [
        { "id": "n", "type": "question_buttons", "text": "?", "buttons": buttons, "ports": { "next": "n" } }] });
    let definition = Definition::from_value(file.clone()).unwrap();
    assert_eq!(definition.to_json()["nodes"][0]["buttons"], buttons, "a draft loses nothing");
    assert_eq!(problems(file), ["n buttons[0].description no_description"]);
    let schema = chasqui_flow::schema();
    let has = |name: &str| schema["$defs"][name]["properties"].get("description").is_some();
    assert_eq!((has("ButtonChoice"), has("Choice")), (false, true));
}

#[test]
fn regular_expressions_formulas_dates_and_addresses_are_well_formed() {
    let validation = |kind: &str, rest: Value| {
        let mut validation = rest;
        validation["kind"] = Value::from(kind);
        node(json!({ "type": "question_text", "text": "?", "validation": validation }))
    };
    assert_eq!(validation("regex", json!({ "pattern": "(" })), ["n validation.pattern invalid_regex"]);
    assert_eq!(
        validation("regex", json!({ "pattern": "(a{1000}){1000}" })),
        ["n validation.pattern invalid_regex"]
    );
    assert_eq!(validation("regex", json!({})), ["n validation.pattern missing_field"]);
    assert_eq!(validation("date", json!({ "format": "%H" })), ["n validation.format invalid_date_format"]);
    assert_eq!(validation("number", json!({ "min": 2, "max": 1 })), ["n validation.min invalid_value"]);
    assert_eq!(
        node(json!({ "type": "formula", "expression": "1 +", "save_as": "x" })),
        ["n expression invalid_formula"]
    );
    assert_eq!(
        node(json!({ "type": "formula", "expression": "" })),
        ["n expression missing_field", "n save_as missing_field"]
    );
    for url in [
        "",
        "ftp://x/",
        "https://",
        "https:///x",
        "https://a@b/",
        "https://a b/",
        "https:\\\\x",
        "{message.text}x",
        "//x",
        "/x",
    ] {
        assert_eq!(node(json!({ "type": "api_request", "url": url })), ["n url invalid_url"], "{url}");
    }
    for url in [
        "https://example.com",
        "http://example.com:8080/{message.text}?a={message.text}#x",
        "https://{message.text}/",
        "{message.text}/x",
    ] {
        assert_eq!(node(json!({ "type": "api_request", "url": url })), [""; 0], "{url}");
    }
    assert_eq!(
        node(json!({ "type": "media", "kind": "image", "url": "picture.png" })),
        ["n url invalid_url"]
    );
}

#[test]
fn requests_are_checked() {
    let url = "https://example.com/";
    let request = |rest: Value| {
        let mut request = rest;
        request["type"] = Value::from("api_request");
        request["url"] = Value::from(url);
        node(request)
    };
    assert_eq!(
        request(json!({ "headers": { "Host": "x", "a b": "x", "X-A": "a\nb" } })),
        ["n headers.Host invalid_header", "n headers.a b invalid_header", "n headers.X-A invalid_header"]
    );
    assert_eq!(
        request(json!({ "method": "POST", "body": { "json": "{\"a\": {message.text}" } })),
        ["n body.json invalid_json"]
    );
    assert_eq!(request(json!({ "method": "POST", "body": {} })), ["n body invalid_value"]);
    assert_eq!(request(json!({ "body": { "raw": "x" } })), ["n body invalid_value"]);
    assert_eq!(request(json!({ "timeout_seconds": 31 })), ["n timeout_seconds invalid_value"]);
    assert_eq!(
        request(json!({ "ports": { "status:9xx": "bye", "status:200": "bye" } })),
        ["n status:9xx unknown_port", "n default port_not_connected"]
    );
    assert_eq!(
        request(json!({ "statuses": ["404", "404", "x"], "ports": { "next": "bye" } })),
        [
            "n statuses[1] duplicate_case",
            "n statuses[2] invalid_status",
            "n status:404 port_not_connected",
            "n status:404 port_not_connected",
            "n status:x port_not_connected"
        ]
    );
}

#[test]
fn the_other_components_are_checked() {
    assert_eq!(node(json!({ "type": "time_delay", "seconds": 0.1 })), ["n seconds invalid_value"]);
    assert_eq!(node(json!({ "type": "time_delay", "days": 31 })), ["n seconds invalid_value"]);
    assert_eq!(node(json!({ "type": "set_variable", "operations": [] })), ["n operations invalid_count"]);
    assert_eq!(node(json!({ "type": "media" })), ["n url missing_field"]);
    assert_eq!(node(json!({ "type": "media", "media": "{a} {b}" })), ["n media invalid_path"]);
    assert_eq!(
        node(json!({ "type": "question_media", "text": "?", "kinds": [], "max_files": 31, "max_bytes": 0 })),
        ["n kinds invalid_count", "n max_files invalid_count", "n max_bytes invalid_value"]
    );
    assert_eq!(
        node(
            json!({ "type": "template", "name": "My Template", "language": "", "options": [{ "id": "a", "index": 0, "label": "A" }] })
        ),
        ["n name invalid_name", "n language invalid_language"]
    );
    let jump = |rest: Value| {
        let mut jump = rest;
        jump["type"] = Value::from("jump");
        jump["ports"] = json!({ "error": "bye" });
        node(jump)
    };
    assert_eq!(jump(json!({})), ["n to missing_field"]);
    assert_eq!(jump(json!({ "to": "x" })), ["n to unknown_target"]);
    assert_eq!(jump(json!({ "bot": "x" })), ["n bot invalid_bot"]);
    assert_eq!(
        jump(json!({ "bot": "bot_02020202020202020202020202020202", "return": true })),
        ["n next port_not_connected"]
    );
}

#[test]
fn circles_that_never_wait_are_found() {
    let say = |id: &str, next: &str| json!({ "id": id, "type": "question_text", "text": "x", "wait": false, "ports": { "next": next } });
    assert_eq!(of(json!([say("a", "b"), say("b", "a")])), ["a loop_without_waiting"]);
    assert_eq!(of(json!([say("a", "a")])), ["a loop_without_waiting"]);
    assert_eq!(
        of(json!([say("a", "b"), { "id": "b", "type": "jump", "to": "a" }])),
        ["a loop_without_waiting"]
    );
    let ask = json!({ "id": "b", "type": "question_text", "text": "x", "ports": { "next": "a" } });
    assert_eq!(of(json!([say("a", "b"), ask])), [""; 0]);
    let test = json!({ "id": "b", "type": "formula", "mode": "true_false", "expression": "1 < 2", "ports": { "true": "a", "false": "bye" } });
    assert_eq!(of(json!([say("a", "b"), test, { "id": "bye", "type": "end" }])), ["~a loop_without_waiting"]);
}

#[test]
fn a_long_flow_is_checked_without_deep_recursion() {
    let mut nodes: Vec<Value> = (0..1999)
        .map(|n| json!({ "id": format!("n{n}"), "type": "question_text", "wait": false, "text": "x", "ports": { "next": format!("n{}", n + 1) } }))
        .collect();
    nodes.push(json!({ "id": "n1999", "type": "end" }));
    assert_eq!(of(Value::from(nodes)), [""; 0]);
}

#[test]
fn what_may_come_a_day_after_the_contact_wrote_is_warned_of() {
    let delay = |id: &str, hours: u32, to: &str| json!({ "id": id, "type": "time_delay", "hours": hours, "ports": { "next": to } });
    let ask = |id: &str, to: &str| json!({ "id": id, "type": "question_text", "text": "?", "ports": { "next": to } });
    let end = json!({ "id": "bye", "type": "end", "text": "Bye." });
    let warnings = |nodes: &[Value]| {
        let mut all = nodes.to_vec();
        all.push(end.clone());
        of(Value::from(all)).into_iter().filter(|it| it.contains("outside_window")).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&[delay("a", 24, "q"), ask("q", "bye")]), ["~q outside_window"]);
    assert_eq!(warnings(&[delay("a", 23, "q"), ask("q", "bye")]), Vec::<String>::new());
    // Two delays are longer than one; an answer between them opens the window.
    assert_eq!(warnings(&[delay("a", 13, "b"), delay("b", 13, "q"), ask("q", "bye")]), ["~q outside_window"]);
    assert_eq!(warnings(&[delay("a", 13, "q"), ask("q", "b"), delay("b", 13, "bye")]), Vec::<String>::new());
    // Everything up to the next answer is late, whatever it is; a circle that sleeps for ever grows late.
    let say = json!({ "id": "s", "type": "media", "kind": "image", "url": "https://ex.am/a.png", "ports": { "next": "q" } });
    assert_eq!(
        warnings(&[delay("a", 30, "s"), say, ask("q", "bye")]),
        ["~s outside_window", "~q outside_window"]
    );
    let tell =
        json!({ "id": "t", "type": "question_text", "wait": false, "text": "Hm.", "ports": { "next": "a" } });
    assert_eq!(warnings(&[delay("a", 1, "t"), tell]), ["~t outside_window"]);
    // A template that waits for its answer comes first; the error port is for a closed window.
    let template = |options: Value, to: &str| json!({ "id": "t", "type": "template", "name": "x", "language": "en", "options": options, "ports": { "next": to } });
    let yes = json!([{ "id": "y", "index": 0, "label": "Yes" }]);
    assert_eq!(warnings(&[delay("a", 30, "t"), template(yes, "q"), ask("q", "bye")]), Vec::<String>::new());
    assert_eq!(
        warnings(&[delay("a", 30, "t"), template(json!([]), "q"), ask("q", "bye")]),
        ["~q outside_window"]
    );
    let caught = json!({ "id": "a", "type": "time_delay", "hours": 30, "outside_window": "error", "ports": { "next": "q", "error": "bye" } });
    assert_eq!(warnings(&[caught, ask("q", "bye")]), ["~bye outside_window"]);
}

#[test]
fn two_thousand_large_expressions_are_refused_without_compiling_them_all() {
    let nodes: Vec<Value> = (0..1999)
        .map(|n| {
            let next = format!("n{}", (n + 1) % 1999);
            json!({ "id": format!("n{n}"), "type": "question_text", "text": "?", "ports": { "next": next },
                "validation": { "kind": "regex", "pattern": format!(r"^\w{{1,30}}{n}$") } })
        })
        .collect();
    let file = json!({ "format": 1, "name": "Bot", "start": "n0", "nodes": nodes });
    let problems = validate(&Definition::from_value(file).unwrap());
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["regexes_too_large"]);
}

#[test]
fn the_first_problems_are_named_and_the_others_counted() {
    let texts: Vec<String> = (0..3000).map(|n| format!("{{unknown_{n}}}")).collect();
    let file = json!({ "format": 1, "name": "Bot", "start": "a", "nodes": [
        { "id": "a", "type": "question_text", "text": texts.concat(), "ports": { "next": "a" } }
    ] });
    let problems = validate(&Definition::from_value(file).unwrap());
    assert_eq!(problems.len(), 501);
    assert_eq!(problems[500].code, "more_problems");
    assert_eq!(problems[500].message, "2,500 more problems in this bot; solve those above first");
    assert!(problems[500].is_error());
}

#[test]
fn names_of_megabytes_are_not_repeated_in_problems() {
    let long = "x".repeat(1_000_000);
    let file = json!({ "format": 1, "name": "Bot", "start": long, "nodes": [
        { "id": long, "type": "question_text", "text": "{a}{b}{c}", "save_as": long, "ports": { long.clone(): long } }
    ] });
    let problems = validate(&Definition::from_value(file).unwrap());
    assert!(problems.len() > 4);
    for problem in problems {
        assert!(serde_json::to_string(&problem).unwrap().len() < 6000, "{}", problem.code);
    }
}

#[test]
fn a_flow_of_many_circles_and_delays_is_checked_in_linear_time() {
    // A chain backwards: each round of a check that goes round until nothing grows would get one node further.
    let nodes: Vec<Value> = (0..2000)
        .map(|n: usize| {
            let ports =
                if n == 0 { json!({ "next": "n1999" }) } else { json!({ "next": format!("n{}", n - 1) }) };
            json!({ "id": format!("n{n}"), "type": "time_delay", "seconds": 1, "ports": ports })
        })
        .collect();
    let file = json!({ "format": 1, "name": "Bot", "start": "n1999", "nodes": nodes });
    let begun = std::time::Instant::now();
    validate(&Definition::from_value(file).unwrap());
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

//! The ports of components, as the builder draws them too: the same cases hold in `web/src/builder/components`.

use chasqui_flow::{Definition, validate};
use serde_json::{Value, json};

#[test]
fn the_ports_are_those_that_the_builder_draws() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../fixtures/ports.json")).unwrap();
    for case in cases {
        let id = case["node"]["id"].as_str().unwrap();
        let found = |node: Value| {
            let nodes = [node, json!({ "id": "end", "type": "end" })];
            let file = json!({ "format": 1, "name": "x", "start": "end", "variables": { "x": "any" }, "nodes": nodes });
            validate(&Definition::from_value(file).unwrap())
        };
        let loose: Vec<String> = found(case["node"].clone())
            .into_iter()
            .filter(|problem| problem.code == "port_not_connected")
            .filter_map(|problem| problem.port)
            .collect();
        assert_eq!(json!(loose), case["loose"], "{id}");
        let mut all = case["node"].clone();
        for port in case["ports"].as_array().unwrap() {
            all["ports"][port.as_str().unwrap()] = json!("end");
        }
        let unknown = found(all).into_iter().find(|problem| problem.code == "unknown_port");
        assert_eq!(unknown, None, "{id}");
    }
}

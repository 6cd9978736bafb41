//! The JSON Schema of the bot file.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Note, Settings, Test, VariableType};
use crate::component::Component;
use crate::template::Template;

/// The JSON Schema (2020-12) of the bot file, `format: 1`.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let settings = generator.subschema_for::<Settings>();
    let variable = generator.subschema_for::<VariableType>();
    let note = generator.subschema_for::<Note>();
    let rehearsed = generator.subschema_for::<Test>();
    let text = generator.subschema_for::<Template>();
    let nodes: Vec<Value> = Component::schemas(&mut generator)
        .into_iter()
        .map(|(kind, fields)| node(kind, fields.to_value(), text.as_value()))
        .collect();
    let definitions = generator.take_definitions(true);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chasqui bot",
        "description": "A bot file, format 1.",
        "type": "object",
        "required": ["format", "name", "start", "nodes"],
        "additionalProperties": false,
        "properties": {
            "format": { "const": super::FORMAT },
            "name": { "type": "string", "minLength": 1, "maxLength": 80 },
            "start": { "type": "string", "description": "The id of the node a conversation begins at." },
            "settings": settings,
            "variables": { "type": "object", "additionalProperties": variable },
            "nodes": { "type": "array", "maxItems": super::MAX_NODES, "items": { "oneOf": nodes } },
            "layout": {
                "type": "object",
                "description": "Where each node stands on the canvas.",
                "additionalProperties": { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }
            },
            "notes": { "type": "array", "items": note },
            "tests": { "type": "array", "items": rehearsed }
        },
        "$defs": definitions
    })
}

/// The schema of a node: the component's own fields and those that all have.
fn node(kind: &str, mut fields: Value, text: &Value) -> Value {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" }));
    properties.insert("type".to_owned(), json!({ "const": kind }));
    for (name, about) in
        [("label", "What the builder shows."), ("note", "A note for those who build the bot.")]
    {
        properties.insert(name.to_owned(), json!({ "type": ["string", "null"], "description": about }));
    }
    if let Some(Value::Object(own)) = fields.get_mut("properties") {
        properties.append(own);
    }
    properties.insert("error_message".to_owned(), text.clone());
    for flag in ["email_admin", "quote", "preview_url"] {
        properties.insert(flag.to_owned(), json!({ "type": "boolean" }));
    }
    properties.insert(
        "ports".to_owned(),
        json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    );
    json!({
        "title": kind,
        "description": fields.get("description").cloned().unwrap_or_default(),
        "type": "object",
        "required": ["id", "type"],
        "additionalProperties": false,
        "properties": properties
    })
}

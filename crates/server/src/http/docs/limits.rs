//! What free text, numbers and ids of requests may be, where their types do not say: the description has to be as strict
//! as the handlers are. `xtask test schemathesis` holds the one against the other.

use serde_json::{Value, json};

/// 1 to 80 characters on one line, not only spaces.
const NAME: &str =
    r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// As `api::email` reads it.
const EMAIL: &str = r#"^[^\s\u0000-\u001f\u007f-\u009f<>,;"@]+@[^\s\u0000-\u001f\u007f-\u009f<>,;"@.]+(\.[^\s\u0000-\u001f\u007f-\u009f<>,;"@.]+)+$"#;
/// RFC 3339.
const TIME: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$";
/// Something else than spaces.
const WORDS: &str = r"\S";

/// A member of a request's shape, and what the description says of it besides.
fn limits() -> Vec<(&'static str, &'static str, Value)> {
    let name = || json!({ "minLength": 1, "maxLength": 80, "pattern": NAME });
    let email = || json!({ "minLength": 3, "maxLength": 254, "pattern": EMAIL });
    let password = || json!({ "minLength": 8, "maxLength": 1024 });
    vec![
        ("AccountChange", "name", name()),
        ("NewAccount", "name", name()),
        ("ProfileChange", "name", name()),
        ("NewToken", "name", name()),
        ("NewBot", "name", name()),
        ("Rename", "name", name()),
        ("Named", "name", name()),
        ("Import", "name", name()),
        ("Accept", "name", name()),
        ("Begin", "name", name()),
        ("Begin", "account", name()),
        ("Begin", "email", email()),
        ("NewInvitation", "email", email()),
        ("Forgotten", "email", email()),
        ("Begin", "password", password()),
        ("NewPassword", "password", password()),
        ("Reset", "password", password()),
        ("Accept", "password", password()),
        ("NewToken", "expires_at", json!({ "pattern": TIME })),
        ("TestSetup", "now", json!({ "pattern": TIME })),
        ("NewRequest", "note", json!({ "minLength": 1, "maxLength": 500, "pattern": WORDS })),
        ("Write", "text", json!({ "maxLength": 4096 })),
        ("Proactive", "text", json!({ "maxLength": 4096 })),
        ("ToRead", "text", json!({ "maxLength": 1_048_576 })),
        ("Form", "type", json!({ "enum": ["whatsapp_business", null] })),
        ("Form", "name", json!({ "maxLength": 80 })),
        ("NewCredentials", "business_account_id", json!({ "pattern": r"^[0-9]{1,32}$" })),
        ("NewCredentials", "messaging_account_id", json!({ "pattern": r"^[0-9]{0,32}$" })),
        ("NewCredentials", "paid_messaging_account_id", json!({ "pattern": r"^[0-9]{0,32}$" })),
        ("NewCredentials", "phone_number_id", json!({ "pattern": r"^[0-9]{1,32}$" })),
        ("NewCredentials", "app_id", json!({ "pattern": r"^[0-9]{1,32}$" })),
        ("NewCredentials", "app_secret", json!({ "pattern": r"^[0-9A-Fa-f]{32}$" })),
        ("NewCredentials", "access_token", json!({ "pattern": r"^[\x21-\x7e]{1,4096}$" })),
        ("NewCredentials", "verify_token", json!({ "pattern": r"^[\x21-\x7e]{16,255}$" })),
        ("NewCredentials", "version", json!({ "pattern": r"^v[0-9]{1,3}\.[0-9]{1,3}$" })),
        ("ReopenTemplate", "name", json!({ "pattern": r"^[a-z0-9_]{1,512}$" })),
        ("ReopenTemplate", "language", json!({ "pattern": r"^[A-Za-z_]{2,15}$" })),
    ]
}

/// Members that hold an id, and the prefix that it begins with.
const IDS: &[(&str, &str)] = &[
    ("integration_id", "int"),
    ("contact_id", "con"),
    ("bot_id", "bot"),
    ("account_id", "acc"),
    ("number_id", "num"),
];

/// A shape that shows what ids look like; `example` is `int_0192` in the code.
const EXAMPLE_TAIL: &str = "_0192";

/// Ids in full, for readers and for programs that make some up.
const EXAMPLE: &str = "01a2151f4f8e73a485b781eaca8a7238";

/// Writes limits into the shapes of requests.
pub(super) fn write_limits(shapes: &mut Value) {
    for (shape, member, more) in limits() {
        let Some(target) = shapes.pointer_mut(&format!("/{shape}/properties/{member}")) else { continue };
        if let (Some(target), Some(more)) = (target.as_object_mut(), more.as_object()) {
            target.extend(more.clone());
        }
    }
}

/// The limits that stand in no shape that is there.
#[cfg(test)]
pub(super) fn missing(api: &Value) -> Vec<String> {
    let there = |shape: &str, member: &str| {
        api.pointer(&format!("/components/schemas/{shape}/properties/{member}")).is_some()
    };
    let lost = limits().into_iter().filter(|(shape, member, _)| !there(shape, member));
    lost.map(|(shape, member, _)| format!("{shape}.{member}")).collect()
}

/// Says how ids look, wherever one stands.
pub(super) fn write_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let prefix = members.get("example").and_then(Value::as_str);
            let prefix = prefix.and_then(|text| text.strip_suffix(EXAMPLE_TAIL)).map(str::to_owned);
            if let Some(prefix) = prefix {
                members.insert("example".into(), json!(format!("{prefix}_{EXAMPLE}")));
                members.insert("pattern".into(), json!(pattern(&prefix)));
            }
            if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
                for (name, prefix) in IDS {
                    if let Some(member) = properties.get_mut(*name).and_then(Value::as_object_mut) {
                        member.insert("pattern".into(), json!(pattern(prefix)));
                    }
                }
            }
            members.values_mut().for_each(write_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(write_ids),
        _ => {}
    }
}

fn pattern(prefix: &str) -> String {
    format!("^{prefix}_[0-9a-f]{{32}}$")
}

/// Says how the parameters of an operation look: ids, times, and where a list goes on.
pub(super) fn write_parameters(operation: &mut Value, cursor: &str) {
    // By `get_mut`: indexing would leave a `null` where an operation has none, which the format does not know.
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter(|it| it["in"] == "query") {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        let wanted = match name.as_str() {
            "after" => Some(cursor.to_owned()),
            "since" | "until" => Some(TIME.to_owned()),
            name => IDS.iter().find(|(id, _)| *id == name).map(|(_, prefix)| pattern(prefix)),
        };
        if let Some(wanted) = wanted {
            parameter["schema"]["pattern"] = json!(wanted);
        }
    }
}

/// What `after` looks like in a list of things of this shape.
pub(super) fn cursor(item: &Value) -> String {
    let example = item.pointer("/properties/id/example").and_then(Value::as_str).unwrap_or_default();
    let prefix = example.split('_').next().unwrap_or_default();
    match prefix {
        // Conversations move in their list: a time and an id. Lists of one conversation or bot are numbered.
        "cnv" => r"^[0-9]{1,15}\.cnv_[0-9a-f]{32}$".to_owned(),
        "msg" | "" => r"^[0-9]{1,15}$".to_owned(),
        prefix => pattern(prefix),
    }
}

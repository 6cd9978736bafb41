//! Variables in the words of a header or a body.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{COUNT, FORMAT, Filling, PARAMETERS};
use crate::graph::error::Refusal;
use crate::graph::template::variables;

/// Words that are too long once they are filled in.
const TOO_LONG: i64 = 132_005;
/// The longest one-time password.
const PASSWORD: usize = 15;

impl Filling<'_> {
    /// Whether a text's variables are all filled in, and no others.
    pub(super) fn text(&self, component: &Value, part: &str) -> Result<(), Refusal> {
        let text = component["text"].as_str().unwrap_or_default();
        let wanted = variables(text);
        let given = self.parameters(part);
        // The words of a login code are Meta's: the code is their only variable.
        let count = if self.is_authentication && part == "body" { 1 } else { wanted.len() };
        if given.len() != count {
            let why = format!(
                "{part}: number of localizable_params ({}) does not match the expected number of params ({count})",
                given.len(),
            );
            return Err(Refusal::code(COUNT, why));
        }
        let mut length = text.chars().count();
        let mut names = BTreeSet::new();
        for parameter in given {
            self.name(parameter, part, &wanted, &mut names)?;
            length += value(parameter, part)?.chars().count();
            if self.is_authentication && length > text.chars().count() + PASSWORD {
                return Err(Refusal::code(
                    PARAMETERS,
                    format!("{part}: the code has more than {PASSWORD} characters"),
                ));
            }
        }
        let placeholders: usize = wanted.iter().map(|name| name.chars().count() + 4).sum();
        let most = if part == "header" { 60 } else { 1024 };
        if length.saturating_sub(placeholders) > most {
            return Err(Refusal::code(
                TOO_LONG,
                format!("{part}: more than {most} characters when filled in"),
            ));
        }
        Ok(())
    }

    fn name<'b>(
        &self,
        parameter: &'b Value,
        part: &str,
        wanted: &BTreeSet<&str>,
        names: &mut BTreeSet<&'b str>,
    ) -> Result<(), Refusal> {
        let name = parameter["parameter_name"].as_str().filter(|name| !name.is_empty());
        match (self.named, name) {
            (false, Some(name)) => Err(Refusal::code(
                FORMAT,
                format!("{part}: parameter_name {name}: the template numbers its variables"),
            )),
            (true, None) => Err(Refusal::code(FORMAT, format!("{part}: parameter_name is missing or empty"))),
            (true, Some(name)) if !wanted.contains(name) => {
                Err(Refusal::code(FORMAT, format!("{part}: parameter_name {name} is not in the template")))
            }
            (true, Some(name)) if !names.insert(name) => {
                Err(Refusal::code(COUNT, format!("{part}: parameter_name {name} is there twice")))
            }
            (false, None) | (true, Some(_)) => Ok(()),
        }
    }
}

/// The words that a parameter puts in.
fn value<'a>(parameter: &'a Value, part: &str) -> Result<&'a str, Refusal> {
    let kind = parameter["type"].as_str().unwrap_or_default();
    let words = match kind {
        "text" => &parameter["text"],
        "currency" => {
            let currency = &parameter["currency"];
            if !currency["code"].is_string() || !currency["amount_1000"].is_number() {
                return Err(Refusal::missing(&format!("{part}: code and amount_1000 of a currency")));
            }
            &currency["fallback_value"]
        }
        "date_time" => &parameter["date_time"]["fallback_value"],
        other => return Err(Refusal::code(FORMAT, format!("{part}: expected text, received {other}"))),
    };
    let Some(words) = words.as_str() else {
        return Err(Refusal::missing(&format!("{part}: the value of a parameter of type {kind}")));
    };
    if words.is_empty() || words.contains(['\n', '\r', '\t']) || words.contains("     ") {
        let why = "cannot be empty nor have line breaks, tabs or more than 4 spaces in a row";
        return Err(Refusal::code(PARAMETERS, format!("{part}: a parameter {why}")));
    }
    Ok(words)
}

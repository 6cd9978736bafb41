//! Addresses with variables. Where a variable stands decides what it may hold, so that a contact cannot turn a request
//! to another host or path.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::percent_encode;
use crate::exact;
use crate::fuel::cost;
use crate::path::text_of;
use crate::scope::Scope;
use crate::template::{Part, Template};

/// Longest address, in bytes.
const LONGEST: usize = 8192;

/// An address with variables. A wrong one is kept with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    template: Template,
    places: Result<Vec<Place>, String>,
}

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At the very beginning: scheme and host, and more if it likes.
    Base,
    /// It is the whole host.
    Host,
    /// It is a part of the host: letters, digits and `-` only.
    HostPart,
    /// Behind the host: escaped.
    Escaped,
}

impl Address {
    /// Reads an address.
    pub fn parse(source: &str) -> Self {
        let template = Template::parse(source);
        let places = places(&template);
        Self { template, places }
    }

    /// The text as it was written, with its variables.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&str> {
        self.places.as_ref().err().map(String::as_str)
    }

    /// The address with its variables filled in, and `params` added to its query.
    pub(crate) fn fill(
        &self,
        scope: &Scope<'_>,
        warnings: &mut Vec<String>,
        params: &[(&str, String)],
    ) -> Result<String, String> {
        let mut places = self.places.as_ref().map_err(Clone::clone)?.iter();
        let mut url = String::with_capacity(self.template.source().len() + 32);
        for part in self.template.parts() {
            let text = match part {
                Part::Literal(text) => {
                    url.push_str(text);
                    continue;
                }
                Part::Text(path) => scope.read(path, warnings).map(|value| text_of(&value).into_owned()),
                Part::Json(path) => scope.read(path, warnings).map(|value| exact::json(&value)),
            };
            let text = text.unwrap_or_default();
            if !scope.fuel.burn_for(text.len(), 4 * cost::COPY) {
                break;
            }
            match places.next().copied().unwrap_or(Place::Escaped) {
                Place::Base => url.push_str(base(text.trim())?),
                Place::Host => url.push_str(host(&text)?),
                Place::HostPart => url.push_str(host_part(&text)?),
                Place::Escaped => url.push_str(&percent_encode(&text)),
            }
        }
        if !self.template.is_literal() && has_dots(&url) {
            return Err("a variable makes the address climb to another path".to_owned());
        }
        let url = with_params(url, params);
        if url.len() > LONGEST { Err("the address is too long".to_owned()) } else { Ok(url) }
    }
}

/// Finds out where each variable stands.
fn places(template: &Template) -> Result<Vec<Place>, String> {
    let source = template.source().trim();
    if source.is_empty() {
        return Err("an address is needed".to_owned());
    }
    if source != template.source() || has_forbidden(template) {
        return Err("an address has no spaces, line breaks or backslashes".to_owned());
    }
    let parts = template.parts();
    let Some(Part::Literal(first)) = parts.first() else {
        return based(parts);
    };
    let rest = first.strip_prefix("https://").or_else(|| first.strip_prefix("http://"));
    let rest = rest.ok_or("an address begins with https:// or http://, or with a variable that does")?;
    let mut authority = rest.to_owned();
    let mut in_host = 0;
    let mut ended = authority.contains(['/', '?', '#']);
    for part in &parts[1..] {
        match part {
            _ if ended => break,
            Part::Literal(text) => {
                authority.push_str(text);
                ended = text.contains(['/', '?', '#']);
            }
            Part::Text(_) | Part::Json(_) => {
                in_host += 1;
                authority.push('\0');
            }
        }
    }
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return Err("an address names a host, and no user".to_owned());
    }
    let is_whole = authority.strip_prefix('\0').is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    let host = if is_whole { Place::Host } else { Place::HostPart };
    let count = parts.iter().filter(|part| !matches!(part, Part::Literal(_))).count();
    Ok((0..count).map(|index| if index < in_host { host } else { Place::Escaped }).collect())
}

/// The places of an address that begins with a variable.
fn based(parts: &[Part]) -> Result<Vec<Place>, String> {
    if let Some(next) = parts.get(1)
        && !matches!(next, Part::Literal(text) if text.starts_with(['/', '?', '#']))
    {
        return Err("behind a variable that begins the address, `/`, `?` or `#` must come".to_owned());
    }
    let count = parts.iter().filter(|part| !matches!(part, Part::Literal(_))).count();
    Ok((0..count).map(|index| if index == 0 { Place::Base } else { Place::Escaped }).collect())
}

fn has_forbidden(template: &Template) -> bool {
    template.parts().iter().any(|part| match part {
        Part::Literal(text) => text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\'),
        Part::Text(_) | Part::Json(_) => false,
    })
}

fn base(text: &str) -> Result<&str, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\');
    if is_plain && !host.is_empty() && !host.contains('@') && !text.contains(['?', '#']) {
        Ok(text)
    } else {
        Err("the variable that begins the address holds no http(s) address".to_owned())
    }
}

fn host(text: &str) -> Result<&str, String> {
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    let is_name =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if is_name && port.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text)
    } else {
        Err("the variable that is the host holds no host".to_owned())
    }
}

fn host_part(text: &str) -> Result<&str, String> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        Ok(text)
    } else {
        Err("the variable in the host may hold letters, digits and `-` only".to_owned())
    }
}

/// Whether a part of the path is `.` or `..`.
fn has_dots(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    path.split('/').skip(1).any(|segment| segment == "." || segment == "..")
}

fn with_params(mut url: String, params: &[(&str, String)]) -> String {
    if params.is_empty() {
        return url;
    }
    let fragment = url.find('#').map(|at| url.split_off(at));
    for (name, value) in params {
        let separator = match url.find('?') {
            None => "?",
            Some(_) if url.ends_with(['?', '&']) => "",
            Some(_) => "&",
        };
        url.push_str(separator);
        url.push_str(&percent_encode(name));
        url.push('=');
        url.push_str(&percent_encode(value));
    }
    url + fragment.as_deref().unwrap_or_default()
}

impl Default for Address {
    fn default() -> Self {
        Self::parse("")
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.template.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&<Cow<'de, str>>::deserialize(deserializer)?))
    }
}

impl JsonSchema for Address {
    fn schema_name() -> Cow<'static, str> {
        Template::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Template::json_schema(generator)
    }
}

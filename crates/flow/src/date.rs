//! Dates as people write them: presets and strptime formats.

use std::borrow::Cow;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// How a date is written: a preset or a strptime format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateFormat(String);

impl Default for DateFormat {
    fn default() -> Self {
        Self("iso".to_owned())
    }
}

impl DateFormat {
    /// The format with this name or pattern.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The strptime format.
    pub fn pattern(&self) -> &str {
        pattern(&self.0)
    }

    /// The date in a text that is written so, and nothing else.
    pub fn read(&self, text: &str) -> Option<Date> {
        Date::strptime(self.pattern(), text).ok()
    }

    /// A date as it is written so.
    pub fn example(&self) -> String {
        write(self.pattern(), jiff::civil::date(2026, 12, 31)).unwrap_or_else(|| "2026-12-31".to_owned())
    }

    /// What is wrong with the format.
    pub fn check(&self) -> Result<(), String> {
        let example = jiff::civil::date(2026, 12, 31);
        let written = write(self.pattern(), example)
            .ok_or_else(|| format!("`{}` is neither a preset nor a valid strptime format", self.0))?;
        if self.read(&written) == Some(example) {
            Ok(())
        } else {
            Err(format!("`{}` does not say day, month and year", self.0))
        }
    }
}

/// The strptime format of a preset; any other text is one itself.
pub(crate) fn pattern(name: &str) -> &str {
    match name.to_ascii_lowercase().as_str() {
        "iso" | "yyyy-mm-dd" => "%Y-%m-%d",
        "dd.mm.yyyy" => "%d.%m.%Y",
        "mm/dd/yyyy" => "%m/%d/%Y",
        "dd/mm/yyyy" => "%d/%m/%Y",
        _ => name,
    }
}

/// A date in a format. `None` when the format is wrong.
pub(crate) fn write(pattern: &str, date: Date) -> Option<String> {
    jiff::fmt::strtime::format(pattern, date).ok()
}

impl JsonSchema for DateFormat {
    fn schema_name() -> Cow<'static, str> {
        "DateFormat".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "iso, dd.mm.yyyy, mm/dd/yyyy, dd/mm/yyyy, or a strptime format"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_and_formats_are_read() {
        let iso = |format: &str, text: &str| DateFormat::new(format).read(text).map(|date| date.to_string());
        assert_eq!(iso("iso", "2026-02-28").as_deref(), Some("2026-02-28"));
        assert_eq!(iso("dd.mm.yyyy", "28.2.2026").as_deref(), Some("2026-02-28"));
        assert_eq!(iso("mm/dd/yyyy", "02/28/2026").as_deref(), Some("2026-02-28"));
        assert_eq!(iso("%d %B %Y", "28 February 2026").as_deref(), Some("2026-02-28"));
        assert_eq!(iso("iso", "2026-02-30"), None);
        assert_eq!(iso("iso", "tomorrow"), None);
    }

    #[test]
    fn a_format_must_say_the_whole_date() {
        assert!(DateFormat::new("%d %B %Y").check().is_ok());
        assert!(DateFormat::new("%H:%M").check().is_err());
        assert!(DateFormat::new("%Q").check().is_err());
        assert!(DateFormat::new("someday").check().is_err());
    }
}

//! Dates as people write them: presets and strptime formats.

use std::borrow::Cow;

use chasqui_model::typed;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The first year that is one; what is before has lost digits.
const FIRST_YEAR: i16 = 1000;

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

    /// The date in a text that is written so, and nothing else. Digits, dashes and spaces may be of any script. A year has all
    /// its digits, unless the format says that it has two: nobody means the year 85, and whether 1985 or 2085 is to be asked.
    pub fn read(&self, text: &str) -> Option<Date> {
        Date::strptime(self.pattern(), plain(text)).ok().filter(|date| date.year() >= FIRST_YEAR)
    }

    /// A text with such a date, as flows keep it: in ASCII's digits and signs.
    pub(crate) fn written(&self, text: &str) -> Option<String> {
        self.read(text).map(|_| plain(text))
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

/// The text without spaces around its points, dashes and slashes.
fn plain(text: &str) -> String {
    let text = typed::ascii_forms(text);
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let is_mark = |c: char| matches!(c, '.' | '-' | '/');
        let joins = plain.ends_with(is_mark) && word.starts_with(|c: char| c.is_ascii_digit());
        if !plain.is_empty() && !joins && !word.starts_with(is_mark) {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
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
        for (format, text) in [
            ("dd.mm.yyyy", " 28. 2. 2026\u{200f}"),
            ("dd.mm.yyyy", "٢٨.٠٢.٢٠٢٦"),
            ("dd.mm.yyyy", "２８．２．２０２６"),
            ("dd/mm/yyyy", "२८/०२/२०२६"),
            ("iso", "2026\u{2013}02\u{2011}28"),
            ("iso", "\u{feff}۲۰۲۶-۰۲-۲۸"),
            ("%d.%m.%y", "28.2.26"),
        ] {
            assert_eq!(iso(format, text).as_deref(), Some("2026-02-28"), "{text}");
        }
        for (format, text) in [
            ("dd.mm.yyyy", "28.2.85"),
            ("dd.mm.yyyy", "28.2.026"),
            ("dd/mm/yyyy", "28/02/26"),
            ("mm/dd/yyyy", "2/28/6"),
            ("iso", "85-02-28"),
            ("iso", "0085-02-28"),
            ("iso", "-2026-02-28"),
            ("dd.mm.yyyy", "31.4.2026"),
            ("dd.mm.yyyy", "0.1.2026"),
            ("mm/dd/yyyy", "13/1/2026"),
            ("dd.mm.yyyy", "28.2.2026 x"),
            ("dd.mm.yyyy", "2 8.2.2026"),
        ] {
            assert_eq!(iso(format, text), None, "{text}");
        }
    }

    #[test]
    fn a_format_must_say_the_whole_date() {
        assert!(DateFormat::new("%d %B %Y").check().is_ok());
        assert!(DateFormat::new("%H:%M").check().is_err());
        assert!(DateFormat::new("%Q").check().is_err());
        assert!(DateFormat::new("someday").check().is_err());
    }
}

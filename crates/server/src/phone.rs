//! Phone numbers as people type and paste them: the one rule of what is one.

use chasqui_model::typed;
use phonenumber::country;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A date or an amount of money.
    DateOrAmount,
    /// It has no country code, and no country is known that it could be of.
    NoCountry,
    /// Anything else.
    NoNumber,
}

/// The country of a number.
pub(crate) fn country_of(number: &str) -> Option<country::Id> {
    let code = phonenumber::parse(None, number).ok()?.country().code();
    // Several countries share a code; the first one is its main one.
    phonenumber::metadata::DATABASE.region(&code)?.first()?.parse().ok()
}

/// A phone number as E.164, from the ways people write one.
pub(crate) fn e164(text: &str, country: Option<country::Id>) -> Option<String> {
    read(text, country).ok()
}

/// A phone number as E.164: with the digits of any script, any dash and space between them, `+` or `00` before the country
/// code, `tel:` before all. Invisible marks are dropped at the ends and refused inside.
pub(crate) fn read(text: &str, country: Option<country::Id>) -> Result<String, Wrong> {
    let text = typed::trim(text);
    if text.chars().any(typed::is_invisible) {
        return Err(Wrong::NoNumber);
    }
    let text = plain(text);
    if is_date(&text) || is_amount(&text) {
        return Err(Wrong::DateOrAmount);
    }
    let is_part = |c: char| c.is_ascii_digit() || "-()/. ".contains(c);
    let has_code = text.starts_with('+');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if !text.trim_start_matches('+').chars().all(is_part) || text.starts_with("++") || digits == 0 {
        return Err(Wrong::NoNumber);
    }
    if !has_code && country.is_none() {
        return Err(Wrong::NoCountry);
    }
    // Blanks that part columns part no number.
    if !has_code && text.contains("  ") {
        return Err(Wrong::NoNumber);
    }
    // With its own code a number is of no other country.
    let country = country.filter(|_| !has_code);
    let number = phonenumber::parse(country, &text).map_err(|_| Wrong::NoNumber)?;
    if !has_code && !phonenumber::is_valid(&number) {
        return Err(Wrong::NoNumber);
    }
    let number = number.format().mode(phonenumber::Mode::E164).to_string();
    Some(number).filter(|number| (8..=16).contains(&number.len())).ok_or(Wrong::NoNumber)
}

/// The number without what people and programs put around it, in ASCII, with `+` before the country code.
fn plain(text: &str) -> String {
    // Spreadsheets take a text for a text behind an apostrophe.
    let text = text.strip_prefix('\'').unwrap_or(text);
    let text = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => {
            text[4..].split(';').next().unwrap_or_default()
        }
        _ => text,
    };
    let text = typed::ascii_forms(text).replace(['·', '•', '∙'], ".");
    let text = match text.strip_prefix("00").or_else(|| text.strip_prefix("(00)")) {
        Some(rest) => format!("+{rest}"),
        None => text.replacen("(+", "+", 1).replacen("+(", "+", 1),
    };
    // `+49 (0)151`: the zero is for calls within the country.
    if text.starts_with('+') { text.replacen("(0)", " ", 1) } else { text }
}

/// Whether a text is a date in digits.
fn is_date(text: &str) -> bool {
    let marks: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let [first, second] = marks.as_slice() else { return false };
    if first != second || !matches!(first, '.' | '-' | '/' | ' ') {
        return false;
    }
    let parts: Vec<(usize, u32)> =
        text.split(*first).map(|part| (part.len(), part.parse().unwrap_or_default())).collect();
    let is_year = |(length, year): (usize, u32)| length == 4 && (1900..2100).contains(&year);
    let is_day = |(length, day): (usize, u32)| (1..=2).contains(&length) && (1..=31).contains(&day);
    match parts.as_slice() {
        [day, month, year] if is_year(*year) => is_day(*day) && is_day(*month) && day.1.min(month.1) <= 12,
        [year, month, day] if is_year(*year) => is_day(*day) && is_day(*month),
        [day, month, (2, _)] => *first != ' ' && is_day(*day) && is_day(*month) && day.1.min(month.1) <= 12,
        _ => false,
    }
}

/// Whether a text is an amount with one or two decimals.
fn is_amount(text: &str) -> bool {
    let Some((whole, cents)) = text.rsplit_once('.') else { return false };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(cents) && cents.len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_one_way() {
        for text in [
            "+4915123456789",
            "+49 151 23456789",
            "0049 151 234-56789",
            "+49 (151) 23456789",
            "+49 (0)151 23456789",
            "(+49) 151 23456789",
            "+49\u{a0}151\u{2009}234\u{202f}56789",
            "+49–151—234‑567−89",
            "\u{202a}+49 151 23456789\u{202c}",
            "\u{200e}+49 151 23456789\u{200b}",
            "\u{feff}+49 151 23456789",
            "tel:+49-151-23456789;ext=1",
            "TEL:+4915123456789",
            "＋４９　１５１　２３４５６７８９",
            "+٤٩ ١٥١ ٢٣٤٥٦٧٨٩",
            "+۴۹۱۵۱۲۳۴۵۶۷۸۹",
            "+४९१५१२३४५६७८९",
            "+49.151.23456789",
            "+49·151·23456789",
            "+49/151/23456789",
            "'+49 151 23456789",
        ] {
            assert_eq!(e164(text, None).as_deref(), Some("+4915123456789"), "{text}");
        }
        for text in ["0151 23456789", "(0151) 23456789", "0151/23456789", "٠١٥١ ٢٣٤٥٦٧٨٩", "0151.23456789"]
        {
            assert_eq!(e164(text, Some(country::DE)).as_deref(), Some("+4915123456789"), "{text}");
            assert_eq!(read(text, None), Err(Wrong::NoCountry), "{text}");
        }
        assert_eq!(e164("+49 151 23456789", Some(country::US)).as_deref(), Some("+4915123456789"));
        assert_eq!(e164("650-555-1234", Some(country::US)).as_deref(), Some("+16505551234"));
    }

    #[test]
    fn what_is_no_number_lets_nobody_in() {
        for text in [
            "",
            "+",
            "+49",
            "hello",
            "12",
            "+49 151\u{200b} 23456789",
            "+49 151 2345\u{202e}6789",
            "4711 x 12",
            "+49 151 23456789 +49 151 23456780",
            "++4915123456789",
            "12+34567890",
            "€ 12345678",
            "0151 23456789 (Ana)",
            "471100012  3",
            "2026-11-30 10:15",
            "#4711000123",
            "1e10",
            "\u{200b}",
        ] {
            assert_eq!(e164(text, Some(country::DE)), None, "{text:?}");
        }
        for text in [
            "01.02.2026",
            "1.2.2026",
            "31/12/1999",
            "2026-02-01",
            "01-02-26",
            "12/31/2026",
            "01 02 2026",
            "٠١.٠٢.٢٠٢٦",
            "1234567.50",
            "4711000123.5",
            "2026/02/01",
        ] {
            assert_eq!(read(text, Some(country::DE)), Err(Wrong::DateOrAmount), "{text}");
        }
    }
}

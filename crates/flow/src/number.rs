//! Numbers as people write them: the digits of every script, separators between thousands, either decimal mark, currencies.

use chasqui_model::typed;
use serde_json::Value;

use crate::exact;
use crate::words::Language;

/// Longest number that is read, in characters.
const LONGEST: usize = 100;
/// What money is called in letters, before or behind a number.
const CURRENCIES: &[&str] = &[
    "AED", "ARS", "AUD", "BDT", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KES", "KRW", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN",
    "PHP", "PKR", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
    "euro", "euros", "Fr.", "kr", "kr.", "R$", "Rp", "Rs", "Rs.", "TL", "US$", "zł",
];

/// The number that a text is: `12`, `-3.5`, `3,5`, `1.234,50`, `1 234,50`, `١٢٣٫٤`, `€ 12,-`. What a single
/// point or comma before three digits means follows the language: see [`Language::thousands`].
pub(crate) fn read(text: &str, language: Language) -> Option<Value> {
    let plain = plain(text, language)?;
    Some(exact::number(&plain))
}

/// About how large a number is, however it is kept. `None` for what is none.
pub(crate) fn size(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| exact::digits(value)?.parse().ok())
}

/// The number as JSON writes it.
fn plain(text: &str, language: Language) -> Option<String> {
    // Arabic and Persian tell the two marks apart by their form.
    let is_told = text.contains(['\u{66b}', '\u{66c}']);
    let text = typed::ascii_forms(text).replace('\u{66b}', ".").replace('\u{66c}', ",");
    if text.chars().count() > LONGEST {
        return None;
    }
    let (negative, digits) = amount(&text)?;
    let thousands = if is_told { &[','][..] } else { language.thousands() };
    let (whole, fraction) = parted(digits, thousands)?;
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let sign = if negative && (whole != "0" || fraction.bytes().any(|b| b != b'0')) { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// Whether it is below zero, and its digits with what parts them: without sign and currency, in whatever order they stand.
fn amount(text: &str) -> Option<(bool, &str)> {
    let mut rest = without_currency(text.trim());
    let negative = rest.starts_with('-');
    rest = rest.strip_prefix(['-', '+']).unwrap_or(rest).trim_start();
    rest = without_currency(rest);
    // A price without cents: `12,-`.
    let round = rest.trim_end_matches('-');
    if round.len() < rest.len() {
        rest = round.strip_suffix([',', '.'])?;
    }
    let is_plain = rest.bytes().all(|b| b.is_ascii_digit() || b" ',.".contains(&b));
    (is_plain && rest.starts_with(|c: char| c.is_ascii_digit())).then_some((negative, rest))
}

fn without_currency(text: &str) -> &str {
    let is_sign = |c: char| {
        matches!(
            c,
            '$' | '¢'
                | '£'
                | '¤'
                | '¥'
                | '\u{58f}'
                | '\u{60b}'
                | '\u{9f2}'
                | '\u{9f3}'
                | '\u{e3f}'
                | '\u{17db}'
        ) || matches!(
            c,
            '\u{20a0}'..='\u{20c0}' | '\u{fdfc}' | '\u{ffe0}' | '\u{ffe1}' | '\u{ffe5}' | '\u{ffe6}'
        )
    };
    let is_part = |c: char| c.is_ascii_digit() || "+-., '".contains(c);
    let before = text.find(is_part).unwrap_or(text.len());
    let (first, rest) = text.split_at(before);
    let is_name = |name: &str| CURRENCIES.iter().any(|it| it.eq_ignore_ascii_case(name));
    let is_money = |part: &str| {
        let mut chars = part.chars();
        (chars.next().is_some_and(is_sign) && chars.next().is_none()) || is_name(part)
    };
    if is_money(first) || is_name(&format!("{first}.")) && rest.starts_with('.') {
        return rest.trim_start_matches('.').trim_start();
    }
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '-').map_or(0, |at| at + 1);
    let last = text[end..].trim_start_matches([',', '.']).trim();
    if is_money(last) { text[..text.len() - last.len()].trim_end() } else { text }
}

/// The whole part without separators, and the fraction.
fn parted<'t>(text: &'t str, thousands: &[char]) -> Option<(String, &'t str)> {
    let marks = |mark: char| text.matches(mark).count();
    let (commas, points) = (marks(','), marks('.'));
    let other = if text.contains('\'') { '\'' } else { ' ' };
    let last = |mark: char| text.rfind(mark);
    // The mark of the fraction, if there is one.
    let decimal = match (commas, points) {
        (0, 0) => None,
        _ if marks(other) > 0 && commas + points > 1 => return None,
        _ if marks(other) > 0 => Some(if commas > 0 { ',' } else { '.' }),
        (1, 0) if thousands.contains(&',') && is_grouped(text, ',') => None,
        (0, 1) if thousands.contains(&'.') && is_grouped(text, '.') => None,
        (1, 0) => Some(','),
        (0, 1) => Some('.'),
        (_, 0) | (0, _) => None,
        (_, 1) if last('.') > last(',') => Some('.'),
        (1, _) => Some(','),
        _ => return None,
    };
    let (whole, fraction) = match decimal {
        Some(mark) => text.rsplit_once(mark)?,
        None => (text, ""),
    };
    if decimal.is_some() && (fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let parts = [' ', '\'', ',', '.'].into_iter().filter(|mark| whole.contains(*mark));
    let parts: Vec<char> = parts.collect();
    match parts.as_slice() {
        [] => Some((whole.to_owned(), fraction)),
        [mark] if is_grouped(whole, *mark) => Some((whole.replace(*mark, ""), fraction)),
        _ => None,
    }
}

/// Whether the groups are thousands, or as India has them: 12,34,567.
fn is_grouped(text: &str, separator: char) -> bool {
    let groups: Vec<&str> = text.split(separator).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return false };
    let is_long = |length: usize| middle.iter().all(|group| group.len() == length);
    let fits = (is_long(3) && (1..=3).contains(&first.len()))
        || (!middle.is_empty() && is_long(2) && (1..=2).contains(&first.len()));
    fits && last.len() == 3
        && *first != "0"
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, language: &str) -> Option<String> {
        read(text, Language::of(language)).map(|value| crate::path::text_of(&value).into_owned())
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, language, is) in [
            ("12", "en", "12"),
            ("-3.5", "en", "-3.5"),
            ("3,5", "en", "3.5"),
            ("1,000", "en", "1000"),
            ("1.000", "de", "1000"),
            ("1.000", "en", "1.0"),
            ("1.234.567,89", "de", "1234567.89"),
            ("1.234,50", "en", "1234.5"),
            ("1,234.50", "de", "1234.5"),
            ("1 234,50", "en", "1234.5"),
            ("1\u{a0}234,5", "en", "1234.5"),
            ("1\u{202f}234\u{202f}567", "de", "1234567"),
            ("1'234.50", "de", "1234.5"),
            ("1’234’567", "de", "1234567"),
            ("12,34,567.5", "en", "1234567.5"),
            ("0,123", "en", "0.123"),
            ("007", "en", "7"),
            ("١٢٣٫٤", "en", "123.4"),
            ("١٬٢٣٤٫٥", "de", "1234.5"),
            ("۱۲", "en", "12"),
            ("१२३", "en", "123"),
            ("১২৩", "en", "123"),
            ("๑๒", "en", "12"),
            ("１２．５", "en", "12.5"),
            ("−5", "en", "-5"),
            ("–5", "en", "-5"),
            ("- 5", "en", "-5"),
            ("＋7", "en", "7"),
            ("\u{200e}-5\u{200b}", "en", "-5"),
            ("\u{feff}12\u{2069}", "en", "12"),
            ("-0", "en", "0"),
            ("1.000", "pt", "1000"),
            ("R$ 1.234,50", "pt", "1234.5"),
            ("1,5", "pt", "1.5"),
            ("1.000", "es", "1000"),
            ("1,000", "es", "1000"),
            ("$1,234.50", "es", "1234.5"),
            ("1.234,50 €", "es", "1234.5"),
            ("3,5", "es", "3.5"),
            ("3.5", "es", "3.5"),
            ("0.125", "es", "0.125"),
            ("€ 12,50", "de", "12.5"),
            ("12.50 €", "en", "12.5"),
            ("$1,234.50", "en", "1234.5"),
            ("-$5", "en", "-5"),
            ("$-5", "en", "-5"),
            ("12 EUR", "en", "12"),
            ("USD 12", "en", "12"),
            ("R$ 10,00", "en", "10.0"),
            ("₹1,00,000", "en", "100000"),
            ("CHF 12.-", "de", "12"),
            ("12,– €", "de", "12"),
            ("Rs. 500", "en", "500"),
            ("12345678901234567890", "en", "12345678901234567890"),
            ("123456789012345678901234", "en", "123456789012345678901234"),
            ("0.1234567890123456789", "en", "0.1234567890123456789"),
        ] {
            assert_eq!(shown(text, language).as_deref(), Some(is), "{text}");
        }
    }

    #[test]
    fn what_may_be_misread_is_no_number() {
        for bad in [
            "",
            "abc",
            "1e5",
            "inf",
            "NaN",
            "1.2.3",
            "--1",
            ".",
            "12a",
            "0x10",
            "1,00,0",
            "1 2",
            "12 34 56",
            "10²",
            "½",
            "①",
            "1,2,3",
            "5 kg",
            "12:30",
            "28.2.2026",
            "1 234.567,8",
            "12-",
            "$",
            "EUR",
            "1,",
            "+",
            "1''000",
            "10%",
        ] {
            assert_eq!(shown(bad, "en"), None, "{bad}");
            assert_eq!(shown(bad, "de"), None, "{bad}");
        }
        assert!(read(&"9".repeat(101), Language::English).is_none());
    }
}

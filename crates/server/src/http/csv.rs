//! Lines of CSV files, as RFC 4180 has them, that no spreadsheet takes for formulas.

use std::borrow::Cow;

use chasqui_model::typed;
use csv::{QuoteStyle, Terminator, WriterBuilder};

/// What a file begins with: spreadsheets take one without this mark for the character set of the machine.
pub(crate) const MARK: &str = "\u{feff}";

/// Bytes of a usual line.
const USUAL: usize = 512;

/// One line. Every field is quoted: spreadsheets make fewer guesses then.
pub(crate) fn line<'f>(fields: impl IntoIterator<Item = &'f str>) -> String {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .buffer_capacity(USUAL)
        .from_writer(Vec::new());
    // Writing to memory never fails, and what was text stays text.
    let _ = writer.write_record(fields.into_iter().map(guarded).map(Cow::into_owned));
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// What a formula begins with: plain, full-width, small, and two signs that look like them.
const SIGNS: [char; 14] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{fe66}', '\u{fe62}', '\u{fe63}',
    '\u{fe6b}', '\u{fb29}', '\u{2212}',
];

/// A field. What a spreadsheet would calculate gets an apostrophe in front; a plain number stays one.
fn guarded(field: &str) -> Cow<'_, str> {
    if calculates(field) && !is_number(field) { format!("'{field}").into() } else { field.into() }
}

/// Whether a spreadsheet could take it for a formula. Spreadsheets drop what is invisible before they look, and some take
/// full-width and small forms for the signs themselves.
fn calculates(field: &str) -> bool {
    field.starts_with(['\t', '\r', '\n']) || typed::trim(field).starts_with(SIGNS)
}

fn is_number(field: &str) -> bool {
    field.trim_start().strip_prefix('-').is_some_and(|digits| {
        digits.parse::<f64>().is_ok_and(f64::is_finite) && digits.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_a_spreadsheet_would_calculate_stays_text() {
        assert_eq!(line(["=1+1", "+49 30", "-2+3", "@x"]), "\"'=1+1\",\"'+49 30\",\"'-2+3\",\"'@x\"\r\n");
        assert_eq!(line(["\t=1", " =1", "\r@x", "\n=1"]), "\"'\t=1\",\"' =1\",\"'\r@x\",\"'\n=1\"\r\n");
        assert_eq!(
            line(["-5", "-0.5", "--5", "-inf", "5-3"]),
            "\"-5\",\"-0.5\",\"'--5\",\"'-inf\",\"5-3\"\r\n"
        );
        assert_eq!(line(["a\"b", "", "c,d\r\ne"]), "\"a\"\"b\",\"\",\"c,d\r\ne\"\r\n");
    }

    #[test]
    fn nothing_invisible_and_no_other_width_hides_a_formula() {
        let invisible = [
            "\u{200b}",
            "\u{feff}",
            "\u{200e}",
            "\u{200f}",
            "\u{202a}",
            "\u{202e}",
            "\u{2066}",
            "\u{2060}",
            "\u{a0}",
            "\u{ad}",
            "\u{3000}",
            "\u{61c}",
            "\u{180e}",
            "\u{2800}",
            "\0",
            "\u{b}",
            "\u{85}",
            "\u{e0001}",
            "\u{fe0f}",
            " \u{200b}\u{feff}\t ",
        ];
        for mark in invisible {
            for sign in ["=1+1", "+1+1", "-1+1", "@x", "\u{ff1d}1", "\u{ff0b}1", "\u{ff0d}1+1", "\u{ff20}x"] {
                let field = format!("{mark}{sign}");
                assert_eq!(line([field.as_str()]), format!("\"'{field}\"\r\n"), "{field:?}");
            }
        }
        for sign in ["\u{fe66}1", "\u{fe62}1", "\u{fe63}1", "\u{fe6b}x", "\u{fb29}1", "\u{2212}1+1"] {
            assert_eq!(line([sign]), format!("\"'{sign}\"\r\n"), "{sign:?}");
        }
        for plain in ["\u{200b}Ana", "a=1", "Größe – 3", "–", "\u{feff}", "'=1"] {
            assert_eq!(line([plain]), format!("\"{plain}\"\r\n"), "{plain:?}");
        }
    }
}

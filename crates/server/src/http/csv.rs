//! Lines of CSV files, as RFC 4180 has them, that no spreadsheet takes for formulas.

/// What a file begins with: spreadsheets take one without this mark for the character set of the machine.
pub(crate) const MARK: &str = "\u{feff}";

/// One line.
pub(crate) fn line<'f>(fields: impl IntoIterator<Item = &'f str>) -> String {
    let fields: Vec<String> = fields.into_iter().map(quoted).collect();
    fields.join(",") + "\r\n"
}

/// A field. What a spreadsheet would calculate gets an apostrophe in front; a plain number stays one.
fn quoted(field: &str) -> String {
    let text = field.trim_start();
    let calculates = text.starts_with(['=', '+', '-', '@']) || field.starts_with(['\t', '\r', '\n']);
    let is_number = || {
        text.strip_prefix('-').is_some_and(|digits| {
            digits.parse::<f64>().is_ok_and(f64::is_finite)
                && digits.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let guard = if calculates && !is_number() { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
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
}

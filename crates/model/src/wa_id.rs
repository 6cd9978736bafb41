//! WhatsApp ids of people: digits without `+`. A few countries write one line in two ways, and Meta answers with either.

/// The other way to write a number, in the countries that have two: Mexico (`52…` and `521…`), Argentina (`54…` and
/// `549…`), and Brazil (with and without the ninth digit of mobile lines).
pub fn other_form(wa_id: &str) -> Option<String> {
    if !wa_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (country, rest) = wa_id.split_at_checked(2)?;
    let begins = |text: &str, digits: std::ops::RangeInclusive<u8>| {
        text.bytes().next().is_some_and(|first| digits.contains(&first))
    };
    match (country, rest.len()) {
        // Area codes of Mexico begin with 2 to 9, so a 1 in front of ten digits is never part of them.
        ("52", 11) => rest.strip_prefix('1').map(|line| format!("52{line}")),
        ("52", 10) => begins(rest, b'2'..=b'9').then(|| format!("521{rest}")),
        // Area codes of Argentina begin with 1 to 3.
        ("54", 11) => rest.strip_prefix('9').map(|line| format!("54{line}")),
        ("54", 10) => begins(rest, b'1'..=b'3').then(|| format!("549{rest}")),
        ("55", 10 | 11) => brazilian(rest),
        _ => None,
    }
}

/// Only lines that were mobile when they had eight digits, which begin with 6 to 9, got a 9 in front. Without it the
/// others are somebody's landline.
fn brazilian(rest: &str) -> Option<String> {
    let (area, line) = rest.split_at_checked(2)?;
    let mobile = |line: &str| matches!(line.bytes().next(), Some(b'6'..=b'9'));
    match line.strip_prefix('9').filter(|short| short.len() == 8) {
        Some(short) => mobile(short).then(|| format!("55{area}{short}")),
        None => (line.len() == 8 && mobile(line)).then(|| format!("55{area}9{line}")),
    }
}

/// Whether two ids are one line.
pub fn same_line(one: &str, two: &str) -> bool {
    one == two || other_form(one).is_some_and(|form| form == two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_in_both_forms() {
        for (one, two) in [
            ("5215512345678", "525512345678"),
            ("5491123456789", "541123456789"),
            ("5511987654321", "551187654321"),
            ("5541999998888", "554199998888"),
        ] {
            assert_eq!(other_form(one).as_deref(), Some(two), "{one}");
            assert_eq!(other_form(two).as_deref(), Some(one), "{two}");
            assert!(same_line(one, two) && same_line(two, one) && same_line(one, one));
        }
    }

    #[test]
    fn other_lines_have_one_form() {
        // A landline of São Paulo, a mobile line that never had eight digits, other countries, and what is no number.
        for wa_id in [
            "551133334444",
            "5511912345678",
            "4915112345678",
            "16505551234",
            "52",
            "",
            "5215",
            "US.1",
            "52é512345678",
        ] {
            assert_eq!(other_form(wa_id), None, "{wa_id}");
        }
        assert!(!same_line("551133334444", "5511933334444"));
    }
}

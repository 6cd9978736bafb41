//! What Meta takes as the value of a template's variable: one line, no tabs, at most four spaces in a row, never empty.

/// Most spaces in a row that Meta takes.
const SPACES: usize = 4;

/// A value as Meta takes it: line breaks and tabs become a space, and so do more than four spaces in a row. What is empty
/// stays empty: nobody can guess what was meant.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut gap = String::new();
    for c in text.trim().chars() {
        if c.is_whitespace() || c.is_control() {
            gap.push(c);
            continue;
        }
        push_gap(&mut cleaned, &gap);
        gap.clear();
        cleaned.push(c);
    }
    push_gap(&mut cleaned, &gap);
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

fn push_gap(text: &mut String, gap: &str) {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if gap.contains(breaks) || gap.chars().count() > SPACES {
        text.push(' ');
    } else {
        text.push_str(gap);
    }
}

/// Whether there is nothing to see in a value.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meta_refuses_is_mended() {
        for (given, sent) in [
            ("a\nb", "a b"),
            ("a\r\nb", "a b"),
            ("a\tb", "a b"),
            ("a \n\t b", "a b"),
            ("a\u{2028}b\u{85}c\u{b}d\u{0}e", "a b c d e"),
            ("a     b", "a b"),
            ("a    b", "a    b"),
            ("a\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}b", "a b"),
            ("  a \n", "a"),
            ("1,5 %", "1,5 %"),
            ("", ""),
            (" \n ", ""),
        ] {
            assert_eq!(clean(given), sent, "{given:?}");
            assert_eq!(clean(sent), sent, "{given:?}");
        }
    }

    #[test]
    fn invisible_marks_are_nothing_to_see() {
        for blank in ["", " ", "\u{200b}", "\u{feff}\n", "\u{200e}\u{2060}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("-"));
    }
}

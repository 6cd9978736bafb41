//! What people type, cleaned up before anything judges it: one rule for answers, labels, words, numbers and addresses.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The code points of every script's zero; nine digits follow each (Unicode, category Nd).
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950,
    0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The mark that draws a key around the digit before it, as in 1️⃣.
const KEYCAP: char = '\u{20e3}';

/// A text without invisible marks and spaces at its ends, in Unicode's composed form (NFC). What stands inside stays.
pub fn clean(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// A text without invisible marks and spaces at its ends.
pub fn trim(text: &str) -> &str {
    let is_edge = |c: char| is_space(c) || c.is_control() || is_invisible(c);
    let rest = text.trim_start_matches(is_edge);
    let kept = rest.trim_end_matches(is_edge);
    // ❤ and ❤️ are two pictures: a selector belongs to the sign before it.
    let selector = rest[kept.len()..].chars().next().filter(|c| matches!(c, '\u{fe0e}' | '\u{fe0f}'));
    let is_sign = kept.chars().next_back().is_some_and(|c| !c.is_alphanumeric());
    &rest[..kept.len() + selector.filter(|_| is_sign).map_or(0, char::len_utf8)]
}

/// Whether both texts are the same to a reader: without regard to case, width, invisible marks, and the emoji and sentence
/// marks around words.
pub fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other) || bare(one).is_some_and(|one| bare(other).is_some_and(|other| one == other))
}

/// A text as it is compared: the same for every way of writing that a reader takes for the same.
pub fn fold(text: &str) -> String {
    let text = trim(text);
    if text.is_ascii() {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        return words.join(" ").to_ascii_lowercase();
    }
    let visible = text.chars().filter(|&c| !is_invisible(c) && c != KEYCAP);
    // Down, up and down again brings ß, ẞ and SS, ς and σ, and the two Turkish letters i together.
    let folded = visible
        .nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter(|c| *c != '\u{307}')
        .map(one_form)
        .nfc();
    let folded: String = folded.collect();
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

/// The words of a text as they are compared, without emoji, and without sentence marks at the end. `None` when there are none.
pub fn bare(text: &str) -> Option<String> {
    let mut words = String::with_capacity(text.len());
    for c in text.chars() {
        if c == KEYCAP {
            // The digit before it is a part of the picture.
            words.truncate(words.trim_end_matches(is_invisible).len());
            words.pop();
        } else if !is_emoji(c) {
            words.push(c);
        }
    }
    let words = fold(&words);
    let words =
        words.trim_end_matches(['.', '!', '?', ' ', '。', '؟', '।']).trim_start_matches(['¡', '¿', ' ']);
    (!words.is_empty()).then(|| words.to_owned())
}

/// A text with the digits, signs, points and spaces of every script as ASCII has them, and without invisible marks.
pub fn ascii_forms(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&c| !is_invisible(c)).map(one_form).collect())
}

/// A sign in its one form: ASCII's for digits, dashes, quotation marks, spaces and full-width signs.
fn one_form(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    if let Some(digit) = digit(c) {
        return char::from_digit(digit, 10).unwrap_or(c);
    }
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ if is_dash(c) => '-',
        '\u{ff61}' | '\u{3002}' | '\u{2024}' | '\u{fe52}' => '.',
        '\u{fe50}' | '\u{3001}' | '\u{60c}' => ',',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2b9}' | '\u{2032}' | '\u{b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => '"',
        '\u{fb29}' | '\u{fe62}' => '+',
        '\u{2044}' | '\u{2215}' => '/',
        _ if is_space(c) => ' ',
        _ => c,
    }
}

/// What a decimal digit of any script is worth.
pub fn digit(c: char) -> Option<u32> {
    let code = u32::from(c);
    let after = ZEROS.partition_point(|&zero| zero <= code);
    let zero = *ZEROS.get(after.checked_sub(1)?)?;
    (code - zero < 10).then(|| code - zero)
}

/// Whether it is a dash, a hyphen or a minus.
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{58a}' | '\u{5be}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}')
        || matches!(
            c,
            '\u{207b}'
                | '\u{2796}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{301c}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
        )
}

fn is_space(c: char) -> bool {
    // An empty braille cell and the Korean fillers look like spaces.
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Whether it shows nothing: a mark for joining, breaking, direction, order or variants.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Whether it is a picture, or a part of one.
fn is_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
            | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_at_the_ends_are_dropped_and_inside_they_stay() {
        let marks = "\u{200b}\u{200c}\u{200d}\u{feff}\u{200e}\u{200f}\u{2066}\u{2069}\u{202a}\u{202c}\u{2060}\u{ad}\u{fe0f}";
        let spaces = "\u{a0}\u{2007}\u{202f}\u{3000}\u{2800}\t\r\n ";
        for mark in marks.chars().chain(spaces.chars()) {
            assert_eq!(clean(&format!("{mark}Ana {mark}b{mark}{mark}")), format!("Ana {mark}b"), "{mark:?}");
        }
        assert_eq!(clean(&format!("{marks}{spaces}")), "");
        for whole in ["❤️", "👨‍👩‍👧", "🏴\u{e0067}\u{e0062}\u{e007f}", "1️⃣", "نمی‌خواهم"]
        {
            assert_eq!(clean(whole), whole);
        }
        assert_eq!(clean("7\u{fe0f}"), "7");
        assert_eq!(clean("Mu\u{308}ller"), "Müller");
    }

    #[test]
    fn what_reads_the_same_is_the_same() {
        for (one, other) in [
            ("Yes", " yes\u{200b}"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "straße"),
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "ıstanbul"),
            ("ΟΔΟΣ", "οδος"),
            ("οδός", "ΟΔΌΣ"),
            ("Café", "cafe\u{301}"),
            ("Ｙｅｓ", "yes"),
            ("I’m in", "i'm  in"),
            ("e–mail", "E-Mail"),
            ("Option ٣", "option 3"),
            ("✅ Yes", "yes"),
            ("👍", "👍\u{fe0f}"),
            ("👍🏽", "👍🏽"),
            ("Yes", "Yes!"),
            ("Yes", "yes 🙂"),
            ("1️⃣ Sales", "sales"),
            ("نعم", "نعم\u{200f}"),
            ("はい", "はい。"),
        ] {
            assert!(same(one, other), "{one} {other}: {} {}", fold(one), fold(other));
        }
        for (one, other) in
            [("A+", "A-"), ("👍", "👎"), ("✅", "❌"), ("1", "2"), ("C", "C++"), ("Yes", "Yes no")]
        {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        for digits in [
            "0123456789",
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "०१२३४५६७८९",
            "০১২৩৪৫৬৭৮৯",
            "๐๑๒๓๔๕๖๗๘๙",
            "０１２３４５６７８９",
            "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
        ] {
            assert_eq!(ascii_forms(digits), "0123456789");
        }
        assert_eq!(ascii_forms("＋49 (30)\u{2011}１\u{2007}2–3"), "+49 (30)-1 2-3");
        for none in ["a", "²", "①", "½", "一"] {
            assert_eq!(none.chars().next().and_then(digit), None, "{none}");
        }
    }
}

//! An emoji on an earlier message.

use serde::Serialize;

use super::limits::{Limits, Problem};

pub(super) fn check(message_id: &str, emoji: &str, limits: &mut Limits) {
    if message_id.is_empty() {
        limits.add("message_id", Problem::Empty);
    }
    // An empty emoji takes the reaction back.
    if !emoji.is_empty() && !is_one_emoji(emoji) {
        limits.add("emoji", Problem::Malformed("is not one emoji"));
    }
}

/// One picture, several that are joined to one, a flag, or a keycap. WhatsApp takes nothing else.
fn is_one_emoji(text: &str) -> bool {
    let style = |c: &char| matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}');
    let plain: String = text.chars().filter(|c| !style(c)).collect();
    let is_flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    match plain.chars().collect::<Vec<_>>().as_slice() {
        ['0'..='9' | '#' | '*', '\u{20e3}'] => true,
        [one, other] if is_flag(*one) && is_flag(*other) => true,
        _ => plain.split('\u{200d}').all(|piece| {
            let mut letters = piece.chars();
            letters.next().is_some_and(|c| is_emoji(c) && !is_flag(c)) && letters.next().is_none()
        }),
    }
}

/// Whether a character is drawn as a picture.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | 'Ⓜ' | '〰' | '〽' | '㊗' | '㊙' | '\u{2194}'..='\u{21aa}'
        | '\u{231a}'..='\u{23fa}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}' | '⤴' | '⤵'
        | '\u{2b05}'..='\u{2b55}' | '\u{1f000}'..='\u{1faff}')
}

pub(super) fn wire<'a>(message_id: &'a str, emoji: &'a str) -> impl Serialize {
    #[derive(Serialize)]
    struct Reaction<'a> {
        message_id: &'a str,
        emoji: &'a str,
    }
    Reaction { message_id, emoji }
}

#[cfg(test)]
mod tests {
    use super::is_one_emoji;

    #[test]
    fn one_emoji_and_nothing_else() {
        for emoji in ["👍", "👍🏽", "❤️", "❤", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "1️⃣", "❤️‍🔥", "🧑🏿‍🚀", "☺️"]
        {
            assert!(is_one_emoji(emoji), "{emoji}");
        }
        for other in ["a", "ok", "👍👍", "👍 ", "1", "é", "日", "🇩", ":-)", "👍\u{200d}", "!"] {
            assert!(!is_one_emoji(other), "{other}");
        }
    }
}

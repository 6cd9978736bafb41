//! What counts as one emoji: a picture with its skin tone and its style, several joined to one, a flag, a keycap.

use std::iter::Peekable;
use std::str::Chars;

const JOINER: char = '\u{200d}';
const STYLE: char = '\u{fe0f}';

/// Whether a text is one emoji and nothing else.
pub(super) fn is_one(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    take(&mut rest) && rest.peek().is_none()
}

/// Whether there is an emoji in a text.
pub(super) fn is_in(text: &str) -> bool {
    text.chars().any(|c| is_colourful(c) || c == STYLE)
}

/// Takes one emoji from the start.
fn take(rest: &mut Peekable<Chars<'_>>) -> bool {
    let Some(first) = rest.next() else { return false };
    if is_half_flag(first) {
        return rest.next_if(|c| is_half_flag(*c)).is_some();
    }
    if matches!(first, '0'..='9' | '#' | '*') {
        let styled = rest.next_if_eq(&STYLE).is_some();
        return rest.next_if_eq(&'\u{20e3}').is_some() || (styled && rest.next_if_eq(&'\u{20e3}').is_some());
    }
    if !is_picture(first) {
        return false;
    }
    rest.next_if_eq(&STYLE);
    rest.next_if(|c| is_skin_tone(*c));
    // The flags of England, Scotland and Wales are spelled in tags.
    while rest.next_if(|c| matches!(c, '\u{e0020}'..='\u{e007f}')).is_some() {}
    match rest.next_if_eq(&JOINER) {
        Some(_) => take(rest),
        None => true,
    }
}

fn is_half_flag(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Characters that are pictures wherever they stand.
fn is_colourful(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}')
}

/// Characters that are pictures, alone or with a style behind them.
fn is_picture(c: char) -> bool {
    let is_symbol = matches!(c,
        '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{2199}'
        | '\u{21a9}'..='\u{21aa}' | '\u{231a}'..='\u{231b}' | '\u{2328}' | '\u{23cf}' | '\u{23e9}'..='\u{23f3}'
        | '\u{23f8}'..='\u{23fa}' | '\u{24c2}' | '\u{25aa}'..='\u{25ab}' | '\u{25b6}' | '\u{25c0}'
        | '\u{25fb}'..='\u{25fe}' | '\u{2600}'..='\u{2604}' | '\u{260e}' | '\u{2611}' | '\u{2614}'..='\u{2615}'
        | '\u{2618}' | '\u{261d}' | '\u{2620}' | '\u{2622}'..='\u{2623}' | '\u{2626}' | '\u{262a}'
        | '\u{262e}'..='\u{262f}' | '\u{2638}'..='\u{263a}' | '\u{2640}' | '\u{2642}' | '\u{2648}'..='\u{2653}'
        | '\u{265f}'..='\u{2660}' | '\u{2663}' | '\u{2665}'..='\u{2666}' | '\u{2668}' | '\u{267b}'
        | '\u{267e}'..='\u{267f}' | '\u{2692}'..='\u{2697}' | '\u{2699}' | '\u{269b}'..='\u{269c}'
        | '\u{26a0}'..='\u{26a1}' | '\u{26a7}' | '\u{26aa}'..='\u{26ab}' | '\u{26b0}'..='\u{26b1}'
        | '\u{26bd}'..='\u{26be}' | '\u{26c4}'..='\u{26c5}' | '\u{26c8}' | '\u{26ce}'..='\u{26cf}' | '\u{26d1}'
        | '\u{26d3}'..='\u{26d4}' | '\u{26e9}'..='\u{26ea}' | '\u{26f0}'..='\u{26f5}' | '\u{26f7}'..='\u{26fa}'
        | '\u{26fd}' | '\u{2702}' | '\u{2705}' | '\u{2708}'..='\u{270d}' | '\u{270f}' | '\u{2712}' | '\u{2714}'
        | '\u{2716}' | '\u{271d}' | '\u{2721}' | '\u{2728}' | '\u{2733}'..='\u{2734}' | '\u{2744}' | '\u{2747}'
        | '\u{274c}' | '\u{274e}' | '\u{2753}'..='\u{2755}' | '\u{2757}' | '\u{2763}'..='\u{2764}'
        | '\u{2795}'..='\u{2797}' | '\u{27a1}' | '\u{27b0}' | '\u{27bf}' | '\u{2934}'..='\u{2935}'
        | '\u{2b05}'..='\u{2b07}' | '\u{2b1b}'..='\u{2b1c}' | '\u{2b50}' | '\u{2b55}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}');
    is_symbol || (is_colourful(c) && !is_half_flag(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_and_nothing_else() {
        for emoji in ["👍", "👍🏽", "❤️", "❤", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#⃣", "❤️‍🔥", "🧑🏿‍🚀", "☺️", "©️"]
        {
            assert!(is_one(emoji), "{emoji}");
        }
        for other in [
            "", "a", "ok", "👍👍", "👍a", " 👍", "1", "é", "🇩", "👨‍", ":-)", "ß", "日", "\u{fe0f}",
            "\u{200d}",
        ] {
            assert!(!is_one(other), "{other}");
        }
        assert!(is_in("Go 🚀") && is_in("❤️") && !is_in("Los geht’s – 100 %"));
    }
}

//! Holds the words for Meta's codes against the table that judges them.

use chasqui_model::account::Language;
use chasqui_words::meta::{all, all_pairs, explain, explain_pair};

#[test]
fn what_is_judged_is_explained_and_nothing_else() {
    let judged: Vec<_> = chasqui_whatsapp::error::all().collect();
    let explained: Vec<_> = all(Language::En).map(|(first, last, _)| (first, last)).collect();
    assert_eq!(judged, explained);
    for (first, last) in judged {
        assert!(explain(first, Language::Es).is_some() && explain(last, Language::Pt).is_some(), "{first}");
    }
    assert_eq!(explain(999_999, Language::En), None);
}

#[test]
fn each_language_has_words_of_its_own() {
    let english: Vec<_> = all(Language::En).chain(all_pairs(Language::En)).collect();
    for language in [Language::De, Language::Es, Language::Pt] {
        for ((code, last, english), (_, _, other)) in
            english.iter().zip(all(language).chain(all_pairs(language)))
        {
            assert!(!other.cause.is_empty() && !other.cure.is_empty(), "{code}");
            assert!(other.cause != english.cause && other.cure != english.cure, "{code} {last} {language:?}");
        }
    }
}

#[test]
fn a_pair_says_more_than_its_code() {
    for (code, subcode, words) in all_pairs(Language::En) {
        assert!(
            explain(code, Language::En).is_some_and(|code| code.cause != words.cause),
            "{code}/{subcode}"
        );
        assert_eq!(explain_pair(code, subcode, Language::En), Some(words));
    }
}

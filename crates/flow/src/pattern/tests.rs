use proptest::prelude::*;

use super::*;
use crate::fuel::BUDGET;

fn matches(source: &str, text: &str) -> bool {
    Pattern::new(source).is_match(text, &Fuel::new(BUDGET))
}

#[test]
fn expressions_find_what_the_library_finds() {
    let sources = [
        "",
        "^$",
        "a",
        "^a+$",
        "a|b",
        "^(a|b)*c$",
        r"\bword\b",
        r"^\w+@\w+\.\w{2,}$",
        r"^\p{L}{2,5}$",
        "(?i)straße",
        "(?m)^b$",
        r"\B",
        "x*",
        "[^a]",
        r"^\+?[0-9 ]{6,20}$",
        "ä|ö",
        "(?s)a.c",
        "a.c",
        r"^.{2,4}$",
        r"\d\D\s\S",
        "$",
        "(a|aa){2,3}b",
    ];
    let texts = [
        "",
        "a",
        "b",
        "ab",
        "aab",
        "aabc",
        "a\nb\nc",
        "a word here",
        "swordfish",
        "ana@example.com",
        "Grüße",
        "STRASSE",
        "Straße",
        "ä",
        "xyz",
        "+49 151 234567",
        "a\nc",
        "日本語",
        "1a b",
        "aaaab",
    ];
    for source in sources {
        let other = regex::Regex::new(source).unwrap();
        for text in texts {
            assert_eq!(matches(source, text), other.is_match(text), "{source:?} in {text:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_expression_finds_what_the_library_finds(source in r"[ab.*+?|()\[\]^$\\wdb{1,3}äß]{0,12}", text in "[abcäß1 \n]{0,12}") {
        if let Ok(other) = regex::Regex::new(&source) {
            prop_assert_eq!(matches(&source, &text), other.is_match(&text), "{:?} in {:?}", source, text);
        }
    }

    #[test]
    fn the_same_text_costs_the_same_twice(source in r"[ab.*+?|(){1,3}]{0,10}", text in "[ab]{0,40}") {
        let cost = || {
            let fuel = Fuel::new(BUDGET);
            let found = Pattern::new(&source).is_match(&text, &fuel);
            (found, fuel.used())
        };
        prop_assert_eq!(cost(), cost());
    }
}

#[test]
fn a_longer_text_costs_more_and_the_worst_ends_with_the_fuel() {
    let cost = |length: usize| {
        let fuel = Fuel::new(BUDGET);
        Pattern::new("(.*a){8}z").is_match(&"a".repeat(length), &fuel);
        fuel.used()
    };
    assert!(cost(200) > cost(100) && cost(100) > cost(50));
    let fuel = Fuel::new(BUDGET);
    assert!(!Pattern::new("(.*a){50}z").is_match(&"a".repeat(1_000_000), &fuel));
    assert!(fuel.is_out());
}

#[test]
fn large_expressions_are_refused_and_usual_ones_are_not() {
    for source in [
        r"^\w+$",
        r"^\p{L}+$",
        r"^\p{L}{2,30}$",
        r"^[\p{L} '-]+$",
        r"^[\w.+-]+@[\w-]+\.[\w.]+$",
        r"^\+?[0-9 ()/-]{6,20}$",
        r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$",
        "^.{1,200}$",
        "^[0-9]{5}$",
        "(?i)^(yes|no|maybe)$",
        r"^[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?$",
        r"^\d{1,2}\.\d{1,2}\.\d{4}$",
    ] {
        assert!(Pattern::new(source).check().is_ok(), "{source}: {:?}", Pattern::new(source).check());
    }
    for source in [r"\w{1000}", r"(\w{20}){20}", r"(?:.{100}){100}"] {
        let refused = Pattern::new(source).check().unwrap_err();
        assert!(refused.0.contains("1024 kB"), "{source}: {refused:?}");
    }
    assert!(Pattern::new(&"a".repeat(MAX_LENGTH + 1)).check().is_err());
    assert!(Pattern::new("(").check().unwrap_err().0.starts_with("not a valid regular expression"));
    assert!(matches("(", "anything"));
}

#[test]
fn what_is_checked_pushes_nothing_out_and_what_is_kept_is_bounded() {
    Pattern::new("checked-only").check().unwrap();
    assert!(shared::known("checked-only").is_none());
    assert!(matches("kept-for-use", "kept-for-use"));
    assert!(shared::known("kept-for-use").is_some());
    for number in 0..120 {
        matches(&format!(r"^\w{{1,12}}{number}$"), "x");
    }
    assert!(shared::kept_bytes() <= 2 * (shared::MAX_BYTES + MAX_COMPILED), "{}", shared::kept_bytes());
    assert!(shared::known("kept-for-use").is_none());
}

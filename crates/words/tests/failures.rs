//! Holds the names of the engine's failures against their sentences.

use chasqui_model::account::Language;
use chasqui_model::notice::Notice;
use chasqui_words::{Say, failure};

/// The names that stand in the engine's code, in `Failure::new` and beside it.
#[expect(clippy::unwrap_used, reason = "only a test reads it")]
fn names() -> Vec<String> {
    let mut found = Vec::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../flow/src");
    let mut left = vec![folder];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|it| it.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for begin in ["Failure::new(", "Failure::of_call("] {
            for part in text.split(begin).skip(1) {
                let Some(name) = part.trim_start().strip_prefix('"') else { continue };
                found.push(name.split('"').next().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_failure_is_said_in_each_language() {
    let names = names();
    assert!(names.len() > 35, "{names:?}");
    for name in names {
        for language in [Language::De, Language::Es, Language::Pt] {
            assert!(failure(&name, language).is_some(), "{name} is not said in {language:?}");
        }
        let told = Notice::FlowFailed { code: name.clone(), words: "The engine's own words.".into() };
        assert_eq!(told.say(Language::En), "The engine's own words.");
        assert_ne!(told.say(Language::Es), told.say(Language::Pt), "{name}");
    }
}

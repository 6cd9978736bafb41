//! What refusals say in English is said in each other language: every sentence in the code is looked up.

use std::path::{Path, PathBuf};

use chasqui_server::http::speak::{PHRASES, Phrasebook};

/// Files whose sentences are written in both languages where they stand, or are read by no person.
const ELSEWHERE: &[&str] = &[
    "http/cookie.rs",
    // The description of the API, which is in English like the names it describes.
    "http/docs/finish.rs",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The code without tests, comments and attributes.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut out = String::new();
    let mut depth = 0_usize;
    for line in text.lines() {
        let start = line.trim_start();
        if depth == 0 && start.starts_with("//") {
            continue;
        }
        if depth > 0 || start.starts_with("#[") || start.starts_with("#![") {
            // The brackets of an attribute, which may go over lines; those in its strings are in pairs.
            depth += line.matches('[').count();
            depth = depth.saturating_sub(line.matches(']').count());
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The literals that are sentences, with `{}` for every value.
fn sentences(text: &str) -> Vec<String> {
    let code = code(text).replace("\\\"", "”");
    let mut found = Vec::new();
    for literal in code.split('"').skip(1).step_by(2) {
        let joined: String = literal
            .split("\\\n")
            .enumerate()
            .map(|(at, line)| if at == 0 { line } else { line.trim_start() })
            .collect();
        let mut plain = String::new();
        let mut inside = false;
        for c in joined.chars() {
            match c {
                '{' => inside = true,
                '}' if inside => {
                    inside = false;
                    plain.push_str("{}");
                }
                c if !inside => plain.push(c),
                _ => {}
            }
        }
        let begins = plain.starts_with(|c: char| c.is_ascii_uppercase() || c == '`');
        if begins && plain.ends_with('.') && plain.contains(' ') && !plain.starts_with("{} {}") {
            found.push(plain);
        }
    }
    found
}

#[test]
fn every_sentence_of_the_code_is_said_in_each_language() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let books = PHRASES.map(|(language, json)| (language, Phrasebook::read(json)));
    let mut all = Vec::new();
    files(&crates.join("server/src/http"), &mut all);
    let (mut count, mut missing) = (0, Vec::new());
    for path in all {
        if ELSEWHERE.iter().any(|it| path.ends_with(it)) {
            continue;
        }
        for sentence in sentences(&std::fs::read_to_string(&path).unwrap()) {
            count += 1;
            let shown = sentence.replace("{}", "X1");
            for (language, book) in &books {
                if !book.knows(&sentence) && book.translate(&shown) == shown {
                    missing.push(format!("{language:?}, {}: {sentence}", path.display()));
                }
            }
        }
    }
    println!("{count} sentences are said in each language");
    assert!(missing.is_empty(), "not said:\n{}", missing.join("\n"));
    assert!(count > 130, "{count}");
}

//! Refusals, which are written in English, in another language: sentence by sentence, by pattern. Each kind of refusal that becomes data
//! leaves this book.

use std::collections::HashMap;

/// Sentences with their translations. `{}` in both stands for a value, which is carried over as it is, in order.
#[derive(Debug, Default)]
pub struct Phrasebook {
    whole: HashMap<String, String>,
    /// The ones with the most words of their own first.
    patterns: Vec<(Vec<String>, String)>,
}

impl Phrasebook {
    /// Reads a JSON object of sentences. What is not one is an empty book.
    pub fn read(json: &str) -> Self {
        let pairs: HashMap<String, String> = serde_json::from_str(json).unwrap_or_default();
        Self::default().with(pairs)
    }

    /// The same with more sentences.
    #[must_use]
    pub fn with(mut self, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        for (english, other) in pairs {
            if english.contains("{}") {
                self.patterns.push((english.split("{}").map(str::to_owned).collect(), other));
            } else {
                self.whole.insert(english, other);
            }
        }
        let own = |parts: &[String]| parts.iter().map(String::len).sum::<usize>();
        self.patterns.sort_by_key(|(parts, _)| std::cmp::Reverse(own(parts)));
        self
    }

    /// Whether a sentence, as it stands in the code, has a translation.
    pub fn knows(&self, english: &str) -> bool {
        self.whole.contains_key(english) || self.patterns.iter().any(|(parts, _)| parts.join("{}") == english)
    }

    /// A text in the book's language, sentence by sentence; what is not in the book stays as it is.
    pub fn translate(&self, text: &str) -> String {
        if let Some(found) = self.phrase(text, false) {
            return found;
        }
        // The first beginning that is known, then the rest.
        for (end, _) in text.match_indices(' ') {
            let (begin, rest) = text.split_at(end);
            if begin.ends_with(['.', '!', '?'])
                && let Some(found) = self.phrase(begin, false)
            {
                return format!("{found} {}", self.translate(rest.trim_start()));
            }
        }
        if let Some(found) = self.phrase(text, true) {
            return found;
        }
        match text.split_once(". ") {
            Some((first, rest)) => format!("{first}. {}", self.translate(rest)),
            None => text.to_owned(),
        }
    }

    /// `long`: a value may have an end of a sentence in it.
    fn phrase(&self, text: &str, long: bool) -> Option<String> {
        if let Some(found) = self.whole.get(text) {
            return Some(found.clone());
        }
        self.patterns.iter().find_map(|(parts, other)| {
            let values = values(parts, text)?;
            let fits = long || values.iter().all(|value| !value.contains(". "));
            fits.then(|| filled(other, &values))
        })
    }
}

/// What stands between the parts of a pattern.
fn values<'a>(parts: &[String], text: &'a str) -> Option<Vec<&'a str>> {
    let (first, others) = parts.split_first()?;
    let mut rest = text.strip_prefix(first.as_str())?;
    let mut found = Vec::new();
    for (index, part) in others.iter().enumerate() {
        let last = index + 1 == others.len();
        let at =
            if last { rest.strip_suffix(part.as_str()).map(str::len)? } else { rest.find(part.as_str())? };
        let (value, after) = rest.split_at(at);
        found.push(value);
        rest = after.get(part.len()..)?;
    }
    Some(found)
}

fn filled(other: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut out = String::new();
    let mut parts = other.split("{}");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(values.next().copied().unwrap_or_default());
        out.push_str(part);
    }
    out
}

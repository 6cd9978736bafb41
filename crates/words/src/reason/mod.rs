//! Why something does not work.

pub(crate) mod de;
pub(crate) mod en;
pub(crate) mod es;
pub(crate) mod pt;

use chasqui_model::account::Language;
use chasqui_model::reason::{MetaSaid, Reason, Scope};

use crate::{Say, meta};

impl Say for Reason {
    fn say(&self, language: Language) -> String {
        match language {
            Language::En => en::say(self),
            Language::De => de::say(self),
            Language::Es => es::say(self),
            Language::Pt => pt::say(self),
        }
    }
}

/// How a language puts together what Meta said.
struct Style {
    language: Language,
    /// Goes before the permission that sending needs.
    to_send: &'static str,
    /// Goes before the permission that something else needs.
    needs: &'static str,
    /// Goes before Meta's own words.
    says: &'static str,
    /// Goes before a code.
    error: &'static str,
}

/// What a refusal means and what to do; `otherwise` when nobody knows the code; `more` behind it.
fn refused(meta: &MetaSaid, style: &Style, otherwise: &str, more: &str) -> String {
    let pair = meta.code.zip(meta.subcode);
    let known = pair
        .and_then(|(code, subcode)| meta::explain_pair(code, subcode, style.language))
        .or_else(|| meta::explain(meta.code?, style.language));
    let mut text =
        known.map_or_else(|| otherwise.to_owned(), |known| format!("{} {}", known.cause, known.cure));
    if let Some(scope) = meta.needs {
        let needs = match scope {
            Scope::Messaging => style.to_send,
            Scope::Management => style.needs,
        };
        text = format!("{text} {needs} {}.", scope.name());
    }
    if !more.is_empty() {
        text = format!("{text} {more}");
    }
    if let Some(said) = &meta.said {
        text = format!("{text} {} {said}", style.says);
    }
    match meta.code {
        Some(code) => format!("{text} ({} {code})", style.error),
        None => text,
    }
}

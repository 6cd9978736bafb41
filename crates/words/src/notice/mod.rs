//! What happened, for the owner of a number.

mod de;
mod en;
mod es;
mod pt;

use chasqui_model::account::Language;
use chasqui_model::event::Severity;
use chasqui_model::notice::Notice;

use crate::{Say, failure};

impl Say for Notice {
    fn say(&self, language: Language) -> String {
        match language {
            Language::En => en::say(self),
            Language::De => de::say(self),
            Language::Es => es::say(self),
            Language::Pt => pt::say(self),
        }
    }
}

const MIB: i64 = 1024 * 1024;

/// Whether somebody has to do something about it.
fn is_bad(notice: &Notice) -> bool {
    notice.severity() != Severity::Notice
}

/// What a node failed at: by its name where that is known, else in the engine's own words.
fn failed(code: &str, words: &str, language: Language) -> String {
    failure(code, language).map_or_else(|| words.to_owned(), str::to_owned)
}

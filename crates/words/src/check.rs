//! What troubleshooting finds: what a check is called, what was found, what to do.

mod de;
mod en;
mod es;
mod pt;

use chasqui_model::account::Language;
use chasqui_model::check::{Check, Finding, Value};

use crate::Say;
use crate::day::{day, moment};

/// What a check is called.
pub fn title(check: Check, language: Language) -> &'static str {
    match language {
        Language::En => en::title(check),
        Language::De => de::title(check),
        Language::Es => es::title(check),
        Language::Pt => pt::title(check),
    }
}

/// What to do about it; nothing when all is well.
pub fn what_to_do(finding: &Finding, language: Language) -> Option<&'static str> {
    finding.cure?;
    Some(match language {
        Language::En => en::cure(finding.check),
        Language::De => de::cure(finding.check),
        Language::Es => es::cure(finding.check),
        Language::Pt => pt::cure(finding.check),
    })
}

impl Say for Finding {
    fn say(&self, language: Language) -> String {
        let value = self.value.as_ref().map(|value| value.say(language));
        let value = value.as_deref().filter(|value| !value.is_empty());
        match language {
            Language::En => en::found(self.check, self.state, value),
            Language::De => de::found(self.check, self.state, value),
            Language::Es => es::found(self.check, self.state, value),
            Language::Pt => pt::found(self.check, self.state, value),
        }
    }
}

impl Say for Value {
    fn say(&self, language: Language) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Day(at) => day(*at, language),
            Self::Moment(at) => moment(*at, language),
            Self::Count(count) => count.to_string(),
            Self::Ends(version, at) => format!("{version}, {}", day(*at, language)),
            Self::Why(why) => why.say(language),
        }
    }
}

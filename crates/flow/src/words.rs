//! What the bot says by itself, in the languages we ship. A bot's settings may put other words in place.

use chasqui_model::message::limit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::Settings;
use crate::template::Template;

/// Something the bot says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phrase {
    /// Something failed and the conversation ends.
    Error,
    /// An answer does not fit. Stands for the more exact ones too, unless they are given.
    InvalidAnswer,
    /// None of the options was chosen.
    Fallback,
    /// A button of an earlier question was tapped.
    LateTap,
    /// Too many answers did not fit and the conversation ends.
    MaxAttempts,
    /// Text is wanted.
    ExpectText,
    /// A number is wanted.
    ExpectNumber,
    /// An e-mail address is wanted.
    ExpectEmail,
    /// A date is wanted.
    ExpectDate,
    /// The text is too long.
    TooLong,
    /// A file is wanted.
    ExpectMedia,
    /// The file is of a kind that is not taken.
    WrongKind,
    /// The file is too large.
    TooLarge,
    /// The file could not be had.
    MediaFailed,
    /// A file came and more may follow.
    MoreFiles,
    /// The label of the button that ends sending files.
    Done,
    /// The label of the button that opens a list.
    Choose,
}

impl Phrase {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Error,
        Self::InvalidAnswer,
        Self::Fallback,
        Self::LateTap,
        Self::MaxAttempts,
        Self::ExpectText,
        Self::ExpectNumber,
        Self::ExpectEmail,
        Self::ExpectDate,
        Self::TooLong,
        Self::ExpectMedia,
        Self::WrongKind,
        Self::TooLarge,
        Self::MediaFailed,
        Self::MoreFiles,
        Self::Done,
        Self::Choose,
    ];

    /// The bot's own words for it, when its settings have them.
    pub(crate) fn own(self, settings: &Settings) -> Option<&Template> {
        settings.messages.get(&self).or_else(|| {
            let general = self.is_invalid_answer().then_some(Self::InvalidAnswer)?;
            settings.messages.get(&general)
        })
    }

    /// The usual words for it.
    pub fn usual(self, language: &str) -> &'static str {
        if language == "de" { self.german() } else { self.english() }
    }

    /// The names in braces that have a value in it, besides the bot's variables.
    pub const fn places(self) -> &'static [&'static str] {
        match self {
            Self::ExpectDate => &["example"],
            Self::TooLong => &["limit"],
            Self::ExpectMedia | Self::WrongKind | Self::TooLarge | Self::MediaFailed => &["kinds", "limit"],
            Self::MoreFiles => &["count", "limit", "done"],
            Self::Error
            | Self::InvalidAnswer
            | Self::Fallback
            | Self::LateTap
            | Self::MaxAttempts
            | Self::ExpectText
            | Self::ExpectNumber
            | Self::ExpectEmail
            | Self::Done
            | Self::Choose => &[],
        }
    }

    /// Most characters of it: some are labels of buttons.
    pub fn longest(self) -> usize {
        match self {
            Self::Done | Self::Choose => limit::BUTTON_TITLE,
            _ => limit::TEXT,
        }
    }

    const fn is_invalid_answer(self) -> bool {
        matches!(
            self,
            Self::ExpectText
                | Self::ExpectNumber
                | Self::ExpectEmail
                | Self::ExpectDate
                | Self::TooLong
                | Self::ExpectMedia
                | Self::WrongKind
        )
    }

    const fn english(self) -> &'static str {
        match self {
            Self::Error => "Sorry, something went wrong. Please try again later.",
            Self::InvalidAnswer => "That answer does not fit. Please try again.",
            Self::Fallback => "Please choose one of the options.",
            Self::LateTap => "That button belongs to an earlier question.",
            Self::MaxAttempts => "Sorry, that did not work. Please write again later.",
            Self::ExpectText => "Please answer with text.",
            Self::ExpectNumber => "Please answer with a number.",
            Self::ExpectEmail => "Please answer with an e-mail address.",
            Self::ExpectDate => "Please answer with a date, for example {example}.",
            Self::TooLong => "Please use at most {limit} characters.",
            Self::ExpectMedia => "Please send {kinds}.",
            Self::WrongKind => "That kind of file cannot be used here. Please send {kinds}.",
            Self::TooLarge => "That file is too large. The largest size is {limit}.",
            Self::MediaFailed => "That file could not be loaded. Please send it again.",
            Self::MoreFiles => "Received {count} of up to {limit}. Send another one or tap {done}.",
            Self::Done => "Done",
            Self::Choose => "Choose",
        }
    }

    const fn german(self) -> &'static str {
        match self {
            Self::Error => "Leider ist etwas schiefgegangen. Bitte später noch einmal versuchen.",
            Self::InvalidAnswer => "Diese Antwort passt nicht. Bitte noch einmal versuchen.",
            Self::Fallback => "Bitte eine der Möglichkeiten wählen.",
            Self::LateTap => "Dieser Knopf gehört zu einer früheren Frage.",
            Self::MaxAttempts => "Leider hat das nicht geklappt. Bitte später noch einmal schreiben.",
            Self::ExpectText => "Bitte mit Text antworten.",
            Self::ExpectNumber => "Bitte mit einer Zahl antworten.",
            Self::ExpectEmail => "Bitte mit einer E-Mail-Adresse antworten.",
            Self::ExpectDate => "Bitte mit einem Datum antworten, zum Beispiel {example}.",
            Self::TooLong => "Bitte höchstens {limit} Zeichen verwenden.",
            Self::ExpectMedia => "Bitte {kinds} senden.",
            Self::WrongKind => "Diese Art von Datei geht hier nicht. Bitte {kinds} senden.",
            Self::TooLarge => "Diese Datei ist zu groß. Erlaubt sind höchstens {limit}.",
            Self::MediaFailed => "Diese Datei konnte nicht geladen werden. Bitte noch einmal senden.",
            Self::MoreFiles => {
                "{count} von höchstens {limit} erhalten. Noch eine senden oder auf {done} tippen."
            }
            Self::Done => "Fertig",
            Self::Choose => "Auswählen",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_braces_has_a_value() {
        for phrase in Phrase::ALL {
            for text in [phrase.english(), phrase.german()] {
                for place in text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default()) {
                    assert!(phrase.places().contains(&place), "{phrase:?} has no {place}");
                }
                assert!(text.chars().count() <= phrase.longest(), "{phrase:?}");
            }
        }
    }
}

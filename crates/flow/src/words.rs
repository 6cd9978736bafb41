//! The bot's default phrases, in the languages that we ship. A bot's settings can replace them.

use chasqui_model::message::limit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::Settings;
use crate::template::Template;

/// A language of the default phrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `en`
    English,
    /// `de`
    German,
    /// `es`
    Spanish,
    /// `pt`, as in Brazil
    Portuguese,
}

impl Language {
    /// The codes, as a bot's settings name them.
    pub const CODES: [&str; 4] = ["en", "de", "es", "pt"];

    /// The language of a code; `pt_BR` and `pt-BR` are `pt`. English if there are no phrases in it.
    pub fn of(code: &str) -> Self {
        match code.as_bytes() {
            [b'd', b'e'] | [b'd', b'e', b'-' | b'_', ..] => Self::German,
            [b'e', b's'] | [b'e', b's', b'-' | b'_', ..] => Self::Spanish,
            [b'p', b't'] | [b'p', b't', b'-' | b'_', ..] => Self::Portuguese,
            _ => Self::English,
        }
    }

    /// Which marks part thousands when one of them stands alone before three digits: `1.000` or `1,000`. Spain and most of
    /// South America write a point, Mexico and Central America a comma; nobody writes three decimals of an amount.
    pub(crate) const fn thousands(self) -> &'static [char] {
        match self {
            Self::English => &[','],
            Self::German | Self::Portuguese => &['.'],
            Self::Spanish => &['.', ','],
        }
    }
}

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

    /// The default phrase.
    pub const fn usual(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english(),
            Language::German => self.german(),
            Language::Spanish => self.spanish(),
            Language::Portuguese => self.portuguese(),
        }
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

    const fn spanish(self) -> &'static str {
        match self {
            Self::Error => "Lo sentimos, algo salió mal. Por favor, inténtalo más tarde.",
            Self::InvalidAnswer => "Esa respuesta no es válida. Por favor, inténtalo de nuevo.",
            Self::Fallback => "Por favor, elige una de las opciones.",
            Self::LateTap => "Ese botón es de una pregunta anterior.",
            Self::MaxAttempts => "Lo sentimos, no funcionó. Por favor, escribe de nuevo más tarde.",
            Self::ExpectText => "Por favor, responde con un texto.",
            Self::ExpectNumber => "Por favor, responde con un número.",
            Self::ExpectEmail => "Por favor, responde con un correo electrónico.",
            Self::ExpectDate => "Por favor, responde con una fecha, por ejemplo {example}.",
            Self::TooLong => "Por favor, usa como máximo {limit} caracteres.",
            Self::ExpectMedia => "Por favor, envía {kinds}.",
            Self::WrongKind => "Ese tipo de archivo no sirve aquí. Por favor, envía {kinds}.",
            Self::TooLarge => "Ese archivo es demasiado grande. El tamaño máximo es {limit}.",
            Self::MediaFailed => "No se pudo cargar ese archivo. Por favor, envíalo de nuevo.",
            Self::MoreFiles => "Recibidos {count} de {limit} como máximo. Envía otro o toca {done}.",
            Self::Done => "Listo",
            Self::Choose => "Elegir",
        }
    }

    const fn portuguese(self) -> &'static str {
        match self {
            Self::Error => "Desculpe, algo deu errado. Por favor, tente mais tarde.",
            Self::InvalidAnswer => "Essa resposta não é válida. Por favor, tente de novo.",
            Self::Fallback => "Por favor, escolha uma das opções.",
            Self::LateTap => "Esse botão é de uma pergunta anterior.",
            Self::MaxAttempts => "Desculpe, não funcionou. Por favor, escreva de novo mais tarde.",
            Self::ExpectText => "Por favor, responda com um texto.",
            Self::ExpectNumber => "Por favor, responda com um número.",
            Self::ExpectEmail => "Por favor, responda com um e-mail.",
            Self::ExpectDate => "Por favor, responda com uma data, por exemplo {example}.",
            Self::TooLong => "Por favor, use no máximo {limit} caracteres.",
            Self::ExpectMedia => "Por favor, envie {kinds}.",
            Self::WrongKind => "Esse tipo de arquivo não serve aqui. Por favor, envie {kinds}.",
            Self::TooLarge => "Esse arquivo é grande demais. O tamanho máximo é {limit}.",
            Self::MediaFailed => "Não foi possível carregar esse arquivo. Por favor, envie de novo.",
            Self::MoreFiles => "Recebidos {count} de no máximo {limit}. Envie outro ou toque em {done}.",
            Self::Done => "Pronto",
            Self::Choose => "Escolher",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_braces_has_a_value() {
        for phrase in Phrase::ALL {
            for language in Language::CODES {
                let text = phrase.usual(Language::of(language));
                for place in text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default()) {
                    assert!(phrase.places().contains(&place), "{phrase:?} has no {place}");
                }
                assert!(text.chars().count() <= phrase.longest(), "{phrase:?}");
            }
        }
    }
}

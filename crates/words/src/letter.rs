//! The mails that the product writes: subject and text. Never with a secret or what somebody wrote to a bot.

mod de;
mod en;
mod es;
mod pt;

use chasqui_model::account::{Language, Role};
use chasqui_model::notice::Notice;

use crate::{Say, meta, title};

/// Subject and text of a mail.
pub type Letter = (String, String);

/// What there is to tell of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It began.
    First,
    /// It goes on.
    Again {
        /// So many more since the last mail.
        more: i64,
    },
    /// It is over.
    Over,
}

/// A mail about an incident.
#[derive(Clone, Copy, Debug)]
pub struct Alert<'a> {
    /// What the number is called.
    pub number: &'a str,
    /// What happened last.
    pub notice: &'a Notice,
    /// The kind of event.
    pub code: &'a str,
    /// Meta's code, when it came from there.
    pub graph_code: Option<i64>,
    /// What there is to tell.
    pub news: News,
    /// How often it happened.
    pub count: i64,
    /// Since when, by the account's clock.
    pub since: &'a str,
    /// Where the conversation is.
    pub conversation: Option<&'a str>,
    /// Where the number's log is.
    pub log: &'a str,
    /// The bot's author asked for this mail at a node.
    pub asked_for: bool,
}

impl Alert<'_> {
    /// In a language.
    pub fn write(&self, language: Language) -> Letter {
        let title = title(self.code, language);
        let known = self.graph_code.and_then(|code| Some((code, meta::explain(code, language)?)));
        match language {
            Language::En => en::alert(self, title, known),
            Language::De => de::alert(self, title, known),
            Language::Es => es::alert(self, title, known),
            Language::Pt => pt::alert(self, title, known),
        }
    }

    /// The parts of the text, with an empty line between them. What is over needs no explanation any more.
    fn text(&self, opening: &str, what: &str, ending: &str) -> String {
        match self.news {
            News::Over => format!("{opening}\n\n{ending}"),
            News::First | News::Again { .. } => format!("{opening}\n\n{what}\n\n{ending}"),
        }
    }

    fn said(&self, language: Language) -> String {
        self.notice.say(language)
    }
}

/// A mail about a conversation that a bot handed to people.
#[derive(Clone, Copy, Debug)]
pub struct Handoff<'a> {
    /// What the number is called.
    pub number: &'a str,
    /// The bot's name.
    pub bot: &'a str,
    /// When, by the account's clock.
    pub at: &'a str,
    /// Where the conversation is.
    pub link: &'a str,
}

impl Handoff<'_> {
    /// In a language.
    pub fn write(&self, language: Language) -> Letter {
        let subject = format!("{}: {}", self.number, title("handed_off", language));
        let text = match language {
            Language::En => en::handoff(self),
            Language::De => de::handoff(self),
            Language::Es => es::handoff(self),
            Language::Pt => pt::handoff(self),
        };
        (subject, text)
    }
}

/// Invites somebody to an account.
pub fn invitation(host: &str, account: &str, role: Role, link: &str, language: Language) -> Letter {
    match language {
        Language::En => en::invitation(host, account, role, link),
        Language::De => de::invitation(host, account, role, link),
        Language::Es => es::invitation(host, account, role, link),
        Language::Pt => pt::invitation(host, account, role, link),
    }
}

/// Lets somebody choose another password.
pub fn password_reset(email: &str, link: &str, language: Language) -> Letter {
    match language {
        Language::En => en::password_reset(email, link),
        Language::De => de::password_reset(email, link),
        Language::Es => es::password_reset(email, link),
        Language::Pt => pt::password_reset(email, link),
    }
}

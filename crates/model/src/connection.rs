//! Connections: an account's ways into services that bots call. A bot file names one; the secret never leaves the store.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::id::Named;
use crate::secret::Secret;
use crate::{Id, Timestamp};

/// A way into a service.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its id.
    pub id: Id<Connection>,
    /// Whose it is.
    pub account: Id<Account>,
    /// What bots know it by: unique in the account, and never changed.
    pub name: String,
    /// Where and as whom.
    pub settings: Settings,
    /// The API key, password or client secret.
    pub secret: Secret,
    /// What Google gives for the person who agreed; `None` before, and for other services.
    pub refresh_token: Option<Secret>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When its secret was last given.
    pub secret_saved_at: Timestamp,
}

impl Named for Connection {
    const PREFIX: &'static str = "cxn";
}

/// What kind of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Anything that speaks the chat completions of `OpenAI`.
    Openai,
    /// Google's Gemini.
    Gemini,
    /// Anthropic's messages.
    Anthropic,
    /// A mail server.
    Smtp,
    /// Postmark.
    Postmark,
    /// Google Sheets and Drive.
    Google,
}

impl Kind {
    /// The name, as rows and the API carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Gemini => "gemini",
            Self::Anthropic => "anthropic",
            Self::Smtp => "smtp",
            Self::Postmark => "postmark",
            Self::Google => "google",
        }
    }
}

/// Where a service is, and as whom it is asked. Never a secret. A stored format: fields are only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Settings {
    /// Anything that speaks the chat completions of `OpenAI`.
    Openai {
        /// Where: up to and with `/v1`. The one of `OpenAI` itself when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_url: Option<String>,
    },
    /// Google's Gemini.
    Gemini {
        /// Another place than Google's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_url: Option<String>,
    },
    /// Anthropic's messages.
    Anthropic {
        /// Another place than Anthropic's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_url: Option<String>,
    },
    /// A mail server.
    Smtp {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// How the way to it is guarded.
        security: Security,
        /// Who logs in; `None`: nobody does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        username: Option<String>,
        /// Whom mails come from.
        from: String,
    },
    /// Postmark.
    Postmark {
        /// Whom mails come from.
        from: String,
        /// The message stream; Postmark's usual one when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stream: Option<String>,
        /// Another place than Postmark's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_url: Option<String>,
    },
    /// Google Sheets and Drive.
    Google {
        /// The OAuth client's id.
        client_id: String,
        /// Another place than Google's, for all of its services.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_url: Option<String>,
    },
}

/// How the way to a mail server is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a greeting in the clear, or not at all.
    Starttls,
    /// In the clear: for a server on the same machine.
    None,
}

impl Settings {
    /// What kind of service.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Openai { .. } => Kind::Openai,
            Self::Gemini { .. } => Kind::Gemini,
            Self::Anthropic { .. } => Kind::Anthropic,
            Self::Smtp { .. } => Kind::Smtp,
            Self::Postmark { .. } => Kind::Postmark,
            Self::Google { .. } => Kind::Google,
        }
    }
}

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

    /// The first field that makes `next` another place, another way there or another name to log in by: a secret that was
    /// given for the one is not meant for the other. `None`: it may stay.
    pub fn moved(&self, next: &Self) -> Option<&'static str> {
        if self.kind() != next.kind() {
            return Some("kind");
        }
        let (here, there) = (self.place(), next.place());
        here.into_iter().zip(there).find(|(here, there)| here != there).map(|(here, _)| here.0)
    }

    /// What a secret belongs to, field by field.
    fn place(&self) -> Vec<(&'static str, String)> {
        let url = |it: &Option<String>| {
            ("base_url", it.as_deref().unwrap_or_default().trim_end_matches('/').to_owned())
        };
        match self {
            Self::Openai { base_url }
            | Self::Gemini { base_url }
            | Self::Anthropic { base_url }
            | Self::Postmark { base_url, from: _, stream: _ } => vec![url(base_url)],
            Self::Smtp { host, port, security, username, from: _ } => vec![
                ("host", host.to_ascii_lowercase()),
                ("port", port.to_string()),
                ("security", security.name().to_owned()),
                ("username", username.clone().unwrap_or_default()),
            ],
            Self::Google { client_id, base_url } => vec![("client_id", client_id.clone()), url(base_url)],
        }
    }
}

impl Security {
    /// As it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Starttls => "starttls",
            Self::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, fields: serde_json::Value) -> Settings {
        let mut fields = fields;
        fields["kind"] = kind.into();
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn a_secret_belongs_to_the_address_the_way_and_the_name() {
        use serde_json::json;
        let smtp = |change: serde_json::Value| {
            let mut all = json!({ "host": "mail.example.com", "port": 465, "security": "tls", "username": "shop",
                "from": "shop@example.com" });
            all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            read("smtp", all)
        };
        let before = smtp(json!({}));
        for (change, field) in [
            (json!({}), None),
            (json!({ "from": "other@example.com", "host": "MAIL.example.com" }), None),
            (json!({ "host": "evil.example" }), Some("host")),
            (json!({ "port": 587 }), Some("port")),
            (json!({ "security": "none" }), Some("security")),
            (json!({ "security": "starttls" }), Some("security")),
            (json!({ "username": "other" }), Some("username")),
            (json!({ "username": null }), Some("username")),
        ] {
            assert_eq!(before.moved(&smtp(change.clone())), field, "{change}");
        }
        for kind in ["openai", "gemini", "anthropic", "postmark"] {
            let at = |url: Option<&str>| read(kind, json!({ "base_url": url, "from": "a@example.com" }));
            let here = at(Some("https://models.example/v1"));
            assert_eq!(here.moved(&at(Some("https://models.example/v1/"))), None, "{kind}");
            for other in [
                None,
                Some("http://models.example/v1"),
                Some("https://models.example:8443/v1"),
                Some("https://other.example/v1"),
                Some("https://models.example/tenant/v1"),
                Some("https://x@models.example/v1"),
            ] {
                assert_eq!(here.moved(&at(other)), Some("base_url"), "{kind} {other:?}");
            }
        }
        let google = read("google", json!({ "client_id": "a" }));
        assert_eq!(google.moved(&read("google", json!({ "client_id": "b" }))), Some("client_id"));
        let other = read("google", json!({ "client_id": "a", "base_url": "https://x.example" }));
        assert_eq!(google.moved(&other), Some("base_url"));
        assert_eq!(google.moved(&before), Some("kind"));
    }
}

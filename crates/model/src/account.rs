//! Tenants and the people in them.

use serde::{Deserialize, Serialize};

use crate::id::Named;
use crate::{Id, Timestamp};

/// A tenant. Owns bots, integrations, media and conversations; nothing is visible across accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Id<Account>,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Named for Account {
    const PREFIX: &'static str = "acc";
}

/// What an account's people chose for all of it. Stored as JSON; every field has a default so that old rows keep reading.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountSettings {
    /// Of mails that the product writes.
    #[serde(default)]
    pub language: Language,
    /// An IANA name; quiet hours and times in mails are in it, and bots whose number has none of its own. `None`: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Days after which ended conversations are erased; `None`: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// Spanish.
    Es,
    /// Portuguese, as in Brazil.
    Pt,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Es, Self::Pt];

    /// The first of an `Accept-Language` header that is spoken here; English otherwise.
    pub fn accepted(header: &str) -> Self {
        let mut wanted =
            header.split(',').map(|part| part.trim().get(..2).unwrap_or_default().to_ascii_lowercase());
        let known = wanted.find_map(|tag| match tag.as_str() {
            "en" => Some(Self::En),
            "de" => Some(Self::De),
            "es" => Some(Self::Es),
            "pt" => Some(Self::Pt),
            _ => None,
        });
        known.unwrap_or_default()
    }
}

/// A person with an e-mail and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: Id<User>,
    /// Lower-case.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// When they were added.
    pub created_at: Timestamp,
}

impl Named for User {
    const PREFIX: &'static str = "usr";
}

/// What a person may do in an account. Each role may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Role {
    /// Sees everything but secrets.
    Viewer,
    /// Changes bots and answers conversations.
    Builder,
    /// Changes integrations and people.
    Admin,
    /// Everything, and cannot be removed by others.
    Owner,
}

impl Role {
    /// The name, as rows and the API carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Builder => "builder",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads a name back.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "viewer" => Self::Viewer,
            "builder" => Self::Builder,
            "admin" => Self::Admin,
            "owner" => Self::Owner,
            _ => return None,
        })
    }
}

/// A token for the API, instead of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: Id<ApiToken>,
    /// What it acts for.
    pub account: Id<Account>,
    /// Who made it.
    pub user: Id<User>,
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// What it is limited to, such as `bots:read`; nothing: to nothing but its role.
    pub scopes: Vec<String>,
    /// When it stops working; `None`: never.
    pub expires_at: Option<Timestamp>,
}

impl Named for ApiToken {
    const PREFIX: &'static str = "tok";
}

/// A person's log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: Id<User>,
    /// The account looked at.
    pub account: Id<Account>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

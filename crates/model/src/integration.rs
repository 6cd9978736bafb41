//! The connection of one bot to one WhatsApp Business number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::bot::Bot;
use crate::event::Event;
use crate::id::Named;
use crate::reason::Reason;
use crate::secret::Secret;
use crate::state::{MessagingLimit, NumberStatus, Quality, ThroughputLevel};
use crate::template::Given;
use crate::wa_id::same_line;
use crate::{Id, Timestamp};

/// An integration.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its id.
    pub id: Id<Integration>,
    /// Whose it is.
    pub account: Id<Account>,
    /// 1 to 80 characters.
    pub name: Option<String>,
    /// The bot that answers.
    pub bot: Id<Bot>,
    /// Inactive: nothing is run or sent.
    pub active: bool,
    /// When `active` last changed.
    pub active_since: Timestamp,
    /// How it fares.
    pub health: Health,
    /// Why it does not fare well.
    pub health_reason: Option<Reason>,
    /// What Meta needs to know us.
    pub credentials: Credentials,
    /// What its owner chose.
    pub settings: Settings,
    /// What Meta last said about the number.
    pub phone: Phone,
    /// When Meta last verified the callback URL.
    pub webhook_verified_at: Option<Timestamp>,
    /// When the last signed delivery came.
    pub last_delivery_at: Option<Timestamp>,
    /// The last message in or out.
    pub last_activity_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What the jobs that look after it remember.
    pub watch: Watch,
    /// When Meta answered about this number to this access token. `None`: anybody may claim the number like this.
    pub proven_at: Option<Timestamp>,
    /// The operator's number that it uses; its credentials are then nobody's business here.
    pub managed: Option<Id<ManagedNumber>>,
    /// What of it is kept in a form that cannot be read and has to be entered again.
    pub damaged: Vec<Damaged>,
}

impl Integration {
    /// One that nothing is known of yet: switched on, and not asked about.
    pub fn fresh(
        id: Id<Self>,
        account: Id<Account>,
        bot: Id<Bot>,
        (credentials, settings): (Credentials, Settings),
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            account,
            name: None,
            bot,
            active: true,
            active_since: now,
            health: Health::Unchecked,
            health_reason: None,
            credentials,
            settings,
            phone: Phone::default(),
            webhook_verified_at: None,
            last_delivery_at: None,
            last_activity_at: None,
            created_at: now,
            updated_at: now,
            watch: Watch::default(),
            proven_at: None,
            managed: None,
            damaged: Vec::new(),
        }
    }
}

/// A part of an integration that can be damaged where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damaged {
    /// The app secret. No delivery can be judged.
    AppSecret,
    /// The access token. Nothing can be sent.
    AccessToken,
    /// The verify token. Meta's handshake fails.
    VerifyToken,
    /// The version of the Graph API.
    Version,
    /// What its owner chose, among it who gets answers.
    Settings,
}

impl Damaged {
    /// Where it stands in the form.
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::AppSecret => "/credentials/app_secret",
            Self::AccessToken => "/credentials/access_token",
            Self::VerifyToken => "/credentials/verify_token",
            Self::Version => "/credentials/version",
            Self::Settings => "/settings",
        }
    }
}

impl Integration {
    /// Whether anything says that messages to it come here: Meta verified the callback, said so, or delivered.
    pub fn is_connected(&self) -> bool {
        let came = self.webhook_verified_at.is_some() || self.last_delivery_at.is_some();
        came || self.watch.delivers() == Delivers::Here
    }

    /// Whether its queue moves: it is switched on, and nothing that a person has to mend holds it up.
    pub fn sends(&self) -> bool {
        self.active && self.health != Health::Failing
    }
}

/// A number that the installation's operator lends.
#[derive(Debug)]
pub enum ManagedNumber {}

impl Named for ManagedNumber {
    const PREFIX: &'static str = "num";
}

/// What the jobs that look after a number remember of it. Stored as JSON; every field has a default so that old rows keep
/// reading.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Watch {
    /// The last day mark (14, 7, 3, 1, 0) at which the end of the token was announced.
    pub token_mark: Option<u8>,
    /// When renewing the token was last tried.
    pub token_tried_at: Option<Timestamp>,
    /// The version whose end was announced.
    pub version_announced: Option<String>,
    /// When Meta was last asked where it delivers to.
    pub looked_at: Option<Timestamp>,
    /// Where Meta delivers this number's messages to, when that is not here; empty: nowhere.
    pub elsewhere: Option<String>,
    /// Whether the app is subscribed to the business account.
    pub subscribed: Option<bool>,
    /// The fields that the app is subscribed to here; `None`: not asked, or its callback is not ours.
    pub fields: Option<Vec<String>>,
    /// How Meta says that the number stands.
    pub status: Option<NumberStatus>,
    /// How many people may be written to first.
    pub messaging_limit: Option<MessagingLimit>,
    /// When templates were last fetched.
    pub templates_at: Option<Timestamp>,
    /// Webhook fields that Meta refused to subscribe the app to.
    pub refused_fields: Vec<String>,
    /// What Meta told lately that nothing here acts on, by kind: one event each, with a count.
    pub traces: BTreeMap<String, Traced>,
    /// Meta said that the token does not work, although its time is not over.
    pub token_refused: bool,
    /// Meta refused a message because of the token.
    pub send_refused: bool,
    /// When Meta last said where it delivers to, or showed it by delivering here.
    pub callback_at: Option<Timestamp>,
    /// Somebody was told that deliveries go elsewhere.
    pub told_elsewhere: bool,
    /// When verification was last asked for with another verify token than ours, since it last came with the right one.
    pub wrong_verify_at: Option<Timestamp>,
    /// When somebody was last told of that.
    pub wrong_verify_told_at: Option<Timestamp>,
}

impl Watch {
    /// Where deliveries go, as far as Meta said so.
    pub fn delivers(&self) -> Delivers<'_> {
        match (self.elsewhere.as_deref(), self.callback_at) {
            (Some(""), _) => Delivers::Nowhere,
            (Some(url), _) => Delivers::Elsewhere(url),
            (None, Some(_)) => Delivers::Here,
            (None, None) => Delivers::Unknown,
        }
    }

    /// Whether a delivery would be news: nothing said so far that deliveries come here.
    pub fn is_unheard(&self) -> bool {
        match self.delivers() {
            Delivers::Unknown | Delivers::Nowhere => true,
            Delivers::Here | Delivers::Elsewhere(_) => false,
        }
    }
}

/// Where Meta delivers a number's messages to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivers<'a> {
    /// To this server.
    Here,
    /// To another address.
    Elsewhere(&'a str),
    /// To nobody.
    Nowhere,
    /// Meta was not asked, or did not answer.
    Unknown,
}

/// Something of which somebody was told, and how often it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traced {
    /// The event that tells of it.
    pub event: Id<Event>,
    /// When it first came.
    pub since: Timestamp,
    /// How often since.
    pub count: u32,
}

impl Named for Integration {
    const PREFIX: &'static str = "int";
}

/// How an integration fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Health {
    /// Saved without asking Meta.
    Unchecked,
    /// All well.
    Ok,
    /// Works, but something needs a look.
    Warning,
    /// Cannot send or receive.
    Failing,
}

impl Health {
    /// The name, as rows and the API carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failing => "failing",
        }
    }

    /// Reads a name back.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "unchecked" => Self::Unchecked,
            "ok" => Self::Ok,
            "warning" => Self::Warning,
            "failing" => Self::Failing,
            _ => return None,
        })
    }
}

/// What Meta needs to know us by. All ids are decimal text of any length.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// WhatsApp Business Account.
    pub business_account_id: String,
    /// The messaging account that pays for what this number sends, where several of them share it. `None`: Meta takes the
    /// app's own.
    pub messaging_account_id: Option<String>,
    /// The number's node in the Graph. One active integration of the whole installation has it.
    pub phone_number_id: String,
    /// Meta app.
    pub app_id: String,
    /// Signs deliveries and calls. 32 hex characters.
    pub app_secret: Secret,
    /// Sends.
    pub access_token: Secret,
    /// What is known of the token.
    pub token: Token,
    /// Typed at Meta, comes back in the handshake. At least 16 characters.
    pub verify_token: Secret,
    /// Graph version.
    pub version: GraphVersion,
}

/// What is known of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Token {
    /// Where it came from.
    pub kind: TokenKind,
    /// `None`: never, or unknown while `kind` is.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// What it may do.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum TokenKind {
    /// Not asked yet.
    #[default]
    Unknown,
    /// About 60 days.
    LongLived,
    /// Hours; could not be exchanged.
    ShortLived,
    /// Of a system user; usually never expires.
    SystemUser,
}

/// A Graph API version such as `v21.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphVersion {
    major: u16,
    minor: u16,
}

impl GraphVersion {
    /// Stands in for one that cannot be read, until somebody chooses one. Meta serves no such version.
    pub const UNKNOWN: Self = Self { major: 0, minor: 0 };

    /// Reads `v<major>.<minor>`.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
        let number = |digits: &str| {
            (!digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()))
                .then(|| digits.parse().ok())?
        };
        Some(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl std::fmt::Display for GraphVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "v{}.{}", self.major, self.minor)
    }
}

impl Serialize for GraphVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GraphVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a Graph version such as v21.0"))
    }
}

/// What Meta last said about a number.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Phone {
    /// As people write it.
    #[serde(default)]
    pub display_phone_number: Option<String>,
    /// The business's name.
    #[serde(default)]
    pub verified_name: Option<String>,
    /// How people take what it sends.
    #[serde(default)]
    pub quality_rating: Option<Quality>,
    /// How fast it may send.
    #[serde(default)]
    pub throughput_level: Option<ThroughputLevel>,
}

/// What an integration's owner chose. Stored as JSON; every field has a default so that old rows keep reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that people see")]
pub struct Settings {
    /// Who is told about errors.
    #[serde(default)]
    pub error_alerts: ErrorAlerts,
    /// When silent conversations end.
    #[serde(default)]
    pub expiry: Expiry,
    /// What goes out outside the 24-hour window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Given>,
    /// Who may talk to the bot.
    #[serde(default)]
    pub recipients: Recipients,
    /// How fast the number sends; left out, Meta's level decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Throughput>,
    /// Mark messages as read when the bot takes them.
    #[serde(default)]
    pub read_receipts: bool,
    /// Show that the bot is typing; marks as read too, Meta has no other way.
    #[serde(default)]
    pub typing_indicator: bool,
    /// Send no marketing templates to people who do not want any.
    #[serde(default = "yes")]
    pub respect_opt_out: bool,
    /// Bring the webhook back by itself when Meta delivers elsewhere.
    #[serde(default)]
    pub repair_webhook: bool,
    /// An IANA name: the time zone of bots that name none. Left out: that of the number's country, else the account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

const fn yes() -> bool {
    true
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            error_alerts: ErrorAlerts::default(),
            expiry: Expiry::default(),
            template: None,
            recipients: Recipients::default(),
            throughput: None,
            read_receipts: false,
            typing_indicator: false,
            respect_opt_out: true,
            repair_webhook: false,
            time_zone: None,
        }
    }
}

/// Who is told about errors.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ErrorAlerts {
    /// Whether anybody is.
    #[serde(default)]
    pub enabled: bool,
    /// Addresses.
    #[serde(default)]
    pub emails: Vec<String>,
    /// When nobody wants mail; it waits for the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
}

/// A time of day without mail, in the account's time zone. `from` after `to` is over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Minutes since midnight.
    pub from: u16,
    /// Minutes since midnight.
    pub to: u16,
}

/// When silent conversations end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    /// Whether they do.
    #[serde(default)]
    pub enabled: bool,
    /// Seconds of silence, 5 minutes to 30 days.
    #[serde(default = "Expiry::default_seconds")]
    pub after_seconds: u64,
}

impl Expiry {
    /// Shortest: 5 minutes.
    pub const SHORTEST: u64 = 5 * 60;
    /// Longest: 30 days.
    pub const LONGEST: u64 = 30 * 24 * 3600;

    const fn default_seconds() -> u64 {
        24 * 3600
    }
}

impl Default for Expiry {
    fn default() -> Self {
        Self { enabled: false, after_seconds: Self::default_seconds() }
    }
}

/// Who may talk to the bot.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Recipients {
    /// Anybody.
    #[default]
    Everyone,
    /// The listed numbers only.
    Only {
        /// E.164, with `+`.
        numbers: Vec<String>,
    },
}

impl Recipients {
    /// Whether a WhatsApp id (digits; `None` when Meta withheld it) may talk to the bot, in whichever form of its line.
    pub fn allow(&self, wa_id: Option<&str>) -> bool {
        let listed = |number: &String, wa_id| same_line(number.strip_prefix('+').unwrap_or(number), wa_id);
        match self {
            Self::Everyone => true,
            Self::Only { numbers } => {
                wa_id.is_some_and(|wa_id| numbers.iter().any(|number| listed(number, wa_id)))
            }
        }
    }
}

/// How fast a number sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throughput {
    /// 1 to 1,000.
    pub messages_per_second: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_checked() {
        assert_eq!(GraphVersion::parse("v21.0").map(|v| v.to_string()).as_deref(), Some("v21.0"));
        for wrong in ["21.0", "v21", "v21.", "v.0", "v21.0/../me", "v21.0 ", "v+1.0", "v99999.0"] {
            assert_eq!(GraphVersion::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn settings_read_from_nothing() {
        let settings: Settings = serde_json::from_str("{}").unwrap();
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn only_listed_numbers_may_talk() {
        let only = Recipients::Only { numbers: vec!["+4915123456789".into()] };
        assert!(only.allow(Some("4915123456789")));
        assert!(!only.allow(Some("4915123456780")));
        assert!(!only.allow(None));
        let mexican = Recipients::Only { numbers: vec!["+525512345678".into(), "+5491123456789".into()] };
        assert!(mexican.allow(Some("5215512345678")) && mexican.allow(Some("525512345678")));
        assert!(mexican.allow(Some("541123456789")) && !mexican.allow(Some("5215512345679")));
    }
}

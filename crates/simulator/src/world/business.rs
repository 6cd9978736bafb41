//! Apps, business accounts, numbers, tokens and templates.

use std::collections::{BTreeMap, HashMap};

use chasqui_model::Timestamp;
use chasqui_model::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::registration::{Registration, RegistrationSpec};
use super::thread::RoutingSpec;

/// A business as `POST /_sim/businesses` describes it.
#[derive(Clone, Debug, Deserialize)]
pub struct BusinessSpec {
    /// The Meta app.
    pub app_id: String,
    /// Its secret.
    pub app_secret: String,
    /// The WhatsApp Business Account.
    pub business_account_id: String,
    /// Refuse calls without a proof made with the secret.
    #[serde(default)]
    pub require_appsecret_proof: bool,
    /// Its time zone, in which months of free messages begin.
    #[serde(default)]
    pub utc_offset_minutes: i32,
    /// Its numbers.
    #[serde(default)]
    pub numbers: Vec<NumberSpec>,
    /// Tokens that may use it.
    #[serde(default)]
    pub tokens: Vec<TokenSpec>,
    /// Its templates.
    #[serde(default)]
    pub templates: Vec<TemplateSpec>,
}

/// A number of a business.
#[derive(Clone, Debug, Deserialize)]
pub struct NumberSpec {
    /// Its id in the Graph.
    pub id: String,
    /// As people write it.
    pub display_phone_number: String,
    /// The business's name.
    #[serde(default)]
    pub verified_name: String,
    /// GREEN, YELLOW, RED.
    #[serde(default = "green")]
    pub quality_rating: String,
    /// STANDARD: 80 messages a second; HIGH: 1,000.
    #[serde(default = "standard")]
    pub throughput: String,
    /// CONNECTED, PENDING, BANNED …
    #[serde(default = "connected")]
    pub status: String,
    /// How many people it may write to first: `TIER_50`, `TIER_2K` …
    #[serde(default = "tier")]
    pub messaging_limit: String,
    /// AVAILABLE, LIMITED, BLOCKED.
    #[serde(default = "available")]
    pub can_send: String,
    /// Where its deliveries go: a short cut for the calls that set it, without the handshake.
    #[serde(default)]
    pub callback_url: Option<String>,
    /// Goes with it.
    #[serde(default)]
    pub verify_token: Option<String>,
    /// Whether it is registered, and under which PIN.
    #[serde(default)]
    pub registration: RegistrationSpec,
    /// Who answers at it, when more than one may.
    #[serde(default)]
    pub routing: Option<RoutingSpec>,
}

impl Default for NumberSpec {
    /// A number in good order that nobody has connected yet.
    fn default() -> Self {
        Self {
            id: "106540352242922".to_owned(),
            display_phone_number: "+1 555-078-3881".to_owned(),
            verified_name: "Alpaca & Oak".to_owned(),
            quality_rating: green(),
            throughput: standard(),
            status: connected(),
            messaging_limit: tier(),
            can_send: available(),
            callback_url: None,
            verify_token: None,
            registration: RegistrationSpec::default(),
            routing: None,
        }
    }
}

/// A token of a business.
#[derive(Clone, Debug, Deserialize)]
pub struct TokenSpec {
    /// The token.
    pub token: String,
    /// `USER` or `SYSTEM_USER`.
    #[serde(rename = "type", default = "user")]
    pub kind: String,
    /// Seconds it lives; left out, it never expires.
    #[serde(default)]
    pub expires_in: Option<u64>,
    /// What it may do; nothing listed means everything.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Its user took the permission back: calls get code 0.
    #[serde(default)]
    pub revoked: bool,
}

/// A template of a business.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TemplateSpec {
    /// Its id; made up when left out.
    #[serde(default)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// UTILITY, MARKETING, AUTHENTICATION.
    #[serde(default = "utility")]
    pub category: String,
    /// APPROVED, PAUSED …
    #[serde(default = "approved")]
    pub status: String,
    /// POSITIONAL or NAMED.
    #[serde(default = "positional")]
    pub parameter_format: String,
    /// Header, body, footer, buttons.
    #[serde(default)]
    pub components: Vec<Value>,
}

fn green() -> String {
    "GREEN".to_owned()
}
fn standard() -> String {
    "STANDARD".to_owned()
}
fn connected() -> String {
    "CONNECTED".to_owned()
}
fn tier() -> String {
    "TIER_2K".to_owned()
}
fn available() -> String {
    "AVAILABLE".to_owned()
}
fn user() -> String {
    "USER".to_owned()
}
fn utility() -> String {
    "UTILITY".to_owned()
}
fn approved() -> String {
    "APPROVED".to_owned()
}
fn positional() -> String {
    "POSITIONAL".to_owned()
}

/// A callback that was verified.
#[derive(Clone, Debug)]
pub(crate) struct Callback {
    pub(crate) url: String,
}

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) secret: Secret,
    pub(crate) require_proof: bool,
    /// The app's own callback with its fields.
    pub(crate) callback: Option<Callback>,
    pub(crate) fields: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) app_id: String,
    pub(crate) subscribed: bool,
    pub(crate) callback: Option<Callback>,
    pub(crate) templates: Vec<TemplateSpec>,
    pub(crate) utc_offset_minutes: i32,
}

#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) spec: NumberSpec,
    pub(crate) account_id: String,
    pub(crate) callback: Option<Callback>,
    /// Delivers without a subscription: the callback came by the short cut.
    pub(crate) short_cut: bool,
    pub(crate) registration: Registration,
    /// What it tells of itself.
    pub(crate) profile: Map<String, Value>,
    pub(crate) automation: Value,
}

impl Number {
    /// The number's digits, as webhooks carry them.
    pub(crate) fn digits(&self) -> String {
        self.spec.display_phone_number.chars().filter(char::is_ascii_digit).collect()
    }

    /// Messages a second.
    pub(crate) fn rate(&self) -> u32 {
        if self.spec.throughput.eq_ignore_ascii_case("HIGH") { 1000 } else { 80 }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) app_id: String,
    pub(crate) account_id: String,
    pub(crate) kind: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Businesses {
    pub(crate) apps: BTreeMap<String, App>,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) numbers: HashMap<String, Number>,
    pub(crate) tokens: HashMap<String, Token>,
}

impl Businesses {
    /// Puts a business in; the same ids replace. Subscriptions that were made stay.
    pub(crate) fn put(&mut self, spec: BusinessSpec, now: Timestamp, mut id: impl FnMut() -> String) {
        let old = self.apps.remove(&spec.app_id);
        let (callback, fields) = old.map_or((None, Vec::new()), |old| (old.callback, old.fields));
        let secret = Secret::new(spec.app_secret);
        let require_proof = spec.require_appsecret_proof;
        self.apps.insert(spec.app_id.clone(), App { secret, require_proof, callback, fields });

        let account_id = spec.business_account_id;
        let old = self.accounts.remove(&account_id);
        let (subscribed, callback) = old.map_or((false, None), |old| (old.subscribed, old.callback));
        let mut templates = spec.templates;
        for template in templates.iter_mut().filter(|template| template.id.is_empty()) {
            template.id = id();
        }
        let app_id = spec.app_id.clone();
        let utc_offset_minutes = spec.utc_offset_minutes;
        let account = Account { app_id, subscribed, callback, templates, utc_offset_minutes };
        self.accounts.insert(account_id.clone(), account);

        for spec in spec.numbers {
            let short = spec.callback_url.clone().map(|url| Callback { url });
            let old = self.numbers.remove(&spec.id).and_then(|old| old.callback);
            let (short_cut, callback) = (short.is_some(), short.or(old));
            let number = Number {
                account_id: account_id.clone(),
                callback,
                short_cut,
                registration: Registration::new(spec.registration.clone(), now),
                profile: first_profile(),
                automation: Value::Null,
                spec,
            };
            self.numbers.insert(number.spec.id.clone(), number);
        }
        for token in spec.tokens {
            let life = token.expires_in.map(|seconds| now.after(std::time::Duration::from_secs(seconds)));
            self.tokens.insert(
                token.token,
                Token {
                    app_id: spec.app_id.clone(),
                    account_id: account_id.clone(),
                    kind: token.kind,
                    scopes: token.scopes,
                    issued_at: now,
                    expires_at: life,
                    revoked: token.revoked,
                },
            );
        }
    }

    /// The template of an id, with its business account.
    pub(crate) fn template(&self, id: &str) -> Option<(&str, &TemplateSpec)> {
        self.accounts.iter().find_map(|(account, it)| {
            let template = it.templates.iter().find(|template| template.id == id)?;
            Some((account.as_str(), template))
        })
    }

    /// The app behind a number, with its secret.
    pub(crate) fn app_of_number(&self, phone_number_id: &str) -> Option<(&str, &App)> {
        let account = self.accounts.get(&self.numbers.get(phone_number_id)?.account_id)?;
        self.apps.get_key_value(&account.app_id).map(|(id, app)| (id.as_str(), app))
    }

    /// Where a field of a number is delivered to: the number's callback, then the account's, then the app's. Only some
    /// fields can be redirected, and nothing comes unless the app and the account are subscribed.
    pub(crate) fn callback(&self, phone_number_id: &str, field: &str) -> Option<&Callback> {
        let number = self.numbers.get(phone_number_id)?;
        let account = self.accounts.get(&number.account_id)?;
        let app = self.apps.get(&account.app_id)?;
        let redirected = is_redirected(field).then_some(number.callback.as_ref()).flatten();
        if number.short_cut && (redirected.is_some() || app.callback.is_none()) {
            return number.callback.as_ref();
        }
        let subscribed = account.subscribed && app.fields.iter().any(|known| known == field);
        if !subscribed {
            return None;
        }
        let of_account = is_redirected(field).then_some(account.callback.as_ref()).flatten();
        redirected.or(of_account).or(app.callback.as_ref())
    }
}

/// What every number begins with.
fn first_profile() -> Map<String, Value> {
    let about = Value::from("Hey there! I am using WhatsApp.");
    [("about".to_owned(), about), ("vertical".to_owned(), Value::from("OTHER"))].into_iter().collect()
}

/// Whether an override takes a field along. All others go to the app's own callback.
fn is_redirected(field: &str) -> bool {
    matches!(
        field,
        "messages"
            | "message_echoes"
            | "calls"
            | "consumer_profile"
            | "messaging_handovers"
            | "history"
            | "account_settings_update"
    ) || field.starts_with("group_")
        || field.starts_with("smb_")
}

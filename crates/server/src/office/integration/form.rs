//! What a request says about an integration, and whether it can be.

use chasqui_model::integration::{Credentials, GraphVersion, Token};
use chasqui_model::secret::Secret;
use chasqui_model::typed;
use chasqui_model::{Clock, Timestamp};
use chasqui_runtime::graph_version::{self, Served};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::settings::SettingsShape;
use crate::office::{Fault, Wrong};

/// An integration to make, or what to change of one. When changing, what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Form {
    /// `whatsapp_business`.
    #[schema(example = "whatsapp_business")]
    pub(super) r#type: Option<String>,
    /// 1 to 80 characters; null or nothing: none.
    #[serde(default, deserialize_with = "present")]
    pub(super) name: Option<String>,
    /// A published bot of this account.
    pub(super) bot_id: Option<String>,
    pub(super) active: Option<bool>,
    /// When making one: use a number of the installation's operator instead of credentials.
    pub(super) managed: Option<bool>,
    /// When changing the bot: what becomes of conversations that are open; left out, they finish on the bot they have.
    pub(super) open_conversations: Option<OpenConversations>,
    pub(super) credentials: Option<CredentialsForm>,
    #[schema(value_type = Option<SettingsShape>)]
    pub(super) settings: Option<Map<String, Value>>,
}

/// What becomes of open conversations when the bot changes.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OpenConversations {
    /// They finish on the bot they have.
    Finish,
    /// They end politely; the contact's next message begins one with the new bot.
    End,
}

impl Form {
    /// A form that asks Meta about credentials, and changes nothing else.
    pub(crate) fn credentials_only(credentials: CredentialsForm) -> Self {
        Self {
            r#type: None,
            name: None,
            bot_id: None,
            active: None,
            managed: None,
            open_conversations: None,
            credentials: Some(credentials),
            settings: None,
        }
    }
}

/// What Meta needs to know us by. When changing, what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = NewCredentials)]
pub(crate) struct CredentialsForm {
    /// Digits.
    pub(super) business_account_id: Option<String>,
    /// Digits: who pays, where several messaging accounts share the number. Empty takes it away.
    pub(super) messaging_account_id: Option<String>,
    /// The name that Meta gave it before; the other one goes first.
    #[serde(default)]
    pub(super) paid_messaging_account_id: Option<String>,
    /// Digits.
    pub(super) phone_number_id: Option<String>,
    /// Digits.
    pub(super) app_id: Option<String>,
    /// 32 hex characters.
    #[schema(format = Password)]
    pub(super) app_secret: Option<String>,
    #[schema(format = Password)]
    pub(super) access_token: Option<String>,
    /// At least 16 characters, of one integration of the account only.
    #[schema(format = Password)]
    pub(super) verify_token: Option<String>,
    /// A version of the Graph API such as `v25.0`; left out: the usual one.
    pub(super) version: Option<String>,
}

/// `null` takes the name away, as an empty one does; nothing at all leaves it.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

impl CredentialsForm {
    /// With a verify token that nobody has to type.
    pub(crate) fn with_verify_token(self, token: String) -> Self {
        Self { verify_token: Some(token), ..self }
    }

    /// Secrets stay with the app and the business account that they were given for: others ask for them again.
    fn needed_again(&self, before: Option<&Credentials>, fields: &mut Fields<'_>) {
        let Some(before) = before else { return };
        let is_given =
            |text: &Option<String>| text.as_deref().is_some_and(|text| !typed::trim(text).is_empty());
        let is_other = |text: &Option<String>, known: &String| {
            is_given(text) && text.as_deref().is_some_and(|text| typed::trim(text) != known)
        };
        let other_app = is_other(&self.app_id, &before.app_id);
        if other_app && !is_given(&self.app_secret) {
            fields.wrong::<()>("app_secret", Fault::OfOtherApp);
        }
        if is_given(&self.access_token) {
            return;
        }
        if other_app {
            fields.wrong::<()>("access_token", Fault::OfOtherApp);
        } else if is_other(&self.business_account_id, &before.business_account_id) {
            fields.wrong::<()>("access_token", Fault::OfOtherAccount);
        }
    }

    /// The credentials after this: given values where there are any, the ones before where not. Says what is wrong with
    /// each.
    pub(crate) fn read(
        self,
        before: Option<&Credentials>,
        clock: &Clock,
        errors: &mut Vec<Wrong>,
    ) -> Option<Credentials> {
        let mut fields = Fields { errors };
        self.needed_again(before, &mut fields);
        let id = |credentials: fn(&Credentials) -> &String| before.map(|it| credentials(it).clone());
        let secret = |credentials: fn(&Credentials) -> &Secret| before.map(|it| credentials(it).clone());
        let business_account_id =
            fields.id("business_account_id", self.business_account_id, id(|it| &it.business_account_id));
        let payer = self.messaging_account_id.or(self.paid_messaging_account_id);
        let before_payer = before.and_then(|it| it.messaging_account_id.clone());
        let messaging_account_id = fields.optional_id("messaging_account_id", payer, before_payer);
        let phone_number_id =
            fields.id("phone_number_id", self.phone_number_id, id(|it| &it.phone_number_id));
        let app_id = fields.id("app_id", self.app_id, id(|it| &it.app_id));
        let app_secret =
            fields.secret("app_secret", self.app_secret, secret(|it| &it.app_secret), app_secret);
        let access_token =
            fields.secret("access_token", self.access_token, secret(|it| &it.access_token), access_token);
        let verify_token =
            fields.secret("verify_token", self.verify_token, secret(|it| &it.verify_token), verify_token);
        let version = fields.version(self.version, before.map(|it| it.version), clock.now());
        let access_token = access_token?;
        let same = before.filter(|before| before.access_token == access_token);
        Some(Credentials {
            business_account_id: business_account_id?,
            messaging_account_id: messaging_account_id?,
            phone_number_id: phone_number_id?,
            app_id: app_id?,
            app_secret: app_secret?,
            token: same.map_or_else(Token::default, |before| before.token.clone()),
            access_token,
            verify_token: verify_token?,
            version: version?,
        })
    }
}

struct Fields<'a> {
    errors: &'a mut Vec<Wrong>,
}

impl Fields<'_> {
    fn wrong<T>(&mut self, name: &str, fault: Fault) -> Option<T> {
        self.errors.push(Wrong::new(format!("/credentials/{name}"), fault));
        None
    }

    fn id(&mut self, name: &str, given: Option<String>, before: Option<String>) -> Option<String> {
        let Some(text) = given.map(|text| typed::trim(&text).to_owned()).filter(|text| !text.is_empty())
        else {
            return before.or_else(|| self.wrong(name, Fault::IdMissing));
        };
        if text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(text);
        }
        self.wrong(name, Fault::Digits)
    }

    /// An id that need not be there: what is left out stays, an empty one goes. The outer `None`: it is wrong.
    #[expect(clippy::option_option, reason = "wrong and absent are two things")]
    #[expect(clippy::needless_pass_by_value, reason = "called as its neighbours are")]
    fn optional_id(
        &mut self,
        name: &str,
        given: Option<String>,
        before: Option<String>,
    ) -> Option<Option<String>> {
        match given.as_deref().map(str::trim) {
            None => Some(before),
            Some("") => Some(None),
            Some(text) => self.id(name, Some(text.to_owned()), None).map(Some),
        }
    }

    fn secret(
        &mut self,
        name: &str,
        given: Option<String>,
        before: Option<Secret>,
        check: fn(&str) -> Result<(), Fault>,
    ) -> Option<Secret> {
        let Some(secret) =
            given.map(|text| Secret::new(typed::trim(&text))).filter(|secret| !secret.expose().is_empty())
        else {
            if before.as_ref().is_some_and(Secret::is_lost) {
                return self.wrong(name, Fault::Damaged);
            }
            return before.or_else(|| self.wrong(name, Fault::SecretMissing));
        };
        match check(secret.expose()) {
            Ok(()) => Some(secret),
            Err(fault) => self.wrong(name, fault),
        }
    }

    fn version(
        &mut self,
        given: Option<String>,
        before: Option<GraphVersion>,
        now: Timestamp,
    ) -> Option<GraphVersion> {
        let Some(text) = given.filter(|text| !typed::trim(text).is_empty()) else {
            let known = before.filter(|it| *it != GraphVersion::UNKNOWN);
            return Some(known.unwrap_or_else(|| graph_version::usual(now)));
        };
        let usual = graph_version::usual(now);
        match GraphVersion::parse(typed::trim(&text)) {
            Some(version) if before == Some(version) => Some(version),
            Some(version) if is_served(version, now) => Some(version),
            Some(_) => self.wrong("version", Fault::VersionNotServed(usual)),
            None => self.wrong("version", Fault::Version(usual)),
        }
    }
}

/// Whether somebody may choose it. One that has ended still answers, as another one; nobody is to begin with it.
pub(crate) fn is_served(version: GraphVersion, now: Timestamp) -> bool {
    match graph_version::served(version, now) {
        Served::Yes => true,
        Served::Until(end) => end > now,
        Served::No => false,
    }
}

fn app_secret(text: &str) -> Result<(), Fault> {
    let fits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits { Ok(()) } else { Err(Fault::AppSecret) }
}

fn access_token(text: &str) -> Result<(), Fault> {
    let fits = text.len() <= 4096 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Fault::AccessToken) }
}

fn verify_token(text: &str) -> Result<(), Fault> {
    if text.chars().count() < 16 {
        return Err(Fault::VerifyTokenShort);
    }
    let fits = text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Fault::VerifyToken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> CredentialsForm {
        CredentialsForm {
            business_account_id: Some("102290129340398".into()),
            messaging_account_id: None,
            paid_messaging_account_id: None,
            phone_number_id: Some(" 106540352242922 ".into()),
            app_id: Some("670843887433847".into()),
            app_secret: Some("0123456789abcdef0123456789ABCDEF".into()),
            access_token: Some("EAAtoken".into()),
            verify_token: Some("a-long-random-string".into()),
            version: None,
        }
    }

    fn clock() -> Clock {
        Clock::stopped(Timestamp::parse("2026-11-22T12:00:00Z").unwrap())
    }

    #[test]
    fn good_credentials_pass_and_get_the_usual_version() {
        let mut errors = Vec::new();
        let read = good().read(None, &clock(), &mut errors).unwrap();
        assert_eq!((errors, read.phone_number_id.as_str()), (vec![], "106540352242922"));
        assert_eq!(read.version.to_string(), "v27.0");
    }

    #[test]
    fn every_wrong_credential_is_named() {
        let wrong = CredentialsForm {
            business_account_id: None,
            messaging_account_id: Some("x".into()),
            paid_messaging_account_id: None,
            phone_number_id: Some("10654x".into()),
            app_id: Some(String::new()),
            app_secret: Some("abc".into()),
            access_token: Some("EAA token".into()),
            verify_token: Some("short".into()),
            version: Some("v20.0".into()),
        };
        let mut errors = Vec::new();
        assert!(wrong.read(None, &clock(), &mut errors).is_none());
        let found: Vec<(&str, &Fault)> = errors.iter().map(|it| (it.pointer.as_str(), &it.fault)).collect();
        let usual = graph_version::usual(clock().now());
        assert_eq!(
            found,
            [
                ("/credentials/business_account_id", &Fault::IdMissing),
                ("/credentials/messaging_account_id", &Fault::Digits),
                ("/credentials/phone_number_id", &Fault::Digits),
                ("/credentials/app_id", &Fault::IdMissing),
                ("/credentials/app_secret", &Fault::AppSecret),
                ("/credentials/access_token", &Fault::AccessToken),
                ("/credentials/verify_token", &Fault::VerifyTokenShort),
                ("/credentials/version", &Fault::VersionNotServed(usual))
            ]
        );
    }

    #[test]
    fn what_is_left_out_stays() {
        let mut errors = Vec::new();
        let before = good().read(None, &clock(), &mut errors).unwrap();
        let form = CredentialsForm { version: Some("v24.0".into()), ..CredentialsForm::default() };
        let after = form.read(Some(&before), &clock(), &mut errors).unwrap();
        assert_eq!(after.version.to_string(), "v24.0");
        assert_eq!(after.access_token, before.access_token);
        assert_eq!(errors, []);
    }

    #[test]
    fn secrets_stay_with_their_app_and_business_account() {
        let before = good().read(None, &clock(), &mut Vec::new()).unwrap();
        let wrong = |change: CredentialsForm| {
            let mut errors = Vec::new();
            change.read(Some(&before), &clock(), &mut errors);
            errors.iter().map(|it| format!("{} {:?}", it.pointer, it.fault)).collect::<Vec<_>>()
        };
        let text = |text: &str| Some(text.to_owned());
        let none = CredentialsForm::default;
        let (secret, token) = ("/credentials/app_secret OfOtherApp", "/credentials/access_token OfOtherApp");
        assert_eq!(wrong(CredentialsForm { app_id: text("1"), ..none() }), [secret, token]);
        let with_secret = CredentialsForm { app_secret: text(&"a".repeat(32)), ..none() };
        assert_eq!(wrong(CredentialsForm { app_id: text("1"), ..with_secret }), [token]);
        let account = "/credentials/access_token OfOtherAccount";
        assert_eq!(wrong(CredentialsForm { business_account_id: text("1"), ..none() }), [account]);
        let with_token = CredentialsForm { access_token: text("EAAother"), ..none() };
        assert_eq!(wrong(CredentialsForm { business_account_id: text("1"), ..with_token }), [""; 0]);
        let same = CredentialsForm {
            app_id: text(" 670843887433847 "),
            business_account_id: text("102290129340398"),
            phone_number_id: text("9"),
            ..none()
        };
        assert_eq!(wrong(same), [""; 0]);
    }

    #[test]
    fn who_pays_is_kept_under_both_of_metas_names_and_can_be_taken_away() {
        let read = |json: &str, before: Option<&Credentials>| {
            let form: CredentialsForm = serde_json::from_str(json).unwrap();
            form.read(before, &clock(), &mut Vec::new()).unwrap().messaging_account_id
        };
        let before = good().read(None, &clock(), &mut Vec::new()).unwrap();
        let new = read(r#"{"messaging_account_id":"55"}"#, Some(&before));
        assert_eq!(new.as_deref(), Some("55"));
        let old_name = read(r#"{"paid_messaging_account_id":"56"}"#, Some(&before));
        assert_eq!(old_name.as_deref(), Some("56"));
        let both = r#"{"paid_messaging_account_id":"56","messaging_account_id":"55"}"#;
        assert_eq!(read(both, Some(&before)).as_deref(), Some("55"));
        let paying = Credentials { messaging_account_id: new, ..before };
        assert_eq!(read("{}", Some(&paying)).as_deref(), Some("55"));
        assert_eq!(read(r#"{"messaging_account_id":""}"#, Some(&paying)), None);
    }

    #[test]
    fn a_version_that_has_ended_stays_where_it_is_and_is_chosen_nowhere() {
        let mut before = good().read(None, &clock(), &mut Vec::new()).unwrap();
        before.version = GraphVersion::parse("v20.0").unwrap();
        let form = || CredentialsForm { version: Some("v20.0".into()), ..CredentialsForm::default() };
        let mut errors = Vec::new();
        assert!(form().read(Some(&before), &clock(), &mut errors).is_some());
        before.version = GraphVersion::parse("v25.0").unwrap();
        assert!(form().read(Some(&before), &clock(), &mut errors).is_none());
        assert!(matches!(errors[0].fault, Fault::VersionNotServed(_)));
    }
}

//! Integrations as the API shows them: figures yes, secrets no.

use std::collections::HashMap;

use chasqui_model::bot::Bot;
use chasqui_model::integration::{
    Credentials, Delivers, GraphVersion, Health, Integration, Settings, TokenKind,
};
use chasqui_model::reason::Reason;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::zone::{self, Source, Zone};
use chasqui_store::noun::backlog::Backlog;
use chasqui_store::noun::integration::Hour;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Site};
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::speak;
use crate::office::integration::SettingsShape;

const HOURS: i64 = 24;
const HOUR_MS: i64 = 3_600_000;

/// An integration.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrationView {
    #[schema(value_type = String, example = "int_0192")]
    pub(crate) id: Id<Integration>,
    r#type: Type,
    name: Option<String>,
    active: bool,
    /// When `active` last changed.
    #[schema(value_type = String, format = DateTime)]
    active_since: Timestamp,
    health: Health,
    /// Why it does not fare well and what to do, in the language of `Accept-Language`.
    health_reason: Option<String>,
    /// The same as data: `reason`, a stable name, and what belongs to it.
    #[schema(value_type = Option<Object>)]
    health_params: Option<Reason>,
    /// What is damaged in the database and has to be entered again: JSON pointers into what is saved. Empty when all is
    /// well.
    #[schema(value_type = Vec<String>, example = json!(["/credentials/app_secret"]))]
    damaged: Vec<&'static str>,
    bot: BotRef,
    phone: PhoneView,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_activity_at: Option<Timestamp>,
    messages_24h: i64,
    errors_24h: i64,
    ignored_24h: i64,
    /// Messages that wait because the number cannot send.
    held: i64,
    /// The last 24 hours, oldest first; the last one is running.
    hours: Vec<HourView>,
    /// The operator's number: its credentials are not shown.
    managed: bool,
    credentials: CredentialsView,
    #[schema(value_type = SettingsShape)]
    settings: Settings,
    time_zone: ZoneView,
    webhook: WebhookView,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// What an integration connects to.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Type {
    WhatsappBusiness,
}

/// The bot that answers.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectedBot)]
pub(crate) struct BotRef {
    #[schema(value_type = String, example = "bot_0192")]
    id: Id<Bot>,
    name: Option<String>,
    /// Its newest published version.
    version: Option<i64>,
}

/// What Meta last said about the number.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhoneView {
    display_phone_number: Option<String>,
    verified_name: Option<String>,
    quality_rating: Option<String>,
    throughput_level: Option<String>,
    /// CONNECTED …
    status: Option<String>,
    /// `TIER_2K` …
    messaging_limit: Option<String>,
}

/// What a number did in an hour.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub(crate) struct HourView {
    messages: i64,
    errors: i64,
}

/// Credentials without the secret ones.
#[derive(Serialize, ToSchema)]
pub(crate) struct CredentialsView {
    business_account_id: String,
    /// Who pays, where several messaging accounts share the number.
    messaging_account_id: Option<String>,
    phone_number_id: String,
    app_id: String,
    #[schema(value_type = String, example = "v25.0")]
    version: GraphVersion,
    app_secret_last4: String,
    token: TokenView,
}

impl CredentialsView {
    /// Of a managed number, what it is at Meta is the operator's affair.
    fn new(it: Credentials, managed: bool) -> Self {
        let shown = |text: String| if managed { String::new() } else { text };
        Self {
            app_secret_last4: shown(it.app_secret.last4()),
            business_account_id: shown(it.business_account_id),
            messaging_account_id: it.messaging_account_id.filter(|_| !managed),
            phone_number_id: shown(it.phone_number_id),
            app_id: shown(it.app_id),
            version: it.version,
            token: TokenView {
                kind: it.token.kind,
                expires_at: it.token.expires_at,
                scopes: if managed { Vec::new() } else { it.token.scopes },
            },
        }
    }
}

/// What is known of the access token.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessTokenView)]
pub(crate) struct TokenView {
    kind: TokenKind,
    /// Null: never, or unknown while `kind` is.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    scopes: Vec<String>,
}

/// The time zone of bots that name none themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = IntegrationTimeZone)]
pub(crate) struct ZoneView {
    #[schema(example = "Europe/Berlin")]
    name: String,
    /// Where it was taken from.
    source: ZoneSource,
}

/// Where a time zone was taken from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TimeZoneSource)]
pub(crate) enum ZoneSource {
    /// The integration's settings.
    Setting,
    /// The number's country.
    Number,
    /// The account's settings.
    Account,
    /// Nobody chose one: UTC.
    Usual,
}

impl From<Zone> for ZoneView {
    fn from(it: Zone) -> Self {
        let source = match it.source {
            Source::Setting => ZoneSource::Setting,
            Source::Number => ZoneSource::Number,
            Source::Account => ZoneSource::Account,
            Source::Usual => ZoneSource::Usual,
        };
        Self { name: it.name, source }
    }
}

/// Where Meta delivers to.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookView {
    callback_url: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    verified_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_delivery_at: Option<Timestamp>,
    /// Where Meta delivers, as it said when it was last asked, or showed by delivering.
    state: DeliversName,
    /// When Meta said so; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    said_at: Option<Timestamp>,
    /// When verification was last asked for with another verify token than ours, since it last came with the right one.
    #[schema(value_type = Option<String>, format = DateTime)]
    wrong_token_at: Option<Timestamp>,
    /// Where Meta delivers instead; empty: nowhere; null: here, or not known.
    elsewhere: Option<String>,
    /// When Meta was last asked.
    #[schema(value_type = Option<String>, format = DateTime)]
    looked_at: Option<Timestamp>,
}

/// Where Meta delivers a number's messages to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookState)]
pub(crate) enum DeliversName {
    /// To this server.
    Here,
    /// To another address.
    Elsewhere,
    /// To nobody.
    Nowhere,
    /// Meta was not asked, or did not answer.
    Unknown,
}

impl From<Delivers<'_>> for DeliversName {
    fn from(it: Delivers<'_>) -> Self {
        match it {
            Delivers::Here => Self::Here,
            Delivers::Elsewhere(_) => Self::Elsewhere,
            Delivers::Nowhere => Self::Nowhere,
            Delivers::Unknown => Self::Unknown,
        }
    }
}

/// What stands beside an account's integrations in its lists.
pub(super) struct Beside {
    bots: HashMap<Id<Bot>, Bot>,
    hours: HashMap<Id<Integration>, Vec<Hour>>,
    backlogs: HashMap<Id<Integration>, Backlog>,
    zone: Option<String>,
    now: Timestamp,
}

impl Beside {
    /// What stands beside these, which are in the order of their ids.
    pub(super) async fn load(app: &App, caller: &Caller, of: &[Integration]) -> Result<Self, Problem> {
        let now = app.clock.now();
        let nobody = Id::from_bytes([0; 16]);
        let span = (of.first().map_or(nobody, |it| it.id), of.last().map_or(nobody, |it| it.id));
        let (bots, hours, backlogs, settings) = tokio::try_join!(
            app.store.bots_of_integrations(caller.account, span),
            app.store.activity_of(caller.account, span, now),
            app.store.backlogs_of(caller.account, span),
            app.store.account_settings(caller.account),
        )?;
        Ok(Self {
            bots: bots.into_iter().map(|bot| (bot.id, bot)).collect(),
            hours,
            backlogs,
            zone: settings.time_zone,
            now,
        })
    }

    pub(super) fn view(&self, site: &Site, it: Integration) -> IntegrationView {
        let hours = self.hours.get(&it.id).map_or(&[][..], Vec::as_slice);
        let backlog = self.backlogs.get(&it.id).copied().unwrap_or_default();
        let stuck = !it.sends();
        let state = it.watch.delivers().into();
        let time_zone = zone::resolve(&it, self.zone.as_deref()).into();
        let bot = self.bots.get(&it.bot);
        let sum = |of: fn(&Hour) -> i64| hours.iter().map(of).sum();
        IntegrationView {
            id: it.id,
            r#type: Type::WhatsappBusiness,
            name: it.name,
            active: it.active,
            active_since: it.active_since,
            health: it.health,
            health_reason: it.health_reason.as_ref().map(speak::say),
            health_params: it.health_reason.clone(),
            damaged: it.damaged.iter().map(|damaged| damaged.pointer()).collect(),
            bot: BotRef {
                id: it.bot,
                name: bot.map(|bot| bot.name.clone()),
                version: bot.and_then(|bot| bot.version),
            },
            phone: PhoneView {
                display_phone_number: it.phone.display_phone_number,
                verified_name: it.phone.verified_name,
                quality_rating: it.phone.quality_rating.map(String::from),
                throughput_level: it.phone.throughput_level.map(String::from),
                status: it.watch.status.map(String::from),
                messaging_limit: it.watch.messaging_limit.map(String::from),
            },
            managed: it.managed.is_some(),
            last_activity_at: it.last_activity_at,
            messages_24h: sum(|hour| hour.messages),
            errors_24h: sum(|hour| hour.errors),
            ignored_24h: sum(|hour| hour.ignored),
            held: if stuck { backlog.queued } else { 0 },
            hours: strip(hours, self.now),
            credentials: CredentialsView::new(it.credentials, it.managed.is_some()),
            settings: it.settings,
            time_zone,
            webhook: WebhookView {
                callback_url: site.callback_url(it.id),
                verified_at: it.webhook_verified_at,
                last_delivery_at: it.last_delivery_at,
                state,
                said_at: it.watch.callback_at,
                wrong_token_at: it.watch.wrong_verify_at,
                elsewhere: it.watch.elsewhere,
                looked_at: it.watch.looked_at,
            },
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// 24 hours, the ones without anything too.
fn strip(hours: &[Hour], now: Timestamp) -> Vec<HourView> {
    let last = now.millis() / HOUR_MS;
    (last - HOURS + 1..=last)
        .map(|hour| {
            let found = hours.iter().find(|it| it.hour == hour);
            found.map_or_else(HourView::default, |it| HourView { messages: it.messages, errors: it.errors })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_has_all_hours_and_ends_with_the_running_one() {
        let now = Timestamp::from_millis(100 * HOUR_MS + 5);
        let hour = |hour, messages| Hour { hour, messages, ..Hour::default() };
        let strip = strip(&[hour(76, 9), hour(77, 1), hour(100, 2)], now);
        assert_eq!(strip.len(), 24);
        assert_eq!((strip[0].messages, strip[23].messages), (1, 2));
    }
}

//! Settings of an integration: their shape in the API, and what may stand in them.

use std::collections::BTreeSet;

use chasqui_model::email::Email;
use chasqui_model::integration::{Expiry, Integration, Recipients, Settings};
use phonenumber::country;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::office::talk::{TemplateButtonValue, TemplateHeader, TemplateValues};
use crate::office::{self, Fault, Refused, Wrong};
use crate::phone::{country_of, e164};

/// Settings. In requests everything may be left out: it stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Settings)]
#[expect(dead_code, reason = "describes the model's `Settings`, and refuses what it does not have")]
pub(crate) struct SettingsShape {
    /// Who is told about errors.
    error_alerts: Option<ErrorAlertsShape>,
    /// When silent conversations end.
    expiry: Option<ExpiryShape>,
    /// What goes out outside the 24-hour window; null: nothing.
    template: Option<TemplateShape>,
    /// Who may talk to the bot.
    recipients: Option<RecipientsShape>,
    /// How fast the number sends; null: as Meta's level says.
    throughput: Option<ThroughputShape>,
    /// Mark messages as read when the bot takes them.
    read_receipts: Option<bool>,
    /// Show that the bot is typing; marks as read too.
    typing_indicator: Option<bool>,
    /// Send no marketing templates to people who do not want any.
    respect_opt_out: Option<bool>,
    /// Bring the webhook back by itself when Meta delivers elsewhere.
    repair_webhook: Option<bool>,
    /// The time zone of bots that name none, such as `Europe/Berlin`; null: that of the number's country where it has one,
    /// else the account's.
    time_zone: Option<String>,
}

/// Who is told about errors.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ErrorAlerts)]
#[expect(dead_code, reason = "describes the model's `ErrorAlerts`")]
pub(crate) struct ErrorAlertsShape {
    enabled: Option<bool>,
    emails: Option<Vec<String>>,
    /// When nobody wants mail; null: never.
    quiet_hours: Option<QuietHoursShape>,
}

/// A time of day without mail, in the account's time zone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuietHours)]
#[expect(dead_code, reason = "describes the model's `QuietHours`")]
pub(crate) struct QuietHoursShape {
    /// Minutes since midnight.
    #[schema(minimum = 0, maximum = 1439)]
    from: u16,
    /// Minutes since midnight; before `from`: of the next day.
    #[schema(minimum = 0, maximum = 1439)]
    to: u16,
}

/// When silent conversations end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Expiry)]
#[expect(dead_code, reason = "describes the model's `Expiry`")]
pub(crate) struct ExpiryShape {
    enabled: Option<bool>,
    /// 5 minutes to 30 days.
    #[schema(minimum = 300, maximum = 2_592_000)]
    after_seconds: Option<u64>,
}

/// A template with its values, in which `{contact.name}` and `{contact.phone}` may stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReopenTemplate)]
#[expect(dead_code, reason = "describes the model's `Given`")]
pub(crate) struct TemplateShape {
    name: String,
    language: String,
    header: Option<TemplateHeader>,
    /// The values of its body: a list in the order of the variables, or an object by their names.
    #[schema(value_type = Option<TemplateValues>)]
    parameters: Option<Value>,
    buttons: Option<Vec<TemplateButtonValue>>,
}

/// Who may talk to the bot: everyone, or only these numbers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Recipients)]
#[expect(dead_code, reason = "describes the model's `Recipients`")]
pub(crate) struct RecipientsShape {
    mode: Mode,
    /// E.164, with `+`; with `only`.
    numbers: Option<Vec<String>>,
}

/// Whether everyone may talk to the bot.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RecipientsMode)]
pub(crate) enum Mode {
    Everyone,
    Only,
}

/// How fast a number sends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Throughput)]
#[expect(dead_code, reason = "describes the model's `Throughput`")]
pub(crate) struct ThroughputShape {
    #[schema(minimum = 1, maximum = 1000)]
    messages_per_second: u32,
}

/// Longest list of numbers.
const MOST_NUMBERS: usize = 10_000;
const MOST_EMAILS: usize = 20;

/// The settings after a request: what it names is changed, `null` is the usual value again.
pub(super) fn patched(before: &Settings, patch: Map<String, Value>) -> Result<Settings, Refused> {
    let patch = Value::Object(patch);
    check_shape::<SettingsShape>(&patch)?;
    let mut value = serde_json::to_value(before).map_err(|_| Refused::Broken)?;
    merge(&mut value, patch);
    serde_path_to_error::deserialize(value).map_err(|error| misshapen(&error))
}

fn check_shape<T: serde::de::DeserializeOwned>(value: &Value) -> Result<(), Refused> {
    serde_path_to_error::deserialize::<_, T>(value).map(|_| ()).map_err(|error| misshapen(&error))
}

/// Names the value of another shape.
fn misshapen(error: &serde_path_to_error::Error<serde_json::Error>) -> Refused {
    let (pointer, expected) = office::misshapen("/settings", error);
    Refused::field(pointer, Fault::Shape(expected))
}

/// The values of a template, which are replaced as a whole.
const VALUES: [&str; 3] = ["header", "parameters", "buttons"];

/// JSON merge patch (RFC 7396), except that recipients are replaced as a whole: another mode has other fields. So are the
/// values of a template.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() || patch.contains_key("mode") {
        *target = Value::Object(Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    if patch.get("name").is_some_and(|name| target.get("name").is_some_and(|before| before != name)) {
        // The values of another template.
        target.retain(|key, _| !VALUES.contains(&key.as_str()));
    }
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else if VALUES.contains(&key.as_str()) {
            target.insert(key, value);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

/// Checks settings, and writes numbers the way they are compared.
pub(super) fn check(settings: &mut Settings, country: Option<country::Id>, errors: &mut Vec<Wrong>) {
    let mut wrong = |pointer: &str, fault| {
        errors.push(Wrong::new(format!("/settings/{pointer}"), fault));
    };
    let alerts = &mut settings.error_alerts;
    if alerts.enabled && alerts.emails.is_empty() {
        wrong("error_alerts/emails", Fault::NoAddress);
    }
    if alerts.emails.len() > MOST_EMAILS {
        wrong("error_alerts/emails", Fault::TooManyAddresses);
    }
    for (index, email) in alerts.emails.iter_mut().enumerate() {
        if let Some(address) = Email::parse(email) {
            *email = address.into_string();
        } else {
            wrong(&format!("error_alerts/emails/{index}"), Fault::NotAnAddress(email.clone()));
        }
    }
    if alerts.quiet_hours.is_some_and(|it| it.from >= 1440 || it.to >= 1440 || it.from == it.to) {
        wrong("error_alerts/quiet_hours", Fault::QuietHours);
    }
    if !(Expiry::SHORTEST..=Expiry::LONGEST).contains(&settings.expiry.after_seconds) {
        wrong("expiry/after_seconds", Fault::Expiry);
    }
    if let Some(template) = &settings.template {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if template.name.is_empty() || template.name.len() > 512 || !template.name.chars().all(is_name) {
            wrong("template/name", Fault::TemplateName);
        }
        let is_language = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !(2..=15).contains(&template.language.len()) || !template.language.chars().all(is_language) {
            wrong("template/language", Fault::TemplateLanguage);
        }
        if let Some(variable) = chasqui_runtime::template::unknown_variable(template) {
            wrong("template/parameters", Fault::TemplateVariable(variable.clone()));
        }
    }
    if settings.throughput.is_some_and(|it| !(1..=1000).contains(&it.messages_per_second)) {
        wrong("throughput/messages_per_second", Fault::Throughput);
    }
    if settings.time_zone.as_ref().is_some_and(|zone| !chasqui_runtime::is_time_zone(zone)) {
        wrong("time_zone", Fault::TimeZone);
    }
    if let Recipients::Only { numbers } = &mut settings.recipients {
        check_numbers(numbers, country, errors);
    }
}

/// Whether this refuses a number that may be one once its country is known.
pub(super) fn wants_country(error: &Wrong) -> bool {
    error.fault == Fault::PhoneNumber && error.pointer.starts_with(NUMBERS)
}

const NUMBERS: &str = "/settings/recipients/numbers";

fn check_numbers(numbers: &mut Vec<String>, country: Option<country::Id>, errors: &mut Vec<Wrong>) {
    if numbers.is_empty() {
        errors.push(Wrong::new(NUMBERS, Fault::NoNumbers));
    }
    if numbers.len() > MOST_NUMBERS {
        errors.push(Wrong::new(NUMBERS, Fault::TooManyNumbers));
        return;
    }
    let mut read = BTreeSet::new();
    for (index, number) in numbers.iter().enumerate() {
        if let Some(number) = e164(number, country) {
            read.insert(number);
        } else {
            errors.push(Wrong::new(format!("{NUMBERS}/{index}"), Fault::PhoneNumber));
        }
    }
    *numbers = read.into_iter().collect();
}

/// The country of an integration's own number: of numbers that are written without a country code.
pub(crate) fn country(it: &Integration) -> Option<country::Id> {
    it.phone.display_phone_number.as_deref().and_then(country_of)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(value: Value) -> Map<String, Value> {
        let Value::Object(patch) = value else { panic!("not an object") };
        patch
    }

    #[test]
    fn the_shape_is_the_models() {
        let full = json!({ "error_alerts": { "enabled": true, "emails": ["a@b.example"] },
            "expiry": { "enabled": true, "after_seconds": 600 },
            "template": { "name": "reopen", "language": "en", "parameters": ["{contact.name}"] },
            "recipients": { "mode": "only", "numbers": ["+4915123456789"] },
            "throughput": { "messages_per_second": 20 }, "read_receipts": true, "typing_indicator": true,
            "respect_opt_out": false, "repair_webhook": true, "time_zone": "Europe/Berlin" });
        let settings = patched(&Settings::default(), patch(full.clone())).unwrap();
        assert_eq!(serde_json::to_value(&settings).unwrap(), full);
        let mut errors = Vec::new();
        check(&mut settings.clone(), None, &mut errors);
        assert_eq!(errors, []);
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_away() {
        let before = patched(
            &Settings::default(),
            patch(json!({ "template": { "name": "a", "language": "en" },
            "recipients": { "mode": "only", "numbers": ["+49151"] } })),
        )
        .unwrap();
        let after = patched(&before, patch(json!({ "expiry": { "enabled": true } }))).unwrap();
        assert!(after.expiry.enabled && after.template.is_some());
        assert_eq!(after.expiry.after_seconds, 24 * 3600);
        let after = patched(&after, patch(json!({ "template": null, "recipients": { "mode": "everyone" } })))
            .unwrap();
        assert_eq!((after.template, after.recipients), (None, Recipients::Everyone));
    }

    #[test]
    fn a_typing_error_is_refused() {
        assert!(patched(&Settings::default(), patch(json!({ "expirey": {} }))).is_err());
        assert!(
            patched(&Settings::default(), patch(json!({ "expiry": { "after_seconds": "10" } }))).is_err()
        );
    }

    #[test]
    fn every_wrong_value_is_named() {
        let wrong = json!({ "error_alerts": { "enabled": true, "emails": ["nobody"] }, "expiry": { "after_seconds": 1 },
            "template": { "name": "Hello There", "language": "e" }, "throughput": { "messages_per_second": 0 }, "time_zone": "Mars/North",
            "recipients": { "mode": "only", "numbers": ["+49 151 23456789", "0151 1"] } });
        let mut settings = patched(&Settings::default(), patch(wrong)).unwrap();
        let mut errors = Vec::new();
        check(&mut settings, None, &mut errors);
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/settings/error_alerts/emails/0",
                "/settings/expiry/after_seconds",
                "/settings/template/name",
                "/settings/template/language",
                "/settings/throughput/messages_per_second",
                "/settings/time_zone",
                "/settings/recipients/numbers/1"
            ]
        );
    }
}

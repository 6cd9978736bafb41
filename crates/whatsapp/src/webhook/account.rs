//! What Meta tells of accounts, numbers and templates: fields that go to the app's own callback only.

use super::json::Object;

/// One thing that Meta tells of an account, a number or a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tidings {
    /// A template has another status.
    TemplateStatus {
        /// Its name.
        name: String,
        /// Its language, as templates are listed.
        language: String,
        /// APPROVED, REJECTED, PAUSED …
        status: String,
        /// Why, in Meta's words.
        reason: Option<String>,
    },
    /// A template has another quality.
    TemplateQuality {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// GREEN, YELLOW, RED, UNKNOWN.
        quality: String,
    },
    /// A template has, or will have, another category.
    TemplateCategory {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// The category.
        category: String,
        /// Announced only: it comes within a day.
        later: bool,
    },
    /// A template's text was changed at Meta: fetch it again.
    TemplateChanged {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
    },
    /// A number's throughput or limit changed.
    NumberQuality {
        /// `THROUGHPUT_UPGRADE`, FLAGGED …
        event: String,
        /// `TIER_2K` …
        limit: Option<String>,
    },
    /// Meta decided about a number's display name.
    NumberName {
        /// The name.
        name: Option<String>,
        /// APPROVED, REJECTED …
        decision: String,
        /// Why not.
        reason: Option<String>,
    },
    /// The business may begin so many conversations.
    Limit {
        /// As Meta writes it.
        limit: String,
    },
    /// The account was restricted, reinstated, left …
    Account {
        /// `ACCOUNT_RESTRICTION`, `DISABLED_UPDATE` …
        event: String,
        /// More in Meta's words.
        detail: Option<String>,
    },
    /// Meta decided about the account.
    Review {
        /// APPROVED, REJECTED …
        decision: String,
    },
    /// Meta alerts.
    Alert {
        /// CRITICAL, WARNING, INFORMATIONAL.
        severity: String,
        /// In Meta's words.
        description: String,
    },
    /// The number's PIN.
    Security {
        /// `PIN_CHANGED`, `PIN_RESET_REQUEST` …
        event: String,
    },
}

/// Reads the value of an [`Update::Field`](super::Update::Field). `None` for fields that say nothing about accounts, and
/// for values that cannot be read.
pub fn tidings(field: &str, value: &str) -> Option<Tidings> {
    let value = Object::parse(value)?;
    let template = || {
        let name = text(&value, "message_template_name")?;
        // Printed as `en-US` here and listed as `en_US`.
        Some((name, text(&value, "message_template_language")?.replace('-', "_")))
    };
    let none = |text: Option<String>| text.filter(|text| text != "NONE" && !text.is_empty());
    Some(match field {
        // Meta's own sample shows qualities under the field of statuses.
        "message_template_status_update" | "message_template_quality_update"
            if text(&value, "new_quality_score").is_some() =>
        {
            let (name, language) = template()?;
            Tidings::TemplateQuality { name, language, quality: text(&value, "new_quality_score")? }
        }
        "message_template_status_update" => {
            let (name, language) = template()?;
            let rejected = value.object("rejection_info").and_then(|it| text(&it, "reason"));
            let other = value.object("other_info").and_then(|it| text(&it, "description"));
            let reason = rejected.or(other).or_else(|| none(text(&value, "reason")));
            let status = match text(&value, "event")?.as_str() {
                "REINSTATED" => "APPROVED".to_owned(),
                other => other.to_owned(),
            };
            Tidings::TemplateStatus { name, language, status, reason }
        }
        "message_template_components_update" => {
            let (name, language) = template()?;
            Tidings::TemplateChanged { name, language }
        }
        "template_category_update" => {
            let (name, language) = template()?;
            let (coming, current) = (text(&value, "correct_category"), text(&value, "new_category")?);
            let later = coming.is_some();
            Tidings::TemplateCategory { name, language, category: coming.unwrap_or(current), later }
        }
        "phone_number_quality_update" => {
            let limit =
                text(&value, "max_daily_conversations_per_business").or(text(&value, "current_limit"));
            Tidings::NumberQuality { event: text(&value, "event")?, limit }
        }
        "phone_number_name_update" => Tidings::NumberName {
            name: text(&value, "requested_verified_name"),
            decision: text(&value, "decision")?,
            reason: none(text(&value, "rejection_reason")),
        },
        "business_capability_update" => Tidings::Limit {
            limit: text(&value, "max_daily_conversations_per_business")
                .or_else(|| text(&value, "max_daily_conversation_per_phone"))?,
        },
        "account_update" => {
            let ban = value.object("ban_info").and_then(|it| text(&it, "waba_ban_state"));
            let violation = value.object("violation_info").and_then(|it| text(&it, "violation_type"));
            let restrictions = value.array("restriction_info");
            let restriction =
                restrictions.first().and_then(|raw| text(&Object::parse(raw.get())?, "restriction_type"));
            let detail = ban.or(violation).or(restriction);
            Tidings::Account { event: text(&value, "event")?, detail }
        }
        "account_review_update" => Tidings::Review { decision: text(&value, "decision")? },
        "account_alerts" => {
            let info = value.object("alert_info");
            let info = info.as_ref().unwrap_or(&value);
            Tidings::Alert {
                severity: text(info, "alert_severity")?,
                description: text(info, "alert_description").or_else(|| text(info, "alert_type"))?,
            }
        }
        "security" => Tidings::Security { event: text(&value, "event")? },
        _ => return None,
    })
}

fn text(object: &Object<'_>, key: &str) -> Option<String> {
    object.text(key).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_template_says_why() {
        let value = r#"{"event":"REJECTED","message_template_id":1689556908129835,"message_template_name":"abandoned_cart","message_template_language":"en-US","reason":"INVALID_FORMAT","rejection_info":{"reason":"parameters next to each other"}}"#;
        let Some(Tidings::TemplateStatus { name, language, status, reason }) =
            tidings("message_template_status_update", value)
        else {
            panic!("not a status");
        };
        assert_eq!(
            (name.as_str(), language.as_str(), status.as_str()),
            ("abandoned_cart", "en_US", "REJECTED")
        );
        assert_eq!(reason.as_deref(), Some("parameters next to each other"));
    }

    #[test]
    fn what_is_printed_as_a_number_is_text() {
        let value = r#"{"max_daily_conversations_per_business":2000,"max_phone_numbers_per_waba":25}"#;
        assert_eq!(
            tidings("business_capability_update", value),
            Some(Tidings::Limit { limit: "2000".into() })
        );
        let value = r#"{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1641330498}]}"#;
        let detail = Some("RESTRICTED_BIZ_INITIATED_MESSAGING".into());
        let account = Tidings::Account { event: "ACCOUNT_RESTRICTION".into(), detail };
        assert_eq!(tidings("account_update", value), Some(account));
        assert_eq!(tidings("flows", "{}"), None);
        assert_eq!(tidings("security", "7"), None);
    }
}

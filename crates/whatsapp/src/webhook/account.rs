//! What Meta tells of accounts, numbers and templates: fields that go to the app's own callback only.

use chasqui_model::state::{
    AccountDetail, AccountEvent, AlertSeverity, Decision, MessagingLimit, NumberEvent, Quality,
    SecurityEvent, TemplateCategory, TemplateStatus,
};

use super::json::Object;

/// One thing that Meta tells of an account, a number or a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountNews {
    /// A template has another status.
    TemplateStatus {
        /// Its name.
        name: String,
        /// Its language, as templates are listed.
        language: String,
        /// The status.
        status: TemplateStatus,
        /// Why, in Meta's words.
        reason: Option<String>,
    },
    /// A template has another quality.
    TemplateQuality {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// The quality.
        quality: Quality,
    },
    /// A template has, or will have, another category.
    TemplateCategory {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// The category.
        category: TemplateCategory,
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
        /// What happened.
        event: NumberEvent,
        /// The limit.
        limit: Option<MessagingLimit>,
    },
    /// Meta decided about a number's display name.
    NumberName {
        /// The name.
        name: Option<String>,
        /// The decision.
        decision: Decision,
        /// Why not.
        reason: Option<String>,
    },
    /// The business may begin so many conversations.
    Limit {
        /// So many.
        limit: MessagingLimit,
    },
    /// The account was restricted, reinstated, left …
    Account {
        /// What happened.
        event: AccountEvent,
        /// What kind of it.
        detail: Option<AccountDetail>,
    },
    /// Meta decided about the account.
    Review {
        /// The decision.
        decision: Decision,
    },
    /// Meta alerts.
    Alert {
        /// How bad it is.
        severity: AlertSeverity,
        /// In Meta's words.
        description: String,
    },
    /// The number's PIN.
    Security {
        /// What happened to it.
        event: SecurityEvent,
    },
}

/// Reads the value of a field. `None` for fields that say nothing about accounts, and for values that cannot be read.
pub(super) fn account_news(field: &str, value: &str) -> Option<AccountNews> {
    let value = Object::parse(value)?;
    of_template(field, &value).or_else(|| of_number(field, &value)).or_else(|| of_account(field, &value))
}

/// Meta writes NONE where there is nothing to say.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| text != "NONE" && !text.is_empty())
}

/// What is told of a template.
fn of_template(field: &str, value: &Object<'_>) -> Option<AccountNews> {
    let template = || {
        let name = text(value, "message_template_name")?;
        // Printed as `en-US` here and listed as `en_US`.
        Some((name, text(value, "message_template_language")?.replace('-', "_")))
    };
    Some(match field {
        // Meta's own sample shows qualities under the field of statuses.
        "message_template_status_update" | "message_template_quality_update"
            if text(value, "new_quality_score").is_some() =>
        {
            let (name, language) = template()?;
            AccountNews::TemplateQuality { name, language, quality: text(value, "new_quality_score")?.into() }
        }
        "message_template_status_update" => {
            let (name, language) = template()?;
            let rejected = value.object("rejection_info").and_then(|it| text(&it, "reason"));
            let other = value.object("other_info").and_then(|it| text(&it, "description"));
            let reason = rejected.or(other).or_else(|| said(text(value, "reason")));
            let status = match text(value, "event")? {
                event if event == "REINSTATED" => TemplateStatus::Approved,
                event => event.into(),
            };
            AccountNews::TemplateStatus { name, language, status, reason }
        }
        "message_template_components_update" => {
            let (name, language) = template()?;
            AccountNews::TemplateChanged { name, language }
        }
        "template_category_update" => {
            let (name, language) = template()?;
            let (coming, current) = (text(value, "correct_category"), text(value, "new_category")?);
            let later = coming.is_some();
            AccountNews::TemplateCategory {
                name,
                language,
                category: coming.unwrap_or(current).into(),
                later,
            }
        }
        _ => return None,
    })
}

/// What is told of a number.
fn of_number(field: &str, value: &Object<'_>) -> Option<AccountNews> {
    Some(match field {
        "phone_number_quality_update" => {
            let limit = text(value, "max_daily_conversations_per_business").or(text(value, "current_limit"));
            AccountNews::NumberQuality {
                event: text(value, "event")?.into(),
                limit: limit.map(MessagingLimit::from),
            }
        }
        "phone_number_name_update" => AccountNews::NumberName {
            name: text(value, "requested_verified_name"),
            decision: text(value, "decision")?.into(),
            reason: said(text(value, "rejection_reason")),
        },
        "security" => AccountNews::Security { event: text(value, "event")?.into() },
        _ => return None,
    })
}

/// What is told of a business account.
fn of_account(field: &str, value: &Object<'_>) -> Option<AccountNews> {
    Some(match field {
        "business_capability_update" => AccountNews::Limit {
            limit: text(value, "max_daily_conversations_per_business")
                .or_else(|| text(value, "max_daily_conversation_per_phone"))?
                .into(),
        },
        "account_update" => {
            let ban = value.object("ban_info").and_then(|it| text(&it, "waba_ban_state"));
            let violation = value.object("violation_info").and_then(|it| text(&it, "violation_type"));
            let restrictions = value.array("restriction_info");
            let restriction =
                restrictions.first().and_then(|raw| text(&Object::parse(raw.get())?, "restriction_type"));
            let detail = ban.or(violation).or(restriction).map(AccountDetail::from);
            AccountNews::Account { event: text(value, "event")?.into(), detail }
        }
        "account_review_update" => AccountNews::Review { decision: text(value, "decision")?.into() },
        "account_alerts" => {
            let info = value.object("alert_info");
            let info = info.as_ref().unwrap_or(value);
            AccountNews::Alert {
                severity: text(info, "alert_severity")?.into(),
                description: text(info, "alert_description").or_else(|| text(info, "alert_type"))?,
            }
        }
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
        let Some(AccountNews::TemplateStatus { name, language, status, reason }) =
            account_news("message_template_status_update", value)
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
            account_news("business_capability_update", value),
            Some(AccountNews::Limit { limit: "2000".to_owned().into() })
        );
        let value = r#"{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1641330498}]}"#;
        let detail = Some("RESTRICTED_BIZ_INITIATED_MESSAGING".to_owned().into());
        let account = AccountNews::Account { event: AccountEvent::Restriction, detail };
        assert_eq!(account_news("account_update", value), Some(account));
        assert_eq!(account_news("flows", "{}"), None);
        assert_eq!(account_news("security", "7"), None);
    }
}

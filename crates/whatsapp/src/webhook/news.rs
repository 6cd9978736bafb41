//! Which field of a webhook tells what. The names of the fields end here.

use super::{News, account, echo, preference, standby, trace, user_id};

/// What an app is subscribed to: messages, what is said past us, and everything about accounts, numbers and templates. Of
/// what nothing here acts on, there is a [`Trace`](super::Trace).
pub const FIELDS: &[&str] = &[
    MESSAGES,
    "standby",
    "messaging_handovers",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "user_preferences",
    "account_update",
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "business_capability_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "flows",
    "calls",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
];

/// Without this one nothing works.
pub const MESSAGES: &str = "messages";

/// Reads the value of a field. What cannot be read as what its field says is a trace of it.
pub(super) fn read(field: &str, value: &str) -> News {
    match field {
        "user_preferences" => News::Preferences(preference::preferences(value)),
        "user_id_update" => News::UserIds(user_id::user_id_updates(value)),
        "smb_message_echoes" | "message_echoes" => News::Echoes(echo::echoes(value)),
        "standby" => News::Standby(standby::standby(value)),
        "messaging_handovers" => match standby::handovers(value) {
            all if all.is_empty() => News::Traces(trace::traces(field, value)),
            all => News::Handovers(all),
        },
        _ => match account::account_news(field, value) {
            Some(news) => News::Account(news),
            None => News::Traces(trace::traces(field, value)),
        },
    }
}

//! Which field of a webhook tells what. The names of the fields end here.

use super::{News, account, echo, preference, standby, trace, user_id};

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

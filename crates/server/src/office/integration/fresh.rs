//! An integration that nothing is known of yet.

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::{Credentials, Health, Integration, Phone, Settings, Watch};
use chasqui_model::{Id, Timestamp};

/// An integration that nothing is known of yet: switched on, not asked about.
pub(super) fn fresh(
    id: Id<Integration>,
    account: Id<Account>,
    bot: Id<Bot>,
    (credentials, settings): (Credentials, Settings),
    now: Timestamp,
) -> Integration {
    Integration {
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

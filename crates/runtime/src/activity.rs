//! What numbers do, counted in memory and added to the store once a second. Figures for people; no decision is taken
//! from them. Errors are counted from their events, see [`crate::alert`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::integration::Activity;

type Counts = HashMap<Id<Integration>, (Id<Account>, Activity)>;

/// Counts since the last flush.
#[derive(Debug, Default)]
pub(crate) struct Counter(Mutex<Counts>);

impl Counter {
    fn with(&self, integration: &Integration, change: impl FnOnce(&mut Activity)) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry =
            counts.entry(integration.id).or_insert_with(|| (integration.account, Activity::default()));
        change(&mut entry.1);
    }

    /// Messages in or out.
    pub(crate) fn messages(&self, integration: &Integration, messages: i64, at: Timestamp) {
        self.with(integration, |activity| {
            activity.messages += messages;
            activity.last_activity_at = activity.last_activity_at.max(Some(at));
        });
    }

    /// A signed delivery.
    pub(crate) fn delivery(&self, integration: &Integration, at: Timestamp) {
        self.with(integration, |activity| {
            activity.last_delivery_at = activity.last_delivery_at.max(Some(at));
        });
    }

    /// Messages that nobody is to answer.
    pub(crate) fn ignored(&self, integration: &Integration, messages: i64) {
        self.with(integration, |activity| activity.ignored += messages);
    }

    /// What was counted since the last time.
    pub(crate) fn take(&self) -> Counts {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

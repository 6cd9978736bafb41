//! What Meta charges for a message since October 2026: templates always, free-form replies after the first 1,000 of a
//! number's calendar month, nothing for a while after an ad.

use std::collections::HashMap;
use std::sync::Arc;

use chasqui_model::Timestamp;
use serde_json::{Value, json};

/// The category of free-form replies.
pub(crate) const SERVICE: &str = "service";
const AD: &str = "referral_conversion";

/// What a message costs, as its statuses tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    /// `marketing`, `utility`, `service` …
    category: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Regular,
    FreeCustomerService,
    FreeEntryPoint,
}

impl Price {
    /// Of a message in the time that is free after an ad.
    pub(crate) fn after_ad() -> Self {
        Self { category: AD.to_owned(), kind: Kind::FreeEntryPoint }
    }

    /// Of a template.
    pub(crate) fn of_template(category: String) -> Self {
        Self { category, kind: Kind::Regular }
    }

    /// The object `pricing` of a status.
    pub(crate) fn object(&self) -> Value {
        let kind = match self.kind {
            Kind::Regular => "regular",
            Kind::FreeCustomerService => "free_customer_service",
            Kind::FreeEntryPoint => "free_entry_point",
        };
        let billable = self.kind == Kind::Regular;
        json!({"billable": billable, "pricing_model": "PMP", "category": self.category, "type": kind})
    }

    /// The object `conversation`: of older webhook versions, and of newer ones after an ad.
    pub(crate) fn conversation(&self, id: &str, older: bool) -> Option<Value> {
        (older || self.kind == Kind::FreeEntryPoint)
            .then(|| json!({"id": id, "origin": {"type": self.category}}))
    }
}

/// How many service messages each number has sent in its month.
#[derive(Debug, Default)]
pub(crate) struct Prices {
    /// The month, `2026-11`, and the messages in it.
    sent: HashMap<Arc<str>, (String, u32)>,
}

impl Prices {
    /// The price of one more service message. It counts in the month that it is in the business account's time zone.
    pub(crate) fn service(
        &mut self,
        phone_number_id: &Arc<str>,
        free: u32,
        utc_offset_minutes: i32,
        now: Timestamp,
    ) -> Price {
        let there = Timestamp::from_millis(now.millis() + i64::from(utc_offset_minutes) * 60_000);
        let month: String = there.to_string().chars().take(7).collect();
        let counted = self.sent.entry(Arc::clone(phone_number_id)).or_default();
        if counted.0 != month {
            *counted = (month, 0);
        }
        counted.1 = counted.1.saturating_add(1);
        let kind = if counted.1 <= free { Kind::FreeCustomerService } else { Kind::Regular };
        Price { category: SERVICE.to_owned(), kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(prices: &mut Prices, offset: i32, at: &str) -> Kind {
        prices.service(&"1".into(), 2, offset, Timestamp::parse(at).unwrap()).kind
    }

    #[test]
    fn the_free_ones_start_anew_at_the_accounts_midnight() {
        let mut prices = Prices::default();
        let mut at = |at: &str| kind(&mut prices, 60, at);
        assert_eq!(at("2026-11-30T10:00:00Z"), Kind::FreeCustomerService);
        assert_eq!(at("2026-11-30T10:00:01Z"), Kind::FreeCustomerService);
        assert_eq!(at("2026-11-30T22:59:59Z"), Kind::Regular);
        assert_eq!(at("2026-11-30T23:00:00Z"), Kind::FreeCustomerService);
        let mut prices = Prices::default();
        let mut at = |at: &str| kind(&mut prices, -300, at);
        assert_eq!(at("2026-12-01T04:00:00Z"), Kind::FreeCustomerService);
        assert_eq!(at("2026-12-01T04:30:00Z"), Kind::FreeCustomerService);
        assert_eq!(at("2026-12-01T04:59:00Z"), Kind::Regular);
        assert_eq!(at("2026-12-01T05:00:00Z"), Kind::FreeCustomerService);
    }
}

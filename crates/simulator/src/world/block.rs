//! Who a number has blocked.

use std::collections::HashMap;

/// The most that a number can block.
pub(crate) const MOST: usize = 64_000;

/// The lists of all numbers, in the order in which people were blocked.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    by_number: HashMap<String, Vec<String>>,
}

impl Blocks {
    pub(crate) fn of(&self, phone_number_id: &str) -> &[String] {
        self.by_number.get(phone_number_id).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn holds(&self, phone_number_id: &str, wa_id: &str) -> bool {
        self.of(phone_number_id).iter().any(|blocked| blocked == wa_id)
    }

    /// `false` when the list is full.
    pub(crate) fn add(&mut self, phone_number_id: &str, wa_id: &str) -> bool {
        let list = self.by_number.entry(phone_number_id.to_owned()).or_default();
        if list.iter().any(|blocked| blocked == wa_id) {
            return true;
        }
        if list.len() >= MOST {
            return false;
        }
        list.push(wa_id.to_owned());
        true
    }

    pub(crate) fn remove(&mut self, phone_number_id: &str, wa_id: &str) {
        if let Some(list) = self.by_number.get_mut(phone_number_id) {
            list.retain(|blocked| blocked != wa_id);
        }
    }
}

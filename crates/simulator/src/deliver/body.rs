//! Updates, put into one body.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::escape;
use super::queue::{Part, Waiting};

/// The most updates in one body.
pub(crate) const MOST_UPDATES: usize = 1000;
/// The largest body.
pub(crate) const MOST_BYTES: usize = 3 * 1024 * 1024;

/// How several updates are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// An entry for each.
    Entries,
    /// An entry for each business account, a change for each update.
    Changes,
    /// A change for each number, all its updates in it.
    #[default]
    Messages,
}

/// The body with all updates, in their order as far as the layout allows.
pub(crate) fn body(updates: &[&Waiting], split: Split) -> Vec<u8> {
    let mut entries: Vec<(&str, Vec<Change<'_>>)> = Vec::new();
    for update in updates {
        let same_entry = split != Split::Entries;
        let entry = match entries.last_mut() {
            Some((account, changes)) if same_entry && *account == update.account_id => changes,
            _ => {
                entries.push((&update.account_id, Vec::new()));
                let last = entries.len() - 1;
                &mut entries[last].1
            }
        };
        match entry.last_mut() {
            Some(change) if split == Split::Messages && change.takes(update) => change.updates.push(update),
            _ => entry.push(Change { updates: vec![update] }),
        }
    }
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(account, changes)| {
            let changes: Vec<Value> = changes.iter().map(Change::value).collect();
            json!({"id": account, "changes": changes})
        })
        .collect();
    escape::to_vec(&json!({"object": "whatsapp_business_account", "entry": entries}))
}

/// Updates that share a change.
struct Change<'a> {
    updates: Vec<&'a Waiting>,
}

impl Change<'_> {
    fn takes(&self, update: &Waiting) -> bool {
        let first = self.updates[0];
        first.phone_number_id == update.phone_number_id
            && first.field == update.field
            && first.display == update.display
            && first.further == update.further
    }

    fn value(&self) -> Value {
        let first = self.updates[0];
        let mut value = Map::new();
        value.insert("messaging_product".into(), json!("whatsapp"));
        let metadata =
            json!({"display_phone_number": first.display, "phone_number_id": first.phone_number_id});
        value.insert("metadata".into(), metadata);
        if first.field == "standby" {
            // Copies of what somebody else handles stand one level deeper.
            value.insert("standby".into(), Value::Object(self.parts()));
        } else {
            value.extend(self.parts());
        }
        value.extend(first.further.clone());
        json!({"value": value, "field": first.field})
    }

    fn parts(&self) -> Map<String, Value> {
        let mut parts = Map::new();
        let mut contacts: Vec<&Value> = Vec::new();
        for contact in self.updates.iter().flat_map(|update| &update.contacts) {
            if !contacts.contains(&contact) {
                contacts.push(contact);
            }
        }
        if !contacts.is_empty() {
            parts.insert("contacts".into(), json!(contacts));
        }
        let (mut messages, mut statuses) = (Vec::new(), Vec::new());
        for update in &self.updates {
            match &update.part {
                Part::Message(message) => messages.push(message),
                Part::Status(status) => statuses.push(status),
            }
        }
        let echoes = matches!(&*self.updates[0].field, "smb_message_echoes" | "message_echoes");
        let said = if echoes { "message_echoes" } else { "messages" };
        for (key, list) in [(said, messages), ("statuses", statuses)] {
            if !list.is_empty() {
                parts.insert(key.into(), json!(list));
            }
        }
        parts
    }
}

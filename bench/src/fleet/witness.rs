//! What the database holds about the contacts of messages that broke a law: written beside the logs, for whoever looks
//! for the cause.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::cluster::Cluster;
use crate::mark::Mark;
use crate::meta::Meta;

/// More tell nothing new.
const CONTACTS: usize = 20;
/// Tables with a contact's rows: the condition finds those of the contact `c`.
const OF_CONTACT: [(&str, &str); 8] = [
    ("contact", "t.id = c.id"),
    ("inbox", "t.contact = c.id"),
    ("conversation", "t.contact = c.id"),
    ("message", "t.contact = c.id"),
    ("outbox", "t.id IN (SELECT id FROM message WHERE contact = c.id)"),
    ("call", "t.contact = c.id"),
    ("timer", "t.contact = c.id"),
    ("dead_letter", "t.contact = c.id"),
];
/// Tables that are shown whole.
const WHOLE: [&str; 2] = ["part_lease", "worker"];

/// Writes down what is known of these messages' contacts.
pub async fn write(cluster: &Cluster, meta: &Meta, marks: &[Mark], file: &Path) -> Result<()> {
    let mut text = String::new();
    let mut shown = Vec::new();
    for mark in marks {
        // Writing to memory does not fail.
        let _ = writeln!(text, "{mark}: {}", meta.ledger.borrow().account_of(*mark));
        let rows = cluster.ask(&was_taken(*mark)).await?;
        let _ = writeln!(
            text,
            "  its key in dedupe: {}",
            if rows.trim().is_empty() { "none" } else { rows.trim() }
        );
        if !shown.contains(&mark.contact) && shown.len() < CONTACTS {
            shown.push(mark.contact);
            let Some((number, phone)) = meta.ledger.borrow().contact(mark.contact) else { continue };
            let id = meta.numbers[number].id();
            for (table, condition) in OF_CONTACT {
                let sql = format!(
                    "SELECT '  {table} ' || to_jsonb(t)::text FROM contact c JOIN integration i ON i.id = c.integration \
                     JOIN {table} t ON {condition} \
                     WHERE c.wa_id = '{phone}' AND i.phone_number_id = '{id}' ORDER BY to_jsonb(t)->>'no', t::text"
                );
                text.push_str(&cluster.ask(&sql).await?);
            }
        }
    }
    for table in WHOLE {
        text.push_str(&cluster.ask(&format!("SELECT '{table} ' || to_jsonb(t)::text FROM {table} t")).await?);
    }
    Ok(std::fs::write(file, text)?)
}

/// Asks for the key by which the server knows that it has taken a message. Its first four bytes are a time.
fn was_taken(mark: Mark) -> String {
    let wamid = format!("wamid.IN{}.{}", mark.contact, mark.n);
    let mut hash = Sha256::new();
    for part in ["message", &wamid] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let key = hex::encode(&hash.finalize()[4..16]);
    format!("SELECT to_jsonb(d) FROM dedupe d WHERE substr(encode(uuid_send(d.key), 'hex'), 9) = '{key}'")
}

//! The bots that a draft may lead to, fetched beforehand so that a step finds everything without waiting. Only the
//! account's own: another account's bot is not there.

use std::collections::HashMap;
use std::sync::Arc;

use chasqui_flow::{Definition, Flow, FlowKey, Library, references};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;

use super::{Desk, Refused};

/// A bot may lead to bots that lead to others; this many are fetched and no more.
const MOST: usize = 64;
/// And this many bytes of bot files; the one that goes beyond it is the last.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Published bots of one account, ready to run.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    flows: HashMap<FlowKey, Arc<Flow>>,
    newest: HashMap<String, FlowKey>,
    bytes: usize,
}

impl Fetched {
    /// Fetches what a definition leads to, and what that leads to.
    pub(crate) async fn of(
        desk: &Desk,
        account: Id<Account>,
        definition: &Definition,
    ) -> Result<Self, Refused> {
        let mut fetched = Self::default();
        let mut wanted = references(definition);
        while let Some(reference) = wanted.pop() {
            let full = fetched.flows.len() >= MOST || fetched.bytes >= MOST_BYTES;
            if full || fetched.newest.contains_key(&reference) {
                continue;
            }
            let Ok(bot) = reference.parse::<Id<Bot>>() else { continue };
            let Some(version) = desk.store.bot(account, bot).await?.and_then(|bot| bot.version) else {
                continue;
            };
            let Some(found) = desk.store.version_of_bot(account, bot, version).await? else { continue };
            fetched.bytes += found.definition.len();
            let compile = move || Definition::parse(&found.definition).and_then(Flow::compile);
            let Ok(flow) = desk.heavy(account, compile).await? else { continue };
            wanted.extend(flow.references());
            let key = FlowKey { bot, version };
            fetched.flows.insert(key, Arc::new(flow));
            fetched.newest.insert(reference, key);
        }
        Ok(fetched)
    }
}

impl Fetched {
    /// Bytes of the bot files.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Library for Fetched {
    fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        self.flows.get(key).map(Arc::clone)
    }

    fn resolve(&self, reference: &str) -> Option<FlowKey> {
        self.newest.get(reference).copied()
    }
}

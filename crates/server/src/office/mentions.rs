//! What bot files name: other bots and connections. Files never change under one revision or version, so each is read once
//! and what it names is remembered, as far as there is room.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use serde_json::Value;

use super::{Desk, Refused};

/// Most bytes that are remembered of all accounts, and of one.
const MOST: usize = 8 * 1024 * 1024;
const EACH: usize = 2 * 1024 * 1024;
/// Bots that are listed at a time.
const PAGE: u32 = 200;
/// What an entry and a name take beside their texts.
const ENTRY: usize = 160;
const NAME: usize = 48;

/// What a bot file names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The bots that it jumps to, each with its jump nodes.
    pub(crate) bots: BTreeMap<String, Vec<String>>,
    /// The connections that it uses.
    pub(crate) connections: BTreeSet<String>,
}

/// A bot and what its files name.
#[derive(Debug)]
pub(crate) struct Naming {
    pub(crate) bot: Id<Bot>,
    pub(crate) name: String,
    pub(crate) draft: Arc<Named>,
    /// `None`: it was never published.
    pub(crate) published: Option<Arc<Named>>,
}

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum File {
    /// The draft in this revision.
    Draft(Id<Bot>, i64),
    /// This version.
    Version(Id<Bot>, i64),
}

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Mentions(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<Id<Account>, Remembered>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Remembered {
    files: HashMap<File, Arc<Named>>,
    bytes: usize,
}

impl Mentions {
    fn find(&self, account: Id<Account>, file: File) -> Option<Arc<Named>> {
        self.state().accounts.get(&account)?.files.get(&file).map(Arc::clone)
    }

    /// Remembers what a file names. An account that has no room left begins anew; so do all when all together have none.
    fn keep(&self, account: Id<Account>, file: File, named: Arc<Named>) {
        let bytes = named.bytes();
        if bytes > EACH {
            return;
        }
        let mut state = self.state();
        if state.accounts.get(&account).is_some_and(|own| own.bytes + bytes > EACH) {
            let gone = state.accounts.remove(&account).unwrap_or_default();
            state.bytes -= gone.bytes;
        }
        if state.bytes + bytes > MOST {
            *state = State::default();
        }
        let own = state.accounts.entry(account).or_default();
        if own.files.insert(file, named).is_none() {
            own.bytes += bytes;
            state.bytes += bytes;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Named {
    fn bytes(&self) -> usize {
        let of = |name: &String| name.len() + NAME;
        let bots = self.bots.iter().map(|(bot, nodes)| of(bot) + nodes.iter().map(of).sum::<usize>());
        ENTRY + bots.sum::<usize>() + self.connections.iter().map(of).sum::<usize>()
    }

    /// Reads it from a kept bot file.
    fn read(text: &str) -> Result<Self, serde_json::Error> {
        let value: Value = serde_json::from_str(text)?;
        let mut named = Self::default();
        for node in value["nodes"].as_array().into_iter().flatten() {
            if let Some(connection) = node["connection"].as_str() {
                named.connections.insert(connection.to_owned());
            }
            if let (Some("jump"), Some(bot)) = (node["type"].as_str(), node["bot"].as_str()) {
                let nodes = named.bots.entry(bot.to_owned()).or_default();
                nodes.extend(node["id"].as_str().map(str::to_owned));
            }
        }
        Ok(named)
    }
}

/// What each bot of an account names. Only files that are not remembered are read, one after the other.
pub(crate) async fn of_account(desk: &Desk, account: Id<Account>) -> Result<Vec<Naming>, Refused> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = desk.store.list_bots(account, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.id);
        for bot in page {
            let draft = File::Draft(bot.id, bot.revision);
            // A bot that is deleted meanwhile names nothing any more.
            let Some(draft) = named(desk, account, draft).await? else { continue };
            let published = match bot.version {
                Some(version) => named(desk, account, File::Version(bot.id, version)).await?,
                None => None,
            };
            found.push(Naming { bot: bot.id, name: bot.name, draft, published });
        }
    }
}

async fn named(desk: &Desk, account: Id<Account>, file: File) -> Result<Option<Arc<Named>>, Refused> {
    if let Some(known) = desk.mentions.find(account, file) {
        return Ok(Some(known));
    }
    let (file, text) = match file {
        File::Draft(bot, _) => {
            let Some(draft) = desk.store.draft(account, bot).await? else { return Ok(None) };
            // It may have been saved again since it was listed.
            (File::Draft(bot, draft.revision), draft.definition)
        }
        File::Version(bot, version) => {
            let Some(found) = desk.store.version_of_bot(account, bot, version).await? else {
                return Ok(None);
            };
            (file, found.definition)
        }
    };
    let read = move || {
        Named::read(&text).map_err(|error| {
            // Whoever asks what uses something must not be told that nothing does.
            tracing::error!(%error, "a kept bot file cannot be read");
            Refused::Broken
        })
    };
    let named = Arc::new(desk.heavy(account, read).await??);
    desk.mentions.keep(account, file, Arc::clone(&named));
    Ok(Some(named))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T>(number: u8) -> Id<T> {
        Id::from_bytes([number; 16])
    }

    fn large(bytes: usize) -> Arc<Named> {
        let connections = BTreeSet::from(["x".repeat(bytes)]);
        Arc::new(Named { connections, ..Named::default() })
    }

    #[test]
    fn a_file_names_the_bots_that_it_jumps_to_and_its_connections() {
        let text = r#"{"nodes": [{"id": "a", "type": "jump", "bot": "bot_1"}, {"id": "b", "type": "jump", "bot": "bot_1"},
            {"id": "c", "type": "email", "connection": "post"}, {"id": "d", "type": "jump"}, 7]}"#;
        let named = Named::read(text).unwrap();
        assert_eq!(named.bots, BTreeMap::from([("bot_1".to_owned(), vec!["a".to_owned(), "b".to_owned()])]));
        assert_eq!(named.connections, BTreeSet::from(["post".to_owned()]));
        assert!(Named::read("{").is_err());
    }

    #[test]
    fn one_account_takes_no_more_than_its_room_and_nobody_elses() {
        let mentions = Mentions::default();
        let theirs = File::Draft(id(9), 1);
        mentions.keep(id(2), theirs, large(10));
        for revision in 0..100 {
            mentions.keep(id(1), File::Draft(id(1), revision), large(EACH / 8));
            let state = mentions.state();
            assert!(state.accounts.get(&id(1)).unwrap().bytes <= EACH && state.bytes <= MOST);
        }
        assert!(mentions.find(id(2), theirs).is_some(), "another account's stays");
        mentions.keep(id(3), theirs, large(EACH + 1));
        assert!(mentions.find(id(3), theirs).is_none(), "what is larger than all room is read each time");
    }

    #[test]
    fn many_accounts_together_have_a_bound_too() {
        let mentions = Mentions::default();
        for account in 0..100 {
            mentions.keep(id(account), File::Version(id(1), 1), large(EACH / 2));
            assert!(mentions.state().bytes <= MOST);
        }
        let state = mentions.state();
        assert_eq!(state.bytes, state.accounts.values().map(|own| own.bytes).sum::<usize>());
    }
}

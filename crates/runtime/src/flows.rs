//! Compiled flows, each made once for every published version, as many as there is room for ([`room`]).

mod room;

use std::collections::HashSet;
use std::sync::Arc;

use chasqui_flow::{Definition, Flow, FlowKey, Library};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_store::Store;
use dashmap::DashMap;

use crate::heavy::Heavy;
use room::Room;

/// A flow that cannot be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("{0}")]
    Store(#[from] chasqui_store::Error),
    #[error("the bot has no published version")]
    NotPublished,
    #[error("version {0} of the bot is gone")]
    Missing(i64),
    #[error("version {0} of the bot is not ready yet")]
    Unready(i64),
    #[error("version {version} of the bot cannot be read: {reason}")]
    Broken { version: i64, reason: String },
}

/// The flows in memory.
pub(crate) struct Flows {
    store: Store,
    compiled: Room,
    published: DashMap<Id<Bot>, i64>,
    names: DashMap<Id<Bot>, String>,
    /// Never changes.
    owners: DashMap<Id<Bot>, Id<Account>>,
}

/// A compiled flow and the bots that its jumps name.
#[derive(Clone)]
struct Compiled {
    flow: Arc<Flow>,
    leads_to: Arc<[Id<Bot>]>,
}

/// Flows that were made ready. While this is kept, all of them are found, also when others take their room meanwhile.
#[expect(dead_code, reason = "what is in it is only kept")]
pub(crate) struct Pinned {
    root: Arc<Flow>,
    others: Vec<Arc<Flow>>,
}

/// The flows of one account: to a bot, another account's bots are not there.
pub(crate) struct OfAccount<'a> {
    flows: &'a Flows,
    account: Id<Account>,
}

/// Bot files up to this many bytes are compiled beside turns: it takes a millisecond. Others would wait for larger ones.
const LIGHT: usize = 16 * 1024;
/// A bot may refer to bots that refer to others; this deep and no deeper.
const DEEPEST: usize = 32;

impl Flows {
    pub(crate) fn new(store: Store) -> Self {
        let (compiled, published) = (Room::new(room::IN_ALL, room::EACH), DashMap::new());
        Self { store, compiled, published, names: DashMap::new(), owners: DashMap::new() }
    }

    /// What an account's conversations may be led to.
    pub(crate) fn of(&self, account: Id<Account>) -> OfAccount<'_> {
        OfAccount { flows: self, account }
    }

    /// A bot was published or renamed: look again.
    pub(crate) fn forget(&self, bot: Id<Bot>) {
        self.published.remove(&bot);
        self.names.remove(&bot);
    }

    /// Any bot may have been published: look again.
    pub(crate) fn forget_all(&self) {
        self.published.clear();
        self.names.clear();
    }

    /// The version that new conversations run.
    pub(crate) async fn published(&self, bot: Id<Bot>) -> Result<FlowKey, Unusable> {
        if let Some(version) = self.published.get(&bot) {
            return Ok(FlowKey { bot, version: *version });
        }
        let version = self.store.published_version(bot).await?.ok_or(Unusable::NotPublished)?;
        self.published.insert(bot, version);
        Ok(FlowKey { bot, version })
    }

    /// A flow that was made ready.
    pub(crate) fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        self.compiled.flow(key)
    }

    /// A bot's name.
    pub(crate) async fn name(&self, bot: Id<Bot>) -> Result<String, Unusable> {
        if let Some(name) = self.names.get(&bot) {
            return Ok(name.clone());
        }
        let name = self.store.bot_name(bot).await?.unwrap_or_default();
        self.names.insert(bot, name.clone());
        Ok(name)
    }

    async fn owner(&self, bot: Id<Bot>) -> Result<Option<Id<Account>>, Unusable> {
        if let Some(owner) = self.owners.get(&bot) {
            return Ok(Some(*owner));
        }
        let owner = self.store.bot_owner(bot).await?;
        if let Some(owner) = owner {
            self.owners.insert(bot, owner);
        }
        Ok(owner)
    }

    /// Makes a flow ready with all that it refers to in its account, so that a step finds everything without waiting for as
    /// long as the answer is kept. Without threads for heavy work it is [`Unusable::Unready`] when a large one has to be
    /// compiled first.
    pub(crate) async fn prepare(&self, heavy: Option<&Heavy>, key: FlowKey) -> Result<Pinned, Unusable> {
        let root = self.ready(heavy, key).await?;
        let mut pinned = Pinned { root: Arc::clone(&root.flow), others: Vec::new() };
        if root.leads_to.is_empty() {
            return Ok(pinned);
        }
        let owner = self.owner(key.bot).await?;
        let mut wanted = vec![(root, 0)];
        let mut seen = HashSet::from([key]);
        while let Some((flow, depth)) = wanted.pop() {
            for bot in flow.leads_to.iter().filter(|_| depth < DEEPEST) {
                // A bot that is gone, not published or somebody else's fails at its jump node, where the flow's author
                // can catch it. One that was published again is looked up again.
                if self.owner(*bot).await? == owner
                    && let Ok(next) = self.published(*bot).await
                    && seen.insert(next)
                {
                    let next = self.ready(heavy, next).await?;
                    pinned.others.push(Arc::clone(&next.flow));
                    wanted.push((next, depth + 1));
                }
            }
        }
        Ok(pinned)
    }

    async fn ready(&self, heavy: Option<&Heavy>, key: FlowKey) -> Result<Compiled, Unusable> {
        if let Some(compiled) = self.compiled.find(&key) {
            return Ok(compiled);
        }
        let version =
            self.store.bot_version(key.bot, key.version).await?.ok_or(Unusable::Missing(key.version))?;
        let account = self.owner(key.bot).await?.unwrap_or(Id::from_bytes([0; 16]));
        let size = version.definition.len();
        let compile = move || compile(key, &version.definition);
        let compiled = match heavy {
            _ if size <= LIGHT => compile()?,
            None => return Err(Unusable::Unready(key.version)),
            Some(heavy) => heavy
                .wait_for(account, compile)
                .await
                .map_err(|failed| broken(key, &failed.to_string()))??,
        };
        let flow = Arc::new(compiled);
        let leads_to = flow.references().iter().filter_map(|it| it.parse().ok()).collect();
        let compiled = Compiled { flow, leads_to };
        self.compiled.keep(key, account, size, compiled.clone());
        Ok(compiled)
    }
}

fn compile(key: FlowKey, file: &str) -> Result<Flow, Unusable> {
    let first = |problems: Vec<chasqui_flow::Problem>| {
        broken(key, problems.first().map_or("", |problem| problem.message.as_str()))
    };
    Flow::compile(Definition::parse(file).map_err(first)?).map_err(first)
}

fn broken(key: FlowKey, reason: &str) -> Unusable {
    Unusable::Broken { version: key.version, reason: reason.to_owned() }
}

impl Library for OfAccount<'_> {
    fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        self.flows.flow(key)
    }

    fn resolve(&self, reference: &str) -> Option<FlowKey> {
        let bot = reference.parse().ok()?;
        if self.flows.owners.get(&bot).is_none_or(|owner| *owner != self.account) {
            return None;
        }
        let version = *self.flows.published.get(&bot)?;
        Some(FlowKey { bot, version })
    }
}

//! Compiled flows, each made once for every published version.

use std::sync::Arc;

use chasqui_flow::{Definition, Flow, FlowKey, Library};
use chasqui_model::Id;
use chasqui_model::bot::Bot;
use chasqui_store::Store;
use dashmap::DashMap;

/// A flow that cannot be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("{0}")]
    Store(#[from] chasqui_store::Error),
    #[error("the bot has no published version")]
    NotPublished,
    #[error("version {0} of the bot is gone")]
    Missing(i64),
    #[error("version {version} of the bot cannot be read: {reason}")]
    Broken { version: i64, reason: String },
}

/// The flows in memory.
pub(crate) struct Flows {
    store: Store,
    compiled: DashMap<FlowKey, Arc<Flow>>,
    published: DashMap<Id<Bot>, i64>,
    names: DashMap<Id<Bot>, String>,
}

/// A bot may refer to bots that refer to others; this deep and no deeper.
const DEEPEST: usize = 32;

impl Flows {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, compiled: DashMap::new(), published: DashMap::new(), names: DashMap::new() }
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

    /// A bot's name.
    pub(crate) async fn name(&self, bot: Id<Bot>) -> Result<String, Unusable> {
        if let Some(name) = self.names.get(&bot) {
            return Ok(name.clone());
        }
        let name = self.store.bot_name(bot).await?.unwrap_or_default();
        self.names.insert(bot, name.clone());
        Ok(name)
    }

    /// Makes a flow ready with all that it refers to, so that a step finds everything without waiting.
    pub(crate) async fn prepare(&self, key: FlowKey) -> Result<Arc<Flow>, Unusable> {
        if let Some(flow) = self.compiled.get(&key) {
            return Ok(Arc::clone(&flow));
        }
        let mut wanted = vec![(key, 0)];
        while let Some((next, depth)) = wanted.pop() {
            if self.compiled.contains_key(&next) || depth > DEEPEST {
                continue;
            }
            let flow = Arc::new(self.compile(next).await?);
            for reference in flow.references() {
                // A bot that is gone or not published fails at its jump node, where the flow's author can catch it.
                if let Ok(bot) = reference.parse()
                    && let Ok(key) = self.published(bot).await
                {
                    wanted.push((key, depth + 1));
                }
            }
            self.compiled.insert(next, flow);
        }
        self.compiled.get(&key).map(|flow| Arc::clone(&flow)).ok_or(Unusable::Missing(key.version))
    }

    async fn compile(&self, key: FlowKey) -> Result<Flow, Unusable> {
        let version =
            self.store.bot_version(key.bot, key.version).await?.ok_or(Unusable::Missing(key.version))?;
        let broken = |problems: Vec<chasqui_flow::Problem>| Unusable::Broken {
            version: key.version,
            reason: problems.first().map(|problem| problem.message.clone()).unwrap_or_default(),
        };
        let definition = Definition::parse(&version.definition).map_err(broken)?;
        Flow::compile(definition).map_err(broken)
    }
}

impl Library for Flows {
    fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        self.compiled.get(key).map(|flow| Arc::clone(&flow))
    }

    fn resolve(&self, reference: &str) -> Option<FlowKey> {
        let bot = reference.parse().ok()?;
        let version = *self.published.get(&bot)?;
        Some(FlowKey { bot, version })
    }
}

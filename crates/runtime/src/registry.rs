//! The integrations in memory: what every delivery and every send needs to know at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chasqui_model::account::Account;
use chasqui_model::integration::{Health, Integration};
use chasqui_model::{Id, Part};
use chasqui_whatsapp::Client;
use chasqui_whatsapp::client;

use crate::{damage, zone};

/// An integration in memory.
#[derive(Debug)]
pub(crate) struct Number {
    /// As stored.
    pub(crate) integration: Integration,
    /// Its slice of work.
    pub(crate) part: Part,
    /// Ready for calls; `None` when its token has characters that no token has.
    pub(crate) calls: Option<client::Number>,
    /// The time zone of its bots, when the integration or the number tells it.
    pub(crate) zone: Option<String>,
    /// Inbound messages that its throughput has not been charged with yet; Meta counts both directions.
    received: AtomicU32,
}

impl Number {
    /// Charges its throughput with inbound messages.
    pub(crate) fn count_received(&self, messages: u32) {
        self.received.fetch_add(messages, Ordering::Relaxed);
    }

    /// Inbound messages since the last call.
    pub(crate) fn take_received(&self) -> u32 {
        self.received.swap(0, Ordering::Relaxed)
    }
}

#[derive(Debug, Default)]
struct Inner {
    by_id: HashMap<Id<Integration>, Arc<Number>>,
    by_phone: HashMap<String, Vec<Id<Integration>>>,
}

/// All integrations of this process.
#[derive(Debug, Default)]
pub(crate) struct Registry(RwLock<Inner>);

impl Registry {
    pub(crate) fn get(&self, id: Id<Integration>) -> Option<Arc<Number>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).by_id.get(&id).cloned()
    }

    /// Puts an integration in the place of its former self.
    pub(crate) fn put(&self, mut integration: Integration, graph: &Client) -> Arc<Number> {
        let lost = integration.credentials.access_token.is_lost();
        let calls = graph.number(&integration.credentials).ok().filter(|_| !lost);
        if let Some(reason) = damage::reason(&integration) {
            (integration.health, integration.health_reason) = (Health::Failing, Some(reason));
        }
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.forget(integration.id);
        let phone = integration.credentials.phone_number_id.clone();
        inner.by_phone.entry(phone).or_default().push(integration.id);
        let part = Part::of(integration.id);
        let zone = zone::own(&integration).map(|zone| zone.name);
        let number = Arc::new(Number { part, calls, zone, integration, received: AtomicU32::new(0) });
        inner.by_id.insert(number.integration.id, Arc::clone(&number));
        number
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Arc<Number>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).by_id.values().cloned().collect()
    }

    pub(crate) fn remove(&self, id: Id<Integration>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).forget(id);
    }

    /// Whose an update is that came in on `entrance`'s URL: one Meta app may serve several numbers of an account and
    /// delivers all of them to one URL. `None`: a number that is not here.
    pub(crate) fn route(&self, entrance: &Arc<Number>, phone_number_id: Option<&str>) -> Option<Arc<Number>> {
        let phone = phone_number_id?;
        let here = &entrance.integration;
        if here.credentials.phone_number_id == phone {
            return Some(Arc::clone(entrance));
        }
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let candidates = inner.by_phone.get(phone)?.iter().filter_map(|id| inner.by_id.get(id));
        candidates
            .filter(|number| {
                let there = &number.integration;
                there.account == here.account && there.credentials.app_id == here.credentials.app_id
            })
            .max_by_key(|number| number.integration.active)
            .cloned()
    }
}

/// An integration of an account. One that is not known here may have been added by another process a moment ago: the
/// store is asked before anybody takes it for deleted.
pub(crate) async fn find(
    rt: &crate::Inner,
    account: Id<Account>,
    id: Id<Integration>,
) -> Result<Option<Arc<Number>>, chasqui_store::Error> {
    let known = rt.registry.get(id);
    if known.is_some() || !rt.store.hot().shared() {
        return Ok(known);
    }
    rt.read_again(account, id).await?;
    Ok(rt.registry.get(id))
}

impl Inner {
    fn forget(&mut self, id: Id<Integration>) {
        if let Some(old) = self.by_id.remove(&id)
            && let Some(ids) = self.by_phone.get_mut(&old.integration.credentials.phone_number_id)
        {
            ids.retain(|other| *other != id);
        }
    }
}

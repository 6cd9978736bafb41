//! The first act of a turn: reads the work and makes ready everything that it is computed from ([`super::compute`]), so that
//! computing never waits.

use std::sync::Arc;

use chasqui_flow::FlowKey;
use chasqui_model::bot::Bot;
use chasqui_model::{Id, Timestamp};
use chasqui_store::inbox::Item;

use super::{Live, Open, change};
use crate::Inner;
use crate::flows::{Pinned, Unusable};
use crate::heavy::Heavy;
use crate::registry::{self, Number};
use crate::status;
use crate::work::Work;
use crate::zone;

/// Why a turn cannot be computed.
pub(super) enum Unrunnable {
    /// The store is away.
    Later(chasqui_store::Error),
    /// It never can.
    Never(String),
    /// Not beside others: something has to be made ready first that takes long.
    Heavy,
}

impl From<Unusable> for Unrunnable {
    fn from(error: Unusable) -> Self {
        match error {
            Unusable::Store(error) => Self::Later(error),
            Unusable::Unready(_) => Self::Heavy,
            other @ (Unusable::NotPublished | Unusable::Missing(_) | Unusable::Broken { .. }) => {
                Self::Never(other.to_string())
            }
        }
    }
}

/// Everything a turn is computed from; nothing in it waits.
pub(super) struct Ready {
    pub(super) number: Arc<Number>,
    pub(super) seq: i64,
    pub(super) at: Timestamp,
    pub(super) work: Work,
    pub(super) live: Live,
    /// Another conversation than the open one: what is changed stands there.
    pub(super) former: Option<Open>,
    /// What a conversation that begins now runs.
    pub(super) key: FlowKey,
    pub(super) names: Names,
    /// The time zone of bots that name none.
    pub(super) zone: String,
    /// Its flows: they are there until it is computed.
    pub(super) flows: Flows,
}

/// The flows of a turn, kept until it is computed.
#[derive(Default)]
pub(super) struct Flows {
    current: Option<Pinned>,
    beginning: Option<Pinned>,
    came_through: Vec<Pinned>,
}

/// What the bots are called: of the conversation that runs, and of one that begins now.
pub(super) struct Names {
    pub(super) running: String,
    pub(super) beginning: String,
}

/// Reads the work and makes its flows ready.
pub(super) async fn prepare(
    rt: &Inner,
    item: &Item,
    live: Live,
    heavy: Option<&Heavy>,
) -> Result<Ready, Unrunnable> {
    let work: Work = serde_json::from_str(&item.payload)
        .map_err(|error| Unrunnable::Never(format!("unreadable work: {error}")))?;
    let number = registry::find(rt, live.contact.account, item.integration)
        .await
        .map_err(Unrunnable::Later)?
        .ok_or_else(|| Unrunnable::Never("its integration was deleted".to_owned()))?;
    if matches!(work, Work::Renamed | Work::EarlyStatus { .. }) {
        return errand(rt, number, item, work, live).await;
    }
    let former = match change::of(&work) {
        Some(change) => change::find(rt, number.part, &live, &change).await?,
        None => None,
    };
    let begins = match &work {
        Work::Proactive { bot: Some(bot), .. } => *bot,
        _ => number.integration.bot,
    };
    let mut flows = Flows::default();
    let key = if let Some(open) = former.as_ref().filter(|_| live.open.is_none()) {
        // Nothing begins with a change.
        open.state.root_flow()
    } else if let Some(open) = &live.open {
        let running = open.state.root_flow();
        flows.current = Some(rt.flows.prepare(heavy, open.state.flow()).await?);
        for key in open.state.came_through() {
            match rt.flows.prepare(heavy, key).await {
                Ok(flow) => flows.came_through.push(flow),
                // Going back to one that cannot be run fails there, where the flow's author can catch it.
                Err(Unusable::NotPublished | Unusable::Missing(_) | Unusable::Broken { .. })
                    if key != running => {}
                Err(error) => return Err(error.into()),
            }
        }
        // A restart word or the end of time may begin another conversation in this very turn.
        let may_begin = matches!(
            work,
            Work::Message { .. } | Work::LeftOver { .. } | Work::Proactive { bot: Some(_), .. }
        );
        if may_begin { begin_with(rt, begins, running, heavy, &mut flows).await? } else { running }
    } else {
        begin_with(rt, begins, FlowKey { bot: begins, version: 0 }, heavy, &mut flows).await?
    };
    let beginning = rt.flows.name(key.bot).await?;
    let running = match &live.open {
        Some(open) if open.conversation.bot != key.bot => rt.flows.name(open.conversation.bot).await?,
        _ => beginning.clone(),
    };
    let names = Names { running, beginning };
    let zone = match &number.zone {
        Some(own) => own.clone(),
        None => zone::of(rt, number.integration.account).await.map_err(Unrunnable::Later)?,
    };
    Ok(Ready { number, seq: item.seq, at: item.at, work, live, former, key, names, zone, flows })
}

/// Work that asks nothing of a bot.
async fn errand(
    rt: &Inner,
    number: Arc<Number>,
    item: &Item,
    work: Work,
    mut live: Live,
) -> Result<Ready, Unrunnable> {
    let work = match work {
        Work::EarlyStatus { early } => {
            let left = status::try_again(rt, &number, item.contact, early).await;
            // What is done has nothing left to do: it only leaves the inbox.
            left.map_err(Unrunnable::Later)?.map_or(Work::Renamed, |early| Work::EarlyStatus { early })
        }
        work => work,
    };
    let loaded = rt.store.hot().load(vec![(item.part, item.contact)]).await.map_err(Unrunnable::Later)?;
    if let Some(Some(loaded)) = loaded.into_iter().next() {
        live.contact = loaded.contact;
    }
    let key = live
        .open
        .as_ref()
        .map_or(FlowKey { bot: number.integration.bot, version: 0 }, |open| open.state.root_flow());
    let names = Names { running: String::new(), beginning: String::new() };
    Ok(Ready {
        number,
        seq: item.seq,
        at: item.at,
        work,
        live,
        former: None,
        key,
        names,
        zone: "UTC".to_owned(),
        flows: Flows::default(),
    })
}

/// The number's bot in its published version. `otherwise`, when the bot has none any more but a conversation runs.
async fn begin_with(
    rt: &Inner,
    bot: Id<Bot>,
    otherwise: FlowKey,
    heavy: Option<&Heavy>,
    flows: &mut Flows,
) -> Result<FlowKey, Unrunnable> {
    match rt.flows.published(bot).await {
        Ok(key) => {
            // Nearly always the one that runs.
            if key != otherwise {
                flows.beginning = Some(rt.flows.prepare(heavy, key).await?);
            }
            Ok(key)
        }
        Err(Unusable::NotPublished) if otherwise.version > 0 => Ok(otherwise),
        Err(error) => Err(error.into()),
    }
}

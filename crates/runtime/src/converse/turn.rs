//! One turn: what it is computed from, and what it sets going once it is durable. [`super::draft`] computes it.

use std::sync::Arc;

use chasqui_flow::FlowKey;
use chasqui_model::bot::Bot;
use chasqui_model::conversation::Status;
use chasqui_model::media::Media;
use chasqui_model::message::Message;
use chasqui_model::{Id, Timestamp};
use chasqui_store::inbox::Item;
use chasqui_store::turn::{PendingCall, Rest, Turn};

use super::{Live, Open, change};
use crate::Inner;
use crate::change::ChangeKind;
use crate::deliver::Outgoing;
use crate::effect;
use crate::flows::{Pinned, Unusable};
use crate::heavy::Heavy;
use crate::recover;
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
    let zone = zone::of(rt, &number).await.map_err(Unrunnable::Later)?;
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

/// A turn, and what it sets going once it is durable.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the turn by itself")]
pub(super) struct Computed {
    pub(super) turn: Option<Turn>,
    pub(super) live: Live,
    pub(super) number: Arc<Number>,
    pub(super) sends: Vec<Outgoing>,
    pub(super) calls: Vec<PendingCall>,
    pub(super) media: Vec<Media>,
    pub(super) rest: Option<Rest>,
    pub(super) wakes: bool,
    pub(super) read: Option<String>,
    /// Whether it is about a message that the contact wrote.
    pub(super) received: bool,
    /// A message that waits in the outbox again.
    pub(super) again: Option<Id<Message>>,
    /// Whether the bot has handed the conversation to people in it.
    pub(super) handed_off: bool,
    /// Whether the contact goes by another number or user id.
    pub(super) renamed: bool,
    pub(super) now: Timestamp,
}

impl Computed {
    /// The turn, to be committed. Once.
    pub(super) fn take_turn(&mut self) -> Turn {
        self.turn.take().unwrap_or_else(|| unreachable!("a turn is taken once"))
    }

    /// Work that is left of the inbox row.
    pub(super) fn take_rest(&mut self) -> Option<Rest> {
        self.rest.take()
    }

    /// Sets going what the committed turn asked for; answers how the conversation stands.
    pub(super) fn go(self, rt: &Arc<Inner>) -> Live {
        let integration = &self.number.integration;
        if self.received && rt.store.hot().shared() {
            self.number.count_received(1);
        }
        if self.renamed {
            rt.faces.forget(self.live.contact.id);
            rt.deliver.readdress(&self.live.contact);
        }
        if let Some(wamid) = self.read {
            rt.mark_read(&self.number, wamid);
        }
        if !self.sends.is_empty() {
            rt.activity.messages(integration, i64::try_from(self.sends.len()).unwrap_or(0), self.now);
            rt.deliver.queue(self.sends);
        }
        if let Some(message) = self.again {
            recover::take_up(rt, integration.id, message);
        }
        for call in self.calls {
            effect::start(rt, call);
        }
        effect::media::fetch_all(rt, self.media);
        if self.wakes {
            rt.timers.look_again();
        }
        if let Some(open) = self.live.open.as_ref().filter(|_| self.handed_off) {
            let (account, id) = (integration.account, open.conversation.id);
            rt.changes.tell(account, ChangeKind::Handoff, Some(integration.id), &id);
        }
        if let Some(open) = &self.live.open {
            rt.changes.tell(
                integration.account,
                ChangeKind::Conversation,
                Some(integration.id),
                &open.conversation.id,
            );
        }
        let mut live = self.live;
        live.open = live.open.filter(|open| open.conversation.status != Status::Ended);
        live
    }
}

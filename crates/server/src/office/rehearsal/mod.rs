//! Test mode: chats with a draft. The engine is the one of production; the caller plays the contact and the time, and the
//! world where it is not to be real. A chat lives in this process's memory: whoever holds one can begin it again and repeat
//! what was done, since the same actions always lead to the same place.

mod kept;

use std::collections::HashMap;
use std::sync::Arc;

use chasqui_flow::definition::{Action, Test, TestContact};
use chasqui_flow::{Flow, Rehearsal, Request};
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::{Id, Timestamp};
use kept::Held;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::{Mutex, OwnedMutexGuard};
use utoipa::ToSchema;

use super::draft::{File, given_or_stored, numbers_of};
use super::flow_test::readable;
use super::library::Fetched;
use super::talk::fitting;
use super::{Actor, Desk, Refused};
pub(crate) use kept::{Rehearsals, TestSession};

/// Most real calls that one action leads to.
const CALLS: usize = 20;
/// Most entries of a session's log.
const LONGEST: usize = 5000;
/// Most bytes of a session as it is shown. What one action adds may go beyond it; then there is no further one.
const LARGEST: usize = 4 * 1024 * 1024;

/// How a chat begins.
pub(crate) struct Setup {
    /// A bot file; left out, the draft. It may be unfinished.
    pub(crate) definition: Option<File>,
    /// The node to begin at; left out, the bot's start.
    pub(crate) start: Option<String>,
    /// Variables that are there from the start.
    pub(crate) variables: Map<String, Value>,
    /// Who the contact is.
    pub(crate) contact: Option<TestContact>,
    /// When it begins.
    pub(crate) now: Option<Timestamp>,
    /// Which calls to the world are real.
    pub(crate) effects: Effects,
}

/// Which calls to the world are real, and which wait for an answer of the caller.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct Effects {
    /// For nodes that are not named: `canned` when left out.
    #[serde(default)]
    usual: Way,
    /// By node.
    #[serde(default)]
    #[schema(value_type = Object)]
    nodes: HashMap<String, Way>,
}

/// How a call is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// The caller answers in the place of the world.
    #[default]
    Canned,
    /// The world answers.
    Real,
}

impl Effects {
    fn way(&self, node: &str) -> Way {
        self.nodes.get(node).copied().unwrap_or(self.usual)
    }
}

/// What is done in a chat.
pub(crate) enum Deed {
    /// What the contact or the time does.
    Action(Action),
    /// The waiting call is answered by the world.
    RealCall,
}

/// Writes down how a chat is shown. It may be long, so it is done where it holds nobody up, and it counts.
pub(crate) type Shown = fn(Id<TestSession>, &Rehearsal) -> Result<Vec<u8>, Refused>;

/// Begins a chat, and shows it. Nothing is said yet.
pub(crate) async fn begin(
    desk: &Desk,
    by: Actor,
    bot: Id<Bot>,
    setup: Setup,
    shown: Shown,
) -> Result<Vec<u8>, Refused> {
    let account = by.account;
    fitting(&setup.variables)?;
    desk.store.bot(account, bot).await?.ok_or(Refused::NotFound)?;
    let Setup { definition, start, variables, contact, now, effects } = setup;
    let definition = given_or_stored(desk, account, bot, definition).await?;
    let read = move || {
        let size = serde_json::to_string(&definition).map_or(0, |text| text.len());
        Ok::<_, Refused>((readable(definition)?, size))
    };
    let (definition, size) = desk.heavy(account, read).await??;
    let library = Fetched::of(desk, account, &definition).await?;
    let mut test = Test { contact, now, variables, ..Test::default() };
    test.reopening = numbers_of(desk, account, bot).await?.iter().any(|it| it.settings.template.is_some());
    let id: Id<TestSession> = desk.clock.id();
    let work = move || {
        let flow = Flow::rehearse(definition, start.as_deref()).map_err(Refused::UnreadableBot)?;
        let rehearsal = Rehearsal::new(&Arc::new(flow), &test);
        Ok::<_, Refused>((shown(id, &rehearsal)?, rehearsal))
    };
    let (answer, rehearsal) = desk.heavy(account, work).await??;
    let flows = size + library.bytes();
    let held = Held { account, rehearsal, library, effects, flows, shown: answer.len() };
    desk.rehearsals.keep(id, by.user, held, desk.clock.now());
    Ok(answer)
}

/// Shows a chat as it stands.
pub(crate) async fn show(
    desk: &Desk,
    account: Id<Account>,
    id: Id<TestSession>,
    shown: Shown,
) -> Result<Vec<u8>, Refused> {
    let held = find(desk, account, id)?.lock_owned().await;
    desk.heavy(account, move || shown(id, &held.rehearsal)).await?
}

/// Ends a chat.
pub(crate) fn end(desk: &Desk, account: Id<Account>, id: Id<TestSession>) -> Result<(), Refused> {
    find(desk, account, id)?;
    desk.rehearsals.forget(id);
    Ok(())
}

/// Refuses when there is no such chat in the account.
pub(crate) fn exists(desk: &Desk, account: Id<Account>, id: Id<TestSession>) -> Result<(), Refused> {
    find(desk, account, id).map(|_| ())
}

/// Does one thing in a chat, lets the world answer what it is to answer, and shows the chat.
pub(crate) async fn act(
    desk: &Desk,
    account: Id<Account>,
    id: Id<TestSession>,
    deed: Deed,
    shown: Shown,
) -> Result<Vec<u8>, Refused> {
    let mut held = find(desk, account, id)?.lock_owned().await;
    if held.rehearsal.log().len() >= LONGEST || held.shown >= LARGEST {
        return Err(Refused::ChatTooLong);
    }
    held = match deed {
        Deed::RealCall if held.rehearsal.request().is_none() => return Err(Refused::NothingWaits),
        Deed::RealCall => call(desk, held).await?,
        Deed::Action(action) => perform(desk, held, action).await?,
    };
    for _ in 0..CALLS {
        let real = held.rehearsal.request().is_some_and(|(node, _)| held.effects.way(node) == Way::Real);
        if !real {
            break;
        }
        held = call(desk, held).await?;
    }
    let write = move || {
        let answer = shown(id, &held.rehearsal)?;
        held.shown = answer.len();
        Ok::<_, Refused>((answer, held.bytes()))
    };
    let (answer, bytes) = desk.heavy(account, write).await??;
    desk.rehearsals.weigh(id, bytes);
    Ok(answer)
}

/// A chat that one request has in hand.
type InHand = OwnedMutexGuard<Held>;

/// Does what the contact or the time does.
async fn perform(desk: &Desk, mut held: InHand, action: Action) -> Result<InHand, Refused> {
    let account = held.account;
    let act = move || {
        let it = &mut *held;
        let done = it.rehearsal.act(&it.library, &action);
        done.map(|()| held).map_err(Refused::NotNow)
    };
    desk.heavy(account, act).await?
}

/// Lets the world answer the call that waits.
async fn call(desk: &Desk, mut held: InHand) -> Result<InHand, Refused> {
    let Some((_, request)) = held.rehearsal.request() else { return Ok(held) };
    let request: Request = request.clone();
    let key: Id<TestSession> = desk.clock.id();
    let account = held.account;
    let outcome = desk.runtime.try_call(account, &key.uuid().to_string(), &request).await;
    let answer = move || {
        let it = &mut *held;
        it.rehearsal.answer(&it.library, outcome);
        held
    };
    desk.heavy(account, answer).await
}

fn find(desk: &Desk, account: Id<Account>, id: Id<TestSession>) -> Result<Arc<Mutex<Held>>, Refused> {
    desk.rehearsals.find(id, account, desk.clock.now()).ok_or(Refused::NotFound)
}

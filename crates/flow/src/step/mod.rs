//! One step: state and event in, state and effects out. No clock, no chance, no network: production, test mode, flow
//! tests and replay run the same code.

mod begin;
mod drive;
mod fail;
mod message;
mod turn;
mod unsaid;

pub(crate) use fail::Failure;
pub(crate) use turn::{Answer, MAX_VALUE_DEPTH, Turn, media_source, size_of, size_of_map};

use std::borrow::Cow;

use chasqui_model::conversation::EndReason;
use chasqui_model::event::Severity;
use chasqui_model::message::{Inbound, Outbound, outbound};
use serde_json::Map;

use crate::context::{Context, Library};
use crate::effect::{Effect, Event};
use crate::flow::Flow;
use crate::fuel::{BUDGET, Fuel};
use crate::state::{Position, State};
use crate::trace::{Cause, Trace};
use crate::words::{Language, Phrase};

/// Most nodes that one turn comes to.
pub const MAX_VISITS: usize = 200;
/// Most messages that one turn sends.
pub const MAX_MESSAGES: usize = 30;
/// Most turns of a conversation.
pub const MAX_TURNS: u64 = 10_000;
/// Most bytes of variables, as JSON.
pub const MAX_VARIABLES: usize = 256 * 1024;
/// Most bots that wait for others to return.
pub const MAX_FRAMES: usize = 16;
/// Most messages kept while a template stands in for them.
pub const MAX_UNSAID: usize = 30;
/// Most messages kept while a call is under way.
pub const MAX_PENDING: usize = 20;

/// What a step brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The state after it.
    pub state: State,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// What happened, for people.
    pub trace: Trace,
    /// Messages that came during a call and that nobody took because the conversation ended with its answer. They may
    /// begin another conversation.
    pub left_over: Vec<Inbound>,
    /// What it took, in units of [`BUDGET`](crate::BUDGET): the same for the same state and event.
    pub work: u64,
}

/// Runs one event. Never fails: trouble becomes trace, notice, and the error port or the end of the conversation. So does
/// work beyond the budget of a turn.
pub fn step(library: &dyn Library, state: State, event: Event, context: &Context) -> Step {
    let cause = cause(&event);
    let Some(flow) = library.flow(&state.flow) else {
        return without_flow(state, cause);
    };
    let mut turn = Turn::new(library, flow, state, context);
    turn.take(event);
    turn.finish(cause)
}

/// As [`step`], when it takes no more than `work` units; else `None`, with about that much done in vain.
pub fn step_within(
    work: u64,
    library: &dyn Library,
    state: State,
    event: Event,
    context: &Context,
) -> Option<Step> {
    let cause = cause(&event);
    let Some(flow) = library.flow(&state.flow) else {
        return Some(without_flow(state, cause));
    };
    let mut turn = Turn::new(library, flow, state, context);
    turn.fuel = Fuel::trial(work.min(BUDGET));
    turn.take(event);
    (!turn.fuel.is_out()).then(|| turn.finish(cause))
}

/// Whether a message is one of the bot's restart words: the conversation is to end, and another to begin with it.
/// Not meant for conversations that a person has in hand.
pub fn is_restart(flow: &Flow, message: &Inbound) -> bool {
    message.content.runs_flow()
        && message.content.media().is_none()
        && flow.is_restart_word(message.content.text())
}

fn cause(event: &Event) -> Cause {
    match event {
        Event::Start(_) => Cause::Start,
        Event::StartedByUs => Cause::StartedByUs,
        Event::Message(_) => Cause::Message,
        Event::Answer { .. } => Cause::Answer,
        Event::Wake { .. } => Cause::Wake,
        Event::TakeOver => Cause::TakeOver,
        Event::HandBack => Cause::HandBack,
        Event::SendFailed { .. } => Cause::SendFailed,
        Event::StoodIn { .. } => Cause::StoodIn,
    }
}

/// Ends a conversation whose bot cannot be found.
fn without_flow(state: State, cause: Cause) -> Step {
    let mut effects = Vec::new();
    let mut trace = Trace { cause, visits: Vec::new(), changed: Map::new(), remark: None };
    if matches!(state.position, Position::Ended { .. }) {
        trace.remark = Some(Cow::Borrowed("the conversation is over"));
        return Step { state, effects, trace, left_over: Vec::new(), work: 0 };
    }
    trace.remark = Some(Cow::Borrowed("the bot cannot be found"));
    let body = Phrase::Error.usual(Language::English).to_owned();
    effects.push(Effect::Send {
        message: Outbound::from(outbound::Content::Text { body, preview_url: false }),
        node: state.node().unwrap_or_default().to_owned(),
        stands_in: false,
    });
    effects.push(Effect::Notice {
        node: None,
        severity: Severity::Error,
        code: "bot_missing",
        message: "The bot of a conversation cannot be found; the conversation was ended.".to_owned(),
        email_admin: false,
    });
    Step { state: state.end(EndReason::Failed), effects, trace, left_over: Vec::new(), work: 0 }
}

//! Who answers in a thread that more than one app works on.

use chasqui_model::Id;
use chasqui_model::conversation::{Conversation, Thread};
use chasqui_runtime::{Control, LONGEST_METADATA, NotMoved};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::talk::open;
use super::{Actor, Desk, Fault, Refused};

/// What is to become of a thread.
#[derive(Deserialize, ToSchema)]
#[schema(as = ThreadControl)]
pub(crate) struct Move {
    action: Action,
    /// With `pass`: the role that is to have it; left out, the number's escalation partner.
    #[schema(example = "ai_agent")]
    target_role: Option<String>,
    /// A note for whoever has it next, up to 2,000 characters.
    metadata: Option<String>,
}

/// What is done.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ThreadAction)]
pub(crate) enum Action {
    /// It is to be ours. Meta lets only the number's escalation partner.
    Take,
    /// Somebody else is to have it. The bot falls silent.
    Pass,
    /// Nobody is to have it: the contact's next message decides. The bot is silent until then.
    Release,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Pass => "pass",
            Self::Release => "release",
        }
    }
}

/// Takes a thread, passes it on or lets it go, at Meta and here. Repeatable.
pub(crate) async fn control(desk: &Desk, by: Actor, id: Id<Conversation>, body: Move) -> Result<(), Refused> {
    let (action, wanted, metadata) = (body.action, wanted(&body)?, note(body.metadata)?);
    open(desk, by, id).await?;
    let it = desk.store.conversation(by.account, id).await?.ok_or(Refused::NotFound)?;
    let entry = desk.entry(by, "conversation.thread", id, &json!({ "action": action.name() }));
    let wanted = (wanted, metadata.as_deref());
    desk.runtime.control_thread(&it.conversation, &it.contact, wanted, &entry).await?;
    Ok(())
}

/// A thread that another app has is not the bot's to answer in.
pub(super) async fn refuse_when_another_has_it(
    desk: &Desk,
    by: Actor,
    id: Id<Conversation>,
) -> Result<(), Refused> {
    let it = desk.store.conversation(by.account, id).await?.ok_or(Refused::NotFound)?;
    let thread = told(&it.conversation);
    // A person on the phone of this very number is nobody else.
    let away = thread.as_ref().is_some_and(|thread| thread.paused);
    let owner = Thread::owner(thread.as_ref(), it.contact.last_inbound_at, desk.clock.now());
    if away && owner.is_another() { Err(Refused::ThreadElsewhere) } else { Ok(()) }
}

fn told(it: &Conversation) -> Option<Thread> {
    let state: serde_json::Value = serde_json::from_str(&it.state).ok()?;
    state.get("thread").and_then(|thread| Thread::deserialize(thread).ok())
}

fn wanted(body: &Move) -> Result<Control, Refused> {
    let role = body.target_role.as_deref().map(str::trim).filter(|role| !role.is_empty());
    match (body.action, role) {
        (Action::Take, None) => Ok(Control::Take),
        (Action::Release, None) => Ok(Control::Release),
        (Action::Pass, role) => {
            let fits = |role: &str| {
                role.len() <= 64
                    && role.bytes().all(|it| it.is_ascii_lowercase() || matches!(it, b'_' | b'0'..=b'9'))
            };
            if role.is_some_and(|role| !fits(role)) {
                return Err(Refused::field("/target_role", Fault::Role));
            }
            Ok(Control::Pass { role: role.map(str::to_owned) })
        }
        (Action::Take | Action::Release, Some(_)) => Err(Refused::field("/target_role", Fault::RoleNotHere)),
    }
}

fn note(metadata: Option<String>) -> Result<Option<String>, Refused> {
    let metadata = metadata.filter(|it| !it.trim().is_empty());
    if metadata.as_ref().is_some_and(|it| it.chars().count() > LONGEST_METADATA) {
        return Err(Refused::field("/metadata", Fault::NoteLength));
    }
    Ok(metadata)
}

impl From<NotMoved> for Refused {
    fn from(error: NotMoved) -> Self {
        match error {
            NotMoved::Gone => Self::NotFound,
            NotMoved::NoAddress => Self::NoAddress,
            NotMoved::NotAllowed => Self::ThreadNotAllowed,
            NotMoved::Refused(why) => Self::ThreadStays(why),
            NotMoved::Store(error) => error.into(),
        }
    }
}

//! Who answers in a thread that more than one app works on.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::Id;
use chasqui_model::conversation::{Conversation, Owner, Thread};
use chasqui_runtime::{Control, LONGEST_METADATA, NotMoved};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::audit;
use super::conversation::ConversationView;
use super::talk::{found, open};
use crate::app::App;
use crate::http::auth::{Builder, Caller};
use crate::http::input::{Json, PathId};
use crate::http::problem::Problem;

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
#[utoipa::path(post, path = "/conversations/{id}/thread", tag = "conversations", params(("id" = String, Path)),
    request_body = Move, responses((status = 200, body = ConversationView),
        (status = 409, description = "The conversation is over, or Meta refused")))]
pub(crate) async fn control(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
    Json(body): Json<Move>,
) -> Result<Answer<ConversationView>, Problem> {
    let (action, wanted, metadata) = (body.action, wanted(&body)?, note(body.metadata)?);
    open(&app, &caller, id).await?;
    let it = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let moved = app.runtime.control_thread(&it.conversation, &it.contact, wanted, metadata.as_deref()).await;
    let owner = moved.map_err(refused)?;
    audit(&app, &caller, "conversation.thread", id, json!({ "action": action.name() })).await?;
    let now = settled(&app, &caller, id, owner).await?;
    Ok(Answer(now))
}

/// A thread that another app has is not the bot's to answer in.
pub(super) async fn refuse_when_another_has_it(
    app: &App,
    caller: &Caller,
    id: Id<Conversation>,
) -> Result<(), Problem> {
    let it = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let thread = told(&it.conversation);
    // A person on the phone of this very number is nobody else.
    let away = thread.as_ref().is_some_and(|thread| thread.paused);
    let owner = Thread::owner(thread.as_ref(), it.contact.last_inbound_at, app.clock.now());
    if away && owner.is_another() {
        let detail = "Another app answers in this conversation. Take the thread first.";
        return Err(Problem::conflict("thread_elsewhere", detail));
    }
    Ok(())
}

fn told(it: &Conversation) -> Option<Thread> {
    let state: Value = super::transcript::json(&it.state);
    state.get("thread").and_then(|thread| Thread::deserialize(thread).ok())
}

/// Waits a moment until the conversation knows, so that the answer shows it.
async fn settled(
    app: &App,
    caller: &Caller,
    id: Id<Conversation>,
    owner: Owner,
) -> Result<ConversationView, Problem> {
    for _ in 0..100 {
        let now = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
        if told(&now.conversation).is_some_and(|thread| thread.owner == owner) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    found(app, caller, id).await
}

fn wanted(body: &Move) -> Result<Control, Problem> {
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
                let detail = "A role is written in lower-case letters, digits and _, such as ai_agent.";
                return Err(Problem::field("/target_role", "format", detail));
            }
            Ok(Control::Pass { role: role.map(str::to_owned) })
        }
        (Action::Take | Action::Release, Some(_)) => {
            let detail = "Only `pass` goes to a role. Leave the role out.";
            Err(Problem::field("/target_role", "not_here", detail))
        }
    }
}

fn note(metadata: Option<String>) -> Result<Option<String>, Problem> {
    let metadata = metadata.filter(|it| !it.trim().is_empty());
    if metadata.as_ref().is_some_and(|it| it.chars().count() > LONGEST_METADATA) {
        return Err(Problem::field("/metadata", "length", "A note has at most 2,000 characters."));
    }
    Ok(metadata)
}

fn refused(error: NotMoved) -> Problem {
    match error {
        NotMoved::Gone => Problem::not_found(),
        NotMoved::NoAddress => {
            let detail = "Meta has told neither a number nor a user id of this contact.";
            Problem::conflict("no_address", detail)
        }
        NotMoved::NotAllowed => {
            let detail = "Meta lets only the number's escalation partner take a thread (error 100, subcode 2494191). \
                Make this app the escalation partner in Meta Business Suite, or wait until the thread is passed on.";
            Problem::conflict("thread_not_allowed", detail)
        }
        NotMoved::Refused(why) => Problem::new(StatusCode::CONFLICT, "thread_refused", why),
        NotMoved::Store(error) => error.into(),
    }
}

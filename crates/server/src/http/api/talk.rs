//! People in conversations: taking over, writing, giving back, closing; and messages to somebody who has not written.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::Id;
use chasqui_model::conversation::Conversation;
use chasqui_model::message::Message;
use serde::Serialize;
use utoipa::ToSchema;

use super::conversation::ConversationView;
use crate::app::App;
use crate::http::auth::{Builder, Caller};
use crate::http::input::{Json, PathId};
use crate::http::problem::Problem;
use crate::office::talk::{self, Proactive, Write};

/// A message on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct Queued {
    /// Null when only a bot was started.
    #[schema(value_type = Option<String>, example = "msg_0192")]
    id: Option<Id<Message>>,
}

/// The conversation as it is now.
pub(super) async fn found(
    app: &App,
    caller: &Caller,
    id: Id<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    let found = app.store.conversation(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(ConversationView::whole(&app.runtime, found, app.clock.now())))
}

/// Answers in the bot's place: it falls silent. Repeatable.
#[utoipa::path(post, path = "/conversations/{id}/take_over", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView), (status = 409, description = "The conversation is over")))]
pub(crate) async fn take_over(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    talk::take_over(&app, caller.actor(), id).await?;
    found(&app, &caller, id).await
}

/// Lets the bot go on where it was. Repeatable.
#[utoipa::path(post, path = "/conversations/{id}/hand_back", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView),
        (status = 409, description = "The conversation is over, or another app has the thread")))]
pub(crate) async fn hand_back(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    talk::hand_back(&app, caller.actor(), id).await?;
    found(&app, &caller, id).await
}

/// Ends the conversation. The contact's next message begins another.
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView), (status = 409, description = "The conversation is over")))]
pub(crate) async fn close(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
) -> Result<Answer<ConversationView>, Problem> {
    talk::close(&app, caller.actor(), id).await?;
    found(&app, &caller, id).await
}

/// Writes to the contact of a conversation that a person has taken over.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = String, Path)),
    request_body = Write, responses((status = 202, description = "On its way"),
        (status = 409, description = "Nobody has taken over, the conversation is over, the 24-hour window is closed, or the person wants no marketing")))]
pub(crate) async fn write(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Conversation>,
    Json(body): Json<Write>,
) -> Result<StatusCode, Problem> {
    talk::write(&app, caller.actor(), id, body).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Writes to somebody: a template at any time, words within 24 hours of their last message. May start a bot with them.
#[utoipa::path(post, path = "/messages", tag = "messages", request_body = Proactive,
    responses((status = 202, body = Queued),
        (status = 409, description = "The integration is switched off, the 24-hour window is closed, or the person wants no marketing"),
        (status = 422, description = "Fields are wrong: `errors` names them")))]
pub(crate) async fn send(
    State(app): State<App>,
    Builder(caller): Builder,
    Json(body): Json<Proactive>,
) -> Result<(StatusCode, Answer<Queued>), Problem> {
    let id = talk::send(&app, caller.actor(), body).await?;
    Ok((StatusCode::ACCEPTED, Answer(Queued { id })))
}

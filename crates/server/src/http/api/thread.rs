//! Who answers in a thread that more than one app works on.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::conversation::Conversation;

use super::conversation::ConversationView;
use super::talk::found;
use crate::app::App;
use crate::http::auth::Builder;
use crate::http::input::{Json, PathId};
use crate::http::problem::Problem;
use crate::office::thread::{self, Move};

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
    thread::control(&app, caller.actor(), id, body).await?;
    found(&app, &caller, id).await
}

//! Tokens for the API.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::account::{ApiToken, Role};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::RoleName;
use super::{NAME, audit, cursor, name};
use crate::app::App;
use crate::http::auth::Admin;
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::http::token;

/// A token, without its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    #[schema(value_type = String, example = "tok_0192")]
    id: Id<ApiToken>,
    name: String,
    #[schema(value_type = RoleName)]
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

impl From<ApiToken> for TokenView {
    fn from(it: ApiToken) -> Self {
        Self {
            id: it.id,
            name: it.name,
            role: it.role,
            created_at: it.created_at,
            last_used_at: it.last_used_at,
        }
    }
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewToken {
    /// What it is called.
    name: String,
    /// What it may do; never more than its maker.
    #[schema(value_type = RoleName)]
    role: Role,
}

/// A token just made. Its text is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    #[schema(value_type = String, example = "tok_0192")]
    id: Id<ApiToken>,
    name: String,
    #[schema(value_type = RoleName)]
    role: Role,
    #[schema(example = "chq_…")]
    token: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Lists the account's tokens, oldest first.
#[utoipa::path(get, path = "/api_tokens", tag = "api_tokens", params(Page), responses((status = 200, body = List<TokenView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<TokenView>>, Problem> {
    let rows = app.store.list_api_tokens(caller.account, page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), TokenView::from).map(Answer)
}

/// Makes a token.
#[utoipa::path(post, path = "/api_tokens", tag = "api_tokens", request_body = NewToken,
    responses((status = 201, body = MadeToken)))]
pub(crate) async fn create(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<NewToken>,
) -> Result<(StatusCode, Answer<MadeToken>), Problem> {
    let name = name(&body.name).ok_or_else(|| Problem::field("/name", "length", NAME))?;
    if body.role > caller.role {
        return Err(Problem::field("/role", "too_much", "A token may not do more than you."));
    }
    let (id, created_at) = (app.clock.id(), app.clock.now());
    let (account, user, role) = (caller.account, caller.user, body.role);
    let text = token::api_token();
    let made = ApiToken { id, account, user, name: name.clone(), role, created_at, last_used_at: None };
    app.store.insert_api_token(&made, token::hash(&text)).await?;
    audit(&app, &caller, "api_token.create", id, serde_json::json!({ "name": name, "role": role })).await?;
    Ok((StatusCode::CREATED, Answer(MadeToken { id, name, role, token: text, created_at })))
}

/// Deletes a token; it stops working at once.
#[utoipa::path(delete, path = "/api_tokens/{id}", tag = "api_tokens", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<ApiToken>,
) -> Result<StatusCode, Problem> {
    if !app.store.delete_api_token(caller.account, id).await? {
        return Err(Problem::not_found());
    }
    audit(&app, &caller, "api_token.delete", id, serde_json::json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Tokens for the API.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::account::{ApiToken, Role};
use chasqui_model::quota::Kind;
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{NAME, audited, cursor, name};
use crate::app::App;
use crate::http::access;
use crate::http::auth::{Admin, By, Caller, Shown};
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::token;

/// A token, without its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    #[schema(value_type = String, example = "tok_0192")]
    id: Id<ApiToken>,
    name: String,
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    /// What it is limited to; nothing: to nothing but its role.
    scopes: Vec<String>,
    /// When it stops working; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl From<ApiToken> for TokenView {
    fn from(it: ApiToken) -> Self {
        Self {
            id: it.id,
            name: it.name,
            role: it.role,
            created_at: it.created_at,
            last_used_at: it.last_used_at,
            scopes: it.scopes,
            expires_at: it.expires_at,
        }
    }
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewToken {
    /// What it is called.
    name: String,
    /// What it may do; never more than its maker.
    role: Role,
    /// What it is limited to, such as `conversations:read`; left out: to nothing but its role.
    #[serde(default)]
    #[schema(example = json!(["conversations:read"]))]
    scopes: Vec<String>,
    /// When it stops working; left out: never. One that a token makes ends no later than that one.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A token just made. Its text is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    #[schema(value_type = String, example = "tok_0192")]
    id: Id<ApiToken>,
    name: String,
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
    let known = access::scopes();
    if let Some(index) = body.scopes.iter().position(|scope| !known.contains(&scope.as_str())) {
        let message = format!("A scope is one of {}.", known.join(", "));
        return Err(Problem::field(format!("/scopes/{index}"), "unknown", message));
    }
    if body.expires_at.is_some_and(|end| end <= app.clock.now()) {
        return Err(Problem::field("/expires_at", "past", "A token ends in the future."));
    }
    outlives(&caller, body.expires_at)?;
    let (id, created_at) = (app.clock.id(), app.clock.now());
    let (account, user, role) = (caller.account, caller.user, body.role);
    let text = token::api_token();
    let (last_used_at, NewToken { scopes, expires_at, .. }) = (None, body);
    let detail = json!({ "name": name, "role": role, "scopes": scopes });
    let made = ApiToken {
        id,
        account,
        user,
        name: name.clone(),
        role,
        created_at,
        last_used_at,
        scopes,
        expires_at,
    };
    let store = audited(&app, &caller, "api_token.create", id, detail);
    app.within(&store, account, &[Kind::ApiTokens])
        .await?
        .insert_api_token(&made, token::hash(&text))
        .await?;
    Ok((StatusCode::CREATED, Answer(MadeToken { id, name, role, token: text, created_at })))
}

/// Fails when a token that ends would make one that goes on after it.
fn outlives(caller: &Caller, ends: Option<Timestamp>) -> Result<(), Problem> {
    let By::Token(Shown { ends: Some(end), .. }) = caller.by else { return Ok(()) };
    if ends.is_some_and(|it| it <= end) {
        return Ok(());
    }
    let words = format!("The token that makes this one ends at {end}. This one must end by then.");
    Err(Problem::field("/expires_at", "too_late", words))
}

/// Deletes a token; it stops working at once.
#[utoipa::path(delete, path = "/api_tokens/{id}", tag = "api_tokens", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<ApiToken>,
) -> Result<StatusCode, Problem> {
    if !audited(&app, &caller, "api_token.delete", id, json!({})).delete_api_token(caller.account, id).await?
    {
        return Err(Problem::not_found());
    }
    app.runtime.access_changed(caller.account);
    Ok(StatusCode::NO_CONTENT)
}

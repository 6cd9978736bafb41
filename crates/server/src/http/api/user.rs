//! The people of the account.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::account::{Role, User};
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::member::Member;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{audited, cursor};
use crate::app::App;
use crate::http::access;
use crate::http::auth::{Admin, Caller, Viewer};
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// Somebody in the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberView {
    #[schema(value_type = String, example = "usr_0192")]
    id: Id<User>,
    email: String,
    name: String,
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

impl From<Member> for MemberView {
    fn from(it: Member) -> Self {
        Self { id: it.user.id, email: it.user.email, name: it.user.name, role: it.role, since: it.since }
    }
}

/// What somebody may do.
#[derive(Deserialize, ToSchema)]
#[schema(as = RoleChange)]
pub(crate) struct Change {
    role: Role,
}

/// Lists the people of the account.
#[utoipa::path(get, path = "/users", tag = "people", params(Page), responses((status = 200, body = List<MemberView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<MemberView>>, Problem> {
    let rows = app.store.list_members(caller.account, page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.user.id), MemberView::from).map(Answer)
}

/// Changes what somebody may do. Owners are changed by owners; an account keeps at least one.
#[utoipa::path(patch, path = "/users/{id}", tag = "people", params(("id" = String, Path)), request_body = Change,
    responses((status = 200, body = MemberView), (status = 409, description = "The last owner stays one")))]
pub(crate) async fn change(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<User>,
    Json(body): Json<Change>,
) -> Result<Answer<MemberView>, Problem> {
    let member = touchable(&app, &caller, id).await?;
    // Lowering gives nobody anything.
    if body.role > member.role {
        access::giving(&caller, body.role)?;
    }
    let detail = json!({ "from": member.role, "to": body.role });
    if !audited(&app, &caller, "user.role", id, detail).set_role(caller.account, id, body.role).await? {
        return Err(last_owner());
    }
    app.runtime.access_changed(caller.account);
    Ok(Answer(Member { role: body.role, ..member }.into()))
}

/// Removes somebody from the account; their sessions and tokens in it end at once.
#[utoipa::path(delete, path = "/users/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "The last owner stays")))]
pub(crate) async fn remove(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<User>,
) -> Result<StatusCode, Problem> {
    let member = touchable(&app, &caller, id).await?;
    let detail = json!({ "role": member.role });
    if !audited(&app, &caller, "user.remove", id, detail).remove_member(caller.account, id).await? {
        return Err(last_owner());
    }
    app.runtime.access_changed(caller.account);
    Ok(StatusCode::NO_CONTENT)
}

async fn touchable(app: &App, caller: &Caller, id: Id<User>) -> Result<Member, Problem> {
    let member = app.store.member(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if member.role > caller.role {
        let detail = "An owner is changed by owners only.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    }
    Ok(member)
}

fn last_owner() -> Problem {
    Problem::conflict("last_owner", "An account has an owner. Make somebody else one first.")
}

//! The audit log: who did what, when.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::account::User;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::audit::{Entry, Listed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::cursor;
use crate::app::App;
use crate::http::auth::Admin;
use crate::http::input::Asked;
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// One thing that somebody did.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryView {
    #[schema(value_type = String, example = "aud_0192")]
    id: Id<Entry>,
    /// Who; null: the installation itself.
    who: Option<Who>,
    /// A stable name.
    #[schema(example = "integration.activate")]
    action: String,
    /// The id of what it was done to.
    subject: String,
    /// What changed. Never holds a secret.
    #[schema(value_type = Object)]
    detail: Value,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Somebody. Name and address are null when they are gone.
#[derive(Serialize, ToSchema)]
pub(crate) struct Who {
    #[schema(value_type = String, example = "usr_0192")]
    id: Id<User>,
    name: Option<String>,
    email: Option<String>,
}

impl From<Listed> for EntryView {
    fn from(Listed { entry, name, email }: Listed) -> Self {
        Self {
            id: entry.id,
            who: entry.user.map(|id| Who { id, name, email }),
            action: entry.action,
            subject: entry.subject,
            detail: super::transcript::json(&entry.detail),
            at: entry.at,
        }
    }
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// About the thing with this id.
    subject: Option<String>,
}

/// Lists what was done in the account, latest first.
#[utoipa::path(get, path = "/audit", tag = "people", params(Filter, Page), responses((status = 200, body = List<EntryView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<EntryView>>, Problem> {
    let (before, limit) = (page.after()?, page.fetch()?);
    let rows = app.store.list_audit(caller.account, filter.subject.as_deref(), before, limit).await?;
    List::new(&page, rows, |it| cursor(it.entry.id), EntryView::from).map(Answer)
}

//! The API under `/api/v1`, a file a noun.

pub(crate) mod account;
pub(crate) mod answers;
pub(crate) mod api_token;
pub(crate) mod audit;
pub(crate) mod bot;
pub(crate) mod bot_file;
pub(crate) mod connection;
pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod draft;
pub(crate) mod event;
pub(crate) mod fleet;
pub(crate) mod flow_test;
pub(crate) mod incident;
pub(crate) mod integration;
pub(crate) mod invitation;
pub(crate) mod managed;
pub(crate) mod me;
pub(crate) mod media;
pub(crate) mod password_reset;
pub(crate) mod phone_number;
pub(crate) mod phrase;
pub(crate) mod quota;

pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod stream;
pub(crate) mod talk;
pub(crate) mod test_code;
pub(crate) mod test_request;
pub(crate) mod test_session;
pub(crate) mod thread;
pub(crate) mod transcript;
pub(crate) mod usage;
pub(crate) mod user;
pub(crate) mod version;

use chasqui_model::Id;
use chasqui_model::email::Email;
use chasqui_store::Store;

use super::auth::Caller;
use super::problem::{EMAIL, NAME, Problem};
use crate::app::App;
use crate::office::name;

/// The store, whose next change is written down with who made it, in the same transaction. `detail` never holds a
/// secret.
fn audited(
    app: &App,
    caller: &Caller,
    action: &str,
    subject: impl ToString,
    detail: serde_json::Value,
) -> Store {
    app.audited(caller.actor(), action, subject, detail)
}

/// Writes down who did what, after it was done. For what is not done in the store: at Meta, or by reading.
async fn audit(
    app: &App,
    caller: &Caller,
    action: &str,
    subject: impl ToString,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    Ok(app.store.add_audit(&app.entry(caller.actor(), action, subject, &detail)).await?)
}

/// An e-mail address as it is kept: in lower case, without what came along with it.
fn email(text: &str) -> Option<String> {
    Email::parse(text).map(|address| address.lower().into_string())
}

/// The id of a bot in a path, for the routes below it.
type BotId = super::input::PathId<chasqui_model::bot::Bot>;

/// A place in a list of things that are told apart by their id.
fn cursor<T: chasqui_model::Named>(id: Id<T>) -> String {
    id.to_string()
}

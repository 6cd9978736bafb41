//! The API under `/api/v1`, a file a noun.

pub(crate) mod api_token;
pub(crate) mod bot;
pub(crate) mod bot_file;
pub(crate) mod bot_library;
pub(crate) mod conversation;
pub(crate) mod draft;
pub(crate) mod event;
pub(crate) mod flow_test;
pub(crate) mod integration;
pub(crate) mod session;
pub(crate) mod stream;
pub(crate) mod test_request;
pub(crate) mod test_session;
pub(crate) mod transcript;
pub(crate) mod usage;
pub(crate) mod version;

use chasqui_model::Id;
use chasqui_store::noun::audit::Entry;

use super::auth::Caller;
use super::problem::Problem;
use crate::app::App;

/// Writes down who did what. `detail` never holds a secret.
async fn audit(
    app: &App,
    caller: &Caller,
    action: &str,
    subject: impl ToString,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    let entry = Entry {
        id: app.clock.id(),
        account: caller.account,
        user: Some(caller.user),
        action: action.to_owned(),
        subject: subject.to_string(),
        detail: detail.to_string(),
        at: app.clock.now(),
    };
    Ok(app.store.add_audit(&entry).await?)
}

/// A name that people give to things: 1 to 80 characters on one line.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=80).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// What is said about a name that is none.
const NAME: &str = "A name has 1 to 80 characters.";

/// The id of a bot in a path, for the routes below it.
type BotId = super::input::PathId<chasqui_model::bot::Bot>;

/// A place in a list of things that are told apart by their id.
fn cursor<T: chasqui_model::Named>(id: Id<T>) -> String {
    id.to_string()
}

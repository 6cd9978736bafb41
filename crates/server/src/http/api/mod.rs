//! The API under `/api/v1`, a file a noun.

pub(crate) mod account;
pub(crate) mod answers;
pub(crate) mod api_token;
pub(crate) mod audit;
pub(crate) mod bot;
pub(crate) mod bot_file;
pub(crate) mod bot_library;
pub(crate) mod connection;
pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod draft;
pub(crate) mod event;
pub(crate) mod file_message;
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
use chasqui_store::Store;
use chasqui_store::noun::audit::Entry;

use super::auth::Caller;
use super::problem::Problem;
use crate::app::App;

/// The store, whose next change is written down with who made it, in the same transaction. `detail` never holds a
/// secret.
#[expect(clippy::needless_pass_by_value, reason = "callers make it where they call")]
fn audited(
    app: &App,
    caller: &Caller,
    action: &str,
    subject: impl ToString,
    detail: serde_json::Value,
) -> Store {
    app.store.audited(&entry(app, caller, action, subject.to_string(), &detail))
}

/// Writes down who did what, after it was done. For what is not changed through the store's façade.
async fn audit(
    app: &App,
    caller: &Caller,
    action: &str,
    subject: impl ToString,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    Ok(app.store.add_audit(&entry(app, caller, action, subject.to_string(), &detail)).await?)
}

fn entry(app: &App, caller: &Caller, action: &str, subject: String, detail: &serde_json::Value) -> Entry {
    Entry {
        id: app.clock.id(),
        account: caller.account,
        user: Some(caller.user),
        action: action.to_owned(),
        subject,
        detail: detail.to_string(),
        at: app.clock.now(),
    }
}

/// An e-mail address as it is kept: in lower case, without what came along with it.
fn email(text: &str) -> Option<String> {
    chasqui_model::email::read(text).map(|address| address.to_lowercase())
}

/// What is said about an address that is none.
const EMAIL: &str = "This is not an e-mail address.";

/// A name that people give to things: 1 to 80 characters on one line.
fn name(text: &str) -> Option<String> {
    // Before the clean-up, which would take them off the ends.
    let on_one_line = !text.trim().chars().any(char::is_control);
    let text = chasqui_model::typed::clean(text);
    let fits = on_one_line && (1..=80).contains(&text.chars().count());
    fits.then(|| text.into_owned())
}

/// What is said about a name that is none.
const NAME: &str = "A name has 1 to 80 characters.";

/// The id of a bot in a path, for the routes below it.
type BotId = super::input::PathId<chasqui_model::bot::Bot>;

/// A place in a list of things that are told apart by their id.
fn cursor<T: chasqui_model::Named>(id: Id<T>) -> String {
    id.to_string()
}

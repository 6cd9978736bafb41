//! Who does something, and what is written down of it.

use chasqui_model::Id;
use chasqui_model::account::{Account, User};
use chasqui_store::Store;
use chasqui_store::noun::audit::Entry;
use serde_json::Value;

use super::Desk;

/// Who does something, in which account. What they may do was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    /// Where.
    pub(crate) account: Id<Account>,
    /// Who.
    pub(crate) user: Id<User>,
}

impl Desk {
    /// The store, whose next change is written down with who made it, in the same transaction. `detail` never holds a
    /// secret.
    #[expect(clippy::needless_pass_by_value, reason = "callers make it where they call")]
    pub(crate) fn audited(&self, by: Actor, action: &str, subject: impl ToString, detail: Value) -> Store {
        self.store.audited(&self.entry(by, action, subject, &detail))
    }

    /// What is written down of an act.
    #[expect(clippy::needless_pass_by_value, reason = "callers make it where they call")]
    pub(crate) fn entry(&self, by: Actor, action: &str, subject: impl ToString, detail: &Value) -> Entry {
        Entry {
            id: self.clock.id(),
            account: by.account,
            user: Some(by.user),
            action: action.to_owned(),
            subject: subject.to_string(),
            detail: detail.to_string(),
            at: self.clock.now(),
        }
    }
}

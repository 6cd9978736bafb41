//! For whom the store is asked. Pages and programs of an account take turns with other accounts' and are cut off when they
//! take too long; what runs bots asks for nobody and waits for none of them.

use chasqui_model::Id;
use chasqui_model::account::Account;

tokio::task_local! {
    static FOR: Id<Account>;
}

/// Does `work` for a page or a program of an account; of strangers when there is none. All that it reads and changes
/// through the façade counts as the account's. What it spawns does not.
pub async fn on_behalf_of<F: Future>(account: Option<Id<Account>>, work: F) -> F::Output {
    FOR.scope(account.unwrap_or(Id::from_bytes([0; 16])), work).await
}

/// The account that this is done for. `None`: what runs bots.
pub(crate) fn account() -> Option<Id<Account>> {
    FOR.try_with(|account| *account).ok()
}

//! The limits of accounts: what the operator set for one, else for all, else the usual ones.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::quota::{Kind, Limits};
use chasqui_store::noun::quota::Room;
use chasqui_store::{Error, Store};

use super::Desk;

impl Desk {
    /// The limits of an account.
    pub(crate) async fn limits(&self, account: Id<Account>) -> Result<Limits, Error> {
        Ok(self.store.limits(account).await?.over(&self.quotas))
    }

    /// A store whose next change adds something of these kinds, and is refused where an account has as much as it may.
    pub(crate) async fn within(
        &self,
        store: &Store,
        account: Id<Account>,
        kinds: &[Kind],
    ) -> Result<Store, Error> {
        let limits = self.limits(account).await?;
        let room: Vec<Room> =
            kinds.iter().map(|kind| Room { kind: *kind, limit: limits.of(*kind) }).collect();
        Ok(store.within(account, &room))
    }
}

//! Work that may take long is done beside the requests, in the name of the account that asks for it
//! ([`chasqui_runtime::heavy`]).

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_runtime::heavy::NotRun;

use super::{Desk, Refused};

/// Up to this many bytes are read or written where they are: it takes less than a millisecond, and less than to hand it on.
const LIGHT: usize = 16 * 1024;

/// How often and how far apart the middle of an export asks for a thread.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_secs(1);

impl Desk {
    /// Does what may take long. Refused when too much of the account's work waits already.
    pub(crate) async fn heavy<T: Send + 'static>(
        &self,
        account: Id<Account>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        self.runtime.heavy().run(account, work).await.map_err(|not_run| match not_run {
            NotRun::Busy => Refused::Busy,
            NotRun::Failed => Refused::Broken,
        })
    }

    /// As [`Desk::heavy`], for what nobody can ask for again: the middle of an export. It waits for a while.
    pub(crate) async fn heavy_patiently<T: Send + 'static>(
        &self,
        account: Id<Account>,
        work: impl Fn() -> T + Clone + Send + 'static,
    ) -> Result<T, Refused> {
        for _ in 0..TRIES {
            match self.runtime.heavy().run(account, work.clone()).await {
                Err(NotRun::Busy) => tokio::time::sleep(PAUSE).await,
                Err(NotRun::Failed) => return Err(Refused::Broken),
                Ok(done) => return Ok(done),
            }
        }
        Err(Refused::Busy)
    }

    /// Does what takes as long as there are bytes: reading and writing JSON.
    pub(crate) async fn by_size<T: Send + 'static, E: From<Refused> + Send + 'static>(
        &self,
        account: Id<Account>,
        bytes: usize,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        if bytes <= LIGHT { work() } else { self.heavy(account, work).await? }
    }
}

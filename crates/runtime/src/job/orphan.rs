//! Clears away files that no row names: what was left when the process died between a file's bytes and its row, or in the
//! middle of the bytes. A repeat finds nothing more to do.

use std::time::{Duration, SystemTime};

use chasqui_model::Id;
use chasqui_model::media::Media;
use chasqui_store::Error;

use crate::files::Lies;
use crate::{Files, Inner};

/// How old a file must be: no upload takes longer.
pub(crate) const OLD: Duration = Duration::from_hours(24);

/// One round over the folder.
pub(crate) async fn tick(rt: &Inner, old: Duration) {
    match clear(rt, old).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "files that no row names were removed"),
        Err(error) => tracing::warn!(%error, "files that no row names could not be looked for"),
    }
}

async fn clear(rt: &Inner, old: Duration) -> Result<usize, Error> {
    // What is older than this store is another's: the folder may have been put beside a new database.
    let Some(first) = rt.store.list_accounts(None, 1).await?.into_iter().next() else { return Ok(0) };
    let born = u64::try_from(first.created_at.millis()).unwrap_or_default();
    let now = u64::try_from(rt.clock.now().millis()).unwrap_or_default();
    let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    let found = rt.files.written_between(at(born), at(now) - old).await;
    let found = found.map_err(|error| Error::Unavailable(error.to_string()))?;
    let mut count = 0;
    for (id, lies) in found {
        let named = rt.store.is_media(id).await?;
        if let Err(error) = remove(&rt.files, id, lies, named).await {
            tracing::warn!(media = %id, %error, "a file that no row names could not be removed");
        } else if !named || lies == Lies::Unfinished {
            count += 1;
        }
    }
    Ok(count)
}

async fn remove(files: &Files, id: Id<Media>, lies: Lies, named: bool) -> std::io::Result<()> {
    if !named {
        files.remove(id).await?;
    }
    match lies {
        Lies::Whole => Ok(()),
        Lies::Unfinished => files.remove_unfinished(id).await,
    }
}

//! Files that are kept for a day only: their bytes go, then their rows. A repeat finds nothing more to do.

use crate::Inner;

/// Files that go in one round.
const AT_ONCE: u32 = 200;

/// Removes what has had its time.
pub(crate) async fn tick(rt: &Inner) {
    let files = match rt.store.expired_media(rt.clock.now(), AT_ONCE).await {
        Ok(files) => files,
        Err(error) => return tracing::warn!(%error, "files whose time is over could not be looked for"),
    };
    for file in files {
        if let Err(error) = rt.files.remove(file.id).await {
            tracing::warn!(media = %file.id, %error, "a file whose time is over could not be removed");
            continue;
        }
        if let Err(error) = rt.store.forget_media(file.id).await {
            tracing::warn!(media = %file.id, %error, "a file whose time is over could not be forgotten");
        }
    }
}

//! What is remembered of a number beside what people chose.

use chasqui_model::Id;
use chasqui_model::integration::{Integration, Watch};
use chasqui_store::Error;

use crate::Inner;

/// Changes what is remembered of a number, when there is such a number. One change at a time: nobody writes back what
/// they read before somebody else's change.
pub(crate) async fn remember<T>(
    rt: &Inner,
    id: Id<Integration>,
    change: impl FnOnce(&Integration, &mut Watch) -> T,
) -> Result<Option<T>, Error> {
    let _alone = rt.watching.lock().await;
    let Some(number) = rt.registry.get(id) else { return Ok(None) };
    // From the store: another process may have changed it.
    let Some(it) = rt.store.integration(number.integration.account, id).await? else { return Ok(None) };
    let mut watch = it.watch.clone();
    let outcome = change(&it, &mut watch);
    if watch != it.watch {
        rt.store.set_watch(id, &watch).await?;
        rt.read_again(it.account, id).await?;
    }
    Ok(Some(outcome))
}

//! Erasing: a contact with everything that was said and done with them, the files' bytes too.

use std::sync::Arc;

use chasqui_model::Id;
use chasqui_model::account::{Account, User};
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_store::noun::contact::Erasure;
use chasqui_store::{Error, Store};

use crate::Inner;

/// Contacts erased before the next ones are read.
const AT_ONCE: u32 = 50;

/// Erases one contact, by a store that writes down what is to be written down with it.
pub(crate) async fn contact(
    rt: &Inner,
    store: &Store,
    contact: &Contact,
    (receipt, person): (Id<Erasure>, Option<Id<User>>),
) -> Result<Erasure, Error> {
    // Before the rows that name them: after a crash in between, asking once more finds the rest.
    for file in rt.store.media_of_contact(contact.account, contact.id).await? {
        // One that was never fetched has no bytes.
        if let Err(error) = rt.files.remove(file).await {
            tracing::error!(media = %file, %error, "an erased file could not be removed");
            return Err(Error::Unavailable("a file could not be removed".to_owned()));
        }
    }
    let erased = store.erase_contact(contact, receipt, person, rt.clock.now()).await?;
    forget(rt, contact.id);
    Ok(erased)
}

/// Drops what memory holds of somebody who was erased: their names and their conversation.
pub(super) fn forget(rt: &Inner, contact: Id<Contact>) {
    rt.converse.erased(contact);
    rt.faces.forget(contact);
}

/// Erases all contacts of a number that is gone. A repeat goes on where the last one ended.
pub(crate) async fn number(
    rt: &Arc<Inner>,
    account: Id<Account>,
    integration: Id<Integration>,
    person: Option<Id<User>>,
) -> Result<usize, Error> {
    let mut count = 0;
    loop {
        let some = rt.store.some_contacts(account, integration, AT_ONCE).await?;
        if some.is_empty() {
            return Ok(count);
        }
        for id in some {
            if let Some(one) = rt.store.contact(account, id).await? {
                contact(rt, &rt.store, &one, (rt.clock.id(), person)).await?;
                count += 1;
            }
        }
    }
}

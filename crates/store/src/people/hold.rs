//! Whom a name leads to, and since when. Deliveries come late and out of order, so a name that went from one person to
//! another remembers both.

use chasqui_model::Id;
use chasqui_model::contact::Contact;

/// Who goes by a name. Times are Meta's, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// Who goes by it; the last one who did, once it is given up.
    pub(crate) contact: Id<Contact>,
    /// Since when; `None`: for as long as is known.
    pub(crate) since: Option<i64>,
    /// Since when it leads to nobody.
    pub(crate) until: Option<i64>,
    /// Who went by it before `since`.
    pub(crate) former: Option<Id<Contact>>,
}

impl Hold {
    /// A name nobody is known to have gone by.
    pub(crate) fn first(contact: Id<Contact>) -> Self {
        Self { contact, since: None, until: None, former: None }
    }

    /// Who went by it at a time.
    pub(crate) fn at(&self, at: i64) -> Option<Id<Contact>> {
        if self.since.is_some_and(|since| since > at) {
            return Some(self.former.unwrap_or(self.contact));
        }
        self.until.is_none_or(|until| until > at).then_some(self.contact)
    }

    /// Whether it leads to its contact then and from then on.
    pub(crate) fn is_steady(&self, at: i64) -> bool {
        self.until.is_none() && self.since.is_none_or(|since| since <= at)
    }
}

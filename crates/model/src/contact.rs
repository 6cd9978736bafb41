//! A WhatsApp user as one integration sees them.

use crate::account::Account;
use crate::id::Named;
use crate::integration::Integration;
use crate::{Id, Timestamp};

/// A contact. Known by aliases (business-scoped user id, WhatsApp id), never by phone number alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: Id<Contact>,
    /// Whose it is.
    pub account: Id<Account>,
    /// The number it writes to.
    pub integration: Id<Integration>,
    /// The profile name.
    pub name: Option<String>,
    /// The WhatsApp id, digits.
    pub wa_id: Option<String>,
    /// The business-scoped user id.
    pub user_id: Option<String>,
    /// The username, without `@`.
    pub username: Option<String>,
    /// When they first wrote.
    pub created_at: Timestamp,
    /// When they last wrote, as [`crate::window::noted`] notes it. The 24-hour window counts from here.
    pub last_inbound_at: Option<Timestamp>,
}

impl Named for Contact {
    const PREFIX: &'static str = "con";
}

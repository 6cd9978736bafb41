//! Where a contact is reached.

use chasqui_model::Timestamp;
use chasqui_model::contact::Contact;

/// Where a contact is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Digits.
    pub(crate) phone: Option<String>,
    /// Business-scoped user id.
    pub(crate) user_id: Option<String>,
    /// When the contact last wrote.
    pub(crate) last_inbound_at: Option<Timestamp>,
    /// The profile name, for templates.
    pub(crate) name: Option<String>,
}

impl Address {
    pub(crate) fn of(contact: &Contact) -> Self {
        Self {
            phone: contact.wa_id.clone(),
            user_id: contact.user_id.clone(),
            last_inbound_at: contact.last_inbound_at,
            name: contact.name.clone(),
        }
    }
}

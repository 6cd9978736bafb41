//! What Meta delivers. One body holds up to a thousand updates; each is read on its own, so that one that nobody
//! understands never costs its neighbours. Nothing here starts a flow or fails a delivery: what is unknown is kept.

mod account;
mod card;
mod content;
mod delivery;
mod echo;
pub(crate) mod json;
mod key;
mod media;
mod preference;
mod renamed;
mod sender;
mod standby;
mod status;
mod trace;
mod user_id;

pub use account::{Tidings, tidings};
pub use delivery::{Unreadable, parse};
pub use echo::{Echo, echoes};
pub use key::{Key, former_key};
pub use preference::{Choice, Preference, preferences};
pub(crate) use sender::put_id;
pub use standby::{Handover, Standby, handovers, standby};
pub use status::{Pricing, Status, StatusUpdate, WebhookError};
pub use trace::{Trace, traces};
pub use user_id::{UserIdUpdate, user_id_updates};

use chasqui_model::message::{Inbound, Sender};

/// One body that Meta delivered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// In the order of the body. The same update may be in it twice.
    pub updates: Vec<Update>,
    /// Numbers that messages came to: the id in the Graph, and the number itself, digits.
    pub numbers: Vec<(String, String)>,
}

/// One thing Meta tells.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly all updates are messages and statuses, the large ones")]
pub enum Update {
    /// A contact wrote.
    Message {
        /// The number it was written to. `None`: Meta left it out.
        phone_number_id: Option<String>,
        /// Whose number that is.
        business_account_id: Option<String>,
        /// Who wrote; at least one id is there.
        sender: Sender,
        /// What was written. `at` is 1970 when Meta gave no time.
        inbound: Inbound,
        /// The group it was written in. Such a message starts no conversation.
        group: Option<String>,
        /// The message as it arrived, JSON.
        raw: String,
    },
    /// One of our messages went on its way.
    Status(StatusUpdate),
    /// Any other field (accounts, templates, `history`, `user_preferences` …), and under the name `errors` what went
    /// wrong at Meta without belonging to a message.
    Field {
        /// The field's name.
        field: String,
        /// The number it is about.
        phone_number_id: Option<String>,
        /// The business account, or the business for a few account updates.
        business_account_id: Option<String>,
        /// The number it is about, digits.
        display_phone_number: Option<String>,
        /// The value as it arrived, JSON.
        value: String,
    },
    /// Something that could not be read.
    Odd {
        /// The number it was for, as far as known.
        phone_number_id: Option<String>,
        /// The business account, as far as known.
        business_account_id: Option<String>,
        /// Why.
        reason: &'static str,
        /// The part as it arrived, JSON.
        raw: String,
    },
}

impl Update {
    /// The number it is about.
    pub fn phone_number_id(&self) -> Option<&str> {
        match self {
            Self::Message { phone_number_id, .. }
            | Self::Field { phone_number_id, .. }
            | Self::Odd { phone_number_id, .. } => phone_number_id.as_deref(),
            Self::Status(status) => status.phone_number_id.as_deref(),
        }
    }

    /// The business account it is about.
    pub fn business_account_id(&self) -> Option<&str> {
        match self {
            Self::Message { business_account_id, .. }
            | Self::Field { business_account_id, .. }
            | Self::Odd { business_account_id, .. } => business_account_id.as_deref(),
            Self::Status(status) => status.business_account_id.as_deref(),
        }
    }
}

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
mod news;
mod preference;
mod renamed;
mod sender;
mod standby;
mod status;
mod trace;
mod user_id;

pub use account::AccountNews;
pub use delivery::{Unreadable, parse};
pub use echo::Echo;
pub use key::{Key, former_key, key_of};
pub use news::{FIELDS, MESSAGES};
pub use preference::{Choice, Preference};
pub(crate) use sender::put_id;
pub use standby::{Handover, Standby};
pub use status::{Pricing, Status, StatusUpdate, WebhookError};
pub use trace::{Trace, TraceKind};
pub use user_id::UserIdUpdate;

use std::fmt;

use chasqui_model::message::{Inbound, Sender};
use serde_json::value::RawValue;

/// One body that Meta delivered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// In the order of the body. The same update may be in it twice.
    pub updates: Vec<Update>,
    /// Numbers that messages came to: the id in the Graph, and the number itself, digits.
    pub numbers: Vec<(String, String)>,
}

/// One thing that Meta tells.
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
        /// The message as it arrived.
        raw: Raw,
    },
    /// One of our messages went on its way.
    Status(StatusUpdate),
    /// Anything else: accounts, templates, wishes, threads, and what went wrong at Meta without belonging to a message.
    News {
        /// What it is about.
        about: About,
        /// What it is.
        news: News,
        /// The same when Meta tells it again in the same words.
        key: Key,
    },
    /// Something that could not be read.
    Odd {
        /// The number it was for, as far as known.
        phone_number_id: Option<String>,
        /// The business account, as far as known.
        business_account_id: Option<String>,
        /// Why.
        reason: &'static str,
        /// The part as it arrived.
        raw: Raw,
    },
}

/// The number or account that news are about, as far as Meta names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The number.
    pub phone_number_id: Option<String>,
    /// The business account, or the business for a few account updates.
    pub business_account_id: Option<String>,
    /// The number, digits.
    pub display_phone_number: Option<String>,
}

/// What Meta tells besides messages and statuses. Odd parts are left out of the lists.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// What people want of marketing.
    Preferences(Vec<Preference>),
    /// People who go by other ids.
    UserIds(Vec<UserIdUpdate>),
    /// What people of the business wrote past us.
    Echoes(Vec<Echo>),
    /// What was said while another app has the thread.
    Standby(Standby),
    /// Who has threads from here on.
    Handovers(Vec<Handover>),
    /// About an account, a number or a template.
    Account(AccountNews),
    /// What nothing here acts on, each kind once.
    Traces(Vec<Trace>),
}

/// A part of a delivery, kept whole: for people and for files, not to be read here.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw(String);

impl Raw {
    /// As it arrived.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it arrived.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

impl From<&RawValue> for Raw {
    fn from(value: &RawValue) -> Self {
        Self(value.get().to_owned())
    }
}

/// It may hold what people wrote.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}

impl Update {
    /// The number it is about.
    pub fn phone_number_id(&self) -> Option<&str> {
        match self {
            Self::Message { phone_number_id, .. } | Self::Odd { phone_number_id, .. } => {
                phone_number_id.as_deref()
            }
            Self::News { about, .. } => about.phone_number_id.as_deref(),
            Self::Status(status) => status.phone_number_id.as_deref(),
        }
    }

    /// The business account it is about.
    pub fn business_account_id(&self) -> Option<&str> {
        match self {
            Self::Message { business_account_id, .. } | Self::Odd { business_account_id, .. } => {
                business_account_id.as_deref()
            }
            Self::News { about, .. } => about.business_account_id.as_deref(),
            Self::Status(status) => status.business_account_id.as_deref(),
        }
    }
}

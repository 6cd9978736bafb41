//! Why something does not work: a number's health, a message that was not sent. Data, stored as such; the crate `words` says
//! it in a person's language.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::integration::Damaged;
use crate::template::Wrong;

/// A permission of Meta's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Scope {
    /// Sending needs it.
    #[serde(rename = "whatsapp_business_messaging")]
    Messaging,
    /// Everything else needs it.
    #[serde(rename = "whatsapp_business_management")]
    Management,
}

impl Scope {
    /// As Meta writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Messaging => "whatsapp_business_messaging",
            Self::Management => "whatsapp_business_management",
        }
    }
}

/// What Meta said when it refused something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaSaid {
    /// The code whose explanation fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What stood beside the code, where the pair means more than the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<i64>,
    /// Meta's own words, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// The permission that was missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Scope>,
}

/// Why something does not work. A stored format: variants and fields are added, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// A part of the integration cannot be read any more.
    Damaged {
        /// Which.
        part: Damaged,
    },
    /// The access token's time is over.
    TokenEnded {
        /// When it ended.
        on: Timestamp,
    },
    /// It will be soon.
    TokenEnds {
        /// When.
        on: Timestamp,
    },
    /// Meta does not take the access token although its time is not over.
    TokenRevoked,
    /// The access token ends within hours.
    TokenShortLived,
    /// The access token may not do what is needed.
    TokenLacks {
        /// Which permission it lacks.
        scope: Scope,
    },
    /// Meta refused the access token while something was sent. Replies wait.
    TokenRefused {
        /// What Meta said.
        meta: MetaSaid,
    },
    /// Meta lets the number send nothing. Replies wait.
    NumberHeld {
        /// What Meta said.
        meta: MetaSaid,
    },
    /// Meta has taken the number out of service.
    OutOfService {
        /// As Meta calls its state.
        status: String,
    },
    /// Meta delivers the number's messages nowhere.
    DeliversNowhere,
    /// Meta delivers the number's messages to another address.
    DeliversElsewhere {
        /// Which.
        url: String,
    },
    /// The webhook was never connected.
    NotConnected,
    /// The app is not subscribed to the business account.
    NotSubscribed,
    /// Meta will end the version of the Graph API.
    VersionEnds {
        /// Which, such as `v21.0`.
        version: String,
        /// When.
        on: Timestamp,
    },
    /// Meta has ended the version and answers as another one.
    VersionEnded {
        /// Which.
        version: String,
        /// The one that answers.
        answers_as: String,
        /// Until when that goes well; `None`: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Meta does not serve the version any more.
    VersionGone {
        /// Which.
        version: String,
    },
    /// People block or report the number.
    LowQuality,
    /// Meta refused the message.
    MetaRefused {
        /// What Meta said.
        meta: MetaSaid,
    },
    /// Meta said later that the message did not arrive.
    NotDelivered {
        /// What Meta said.
        meta: MetaSaid,
    },
    /// Meta does not answer.
    NoAnswer,
    /// Meta refused a call that somebody waits for.
    CallRefused {
        /// What Meta said.
        meta: MetaSaid,
    },
    /// Meta did not answer a call that somebody waits for.
    Unreached,
    /// The 24-hour window is closed and no template stands in.
    WindowClosed,
    /// It could not be sent for 24 hours.
    GivenUp,
    /// The person wants no marketing.
    OptedOut,
    /// The message is stored in a form that cannot be read.
    Unreadable,
    /// There is nobody to send it to.
    NoRecipient,
    /// The file that it names is not there.
    NoFile,
    /// The integration was deleted.
    Deleted,
    /// The access token has characters that no token has.
    TokenInvalid,
    /// The database did not answer.
    StoreAway,
    /// Somebody else proved that the number is theirs.
    Claimed,
    /// The values that a template is given do not fit it.
    Template {
        /// Its name.
        name: String,
        /// What does not fit.
        wrong: Box<Wrong>,
    },
    /// The template may not be sent now.
    TemplateNotApproved {
        /// Its name.
        name: String,
        /// Its status, as Meta calls it.
        status: String,
    },
    /// There is no such template.
    TemplateUnknown {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
    },
    /// Words that were stored before reasons were data, and those of parts that say their own.
    Words {
        /// In English.
        text: String,
    },
}

impl Reason {
    /// As a row has it.
    pub fn written(&self) -> String {
        match self {
            Self::Words { text } => text.clone(),
            // An enum of texts and numbers can always be written.
            data => serde_json::to_string(data).unwrap_or_default(),
        }
    }

    /// Reads a row: data, or the words of an older one.
    pub fn read(text: &str) -> Self {
        let data = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
        data.unwrap_or_else(|| Self::Words { text: text.to_owned() })
    }

    /// A stable name for its kind, as the API carries it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "damaged",
            Self::TokenEnded { .. } => "token_ended",
            Self::TokenEnds { .. } => "token_ends",
            Self::TokenRevoked => "token_revoked",
            Self::TokenShortLived => "token_short_lived",
            Self::TokenLacks { .. } => "token_lacks",
            Self::TokenRefused { .. } => "token_refused",
            Self::NumberHeld { .. } => "number_held",
            Self::OutOfService { .. } => "out_of_service",
            Self::DeliversNowhere => "delivers_nowhere",
            Self::DeliversElsewhere { .. } => "delivers_elsewhere",
            Self::NotConnected => "not_connected",
            Self::NotSubscribed => "not_subscribed",
            Self::VersionEnds { .. } => "version_ends",
            Self::VersionEnded { .. } => "version_ended",
            Self::VersionGone { .. } => "version_gone",
            Self::LowQuality => "low_quality",
            Self::MetaRefused { .. } => "meta_refused",
            Self::NotDelivered { .. } => "not_delivered",
            Self::NoAnswer => "no_answer",
            Self::CallRefused { .. } => "call_refused",
            Self::Unreached => "unreached",
            Self::WindowClosed => "window_closed",
            Self::GivenUp => "given_up",
            Self::OptedOut => "opted_out",
            Self::Unreadable => "unreadable",
            Self::NoRecipient => "no_recipient",
            Self::NoFile => "no_file",
            Self::Deleted => "deleted",
            Self::TokenInvalid => "token_invalid",
            Self::StoreAway => "store_away",
            Self::Claimed => "claimed",
            Self::Template { .. } => "template",
            Self::TemplateNotApproved { .. } => "template_not_approved",
            Self::TemplateUnknown { .. } => "template_unknown",
            Self::Words { .. } => "words",
        }
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self::Words { text }
    }
}

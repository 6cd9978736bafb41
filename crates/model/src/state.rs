//! How numbers, templates and accounts stand at Meta. Every list is open: a word that nobody has seen is kept as it came,
//! so what is stored and shown is always Meta's own.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$means:meta])* $word:ident = $text:literal,)+ })+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$means])* $word,)+
            /// A word that is not known here.
            Other(String),
        }

        impl $name {
            /// As Meta writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => $text,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($text => Self::$word,)+
                    _ => Self::Other(word),
                }
            }
        }

        impl From<$name> for String {
            fn from(it: $name) -> Self {
                match it {
                    $($name::$word => $text.to_owned(),)+
                    $name::Other(word) => word,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

words! {
    /// How people take what is sent, of a number or a template.
    Quality {
        /// High.
        Green = "GREEN",
        /// Medium.
        Yellow = "YELLOW",
        /// Low: people block or report it.
        Red = "RED",
        /// Not rated yet.
        Unknown = "UNKNOWN",
    }
    /// How many messages a second a number may send.
    ThroughputLevel {
        /// 80.
        Standard = "STANDARD",
        /// 1,000.
        High = "HIGH",
        /// Not said of this number.
        NotApplicable = "NOT_APPLICABLE",
    }
    /// How many people a business may write to first in a day.
    MessagingLimit {
        /// Not decided yet.
        NotSet = "TIER_NOT_SET",
        /// 50: on trial.
        Tier50 = "TIER_50",
        /// 250.
        Tier250 = "TIER_250",
        /// 1,000.
        Tier1K = "TIER_1K",
        /// 2,000.
        Tier2K = "TIER_2K",
        /// 10,000.
        Tier10K = "TIER_10K",
        /// 100,000.
        Tier100K = "TIER_100K",
        /// Any number.
        Unlimited = "TIER_UNLIMITED",
    }
    /// How a number stands.
    NumberStatus {
        /// It works.
        Connected = "CONNECTED",
        /// Not registered yet.
        Pending = "PENDING",
        /// Its quality is low.
        Flagged = "FLAGGED",
        /// It reached its limit.
        Restricted = "RESTRICTED",
        /// Held back for a while.
        RateLimited = "RATE_LIMITED",
        /// Registered nowhere.
        Disconnected = "DISCONNECTED",
        /// Meta closed it.
        Banned = "BANNED",
        /// It is gone.
        Deleted = "DELETED",
    }
    /// How the display name of a number stands.
    NameStatus {
        /// Shown.
        Approved = "APPROVED",
        /// Shown, without a review.
        AvailableWithoutReview = "AVAILABLE_WITHOUT_REVIEW",
        /// Not taken.
        Declined = "DECLINED",
        /// Its certificate ran out.
        Expired = "EXPIRED",
        /// Being looked at.
        PendingReview = "PENDING_REVIEW",
        /// There is none.
        None = "NONE",
    }
    /// Whether a number is for tests.
    AccountMode {
        /// For everybody.
        Live = "LIVE",
        /// For tests.
        Sandbox = "SANDBOX",
    }
    /// Whether something can send.
    CanSend {
        /// It can.
        Available = "AVAILABLE",
        /// Some messages only.
        Limited = "LIMITED",
        /// Nothing.
        Blocked = "BLOCKED",
    }
    /// How a template stands.
    TemplateStatus {
        /// It can be sent.
        Approved = "APPROVED",
        /// Being looked at.
        Pending = "PENDING",
        /// Not taken.
        Rejected = "REJECTED",
        /// Held back for a while, for its quality.
        Paused = "PAUSED",
        /// Held back for good, for its quality.
        Disabled = "DISABLED",
        /// About to be disabled.
        Flagged = "FLAGGED",
        /// It is gone.
        Deleted = "DELETED",
    }
    /// What a template is for, which decides its price.
    TemplateCategory {
        /// What a person asked for.
        Utility = "UTILITY",
        /// Offers.
        Marketing = "MARKETING",
        /// One-time codes.
        Authentication = "AUTHENTICATION",
    }
    /// What Meta decided about a name or an account.
    Decision {
        /// Yes.
        Approved = "APPROVED",
        /// No.
        Rejected = "REJECTED",
        /// Not yet.
        Pending = "PENDING",
        /// Later.
        Deferred = "DEFERRED",
    }
    /// What happened to the quality or the limit of a number.
    NumberEvent {
        /// Its quality became low.
        Flagged = "FLAGGED",
        /// Its quality is well again.
        Unflagged = "UNFLAGGED",
        /// It is new.
        Onboarding = "ONBOARDING",
        /// A higher limit.
        Upgrade = "UPGRADE",
        /// A lower limit.
        Downgrade = "DOWNGRADE",
        /// It may send faster.
        ThroughputUpgrade = "THROUGHPUT_UPGRADE",
    }
    /// What happened to a business account.
    AccountEvent {
        /// It is gone.
        Deleted = "ACCOUNT_DELETED",
        /// Closed, or opened again.
        DisabledUpdate = "DISABLED_UPDATE",
        /// It may do less.
        Restriction = "ACCOUNT_RESTRICTION",
        /// It left.
        Offboarded = "ACCOUNT_OFFBOARDED",
        /// It broke a rule.
        Violation = "ACCOUNT_VIOLATION",
        /// A partner may do nothing more with it.
        PartnerRemoved = "PARTNER_REMOVED",
        /// A partner's app is gone.
        PartnerAppUninstalled = "PARTNER_APP_UNINSTALLED",
        /// Meta knows who it is.
        Verified = "VERIFIED_ACCOUNT",
    }
    /// What kind of ban, violation or restriction came to a business account.
    AccountDetail {
        /// What was closed is open again.
        Reinstate = "REINSTATE",
        /// It will be closed.
        ScheduleForDisable = "SCHEDULE_FOR_DISABLE",
        /// It is closed.
        Disable = "DISABLE",
    }
    /// How bad it is that Meta alerts about something.
    AlertSeverity {
        /// Act at once.
        Critical = "CRITICAL",
        /// Look at it.
        Warning = "WARNING",
        /// Good to know.
        Informational = "INFORMATIONAL",
    }
    /// What happened to the PIN of a number.
    SecurityEvent {
        /// Somebody changed it.
        PinChanged = "PIN_CHANGED",
        /// Somebody wants to be rid of it.
        PinResetRequest = "PIN_RESET_REQUEST",
        /// It is gone.
        PinResetSuccess = "PIN_RESET_SUCCESS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_kept_as_it_came() {
        for word in ["GREEN", "RED", "green", "NA", ""] {
            let json = serde_json::to_string(word).unwrap();
            let read: Quality = serde_json::from_str(&json).unwrap();
            assert_eq!((read.as_str(), serde_json::to_string(&read).unwrap()), (word, json));
        }
        assert_eq!(Quality::from("RED".to_owned()), Quality::Red);
        assert_eq!(Quality::from("red".to_owned()), Quality::Other("red".to_owned()));
        assert_eq!(MessagingLimit::from("2000".to_owned()).to_string(), "2000");
        assert_eq!(String::from(TemplateStatus::from("IN_APPEAL".to_owned())), "IN_APPEAL");
    }
}

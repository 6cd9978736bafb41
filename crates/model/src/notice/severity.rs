//! How bad what is told is.

use super::{Notice, Template};
use crate::event::Severity;
use crate::reason::Scope;
use crate::state::{AccountDetail, AccountEvent, AlertSeverity, Decision, NumberEvent, Quality};

impl Notice {
    /// How bad it is. What bots tell says so itself.
    pub fn severity(&self) -> Severity {
        match self {
            Self::NumberCannotSend { .. }
            | Self::TokenEnded { .. }
            | Self::TokenRevoked
            | Self::TokenPermissionLost { scope: Scope::Messaging }
            | Self::MessageNotSent { .. }
            | Self::MessageFailed { .. }
            | Self::MessageNotRun { .. }
            | Self::FlowFailed { .. }
            | Self::NodeFailed { .. }
            | Self::NumberClaimed => Severity::Error,
            Self::SendsDelayed { .. }
            | Self::TokenEndsSoon { .. }
            | Self::TokenPermissionLost { scope: Scope::Management }
            | Self::VersionEndsSoon { .. }
            | Self::VersionEnded { .. }
            | Self::WebhookElsewhere { .. }
            | Self::VerifyTokenWrong { receives: false }
            | Self::SignatureRefused
            | Self::DeliveryUnreadable { .. }
            | Self::NumberSecurity { .. }
            | Self::QuotaPassed { .. }
            | Self::StoreStoodStill { .. } => Severity::Warning,
            Self::TemplateStatus { status, .. } => warns(Template::of(status) == Template::Unusable),
            Self::TemplateQuality { quality, .. } => warns(*quality == Quality::Red),
            Self::NumberQuality { event, .. } => {
                warns(matches!(event, NumberEvent::Flagged | NumberEvent::Downgrade))
            }
            Self::NumberName { decision, .. } => warns(*decision != Decision::Approved),
            Self::AccountReview { decision } => warns(*decision == Decision::Rejected),
            Self::AccountUpdate { event, detail } => account(event, detail.as_ref()),
            Self::AccountAlert { level, .. } => match level {
                AlertSeverity::Critical => Severity::Error,
                AlertSeverity::Warning => Severity::Warning,
                AlertSeverity::Informational | AlertSeverity::Other(_) => Severity::Notice,
            },
            Self::NumberWorksAgain { .. }
            | Self::TokenPermissionBack { .. }
            | Self::TokenRenewed
            | Self::VersionRaised
            | Self::WebhookVerified
            | Self::VerifyTokenWrong { receives: true }
            | Self::WebhookBack
            | Self::WebhookRepaired
            | Self::FieldsRefused { .. }
            | Self::DeliveryTooOld { .. }
            | Self::OptedOut
            | Self::HandedOff
            | Self::TemplateCategory { .. }
            | Self::TemplateChanged { .. }
            | Self::MessagingLimit { .. }
            | Self::MissedCall { .. }
            | Self::MetaError { .. }
            | Self::FieldIgnored { .. }
            | Self::Words { .. } => Severity::Notice,
        }
    }
}

const fn warns(bad: bool) -> Severity {
    if bad { Severity::Warning } else { Severity::Notice }
}

fn account(event: &AccountEvent, detail: Option<&AccountDetail>) -> Severity {
    match event {
        _ if detail == Some(&AccountDetail::Reinstate) => Severity::Notice,
        AccountEvent::Deleted
        | AccountEvent::DisabledUpdate
        | AccountEvent::Restriction
        | AccountEvent::Offboarded => Severity::Error,
        AccountEvent::Violation | AccountEvent::PartnerRemoved | AccountEvent::PartnerAppUninstalled => {
            Severity::Warning
        }
        AccountEvent::Verified | AccountEvent::Other(_) => Severity::Notice,
    }
}

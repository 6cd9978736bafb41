//! What the product tells the owner of a number. Data, stored as such; the crate `words` says it in a person's language.

mod severity;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::quota::Kind;
use crate::reason::{MetaSaid, Reason, Scope};
use crate::state::{
    AccountDetail, AccountEvent, AlertSeverity, Decision, MessagingLimit, NumberEvent, Quality,
    SecurityEvent, TemplateCategory, TemplateStatus,
};

/// Why a number works again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorksAgain {
    /// A message went through.
    Sent,
    /// Somebody changed what was wrong.
    Changed,
    /// Meta takes the access token again.
    TokenTaken,
}

/// What came too late to have an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooOld {
    /// Messages.
    Messages,
    /// Wishes about marketing.
    Preferences,
}

/// One thing that is told. A stored format: variants and fields are added, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The number cannot send.
    NumberCannotSend {
        /// Why.
        why: Reason,
    },
    /// The number sends again.
    NumberWorksAgain {
        /// How it is known.
        by: WorksAgain,
    },
    /// A message has been waiting for more than five minutes.
    SendsDelayed {
        /// Why.
        why: Reason,
    },
    /// The access token ends.
    TokenEndsSoon {
        /// When.
        on: Timestamp,
    },
    /// The access token has ended.
    TokenEnded {
        /// When it did.
        on: Timestamp,
    },
    /// Meta does not take the access token any more.
    TokenRevoked,
    /// The access token lost a permission.
    TokenPermissionLost {
        /// Which.
        scope: Scope,
    },
    /// The access token has a permission again.
    TokenPermissionBack {
        /// Which.
        scope: Scope,
    },
    /// The access token was replaced.
    TokenRenewed,
    /// Meta ends the version of the Graph API.
    VersionEndsSoon {
        /// Which.
        version: String,
        /// When.
        on: Timestamp,
    },
    /// Meta has ended the version and answers as another.
    VersionEnded {
        /// Which.
        version: String,
        /// The one that answers.
        answers_as: String,
        /// Until when; `None`: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// The version was changed.
    VersionRaised,
    /// Meta verified the callback URL.
    WebhookVerified,
    /// Somebody asked to verify the callback URL with another token.
    VerifyTokenWrong {
        /// Whether the number receives messages already: then it is nothing that stops it.
        receives: bool,
    },
    /// Meta delivers to another address now.
    WebhookElsewhere {
        /// Which; empty: nowhere.
        url: String,
    },
    /// Meta delivers here again.
    WebhookBack,
    /// The webhook was connected again by itself.
    WebhookRepaired,
    /// Meta refused some fields of the webhook.
    FieldsRefused {
        /// Which.
        fields: Vec<String>,
    },
    /// Deliveries with a wrong signature come in.
    SignatureRefused,
    /// A part of a delivery could not be read.
    DeliveryUnreadable {
        /// What was odd.
        cause: String,
    },
    /// Deliveries were too old to have an effect.
    DeliveryTooOld {
        /// What.
        what: TooOld,
        /// How often within 24 hours.
        count: u32,
    },
    /// A message was not sent.
    MessageNotSent {
        /// Why.
        why: Reason,
    },
    /// A message did not arrive.
    MessageFailed {
        /// Meta's code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
    },
    /// A message could not be run.
    MessageNotRun {
        /// What stopped it.
        cause: String,
    },
    /// Marketing was not sent to somebody who wants none.
    OptedOut,
    /// A bot handed a conversation to people.
    HandedOff,
    /// A bot failed at a node.
    FlowFailed {
        /// A stable name for what failed.
        code: String,
        /// In English words, without texts or values.
        words: String,
    },
    /// The same at a node whose author wants a mail about it.
    NodeFailed {
        /// The bot's name.
        bot: String,
        /// The node.
        node: String,
        /// A stable name for what failed.
        #[serde(default)]
        code: String,
        /// In English words, without texts or values.
        words: String,
    },
    /// A template has another status.
    TemplateStatus {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// Its status, as Meta calls it.
        status: TemplateStatus,
        /// Why, in Meta's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A template has another quality.
    TemplateQuality {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// Its quality, as Meta calls it.
        quality: Quality,
    },
    /// A template has another category.
    TemplateCategory {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// Its category, as Meta calls it.
        category: TemplateCategory,
        /// It will have it later.
        later: bool,
    },
    /// A template was changed at Meta.
    TemplateChanged {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
    },
    /// The number's quality or limit changed.
    NumberQuality {
        /// What happened, as Meta calls it.
        event: NumberEvent,
        /// Its messaging limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<MessagingLimit>,
    },
    /// Meta decided about the display name.
    NumberName {
        /// How, as Meta calls it.
        decision: Decision,
        /// Why, in Meta's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The number's PIN.
    NumberSecurity {
        /// What happened, as Meta calls it.
        event: SecurityEvent,
    },
    /// The business has another messaging limit.
    MessagingLimit {
        /// Which.
        limit: MessagingLimit,
    },
    /// Meta changed the business account.
    AccountUpdate {
        /// What happened, as Meta calls it.
        event: AccountEvent,
        /// More of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<AccountDetail>,
    },
    /// Meta decided about the business account.
    AccountReview {
        /// How, as Meta calls it.
        decision: Decision,
    },
    /// Meta alerts.
    AccountAlert {
        /// How bad it is, as Meta calls it.
        level: AlertSeverity,
        /// In Meta's words.
        description: String,
    },
    /// A call that nobody took.
    MissedCall {
        /// How often within 24 hours.
        count: u32,
    },
    /// An error of Meta's that belongs to no message.
    MetaError {
        /// What Meta said.
        meta: MetaSaid,
        /// How often within 24 hours.
        count: u32,
    },
    /// News from Meta that nothing here acts on.
    FieldIgnored {
        /// The webhook's field; empty: many.
        field: String,
        /// What; empty: not known.
        what: String,
        /// How often within 24 hours.
        count: u32,
    },
    /// Somebody else proved that the number is theirs.
    NumberClaimed,
    /// The account keeps more than its limit.
    QuotaPassed {
        /// Of what.
        kind: Kind,
        /// The limit: a number, or bytes.
        limit: i64,
    },
    /// The database did not answer.
    StoreStoodStill {
        /// For how many seconds.
        seconds: u64,
    },
    /// The words of an event that was stored before events were data.
    Words {
        /// Its code.
        code: String,
        /// In English.
        text: String,
    },
}

impl Notice {
    /// As a row has it.
    pub fn written(&self) -> String {
        match self {
            Self::Words { text, .. } => text.clone(),
            // An enum of texts and numbers can always be written.
            data => serde_json::to_string(data).unwrap_or_default(),
        }
    }

    /// Reads a row: data, or the words of an older one.
    pub fn read(code: &str, text: &str) -> Self {
        let data = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
        data.unwrap_or_else(|| Self::Words { code: code.to_owned(), text: text.to_owned() })
    }

    /// A stable name for its kind, as the API carries it.
    pub fn code(&self) -> &str {
        match self {
            Self::NumberCannotSend { .. } => "number_cannot_send",
            Self::NumberWorksAgain { .. } => "number_works_again",
            Self::SendsDelayed { .. } => "sends_delayed",
            Self::TokenEndsSoon { .. } => "token_ends_soon",
            Self::TokenEnded { .. } => "token_ended",
            Self::TokenRevoked => "token_revoked",
            Self::TokenPermissionLost { .. } => "token_permission_lost",
            Self::TokenPermissionBack { .. } => "token_permission_back",
            Self::TokenRenewed => "token_renewed",
            Self::VersionEndsSoon { .. } | Self::VersionEnded { .. } => "version_ends_soon",
            Self::VersionRaised => "version_raised",
            Self::WebhookVerified => "webhook_verified",
            Self::VerifyTokenWrong { .. } => "verify_token_wrong",
            Self::WebhookElsewhere { .. } => "webhook_elsewhere",
            Self::WebhookBack => "webhook_back",
            Self::WebhookRepaired => "webhook_repaired",
            Self::FieldsRefused { .. } => "fields_refused",
            Self::SignatureRefused => "signature_refused",
            Self::DeliveryUnreadable { .. } => "delivery_unreadable",
            Self::DeliveryTooOld { .. } => "delivery_too_old",
            Self::MessageNotSent { .. } => "message_not_sent",
            Self::MessageFailed { .. } => "message_failed",
            Self::MessageNotRun { .. } => "message_not_run",
            Self::OptedOut => "opted_out",
            Self::HandedOff => "handed_off",
            Self::FlowFailed { code, .. } | Self::Words { code, .. } => code,
            Self::NodeFailed { .. } => "node_failed",
            Self::TemplateStatus { status, .. } => match Template::of(status) {
                Template::Approved => "template_approved",
                Template::Unusable => "template_unusable",
                Template::Other => "template_status",
            },
            Self::TemplateQuality { .. } => "template_quality",
            Self::TemplateCategory { .. } => "template_category",
            Self::TemplateChanged { .. } => "template_changed",
            Self::NumberQuality { .. } => "number_quality",
            Self::NumberName { .. } => "number_name",
            Self::NumberSecurity { .. } => "number_security",
            Self::MessagingLimit { .. } => "messaging_limit",
            Self::AccountUpdate { .. } => "account_update",
            Self::AccountReview { .. } => "account_review",
            Self::AccountAlert { .. } => "account_alert",
            Self::MissedCall { .. } => "missed_call",
            Self::MetaError { .. } => "meta_error",
            Self::FieldIgnored { .. } => "field_ignored",
            Self::NumberClaimed => "number_claimed",
            Self::QuotaPassed { .. } => "quota_passed",
            Self::StoreStoodStill { .. } => "store_stood_still",
        }
    }
}

/// Codes of incidents that last until something ends them, each with the code of what does.
const ENDED_BY: &[(&str, &str)] = &[
    ("number_cannot_send", "number_works_again"),
    ("sends_delayed", "number_works_again"),
    ("token_ends_soon", "token_renewed"),
    ("token_ended", "token_renewed"),
    ("token_revoked", "token_renewed"),
    ("token_revoked", "number_works_again"),
    ("token_permission_lost", "token_renewed"),
    ("token_permission_lost", "token_permission_back"),
    ("version_ends_soon", "version_raised"),
    ("webhook_elsewhere", "webhook_back"),
    ("webhook_elsewhere", "webhook_repaired"),
];

/// The codes of incidents that an event with this code ends.
pub fn ends(code: &str) -> impl Iterator<Item = &'static str> {
    ENDED_BY.iter().filter(move |(_, by)| *by == code).map(|(ended, _)| *ended)
}

/// Whether an incident with this code lasts until something ends it.
pub fn lasts(code: &str) -> bool {
    ENDED_BY.iter().any(|(ended, _)| *ended == code)
}

/// What a template's status means for its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Template {
    Approved,
    Unusable,
    Other,
}

impl Template {
    fn of(status: &TemplateStatus) -> Self {
        match status {
            TemplateStatus::Approved => Self::Approved,
            TemplateStatus::Rejected
            | TemplateStatus::Paused
            | TemplateStatus::Disabled
            | TemplateStatus::Flagged
            | TemplateStatus::Deleted => Self::Unusable,
            TemplateStatus::Pending | TemplateStatus::Other(_) => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Severity;

    #[test]
    fn what_is_written_is_read_back_and_old_words_stay() {
        let all = [
            Notice::TokenRevoked,
            Notice::NumberCannotSend { why: Reason::WindowClosed },
            Notice::MissedCall { count: 3 },
            Notice::AccountUpdate { event: AccountEvent::DisabledUpdate, detail: None },
        ];
        for notice in all {
            assert_eq!(Notice::read(notice.code(), &notice.written()), notice);
        }
        for old in ["The number sends again.", "{not data}", ""] {
            let read = Notice::read("number_works_again", old);
            assert_eq!((read.code(), read.written()), ("number_works_again", old.to_owned()));
        }
    }

    #[test]
    fn metas_words_say_how_bad_it_is() {
        let update = |event: &str, detail: Option<&str>| Notice::AccountUpdate {
            event: event.to_owned().into(),
            detail: detail.map(|detail| detail.to_owned().into()),
        };
        assert_eq!(update("DISABLED_UPDATE", None).severity(), Severity::Error);
        assert_eq!(update("DISABLED_UPDATE", Some("REINSTATE")).severity(), Severity::Notice);
        assert_eq!(update("PARTNER_REMOVED", None).severity(), Severity::Warning);
        let paused = Notice::TemplateStatus {
            name: "a".into(),
            language: "en".into(),
            status: TemplateStatus::Paused,
            reason: None,
        };
        assert_eq!((paused.code(), paused.severity()), ("template_unusable", Severity::Warning));
    }
}

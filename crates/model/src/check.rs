//! What troubleshooting checks and finds. Data; the crate `words` says it.

use serde::Serialize;

use crate::Timestamp;
use crate::reason::Reason;

/// What is checked, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The switch.
    Active,
    /// The bot is published and connected.
    Bot,
    /// Meta takes the credentials.
    Credentials,
    /// When the token ends.
    TokenExpiry,
    /// What the token may do.
    Scopes,
    /// The version of the Graph API.
    Version,
    /// The number is registered and connected.
    Number,
    /// Its quality.
    Quality,
    /// How many people it may write to first.
    MessagingLimit,
    /// Whether Meta lets it send.
    CanSend,
    /// The app is subscribed to the business account.
    AppSubscribed,
    /// To the field `messages`, and to the others.
    MessagesField,
    /// Meta delivers here.
    Callback,
    /// Meta's verification request came.
    Verified,
    /// Deliveries come.
    LastDelivery,
    /// Nobody forges deliveries, and the app secret is right.
    Signatures,
    /// The template can be sent.
    Template,
    /// Alerts reach somebody.
    AlertMail,
    /// Who may talk to the bot.
    Recipients,
    /// Nothing waits for long.
    Queue,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CheckOutcome))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All well.
    Ok,
    /// It does not apply, or Meta did not say.
    Unknown,
    /// Works, but something needs a look.
    Warning,
    /// This is why it does not work.
    Failed,
}

/// What would mend it, where one click or one field does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// Switch it on.
    Activate,
    /// Publish the bot, or choose another.
    ChooseBot,
    /// Enter a new token.
    EnterToken,
    /// Look at the credentials.
    EnterCredentials,
    /// Raise the version.
    RaiseVersion,
    /// Connect the webhook.
    ConnectWebhook,
    /// Choose another template.
    ChooseTemplate,
    /// Name somebody who gets alerts.
    SetAlerts,
    /// Look at Meta's own pages.
    GoToMeta,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// Not so.
    Bad,
    /// Nearly so.
    Soon,
    /// Nobody knows.
    NotKnown,
}

/// A value in what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A name, an address, a word of Meta's.
    Text(String),
    /// A day.
    Day(Timestamp),
    /// A day and the time of it.
    Moment(Timestamp),
    /// How many.
    Count(u64),
    /// A version and when it ends.
    Ends(String, Timestamp),
    /// Why.
    Why(Reason),
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found.
    pub state: State,
    /// The value in it.
    pub value: Option<Value>,
    /// What would mend it; nothing when all is well.
    pub cure: Option<Cure>,
}

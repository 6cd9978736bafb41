//! Why something is not done. Kinds with their values: whoever asked says it in their own words.

use chasqui_flow::{Problem as Finding, TestResult};
use chasqui_model::integration::GraphVersion;
use chasqui_model::reason::Reason;
use chasqui_runtime::heavy::NotRun;
use chasqui_runtime::template::Unfit;
use chasqui_store::Error;
use serde_path_to_error::Segment;

/// Why something is not done.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Not there, or not theirs.
    NotFound,
    /// The store is away, or refuses it.
    Store(Error),
    /// So much of the account's work waits that more would only wait.
    Busy,
    /// A fault of ours.
    Broken,
    /// What is asked for cannot be.
    Wrong(Vec<Wrong>),

    /// There is an account already.
    HasAccount,
    /// The password could not be hashed.
    NoHash,

    /// The draft was saved by somebody else meanwhile; this is its revision.
    DraftMoved {
        /// The current one.
        revision: i64,
    },
    /// An integration or an open conversation uses the bot.
    BotInUse,
    /// The bot file cannot be read.
    UnreadableBot(Vec<Finding>),
    /// The bot cannot run.
    UnfinishedBot(Vec<Finding>),
    /// The bot wants its flow tests to pass. All of them, with those that failed.
    TestsFailed(Vec<TestResult>),

    /// The chat has become too long or too large.
    ChatTooLong,
    /// The bot waits for no answer.
    NothingWaits,
    /// That cannot be done here in the chat; the engine says why.
    NotNow(String),

    /// Meta cannot be asked about credentials.
    MetaAway,
    /// The operator has no number to give.
    NoFreeNumber,
    /// The operator looks after the credentials.
    ManagedCredentials,
    /// A bot that is not published answers nowhere.
    BotNotPublished,
    /// Another active integration has the number.
    NumberInUse,

    /// The conversation is over.
    Ended,
    /// The bot answers in the conversation.
    NotTakenOver,
    /// Another app has the thread.
    ThreadElsewhere,
    /// Only templates may be sent.
    WindowClosed,
    /// The integration is switched off.
    Inactive,
    /// Neither a number nor a user id of the person is known.
    Unreachable,
    /// The person wants no marketing.
    OptedOut,
    /// Meta has told nothing by which it would know the contact.
    NoAddress,
    /// Meta lets somebody else take threads of this number.
    ThreadNotAllowed,
    /// Meta refused to move the thread, and says why.
    ThreadStays(Reason),
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wrong {
    /// Where it is, as a JSON pointer.
    pub(crate) pointer: String,
    /// What is wrong with it.
    pub(crate) fault: Fault,
}

/// What can be wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// Not an e-mail address.
    Email,
    /// Not a name of 1 to 80 characters.
    Name,
    /// Not a password of a length that is taken.
    Password,
    /// Not a phone number.
    PhoneNumber,
    /// Not a user id.
    UserId,
    /// Of another shape; what was expected.
    Shape(String),

    /// Not the only type of integration there is.
    Type,
    /// No bot is chosen.
    BotMissing,
    /// There is no such bot.
    BotUnknown,
    /// The bot is not published.
    BotNotPublished,
    /// Another integration has the number.
    NumberInUse,
    /// Another integration has the verify token.
    VerifyTokenInUse,
    /// The number is in the operator's pool already.
    InPool,
    /// The operator has no number to give.
    NoFreeNumber,

    /// An id that is needed, from Meta's dashboard.
    IdMissing,
    /// An id that is not of digits only.
    Digits,
    /// A secret that is needed.
    SecretMissing,
    /// A secret that is damaged in the database.
    Damaged,
    /// A secret that was given for another app.
    OfOtherApp,
    /// An access token that was given for another business account.
    OfOtherAccount,
    /// A version that Meta does not serve; the usual one.
    VersionNotServed(GraphVersion),
    /// Not a version; the usual one.
    Version(GraphVersion),
    /// Not an app secret.
    AppSecret,
    /// Not an access token.
    AccessToken,
    /// A verify token that is too short.
    VerifyTokenShort,
    /// Not a verify token.
    VerifyToken,

    /// The access token ended on this day.
    TokenEnded(String),
    /// Meta does not accept the access token.
    TokenRefused,
    /// The access token is another app's.
    TokenOfOtherApp,
    /// The access token lacks this permission.
    TokenLacks(&'static str),
    /// The access token may not use the number.
    TokenNotAllowed,
    /// The access token may not use the business account.
    AccountNotAllowed,
    /// Meta knows no such business account.
    AccountUnknown,
    /// Meta does not accept the app secret.
    SecretRefused,
    /// Meta knows no such number.
    NumberUnknown,

    /// Error e-mails go to nobody.
    NoAddress,
    /// Error e-mails go to too many.
    TooManyAddresses,
    /// This is not an e-mail address.
    NotAnAddress(String),
    /// Quiet hours that are none.
    QuietHours,
    /// An expiry that is too short or too long.
    Expiry,
    /// Not a template's name.
    TemplateName,
    /// Not a template's language.
    TemplateLanguage,
    /// There is no such variable.
    TemplateVariable(String),
    /// Meta has no such template.
    TemplateUnknown,
    /// The template cannot be sent: Meta's word for it.
    TemplateNotApproved(String),
    /// What a template lacks.
    Template {
        /// A stable name.
        code: &'static str,
        /// Why.
        why: Reason,
    },
    /// Too slow or too fast.
    Throughput,
    /// Not a time zone.
    TimeZone,
    /// Nobody may talk to the bot.
    NoNumbers,
    /// Too many numbers are listed.
    TooManyNumbers,

    /// A bot file that is too large.
    BotFileLarge,
    /// Variables that are too large.
    VariablesLarge,
    /// Variables that are too deep.
    VariablesDeep,

    /// There is no such uploaded file.
    FileUnknown,
    /// WhatsApp does not send files of this type.
    FileType(String),
    /// A file of this type is sent as what it is, or as a document.
    FileKind(String),
    /// The file is larger than this many kB.
    FileSize(u64),
    /// Words below a file that are too long.
    CaptionLength,
    /// Words below a sound or a sticker.
    NoCaption,
    /// Not a voice note.
    Voice,

    /// There is no such integration.
    IntegrationUnknown,
    /// There is no such published bot.
    PublishedBotUnknown,
    /// Nobody is named.
    RecipientMissing,
    /// More than one way to name somebody.
    RecipientSeveral,
    /// There is no such contact of the integration.
    ContactUnknown,
    /// A template quotes nothing.
    TemplateQuotes,
    /// There is no such message that can be quoted.
    NotQuotable,
    /// A text that is too long.
    TextLength,
    /// There is no link in the text.
    NoLink,
    /// A card without a text.
    NoText,
    /// A text and a file.
    TextAndFile,
    /// Words and a template.
    WordsAndTemplate,
    /// Neither words nor a template.
    NothingToSay,

    /// Not a role's name.
    Role,
    /// A role where none is wanted.
    RoleNotHere,
    /// A note that is too long.
    NoteLength,
}

impl Wrong {
    /// Something wrong with a value.
    pub(crate) fn new(pointer: impl Into<String>, fault: Fault) -> Self {
        Self { pointer: pointer.into(), fault }
    }

    /// What a template that is chosen `below` a place lacks.
    pub(crate) fn template(below: &str, unfit: Unfit) -> Self {
        let Unfit { pointer, code, why } = unfit;
        Self::new(format!("{below}{pointer}"), Fault::Template { code, why })
    }
}

impl Refused {
    /// One value that is wrong.
    pub(crate) fn field(pointer: impl Into<String>, fault: Fault) -> Self {
        Self::Wrong(vec![Wrong::new(pointer, fault)])
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<NotRun> for Refused {
    fn from(not_run: NotRun) -> Self {
        match not_run {
            NotRun::Busy => Self::Busy,
            NotRun::Failed => Self::Broken,
        }
    }
}

/// Where the value of another shape stands, below `root`, and what was expected there.
pub(crate) fn misshapen(
    root: &str,
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> (String, String) {
    let mut pointer = root.to_owned();
    for segment in error.path() {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    let message = error.inner().to_string();
    // Without the position: the pointer says it better.
    let expected = message.split(" at line ").next().unwrap_or_default().to_owned();
    (pointer, expected)
}

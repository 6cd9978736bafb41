//! What the office refuses, as answers: status, stable name, words.

use axum::http::StatusCode;
use chasqui_flow::Problem as Finding;

use super::api::draft::FindingView;
use super::api::flow_test::Outcome;
use super::problem::{EMAIL, FieldError, NAME, NUMBER, Problem};
use crate::http::speak;
use crate::office::{Fault, Refused, Wrong};
use crate::password;

const IN_USE: &str = "This number is connected already. A number has one active integration. Switch the other \
    one off first, or use another number.";
const NONE_FREE: &str = "No managed number is free. Ask the operator for one (POST /number_requests).";
const META_AWAY: &str =
    "Meta could not be asked about the credentials. Try again, or save without asking (check=false).";

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::not_found(),
            Refused::Store(error) => error.into(),
            Refused::Busy => Self::busy(),
            Refused::Broken => Self::internal(),
            Refused::Wrong(wrong) => Self::fields(wrong.into_iter().map(FieldError::from).collect()),
            Refused::NoHash => {
                Self::unavailable("The password could not be processed. Try again in a moment.")
            }
            Refused::MetaAway => Self::unavailable(META_AWAY),
            Refused::UnreadableBot(problems) => unreadable(problems),
            Refused::UnfinishedBot(problems) => unfinished(problems),
            Refused::TestsFailed(tests) => failed(tests.into_iter().map(Outcome::from).collect()),
            Refused::NotNow(reason) => Self::conflict("not_now", sentence(&reason)),
            Refused::ThreadStays(why) => Self::conflict("thread_refused", speak::say(&why)),
            Refused::DraftMoved { revision } => {
                let detail = "The draft was saved by somebody else meanwhile. Load it again; your changes are not saved.";
                Self::conflict("changed_meanwhile", detail).with("revision", revision)
            }
            other => {
                let (code, detail) = conflict(&other);
                Self::conflict(code, detail)
            }
        }
    }
}

/// What does not fit what is there.
fn conflict(refused: &Refused) -> (&'static str, &'static str) {
    match refused {
        Refused::HasAccount => ("set_up", "This installation has an account already. Log in."),
        Refused::BotInUse => {
            ("in_use", "An integration or an open conversation uses this bot. End that first.")
        }
        Refused::ChatTooLong => ("too_long", "This chat has become very long. Begin another."),
        Refused::NothingWaits => ("not_now", "The bot waits for no answer."),
        Refused::NoFreeNumber => ("no_free_number", NONE_FREE),
        Refused::ManagedCredentials => {
            ("managed", "The operator of this installation looks after this number's credentials.")
        }
        Refused::BotNotPublished => ("bot_not_published", "The bot is not published. Publish it first."),
        Refused::NumberInUse => ("number_in_use", IN_USE),
        Refused::Ended => ("ended", "This conversation is over. The contact's next message begins another."),
        Refused::NotTakenOver => {
            ("not_taken_over", "The bot answers in this conversation. Take it over first.")
        }
        Refused::ThreadElsewhere => {
            ("thread_elsewhere", "Another app answers in this conversation. Take the thread first.")
        }
        Refused::WindowClosed => (
            "window_closed",
            "The 24-hour window is closed: only a template may be sent until the contact writes.",
        ),
        Refused::Inactive => ("inactive", "The integration is switched off. Switch it on first."),
        Refused::Unreachable => (
            "unreachable",
            "Neither a number nor a user id of this person is known. They have to write first.",
        ),
        Refused::OptedOut => (
            "opted_out",
            "This person wants no marketing from this number. The integration's settings say to respect that.",
        ),
        Refused::NoAddress => ("no_address", "Meta has told neither a number nor a user id of this contact."),
        Refused::ThreadNotAllowed => (
            "thread_not_allowed",
            "Meta lets only the number's escalation partner take a thread (error 100, subcode 2494191). \
             Make this app the escalation partner in Meta Business Suite, or wait until the thread is passed on.",
        ),
        Refused::NotFound
        | Refused::Store(_)
        | Refused::Busy
        | Refused::Broken
        | Refused::Wrong(_)
        | Refused::NoHash
        | Refused::DraftMoved { .. }
        | Refused::UnreadableBot(_)
        | Refused::UnfinishedBot(_)
        | Refused::TestsFailed(_)
        | Refused::NotNow(_)
        | Refused::MetaAway
        | Refused::ThreadStays(_) => ("refused", "This cannot be done."),
    }
}

fn unreadable(problems: Vec<Finding>) -> Problem {
    let detail =
        problems.first().map_or_else(|| "The bot file cannot be read.".to_owned(), ToString::to_string);
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable_bot", detail).with("problems", views(problems))
}

fn unfinished(problems: Vec<Finding>) -> Problem {
    let detail = match problems.iter().filter(|problem| problem.is_error()).count() {
        1 => "One problem is in the way of publishing.".to_owned(),
        count => format!("{count} problems are in the way of publishing."),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unfinished_bot", detail).with("problems", views(problems))
}

fn views(problems: Vec<Finding>) -> Vec<FindingView> {
    problems.into_iter().map(FindingView::from).collect()
}

fn failed(tests: Vec<Outcome>) -> Problem {
    let detail = match tests.iter().filter(|test| !test.passed).count() {
        1 => "A flow test failed, and this bot wants all to pass.".to_owned(),
        count => format!("{count} flow tests failed, and this bot wants all to pass."),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "failed_tests", detail).with("tests", tests)
}

/// The engine's reason as a sentence.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(letters).collect();
    if text.ends_with('.') { text } else { text + "." }
}

impl From<Wrong> for FieldError {
    fn from(Wrong { pointer, fault }: Wrong) -> Self {
        let (code, message) = match fault {
            Fault::Shape(expected) => ("shape", format!("This has another shape: {expected}.")),
            Fault::VersionNotServed(usual) => {
                ("not_served", format!("Meta does not serve this version. Use {usual}."))
            }
            Fault::Version(usual) => ("format", format!("A version looks like {usual}.")),
            Fault::TokenEnded(day) => {
                ("expired", format!("This access token ended on {day}. Make a new one at Meta."))
            }
            Fault::TokenLacks(permission) => {
                let message = format!(
                    "This access token lacks the permission {permission}, so nothing can be sent. Make a new one with both \
                     WhatsApp permissions."
                );
                ("missing_scope", message)
            }
            Fault::NotAnAddress(given) => ("email", format!("`{given}` is not an e-mail address.")),
            Fault::TemplateVariable(variable) => {
                let message = format!(
                    "There is no variable {variable} here; there are contact.name and contact.phone."
                );
                ("unknown_variable", message)
            }
            Fault::TemplateNotApproved(status) => {
                ("not_approved", format!("This template cannot be sent: Meta says {status}."))
            }
            Fault::Template { code, why } => (code, speak::say(&why)),
            Fault::FileType(kind) => ("type", format!("WhatsApp does not send files of the type {kind}.")),
            Fault::FileKind(kind) => {
                ("kind", format!("A file of the type {kind} can be sent as that or as a document."))
            }
            Fault::FileSize(largest) => {
                ("size", format!("WhatsApp takes at most {largest} kB of this kind of file."))
            }
            Fault::VariablesLarge => {
                let most = chasqui_flow::MAX_VARIABLES / 1024;
                ("too_large", format!("A conversation's variables have at most {most} KiB."))
            }
            fixed => {
                let (code, message) = fixed_words(&fixed);
                (code, message.to_owned())
            }
        };
        Self::new(pointer, code, message)
    }
}

/// What is said of a fault that carries nothing.
#[expect(clippy::too_many_lines, reason = "a table: a line a fault")]
fn fixed_words(fault: &Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::Email => ("email", EMAIL),
        Fault::Name => ("length", NAME),
        Fault::Password => ("length", password::RULE),
        Fault::PhoneNumber => ("phone_number", NUMBER),
        Fault::Type => ("unknown", "The type is whatsapp_business."),
        Fault::BotMissing => ("missing", "Choose the bot that answers."),
        Fault::BotUnknown => ("unknown", "There is no such bot."),
        Fault::BotNotPublished => ("not_published", "This bot is not published. Publish it first."),
        Fault::NumberInUse => ("in_use", IN_USE),
        Fault::VerifyTokenInUse => {
            ("in_use", "This verify token is already used by another integration. Generate a new one.")
        }
        Fault::InPool => ("in_use", "This number is in the pool already."),
        Fault::NoFreeNumber => ("no_free_number", NONE_FREE),
        Fault::BotFileLarge => ("too_large", "A bot file has at most 4 MiB."),
        Fault::VariablesDeep => ("too_deep", "Lists and objects are at most 64 deep."),
        Fault::IdMissing => ("missing", "This is needed. Copy it from Meta's app dashboard."),
        Fault::Digits => ("digits", "This has digits only. Copy it from Meta's app dashboard."),
        Fault::SecretMissing => ("missing", "This is needed."),
        Fault::Damaged => ("damaged", "This is damaged in the database and cannot be read. Enter it again."),
        Fault::OfOtherApp => ("needed_again", "Enter this again. It was given for another app."),
        Fault::OfOtherAccount => {
            ("needed_again", "Enter the access token again. It was given for another business account.")
        }
        Fault::AppSecret => ("hex32", "An app secret has 32 characters, 0 to 9 and a to f."),
        Fault::AccessToken => ("format", "An access token has no spaces and no special characters."),
        Fault::VerifyTokenShort => {
            ("too_short", "A verify token has at least 16 characters. Let one be generated.")
        }
        Fault::VerifyToken => ("format", "A verify token has letters, digits and signs, at most 255."),
        Fault::TokenRefused => ("refused", "Meta does not accept this access token. Make a new one."),
        Fault::TokenOfOtherApp => {
            ("other_app", "This access token belongs to another app. Make one for this app.")
        }
        Fault::TokenNotAllowed => (
            "not_allowed",
            "This access token may not use this phone number. Give its user access to the business account at Meta.",
        ),
        Fault::AccountNotAllowed => (
            "not_allowed",
            "The access token may not use this business account. Give its user access to it at Meta, or correct the id.",
        ),
        Fault::AccountUnknown => (
            "unknown",
            "Meta knows no WhatsApp business account with this id for this access token. Copy it from the app's WhatsApp \
             page.",
        ),
        Fault::SecretRefused => (
            "refused",
            "Meta does not accept this app secret for this app id. Copy it again from the app's settings at Meta.",
        ),
        Fault::NumberUnknown => (
            "unknown",
            "Meta knows no phone number with this id for this access token. Copy the id, not the number, from the app's \
             WhatsApp page.",
        ),
        Fault::NoAddress => ("missing", "Name at least one address, or switch error e-mails off."),
        Fault::TooManyAddresses => ("too_many", "At most 20 addresses get error e-mails."),
        Fault::QuietHours => ("range", "Quiet hours begin and end at different times of a day."),
        Fault::Expiry => ("range", "Conversations expire after 5 minutes to 30 days."),
        Fault::TemplateName => {
            ("format", "A template's name has lower-case letters, digits and underscores.")
        }
        Fault::TemplateLanguage => ("format", "A language is a code such as en or pt_BR."),
        Fault::TemplateUnknown => ("unknown", "Meta has no template with this name in this language."),
        Fault::Throughput => ("range", "A number sends 1 to 1,000 messages a second."),
        Fault::TimeZone => ("unknown", "A time zone is a name such as Europe/Berlin."),
        Fault::NoNumbers => ("missing", "Name at least one number, or let everyone talk to the bot."),
        Fault::TooManyNumbers => ("too_many", "At most 10,000 numbers can be listed."),
        Fault::UserId => (
            "user_id",
            "A user id looks like US.13491208655302741918: two capital letters, a dot, letters and digits.",
        ),
        Fault::FileUnknown => ("unknown", "There is no such uploaded file."),
        Fault::CaptionLength => ("length", "The words below a file have at most 1,024 characters."),
        Fault::NoCaption => ("kind", "Sounds and stickers have no words below them."),
        Fault::Voice => ("kind", "Only a sound in Ogg with Opus can be sent as a voice note."),
        Fault::IntegrationUnknown => ("unknown", "There is no such integration."),
        Fault::PublishedBotUnknown => ("unknown", "There is no such published bot."),
        Fault::RecipientMissing => ("missing", "Say who gets it: `to`, `user_id` or `contact_id`."),
        Fault::RecipientSeveral => ("several", "Give one of `to`, `user_id` and `contact_id`, not several."),
        Fault::ContactUnknown => ("unknown", "There is no such contact of this integration."),
        Fault::TemplateQuotes => ("template", "A template quotes nothing. Leave `reply_to` out."),
        Fault::NotQuotable => ("unknown", "There is no such message with this person that can be quoted."),
        Fault::TextLength => ("length", "A message has at most 4,096 characters."),
        Fault::NoLink => ("no_link", "There is no link in the text. A link begins with http:// or https://."),
        Fault::NoText => ("no_text", "Only a text can show a link as a card."),
        Fault::TextAndFile => ("both", "Send words or a file. Words below a file are its `caption`."),
        Fault::WordsAndTemplate => ("both", "Send words or a template, not both."),
        Fault::NothingToSay => ("missing", "Write something, or choose a template."),
        Fault::Role => ("format", "A role is written in lower-case letters, digits and _, such as ai_agent."),
        Fault::RoleNotHere => ("not_here", "Only `pass` goes to a role. Leave the role out."),
        Fault::NoteLength => ("length", "A note has at most 2,000 characters."),
        // These carry something, and are said with it.
        Fault::Shape(_)
        | Fault::VersionNotServed(_)
        | Fault::Version(_)
        | Fault::TokenEnded(_)
        | Fault::TokenLacks(_)
        | Fault::NotAnAddress(_)
        | Fault::TemplateVariable(_)
        | Fault::TemplateNotApproved(_)
        | Fault::Template { .. }
        | Fault::FileType(_)
        | Fault::FileKind(_)
        | Fault::FileSize(_)
        | Fault::VariablesLarge => ("invalid", "This cannot be so."),
    }
}

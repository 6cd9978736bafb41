//! Everything that can be told, in each language: whole sentences, with their values in them.

use chasqui_model::Timestamp;
use chasqui_model::account::Language;
use chasqui_model::check::{Check, Cure, Finding, Outcome, State, Value};
use chasqui_model::integration::Damaged;
use chasqui_model::notice::{Notice, TooOld, WorksAgain};
use chasqui_model::quota::Kind;
use chasqui_model::reason::{MetaSaid, Reason, Scope};
use chasqui_model::template::{Place, Why, Wrong};
use chasqui_words::{Say, check, title};

const DAY: Timestamp = Timestamp::from_millis(1_796_000_000_000);

fn meta() -> MetaSaid {
    MetaSaid {
        code: Some(131_047),
        subcode: None,
        said: Some("Meta's words".into()),
        needs: Some(Scope::Messaging),
    }
}

#[expect(clippy::too_many_lines, reason = "one value a line")]
fn reasons() -> Vec<Reason> {
    let damaged =
        [Damaged::AppSecret, Damaged::AccessToken, Damaged::VerifyToken, Damaged::Version, Damaged::Settings];
    let mut all: Vec<Reason> = damaged.into_iter().map(|part| Reason::Damaged { part }).collect();
    let version = || "v21.0".to_owned();
    all.extend([
        Reason::TokenEnded { on: DAY },
        Reason::TokenEnds { on: DAY },
        Reason::TokenRevoked,
        Reason::TokenShortLived,
        Reason::TokenLacks { scope: Scope::Messaging },
        Reason::TokenLacks { scope: Scope::Management },
        Reason::TokenRefused { meta: meta() },
        Reason::NumberHeld { meta: meta() },
        Reason::OutOfService { status: "BANNED".into() },
        Reason::DeliversNowhere,
        Reason::DeliversElsewhere { url: "https://other.example".into() },
        Reason::NotConnected,
        Reason::NotSubscribed,
        Reason::VersionEnds { version: version(), on: DAY },
        Reason::VersionEnded { version: version(), answers_as: "v23.0".into(), until: Some(DAY) },
        Reason::VersionEnded { version: version(), answers_as: "v23.0".into(), until: None },
        Reason::VersionGone { version: version() },
        Reason::LowQuality,
        Reason::MetaRefused { meta: meta() },
        Reason::MetaRefused { meta: MetaSaid::default() },
        Reason::NotDelivered { meta: MetaSaid::default() },
        Reason::NoAnswer,
        Reason::CallRefused { meta: MetaSaid { needs: Some(Scope::Management), ..meta() } },
        Reason::Unreached,
        Reason::WindowClosed,
        Reason::GivenUp,
        Reason::OptedOut,
        Reason::Unreadable,
        Reason::NoRecipient,
        Reason::NoFile,
        Reason::Deleted,
        Reason::TokenInvalid,
        Reason::StoreAway,
        Reason::Claimed,
        Reason::TemplateNotApproved { name: "reopen".into(), status: "PAUSED".into() },
        Reason::TemplateUnknown { name: "reopen".into(), language: "en".into() },
    ]);
    let places = [
        Place::Header,
        Place::Body { name: "1".into(), at: 0 },
        Place::Button { index: 0, label: Some("See".into()) },
    ];
    let whys = [
        Why::Missing,
        Why::Empty,
        Why::Surplus,
        Why::TooLong { length: 70, most: 60 },
        Why::NoFile,
        Why::NoPlace,
        Why::Unsupported("CAROUSEL".into()),
    ];
    for place in places {
        for why in whys.clone() {
            let wrong = Box::new(Wrong { place: place.clone(), why });
            all.push(Reason::Template { name: "reopen".into(), wrong });
        }
    }
    all
}

fn notices() -> Vec<Notice> {
    let (name, language) = (|| "reopen".to_owned(), || "en".to_owned());
    let mut all = vec![
        Notice::NumberWorksAgain { by: WorksAgain::Sent },
        Notice::NumberWorksAgain { by: WorksAgain::Changed },
        Notice::NumberWorksAgain { by: WorksAgain::TokenTaken },
        Notice::TokenEndsSoon { on: DAY },
        Notice::TokenEnded { on: DAY },
        Notice::TokenRevoked,
        Notice::TokenPermissionLost { scope: Scope::Messaging },
        Notice::TokenPermissionLost { scope: Scope::Management },
        Notice::TokenPermissionBack { scope: Scope::Messaging },
        Notice::TokenRenewed,
        Notice::VersionEndsSoon { version: "v21.0".into(), on: DAY },
        Notice::VersionRaised,
        Notice::WebhookVerified,
        Notice::VerifyTokenWrong { receives: false },
        Notice::WebhookElsewhere { url: String::new() },
        Notice::WebhookElsewhere { url: "https://other.example".into() },
        Notice::WebhookBack,
        Notice::WebhookRepaired,
        Notice::FieldsRefused { fields: vec!["calls".into()] },
        Notice::SignatureRefused,
        Notice::DeliveryTooOld { what: TooOld::Messages, count: 3 },
        Notice::DeliveryTooOld { what: TooOld::Preferences, count: 1 },
        Notice::MessageFailed { code: Some(131_026) },
        Notice::MessageFailed { code: None },
        Notice::OptedOut,
        Notice::HandedOff,
        Notice::TemplateChanged { name: name(), language: language() },
        Notice::MissedCall { count: 2 },
        Notice::FieldIgnored { field: "calls".into(), what: "ring".into(), count: 2 },
        Notice::FieldIgnored { field: String::new(), what: String::new(), count: 1 },
        Notice::MetaError { meta: meta(), count: 2 },
        Notice::NumberClaimed,
        Notice::QuotaPassed { kind: Kind::Contacts, limit: 1000 },
        Notice::QuotaPassed { kind: Kind::ReceivedBytes, limit: 1 << 30 },
        Notice::StoreStoodStill { seconds: 12 },
    ];
    for later in [true, false] {
        let (name, language) = (name(), language());
        all.push(Notice::TemplateCategory { name, language, category: "MARKETING".to_owned().into(), later });
    }
    all.extend(reasons().into_iter().map(|why| Notice::NumberCannotSend { why }));
    all.push(Notice::SendsDelayed { why: Reason::NoAnswer });
    all
}

fn holds(what: &str, said: &[String; 4]) {
    for (at, one) in said.iter().enumerate() {
        assert!(one.len() > 5 && !one.contains("{}") && !one.contains("  "), "{what}: {one:?}");
        assert!(!one.ends_with(char::is_whitespace), "{what}: {one:?}");
        // Nothing stayed in another language.
        assert!(said[..at].iter().all(|other| other != one), "{what}: {one:?}");
    }
}

#[test]
fn every_reason_and_notice_is_said_in_each_language() {
    for one in reasons() {
        holds(one.code(), &Language::ALL.map(|language| one.say(language)));
    }
    for one in notices() {
        holds(one.code(), &Language::ALL.map(|language| one.say(language)));
        let unknown = Language::ALL.map(|language| title("something_new", language));
        let titles = Language::ALL.map(|language| title(one.code(), language));
        assert!(titles.iter().zip(unknown).all(|(title, unknown)| *title != unknown), "{}", one.code());
    }
}

#[test]
fn values_stand_in_the_sentence() {
    let said = Reason::DeliversElsewhere { url: "https://other.example".into() };
    let wrong = Wrong { place: Place::Body { name: "1".into(), at: 0 }, why: Why::Missing };
    let template = Reason::Template { name: "reopen".into(), wrong: Box::new(wrong) };
    for language in Language::ALL {
        assert!(said.say(language).contains("https://other.example"));
        assert!(template.say(language).contains("{{1}}") && template.say(language).contains("reopen"));
        let refused = Reason::MetaRefused { meta: meta() }.say(language);
        assert!(refused.contains("Meta's words") && refused.contains("131047"), "{refused}");
        assert!(refused.contains("whatsapp_business_messaging"), "{refused}");
    }
}

#[test]
fn every_check_says_what_it_found() {
    const ALL: [Check; 20] = [
        Check::Active,
        Check::Bot,
        Check::Credentials,
        Check::TokenExpiry,
        Check::Scopes,
        Check::Version,
        Check::Number,
        Check::Quality,
        Check::MessagingLimit,
        Check::CanSend,
        Check::AppSubscribed,
        Check::MessagesField,
        Check::Callback,
        Check::Verified,
        Check::LastDelivery,
        Check::Signatures,
        Check::Template,
        Check::AlertMail,
        Check::Recipients,
        Check::Queue,
    ];
    for one in ALL {
        assert!(Language::ALL.iter().all(|language| !check::title(one, *language).is_empty()));
        for state in [State::Good, State::Bad, State::Soon, State::NotKnown] {
            for value in [None, Some(Value::Text("value".into())), Some(Value::Count(7))] {
                let finding =
                    Finding { check: one, outcome: Outcome::Ok, state, value, cure: Some(Cure::GoToMeta) };
                for language in Language::ALL {
                    let said = finding.say(language);
                    assert!(!said.is_empty() && !said.contains('%') && !said.contains('{'), "{said}");
                }
            }
        }
    }
}

//! Every code that Meta refuses a message with, each at a number of its own: what becomes of the message, of the
//! number's queue and of its health. What must become of it is written down here once more, from Meta's list of errors
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>), not taken from
//! the server.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use tokio::time::sleep;

use super::super::stage::{Stage, calm};
use crate::ledger::Fate;
use crate::mark::Mark;
use crate::meta::{Shape, Weather};

/// What must become of a message that is refused once with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is sent again after seconds, and the number fares well.
    SentAgain,
    /// It is sent again after a minute, as Meta asks.
    SentLater,
    /// It has failed, its owner is told with the code; the number fares well.
    Failed,
    /// It waits, the number is failing; a change of the integration releases it.
    Held,
}

impl Outcome {
    /// As the table names it.
    const fn name(self) -> &'static str {
        match self {
            Self::SentAgain => "sent again within 15 s",
            Self::SentLater => "sent again after a minute",
            Self::Failed => "failed, with an event that names the code",
            Self::Held => "held, the number failing; released by a new token",
        }
    }
}

use Outcome::{Failed, Held, SentAgain, SentLater};

/// HTTP status, code, what it is about, and what must become of it.
pub const CASES: [(u16, u32, &str, Outcome); 66] = [
    (401, 0, "token", Held),
    (400, 1, "passes", SentAgain),
    (503, 2, "passes", SentAgain),
    (500, 3, "permission", Failed),
    (400, 4, "app's rate", SentLater),
    (403, 10, "permission", Held),
    (400, 33, "account", Held),
    (400, 100, "request", Failed),
    (401, 102, "token", Held),
    (401, 190, "token", Held),
    (403, 200, "permission", Held),
    (403, 299, "permission", Held),
    (403, 368, "account", Held),
    (400, 613, "app's rate", SentLater),
    (404, 803, "account", Held),
    (400, 80_007, "app's rate", SentLater),
    (400, 130_429, "number's rate", SentAgain),
    (400, 130_472, "quality", Failed),
    (403, 130_497, "account", Failed),
    (500, 131_000, "passes", SentAgain),
    (403, 131_005, "permission", Failed),
    (400, 131_008, "request", Failed),
    (400, 131_009, "request", Failed),
    (500, 131_016, "passes", SentAgain),
    (400, 131_020, "recipient", Failed),
    (400, 131_021, "recipient", Failed),
    (400, 131_026, "recipient", Failed),
    (400, 131_030, "recipient", Failed),
    (403, 131_031, "account", Held),
    (400, 131_037, "account", Held),
    (400, 131_042, "payment", Held),
    (500, 131_045, "registration", Held),
    (400, 131_047, "24-hour window", Failed),
    (400, 131_048, "quality", Held),
    (400, 131_049, "quality", Failed),
    (400, 131_050, "recipient", Failed),
    (400, 131_051, "request", Failed),
    (400, 131_052, "media", Failed),
    (400, 131_053, "media", Failed),
    (400, 131_055, "request", Failed),
    (400, 131_056, "pair's rate", SentAgain),
    (500, 131_057, "passes", SentLater),
    (400, 131_062, "request", Failed),
    (400, 131_063, "template", Failed),
    (400, 131_064, "quality", Held),
    (400, 132_000, "template", Failed),
    (404, 132_001, "template", Failed),
    (400, 132_005, "template", Failed),
    (400, 132_007, "template", Failed),
    (400, 132_012, "template", Failed),
    (400, 132_015, "template", Failed),
    (400, 132_016, "template", Failed),
    (400, 132_068, "WhatsApp Flow", Failed),
    (400, 132_069, "WhatsApp Flow", Failed),
    (500, 133_000, "registration", Held),
    (503, 133_004, "passes", SentAgain),
    (400, 133_010, "registration", Held),
    (400, 133_015, "registration", Held),
    (400, 134_011, "payment", Held),
    (400, 135_000, "request", SentAgain),
    (400, 137_000, "recipient", Failed),
    (429, 999_999, "unknown, HTTP 429", SentAgain),
    (500, 999_999, "unknown, HTTP 500", SentAgain),
    (503, 999_998, "unknown, HTTP 503", SentAgain),
    (400, 999_999, "unknown, HTTP 400", Failed),
    (403, 999_997, "unknown, HTTP 403", Failed),
];

const SOON: Duration = Duration::from_secs(15);
const LATER: Duration = Duration::from_secs(100);

/// What was seen of one case.
struct Seen {
    health: String,
    status: String,
    event: bool,
    answered: bool,
}

pub(super) async fn refused(stage: &mut Stage) -> Result<()> {
    stage.meta.expect(|situation| {
        let case = CASES.get(situation.number).filter(|_| situation.attempt == 0);
        match case {
            None => calm(situation),
            Some((http, code, _, outcome)) => {
                let fate = if *outcome == Failed { Fate::RefusedForGood } else { Fate::Refused };
                Weather { fate, shape: Shape::Error(*http, *code), statuses: Vec::new() }
            }
        }
    });
    let meta = Rc::clone(&stage.meta);
    let start = Instant::now();
    let mut marks = Vec::new();
    for number in 0..CASES.len() {
        let contact = meta.add_contact(number);
        let mark = meta.ledger.borrow_mut().write(contact, None);
        let Some(mark) = mark else { continue };
        if let Some(parcel) = meta.pack(&[(mark, None)]) {
            meta.deliver(&parcel).await;
        }
        marks.push(mark);
    }
    sleep(SOON.saturating_sub(start.elapsed())).await;
    let mut wrong = vec![None; CASES.len()];
    for (place, mark) in marks.iter().enumerate() {
        wrong[place] = complaint(place, &look(stage, place, *mark).await?, false);
    }
    for (place, (.., outcome)) in CASES.iter().enumerate() {
        if *outcome == Held {
            stage.api.replace_token(&meta.numbers[place]).await?;
        }
    }
    sleep(LATER.saturating_sub(start.elapsed())).await;
    for (place, mark) in marks.iter().enumerate() {
        let after = complaint(place, &look(stage, place, *mark).await?, true);
        wrong[place] = wrong[place].take().or(after);
    }
    for ((http, code, about, outcome), wrong) in CASES.into_iter().zip(wrong) {
        let says = wrong.as_ref().map(|seen| format!(": {seen}")).unwrap_or_default();
        stage.claim(wrong.is_none(), format!("{code} (HTTP {http}, {about}) {}{says}", outcome.name()));
    }
    Ok(())
}

async fn look(stage: &Stage, place: usize, mark: Mark) -> Result<Seen> {
    let number = &stage.meta.numbers[place];
    let code = i64::from(CASES[place].1);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let integration = stage.api.integration(number).await?;
    let conversations = stage.api.conversations(number).await?;
    let events = stage.api.events(number).await?;
    Ok(Seen {
        health: text(&integration["health"]),
        status: conversations.first().map(|it| text(&it["last_message"]["status"])).unwrap_or_default(),
        event: events.iter().any(|it| it["graph_code"].as_i64() == Some(code)),
        answered: stage.meta.ledger.borrow().effects_of(mark) == 1,
    })
}

/// What is not as it must be: soon after the refusal, and at the end.
fn complaint(place: usize, seen: &Seen, at_the_end: bool) -> Option<String> {
    let Seen { health, status, event, answered } = seen;
    let fares_well = health == "unchecked" || health == "ok";
    let waits = status == "queued" || status == "held";
    let right = match CASES[place].3 {
        SentAgain => *answered && fares_well,
        SentLater => *answered == at_the_end && fares_well,
        Failed => !answered && status == "failed" && *event && fares_well,
        Held if at_the_end => *answered && fares_well,
        Held => !answered && waits && *event && health == "failing",
    };
    let when = if at_the_end { "at the end" } else { "after 15 s" };
    (!right).then(|| {
        format!("{when} the message is {status}, the number {health}, event {event}, answered {answered}")
    })
}

//! Meta's bad day: what becomes of calls while the server is being killed.

use std::time::Duration;

use crate::ledger::Fate;
use crate::meta::{Shape, Situation, Status, Weather};
use crate::random::Random;

/// After so many refusals a message is let through, so that a run comes to its end.
const ENOUGH: u32 = 4;
/// Longer than the server's own patience with a call.
const TOO_LONG: Duration = Duration::from_secs(40);

/// Some calls are refused, some answers lost, some calls hang; statuses come in any order, and some never.
pub fn forecast(situation: &mut Situation) -> Weather {
    let random = &mut situation.random;
    let mut weather = if situation.attempt >= ENOUGH { Weather::fine() } else { bad_or_good(random) };
    if matches!(weather.fate, Fate::Taken | Fate::TakenUnheard) {
        weather.statuses = statuses(random);
    }
    weather
}

/// As [`forecast`], without the calls that would take longer than a short run.
pub fn without_hanging(situation: &mut Situation) -> Weather {
    let weather = forecast(situation);
    match weather.shape {
        Shape::Hang(_) | Shape::HalfOpen => Weather { shape: Shape::Cut, ..weather },
        _ => weather,
    }
}

fn bad_or_good(random: &mut Random) -> Weather {
    let with = |fate, shape| Weather { fate, shape, statuses: Vec::new() };
    match random.below(1000) {
        0..20 => Weather::refused(500, 131_000),
        20..25 => Weather::refused(503, 2),
        25..28 => Weather::refused(400, 130_429),
        28..31 => Weather::refused(400, 131_056),
        31..35 => Weather { fate: Fate::RefusedForGood, ..Weather::refused(400, 131_026) },
        35..45 => with(Fate::TakenUnheard, Shape::Cut),
        45..46 => with(Fate::TakenUnheard, Shape::Hang(TOO_LONG)),
        46..47 => with(Fate::TakenUnheard, Shape::HalfOpen),
        47..52 => with(Fate::Vanished, Shape::Cut),
        52..54 => with(
            Fate::TakenUnheard,
            Shape::Other(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<ht>".to_vec()),
        ),
        54..56 => with(Fate::TakenUnheard, bad_gateway()),
        56..58 => with(Fate::Vanished, bad_gateway()),
        58..60 => with(Fate::TakenUnheard, Shape::Other(b"\0\x01 this is no HTTP\r\n\r\n".to_vec())),
        60..62 => with(Fate::Taken, Shape::Slowly(Duration::from_millis(600))),
        62..300 => Weather::slow(random.millis(2, 60)),
        _ => Weather::fine(),
    }
}

fn bad_gateway() -> Shape {
    let page = "<html>502 Bad Gateway</html>";
    let head = format!(
        "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n",
        page.len()
    );
    Shape::Other(format!("{head}{page}").into_bytes())
}

fn statuses(random: &mut Random) -> Vec<(Duration, Status)> {
    let mut statuses: Vec<(Duration, Status)> = match random.below(100) {
        0..6 => return Vec::new(),
        6..16 => vec![(Duration::ZERO, ["sent", "delivered", "read"][random.below(3)])],
        16..17 => vec![(Duration::ZERO, "sent"), (Duration::ZERO, "failed")],
        _ => vec![(Duration::ZERO, "sent"), (Duration::ZERO, "delivered"), (Duration::ZERO, "read")],
    };
    if random.per_mille(50) {
        statuses.extend_from_within(..1);
    }
    // Some at once, before the answer to the call; the rest in any order.
    for (after, _) in &mut statuses {
        *after = if random.per_mille(100) { Duration::ZERO } else { random.millis(5, 500) };
    }
    statuses
}

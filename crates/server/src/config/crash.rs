//! Where the process is to die, in a build that can be told.

use std::env;

use chasqui_model::{Clock, Timestamp};

/// Arms the kill point that `CHASQUI_CRASH_AT` names, as in `K03:5`: at its fifth pass. With `CHASQUI_NEXT_VERSION=1` the
/// process is the next version, which has one migration more.
pub(crate) fn arm() {
    if let Ok(point) = env::var("CHASQUI_CRASH_AT") {
        chasqui_store::crash::arm(&point);
    }
    if env::var("CHASQUI_NEXT_VERSION").is_ok_and(|next| next == "1") {
        chasqui_store::crash::be_next_version();
    }
}

/// The clock that `CHASQUI_CLOCK` names, as in `1795000000000:3000`: from this time on (in milliseconds since 1970) it runs
/// 3,000 times as fast. Without it, the machine's.
pub(crate) fn clock() -> Clock {
    let given = env::var("CHASQUI_CLOCK").ok();
    let read = |text: String| {
        let (from, speed) = text.split_once(':')?;
        Some(Clock::fast(Timestamp::from_millis(from.parse().ok()?), speed.parse().ok()?))
    };
    given.and_then(read).unwrap_or_else(Clock::system)
}

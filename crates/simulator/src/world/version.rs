//! Which Graph versions there are, and which one really serves a call.

use chasqui_model::Timestamp;

/// The newest version.
const NEWEST: u16 = 27;
/// The oldest one that a path may name, and when each ends. Later ones have no end yet.
const ENDS: [(u16, &str); 6] = [
    (20, "2026-09-24T00:00:00Z"),
    (21, "2027-01-21T00:00:00Z"),
    (22, "2027-05-20T00:00:00Z"),
    (23, "2027-10-08T00:00:00Z"),
    (24, "2028-02-18T00:00:00Z"),
    (25, "2028-07-29T00:00:00Z"),
];

/// The version that serves a call: the one that was asked for, or the oldest that still lives. `None` when it does not
/// exist yet, or is no version.
pub(crate) fn serving(asked: &str, now: Timestamp) -> Option<String> {
    let (major, minor) = asked.strip_prefix('v')?.split_once('.')?;
    let (major, _): (u16, u16) = (major.parse().ok()?, minor.parse().ok()?);
    let has_ended = |end: &str| Timestamp::parse(end).is_some_and(|end| now >= end);
    let dead = ENDS.iter().filter(|(_, end)| has_ended(end)).map(|(version, _)| *version).max();
    let oldest = dead.map_or(ENDS[0].0, |dead| dead + 1);
    (major <= NEWEST).then(|| format!("v{}.0", major.max(oldest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_living_one_serves_for_the_dead() {
        let at = |at: &str, asked: &str| serving(asked, Timestamp::parse(at).unwrap());
        let (now, later) = ("2026-11-30T12:00:00Z", "2027-05-20T00:00:00Z");
        assert_eq!(at(now, "v25.0").as_deref(), Some("v25.0"));
        assert_eq!(at(now, "v19.0").as_deref(), Some("v21.0"));
        assert_eq!(at(later, "v21.0").as_deref(), Some("v23.0"));
        assert_eq!(at(now, "v27.0").as_deref(), Some("v27.0"));
        assert_eq!((at(now, "v28.0"), at(now, "latest"), at(now, "v1")), (None, None, None));
    }
}

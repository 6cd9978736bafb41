//! The Graph API's versions and how long Meta serves them. The table stands in `docs/operations/configuration.md` too.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::integration::GraphVersion;

/// The first of a version's days of rest, midnight UTC; `None`: not announced.
/// <https://developers.facebook.com/docs/graph-api/changelog/versions>
const SERVED_UNTIL: &[(&str, Option<&str>)] = &[
    ("v20.0", Some("2026-09-24T00:00:00Z")),
    ("v21.0", Some("2027-01-21T00:00:00Z")),
    ("v22.0", Some("2027-05-20T00:00:00Z")),
    ("v23.0", Some("2027-10-08T00:00:00Z")),
    ("v24.0", Some("2028-02-18T00:00:00Z")),
    ("v25.0", Some("2028-07-29T00:00:00Z")),
    ("v26.0", None),
];

/// What the reference uses: the default while Meta serves it for [`LONG_ENOUGH`].
const REFERENCE: &str = "v21.0";
/// The newest one that our tests run with.
const NEWEST_TESTED: &str = "v25.0";
const LONG_ENOUGH: Duration = Duration::from_hours(183 * 24);
/// A version that ends sooner wants to be raised.
const SOON: Duration = Duration::from_hours(60 * 24);

/// How long a version is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// For long enough.
    Yes,
    /// Until this moment, which is near.
    Until(Timestamp),
    /// Not any more, or it never was.
    No,
}

/// The version of an integration that names none.
pub fn usual(now: Timestamp) -> GraphVersion {
    let long = end(REFERENCE).is_none_or(|end| end.since(now) >= LONG_ENOUGH);
    let text = if long { REFERENCE } else { NEWEST_TESTED };
    GraphVersion::parse(text).unwrap_or_else(|| unreachable!("{text} is a version"))
}

/// Whether Meta serves a version. Ones that are newer than this program are taken on trust.
pub fn served(version: GraphVersion, now: Timestamp) -> Served {
    let text = version.to_string();
    let newest = SERVED_UNTIL.iter().filter_map(|(text, _)| GraphVersion::parse(text)).max();
    let known = SERVED_UNTIL.iter().any(|(name, _)| *name == text);
    match end(&text) {
        Some(end) if end <= now => Served::No,
        Some(end) if end.since(now) < SOON => Served::Until(end),
        Some(_) => Served::Yes,
        None if known || newest.is_some_and(|newest| version > newest) => Served::Yes,
        None => Served::No,
    }
}

/// The versions of the table with the ends of their days, oldest first; `None`: not announced.
pub fn all() -> impl Iterator<Item = (GraphVersion, Option<Timestamp>)> {
    SERVED_UNTIL
        .iter()
        .filter_map(|(text, end)| Some((GraphVersion::parse(text)?, end.and_then(Timestamp::parse))))
}

/// The newest version that our tests run with: what an ageing one is raised to.
pub fn newest_tested() -> GraphVersion {
    GraphVersion::parse(NEWEST_TESTED).unwrap_or_else(|| unreachable!("{NEWEST_TESTED} is a version"))
}

fn end(version: &str) -> Option<Timestamp> {
    let (_, end) = SERVED_UNTIL.iter().find(|(name, _)| *name == version)?;
    end.and_then(Timestamp::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn version(text: &str) -> GraphVersion {
        GraphVersion::parse(text).unwrap()
    }

    #[test]
    fn the_references_version_is_usual_while_it_lives_for_six_months() {
        assert_eq!(usual(at("2026-07-01T00:00:00Z")), version("v21.0"));
        assert_eq!(usual(at("2026-11-22T00:00:00Z")), version("v25.0"));
    }

    #[test]
    fn the_end_is_announced_sixty_days_before() {
        let now = at("2026-11-22T00:00:00Z");
        assert_eq!(served(version("v21.0"), now), Served::Yes);
        let later = at("2026-11-23T00:00:00Z");
        assert_eq!(served(version("v21.0"), later), Served::Until(at("2027-01-21T00:00:00Z")));
        assert_eq!(served(version("v21.0"), at("2027-01-21T00:00:00Z")), Served::No);
        assert_eq!(served(version("v20.0"), now), Served::No);
        assert_eq!(served(version("v3.0"), now), Served::No);
        assert_eq!(served(version("v26.0"), now), Served::Yes);
        assert_eq!(served(version("v99.0"), now), Served::Yes);
    }

    #[test]
    fn every_row_of_the_table_reads() {
        for (text, end) in SERVED_UNTIL {
            assert!(GraphVersion::parse(text).is_some());
            assert!(end.is_none_or(|end| Timestamp::parse(end).is_some()));
        }
    }
}

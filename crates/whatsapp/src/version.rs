//! The Graph API's versions and how long Meta serves them. The table stands in `docs/operations/configuration.md` too.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::integration::GraphVersion;

/// A version, the day it came out, and the first of its days of rest; `None`: not announced. Midnight UTC.
/// <https://developers.facebook.com/docs/graph-api/changelog/versions>
const VERSIONS: &[(&str, &str, Option<&str>)] = &[
    ("v20.0", "2024-05-21", Some("2026-09-24")),
    ("v21.0", "2024-10-02", Some("2027-01-21")),
    ("v22.0", "2025-01-21", Some("2027-05-20")),
    ("v23.0", "2025-05-29", Some("2027-10-08")),
    ("v24.0", "2025-10-08", Some("2028-02-18")),
    ("v25.0", "2026-02-18", Some("2028-07-29")),
    ("v26.0", "2026-07-29", None),
    ("v27.0", "2026-11-04", None),
];

/// What the reference uses: the default while Meta serves it for [`LONG_ENOUGH`].
const REFERENCE: &str = "v21.0";
/// The newest one that our tests run with.
const NEWEST_TESTED: &str = "v27.0";
const LONG_ENOUGH: Duration = Duration::from_hours(183 * 24);
/// A version that ends sooner wants to be raised.
const SOON: Duration = Duration::from_hours(60 * 24);

/// How long a version is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// For long enough.
    Yes,
    /// Until this moment, which is near or over. From then on Meta answers its calls as [`oldest_served`].
    Until(Timestamp),
    /// It never was.
    No,
}

/// A version of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its name.
    pub version: GraphVersion,
    /// When it came out.
    pub released_at: Timestamp,
    /// When Meta ends it; `None`: not announced.
    pub ends_at: Option<Timestamp>,
}

/// The version of an integration that names none.
pub fn usual(now: Timestamp) -> GraphVersion {
    let reference = named(REFERENCE);
    let end = table().find(|row| row.version == reference).and_then(|row| row.ends_at);
    if end.is_none_or(|end| end.since(now) >= LONG_ENOUGH) { reference } else { newest_tested() }
}

/// Whether Meta serves a version. Ones that are newer than this program are taken on trust; older ones than the table
/// knows have ended with its oldest at the latest.
pub fn served(version: GraphVersion, now: Timestamp) -> Served {
    let mut rows = table();
    let Some(row) = rows.clone().find(|row| row.version == version) else {
        let (oldest, newest) = (rows.next(), rows.last());
        return match (oldest, newest) {
            (_, Some(newest)) if version > newest.version => Served::Yes,
            (Some(Version { version: oldest, ends_at: Some(end), .. }), _) if version < oldest => {
                Served::Until(end)
            }
            _ => Served::No,
        };
    };
    match row.ends_at {
        Some(end) if end.since(now) < SOON => Served::Until(end),
        Some(_) | None => Served::Yes,
    }
}

/// The oldest version that Meta serves: what calls of those that have ended are answered as.
pub fn oldest_served(now: Timestamp) -> Version {
    let living = |row: &Version| row.ends_at.is_none_or(|end| end > now);
    table().find(living).unwrap_or_else(|| unreachable!("the newest version has no end"))
}

/// The versions of the table with their days, oldest first.
pub fn table() -> impl Iterator<Item = Version> + Clone {
    let midnight = |day: &str| Timestamp::parse(&format!("{day}T00:00:00Z"));
    VERSIONS.iter().filter_map(move |(text, released, end)| {
        let released_at = midnight(released)?;
        Some(Version { version: GraphVersion::parse(text)?, released_at, ends_at: end.and_then(midnight) })
    })
}

/// The versions of the table with the ends of their days, oldest first; `None`: not announced.
pub fn all() -> impl Iterator<Item = (GraphVersion, Option<Timestamp>)> {
    table().map(|row| (row.version, row.ends_at))
}

/// The newest version that our tests run with: what an ageing one is raised to.
pub fn newest_tested() -> GraphVersion {
    named(NEWEST_TESTED)
}

fn named(text: &str) -> GraphVersion {
    GraphVersion::parse(text).unwrap_or_else(|| unreachable!("{text} is a version"))
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
        assert_eq!(usual(at("2026-11-22T00:00:00Z")), version("v27.0"));
    }

    #[test]
    fn the_end_is_announced_sixty_days_before() {
        let now = at("2026-11-22T00:00:00Z");
        assert_eq!(served(version("v21.0"), now), Served::Yes);
        let later = at("2026-11-23T00:00:00Z");
        assert_eq!(served(version("v21.0"), later), Served::Until(at("2027-01-21T00:00:00Z")));
        assert_eq!(served(version("v22.0"), later), Served::Yes);
        assert_eq!(served(version("v22.7"), now), Served::No);
        assert_eq!(served(version("v26.0"), now), Served::Yes);
        assert_eq!(served(version("v99.0"), now), Served::Yes);
    }

    #[test]
    fn what_has_ended_is_served_as_the_oldest_that_lives() {
        let now = at("2026-11-30T00:00:00Z");
        let ended = Served::Until(at("2026-09-24T00:00:00Z"));
        assert_eq!(served(version("v20.0"), now), ended);
        assert_eq!(served(version("v3.0"), now), ended);
        assert_eq!(oldest_served(now).version, version("v21.0"));
        let end = at("2027-01-21T00:00:00Z");
        assert_eq!(served(version("v21.0"), end), Served::Until(end));
        assert_eq!(oldest_served(end).version, version("v22.0"));
    }

    #[test]
    fn every_row_of_the_table_reads_and_they_follow_each_other() {
        assert_eq!(table().count(), VERSIONS.len());
        let rows: Vec<_> = table().collect();
        for pair in rows.windows(2) {
            assert!(pair[0].version < pair[1].version && pair[0].released_at < pair[1].released_at);
            assert!(pair[0].ends_at <= pair[1].ends_at || pair[1].ends_at.is_none());
        }
        assert_eq!(rows.last().unwrap().ends_at, None);
    }
}

//! Looks codes up. The rows stand in [`super::sending`] and [`super::managing`].

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Action, Class, managing, sending};

/// What a code is about.
pub fn class_of(code: i64) -> Class {
    row(code).map_or(Class::Unknown, |row| row.class)
}

/// All codes, each range by its first and last code.
pub fn all() -> impl Iterator<Item = (i64, i64)> {
    rows().map(|row| (*row.codes.start(), *row.codes.end()))
}

pub(super) struct Row {
    codes: RangeInclusive<i64>,
    pub(super) class: Class,
    pub(super) action: Action,
}

/// The row of a code.
pub(super) fn row(code: i64) -> Option<&'static Row> {
    let rows = if code < managing::FIRST { sending::ROWS } else { managing::ROWS };
    let after = rows.partition_point(|row| *row.codes.start() <= code);
    rows[..after].last().filter(|row| row.codes.contains(&code))
}

fn rows() -> impl Iterator<Item = &'static Row> {
    sending::ROWS.iter().chain(managing::ROWS)
}

pub(super) const RETRY_LATER: Action = Action::Retry { after: Duration::from_mins(1) };

pub(super) const fn of(codes: RangeInclusive<i64>, class: Class, action: Action) -> Row {
    Row { codes, class, action }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_do_not_overlap() {
        let all: Vec<_> = rows().collect();
        let codes: Vec<_> = all.iter().map(|row| *row.codes.start()).collect();
        assert!(all.windows(2).all(|pair| pair[0].codes.end() < pair[1].codes.start()));
        assert!(*sending::ROWS.last().unwrap().codes.end() < managing::FIRST);
        assert!(codes.iter().all(|code| row(*code).is_some()));
    }
}

//! Looks codes up. The rows stand in [`super::sending`] and [`super::managing`].

use std::ops::RangeInclusive;
use std::time::Duration;

use chasqui_model::account::Language;

use super::{Action, Class, managing, sending};

/// An error in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

/// What a code means, in English. `None` for a code that nobody knows.
pub fn explain(code: i64) -> Option<Explanation> {
    row(code).map(|row| Explanation { cause: row.cause, cure: row.cure })
}

/// What a code means, in a language. `None` for a code that nobody knows.
pub fn explain_in(code: i64, language: Language) -> Option<Explanation> {
    match language {
        Language::En => explain(code),
        Language::De => row(code).and_then(|row| super::german::row(*row.codes.start())),
    }
}

/// What a code is about.
pub fn class_of(code: i64) -> Class {
    row(code).map_or(Class::Unknown, |row| row.class)
}

/// All codes with what they mean, each range by its first and last code.
pub fn all(language: Language) -> impl Iterator<Item = (i64, i64, Explanation)> {
    rows().filter_map(move |row| {
        let first = *row.codes.start();
        Some((first, *row.codes.end(), explain_in(first, language)?))
    })
}

pub(super) struct Row {
    codes: RangeInclusive<i64>,
    pub(super) class: Class,
    pub(super) action: Action,
    cause: &'static str,
    cure: &'static str,
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

pub(super) const fn of(
    codes: RangeInclusive<i64>,
    class: Class,
    action: Action,
    cause: &'static str,
    cure: &'static str,
) -> Row {
    Row { codes, class, action, cause, cure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_do_not_overlap() {
        let all: Vec<_> = rows().collect();
        let german: Vec<_> = super::super::german::ROWS.iter().map(|row| row.0).collect();
        let codes: Vec<_> = all.iter().map(|row| *row.codes.start()).collect();
        assert_eq!(codes, german, "each row has its German");
        assert!(all.windows(2).all(|pair| pair[0].codes.end() < pair[1].codes.start()));
        assert!(*sending::ROWS.last().unwrap().codes.end() < managing::FIRST);
        assert!(codes.iter().all(|code| row(*code).is_some()));
    }
}

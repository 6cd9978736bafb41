//! Between our types and the columns of arrays and rows.

use std::borrow::Cow;

use chasqui_model::{Id, Part, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use crate::{Error, Result};

/// A part as `SMALLINT`.
pub(super) fn part(part: Part) -> i16 {
    // There are 256.
    i16::try_from(part.number()).unwrap_or(i16::MAX)
}

/// A small number as `SMALLINT`: a status, an author, a kind of name.
pub(super) fn small(number: i64) -> i16 {
    i16::try_from(number).unwrap_or(i16::MAX)
}

/// A number as `INTEGER`.
pub(super) fn medium(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Text that PostgreSQL takes: it refuses the character zero, which some phones send.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// As [`text`], or NULL.
pub(super) fn optional(value: Option<&String>) -> Option<Cow<'_, str>> {
    value.map(|it| text(it))
}

/// One column of a batch.
pub(super) fn column<'a, T, C>(rows: &'a [T], value: impl FnMut(&'a T) -> C) -> Vec<C> {
    rows.iter().map(value).collect()
}

/// A column of a row.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> Result<T> {
    row.try_get(at).map_err(|error| Error::Corrupt(format!("column {at} cannot be read: {error}")))
}

/// A column with an id.
pub(super) fn id<T>(row: &Row, at: usize) -> Result<Id<T>> {
    get::<Uuid>(row, at).map(Id::from_uuid)
}

/// A column with a time.
pub(super) fn time(row: &Row, at: usize) -> Result<Timestamp> {
    get(row, at).map(Timestamp::from_millis)
}

/// A column with a time or NULL.
pub(super) fn optional_time(row: &Row, at: usize) -> Result<Option<Timestamp>> {
    Ok(get::<Option<i64>>(row, at)?.map(Timestamp::from_millis))
}

/// A column with a part.
pub(super) fn read_part(row: &Row, at: usize) -> Result<Part> {
    let number: i16 = get(row, at)?;
    let part = u16::try_from(number).ok().and_then(Part::from_number);
    part.ok_or_else(|| Error::Corrupt(format!("there is no part {number}")))
}

//! Files that are served to be saved: their type and their name, as every browser reads them.

use axum::http::{HeaderName, HeaderValue, header};
use chasqui_model::filename::{self, Place};

use super::problem::Problem;

/// The type of every CSV file.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// The headers of a file of this type and name.
pub(crate) fn named(kind: &str, name: &str) -> Result<[(HeaderName, HeaderValue); 2], Problem> {
    placed(Place::Attachment, kind, Some(name))
}

/// The headers of a file that is shown in its place or saved.
pub(crate) fn placed(
    place: Place,
    kind: &str,
    name: Option<&str>,
) -> Result<[(HeaderName, HeaderValue); 2], Problem> {
    let value = |text: &str| HeaderValue::try_from(text).map_err(|_| Problem::internal());
    let disposition = filename::disposition(place, name);
    Ok([(header::CONTENT_TYPE, value(kind)?), (header::CONTENT_DISPOSITION, value(&disposition)?)])
}

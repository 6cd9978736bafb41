//! Where a body ends is said in one way. Two readers of a list of codings may each find another end, and one of them another
//! request behind it.

use axum::http::{HeaderMap, StatusCode, header};

use super::super::problem::Problem;

/// Whether a head says at most once that its body comes in chunks, and names no other coding. (A length beside it is refused
/// by hyper.)
pub(super) fn is_plain(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(only), None) => only.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

/// The answer to a head that is not.
pub(super) fn unclear() -> Problem {
    let detail = "The head of the request does not say clearly where its body ends.";
    Problem::new(StatusCode::BAD_REQUEST, "unclear_body", detail)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_body_comes_in_chunks_or_not_and_no_other_way() {
        let plain = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::TRANSFER_ENCODING, HeaderValue::from_static(line));
            }
            is_plain(&headers)
        };
        assert!(plain(&[]) && plain(&["chunked"]) && plain(&["Chunked "]));
        for lines in
            [&["chunked, chunked"][..], &["identity, chunked"], &["gzip"], &[""], &["identity", "chunked"]]
        {
            assert!(!plain(lines), "{lines:?}");
        }
    }
}

//! Reads the head of a request or an answer, without taking it out of the buffer.

use std::io;
use std::ops::Range;

/// Most header lines.
const HEADERS: usize = 64;

/// Where the parts of a request lie in the buffer.
#[derive(Debug, PartialEq)]
pub(super) struct RequestHead {
    pub(super) path: Range<usize>,
    pub(super) authorization: Range<usize>,
    pub(super) body: Range<usize>,
}

/// The status of an answer, and where its body lies.
#[derive(Debug, PartialEq)]
pub(super) struct ResponseHead {
    pub(super) status: u16,
    pub(super) body: Range<usize>,
}

/// The head of a request; `None` while it is not complete.
pub(super) fn request(buffer: &[u8]) -> io::Result<Option<RequestHead>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(head) = parsed.parse(buffer).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let authorization = value(parsed.headers, "authorization").unwrap_or_default();
    Ok(Some(RequestHead {
        path: place(buffer, parsed.path.unwrap_or_default().as_bytes()),
        authorization: place(buffer, authorization),
        body: head..head + length(parsed.headers),
    }))
}

/// The head of an answer; `None` while it is not complete.
pub(super) fn response(buffer: &[u8]) -> io::Result<Option<ResponseHead>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = parsed.parse(buffer).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let status = parsed.code.unwrap_or_default();
    Ok(Some(ResponseHead { status, body: head..head + length(parsed.headers) }))
}

fn value<'a>(headers: &[httparse::Header<'a>], name: &str) -> Option<&'a [u8]> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
}

/// Without the header there is no body.
fn length(headers: &[httparse::Header<'_>]) -> usize {
    value(headers, "content-length")
        .and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok())
        .unwrap_or(0)
}

/// Where a part that was cut out of the buffer lies in it.
fn place(buffer: &[u8], part: &[u8]) -> Range<usize> {
    let start = (part.as_ptr() as usize).wrapping_sub(buffer.as_ptr() as usize);
    if start > buffer.len() { 0..0 } else { start..start + part.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_when_its_head_is_complete() {
        let text =
            b"POST /v21.0/1/messages HTTP/1.1\r\nAuthorization: Bearer T\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(request(&text[..40]).unwrap(), None);
        let head = request(text).unwrap().unwrap();
        assert_eq!(&text[head.path], b"/v21.0/1/messages");
        assert_eq!(&text[head.authorization], b"Bearer T");
        assert_eq!(&text[head.body], b"{}");
    }
}

//! A request as a curl command, to try it in a terminal.

use std::fmt::Write as _;

use crate::effect::HttpRequest;

/// The curl command that makes the same request. Quoted for POSIX shells.
pub fn curl(request: &HttpRequest) -> String {
    let mut command = format!("curl -X {} {}", quote(&request.method), quote(&request.url));
    for (name, value) in &request.headers {
        let _ = write!(command, " \\\n  -H {}", quote(&format!("{name}: {value}")));
    }
    if let Some(body) = &request.body {
        let _ = write!(command, " \\\n  --data-raw {}", quote(body));
    }
    let _ = write!(command, " \\\n  --max-time {}", request.timeout_ms.div_ceil(1000));
    command
}

fn quote(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._/:=".contains(&b);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_quoted() {
        let request = HttpRequest {
            method: "POST".to_owned(),
            url: "https://example.com/a?b=1&c".to_owned(),
            headers: vec![("X-Name".to_owned(), "it's".to_owned())],
            body: Some("$(rm -rf /)".to_owned()),
            timeout_ms: 1500,
        };
        let expected = "curl -X POST 'https://example.com/a?b=1&c' \\\n  -H 'X-Name: it'\\''s' \\\n  \
                        --data-raw '$(rm -rf /)' \\\n  --max-time 2";
        assert_eq!(curl(&request), expected);
    }
}

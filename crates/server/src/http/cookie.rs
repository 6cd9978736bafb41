//! The session's cookie.

use axum::http::{HeaderMap, HeaderValue, header};

/// Over TLS the name makes browsers insist on our very origin.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-chasqui" } else { "chasqui_session" }
}

/// The session's secret, if the request carries one.
pub(crate) fn read(headers: &HeaderMap, secure: bool) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name(secure)).map(|(_, value)| value.to_owned())
}

/// The header that gives a browser the session.
pub(crate) fn set(secret: &str, secure: bool, max_age: std::time::Duration) -> Option<HeaderValue> {
    line(secret, secure, max_age.as_secs())
}

/// The header that takes it away.
pub(crate) fn clear(secure: bool) -> Option<HeaderValue> {
    line("", secure, 0)
}

fn line(secret: &str, secure: bool, seconds: u64) -> Option<HeaderValue> {
    let tls = if secure { "; Secure" } else { "" };
    let text = format!("{}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{tls}", name(secure));
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; chasqui_session=s3; c=d"));
        assert_eq!(read(&headers, false).as_deref(), Some("s3"));
        assert_eq!(read(&headers, true), None);
    }

    #[test]
    fn over_tls_the_cookie_is_bound_to_the_host() {
        let value = set("s3", true, std::time::Duration::from_secs(9)).unwrap();
        let text = value.to_str().unwrap();
        assert_eq!(text, "__Host-chasqui=s3; Path=/; Max-Age=9; HttpOnly; SameSite=Lax; Secure");
    }
}

//! The session's cookie.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, SameSite};

/// Over TLS the name makes browsers insist on our very origin.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-chasqui" } else { "chasqui_session" }
}

/// The session's secret, if the request carries one. Of several the first counts.
pub(crate) fn read(headers: &HeaderMap, secure: bool) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name(secure)).map(|cookie| cookie.value().to_owned())
}

/// The header that gives a browser the session.
pub(crate) fn set(secret: &str, secure: bool, max_age: std::time::Duration) -> Option<HeaderValue> {
    line(secret, secure, max_age)
}

/// The header that takes it away.
pub(crate) fn clear(secure: bool) -> Option<HeaderValue> {
    line("", secure, std::time::Duration::ZERO)
}

fn line(secret: &str, secure: bool, max_age: std::time::Duration) -> Option<HeaderValue> {
    let cookie = Cookie::build((name(secure), secret))
        .path("/")
        .max_age(max_age.try_into().ok()?)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure);
    let mut value = HeaderValue::try_from(cookie.to_string()).ok()?;
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
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("chasqui_session=later; bad; =; __Host-chasqui=t"),
        );
        assert_eq!(read(&headers, false).as_deref(), Some("s3"), "the first one counts");
        assert_eq!(read(&headers, true).as_deref(), Some("t"));
    }

    #[test]
    fn over_tls_the_cookie_is_bound_to_the_host() {
        let value = set("s3", true, std::time::Duration::from_secs(9)).unwrap();
        let text = value.to_str().unwrap();
        assert_eq!(text, "__Host-chasqui=s3; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=9");
        assert!(value.is_sensitive());
        let text = clear(false).unwrap();
        assert_eq!(text.to_str().unwrap(), "chasqui_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }
}

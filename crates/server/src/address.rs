//! Addresses on the web, as options and forms name them.

/// An `http` or `https` address without a slash at its end. `None`: it is none.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let url: axum::http::Uri = text.parse().ok()?;
    let is_web = matches!(url.scheme_str(), Some("http" | "https"));
    let fits = is_web && url.host().is_some() && url.query().is_none();
    fits.then(|| text.trim_end_matches('/').to_owned())
}

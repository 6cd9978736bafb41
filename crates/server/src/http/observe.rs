//! Counts requests and, when asked, logs them: method, route, status, time. Never the address itself, whose query may
//! hold a token.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

/// Watches a request.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let method = named(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = || matched.as_ref().map_or("other", MatchedPath::as_str).to_owned();
    let began = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    // Each label is one of a few that the code names: every other one would be a histogram that stays.
    let labels = [("method", method.to_owned()), ("route", route()), ("status", status.to_string())];
    metrics::histogram!("chasqui_http_seconds", &labels).record(took.as_secs_f64());
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::debug!(method, route = route(), status, took_us, "request");
    response
}

/// The methods that there are; anybody may make up others.
fn named(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_somebody_made_up_has_no_name_of_its_own() {
        for method in ["BREW", "get", "TRACE", "CONNECT", "X1"] {
            assert_eq!(named(&Method::from_bytes(method.as_bytes()).unwrap()), "other", "{method}");
        }
        assert_eq!(named(&Method::PATCH), "PATCH");
    }
}

//! Files from an origin of their own, where the operator gives one: what somebody else made never stands beside the pages.
//! One process serves both. The host that it is asked for tells which.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use chasqui_model::media::Media;

use super::problem::Problem;
use crate::app::App;

/// How long a link to a file works that a page leads to.
const LINK: Duration = Duration::from_mins(5);

/// Marks a request that came by the origin of files.
#[derive(Clone, Copy)]
pub(crate) struct OfFiles;

/// Gives the origin of files nothing but files, and lets pages show what comes from there.
pub(crate) async fn divide(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(files) = app.site.files_url.as_deref() else { return next.run(request).await };
    if !is_asked_for(&request, files) {
        let mut response = next.run(request).await;
        allow(&mut response, files);
        return response;
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || !request.uri().path().starts_with("/files/") {
        return Problem::new(StatusCode::NOT_FOUND, "no_such_route", "There is no such route.")
            .into_response();
    }
    request.extensions_mut().insert(OfFiles);
    let mut response = next.run(request).await;
    let cross = HeaderName::from_static("cross-origin-resource-policy");
    response.headers_mut().insert(cross, HeaderValue::from_static("cross-origin"));
    response
}

/// Leads to a file at the origin of files, by a link that works for some minutes.
pub(crate) fn lead(app: &App, files: &str, file: &Media) -> Result<Response, Problem> {
    let token = app.store.file_token(file.account, file.id, app.clock.now().after(LINK))?;
    Ok(lead_by(files, &token))
}

/// Leads to the file of a token.
pub(crate) fn lead_by(files: &str, token: &str) -> Response {
    let there = Redirect::temporary(&format!("{files}/files/{token}"));
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], there).into_response()
}

fn is_asked_for(request: &Request, url: &str) -> bool {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let asked = request.uri().authority().map(ToString::to_string).or(host.map(str::to_owned));
    let is_secure = url.starts_with("https://");
    asked.is_some_and(|asked| place(&asked, is_secure).is_some_and(|it| place_of(url) == Some(it)))
}

/// Host and port of an address, as they are compared.
pub(crate) fn place_of(url: &str) -> Option<(String, u16)> {
    let uri: Uri = url.parse().ok()?;
    place(uri.authority()?.as_str(), uri.scheme_str() == Some("https"))
}

fn place(authority: &str, is_secure: bool) -> Option<(String, u16)> {
    let authority: axum::http::uri::Authority = authority.parse().ok()?;
    let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    Some((authority.host().trim_end_matches('.').to_ascii_lowercase(), port))
}

/// Lets a page show pictures, sounds and videos from the origin of files.
fn allow(response: &mut Response, files: &str) {
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).and_then(|it| it.to_str().ok());
    let Some(policy) = policy.filter(|policy| policy.contains("img-src 'self'")) else { return };
    let mut policy = policy.replacen("img-src 'self'", &format!("img-src 'self' {files}"), 1);
    if policy.contains("media-src 'self'") {
        policy = policy.replacen("media-src 'self'", &format!("media-src 'self' {files}"), 1);
    } else {
        policy = format!("{}; media-src 'self' {files}", policy.trim_end_matches([';', ' ']));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_known_however_it_is_written() {
        let asks = |host: &str, url: &str| {
            let request = Request::builder().uri("/").header("host", host).body(axum::body::Body::empty());
            is_asked_for(&request.unwrap(), url)
        };
        for host in ["files.example.org", "FILES.example.org", "files.example.org:443", "files.example.org."]
        {
            assert!(asks(host, "https://files.example.org"), "{host}");
        }
        for host in
            ["example.org", "files.example.org:80", "files.example.org.evil", "x.files.example.org", ""]
        {
            assert!(!asks(host, "https://files.example.org"), "{host}");
        }
        assert!(asks("files.test:8081", "http://files.test:8081"));
        assert!(!asks("files.test:8080", "http://files.test:8081"));
    }
}

//! Whom the simulator answers: requests that name it. A page of somebody else's whose name was led to this machine (DNS
//! rebinding) names that somebody, and gets nothing. Nor does one that names the simulator and changes something from elsewhere.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names of a simulator.
#[derive(Debug)]
pub(crate) struct Names {
    listens: IpAddr,
    /// Lower-case, without ports.
    names: Vec<String>,
}

impl Names {
    /// By where it listens, how others reach it, and further names.
    pub(crate) fn new(listens: SocketAddr, base: &str, further: &[String]) -> Self {
        let base = base.parse::<Uri>().ok().and_then(|uri| uri.host().map(plain));
        let names = base.into_iter().chain(further.iter().map(|name| plain(name))).collect();
        Self { listens: listens.ip(), names }
    }

    /// Whether a host, with a port or without, is this simulator.
    fn have(&self, host: &str) -> bool {
        let name = plain(without_port(host));
        let address: Option<IpAddr> = name.parse().ok();
        let is_here = match address {
            // Nobody can lead an address to somewhere else. One that listens everywhere is reached at all of its machine's.
            Some(address) => {
                address == self.listens || self.listens.is_unspecified() || address.is_loopback()
            }
            None => name == "localhost" || name.ends_with(".localhost"),
        };
        is_here || self.names.contains(&name)
    }
}

/// Lower-case, without the brackets of an address and the dot at the end of a name.
fn plain(name: &str) -> String {
    name.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        Some(_) | None => host,
    }
}

/// Refuses what names somebody else, or several.
pub(crate) async fn check(State(names): State<Arc<Names>>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let named = hosts.next().map(|host| host.to_str().unwrap_or_default());
    let in_uri = request.uri().authority().map(axum::http::uri::Authority::host);
    let is_ours = hosts.next().is_none()
        && (named.is_some() || in_uri.is_some())
        && named.into_iter().chain(in_uri).all(|host| names.have(host));
    if is_ours && is_from_elsewhere(&request, &names) {
        return (StatusCode::FORBIDDEN, "This request comes from another site's page.\n").into_response();
    }
    if is_ours {
        return next.run(request).await;
    }
    let words = "This simulator has another name. Start it with --public-url, or name it with --host.\n";
    (StatusCode::MISDIRECTED_REQUEST, words).into_response()
}

/// Whether a browser says that the page of another site changes something here. Browsers themselves keep answers from it.
fn is_from_elsewhere(request: &Request, names: &Names) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return false };
    let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    !request.method().is_safe() && !host.is_some_and(|host| names.have(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_site_changes_nothing() {
        let names = Names::new("127.0.0.1:9090".parse().unwrap(), "http://127.0.0.1:9090", &[]);
        let is_from_elsewhere = |method: &str, origin: Option<&str>| {
            let request = Request::builder().method(method);
            let request =
                origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
            super::is_from_elsewhere(&request.body(axum::body::Body::empty()).unwrap(), &names)
        };
        for origin in ["https://evil.example", "null", "", "http://127.0.0.1.evil.example"] {
            assert!(is_from_elsewhere("POST", Some(origin)), "{origin}");
            assert!(!is_from_elsewhere("GET", Some(origin)), "{origin}");
        }
        assert!(!is_from_elsewhere("POST", None) && !is_from_elsewhere("PUT", Some("http://127.0.0.1:9090")));
        assert!(!is_from_elsewhere("DELETE", Some("http://localhost:8080")));
    }

    fn have(listens: &str, base: &str, further: &[&str], host: &str) -> bool {
        let further: Vec<String> = further.iter().map(|name| (*name).to_owned()).collect();
        Names::new(listens.parse().unwrap(), base, &further).have(host)
    }

    #[test]
    fn a_simulator_answers_to_its_own_names() {
        for host in
            ["127.0.0.1:9090", "127.0.0.1", "localhost:1", "LOCALHOST", "phone.localhost:80", "[::1]:9090"]
        {
            assert!(have("127.0.0.1:9090", "http://127.0.0.1:9090", &[], host), "{host}");
        }
        assert!(have("127.0.0.1:9090", "https://Sim.example/graph", &[], "sim.example:443"));
        assert!(have("127.0.0.1:9090", "http://127.0.0.1", &["simulator"], "simulator:9090"));
        assert!(have("127.0.0.1:9090", "http://127.0.0.1", &[], "localhost."));
        for host in ["192.168.1.5:9090", "[fe80::1]:9090", "10.0.0.1"] {
            assert!(have("0.0.0.0:9090", "http://127.0.0.1:9090", &[], host), "{host}");
            assert!(!have("127.0.0.1:9090", "http://127.0.0.1:9090", &[], host), "{host}");
        }
        assert!(have("192.168.1.5:9090", "http://192.168.1.5:9090", &[], "192.168.1.5:9090"));
    }

    #[test]
    fn other_names_are_not_this_simulator() {
        for host in [
            "",
            ":9090",
            "evil.example",
            "evil.example:9090",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil-localhost",
            "127.0.0.1@evil.example",
            "127.0.0.1:9090@evil.example",
            "evil.example#127.0.0.1",
            "simulator",
        ] {
            assert!(!have("0.0.0.0:9090", "http://127.0.0.1:9090", &[], host), "{host}");
        }
    }
}

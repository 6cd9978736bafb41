//! HTTP requests of flows, through walls: only addresses that may be called, redirects checked one by one, bounded in
//! size and time, and an account cannot take all the room.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chasqui_flow::{CallError, CallErrorKind, HttpAnswer, HttpRequest};
use chasqui_model::Id;
use chasqui_model::account::Account;
use dashmap::DashMap;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST,
    HeaderMap, HeaderName, HeaderValue, LOCATION, TRANSFER_ENCODING, USER_AGENT,
};
use reqwest::{Method, Response, Url};
use tokio::sync::Semaphore;

use super::guard::{self, Resolver};
use super::text;

/// Longest a flow may wait for an API.
const LONGEST: Duration = Duration::from_secs(30);
/// Largest answer that is read.
const LARGEST: usize = 1024 * 1024;
/// Most redirects that are followed.
const REDIRECTS: usize = 5;
/// Most calls of one account to one host under way: a host that hangs keeps the account's other calls waiting for nothing.
const PER_HOST: usize = 64;
/// Hosts that are remembered before those without a call are forgotten.
const HOSTS: usize = 4096;

/// In whose name a call is made.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: Id<Account>,
    /// The same when the call is repeated after a crash, and different for every other call.
    pub(crate) key: String,
}

/// A request of ours.
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// From the first wait for room to the last byte.
    pub(crate) timeout: Duration,
    /// Whether a redirect is followed. Not where a key goes along that is meant for one host.
    pub(crate) follow: bool,
}

/// The client for flows.
pub(crate) struct Http {
    client: reqwest::Client,
    allow_private: bool,
    room: DashMap<(Id<Account>, String), Arc<Semaphore>>,
}

pub(super) fn trouble(kind: CallErrorKind, message: impl Into<String>) -> CallError {
    CallError { kind, message: message.into() }
}

impl Http {
    /// Fails when TLS cannot be set up.
    pub(crate) fn new(allow_private: bool) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("Chasqui/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(Resolver { allow_private }))
            .no_proxy()
            .build()?;
        Ok(Self { client, allow_private, room: DashMap::new() })
    }

    /// Whether private addresses may be called.
    pub(crate) fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// Makes a flow's request. A repeat after a crash carries the same `Idempotency-Key`.
    pub(crate) async fn send(&self, caller: &Caller, request: &HttpRequest) -> Result<HttpAnswer, CallError> {
        let method = request.method.parse().map_err(|_| invalid("the method"))?;
        let ask = Ask {
            method,
            url: request.url.clone(),
            headers: headers(request, &caller.key)?,
            body: request.body.clone().map(Bytes::from),
            timeout: request.timeout().min(LONGEST),
            follow: true,
        };
        self.ask(caller.account, ask).await
    }

    /// Makes a request in the name of an account.
    pub(crate) async fn ask(&self, account: Id<Account>, ask: Ask) -> Result<HttpAnswer, CallError> {
        let url = Url::parse(&ask.url).map_err(|_| invalid("the address"))?;
        let room = self.room(account, url.host_str().unwrap_or_default());
        let limit = ask.timeout;
        let work = async {
            let _place = room.acquire().await;
            self.exchange(url, ask).await
        };
        tokio::time::timeout(limit, work)
            .await
            .unwrap_or_else(|_| Err(trouble(CallErrorKind::Timeout, "there was no answer in time")))
    }

    fn room(&self, account: Id<Account>, host: &str) -> Arc<Semaphore> {
        if self.room.len() >= HOSTS {
            self.room.retain(|_, room| Arc::strong_count(room) > 1);
        }
        let fresh = || Arc::new(Semaphore::new(PER_HOST));
        Arc::clone(&self.room.entry((account, host.to_owned())).or_insert_with(fresh))
    }

    async fn exchange(&self, mut url: Url, ask: Ask) -> Result<HttpAnswer, CallError> {
        let Ask { mut method, mut headers, mut body, follow, .. } = ask;
        for _ in 0..=REDIRECTS {
            if !guard::allows(&url, self.allow_private) {
                return Err(trouble(CallErrorKind::Blocked, guard::Blocked.to_string()));
            }
            let mut builder = self.client.request(method.clone(), url.clone()).headers(headers.clone());
            match &body {
                Some(body) => builder = builder.body(body.clone()),
                // Some servers wait for a body, or refuse, when nothing says that there is none.
                None if may_have_body(&method) => builder = builder.header(CONTENT_LENGTH, "0"),
                None => {}
            }
            let response = builder.send().await.map_err(|error| judge(&error))?;
            let Some(next) = redirect(&response) else { return read(response).await };
            if !follow {
                return Err(trouble(CallErrorKind::Invalid, "the service redirected to another address"));
            }
            if (response.status().as_u16() == 303 && method != Method::HEAD)
                || (method == Method::POST && response.status().as_u16() < 303)
            {
                method = Method::GET;
                body = None;
                headers.remove(CONTENT_TYPE);
            }
            if !is_same_place(&url, &next) {
                if body.is_some() {
                    let why = "it was redirected to another server, which does not get the body";
                    return Err(trouble(CallErrorKind::Invalid, why));
                }
                headers = harmless(&headers);
            }
            url = next;
        }
        Err(trouble(CallErrorKind::Invalid, "it was redirected too often"))
    }
}

fn invalid(what: &str) -> CallError {
    trouble(CallErrorKind::Invalid, format!("{what} is not valid"))
}

fn headers(request: &HttpRequest, key: &str) -> Result<HeaderMap, CallError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = name.parse::<HeaderName>().map_err(drop);
        let value = HeaderValue::try_from(value.as_str()).map_err(drop);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(trouble(CallErrorKind::Invalid, "a header is not valid"));
        };
        // Its length is what the body's length is, its connection is ours, and we ask for encodings that we can read.
        if ![HOST, CONTENT_LENGTH, TRANSFER_ENCODING, ACCEPT_ENCODING].contains(&name) {
            headers.insert(name, value);
        }
    }
    if let Ok(key) = HeaderValue::try_from(key) {
        headers.entry("idempotency-key").or_insert(key);
    }
    Ok(headers)
}

/// Whether what is meant for one address may go to the other: the same host and port in the same way. A server that leads from
/// HTTP to its own HTTPS stays itself.
fn is_same_place(here: &Url, there: &Url) -> bool {
    let is_upgrade = here.scheme() == "http"
        && there.scheme() == "https"
        && here.host() == there.host()
        && (here.port_or_known_default(), there.port_or_known_default()) == (Some(80), Some(443));
    is_upgrade || here.origin() == there.origin()
}

/// What another server may see. Which of the others are keys cannot be told by their names.
fn harmless(headers: &HeaderMap) -> HeaderMap {
    let kept = [ACCEPT, ACCEPT_LANGUAGE, USER_AGENT];
    kept.into_iter().filter_map(|name| Some((name.clone(), headers.get(&name)?.clone()))).collect()
}

fn redirect(response: &Response) -> Option<Url> {
    let status = response.status().as_u16();
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = location(response.headers().get(LOCATION)?.as_bytes());
    let target = target.trim();
    if target.is_empty() { None } else { response.url().join(target).ok() }
}

/// Where a redirect leads: in UTF-8, as most servers write it, or in bytes of another character set, which stay what they are.
fn location(bytes: &[u8]) -> String {
    if let Ok(text) = str::from_utf8(bytes) {
        return text.to_owned();
    }
    let escaped =
        |&byte: &u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    bytes.iter().map(escaped).collect()
}

/// Methods whose requests usually have a body.
fn may_have_body(method: &Method) -> bool {
    [Method::POST, Method::PUT, Method::PATCH].contains(method)
}

/// Fails when an answer is packed in a way that was not asked for. What could be unpacked has no such header any more.
fn check_encoding(headers: &HeaderMap) -> Result<(), CallError> {
    let named = headers.get_all(CONTENT_ENCODING).iter().map(|value| text::header(value.as_bytes()));
    let named: Vec<String> = named.collect();
    let encodings = named.iter().flat_map(|names| names.split(',')).map(str::trim);
    let packed = |name: &&str| {
        let known = [
            "br",
            "deflate",
            "zstd",
            "compress",
            "x-compress",
            "gzip",
            "x-gzip",
            "dcb",
            "dcz",
            "lz4",
            "bzip2",
            "xz",
        ];
        known.iter().any(|it| it.eq_ignore_ascii_case(name))
    };
    match encodings.into_iter().find(packed) {
        None => Ok(()),
        Some(name) => Err(trouble(
            CallErrorKind::Invalid,
            format!("the answer is compressed with `{name}`, which was not asked for and cannot be read"),
        )),
    }
}

fn judge(error: &reqwest::Error) -> CallError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<guard::Blocked>() {
            return trouble(CallErrorKind::Blocked, guard::Blocked.to_string());
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        trouble(CallErrorKind::Timeout, "there was no answer in time")
    } else if error.is_connect() {
        trouble(CallErrorKind::Refused, "no connection could be made")
    } else {
        trouble(CallErrorKind::Refused, "the connection broke")
    }
}

async fn read(mut response: Response) -> Result<HttpAnswer, CallError> {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .take(64)
        .map(|(name, value)| (name.to_string(), text::header(value.as_bytes())))
        .collect();
    let kind = response.headers().get(CONTENT_TYPE).map(|value| text::header(value.as_bytes()));
    let encoding = check_encoding(response.headers());
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| judge(&error))? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(trouble(CallErrorKind::TooLarge, "the answer is larger than 1 MiB"));
        }
        bytes.extend_from_slice(&chunk);
    }
    if !bytes.is_empty() {
        encoding?;
    }
    Ok(HttpAnswer { status, headers, body_text: text::decode(kind.as_deref(), &bytes) })
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A public shop, as far as names go: its address is ours, and it leads on to where `to` says.
    async fn shop(to: fn(SocketAddr) -> String) -> (Http, SocketAddr, Arc<std::sync::Mutex<Vec<String>>>) {
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap();
                notes.lock().unwrap().push(String::from_utf8_lossy(&head[..length]).into_owned());
                let answer = format!(
                    "HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                    to(address)
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let mut http = Http::new(false).unwrap();
        http.client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(Resolver { allow_private: false }))
            .resolve("shop.test", address)
            .resolve("other.test", address)
            .no_proxy()
            .build()
            .unwrap();
        (http, address, asked)
    }

    fn ask(port: u16, follow: bool) -> Ask {
        let mut headers = HeaderMap::new();
        headers.insert(reqwest::header::AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
        let url = format!("http://shop.test:{port}/");
        Ask { method: Method::GET, url, headers, body: None, timeout: Duration::from_secs(5), follow }
    }

    #[tokio::test]
    async fn a_redirect_into_our_own_network_is_not_followed() {
        let targets: [fn(SocketAddr) -> String; 4] = [
            |address| format!("http://{address}/"),
            |address| format!("http://localhost:{}/", address.port()),
            |_| "http://169.254.169.254/latest/meta-data/".to_owned(),
            |_| "file:///etc/passwd".to_owned(),
        ];
        for to in targets {
            let (http, address, asked) = shop(to).await;
            let error = http.ask(Id::from_bytes([1; 16]), ask(address.port(), true)).await.unwrap_err();
            assert_eq!(error.kind, CallErrorKind::Blocked, "{} {}", to(address), error.message);
            assert_eq!(asked.lock().unwrap().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_key_goes_to_one_host_only() {
        let (http, address, asked) = shop(|address| format!("http://other.test:{}/", address.port())).await;
        let error = http.ask(Id::from_bytes([1; 16]), ask(address.port(), true)).await.unwrap_err();
        assert_eq!(error.message, "it was redirected too often");
        let keys: Vec<bool> = asked.lock().unwrap().iter().map(|head| head.contains("secret")).collect();
        assert_eq!(keys, [true, false, false, false, false, false]);
    }

    const KEYS: [(&str, &str); 6] = [
        ("Authorization", "Bearer k-secret"),
        ("Cookie", "k-secret"),
        ("X-Api-Key", "k-secret"),
        ("api-key", "k-secret"),
        ("X-Shop", "Token k-secret"),
        ("Idempotency-Key", "k-secret"),
    ];

    /// Asks a server that leads on to another one with this status, and answers what came of it with what each was asked.
    async fn led_on(
        method: &str,
        status: &str,
        body: Option<&str>,
    ) -> (Result<HttpAnswer, CallError>, [Vec<String>; 2]) {
        let (there, asked_there) = server(vec![answer(b"200 OK", b"there")]).await;
        let head = format!("{status}\r\nlocation: http://{there}/x");
        let (here, asked_here) = server(vec![answer(head.as_bytes(), b"")]).await;
        let mut headers = KEYS.to_vec();
        headers.extend([("Accept", "application/json"), ("Content-Type", "text/plain")]);
        let came = send_with(here, method, &headers, body).await;
        let asked = [asked_here, asked_there].map(|asked| asked.lock().unwrap().clone());
        (came, asked)
    }

    #[tokio::test]
    async fn no_header_with_a_key_goes_to_another_server() {
        for (method, status, body) in [
            ("GET", "301 Moved", None),
            ("GET", "302 Found", None),
            ("GET", "307 Temporary Redirect", None),
            ("DELETE", "308 Permanent Redirect", None),
            ("POST", "302 Found", Some("k-secret")),
            ("PUT", "303 See Other", Some("k-secret")),
        ] {
            let (came, [here, there]) = led_on(method, status, body).await;
            assert_eq!(came.unwrap().body_text, "there", "{method} {status}");
            assert_eq!(here[0].matches("k-secret").count(), KEYS.len() + usize::from(body.is_some()));
            assert!(!there[0].contains("k-secret"), "{method} {status}: {}", there[0]);
            assert!(there[0].contains("accept: application/json\r\n"), "{}", there[0]);
        }
    }

    #[tokio::test]
    async fn a_body_does_not_go_to_another_server() {
        for (method, status) in [
            ("POST", "307 Temporary Redirect"),
            ("POST", "308 Permanent Redirect"),
            ("PUT", "302 Found"),
            ("PATCH", "301 Moved"),
        ] {
            let (came, [_, there]) = led_on(method, status, Some("k-secret")).await;
            assert_eq!(came.unwrap_err().kind, CallErrorKind::Invalid, "{method} {status}");
            assert_eq!(there, [""; 0], "{method} {status}");
        }
    }

    #[tokio::test]
    async fn a_redirect_on_the_same_server_takes_all_along() {
        let redirect = answer(b"307 Temporary Redirect\r\nlocation: /x", b"");
        let (address, asked) = server(vec![redirect, answer(b"200 OK", b"there")]).await;
        assert_eq!(send_with(address, "POST", &KEYS, Some("body")).await.unwrap().body_text, "there");
        let asked = asked.lock().unwrap();
        assert!(asked[1].starts_with("POST /x ") && asked[1].ends_with("body"), "{}", asked[1]);
        assert_eq!(asked[1].matches("k-secret").count(), KEYS.len());
    }

    #[test]
    fn a_server_is_its_host_its_port_and_the_way_there() {
        for (here, there, is_same) in [
            ("https://a.example/x", "https://a.example:443/y", true),
            ("http://a.example/", "https://a.example/", true),
            ("https://a.example/", "http://a.example/", false),
            ("http://a.example/", "https://a.example:8443/", false),
            ("http://a.example:8080/", "https://a.example/", false),
            ("https://a.example/", "https://a.example:8443/", false),
            ("https://a.example/", "https://www.a.example/", false),
            ("https://a.example/", "https://b.example/", false),
        ] {
            let read = |text: &str| Url::parse(text).unwrap();
            assert_eq!(is_same_place(&read(here), &read(there)), is_same, "{here} {there}");
        }
    }

    #[tokio::test]
    async fn a_service_that_redirects_is_refused() {
        let (http, address, asked) = shop(|address| format!("http://other.test:{}/", address.port())).await;
        let error = http.ask(Id::from_bytes([1; 16]), ask(address.port(), false)).await.unwrap_err();
        assert_eq!((error.kind, asked.lock().unwrap().len()), (CallErrorKind::Invalid, 1));
    }

    /// Answers each request with the next of these, and notes what was asked.
    async fn server(answers: Vec<Vec<u8>>) -> (SocketAddr, Arc<std::sync::Mutex<Vec<String>>>) {
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap();
                notes.lock().unwrap().push(String::from_utf8_lossy(&head[..length]).into_owned());
                stream.write_all(&answer).await.unwrap();
            }
        });
        (address, asked)
    }

    fn answer(head: &[u8], body: &[u8]) -> Vec<u8> {
        let length = format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        [b"HTTP/1.1 ".as_slice(), head, b"\r\n", length.as_bytes(), body].concat()
    }

    async fn send(
        address: SocketAddr,
        method: &str,
        headers: &[(&str, &str)],
    ) -> Result<HttpAnswer, CallError> {
        send_with(address, method, headers, None).await
    }

    async fn send_with(
        address: SocketAddr,
        method: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<HttpAnswer, CallError> {
        let request = HttpRequest {
            method: method.to_owned(),
            url: format!("http://{address}/a/b"),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.map(str::to_owned),
            timeout_ms: 5000,
        };
        let caller = Caller { account: Id::from_bytes([1; 16]), key: "k".to_owned() };
        Http::new(true).unwrap().send(&caller, &request).await
    }

    #[tokio::test]
    async fn a_request_without_a_body_says_so_where_one_is_usual() {
        for (method, says) in [
            ("POST", true),
            ("PUT", true),
            ("PATCH", true),
            ("GET", false),
            ("DELETE", false),
            ("HEAD", false),
        ] {
            let (address, asked) = server(vec![answer(b"204 No Content", b"")]).await;
            send(address, method, &[("Content-Length", "7")]).await.unwrap();
            let asked = asked.lock().unwrap()[0].to_ascii_lowercase();
            assert_eq!(asked.matches("content-length").count(), usize::from(says), "{asked}");
            assert_eq!(asked.contains("content-length: 0\r\n"), says, "{asked}");
        }
    }

    #[tokio::test]
    async fn only_encodings_that_can_be_read_are_asked_for() {
        for encoding in ["br", "deflate", "zstd", "gzip, br", "BR"] {
            let head = format!("200 OK\r\ncontent-encoding: {encoding}");
            let (address, asked) = server(vec![answer(head.as_bytes(), b"\x01\x02")]).await;
            let error = send(address, "GET", &[("Accept-Encoding", "br, zstd")]).await.unwrap_err();
            assert_eq!(error.kind, CallErrorKind::Invalid, "{encoding}: {}", error.message);
            let asked = asked.lock().unwrap()[0].to_ascii_lowercase();
            assert!(asked.contains("accept-encoding: gzip\r\n"), "{asked}");
        }
        let (address, _) = server(vec![answer(b"200 OK\r\ncontent-encoding: identity", b"ok")]).await;
        assert_eq!(send(address, "GET", &[]).await.unwrap().body_text, "ok");
        let (address, _) = server(vec![answer(b"200 OK\r\ncontent-encoding: br", b"")]).await;
        assert_eq!(send(address, "GET", &[]).await.unwrap().body_text, "");
    }

    #[tokio::test]
    async fn a_redirect_is_followed_in_any_character_set() {
        for (location, path) in [
            ("/größe/ñ?q=ü".as_bytes(), "/gr%C3%B6%C3%9Fe/%C3%B1?q=%C3%BC"),
            (b"/gr\xf6\xdfe".as_slice(), "/gr%F6%DFe"),
            ("ziel €".as_bytes(), "/a/ziel%20%E2%82%AC"),
            (b"../x", "/x"),
            (b"?y=1", "/a/b?y=1"),
            ("/schon%20da".as_bytes(), "/schon%20da"),
        ] {
            let redirect = answer(&[b"302 Found\r\nlocation: ", location].concat(), b"");
            let (address, asked) = server(vec![redirect, answer(b"200 OK", b"there")]).await;
            assert_eq!(send(address, "GET", &[]).await.unwrap().body_text, "there");
            assert!(
                asked.lock().unwrap()[1].starts_with(&format!("GET {path} ")),
                "{:?}",
                asked.lock().unwrap()
            );
        }
        let (address, _) = server(vec![answer(b"302 Found\r\nlocation: ", b"stays")]).await;
        assert_eq!(send(address, "GET", &[]).await.unwrap().status, 302);
    }

    #[tokio::test]
    async fn headers_and_bodies_are_read_in_their_character_set() {
        let head = b"200 OK\r\ncontent-type: application/json; charset=latin1\r\nx-name: Gr\xf6\xdfe\r\nx-other: \xc3\xa9";
        let (address, _) = server(vec![answer(head, b"{\"a\":\"\xfc\"}")]).await;
        let answer = send(address, "GET", &[]).await.unwrap();
        let header =
            |name: &str| answer.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        assert_eq!(answer.body_text, "{\"a\":\"ü\"}");
        assert_eq!((header("x-name"), header("x-other")), (Some("Größe"), Some("é")));
    }
}

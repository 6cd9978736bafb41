//! What strangers can hold or fill: bodies, connections, places, labels of figures; and what browsers are told.

use std::time::{Duration, Instant};

use chasqui_server::http::Limits;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::site::{PASSWORD, Site, answer};

async fn connect(site: &Site) -> TcpStream {
    TcpStream::connect(site.server.address).await.unwrap()
}

/// What comes back on a connection within a time, up to its end.
async fn read(stream: &mut TcpStream, within: Duration) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(within, stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The status line that comes back first.
async fn status(stream: &mut TcpStream) -> String {
    let mut line = vec![0; 12];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut line)).await;
    read.unwrap().unwrap();
    String::from_utf8(line).unwrap()
}

#[tokio::test]
async fn what_is_sent_to_log_in_is_small() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let url = format!("{}/api/v1/session", site.url);
    let post = async |email: String, password: String| {
        answer(site.http.post(&url).json(&json!({ "email": email, "password": password }))).await
    };
    let large = "a".repeat(5 * 1024 * 1024);
    post(format!("{large}@example.com"), "x".into()).await.is_problem(413, "too_large");
    post(ana.email.clone(), large).await.is_problem(413, "too_large");
    post(format!("{}@example.com", "a".repeat(300)), PASSWORD.into()).await.is_problem(401, "wrong_login");
    post(ana.email.clone(), "p".repeat(1025)).await.is_problem(401, "wrong_login");
    for path in
        ["/setup", "/invitation/look", "/invitation/accept", "/password_resets", "/password_resets/finish"]
    {
        let body =
            json!({ "secret": "s".repeat(20_000), "code": "c", "email": "a@b.example", "password": "x" });
        let sent = site.http.post(format!("{}/api/v1{path}", site.url)).json(&body);
        answer(sent).await.is_problem(413, "too_large");
    }
    let secret = json!({ "secret": "s".repeat(2000) });
    let look = site.http.post(format!("{}/api/v1/invitation/look", site.url)).json(&secret);
    answer(look).await.is_problem(404, "not_found");
    assert_eq!(post(ana.email.clone(), PASSWORD.into()).await.status, 200);
}

/// Bodies that nobody may send are answered when their head is there.
#[tokio::test]
async fn a_body_of_a_stranger_is_not_waited_for() {
    let site = Site::start().await;
    let length = 5 * 1024 * 1024;
    let unknown = format!("/webhooks/whatsapp/int_{}", "0".repeat(32));
    let json = "Content-Type: application/json\r\n";
    for (head, wanted) in [
        (format!("POST /api/v1/bots HTTP/1.1\r\nHost: x\r\n{json}"), "HTTP/1.1 401"),
        (format!("POST /api/v1/media HTTP/1.1\r\nHost: x\r\n{json}"), "HTTP/1.1 401"),
        (format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{json}"), "HTTP/1.1 413"),
        (format!("POST {unknown} HTTP/1.1\r\nHost: x\r\n"), "HTTP/1.1 404"),
        ("POST /webhooks/whatsapp/nobody HTTP/1.1\r\nHost: x\r\n".into(), "HTTP/1.1 404"),
        ("POST /no/such/page HTTP/1.1\r\nHost: x\r\n".into(), "HTTP/1.1 405"),
    ] {
        let mut stream = connect(&site).await;
        stream.write_all(format!("{head}Content-Length: {length}\r\n\r\nfirst").as_bytes()).await.unwrap();
        assert_eq!(status(&mut stream).await, wanted, "{head}");
    }
    // Who sends it all the same reads the answer.
    let junk = site.http.post(format!("{}{unknown}", site.url)).body(vec![0; 3 * 1024 * 1024]);
    assert_eq!(answer(junk).await.status, 404);
}

/// As many as there are places announce the largest body and send nothing of it.
#[tokio::test]
async fn bodies_that_do_not_come_keep_nobody_out() {
    let site = Site::start_with(Limits { connections: 400, ..Limits::default() }).await;
    let ana = site.owner().await;
    let mut slow = Vec::new();
    for n in 0..400 {
        let mut stream = connect(&site).await;
        let path = ["/api/v1/session", "/api/v1/bots", "/webhooks/whatsapp/int_1"][n % 3];
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let began = Instant::now();
    assert_eq!(site.log_in("198.51.100.1", &ana.email, PASSWORD).await.status, 200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(slow);
}

#[tokio::test]
async fn deliveries_come_in_while_all_other_places_are_taken() {
    let site = Site::start_with(Limits { connections: 16, ..Limits::default() }).await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let mut slow = Vec::new();
    for _ in 0..12 {
        let mut stream = connect(&site).await;
        let head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let fresh = || reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let mut crowded = answer(fresh().get(format!("{}/api/v1/setup", site.url))).await;
    for _ in 0..100 {
        if crowded.status == 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        crowded = answer(fresh().get(format!("{}/api/v1/setup", site.url))).await;
    }
    crowded.is_problem(503, "unavailable");
    for probe in ["/healthz", "/readyz"] {
        assert_eq!(answer(fresh().get(format!("{}{probe}", site.url))).await.status, 200, "{probe}");
    }
    assert_eq!(crowded.headers["connection"], "close");
    assert!(crowded.headers.contains_key("retry-after"));
    let began = Instant::now();
    let petra = site.meta.contact("Petra", chasqui_simulator::harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, Duration::from_secs(5)).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    let shake = format!(
        "{}?hub.mode=subscribe&hub.verify_token=a-long-random-string&hub.challenge=7",
        site.callback(&id)
    );
    assert_eq!(answer(fresh().get(shake)).await.status, 200);
    drop(slow);
}

/// Connections that send nothing, or half a head, hold no place that somebody else wants.
#[tokio::test]
async fn who_waits_with_a_connection_makes_room() {
    let limits = Limits { header: Duration::from_secs(30), connections: 16, ..Limits::default() };
    let site = Site::start_with(limits).await;
    let mut idle = Vec::new();
    for n in 0..60 {
        let mut stream = connect(&site).await;
        if n % 2 == 0 {
            let _ = stream.write_all(b"POST /webhooks/whatsapp/int_1 HT").await;
        }
        idle.push(stream);
    }
    let began = Instant::now();
    assert_eq!(answer(site.http.get(format!("{}/healthz", site.url))).await.status, 200);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    drop(idle);
}

/// Asks for much and reads nothing.
#[tokio::test]
async fn who_never_reads_is_cut_off() {
    let site = Site::start_with(Limits { write: Duration::from_millis(500), ..Limits::default() }).await;
    let whole = answer(site.http.get(format!("{}/api/openapi.json", site.url))).await.body.to_string().len();
    let mut stream = connect(&site).await;
    let ask = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    stream.write_all(ask.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut got = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut got)).await;
    assert!(end.is_ok(), "the connection was kept");
    assert!(got.len() < whole * 60, "{} bytes of {} were kept for it", got.len(), whole * 100);
    // Who reads, however slowly it begins, gets all.
    let mut stream = connect(&site).await;
    stream
        .write_all(b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let got = read(&mut stream, Duration::from_secs(5)).await;
    assert!(got.starts_with("HTTP/1.1 200") && got.len() > whole / 2);
}

#[tokio::test]
async fn figures_have_no_labels_that_strangers_make_up() {
    let site = Site::start().await;
    for n in 0..50 {
        let method = Method::from_bytes(format!("BREW{n}").as_bytes()).unwrap();
        let made_up = site.http.request(method, format!("{}/api/v1/brew{n}", site.url));
        assert!(!answer(made_up).await.status.is_success());
        let method = Method::from_bytes(format!("BREW{n}").as_bytes()).unwrap();
        answer(site.http.request(method, format!("{}/webhooks/whatsapp/brew{n}", site.url))).await;
    }
    let figures = site.http.get(format!("{}/metrics", site.url)).send().await.unwrap().text().await.unwrap();
    assert!(!figures.to_lowercase().contains("brew"), "{figures}");
    assert!(figures.contains(r#"method="other""#));
}

#[tokio::test]
async fn json_routes_take_json_only() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let send = async |method: Method, path: &str, kind: Option<&str>, body: &'static str| {
        let request = site.http.request(method, format!("{}/api/v1{path}", site.url)).bearer_auth(&ana.token);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        answer(request.body(body)).await
    };
    let validate = format!("/bots/{bot}/validate");
    let named = r#"{"name":"Bot"}"#;
    for kind in [
        Some("text/plain"),
        Some("text/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonx"),
        Some("application/json, text/plain"),
        Some("text/plain; application/json"),
        Some("+json"),
        Some("application/+json"),
        Some(""),
        None,
    ] {
        for (method, path, body) in [
            (Method::POST, "/bots", named),
            (Method::POST, validate.as_str(), "{}"),
            (Method::PATCH, "/me", named),
            (Method::DELETE, "/session", "{}"),
            (Method::POST, "/session", named),
        ] {
            let found = send(method, path, kind, body).await;
            assert_eq!(found.status, 415, "{path} {kind:?}: {found:?}");
        }
    }
    for kind in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
        assert_eq!(send(Method::POST, "/bots", Some(kind), named).await.status, 201, "{kind}");
    }
    assert_eq!(send(Method::POST, &validate, None, "").await.status, 200, "nothing needs no type");
}

#[tokio::test]
async fn browsers_run_and_draw_only_what_is_ours() {
    let site = Site::start().await;
    for path in ["/", "/bots", "/index.html", "/login"] {
        let page = answer(site.http.get(format!("{}{path}", site.url))).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(!policy.contains("unsafe"), "{policy}");
        for part in ["default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(part), "{policy} has no {part}");
        }
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonce.len() >= 22);
        let text = page.body.as_str().unwrap();
        assert!(text.contains(&format!("<meta property=\"csp-nonce\" nonce=\"{nonce}\">")), "{text}");
        assert!(!text.contains(" style="), "{text}");
        let again = answer(site.http.get(format!("{}{path}", site.url))).await;
        assert_ne!(again.headers["content-security-policy"], page.headers["content-security-policy"]);
        assert!(!page.headers.contains_key("strict-transport-security"));
    }
    for path in ["/api/docs", "/api/v1/me", "/api/openapi.json", "/healthz"] {
        let found = answer(site.http.get(format!("{}{path}", site.url))).await;
        let policy = found.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("base-uri 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
    let phone = answer(site.http.get(format!("{}/phone", site.meta.url()))).await;
    assert!(!phone.headers["content-security-policy"].to_str().unwrap().contains("unsafe"));
}

#[tokio::test]
async fn over_tls_browsers_stay_with_it() {
    let site = Site::start_secure().await;
    for path in ["/", "/api/v1/me", "/api/docs"] {
        let found = answer(site.http.get(format!("{}{path}", site.url))).await;
        assert_eq!(found.headers["strict-transport-security"], "max-age=31536000", "{path}");
    }
}

#[tokio::test]
async fn a_browser_keeps_nothing_after_a_log_out() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let cookie = site.log_in("198.51.100.1", &ana.email, PASSWORD).await.cookie();
    let left =
        answer(site.http.delete(format!("{}/api/v1/session", site.url)).header("cookie", cookie)).await;
    assert_eq!(left.status, 204);
    assert_eq!(left.headers["clear-site-data"], r#""cache", "storage""#);
}

/// More requests than a token may have under way: the rest is told to wait, and others are served.
#[tokio::test]
async fn a_token_has_no_more_under_way_than_its_share() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let mut slow = Vec::new();
    let head = format!(
        "POST /api/v1/bots HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: 90\r\n\r\n{{",
        ana.token
    );
    for _ in 0..128 {
        let mut stream = connect(&site).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let mut found = site.get(&ana, "/bots").await;
    for _ in 0..100 {
        if found.status == 429 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        found = site.get(&ana, "/bots").await;
    }
    found.is_problem(429, "too_many_at_once");
    assert!(found.headers.contains_key("retry-after"));
    assert_eq!(site.get(&ben, "/bots").await.status, 200);
    drop(slow);
    for _ in 0..100 {
        found = site.get(&ana, "/bots").await;
        if found.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{found:?}");
}

/// A connection whose body was refused is not used again while the rest of the body is on it.
#[tokio::test]
async fn a_refused_body_spoils_no_other_request() {
    let site = Site::start().await;
    let ana = site.owner().await;
    for _ in 0..5 {
        let large = site.http.post(format!("{}/api/v1/bots", site.url)).bearer_auth(&ana.token);
        let refused = answer(large.json(&json!({ "name": "x".repeat(5 * 1024 * 1024) }))).await;
        refused.is_problem(413, "too_large");
        assert_eq!(refused.headers["connection"], "close");
        assert_eq!(site.get(&ana, "/bots").await.status, 200);
        let little = site.http.post(format!("{}/api/v1/bots", site.url)).json(&json!({ "name": "Bot" }));
        let refused = answer(little).await;
        refused.is_problem(401, "unauthenticated");
        assert!(!refused.headers.contains_key("connection"));
        assert_eq!(site.post(&ana, "/bots", json!({ "name": "Bot" })).await.status, 201);
    }
}

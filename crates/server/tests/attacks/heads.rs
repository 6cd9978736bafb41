//! Heads of requests, and requests inside of requests: what two readers could understand in two ways is refused.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::case::{Case, Class, It, case, class as of};
use crate::wire::{Reply, Wire};

/// Something that only answers when a smuggled request was taken for one.
const SECOND: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// Bytes that are one request at most: whatever is behind it is not answered as another.
fn one(name: &'static str, shows: &'static str, bytes: impl Fn() -> String + 'static) -> Case {
    let bytes = std::rc::Rc::new(bytes);
    case(
        format!("smuggle-{name}"),
        format!("{shows} is refused, and no second request is found in it"),
        move |it: It| {
            let bytes = std::rc::Rc::clone(&bytes);
            async move {
                let reply = it.raw(bytes()).await?;
                let statuses = reply.statuses();
                ensure!(
                    statuses.len() <= 1 && !statuses.contains(&200),
                    "answered {statuses:?}: {}",
                    reply.text()
                );
                Ok(())
            }
        },
    )
}

fn smuggled() -> Vec<Case> {
    let post = |lines: &str| {
        format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{lines}\r\n")
    };
    vec![
        one("cl-te", "a length and chunks in one head", move || {
            format!(
                "{}0\r\n\r\n{SECOND}",
                post(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", 5 + SECOND.len()))
            )
        }),
        one("te-cl", "chunks and a length in one head", move || {
            format!(
                "{}5c\r\n{SECOND}\r\n0\r\n\r\n",
                post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")
            )
        }),
        one("two-lengths", "two lengths that differ", move || {
            format!("{}{{}}{SECOND}", post("Content-Length: 2\r\nContent-Length: 200\r\n"))
        }),
        one("length-list", "a list of lengths", move || {
            format!("{}{{}}{SECOND}", post("Content-Length: 2, 200\r\n"))
        }),
        one("length-plus", "a length with a sign", move || {
            format!("{}{{}}{SECOND}", post("Content-Length: +2\r\n"))
        }),
        one("length-negative", "a negative length", move || {
            format!("{}{{}}{SECOND}", post("Content-Length: -2\r\n"))
        }),
        one("length-hex", "a length in hexadecimal", move || {
            format!("{}{{}}{SECOND}", post("Content-Length: 0x2\r\n"))
        }),
        one("length-huge", "a length beyond 64 bits", move || {
            format!("{}{{}}{SECOND}", post("Content-Length: 99999999999999999999999\r\n"))
        }),
        one("te-unknown", "an unknown coding of the body", move || {
            format!("{}0\r\n\r\n{SECOND}", post("Transfer-Encoding: xchunked\r\n"))
        }),
        one("te-twice", "chunks twice over", move || {
            format!("{}0\r\n\r\n{SECOND}", post("Transfer-Encoding: chunked, chunked\r\n"))
        }),
        one("te-list", "chunks in two header lines", move || {
            format!(
                "{}0\r\n\r\n{SECOND}",
                post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n")
            )
        }),
        one("te-not-last", "chunks that are not the last coding", move || {
            format!("{}0\r\n\r\n{SECOND}", post("Transfer-Encoding: chunked, identity\r\n"))
        }),
        one("te-space", "a coding with a space before its colon", move || {
            format!("{}0\r\n\r\n{SECOND}", post("Transfer-Encoding : chunked\r\n"))
        }),
        one("te-vertical-tab", "a coding behind a vertical tab", move || {
            format!("{}0\r\n\r\n{SECOND}", post("Transfer-Encoding: \x0bchunked\r\n"))
        }),
        one("chunk-size", "a chunk whose size is no number", move || {
            format!("{}zz\r\n{SECOND}", post("Transfer-Encoding: chunked\r\n"))
        }),
        one("chunk-overflow", "a chunk of 2^64 bytes", move || {
            format!("{}10000000000000000\r\n{SECOND}", post("Transfer-Encoding: chunked\r\n"))
        }),
        one("folded", "a header line that is folded", move || {
            format!(
                "{}{{}}{SECOND}",
                post("X-Fold: a\r\n b\r\nContent-Length: 2\r\nX: y\r\n Content-Length: 200\r\n")
            )
        }),
        one("nul", "a head with a NUL", || {
            format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n{SECOND}")
        }),
        one("bare-cr", "a head with a bare carriage return", || {
            format!("GET /healthz HTTP/1.1\rHost: x\r\r{SECOND}")
        }),
        one("no-host-space", "a head whose first line has no end", || {
            format!("GET /healthz\r\n\r\n{SECOND}")
        }),
        one("http2", "the beginning of HTTP/2", || {
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0".to_owned()
        }),
        one("http09", "HTTP/0.9", || "GET /healthz\r\n".to_owned()),
        one("http12", "a version that is not there", || {
            "GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n".to_owned()
        }),
        one("tls", "a TLS greeting", || "\x16\x03\x01\0\u{7f}\x01\0\0{\x03\x03".to_owned()),
    ]
}

async fn answered(it: &It, request: String) -> Result<Reply> {
    it.raw(request).await
}

fn others() -> Vec<Case> {
    vec![
        case("head-huge-line", "a header line of 200 kB is refused", |it: It| async move {
            let reply = answered(
                &it,
                format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(200_000)),
            )
            .await?;
            ensure!(reply.status().is_none_or(|it| it == 431 || it == 400), "{}", reply.text());
            Ok(())
        }),
        case("head-many-lines", "a head of 5,000 lines is refused", |it: It| async move {
            let lines: String = (0..5000).map(|n| format!("X-{n}: y\r\n")).collect();
            let reply = answered(&it, format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{lines}\r\n")).await?;
            ensure!(reply.status().is_none_or(|it| it == 431 || it == 400), "{}", reply.text());
            Ok(())
        }),
        case("head-huge-address", "an address of 100 kB is refused", |it: It| async move {
            let reply =
                answered(&it, format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000))).await?;
            ensure!(reply.status().is_none_or(|it| (400..500).contains(&it)), "{}", reply.text());
            Ok(())
        }),
        case("head-many-cookies", "a thousand cookies open nothing and break nothing", |it: It| async move {
            let cookies: Vec<String> = (0..1000).map(|n| format!("chasqui_session=x{n}")).collect();
            let reply = answered(
                &it,
                format!(
                    "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {}\r\n\r\n",
                    cookies.join("; ")
                ),
            )
            .await?;
            ensure!(reply.status().is_some_and(|it| (400..500).contains(&it)), "{}", reply.text());
            Ok(())
        }),
        case(
            "head-bare-lf",
            "a head that ends its lines with a bare LF is one request, whatever is made of it",
            |it: It| async move {
                let reply =
                    answered(&it, "GET /healthz HTTP/1.1\nHost: x\nContent-Length: 0\n\n".into()).await?;
                ensure!(reply.statuses().len() <= 1, "{}", reply.text());
                Ok(())
            },
        ),
        case("method-trace", "TRACE repeats nothing of a request", |it: It| async move {
            let reply = answered(&it, "TRACE /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: chasqui_session=CANARY\r\n\r\n".into()).await?;
            ensure!(reply.status() != Some(200) && !reply.text().contains("CANARY"), "{}", reply.text());
            Ok(())
        }),
        case("method-connect", "CONNECT makes no proxy of the server", |it: It| async move {
            let reply =
                answered(&it, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n".into())
                    .await?;
            ensure!(reply.status().is_none_or(|it| it >= 400), "{}", reply.text());
            Ok(())
        }),
        case("method-made-up", "a made-up method is refused on every route", |it: It| async move {
            for path in ["/", "/healthz", "/api/v1/me", "/webhooks/whatsapp/x"] {
                let reply =
                    answered(&it, format!("BREW {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                        .await?;
                ensure!(
                    reply.status().is_some_and(|it| (400..500).contains(&it)),
                    "{path}: {}",
                    reply.text()
                );
            }
            Ok(())
        }),
        case("method-override", "a header does not turn one method into another", |it: It| async move {
            let bot = it.draft(&it.ana, crate::bots::echo()).await?;
            let request = it.request_of(&it.ana, reqwest::Method::GET, &format!("/bots/{bot}"));
            it.send(request.header("x-http-method-override", "DELETE").header("x-method-override", "DELETE"))
                .await?
                .is(&[200])?;
            it.get(&it.ana, &format!("/bots/{bot}")).await?.is(&[200])
        }),
        case(
            "absolute-address",
            "an address with another host in it reaches no other host",
            |it: It| async move {
                let reply = answered(&it, "GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into()).await?;
                ensure!(!reply.text().contains("ami-id"), "{}", reply.text());
                Ok(())
            },
        ),
        case("path-traversal", "no path leads out of the pages' folder", |it: It| async move {
            for path in [
                "/../../../../etc/passwd",
                "/assets/../../../etc/passwd",
                "/assets/..%2f..%2f..%2fetc%2fpasswd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "//etc/passwd",
                "/assets/%00/etc/passwd",
                "/..\\..\\etc\\passwd",
                "/api/v1/media/..%2f..%2fchasqui.db",
                "/files/..%2f..%2fchasqui.key",
            ] {
                let reply =
                    answered(&it, format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                        .await?;
                ensure!(
                    !reply.text().contains("root:x:0") && !reply.text().contains("SQLite format"),
                    "{path}"
                );
            }
            Ok(())
        }),
        case(
            "pipelined",
            "a hundred requests in one piece are answered one by one and in order",
            |it: It| async move {
                let mut wire = Wire::open(it.address).await?;
                let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
                wire.send(format!("{}{last}", SECOND.repeat(99))).await?;
                let reply = wire.read(Duration::from_secs(10)).await;
                ensure!(reply.statuses() == vec![200; 100], "{} answers", reply.statuses().len());
                Ok(())
            },
        ),
        case(
            "expect-continue",
            "a body that is announced and never sent holds nothing up",
            |it: It| async move {
                let mut wires = Vec::new();
                for _ in 0..50 {
                    let mut wire = Wire::open(it.address).await?;
                    wire.send("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\nExpect: 100-continue\r\n\r\n").await?;
                    wires.push(wire);
                }
                it.is_well().await
            },
        ),
    ]
}

pub fn class() -> Class {
    let mut cases = smuggled();
    cases.extend(others());
    of("heads", "Requests inside of requests, odd and huge heads, other protocols, other methods.", cases)
}

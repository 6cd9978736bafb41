//! Services that bots call and that answer with malice: nothing of it fills memory, hangs a conversation, or takes a key to
//! somebody else.

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use crate::bots::{echo, flow, hears};
use crate::case::{Case, Class, It, case, class as of};
use crate::server::Options;
use crate::service::{Reply, Service};

/// What the answers may make the server grow by, in MiB.
const MOST: u64 = 80;

type Serving = std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// A server that does as it likes with each connection.
async fn wicked(serve: fn(TcpStream) -> Serving) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 16_384];
                let _ = timeout(Duration::from_secs(5), stream.read(&mut head)).await;
                let _ = serve(stream).await;
            });
        }
    });
    Ok(url)
}

/// The node ends within its time, others are answered meanwhile, and memory stays.
async fn endures(it: &It, url: &str) -> Result<()> {
    let call = json!({ "id": "call", "type": "api_request", "url": url, "timeout_seconds": 4, "ports": { "status:200": "fine", "default": "fine", "error": "trouble" } });
    let which = json!({ "id": "which", "type": "formula", "mode": "true_false", "expression": "IsEqual(message.text, \"call\")", "ports": { "true": "call", "false": "quick" } });
    let quick = json!({ "id": "quick", "type": "end", "text": "Quick." });
    it.number(flow(json!({}), vec![which, call, quick])).await?;
    let before = it.resident().await?;
    let callers: Vec<_> = (0..8).map(|n| it.contact(&format!("Caller {n}"))).collect::<Result<_>>()?;
    for caller in &callers {
        caller.says("call").map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    hears(&it.contact("Quick")?, "hi", "Quick.").await?;
    let began = Instant::now();
    let mut most = before;
    while began.elapsed() < Duration::from_secs(14) {
        most = most.max(it.resident().await?);
        if callers.iter().all(|caller| !caller.seen().is_empty()) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    for caller in &callers {
        let heard = crate::bots::next(caller).await?;
        ensure!(heard == "Trouble." || heard == "Fine.", "{heard}");
    }
    ensure!(most < before + MOST, "grew from {before} to {most} MiB");
    Ok(())
}

fn answers(name: &'static str, shows: &'static str, serve: fn(TcpStream) -> Serving) -> Case {
    case(
        format!("service-{name}"),
        format!("a service that answers with {shows} ends one node, and holds nobody else up"),
        move |it: It| async move {
            let url = wicked(serve).await?;
            endures(&it, &url).await
        },
    )
}

/// A gzip stream of zeros: 13 bits for each 258 of them.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3];
    let (mut bits, mut count) = (0_u64, 0_u32);
    let put = |value: u64, length: u32, out: &mut Vec<u8>, bits: &mut u64, count: &mut u32| {
        *bits |= value << *count;
        *count += length;
        while *count >= 8 {
            out.push(u8::try_from(*bits & 0xff).unwrap_or(0));
            *bits >>= 8;
            *count -= 8;
        }
    };
    // One block with fixed codes: a zero, then copies of it of length 258 at distance 1.
    put(0b011, 3, &mut out, &mut bits, &mut count);
    put(0b0000_1100, 8, &mut out, &mut bits, &mut count);
    for _ in 0..megabytes * 1024 * 1024 / 258 {
        put(0b1010_0011, 8, &mut out, &mut bits, &mut count);
        put(0, 5, &mut out, &mut bits, &mut count);
    }
    put(0, 7, &mut out, &mut bits, &mut count);
    put(0, 8, &mut out, &mut bits, &mut count);
    out
}

const OK: &str = "HTTP/1.1 200 OK\r\n";

fn malice() -> Vec<Case> {
    vec![
        answers("gzip-bomb", "300 megabytes in two megabytes of gzip", |mut stream| {
            Box::pin(async move {
                let zip = bomb(300);
                stream.write_all(format!("{OK}Content-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", zip.len()).as_bytes()).await?;
                stream.write_all(&zip).await
            })
        }),
        answers("endless-body", "a body without an end", |mut stream| {
            Box::pin(async move {
                stream.write_all(format!("{OK}Content-Type: text/plain\r\n\r\n").as_bytes()).await?;
                let piece = vec![b'x'; 65_536];
                loop {
                    stream.write_all(&piece).await?;
                }
            })
        }),
        answers("endless-chunks", "chunks without an end", |mut stream| {
            Box::pin(async move {
                stream.write_all(format!("{OK}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await?;
                loop {
                    stream.write_all(b"5\r\nhello\r\n").await?;
                }
            })
        }),
        answers("dripped-body", "a body that comes letter by letter", |mut stream| {
            Box::pin(async move {
                stream.write_all(format!("{OK}Content-Length: 100000\r\n\r\n").as_bytes()).await?;
                loop {
                    stream.write_all(b"x").await?;
                    sleep(Duration::from_millis(300)).await;
                }
            })
        }),
        answers("endless-head", "a head without an end", |mut stream| {
            Box::pin(async move {
                stream.write_all(OK.as_bytes()).await?;
                let line = format!("X-Long: {}\r\n", "x".repeat(1000));
                loop {
                    stream.write_all(line.as_bytes()).await?;
                }
            })
        }),
        answers("dripped-head", "a head that comes letter by letter", |mut stream| {
            Box::pin(async move {
                stream.write_all(OK.as_bytes()).await?;
                loop {
                    stream.write_all(b"X").await?;
                    sleep(Duration::from_millis(300)).await;
                }
            })
        }),
        answers("many-headers", "5,000 header lines", |mut stream| {
            Box::pin(async move {
                let lines: String = (0..5000).map(|n| format!("X-{n}: y\r\n")).collect();
                stream.write_all(format!("{OK}{lines}Content-Length: 2\r\n\r\n{{}}").as_bytes()).await
            })
        }),
        answers("silence", "nothing at all", |stream| {
            Box::pin(async move {
                sleep(Duration::from_mins(1)).await;
                drop(stream);
                Ok(())
            })
        }),
        answers("closing", "the end of the connection", |stream| {
            Box::pin(async move {
                drop(stream);
                Ok(())
            })
        }),
        answers("garbage", "bytes that are no HTTP", |mut stream| {
            Box::pin(async move { stream.write_all(&[0x16, 3, 1, 0, 255, 254, 0, 0]).await })
        }),
        answers("early-hints", "interim answers without an end", |mut stream| {
            Box::pin(async move {
                loop {
                    stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n").await?;
                }
            })
        })
        // How many heads a second are read is a matter of the build.
        .long(),
        answers("half-body", "less than it announced", |mut stream| {
            Box::pin(async move {
                stream.write_all(format!("{OK}Content-Length: 5000\r\n\r\n{{\"a\":").as_bytes()).await
            })
        }),
        answers("huge-length", "a length of 18 exabytes", |mut stream| {
            Box::pin(async move {
                stream
                    .write_all(format!("{OK}Content-Length: 18446744073709551615\r\n\r\n{{}}").as_bytes())
                    .await?;
                sleep(Duration::from_secs(10)).await;
                Ok(())
            })
        }),
        answers("deep-json", "JSON nested 100,000 deep", |mut stream| {
            Box::pin(async move {
                let body = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
                stream
                    .write_all(
                        format!(
                            "{OK}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                            body.len()
                        )
                        .as_bytes(),
                    )
                    .await
            })
        }),
        answers("large-json", "JSON of 900,000 small items", |mut stream| {
            Box::pin(async move {
                let body = format!("[{}1]", "1,".repeat(450_000));
                stream
                    .write_all(
                        format!(
                            "{OK}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                            body.len()
                        )
                        .as_bytes(),
                    )
                    .await
            })
        }),
        answers("odd-status", "a status that is not there", |mut stream| {
            Box::pin(
                async move { stream.write_all(b"HTTP/1.1 999 Nonsense\r\nContent-Length: 0\r\n\r\n").await },
            )
        }),
        answers("odd-charset", "a character set that is not there", |mut stream| {
            Box::pin(async move {
                stream.write_all(format!("{OK}Content-Type: text/plain; charset=klingon\r\nContent-Length: 4\r\n\r\n\u{00ff}\u{00fe}").as_bytes()).await
            })
        }),
    ]
}

/// What arrived elsewhere after a redirect.
async fn redirected(
    it: &It,
    from: fn(String) -> Reply,
    node: fn(&str) -> Value,
) -> Result<Vec<crate::service::Asked>> {
    let other = Service::start(|_| Reply::Json(200, json!({}))).await;
    let to = format!("{}/elsewhere", other.url);
    let first = Service::start(move |_| from(to.clone())).await;
    let bot = it.draft(&it.ana, echo()).await?;
    it.post(&it.ana, &format!("/bots/{bot}/request"), json!({ "node": node(&first.url), "send": true }))
        .await?
        .is(&[200])?;
    ensure!(!first.asked().is_empty(), "the first service was not asked");
    Ok(other.asked())
}

fn redirect(name: &'static str, shows: &'static str, header: &'static str, value: &'static str) -> Case {
    case(
        format!("redirect-{name}"),
        format!("{shows} is not taken along to another origin"),
        move |it: It| async move {
            let other = Service::start(|_| Reply::Json(200, json!({}))).await;
            let to = format!("{}/elsewhere", other.url);
            let first = Service::start(move |_| Reply::Redirect(to.clone())).await;
            let bot = it.draft(&it.ana, echo()).await?;
            let node = json!({ "id": "call", "type": "api_request", "url": first.url, "headers": { header: value } });
            it.post(&it.ana, &format!("/bots/{bot}/request"), json!({ "node": node, "send": true }))
                .await?
                .is(&[200])?;
            ensure!(
                first.asked().iter().any(|it| it.header(header) == value),
                "the first service got no key"
            );
            for asked in other.asked() {
                ensure!(
                    !format!("{:?} {}", asked.headers, asked.path).contains(value),
                    "it was taken along: {:?}",
                    asked.headers
                );
            }
            Ok(())
        },
    )
}

fn redirects() -> Vec<Case> {
    vec![
        redirect("authorization", "an Authorization header", "authorization", "Bearer KEY-CANARY"),
        redirect("cookie", "a cookie", "cookie", "session=KEY-CANARY"),
        redirect("x-api-key", "an X-Api-Key", "x-api-key", "KEY-CANARY"),
        redirect("api-key", "an api-key", "api-key", "KEY-CANARY"),
        redirect("own-header", "a key in a header of the service's own", "x-shop-secret", "KEY-CANARY"),
        redirect("x-auth-token", "an X-Auth-Token", "X-Auth-Token", "KEY-CANARY"),
        case(
            "redirect-body",
            "a body with a key is not taken along to another origin",
            |it: It| async move {
                let asked = redirected(&it, Reply::Redirect, |url| json!({ "id": "call", "type": "api_request", "method": "POST", "url": url, "body": { "json": { "key": "KEY-CANARY" } } })).await?;
                for asked in asked {
                    ensure!(!asked.text().contains("KEY-CANARY"), "it was taken along");
                }
                Ok(())
            },
        ),
        case("redirect-circle", "redirects in a circle end", |it: It| async move {
            let url = wicked(|mut stream| {
                Box::pin(async move {
                    stream
                        .write_all(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
                        .await
                })
            })
            .await?;
            endures(&it, &url).await
        }),
        case("redirect-file", "a redirect to a file of the machine leads nowhere", |it: It| async move {
            let first = Service::start(|_| Reply::Redirect("file:///etc/passwd".into())).await;
            let bot = it.draft(&it.ana, echo()).await?;
            let node = json!({ "id": "call", "type": "api_request", "url": first.url });
            let tried = it
                .post(&it.ana, &format!("/bots/{bot}/request"), json!({ "node": node, "send": true }))
                .await?;
            ensure!(!tried.text.contains("root:x"), "{}", tried.short());
            Ok(())
        }),
    ]
}

/// A connection that was given a key, and leads elsewhere afterwards.
fn moved(name: &'static str, kind: &'static str, settings: fn(&str) -> Value) -> Case {
    case(
        format!("key-stays-{name}"),
        format!(
            "the key of a connection of the kind {kind} is not sent to another address that it is given later"
        ),
        move |it: It| async move {
            let first = Service::start(|_| Reply::Json(200, json!({}))).await;
            let evil = Service::start(|_| Reply::Json(200, json!({}))).await;
            let form = json!({ "name": format!("Moved {name}"), "kind": kind, "settings": settings(&first.url), "secret": "sk-KEY-CANARY-123456" });
            let made = it.post(&it.ana, "/connections", form).await?;
            made.is(&[201])?;
            let id = made.id()?;
            let changed = it
                .call(
                    &it.ana,
                    Method::PATCH,
                    &format!("/connections/{id}"),
                    json!({ "settings": settings(&evil.url) }),
                )
                .await?;
            if changed.status == 200 {
                it.post(&it.ana, &format!("/connections/{id}/check"), json!({})).await?;
            } else {
                changed.is(&[422])?;
                ensure!(
                    changed.text.contains("secret"),
                    "it does not say what is asked for: {}",
                    changed.short()
                );
            }
            for asked in evil.asked() {
                let all = format!("{:?} {} {}", asked.headers, asked.path, asked.text());
                ensure!(!all.contains("KEY-CANARY"), "the key went along");
            }
            Ok(())
        },
    )
}

pub fn class() -> Class {
    let mut cases = malice();
    cases.extend(redirects());
    cases.extend([
        moved("openai", "openai", |url| json!({ "base_url": format!("{url}/v1") })),
        moved("anthropic", "anthropic", |url| json!({ "base_url": url })),
        moved("gemini", "gemini", |url| json!({ "base_url": url })),
        moved("postmark", "postmark", |url| json!({ "from": "a@example.com", "base_url": url })),
    ]);
    of(
        "services that bots call",
        "Answers that are too large, too slow or no answers, and keys that must not travel.",
        cases,
    )
    .on(Options::default().with(&["--allow-private-networks"]))
}

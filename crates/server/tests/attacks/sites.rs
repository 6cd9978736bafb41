//! Other sites in the browser of somebody who is logged in.

use anyhow::ensure;
use reqwest::Method;
use serde_json::json;

use crate::bots::says;
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::{EMAIL, PASSWORD};

/// What another site's page can make a browser send with our cookie.
fn forged(name: &'static str, shows: &'static str, headers: &'static [(&'static str, &'static str)]) -> Case {
    case(
        format!("site-{name}"),
        format!("a request {shows} changes nothing with the cookie of who is logged in"),
        move |it: It| async move {
            let ana = it.log_in(EMAIL, PASSWORD).await?;
            let bot = it.draft(&it.ana, says("x")).await?;
            let tries = [
                (Method::POST, "/bots".to_owned(), json!({ "name": "Forged" })),
                (Method::POST, "/api_tokens".to_owned(), json!({ "name": "Forged", "role": "owner" })),
                (Method::DELETE, format!("/bots/{bot}"), json!({})),
                (Method::PATCH, "/me".to_owned(), json!({ "name": "Forged" })),
                (Method::POST, "/session/account".to_owned(), json!({ "account_id": "acc_x" })),
                (Method::POST, format!("/bots/{bot}/publish"), json!({})),
            ];
            for (method, path, body) in tries {
                let mut request = it.request_of(&ana, method.clone(), &path);
                let mut body = body.to_string();
                for (name, value) in headers {
                    request = request.header(*name, *value);
                    if *name == "content-type" && value.contains("form") {
                        body = "name=Forged".into();
                    }
                }
                if !headers.iter().any(|(name, _)| *name == "content-type") {
                    request = request.header("content-type", "application/json");
                }
                let answer = it.send(request.body(body)).await?;
                ensure!(
                    matches!(answer.status, 400 | 403 | 415),
                    "{method} {path} is answered {}: {}",
                    answer.status,
                    answer.short()
                );
            }
            let bots = it.get(&it.ana, "/bots?limit=200").await?;
            ensure!(!bots.text.contains("Forged"), "a bot was made");
            it.get(&it.ana, &format!("/bots/{bot}")).await?.is(&[200])
        },
    )
}

fn shapes() -> Vec<Case> {
    vec![
        forged("cross-site", "that a browser marks as cross-site", &[("sec-fetch-site", "cross-site")]),
        forged("same-site", "of a neighbouring host of the same site", &[("sec-fetch-site", "same-site")]),
        forged(
            "cross-site-own-origin",
            "marked cross-site that names our origin",
            &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1")],
        ),
        forged("odd-mark", "with a mark that no browser sends", &[("sec-fetch-site", "SAME-ORIGIN ")]),
        forged("origin", "of another origin", &[("origin", "https://evil.example")]),
        forged("origin-null", "of a page without an origin", &[("origin", "null")]),
        forged(
            "origin-prefix",
            "of an origin that begins as ours",
            &[("origin", "http://127.0.0.1.evil.example")],
        ),
        forged("origin-port", "of our host on another port", &[("origin", "http://127.0.0.1:1")]),
        forged("origin-empty", "with an empty origin", &[("origin", "")]),
        forged(
            "origin-user",
            "whose origin has our host as its user",
            &[("origin", "http://127.0.0.1@evil.example")],
        ),
        forged(
            "text",
            "of a form that sends plain text from elsewhere",
            &[("content-type", "text/plain"), ("origin", "https://evil.example")],
        ),
        forged(
            "form",
            "of a form from elsewhere",
            &[("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")],
        ),
        forged(
            "multipart",
            "of a form with files from elsewhere",
            &[("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "cross-site")],
        ),
    ]
}

pub fn class() -> Class {
    let mut cases = shapes();
    cases.extend([
        case("site-text-plain", "a body that does not say that it is JSON is refused also without any mark of a browser", |it: It| async move {
            let ana = it.log_in(EMAIL, PASSWORD).await?;
            let bot = it.draft(&it.ana, says("x")).await?;
            for path in ["/bots".to_owned(), format!("/bots/{bot}/copy"), format!("/bots/{bot}/validate"), format!("/bots/{bot}/test_sessions")] {
                let request = it.request_of(&ana, Method::POST, &path).header("content-type", "text/plain").body(r#"{"name":"Forged"}"#);
                let answer = it.send(request).await?;
                ensure!(answer.status == 415, "{path} is answered {}", answer.status);
            }
            Ok(())
        }),
        case("site-log-in", "another site cannot log somebody in", |it: It| async move {
            let request = it.request(Method::POST, "/session").header("origin", "https://evil.example").json(&json!({ "email": EMAIL, "password": PASSWORD }));
            let answer = it.send(request).await?;
            answer.is(&[403])?;
            ensure!(answer.headers.get("set-cookie").is_none(), "a cookie was set");
            Ok(())
        }),
        case("site-log-out", "another site cannot log somebody out", |it: It| async move {
            let ana = it.log_in(EMAIL, PASSWORD).await?;
            it.send(it.request_of(&ana, Method::DELETE, "/session").header("sec-fetch-site", "cross-site")).await?.is(&[403])?;
            it.get(&ana, "/me").await?.is(&[200])
        }),
        case("site-cors", "no other origin may read answers", |it: It| async move {
            for origin in ["https://evil.example", "null", "http://127.0.0.1"] {
                for (method, path) in [(Method::GET, "/me"), (Method::OPTIONS, "/bots"), (Method::OPTIONS, "/api_tokens"), (Method::GET, "/stream?x")] {
                    let request = it.request_of(&it.ana, method, path).header("origin", origin).header("access-control-request-method", "POST")
                        .header("access-control-request-headers", "content-type,authorization");
                    let answer = request.send().await?;
                    ensure!(answer.headers().get("access-control-allow-origin").is_none(), "{path} may be read by {origin}");
                    ensure!(answer.headers().get("access-control-allow-credentials").is_none(), "{path}");
                }
            }
            Ok(())
        }),
        case("site-get-changes-nothing", "no address changes anything when it is only fetched", |it: It| async move {
            let bot = it.draft(&it.ana, says("x")).await?;
            let ana = it.log_in(EMAIL, PASSWORD).await?;
            for path in [format!("/bots/{bot}/publish"), "/session/account".into(), format!("/bots/{bot}/copy"), "/setup?code=x".into()] {
                let answer = it.get(&ana, &path).await?;
                ensure!(answer.status == 405 || answer.status == 404 || path.starts_with("/setup"), "{path} is answered {}", answer.status);
            }
            ensure!(it.get(&it.ana, &format!("/bots/{bot}")).await?.body["version"].is_null(), "it was published");
            Ok(())
        }),
        case("site-cookie", "the cookie of a session is for the server only, and not sent along by other sites", |it: It| async move {
            let entered = it.try_log_in(EMAIL, PASSWORD).await?;
            let cookie = entered.header("set-cookie").to_owned();
            ensure!(cookie.contains("HttpOnly") && (cookie.contains("SameSite=Lax") || cookie.contains("SameSite=Strict")), "{}", cookie.split('=').next().unwrap_or_default());
            ensure!(cookie.contains("Path=/") && !cookie.to_ascii_lowercase().contains("domain="), "for other hosts too");
            Ok(())
        }),
        case("site-log-out-clears", "logging out clears what the browser kept", |it: It| async move {
            let ana = it.log_in(EMAIL, PASSWORD).await?;
            let out = it.call(&ana, Method::DELETE, "/session", json!({})).await?;
            out.is(&[204])?;
            ensure!(out.header("set-cookie").contains("Max-Age=0"), "the cookie stays");
            ensure!(out.header("clear-site-data").contains("cache"), "Clear-Site-Data is {:?}", out.header("clear-site-data"));
            it.get(&ana, "/me").await?.is(&[401])
        }),
        case("site-answers-not-kept", "what the API says is kept by no cache", |it: It| async move {
            for path in ["/me", "/contacts", "/api_tokens"] {
                let answer = it.get(&it.ana, path).await?;
                ensure!(answer.header("cache-control").contains("no-store"), "{path}: {}", answer.header("cache-control"));
            }
            Ok(())
        }),
        case("site-referrer", "no address of a page is told to other sites", |it: It| async move {
            for path in ["/", "/invitation", "/reset"] {
                let page = it.send(it.http.get(format!("{}{path}", it.url))).await?;
                ensure!(matches!(page.header("referrer-policy"), "same-origin" | "no-referrer" | "strict-origin"), "{path}: {}", page.header("referrer-policy"));
            }
            Ok(())
        }),
        case("site-host", "a made-up Host does not lead invitations to another site", |it: It| async move {
            let request = it.request_of(&it.ana, Method::POST, "/invitations").header("host", "evil.example").header("x-forwarded-host", "evil.example");
            let made = it.send(request.json(&json!({ "email": "host@example.com", "role": "viewer" }))).await?;
            ensure!(!made.text.contains("evil.example"), "{}", made.short());
            Ok(())
        }),
        case("site-websocket", "an upgrade to another protocol is not taken", |it: It| async move {
            let head = format!("GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: https://evil.example\r\n{}: {}\r\n\r\n", it.ana.header.0, it.ana.header.1);
            let mut wire = crate::wire::Wire::open(it.address).await?;
            wire.send(head).await?;
            let reply = wire.head(std::time::Duration::from_secs(3)).await;
            ensure!(reply.status() != Some(101), "upgraded");
            Ok(())
        }),
        case("site-over-tls", "under https the cookie is bound to the host and browsers are told to stay with https", |it: It| async move {
            let options = crate::server::Options::default().with(&["--public-url", "https://bots.example.com"]);
            let other = Box::pin(crate::ground::Ground::open(&it.binary, &options)).await?;
            let entered = other.try_log_in(EMAIL, PASSWORD).await?;
            let cookie = entered.header("set-cookie").to_owned();
            ensure!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{}", cookie.split('=').next().unwrap_or_default());
            let page = other.send(other.http.get(format!("{}/", other.url))).await?;
            ensure!(page.header("strict-transport-security").contains("max-age="), "no HSTS");
            Ok(())
        }),
    ]);
    of("cross-site", "What other sites can make the browser of somebody do who is logged in.", cases)
}

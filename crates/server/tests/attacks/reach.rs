//! Where bots may call: nothing of the machine, its network or a cloud's inside is reached by any spelling of an address.

use anyhow::ensure;
use reqwest::Method;
use serde_json::json;

use crate::bots::{echo, flow, hears};
use crate::case::{Case, Class, It, case, class as of};
use crate::service::{Reply, Service};

/// A service on this machine that nobody may reach.
async fn inside() -> (Service, String) {
    let service = Service::start(|_| Reply::Json(200, json!({ "secret": "INSIDE" }))).await;
    let port = service.url.rsplit(':').next().unwrap_or_default().to_owned();
    (service, port)
}

/// An address, tried in the builder and on a real number. `PORT` is where the service is.
fn address(name: &'static str, url: &'static str) -> Case {
    case(
        format!("reach-{name}"),
        format!("a bot that calls `{url}` reaches nothing"),
        move |it: It| async move {
            let (service, port) = inside().await;
            let url = url.replace("PORT", &port);
            let bot = it.draft(&it.ana, echo()).await?;
            let node = json!({ "id": "call", "type": "api_request", "url": url, "timeout_seconds": 3 });
            let tried = it
                .post(&it.ana, &format!("/bots/{bot}/request"), json!({ "node": node, "send": true }))
                .await?;
            ensure!(matches!(tried.status, 200 | 400 | 422), "answered {}: {}", tried.status, tried.short());
            ensure!(
                tried.status != 200 || !tried.body["error"].is_null(),
                "an answer came: {}",
                tried.short()
            );
            ensure!(!tried.text.contains("INSIDE"), "the answer is shown");
            ensure!(service.asked().is_empty(), "the service was asked");
            Ok(())
        },
    )
}

fn addresses() -> Vec<Case> {
    [
        ("plain", "http://127.0.0.1:PORT/"),
        ("name", "http://localhost:PORT/"),
        ("name-dot", "http://localhost.:PORT/"),
        ("name-capitals", "http://LocalHost:PORT/"),
        ("name-below", "http://a.localhost:PORT/"),
        ("name-ip6", "http://ip6-localhost:PORT/"),
        ("zero", "http://0.0.0.0:PORT/"),
        ("zero-short", "http://0:PORT/"),
        ("short", "http://127.1:PORT/"),
        ("other-loopback", "http://127.255.255.254:PORT/"),
        ("decimal", "http://2130706433:PORT/"),
        ("octal", "http://0177.0.0.1:PORT/"),
        ("octal-whole", "http://017700000001:PORT/"),
        ("hexadecimal", "http://0x7f000001:PORT/"),
        ("hexadecimal-parts", "http://0x7f.0x0.0x0.0x1:PORT/"),
        ("mixed", "http://0x7f.1:PORT/"),
        ("full-width", "http://１２７.０.０.１:PORT/"),
        ("circled", "http://①②⑦.⓪.⓪.①:PORT/"),
        ("full-width-dots", "http://127。0。0。1:PORT/"),
        ("percent", "http://%31%32%37.0.0.1:PORT/"),
        ("soft-hyphen", "http://local\u{ad}host:PORT/"),
        ("ipv6", "http://[::1]:PORT/"),
        ("ipv6-whole", "http://[0:0:0:0:0:0:0:1]:PORT/"),
        ("ipv6-nothing", "http://[::]:PORT/"),
        ("ipv6-mapped", "http://[::ffff:127.0.0.1]:PORT/"),
        ("ipv6-mapped-hex", "http://[::ffff:7f00:1]:PORT/"),
        ("ipv6-compatible", "http://[::127.0.0.1]:PORT/"),
        ("ipv6-nat64", "http://[64:ff9b::127.0.0.1]:PORT/"),
        ("ipv6-6to4", "http://[2002:7f00:1::]:PORT/"),
        ("ipv6-link", "http://[fe80::1]:PORT/"),
        ("ipv6-unique", "http://[fd00::1]:PORT/"),
        ("ipv6-zone", "http://[fe80::1%25lo]:PORT/"),
        ("user", "http://example.com@127.0.0.1:PORT/"),
        ("user-password", "http://example.com:80@127.0.0.1:PORT/"),
        ("backslash", "http://127.0.0.1:PORT\\@example.com/"),
        ("fragment", "http://127.0.0.1:PORT#@example.com/"),
        ("tab", "http://127.0.\t0.1:PORT/"),
        ("metadata", "http://169.254.169.254/latest/meta-data/"),
        ("metadata-decimal", "http://2852039166/latest/meta-data/"),
        ("metadata-ipv6", "http://[fd00:ec2::254]/latest/meta-data/"),
        ("metadata-name", "http://metadata.google.internal/computeMetadata/v1/"),
        ("private-10", "http://10.0.0.1/"),
        ("private-172", "http://172.16.0.1/"),
        ("private-192", "http://192.168.0.1/"),
        ("carrier", "http://100.64.0.1/"),
        ("multicast", "http://224.0.0.1/"),
        ("broadcast", "http://255.255.255.255/"),
        ("documentation", "http://192.0.2.1/"),
        ("benchmark", "http://198.18.0.1/"),
        ("scheme-file", "file:///etc/passwd"),
        ("scheme-ftp", "ftp://127.0.0.1:PORT/"),
        ("scheme-gopher", "gopher://127.0.0.1:PORT/_GET%20/"),
        ("scheme-data", "data:text/plain,INSIDE"),
        ("scheme-unix", "unix:/var/run/docker.sock"),
        ("scheme-none", "//127.0.0.1:PORT/"),
        ("scheme-script", "javascript:alert(1)"),
    ]
    .map(|(name, url)| address(name, url))
    .into()
}

/// A connection to a service inside: refused when it is made, or when it is used.
fn connection(name: &'static str, kind: &'static str, settings: fn(&str) -> serde_json::Value) -> Case {
    case(
        format!("reach-connection-{name}"),
        format!("a connection of the kind {kind} that leads inside reaches nothing"),
        move |it: It| async move {
            let (service, port) = inside().await;
            let form = json!({ "name": format!("Inside {name}"), "kind": kind, "settings": settings(&port), "secret": "sk-1234567890abcdef" });
            let made = it.post(&it.ana, "/connections", form).await?;
            if made.status == 201 {
                let checked =
                    it.post(&it.ana, &format!("/connections/{}/check", made.id()?), json!({})).await?;
                ensure!(checked.body["works"] != true, "it works: {}", checked.short());
            } else {
                made.is_refused()?;
            }
            ensure!(service.asked().is_empty(), "the service was asked: {:?}", service.asked());
            Ok(())
        },
    )
}

pub fn class() -> Class {
    let mut cases = addresses();
    cases.extend([
        connection("openai", "openai", |port| json!({ "base_url": format!("http://127.0.0.1:{port}/v1") })),
        connection("gemini", "gemini", |port| json!({ "base_url": format!("http://[::1]:{port}") })),
        connection("anthropic", "anthropic", |port| json!({ "base_url": format!("http://localhost:{port}") })),
        connection("postmark", "postmark", |port| json!({ "from": "a@example.com", "base_url": format!("http://2130706433:{port}") })),
        connection("smtp", "smtp", |port| json!({ "host": "localhost", "port": port.parse::<u16>().unwrap_or(25), "security": "none", "from": "a@example.com" })),
        case("reach-live", "on a real number a call to the inside takes the error port", |it: It| async move {
            let (service, _) = inside().await;
            let call = json!({ "id": "call", "type": "api_request", "url": format!("{}/{{message.text}}", service.url), "ports": { "next": "fine", "error": "trouble" } });
            it.number(flow(json!({}), vec![call])).await?;
            hears(&it.contact("Petra")?, "hi", "Trouble.").await?;
            ensure!(service.asked().is_empty(), "the service was asked");
            Ok(())
        }),
        case("reach-by-word", "a contact's words do not become the host of a call", |it: It| async move {
            let (service, port) = inside().await;
            let call = json!({ "id": "call", "type": "api_request", "url": "https://api.example.invalid{message.text}", "timeout_seconds": 3, "ports": { "next": "fine", "error": "trouble" } });
            let bot = it.draft(&it.ana, flow(json!({}), vec![call])).await?;
            let published = it.post(&it.ana, &format!("/bots/{bot}/publish"), json!({})).await?;
            if published.status != 200 {
                return published.is_refused();
            }
            let number = it.number(echo()).await?;
            it.call(&it.ana, Method::PATCH, &format!("/integrations/{}?check=false", number.integration), json!({ "bot_id": bot })).await?.is(&[200])?;
            hears(&it.contact("Petra")?, &format!("@127.0.0.1:{port}/"), "Trouble.").await?;
            ensure!(service.asked().is_empty(), "the service was asked");
            Ok(())
        }),
        case("reach-media", "a file by its address is not fetched from inside", |it: It| async move {
            let (service, _) = inside().await;
            let node = json!({ "id": "file", "type": "media", "kind": "image", "url": format!("{}/a.png", service.url), "ports": { "next": "fine", "error": "trouble" } });
            let bot = it.draft(&it.ana, flow(json!({}), vec![node])).await?;
            let published = it.post(&it.ana, &format!("/bots/{bot}/publish"), json!({})).await?;
            ensure!(published.status == 200 || (400..500).contains(&published.status), "{}", published.short());
            it.post(&it.ana, &format!("/bots/{bot}/test_sessions"), json!({})).await?;
            ensure!(service.asked().is_empty(), "the service was asked");
            Ok(())
        }),
        case("reach-test-chat", "a test chat with real calls reaches nothing inside", |it: It| async move {
            let (service, _) = inside().await;
            let call = json!({ "id": "call", "type": "api_request", "url": format!("{}/x", service.url), "ports": { "next": "fine", "error": "trouble" } });
            let bot = it.draft(&it.ana, flow(json!({}), vec![call])).await?;
            let session = it.post(&it.ana, &format!("/bots/{bot}/test_sessions"), json!({ "effects": { "usual": "real" } })).await?.id()?;
            let said = it.post(&it.ana, &format!("/test_sessions/{session}/messages"), json!({ "contact": "hi" })).await?;
            ensure!(!said.text.contains("INSIDE") && service.asked().is_empty(), "{}", said.short());
            Ok(())
        }),
        case("reach-own-figures", "a bot does not read the server's own figures", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            let node = json!({ "id": "call", "type": "api_request", "url": format!("{}/metrics", it.url) });
            let tried = it.post(&it.ana, &format!("/bots/{bot}/request"), json!({ "node": node, "send": true })).await?;
            ensure!(!tried.text.contains("chasqui_http"), "{}", tried.short());
            Ok(())
        }),
    ]);
    of(
        "reach of bots",
        "Addresses of this machine, its network and a cloud's inside, in every spelling, wherever a person can type one.",
        cases,
    )
}

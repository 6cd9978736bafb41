//! Memory that strangers could fill: whatever they send is bounded before it is kept.

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::bots::echo;
use crate::case::{Case, Class, It, case, class as of};
use crate::wire::Wire;

/// How many MiB the server may have grown by.
async fn grew(it: &It, before: u64, most: u64) -> Result<()> {
    let after = it.resident().await?;
    ensure!(after < before + most, "grew from {before} to {after} MiB");
    Ok(())
}

fn posted(
    name: &'static str,
    shows: &'static str,
    path: &'static str,
    make: fn(usize, String) -> serde_json::Value,
) -> Case {
    case(
        format!("memory-{name}"),
        format!("{shows} are refused at once, and nothing of them is kept"),
        move |it: It| async move {
            let before = it.resident().await?;
            for n in 0..25 {
                let body = make(n, "x".repeat(4 * 1024 * 1024));
                let began = Instant::now();
                let answer = it.send(it.request(Method::POST, path).json(&body)).await;
                // The server may close before it has read all of it.
                if let Ok(answer) = answer {
                    answer.is_refused()?;
                }
                let took = began.elapsed();
                ensure!(took < it.patience(Duration::from_secs(1)), "a refusal took {took:?}");
            }
            grew(&it, before, 60).await
        },
    )
}

/// Heads of bodies that never come as a whole, from many addresses.
async fn half_bodies(it: &It, head: &str, count: u8, size: usize) -> Result<Vec<Wire>> {
    let mut wires = Vec::new();
    let piece = vec![b' '; size];
    for n in 0..count {
        let from = std::net::Ipv4Addr::new(127, 7, 7, 1 + n % 100);
        let Ok(mut wire) = Wire::open_from(from.into(), it.address).await else { continue };
        if wire.send(head).await.is_ok() {
            // A server that reads no more is what is wanted.
            let _ = tokio::time::timeout(Duration::from_millis(300), wire.send(&piece)).await;
        }
        wires.push(wire);
    }
    Ok(wires)
}

pub fn class() -> Class {
    let cases = vec![
        posted("log-in-address", "log-ins with e-mail addresses of 4 MiB", "/session", |n, long| json!({ "email": format!("{n}{long}@example.com"), "password": "x" })),
        posted("log-in-password", "log-ins with passwords of 4 MiB", "/session", |n, long| json!({ "email": format!("a{n}@example.com"), "password": long })),
        posted("invitation", "invitations' secrets of 4 MiB", "/invitation/look", |n, long| json!({ "secret": format!("{n}{long}") })),
        posted("invitation-accept", "invitations taken up with names of 4 MiB", "/invitation/accept", |_, long| json!({ "secret": "x", "name": long, "password": "x" })),
        posted("reset", "password resets for addresses of 4 MiB", "/password_resets", |n, long| json!({ "email": format!("{n}{long}@example.com") })),
        posted("reset-finish", "reset links of 4 MiB", "/password_resets/finish", |n, long| json!({ "secret": format!("{n}{long}"), "password": "x" })),
        posted("setup", "set-up codes of 4 MiB", "/setup", |_, long| json!({ "code": long, "email": "a@b.c", "password": "x", "name": "x", "account": "x" })),
        case("memory-half-bodies", "100 bodies of strangers that stop after 4 MiB share a small budget", |it: It| async move {
            let before = it.resident().await?;
            let head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n";
            let wires = half_bodies(&it, head, 100, 4 * 1024 * 1024).await?;
            let grown = grew(&it, before, 120).await;
            drop(wires);
            grown
        }),
        case("memory-half-deliveries", "150 unsigned deliveries that stop after 2.9 MiB share a budget", |it: It| async move {
            let number = it.number(echo()).await?;
            let before = it.resident().await?;
            let head = format!("POST /webhooks/whatsapp/{} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=00\r\nContent-Length: 3000000\r\n\r\n", number.integration);
            let wires = half_bodies(&it, &head, 150, 2_900_000).await?;
            let grown = grew(&it, before, 250).await;
            drop(wires);
            grown
        }).long(),
        case("memory-unknown-webhook", "a delivery for a number that is not there is refused before its body is read", |it: It| async move {
            let mut wire = Wire::open(it.address).await?;
            wire.send("POST /webhooks/whatsapp/int_00000000000000000000000000000000 HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n").await?;
            let reply = wire.head(Duration::from_secs(3)).await;
            ensure!(reply.status() == Some(404), "{:?}", reply.text());
            Ok(())
        }),
        case("memory-methods", "two thousand made-up methods make no figures of their own", |it: It| async move {
            let mut wire = Wire::open(it.address).await?;
            for n in 0..2000 {
                if wire.send(format!("ZQ{n} /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n")).await.is_err() {
                    wire = Wire::open(it.address).await?;
                }
                wire.head(Duration::from_secs(5)).await;
            }
            let figures = it.send(it.http.get(format!("{}/metrics", it.url))).await?;
            ensure!(!figures.text.contains("ZQ1"), "made-up methods are labels");
            ensure!(figures.bytes.len() < 1_000_000, "{} bytes of figures", figures.bytes.len());
            Ok(())
        }),
        case("memory-paths", "two thousand made-up addresses make no figures of their own", |it: It| async move {
            for n in 0..2000 {
                it.http.get(format!("{}/api/v1/zq{n}", it.url)).send().await?;
            }
            let figures = it.send(it.http.get(format!("{}/metrics", it.url))).await?;
            ensure!(!figures.text.contains("zq1"), "made-up addresses are labels");
            Ok(())
        }),
        case("memory-webhook-ids", "a thousand made-up numbers make no figures and keep nothing", |it: It| async move {
            let before = it.resident().await?;
            for n in 0..1000 {
                let url = format!("{}/webhooks/whatsapp/int_{n:032x}", it.url);
                it.http.post(url).body("x".repeat(10_000)).send().await?;
            }
            let figures = it.send(it.http.get(format!("{}/metrics", it.url))).await?;
            ensure!(!figures.text.contains("int_0000"), "made-up numbers are labels");
            grew(&it, before, 60).await
        }),
        case("memory-tokens", "a thousand made-up tokens of 20 kB are refused, and nothing of them is kept", |it: It| async move {
            let before = it.resident().await?;
            for n in 0..1000 {
                let request = it.request(Method::GET, "/me").bearer_auth(format!("chq_{n}{}", "x".repeat(20_000)));
                it.send(request).await?.is(&[401, 431, 429, 400])?;
            }
            grew(&it, before, 60).await
        }),
        case("memory-keys-of-strangers", "Idempotency-Keys of strangers keep nothing", |it: It| async move {
            let before = it.resident().await?;
            for n in 0..1000 {
                let request = it.request(Method::POST, "/bots").header("idempotency-key", format!("key-{n}")).json(&json!({ "name": "x" }));
                it.send(request).await?.is(&[401])?;
            }
            grew(&it, before, 60).await
        }),
        case("memory-queries", "addresses with queries of 30 kB are answered or refused, and nothing of them is kept", |it: It| async move {
            let before = it.resident().await?;
            let long = "q".repeat(25_000);
            for n in 0..500 {
                let reply = it.http.get(format!("{}/?a{n}={long}", it.url)).send().await?;
                ensure!(reply.status().as_u16() < 500, "{}", reply.status());
            }
            grew(&it, before, 60).await
        }),
    ];
    of(
        "memory without a log-in",
        "Whatever strangers send is bounded before it is kept, hashed or counted.",
        cases,
    )
}

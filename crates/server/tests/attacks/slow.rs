//! Connections that are slow, greedy or many, and live streams of people who may not look any more. Meanwhile others are
//! served, and Meta first of all.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::bots::{echo, hears};
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::Person;
use crate::wire::Wire;

/// What a webhook's answer may take while others misbehave.
const ACKNOWLEDGED: Duration = Duration::from_secs(2);

/// Opens so many connections that begin like this, spread over addresses of this machine.
async fn many(it: &It, count: usize, addresses: u8, beginning: &[u8]) -> Result<Vec<Wire>> {
    let mut wires = Vec::with_capacity(count);
    for n in 0..count {
        let from = Ipv4Addr::new(127, 9, 9, 1 + u8::try_from(n % usize::from(addresses))?);
        // Beyond a limit the server may refuse: that is no failure of the attack.
        if let Ok(mut wire) = Wire::open_from(IpAddr::V4(from), it.address).await {
            let _ = wire.send(beginning).await;
            wires.push(wire);
        }
    }
    Ok(wires)
}

/// Meta's delivery is answered in time, and so is a page.
async fn is_served(it: &It) -> Result<()> {
    let number = it.number(echo()).await?;
    let began = Instant::now();
    let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    it.deliver(&number.callback, body).await?.is(&[200])?;
    let took = began.elapsed();
    ensure!(took < ACKNOWLEDGED, "a delivery was answered after {took:?}");
    hears(&it.contact("Petra")?, "hi", "echo hi").await?;
    it.is_well().await
}

async fn all_end(wires: Vec<Wire>, within: Duration) -> Result<()> {
    let deadline = Instant::now() + within;
    let count = wires.len();
    for (n, mut wire) in wires.into_iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        ensure!(
            wire.ends(left.max(Duration::from_millis(1))).await.is_some(),
            "{n} of {count} were cut off in {within:?}, and then one was not"
        );
    }
    Ok(())
}

fn slowness() -> Vec<Case> {
    let webhook = |it: &It, integration: &str, length: usize| {
        let _ = it;
        format!("POST /webhooks/whatsapp/{integration} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=00\r\nContent-Length: {length}\r\n\r\n{{\"obj").into_bytes()
    };
    vec![
        case(
            "slow-heads",
            "300 connections with half a head hold nobody up and are cut off",
            |it: It| async move {
                let wires =
                    many(&it, 300, 10, b"POST /webhooks/whatsapp/int_1 HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                        .await?;
                is_served(&it).await?;
                all_end(wires, Duration::from_secs(30)).await
            },
        ),
        case(
            "slow-heads-dripped",
            "a head that comes letter by letter is cut off all the same",
            |it: It| async move {
                let mut wire = Wire::open(it.address).await?;
                let began = Instant::now();
                while began.elapsed() < Duration::from_secs(40) {
                    if wire.send("X").await.is_err() || wire.ends(Duration::from_millis(400)).await.is_some()
                    {
                        return Ok(());
                    }
                }
                bail!("it was waited for longer than 40 s")
            },
        ),
        case(
            "slow-webhook-bodies",
            "300 deliveries that stop in the middle hold nobody up and are cut off",
            move |it: It| async move {
                let number = it.number(echo()).await?;
                let wires = many(&it, 300, 10, &webhook(&it, &number.integration, 50_000)).await?;
                is_served(&it).await?;
                all_end(wires, Duration::from_secs(40)).await
            },
        ),
        case(
            "slow-log-ins",
            "300 log-ins whose body never ends hold nobody up and are cut off",
            |it: It| async move {
                let wires = many(&it, 300, 10, b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{\"email\":").await?;
                is_served(&it).await?;
                all_end(wires, Duration::from_mins(1)).await
            },
        ),
        case(
            "idle-connections",
            "1,000 connections that say nothing hold nobody up and are cut off",
            |it: It| async move {
                let wires = many(&it, 1000, 40, b"").await?;
                is_served(&it).await?;
                all_end(wires, Duration::from_secs(40)).await
            },
        )
        .long(),
        case(
            "kept-connections",
            "300 connections that stay open after an answer hold nobody up and are cut off",
            |it: It| async move {
                let wires = many(&it, 300, 10, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await?;
                is_served(&it).await?;
                all_end(wires, Duration::from_mins(2)).await
            },
        )
        .long(),
        case("never-reading", "connections that ask and never read are cut off", |it: It| async move {
            let page = it.send(it.http.get(format!("{}/api/v1/openapi.json", it.url))).await?;
            let path = if page.status == 200 { "/api/v1/openapi.json" } else { "/openapi.json" };
            let before = descriptors(&it).await?;
            let mut wires = Vec::new();
            for _ in 0..100 {
                let mut wire = Wire::open_narrow(it.address).await?;
                let ask = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(20);
                let _ = tokio::time::timeout(Duration::from_secs(1), wire.send(ask)).await;
                wires.push(wire);
            }
            is_served(&it).await?;
            let began = Instant::now();
            while descriptors(&it).await? > before + 10 {
                ensure!(
                    began.elapsed() < Duration::from_secs(90),
                    "{} descriptors after 90 s, {before} before",
                    descriptors(&it).await?
                );
                sleep(Duration::from_millis(500)).await;
            }
            drop(wires);
            Ok(())
        })
        .long(),
        case(
            "all-places-taken",
            "with 5,000 connections from 50 addresses a delivery of Meta's is answered",
            |it: It| async move {
                let number = it.number(echo()).await?;
                more_descriptors()?;
                let wires = many(&it, 5000, 50, b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ").await?;
                let began = Instant::now();
                let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
                it.deliver(&number.callback, body).await?.is(&[200])?;
                let took = began.elapsed();
                ensure!(took < Duration::from_secs(5), "answered after {took:?}");
                drop(wires);
                Ok(())
            },
        )
        .long(),
        case("one-address-takes-all", "one address cannot take all connections", |it: It| async move {
            more_descriptors()?;
            let mut wires = Vec::new();
            for _ in 0..4500 {
                if let Ok(mut wire) =
                    Wire::open_from(IpAddr::V4(Ipv4Addr::new(127, 8, 8, 8)), it.address).await
                {
                    let _ = wire.send("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
                    wires.push(wire);
                }
            }
            is_served(&it).await?;
            drop(wires);
            Ok(())
        })
        .long(),
    ]
}

/// Open descriptors of the server.
async fn descriptors(it: &It) -> Result<usize> {
    Ok(std::fs::read_dir(format!("/proc/{}/fd", it.id().await?))?.count())
}

/// This program opens more connections than a shell usually allows.
fn more_descriptors() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .context("no more descriptors")
}

/// A live stream: open, or refused with this status.
async fn stream(it: &It, who: &Person) -> Result<Result<Wire, u16>> {
    let mut wire = Wire::open(it.address).await?;
    wire.send(format!(
        "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n{}: {}\r\nAccept: text/event-stream\r\n\r\n",
        who.header.0, who.header.1
    ))
    .await?;
    match wire.head(Duration::from_secs(5)).await.status() {
        Some(200) => Ok(Ok(wire)),
        Some(status) => Ok(Err(status)),
        None => Ok(Err(0)),
    }
}

/// A stream ends soon after this was done.
fn ends(
    name: &'static str,
    shows: &'static str,
    act: fn(It) -> std::pin::Pin<Box<dyn Future<Output = Result<(Person, Act)>>>>,
) -> Case {
    case(
        format!("stream-ends-{name}"),
        format!("a live stream ends within a second or so when {shows}"),
        move |it: It| async move {
            let (who, then) = act(std::sync::Arc::clone(&it)).await?;
            let mut wire =
                stream(&it, &who).await?.map_err(|status| anyhow::anyhow!("no stream: {status}"))?;
            ensure!(wire.ends(Duration::from_millis(300)).await.is_none(), "it ended before");
            then.await?;
            let said = wire.read(it.patience(Duration::from_secs(2)).min(Duration::from_secs(6))).await;
            // The connection may be kept for another request: then the last piece, which is empty, ends the stream.
            ensure!(
                said.is_closed || said.text().ends_with("\r\n0\r\n\r\n") || said.text() == "0\r\n\r\n",
                "it went on"
            );
            Ok(())
        },
    )
}

type Act = std::pin::Pin<Box<dyn Future<Output = Result<()>>>>;

fn streams() -> Vec<Case> {
    vec![
        ends("log-out", "the person logs out", |it| {
            Box::pin(async move {
                let who = it.log_in(crate::ground::EMAIL, crate::ground::PASSWORD).await?;
                let session = who.clone();
                let then: Act = Box::pin(async move {
                    it.call(&session, Method::DELETE, "/session", json!({})).await?.is(&[204])
                });
                Ok((who, then))
            })
        }),
        ends("removal", "the person is removed from the account", |it| {
            Box::pin(async move {
                let who = it.invited(&it.ana, "removed@example.com", "builder").await?;
                let then: Act = Box::pin(async move {
                    let id = user(&it, "removed@example.com").await?;
                    it.call(&it.ana, Method::DELETE, &format!("/users/{id}"), json!({})).await?.is(&[204])
                });
                Ok((who, then))
            })
        }),
        ends("token-deleted", "the token is deleted", |it| {
            Box::pin(async move {
                let made = it.post(&it.ana, "/api_tokens", json!({ "name": "t", "role": "viewer" })).await?;
                let who = Person::token(made.body["token"].as_str().context("no token")?);
                let id = made.id()?;
                let then: Act = Box::pin(async move {
                    it.call(&it.ana, Method::DELETE, &format!("/api_tokens/{id}"), json!({}))
                        .await?
                        .is(&[204])
                });
                Ok((who, then))
            })
        }),
        ends("password", "the person's other sessions end with a new password", |it| {
            Box::pin(async move {
                let one = it.invited(&it.ana, "changes@example.com", "viewer").await?;
                let who = it.log_in("changes@example.com", crate::ground::PASSWORD).await?;
                let then: Act = Box::pin(async move {
                    let body =
                        json!({ "current": crate::ground::PASSWORD, "password": "another horse battery" });
                    it.post(&one, "/me/password", body).await?.is(&[204])
                });
                Ok((who, then))
            })
        }),
        ends("token-expires", "the token's time is over", |it| {
            Box::pin(async move {
                let end = chasqui_model::Timestamp::from_seconds(it.meta.now().millis() / 1000 + 3);
                let made = it
                    .post(&it.ana, "/api_tokens", json!({ "name": "t", "role": "viewer", "expires_at": end }))
                    .await?;
                let who = Person::token(made.body["token"].as_str().with_context(|| made.short())?);
                let then: Act = Box::pin(async move {
                    sleep(Duration::from_secs(3)).await;
                    Ok(())
                });
                Ok((who, then))
            })
        }),
        case(
            "stream-flood",
            "one token opens so many live streams and no more, and others are served",
            |it: It| async move {
                let who = it.token_of(&it.ana, "viewer", &[]).await?;
                let mut open = Vec::new();
                let mut refused = None;
                for _ in 0..600 {
                    match stream(&it, &who).await? {
                        Ok(wire) => open.push(wire),
                        Err(status) => {
                            refused = Some(status);
                            break;
                        }
                    }
                }
                let refused =
                    refused.with_context(|| format!("{} streams of one token are open", open.len()))?;
                ensure!(refused == 429 || refused == 503, "refused with {refused}");
                ensure!(stream(&it, &it.ben).await?.is_ok(), "another account gets none");
                is_served(&it).await
            },
        ),
        case("stream-of-nobody", "a live stream without a log-in is refused", |it: It| async move {
            let found = stream(&it, &Person::token("chq_wrong")).await?;
            ensure!(found.err() == Some(401), "not refused");
            Ok(())
        }),
        case("stream-of-others", "a live stream tells nothing of another account", |it: It| async move {
            let mut wire =
                stream(&it, &it.ben).await?.map_err(|status| anyhow::anyhow!("no stream: {status}"))?;
            it.number(echo()).await?;
            hears(&it.contact("Petra")?, "hi", "echo hi").await?;
            let said = wire.read(Duration::from_millis(700)).await;
            ensure!(!said.text().contains("data:"), "{}", said.text());
            Ok(())
        }),
        case(
            "stream-never-read",
            "a live stream that is never read keeps nothing growing and nobody waiting",
            |it: It| async move {
                it.number(echo()).await?;
                let _narrow: Vec<_> = {
                    let mut wires = Vec::new();
                    for _ in 0..8 {
                        let mut wire = Wire::open_narrow(it.address).await?;
                        wire.send(format!(
                            "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n{}: {}\r\n\r\n",
                            it.ana.header.0, it.ana.header.1
                        ))
                        .await?;
                        wires.push(wire);
                    }
                    wires
                };
                let petra = it.contact("Petra")?;
                for n in 0..20 {
                    hears(&petra, &n.to_string(), &format!("echo {n}")).await?;
                }
                it.is_well().await
            },
        ),
    ]
}

/// The id of somebody of Ana's account.
pub async fn user(it: &It, email: &str) -> Result<String> {
    let all = it.get(&it.ana, "/users?limit=200").await?;
    let found = all.body["items"].as_array().into_iter().flatten().find(|it| it["email"] == email).cloned();
    found
        .and_then(|it| it["id"].as_str().map(str::to_owned))
        .with_context(|| format!("no {email} in {}", all.short()))
}

pub fn class() -> Class {
    let mut cases = slowness();
    cases.extend(streams());
    of(
        "slow and greedy connections",
        "Peers that send slowly, never read, or open whatever they can; streams of people who may not look any more.",
        cases,
    )
}

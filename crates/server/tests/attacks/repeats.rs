//! What is sent again: requests under a key, and deliveries that were there before.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bots::{delivery, echo, flow, hears, next, next_after_kill, silence, text};
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::{Answer, Person};

async fn keyed(it: &It, who: &Person, path: &str, key: &str, body: &Value) -> Result<Answer> {
    it.send(it.request_of(who, Method::POST, path).header("idempotency-key", key).json(body)).await
}

async fn bots(it: &It) -> Result<usize> {
    let mut count = 0;
    let mut path = "/bots?limit=200".to_owned();
    loop {
        let page = it.get(&it.ana, &path).await?;
        let items = page.body["items"].as_array().cloned().unwrap_or_default();
        count += items.len();
        match page.body["next"].as_str().or_else(|| page.body["after"].as_str()) {
            Some(after) if !items.is_empty() => path = format!("/bots?limit=200&after={after}"),
            _ => return Ok(count),
        }
    }
}

fn keys() -> Vec<Case> {
    vec![
        case("key-once", "a request that is repeated under its key is done once", |it: It| async move {
            let before = bots(&it).await?;
            let body = json!({ "name": "Once" });
            let first = keyed(&it, &it.ana, "/bots", "key-once", &body).await?;
            let again = keyed(&it, &it.ana, "/bots", "key-once", &body).await?;
            ensure!(first.id()? == again.id()? && bots(&it).await? == before + 1, "done twice");
            Ok(())
        }),
        case("key-at-once", "twenty requests under one key at once are done once", |it: It| async move {
            let before = bots(&it).await?;
            let body = json!({ "name": "At once" });
            let all = futures::future::join_all(
                (0..20).map(|_| keyed(&it, &it.ana, "/bots", "key-at-once", &body)),
            )
            .await;
            for answer in all {
                answer?.is(&[201, 409])?;
            }
            ensure!(bots(&it).await? == before + 1, "done {} times", bots(&it).await? - before);
            Ok(())
        }),
        case("key-other-body", "a key that was used with another request is refused", |it: It| async move {
            keyed(&it, &it.ana, "/bots", "key-other", &json!({ "name": "A" })).await?.is(&[201])?;
            keyed(&it, &it.ana, "/bots", "key-other", &json!({ "name": "B" })).await?.is(&[422, 409])?;
            keyed(&it, &it.ana, "/api_tokens", "key-other", &json!({ "name": "A" })).await?.is(&[422, 409])
        }),
        case("key-other-person", "a key answers no other person of the account", |it: It| async move {
            let body = json!({ "name": "secret", "role": "owner" });
            let made = keyed(&it, &it.ana, "/api_tokens", "key-person", &body).await?;
            let secret = made.body["token"].as_str().context("no token")?.to_owned();
            let other =
                it.token_of(&it.invited(&it.ana, "keyed@example.com", "admin").await?, "admin", &[]).await?;
            let found = keyed(&it, &other, "/api_tokens", "key-person", &body).await?;
            ensure!(!found.text.contains(&secret), "another person was answered with the token");
            Ok(())
        }),
        case("key-lost-rights", "a key answers nobody who may not ask any more", |it: It| async move {
            let adam = it.invited(&it.ana, "lost@example.com", "admin").await?;
            let token = it.token_of(&adam, "admin", &[]).await?;
            let body = json!({ "name": "Kept", "role": "viewer" });
            keyed(
                &it,
                &token,
                "/invitations",
                "key-lost",
                &json!({ "email": "guest@example.com", "role": "viewer" }),
            )
            .await?
            .is(&[201])?;
            let id = crate::slow::user(&it, "lost@example.com").await?;
            it.call(&it.ana, Method::PATCH, &format!("/users/{id}"), json!({ "role": "viewer" }))
                .await?
                .is(&[200])?;
            keyed(
                &it,
                &token,
                "/invitations",
                "key-lost",
                &json!({ "email": "guest@example.com", "role": "viewer" }),
            )
            .await?
            .is(&[403, 401])?;
            let _ = body;
            Ok(())
        }),
        case("key-long", "a key of 300 letters is refused", |it: It| async move {
            keyed(&it, &it.ana, "/bots", &"k".repeat(300), &json!({ "name": "x" })).await?.is(&[400])
        }),
        case("key-odd", "a key of odd bytes is refused", |it: It| async move {
            let request = it
                .request_of(&it.ana, Method::POST, "/bots")
                .header("idempotency-key", b"\xff\xfe".as_slice());
            it.send(request.json(&json!({ "name": "x" }))).await?.is(&[400])
        }),
        case(
            "key-after-kill",
            "a request is done once also when the server was killed after it",
            |it: It| async move {
                let body = json!({ "name": "Killed" });
                let before = bots(&it).await?;
                let first = keyed(&it, &it.ana, "/bots", "key-kill", &body).await?;
                it.kill_and_start().await?;
                let again = keyed(&it, &it.ana, "/bots", "key-kill", &body).await?;
                ensure!(first.id()? == again.id()? && bots(&it).await? == before + 1, "done twice");
                Ok(())
            },
        ),
        case("key-reads-keep-nothing", "keys of requests that only read keep nothing", |it: It| async move {
            let viewer = it.token_of(&it.ana, "viewer", &[]).await?;
            let bot = it.draft(&it.ana, echo()).await?;
            let size = || async {
                let mut size = 0;
                for name in ["chasqui.db", "chasqui.db-wal"] {
                    size += std::fs::metadata(it.home.path().join(name)).map_or(0, |it| it.len());
                }
                size
            };
            let path = format!("/bots/{bot}/validate");
            let nodes: Vec<Value> = (0..300).map(|n| json!({ "id": format!("n{n}"), "type": "question_text", "text": "{nobody}", "ports": { "next": "gone" } })).collect();
            let definition = json!({ "format": 1, "name": "x", "start": "n0", "nodes": nodes });
            for n in 0..5 {
                keyed(&it, &viewer, &path, &format!("warm-{n}"), &json!({ "definition": definition }))
                    .await?;
            }
            let before = size().await;
            for n in 0..60 {
                keyed(&it, &viewer, &path, &format!("read-{n}"), &json!({ "definition": definition }))
                    .await?
                    .is(&[200])?;
            }
            let after = size().await;
            ensure!(after < before + 1_500_000, "the database grew from {before} to {after} bytes");
            Ok(())
        }),
        case(
            "key-large-answer",
            "a large answer under a key is given, and so is its repetition",
            |it: It| async move {
                let bot = it.draft(&it.ana, echo()).await?;
                let mut definition = echo();
                definition["layout"] = json!({ "note": "y".repeat(1_500_000) });
                let revision = it.get(&it.ana, &format!("/bots/{bot}")).await?.body["revision"].clone();
                it.call(
                    &it.ana,
                    Method::PUT,
                    &format!("/bots/{bot}/draft"),
                    json!({ "revision": revision, "definition": definition }),
                )
                .await?
                .is(&[200])?;
                for _ in 0..2 {
                    let found = keyed(
                        &it,
                        &it.ana,
                        &format!("/bots/{bot}/copy"),
                        "key-large",
                        &json!({ "name": "Copy" }),
                    )
                    .await?;
                    ensure!(found.status < 500, "{} {}", found.status, found.short());
                }
                let problems: Vec<Value> = (0..2000).map(|n| json!({ "id": format!("n{n}"), "type": "question_text", "text": "{nobody}".repeat(20), "ports": { "next": "gone" } })).collect();
                let definition = json!({ "format": 1, "name": "x", "start": "n0", "nodes": problems });
                for _ in 0..2 {
                    let found = keyed(
                        &it,
                        &it.ana,
                        &format!("/bots/{bot}/validate"),
                        "key-large-2",
                        &json!({ "definition": definition }),
                    )
                    .await?;
                    ensure!(found.status < 500, "{} {}", found.status, found.short());
                }
                Ok(())
            },
        ),
    ]
}

fn now(it: &It) -> i64 {
    it.meta.now().millis() / 1000
}

/// A contact whose window is open and who was answered once.
async fn petra(it: &It) -> Result<(crate::ground::Number, chasqui_simulator::harness::Contact)> {
    let number = it.number(echo()).await?;
    let petra = it.contact("Petra")?;
    hears(&petra, "open", "echo open").await?;
    Ok((number, petra))
}

fn replays() -> Vec<Case> {
    vec![
        case("replay-same", "a delivery that comes ten times runs once", |it: It| async move {
            let (number, petra) = petra(&it).await?;
            let body =
                delivery(&[text(petra.wa_id(), &format!("wamid.{}S", petra.wa_id()), now(&it), "once")])
                    .to_string();
            for _ in 0..10 {
                it.deliver(&number.callback, body.as_bytes()).await?.is(&[200])?;
            }
            ensure!(next(&petra).await? == "echo once", "not answered");
            silence(&petra, Duration::from_millis(600)).await
        }),
        case("replay-at-once", "a delivery that comes ten times at once runs once", |it: It| async move {
            let (number, petra) = petra(&it).await?;
            let body =
                delivery(&[text(petra.wa_id(), &format!("wamid.{}A", petra.wa_id()), now(&it), "once")])
                    .to_string();
            let all = (0..10).map(|_| it.deliver(&number.callback, body.as_bytes()));
            futures::future::try_join_all(all).await?;
            ensure!(next(&petra).await? == "echo once", "not answered");
            silence(&petra, Duration::from_millis(600)).await
        }),
        case(
            "replay-in-one",
            "a message that stands five times in one delivery runs once",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                let message = text(petra.wa_id(), &format!("wamid.{}O", petra.wa_id()), now(&it), "once");
                it.deliver(&number.callback, delivery(&vec![message; 5]).to_string().as_bytes())
                    .await?
                    .is(&[200])?;
                ensure!(next(&petra).await? == "echo once", "not answered");
                silence(&petra, Duration::from_millis(600)).await
            },
        ),
        case(
            "replay-other-time",
            "a message that comes again with another time runs once",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                for n in 0..4 {
                    let message =
                        text(petra.wa_id(), &format!("wamid.{}T", petra.wa_id()), now(&it) - n * 7, "once");
                    it.deliver(&number.callback, delivery(&[message]).to_string().as_bytes())
                        .await?
                        .is(&[200])?;
                }
                ensure!(next(&petra).await? == "echo once", "not answered");
                silence(&petra, Duration::from_millis(600)).await
            },
        ),
        case(
            "replay-other-text",
            "a message that comes again with another text runs once",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                for words in ["once", "twice"] {
                    let message = text(petra.wa_id(), &format!("wamid.{}X", petra.wa_id()), now(&it), words);
                    it.deliver(&number.callback, delivery(&[message]).to_string().as_bytes())
                        .await?
                        .is(&[200])?;
                }
                ensure!(next(&petra).await? == "echo once", "not answered");
                silence(&petra, Duration::from_millis(600)).await
            },
        ),
        case(
            "replay-after-kill",
            "a delivery that comes again after the server was killed runs once",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                let body =
                    delivery(&[text(petra.wa_id(), &format!("wamid.{}K", petra.wa_id()), now(&it), "once")])
                        .to_string();
                it.deliver(&number.callback, body.as_bytes()).await?.is(&[200])?;
                it.kill_and_start().await?;
                it.deliver(&number.callback, body.as_bytes()).await?.is(&[200])?;
                ensure!(next_after_kill(&petra).await? == "echo once", "not answered");
                silence(&petra, Duration::from_millis(800)).await
            },
        ),
        case(
            "replay-old",
            "a message older than what the server remembers starts nothing",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                for days in [9, 30, 400] {
                    let message = text(
                        petra.wa_id(),
                        &format!("wamid.{}D{days}", petra.wa_id()),
                        now(&it) - days * 86_400,
                        "old",
                    );
                    it.deliver(&number.callback, delivery(&[message]).to_string().as_bytes())
                        .await?
                        .is(&[200])?;
                }
                silence(&petra, Duration::from_secs(1)).await
            },
        ),
        case(
            "replay-statuses",
            "statuses that come again or in the wrong order take nothing back",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                let wamid = petra.seen().last().map(|it| it.wamid.clone()).context("nothing was sent")?;
                for status in ["read", "sent", "delivered", "sent", "read"] {
                    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": chasqui_simulator::harness::ACCOUNT, "changes": [{ "field": "messages",
                    "value": { "messaging_product": "whatsapp", "metadata": { "phone_number_id": chasqui_simulator::harness::NUMBER },
                        "statuses": [{ "id": wamid, "status": status, "timestamp": now(&it).to_string(), "recipient_id": petra.wa_id() }] } }] }] });
                    it.deliver(&number.callback, body.to_string().as_bytes()).await?.is(&[200])?;
                }
                let talk = it.get(&it.ana, "/conversations").await?.body["items"][0]["id"]
                    .as_str()
                    .map(str::to_owned)
                    .context("no conversation")?;
                crate::ground::eventually("the status", || async {
                    let lines = it.get(&it.ana, &format!("/conversations/{talk}/messages")).await?;
                    let all = lines.body["items"].as_array().cloned().unwrap_or_default();
                    Ok(all.iter().any(|it| it["status"] == "read").then_some(()))
                })
                .await
            },
        ),
        case(
            "replay-statuses-foreign",
            "a status of a message that nobody sent breaks nothing",
            |it: It| async move {
                let (number, petra) = petra(&it).await?;
                let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages",
                "value": { "messaging_product": "whatsapp", "metadata": { "phone_number_id": chasqui_simulator::harness::NUMBER },
                    "statuses": [{ "id": "wamid.NOBODY", "status": "failed", "timestamp": "x", "recipient_id": petra.wa_id(), "errors": "no list" }] } }] }] });
                it.deliver(&number.callback, body.to_string().as_bytes()).await?.is(&[200])?;
                hears(&petra, "on", "echo on").await
            },
        ),
    ]
}

/// Variables given from outside keep within the flow's bounds.
fn given(name: &'static str, shows: &'static str, make: fn() -> Value) -> Case {
    case(
        format!("variables-{name}"),
        format!("{shows} are refused where a bot is started by the API, and nothing is half done"),
        move |it: It| async move {
            let ask = json!({ "id": "ask", "type": "question_text", "text": "Started.", "ports": { "next": "fine" } });
            let bot = it.published(&it.ana, flow(json!({ "big": "text" }), vec![ask])).await?;
            let (number, petra) = petra(&it).await?;
            let body = json!({ "integration_id": number.integration, "to": petra.wa_id(), "bot_id": bot, "variables": make() });
            let answer = it.post(&it.ana, "/messages", body).await?;
            ensure!(matches!(answer.status, 422 | 413 | 400), "{} {}", answer.status, answer.short());
            silence(&petra, Duration::from_millis(500)).await?;
            hears(&petra, "still here", "echo still here").await
        },
    )
}

pub fn class() -> Class {
    let mut cases = keys();
    cases.extend(replays());
    cases.extend([
        given("large", "variables of 400 kB", || json!({ "big": "x".repeat(400_000) })),
        given("many", "40,000 variables", || {
            (0..40_000)
                .map(|n| (format!("v{n}"), json!("xxxxxxxx")))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }),
        given("deep", "variables nested 100 deep", || {
            let mut value = json!(1);
            for _ in 0..100 {
                value = json!([value]);
            }
            json!({ "big": value })
        }),
    ]);
    of(
        "repeats",
        "Requests, deliveries and statuses that come again, late, or at once; variables that are given from outside.",
        cases,
    )
}

//! What one account may keep: a limit for everything that can be many, said plainly, and never in the way of a customer's
//! message.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bots::{echo, hears};
use crate::case::{Case, Class, It, case, class as of};

/// Makes things until one is refused, at most so many. `None`: none was.
async fn until_refused(
    it: &It,
    most: usize,
    make: impl AsyncFn(usize) -> Result<crate::ground::Answer>,
) -> Result<Option<crate::ground::Answer>> {
    let _ = it;
    for n in 0..most {
        let answer = make(n).await?;
        if answer.status >= 400 {
            ensure!(answer.status < 500, "{} {}", answer.status, answer.short());
            ensure!(
                answer.body["detail"].as_str().is_some_and(|it| !it.is_empty()),
                "no sentence: {}",
                answer.short()
            );
            return Ok(Some(answer));
        }
    }
    Ok(None)
}

fn large(size: usize) -> Value {
    let mut it = echo();
    it["layout"] = json!({ "note": "y".repeat(size) });
    it
}

fn amounts() -> Vec<Case> {
    vec![
        case("quota-flood-answered", "while an account is at its limits its customers are answered", |it: It| async move {
            it.number(echo()).await?;
            for n in 0..40 {
                hears(&it.contact(&format!("New {n}"))?, "hi", "echo hi").await?;
            }
            Ok(())
        }),
        case("quota-other-account", "what one account keeps takes nothing from another", |it: It| async move {
            for n in 0..30 {
                it.post(&it.ana, "/bots", json!({ "definition": large(100_000), "name": format!("Large {n}") })).await?;
            }
            it.draft(&it.ben, echo()).await.map(drop)
        }),
        case("quota-one-file", "a file that is larger than what WhatsApp takes of any kind is refused", |it: It| async move {
            let head = format!("POST /api/v1/media HTTP/1.1\r\nHost: x\r\n{}: {}\r\nContent-Type: application/pdf\r\nContent-Length: 104857601\r\n\r\n", it.ana.header.0, it.ana.header.1);
            let reply = it.raw(head).await?;
            ensure!(reply.status() == Some(413), "{:?}", reply.status());
            Ok(())
        }),
        case("quota-large-draft", "a draft of more than 4 MiB is refused", |it: It| async move {
            it.post(&it.ana, "/bots", json!({ "definition": large(4_300_000) })).await?.is(&[422, 413])
        }),
        case("quota-unfinished-upload", "an upload that breaks off leaves nothing behind", |it: It| async move {
            let files = || -> Result<usize> { Ok(walk(it.home.path())) };
            let before = files()?;
            for _ in 0..10 {
                let mut wire = crate::wire::Wire::open(it.address).await?;
                wire.send(format!("POST /api/v1/media HTTP/1.1\r\nHost: x\r\n{}: {}\r\nContent-Type: application/pdf\r\nContent-Length: 5000000\r\n\r\n%PDF-1.7 half", it.ana.header.0, it.ana.header.1)).await?;
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            crate::ground::eventually("the halves to go", || async { Ok((files()? <= before).then_some(())) }).await
        }),
        case("quota-refused-upload", "an upload that is refused leaves nothing behind", |it: It| async move {
            let before = walk(it.home.path());
            for _ in 0..10 {
                let request = it.request_of(&it.ana, Method::POST, "/media").header("content-type", "image/png");
                it.send(request.body("<html>")).await?.is(&[422])?;
            }
            ensure!(walk(it.home.path()) <= before, "files were left");
            Ok(())
        }),
        case("quota-tokens", "API tokens of one account come to an end, and it is said", |it: It| async move {
            let refused = until_refused(&it, 1500, async |n| it.post(&it.ana, "/api_tokens", json!({ "name": format!("t{n}"), "role": "viewer" })).await).await?;
            ensure!(refused.is_some(), "1,500 tokens were made");
            Ok(())
        }).long(),
        case("quota-invitations", "open invitations of one account come to an end, and it is said", |it: It| async move {
            let refused = until_refused(&it, 1500, async |n| it.post(&it.ana, "/invitations", json!({ "email": format!("i{n}@example.com"), "role": "viewer" })).await).await?;
            ensure!(refused.is_some(), "1,500 invitations were made");
            Ok(())
        }).long(),
        case("quota-connections", "connections of one account come to an end, and it is said", |it: It| async move {
            let refused = until_refused(&it, 1500, async |n| {
                it.post(&it.ana, "/connections", json!({ "name": format!("c{n}"), "kind": "openai", "settings": {}, "secret": "sk-1234567890abcdef" })).await
            }).await?;
            ensure!(refused.is_some(), "1,500 connections were made");
            Ok(())
        }).long(),
        case("quota-bots", "bots of one account come to an end, and it is said", |it: It| async move {
            let refused = until_refused(&it, 2500, async |n| it.post(&it.ben, "/bots", json!({ "name": format!("b{n}") })).await).await?;
            ensure!(refused.is_some(), "2,500 bots were made");
            Ok(())
        }).long(),
        case("quota-shown", "what an account keeps and may keep is shown to its people", |it: It| async move {
            for path in ["/account/quotas", "/quotas", "/account/usage", "/account/limits"] {
                let found = it.get(&it.ana, path).await?;
                if found.status == 200 {
                    ensure!(found.text.contains("limit") || found.text.contains("most"), "{}", found.short());
                    return Ok(());
                }
            }
            anyhow::bail!("no address shows it")
        }),
    ]
}

/// Files below a folder that are no database.
fn walk(folder: &std::path::Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            count += walk(&path);
        } else if !entry.file_name().to_string_lossy().starts_with("chasqui") {
            count += 1;
        }
    }
    count
}

pub fn class() -> Class {
    of("quotas", "Everything that one account could make many or large.", amounts())
}

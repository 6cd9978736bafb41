//! Numbers that somebody claims and does not have.

use anyhow::{Context, Result, ensure};
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bots::{echo, hears, says};
use crate::case::{Class, It, case, class as of};
use crate::ground::{form, sign};

/// Ana's number in Ben's account, with made-up credentials and nothing asked at Meta.
async fn claimed(it: &It) -> Result<(String, Value)> {
    let bot = it.published(&it.ben, says("Ben's")).await?;
    let mut claim = form(&bot);
    claim["credentials"]["app_secret"] = "ffffffffffffffffffffffffffffffff".into();
    claim["credentials"]["access_token"] = "EAAmade-up".into();
    Ok((bot, claim))
}

async fn drop_all(it: &It) -> Result<()> {
    for who in [&it.ana, &it.ben] {
        for found in it.get(who, "/integrations").await?.body["items"].as_array().into_iter().flatten() {
            let id = found["id"].as_str().context("no id")?;
            it.call(who, Method::DELETE, &format!("/integrations/{id}"), json!({})).await?;
        }
    }
    Ok(())
}

pub fn class() -> Class {
    let cases = vec![
        case(
            "claim-before-owner",
            "a claim that nobody proved does not keep the number's owner out",
            |it: It| async move {
                drop_all(&it).await?;
                let (_, claim) = claimed(&it).await?;
                let first = it.post(&it.ben, "/integrations?check=false", claim).await?;
                ensure!(first.status == 201 || (400..500).contains(&first.status), "{}", first.short());
                it.meta.create_business(harness::business());
                let bot = it.published(&it.ana, echo()).await?;
                let proven = it.post(&it.ana, "/integrations", form(&bot)).await?;
                proven.is(&[201])?;
                it.meta.create_business(harness::business().with_callback(&format!(
                    "{}/webhooks/whatsapp/{}",
                    it.url,
                    proven.id()?
                )));
                hears(&it.contact("Petra")?, "hi", "echo hi").await
            },
        ),
        case(
            "claim-after-owner",
            "a claim that nobody proved takes no number away from its owner",
            |it: It| async move {
                drop_all(&it).await?;
                it.number(echo()).await?;
                let (_, claim) = claimed(&it).await?;
                for path in ["/integrations?check=false", "/integrations"] {
                    let found = it.post(&it.ben, path, claim.clone()).await?;
                    ensure!(found.status == 201 || (400..500).contains(&found.status), "{}", found.short());
                    hears(&it.contact("Petra")?, "hi", "echo hi").await?;
                    if let Ok(id) = found.id() {
                        it.post(&it.ben, &format!("/integrations/{id}/activate"), json!({})).await?;
                        hears(&it.contact("Paula")?, "hi", "echo hi").await?;
                    }
                }
                let talks = it.get(&it.ben, "/conversations").await?;
                ensure!(
                    talks.body["items"].as_array().is_some_and(Vec::is_empty),
                    "Ben reads {}",
                    talks.short()
                );
                Ok(())
            },
        ),
        case(
            "claim-changed-into",
            "a number of one's own is not changed into somebody else's",
            |it: It| async move {
                drop_all(&it).await?;
                it.number(echo()).await?;
                let bens = it.bens_number(says("Ben's")).await?;
                let change = json!({ "credentials": { "phone_number_id": harness::NUMBER, "business_account_id": harness::ACCOUNT } });
                let found = it
                    .call(
                        &it.ben,
                        Method::PATCH,
                        &format!("/integrations/{}?check=false", bens.integration),
                        change,
                    )
                    .await?;
                ensure!(found.status < 500, "{}", found.short());
                hears(&it.contact("Petra")?, "hi", "echo hi").await
            },
        ),
        case(
            "claim-same-secret",
            "deliveries for a number go to its own integration, whoever's address they are posted to",
            |it: It| async move {
                drop_all(&it).await?;
                it.number(echo()).await?;
                let bens = it.bens_number(says("Ben's")).await?;
                let petra = it.contact("Petra")?;
                hears(&petra, "hi", "echo hi").await?;
                let now = it.meta.now().millis() / 1000;
                let body =
                    crate::bots::delivery(&[crate::bots::text(petra.wa_id(), "wamid.WRONGDOOR", now, "x")])
                        .to_string();
                it.send(
                    it.http
                        .post(&bens.callback)
                        .header("x-hub-signature-256", sign(body.as_bytes()))
                        .body(body),
                )
                .await?;
                let talks = it.get(&it.ben, "/conversations").await?;
                ensure!(!talks.text.contains(petra.wa_id()), "Ben sees Ana's contact");
                Ok(())
            },
        ),
        case(
            "claim-twice-at-once",
            "one number connected by two accounts at once belongs to one",
            |it: It| async move {
                drop_all(&it).await?;
                it.meta.create_business(harness::business());
                let (anas, bens) =
                    (it.published(&it.ana, echo()).await?, it.published(&it.ben, echo()).await?);
                let (a, b) = tokio::join!(
                    it.post(&it.ana, "/integrations", form(&anas)),
                    it.post(&it.ben, "/integrations", form(&bens))
                );
                let (a, b) = (a?, b?);
                let active =
                    |answer: &crate::ground::Answer| answer.status == 201 && answer.body["active"] == true;
                ensure!(usize::from(active(&a)) + usize::from(active(&b)) <= 1, "both are active");
                drop_all(&it).await
            },
        ),
        case("claim-wrong-ids", "ids of numbers that are no ids are refused", |it: It| async move {
            let bot = it.published(&it.ana, echo()).await?;
            for wrong in [
                "",
                "1 or 1=1",
                "../messages",
                "106540352242922?x=",
                "106540352242922/../1",
                "٣٤٥",
                "9".repeat(500).as_str(),
            ] {
                let mut form = form(&bot);
                form["credentials"]["phone_number_id"] = wrong.into();
                let found = it.post(&it.ana, "/integrations?check=false", form).await?;
                ensure!((400..500).contains(&found.status), "{wrong:?}: {} {}", found.status, found.short());
            }
            Ok(())
        }),
        case(
            "claim-other-graph-host",
            "credentials lead to no other host than Meta's",
            |it: It| async move {
                let bot = it.published(&it.ana, echo()).await?;
                for (field, value) in [
                    ("version", "v25.0/../../evil"),
                    ("version", "@evil.example/"),
                    ("business_account_id", "1/../../x"),
                    ("app_id", "1#@evil.example"),
                ] {
                    let mut form = form(&bot);
                    form["credentials"][field] = value.into();
                    let found = it.post(&it.ana, "/integrations", form).await?;
                    ensure!(
                        (400..500).contains(&found.status),
                        "{field} {value}: {} {}",
                        found.status,
                        found.short()
                    );
                }
                Ok(())
            },
        ),
    ];
    of("claims on numbers", "Numbers of others that somebody says are theirs.", cases)
}

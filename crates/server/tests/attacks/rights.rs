//! Rights: nobody and no token gives more than it has, and rights that were taken end at once.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bots::says;
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::{PASSWORD, Person};
use crate::slow::user;

/// What a token with these rights is refused.
fn token(
    name: &'static str,
    shows: &'static str,
    role: &'static str,
    scopes: &'static [&'static str],
    asks: fn() -> Vec<(Method, String, Value)>,
) -> Case {
    case(format!("token-{name}"), shows, move |it: It| async move {
        let who = it.token_of(&it.ana, role, scopes).await?;
        for (method, path, body) in asks() {
            let answer = if method == Method::GET {
                it.get(&who, &path).await?
            } else {
                it.call(&who, method.clone(), &path, body).await?
            };
            ensure!(
                matches!(answer.status, 403 | 404 | 422),
                "{method} {path} is answered {}: {}",
                answer.status,
                answer.short()
            );
        }
        Ok(())
    })
}

fn asks(list: &[(Method, &str, Value)]) -> Vec<(Method, String, Value)> {
    list.iter().map(|(method, path, body)| (method.clone(), (*path).to_owned(), body.clone())).collect()
}

fn tokens() -> Vec<Case> {
    vec![
        token(
            "invites-no-owner",
            "a token that is limited to people cannot invite an owner",
            "owner",
            &["people:read", "people:write"],
            || {
                asks(&[(
                    Method::POST,
                    "/invitations",
                    json!({ "email": "more@example.com", "role": "owner" }),
                )])
            },
        ),
        token("admin-invites-no-owner", "an admin's token cannot invite an owner", "admin", &[], || {
            asks(&[(Method::POST, "/invitations", json!({ "email": "more2@example.com", "role": "owner" }))])
        }),
        token(
            "mints-nothing",
            "a limited token makes no tokens",
            "owner",
            &["people:write", "bots:write", "integrations:write"],
            || {
                asks(&[
                    (Method::POST, "/api_tokens", json!({ "name": "more", "role": "owner" })),
                    (Method::GET, "/api_tokens", json!({})),
                ])
            },
        ),
        token(
            "viewer-mints-nothing",
            "a viewer's token makes no tokens and sees none",
            "viewer",
            &[],
            || {
                asks(&[
                    (Method::POST, "/api_tokens", json!({ "name": "more", "role": "viewer" })),
                    (Method::GET, "/api_tokens", json!({})),
                ])
            },
        ),
        token("admin-mints-no-owner", "an admin's token makes no owner's token", "admin", &[], || {
            asks(&[(Method::POST, "/api_tokens", json!({ "name": "more", "role": "owner" }))])
        }),
        token("unknown-scope", "no token has a made-up scope", "admin", &[], || {
            asks(&[
                (
                    Method::POST,
                    "/api_tokens",
                    json!({ "name": "x", "role": "viewer", "scopes": ["everything:write"] }),
                ),
                (Method::POST, "/api_tokens", json!({ "name": "x", "role": "viewer", "scopes": ["*"] })),
                (Method::POST, "/api_tokens", json!({ "name": "x", "role": "viewer", "scopes": [""] })),
            ])
        }),
        token("viewer-writes-nothing", "a viewer's token changes nothing", "viewer", &[], || {
            asks(&[
                (Method::POST, "/bots", json!({ "name": "x" })),
                (Method::POST, "/messages", json!({})),
                (Method::POST, "/integrations", json!({})),
                (Method::POST, "/invitations", json!({ "email": "v@example.com", "role": "viewer" })),
                (Method::PATCH, "/account", json!({ "name": "x" })),
                (Method::POST, "/connections", json!({})),
                (Method::POST, "/bots/import", json!({ "text": "{}" })),
            ])
        }),
        token(
            "builder-no-admin",
            "a builder's token connects no numbers and manages no people",
            "builder",
            &[],
            || {
                asks(&[
                    (Method::POST, "/integrations", json!({})),
                    (Method::POST, "/connections", json!({})),
                    (Method::GET, "/audit", json!({})),
                    (Method::POST, "/invitations", json!({ "email": "b@example.com", "role": "viewer" })),
                    (Method::GET, "/invitations", json!({})),
                ])
            },
        ),
        token(
            "scope-reads-only",
            "a token that may read bots does not write them or read people",
            "owner",
            &["bots:read"],
            || {
                asks(&[
                    (Method::POST, "/bots", json!({ "name": "x" })),
                    (Method::GET, "/users", json!({})),
                    (Method::GET, "/contacts", json!({})),
                    (Method::GET, "/conversations", json!({})),
                    (Method::GET, "/events", json!({})),
                    (Method::GET, "/connections", json!({})),
                    (Method::GET, "/stream", json!({})),
                ])
            },
        ),
        token("no-operator", "no token looks after the installation", "owner", &[], || {
            asks(&[
                (Method::POST, "/accounts", json!({ "name": "More" })),
                (Method::GET, "/installation", json!({})),
                (Method::GET, "/installation/accounts", json!({})),
            ])
        }),
        token("no-password", "no token changes a password or switches accounts", "owner", &[], || {
            asks(&[
                (Method::POST, "/me/password", json!({ "current": PASSWORD, "password": "another one 12" })),
                (Method::POST, "/session/account", json!({ "account_id": "acc_x" })),
            ])
        }),
    ]
}

/// An admin of Ana's account, logged in.
async fn admin(it: &It, email: &str) -> Result<Person> {
    it.invited(&it.ana, email, "admin").await
}

fn people() -> Vec<Case> {
    vec![
        case("role-not-raised", "an admin makes nobody an owner, and not themselves", |it: It| async move {
            let adam = admin(&it, "adam@example.com").await?;
            it.invited(&it.ana, "vera@example.com", "viewer").await?;
            for email in ["adam@example.com", "vera@example.com"] {
                let id = user(&it, email).await?;
                it.call(&adam, Method::PATCH, &format!("/users/{id}"), json!({ "role": "owner" }))
                    .await?
                    .is_refused()?;
            }
            Ok(())
        }),
        case("owner-not-touched", "an admin neither removes nor demotes an owner", |it: It| async move {
            let adam = admin(&it, "adele@example.com").await?;
            let id = user(&it, crate::ground::EMAIL).await?;
            it.call(&adam, Method::PATCH, &format!("/users/{id}"), json!({ "role": "viewer" }))
                .await?
                .is(&[403])?;
            it.call(&adam, Method::DELETE, &format!("/users/{id}"), json!({})).await?.is(&[403])
        }),
        case(
            "last-owner-stays",
            "the last owner is neither removed nor demoted, not even by themselves",
            |it: It| async move {
                let id = user(&it, crate::ground::EMAIL).await?;
                it.call(&it.ana, Method::PATCH, &format!("/users/{id}"), json!({ "role": "viewer" }))
                    .await?
                    .is(&[409])?;
                it.call(&it.ana, Method::DELETE, &format!("/users/{id}"), json!({})).await?.is(&[409])
            },
        ),
        case("last-owner-race", "two owners who demote each other at once leave one", |it: It| async move {
            for round in 0..6 {
                let email = format!("owner{round}@example.com");
                let second = it.invited(&it.ana, &email, "owner").await?;
                let (ana, other) = (user(&it, crate::ground::EMAIL).await?, user(&it, &email).await?);
                let (hers, others) = (format!("/users/{ana}"), format!("/users/{other}"));
                let (a, b) = tokio::join!(
                    it.call(&second, Method::PATCH, &hers, json!({ "role": "admin" })),
                    it.call(&it.ana, Method::PATCH, &others, json!({ "role": "admin" }))
                );
                let done = [a?.status, b?.status].iter().filter(|&&it| it == 200).count();
                ensure!(done <= 1, "both were demoted");
                // Back to one owner, for the next round.
                it.call(&second, Method::PATCH, &hers, json!({ "role": "owner" })).await?;
                it.call(&it.ana, Method::DELETE, &others, json!({})).await?.is(&[204])?;
            }
            Ok(())
        }),
        case(
            "demoted-at-once",
            "who was demoted can do less with the next request, by session and by token",
            |it: It| async move {
                let adam = admin(&it, "anton@example.com").await?;
                let token = it.token_of(&adam, "admin", &[]).await?;
                let id = user(&it, "anton@example.com").await?;
                it.call(&it.ana, Method::PATCH, &format!("/users/{id}"), json!({ "role": "viewer" }))
                    .await?
                    .is(&[200])?;
                for who in [&adam, &token] {
                    it.post(who, "/bots", json!({ "name": "x" })).await?.is(&[403, 401])?;
                    it.get(who, "/audit").await?.is(&[403, 401])?;
                }
                Ok(())
            },
        ),
        case(
            "removed-at-once",
            "who was removed is out with the next request, by session and by token",
            |it: It| async move {
                let adam = admin(&it, "alois@example.com").await?;
                let token = it.token_of(&adam, "admin", &[]).await?;
                let id = user(&it, "alois@example.com").await?;
                it.call(&it.ana, Method::DELETE, &format!("/users/{id}"), json!({})).await?.is(&[204])?;
                for who in [&adam, &token] {
                    it.get(who, "/bots").await?.is(&[401, 403])?;
                }
                Ok(())
            },
        ),
        case(
            "invitation-of-the-removed",
            "an invitation for an admin ends with the rights of whoever made it",
            |it: It| async move {
                let adam = admin(&it, "albin@example.com").await?;
                let made = it
                    .post(&adam, "/invitations", json!({ "email": "later@example.com", "role": "admin" }))
                    .await?;
                let secret = made.body["link"]
                    .as_str()
                    .context("no link")?
                    .split('#')
                    .nth(1)
                    .context("no secret")?
                    .to_owned();
                let id = user(&it, "albin@example.com").await?;
                it.call(&it.ana, Method::DELETE, &format!("/users/{id}"), json!({})).await?.is(&[204])?;
                let body = json!({ "secret": secret, "name": "Later", "password": PASSWORD });
                let entered = it.send(it.request(Method::POST, "/invitation/accept").json(&body)).await?;
                // Whether it still lets somebody in is decided in the documentation; never with more than the inviter had.
                if entered.status == 200 {
                    ensure!(entered.body["account"]["role"] != "owner", "{}", entered.short());
                    let id = user(&it, "later@example.com").await?;
                    it.call(&it.ana, Method::DELETE, &format!("/users/{id}"), json!({})).await?.is(&[204])?;
                }
                Ok(())
            },
        ),
        case(
            "link-shown-once",
            "an invitation's link is shown once, and to nobody who lists invitations",
            |it: It| async move {
                let made = it
                    .post(&it.ana, "/invitations", json!({ "email": "listed@example.com", "role": "viewer" }))
                    .await?;
                ensure!(made.body["link"].is_string(), "no link");
                let listed = it.get(&it.ana, "/invitations").await?;
                ensure!(!listed.text.contains("/invitation#"), "{}", listed.short());
                Ok(())
            },
        ),
        case("token-shown-once", "a token's text is shown once", |it: It| async move {
            let made = it.post(&it.ana, "/api_tokens", json!({ "name": "once", "role": "viewer" })).await?;
            let text = made.body["token"].as_str().context("no token")?.to_owned();
            let listed = it.get(&it.ana, "/api_tokens").await?;
            ensure!(!listed.text.contains(&text), "it is listed");
            Ok(())
        }),
        case(
            "verify-token-by-builders",
            "a viewer does not see a number's verify token",
            |it: It| async move {
                let number = it.number(says("x")).await?;
                let who = it.token_of(&it.ana, "viewer", &[]).await?;
                it.get(&who, &format!("/integrations/{}/verify_token", number.integration))
                    .await?
                    .is(&[403])?;
                let shown = it.get(&who, &format!("/integrations/{}", number.integration)).await?;
                ensure!(!shown.text.contains(crate::ground::VERIFY), "it is shown");
                Ok(())
            },
        ),
        case("head-as-get", "HEAD shows nobody more than GET does", |it: It| async move {
            let who = it.token_of(&it.ana, "viewer", &["me:read"]).await?;
            it.send(it.request_of(&who, Method::HEAD, "/contacts")).await?.is(&[403])
        }),
    ]
}

pub fn class() -> Class {
    let mut cases = tokens();
    cases.extend(people());
    of("rights", "Limited tokens, roles, and people who were demoted or removed.", cases)
}

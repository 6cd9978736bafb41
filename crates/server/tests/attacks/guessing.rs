//! Guessing: passwords, links, codes and verify tokens. Whoever guesses is slowed down; whoever knows gets in meanwhile.

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::bots::echo;
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::{Answer, EMAIL, PASSWORD};

/// Posts without a log-in, as a proxy on this machine hands it on from an address.
async fn from(it: &It, address: &str, path: &str, body: Value) -> Result<Answer> {
    it.send(it.request(Method::POST, path).header("x-forwarded-for", address).json(&body)).await
}

fn log_in(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// Tries until it is refused with 429, at most so often.
async fn throttled(
    it: &It,
    path: &str,
    most: usize,
    ask: impl Fn(usize) -> (String, Value),
) -> Result<Answer> {
    for n in 0..most {
        let (address, body) = ask(n);
        let answer = from(it, &address, path, body).await?;
        if answer.status == 429 {
            let seconds: u64 = answer.header("retry-after").parse().unwrap_or(0);
            ensure!(seconds > 0, "429 without Retry-After");
            return Ok(answer);
        }
        ensure!((400..500).contains(&answer.status), "answered {}: {}", answer.status, answer.short());
    }
    anyhow::bail!("{most} tries were let through")
}

/// One kind of guessing from one address comes to an end.
fn ends(
    name: &'static str,
    shows: &'static str,
    most: usize,
    path: &'static str,
    ask: fn(usize) -> (String, Value),
) -> Case {
    case(
        format!("guess-{name}"),
        format!("{shows} is slowed down, and told when to come again"),
        move |it: It| async move { throttled(&it, path, most, ask).await.map(drop) },
    )
}

fn passwords() -> Vec<Case> {
    vec![
        ends("password", "guessing one person's password from one address", 20, "/session", |n| {
            ("203.0.113.1".into(), log_in("victim@example.com", &format!("wrong {n}")))
        }),
        ends(
            "password-spellings",
            "guessing with other spellings of the same e-mail address",
            40,
            "/session",
            |n| {
                let spelling =
                    ["Spelt@example.com", "SPELT@EXAMPLE.COM", " spelt@example.com ", "spelt@Example.Com"]
                        [n % 4];
                ("203.0.113.2".into(), log_in(spelling, &format!("wrong {n}")))
            },
        ),
        ends(
            "one-password-for-all",
            "trying one password on everybody from one address",
            150,
            "/session",
            |n| ("203.0.113.3".into(), log_in(&format!("person{n}@example.com"), "Password1")),
        ),
        ends(
            "password-many-addresses",
            "guessing one person's password from a different address each time",
            150,
            "/session",
            |n| {
                (
                    format!("198.51.{}.{}", n / 250, n % 250),
                    log_in("hunted@example.com", &format!("wrong {n}")),
                )
            },
        ),
        ends(
            "password-ipv6",
            "guessing from a different address of one IPv6 network each time",
            40,
            "/session",
            |n| (format!("2001:db8:1:1::{n:x}"), log_in("sixth@example.com", &format!("wrong {n}"))),
        ),
        ends("password-mapped", "guessing from an IPv4 address in both its notations", 20, "/session", |n| {
            (
                if n % 2 == 0 { "203.0.113.4".into() } else { "::ffff:203.0.113.4".into() },
                log_in("mapped@example.com", &format!("wrong {n}")),
            )
        }),
        ends(
            "password-forged-forwarding",
            "guessing behind a made-up list of addresses",
            20,
            "/session",
            |n| {
                (
                    format!("10.0.0.{n}, 192.0.2.{n}, 203.0.113.5"),
                    log_in("forged@example.com", &format!("wrong {n}")),
                )
            },
        ),
        ends("password-no-address", "guessing with a made-up word for an address", 25, "/session", |n| {
            (format!("not-an-address-{n}"), log_in("wordy@example.com", &format!("wrong {n}")))
        }),
    ]
}

fn links() -> Vec<Case> {
    vec![
        ends("invitation", "guessing invitations", 60, "/invitation/look", |n| {
            ("203.0.113.11".into(), json!({ "secret": format!("guess{n}") }))
        }),
        ends(
            "invitation-accept",
            "guessing invitations while taking them up",
            60,
            "/invitation/accept",
            |n| {
                (
                    "203.0.113.12".into(),
                    json!({ "secret": format!("guess{n}"), "name": "x", "password": "long enough 1" }),
                )
            },
        ),
        ends("reset-link", "guessing links of password resets", 60, "/password_resets/finish", |n| {
            ("203.0.113.13".into(), json!({ "secret": format!("guess{n}"), "password": "long enough 1" }))
        }),
    ]
}

fn others() -> Vec<Case> {
    vec![
        case(
            "guess-owner-gets-in",
            "while strangers guess at a person, that person logs in from elsewhere",
            |it: It| async move {
                for n in 0..40 {
                    from(&it, &format!("198.18.0.{n}"), "/session", log_in(EMAIL, "wrong")).await?;
                }
                let began = Instant::now();
                loop {
                    let answer = from(&it, "192.0.2.77", "/session", log_in(EMAIL, PASSWORD)).await?;
                    if answer.status == 200 {
                        return Ok(());
                    }
                    ensure!(
                        answer.status == 429 && began.elapsed() < Duration::from_secs(45),
                        "kept out: {} {}",
                        answer.status,
                        answer.short()
                    );
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }
            },
        )
        .long(),
        case(
            "guess-locked-stays-locked",
            "hundreds of tries at others do not make the server forget who was slowed down",
            |it: It| async move {
                throttled(&it, "/session", 30, |n| {
                    ("203.0.113.40".into(), log_in("kept@example.com", &format!("wrong {n}")))
                })
                .await?;
                for _ in 0..4 {
                    from(&it, "203.0.113.40", "/session", log_in("kept@example.com", "wrong")).await?;
                }
                for n in 0..150 {
                    from(
                        &it,
                        &format!("198.19.{}.{}", n / 250, n % 250),
                        "/session",
                        log_in(&format!("flush{n}@example.com"), "wrong"),
                    )
                    .await?;
                }
                let again =
                    from(&it, "203.0.113.40", "/session", log_in("kept@example.com", "wrong")).await?;
                again.is(&[429])
            },
        )
        .long(),
        case(
            "guess-one-stranger-locks-nobody",
            "one stranger's guesses do not keep another machine's people out",
            |it: It| async move {
                for n in 0..60 {
                    from(&it, "203.0.113.50", "/session", log_in(&format!("any{n}@example.com"), "wrong"))
                        .await?;
                }
                let answer = from(&it, "192.0.2.50", "/session", log_in("ben@example.com", PASSWORD)).await?;
                answer.is(&[200])
            },
        ),
        case("guess-in-parallel", "forty guesses at once count as forty", |it: It| async move {
            let tries = (0..40).map(|n| {
                let it = std::sync::Arc::clone(&it);
                async move {
                    from(
                        &it,
                        "203.0.113.60",
                        "/session",
                        log_in("parallel@example.com", &format!("wrong {n}")),
                    )
                    .await
                }
            });
            let answers = futures::future::join_all(tries).await;
            let through = answers.iter().filter(|it| it.as_ref().is_ok_and(|it| it.status == 401)).count();
            ensure!(through <= 12, "{through} of 40 were tried");
            Ok(())
        }),
        case(
            "guess-current-password",
            "guessing the current password with somebody's open session is slowed down",
            |it: It| async move {
                let cora = it.invited(&it.ana, "cora@example.com", "viewer").await?;
                for n in 0..40 {
                    let body = json!({ "current": format!("wrong {n}"), "password": "long enough 1" });
                    let answer = it.post(&cora, "/me/password", body).await?;
                    if answer.status == 429 {
                        return Ok(());
                    }
                    answer.is(&[422])?;
                }
                anyhow::bail!("40 guesses were let through")
            },
        ),
        case("guess-verify-token", "guessing a number's verify token is slowed down", |it: It| async move {
            let number = it.number(echo()).await?;
            for n in 0..300 {
                let url = format!(
                    "{}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess{n}",
                    number.callback
                );
                let answer = it.send(it.http.get(url).header("x-forwarded-for", "203.0.113.70")).await?;
                if answer.status == 429 {
                    return Ok(());
                }
                answer.is(&[403])?;
            }
            anyhow::bail!("300 guesses were let through")
        }),
        case(
            "guess-verify-token-keeps-meta-in",
            "while strangers guess a verify token, deliveries are taken",
            |it: It| async move {
                let number = it.number(echo()).await?;
                for n in 0..300 {
                    let url = format!(
                        "{}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess{n}",
                        number.callback
                    );
                    it.http.get(url).header("x-forwarded-for", "203.0.113.71").send().await?;
                }
                crate::bots::hears(&it.contact("Petra")?, "hi", "echo hi").await
            },
        ),
        case(
            "guess-same-words",
            "an unknown address and a wrong password are refused in the same words",
            |it: It| async move {
                let known = from(&it, "203.0.113.80", "/session", log_in(EMAIL, "wrong")).await?;
                let unknown =
                    from(&it, "203.0.113.81", "/session", log_in("nobody@example.com", "wrong")).await?;
                ensure!(
                    known.text == unknown.text && known.status == unknown.status,
                    "{} / {}",
                    known.short(),
                    unknown.short()
                );
                Ok(())
            },
        ),
        case(
            "guess-same-time",
            "an unknown address and a wrong password take about the same time",
            |it: It| async move {
                let mut times = [Vec::new(), Vec::new()];
                for n in 0..9 {
                    for (which, email) in [EMAIL, "nobody@example.com"].into_iter().enumerate() {
                        let began = Instant::now();
                        from(&it, &format!("198.20.{which}.{n}"), "/session", log_in(email, "wrong"))
                            .await?
                            .is(&[401])?;
                        times[which].push(began.elapsed());
                    }
                }
                let middle = times.map(|mut it| {
                    it.sort();
                    it[it.len() / 2].as_secs_f64()
                });
                let [known, unknown] = middle;
                ensure!(
                    known < unknown * 2.0 && unknown < known * 2.0,
                    "known {known:.4} s, unknown {unknown:.4} s"
                );
                Ok(())
            },
        ),
        case(
            "guess-reset-tells-nothing",
            "asking for a reset tells nothing of who has a log-in",
            |it: It| async move {
                let known = from(&it, "203.0.113.90", "/password_resets", json!({ "email": EMAIL })).await?;
                let unknown =
                    from(&it, "203.0.113.91", "/password_resets", json!({ "email": "nobody@example.com" }))
                        .await?;
                ensure!(
                    known.status == unknown.status && known.text == unknown.text,
                    "{} / {}",
                    known.short(),
                    unknown.short()
                );
                Ok(())
            },
        ),
        case("guess-token-shapes", "what is not exactly a token opens nothing", |it: It| async move {
            let right = it.ana.header.1.trim_start_matches("Bearer ").to_owned();
            let half = right[..right.len() - 1].to_owned();
            for wrong in [
                half,
                format!("{right}x"),
                right.to_uppercase(),
                right.replace("chq_", ""),
                format!("{right},{right}"),
                String::new(),
                "chq_".into(),
                "chq_%".into(),
                "' OR 1=1 --".into(),
            ] {
                let answer = it
                    .send(it.request(Method::GET, "/me").header("authorization", format!("Bearer {wrong}")))
                    .await?;
                ensure!(answer.status == 401, "{wrong:?} is answered {}", answer.status);
            }
            let basic = it
                .send(it.request(Method::GET, "/me").header("authorization", format!("Basic {right}")))
                .await?;
            basic.is(&[401])
        }),
        case("guess-token-in-query", "a token in the address opens nothing", |it: It| async move {
            let right = it.ana.header.1.trim_start_matches("Bearer ").to_owned();
            for name in ["token", "access_token", "api_key", "authorization"] {
                it.send(it.request(Method::GET, &format!("/me?{name}={right}"))).await?.is(&[401])?;
            }
            Ok(())
        }),
        case("guess-session-shapes", "made-up cookies of sessions open nothing", |it: It| async move {
            let ana = it.log_in(EMAIL, PASSWORD).await?;
            let right = ana.header.1;
            for wrong in [
                right[..right.len() - 1].to_owned(),
                format!("{right}x"),
                right.to_uppercase(),
                "chasqui_session=".into(),
                "chasqui_session=null".into(),
                "__Host-chasqui=x".into(),
            ] {
                let answer = it.send(it.request(Method::GET, "/me").header("cookie", &wrong)).await?;
                ensure!(answer.status == 401, "{wrong:?} is answered {}", answer.status);
            }
            Ok(())
        }),
        case(
            "guess-set-up-again",
            "an installation with an account is not set up a second time",
            |it: It| async move {
                let body = json!({ "code": "x", "email": "evil@example.com", "password": PASSWORD, "name": "Evil", "account": "Evil" });
                it.send(it.request(Method::POST, "/setup").json(&body)).await?.is(&[409])
            },
        ),
        case(
            "guess-used-links",
            "an invitation works once, and not after it was taken back",
            |it: It| async move {
                let made = it
                    .post(&it.ana, "/invitations", json!({ "email": "once@example.com", "role": "viewer" }))
                    .await?;
                let secret = made.body["link"]
                    .as_str()
                    .unwrap_or_default()
                    .split('#')
                    .nth(1)
                    .unwrap_or_default()
                    .to_owned();
                let body = json!({ "secret": secret, "name": "Once", "password": PASSWORD });
                from(&it, "192.0.2.91", "/invitation/accept", body.clone()).await?.is(&[200])?;
                from(&it, "192.0.2.91", "/invitation/accept", body).await?.is(&[404])?;
                let made = it
                    .post(&it.ana, "/invitations", json!({ "email": "back@example.com", "role": "viewer" }))
                    .await?;
                let secret = made.body["link"]
                    .as_str()
                    .unwrap_or_default()
                    .split('#')
                    .nth(1)
                    .unwrap_or_default()
                    .to_owned();
                it.call(&it.ana, Method::DELETE, &format!("/invitations/{}", made.id()?), json!({}))
                    .await?
                    .is(&[204])?;
                from(
                    &it,
                    "192.0.2.92",
                    "/invitation/accept",
                    json!({ "secret": secret, "name": "Back", "password": PASSWORD }),
                )
                .await?
                .is(&[404])
            },
        ),
    ]
}

pub fn class() -> Class {
    let mut cases = passwords();
    cases.extend(links());
    cases.extend(others());
    of(
        "guessing",
        "Passwords, links, codes, tokens and verify tokens that somebody tries one after the other.",
        cases,
    )
}

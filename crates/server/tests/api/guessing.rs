//! Guessing: limits for each person, each address and in all, and nobody locked out by somebody else.

use chasqui_model::account::Role;
use serde_json::{Value, json};

use crate::site::{Answer, PASSWORD, Site, answer};

const STRANGER: &str = "203.0.113.7";
const HOME: &str = "198.51.100.20";

async fn open(site: &Site, from: &str, path: &str, body: Value) -> Answer {
    let request = site.http.post(format!("{}/api/v1{path}", site.url)).header("x-forwarded-for", from);
    answer(request.json(&body)).await
}

/// How many of so many tries are looked at.
async fn looked_at(
    site: &Site,
    tries: u32,
    from: impl Fn(u32) -> String,
    email: impl Fn(u32) -> String,
) -> u32 {
    let mut looked = 0;
    for n in 0..tries {
        let found = site.log_in(&from(n), &email(n), "wrong").await;
        match found.status.as_u16() {
            401 => looked += 1,
            429 => assert!(found.headers.contains_key("retry-after")),
            other => panic!("{other}: {found:?}"),
        }
    }
    looked
}

#[tokio::test]
async fn a_stranger_locks_nobody_out() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let looked = looked_at(&site, 40, |_| STRANGER.into(), |_| ana.email.clone()).await;
    assert!((5..8).contains(&looked), "{looked} of 40 tries were looked at");
    let slowed = site.log_in(STRANGER, &ana.email, PASSWORD).await;
    slowed.is_problem(429, "throttled");
    let seconds: u64 = slowed.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(slowed.body["detail"].as_str().unwrap().contains(&format!("in {seconds} seconds")));
    assert_eq!(site.log_in(HOME, &ana.email, PASSWORD).await.status, 200);
}

/// From very many addresses one person's password is guessed: slowed for everybody but whom she got in from.
#[tokio::test]
async fn many_strangers_slow_a_person_and_not_where_she_is_known() {
    let site = Site::start().await;
    let ana = site.owner().await;
    assert_eq!(site.log_in(HOME, &ana.email, PASSWORD).await.status, 200);
    let from = |n: u32| format!("10.{}.{}.1", n / 250, n % 250);
    let looked = looked_at(&site, 160, from, |_| ana.email.clone()).await;
    assert!((100..140).contains(&looked), "{looked} of 160 tries were looked at");
    let elsewhere = site.log_in("192.0.2.99", &ana.email, PASSWORD).await;
    if elsewhere.status == 429 {
        let seconds: u64 = elsewhere.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(seconds <= 5, "slowed, not locked: {seconds}");
    }
    assert_eq!(site.log_in(HOME, &ana.email, PASSWORD).await.status, 200);
}

/// One address tries many persons, and can neither make the server forget nor go on by writing another address before its own.
#[tokio::test]
async fn an_address_is_limited_however_it_is_written() {
    let site = Site::start().await;
    let ana = site.owner().await;
    looked_at(&site, 6, |_| STRANGER.into(), |_| ana.email.clone()).await;
    let email = |n: u32| format!("nobody{n}@example.com");
    let written = |n: u32| match n % 4 {
        0 => STRANGER.to_owned(),
        1 => format!("::ffff:{STRANGER}"),
        2 => format!("1.2.3.{n}, {STRANGER}"),
        _ => format!("{STRANGER}:{}", 1000 + n),
    };
    let looked = looked_at(&site, 80, written, email).await;
    assert!((40..50).contains(&looked), "{looked} of 80 tries were looked at");
    site.log_in(STRANGER, &ana.email, PASSWORD).await.is_problem(429, "throttled");
    let ben = site.owner().await;
    site.log_in(STRANGER, &ben.email, PASSWORD).await.is_problem(429, "throttled");
    assert_eq!(site.log_in(HOME, &ana.email, PASSWORD).await.status, 200);
    let network = |n: u32| format!("2001:db8:1:2::{n:x}");
    let looked = looked_at(&site, 60, network, email).await;
    assert!((48..55).contains(&looked), "{looked} of 60 tries of one network were looked at");
}

#[tokio::test]
async fn the_current_password_is_not_guessed_either() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let cookie = site.log_in(HOME, &ana.email, PASSWORD).await.cookie();
    let change = async |current: &str| {
        let request = site.http.post(format!("{}/api/v1/me/password", site.url)).header("cookie", &cookie);
        let body = json!({ "current": current, "password": "another good one" });
        answer(request.header("x-forwarded-for", HOME).json(&body)).await
    };
    for _ in 0..5 {
        assert_eq!(change("wrong").await.pointers(), ["/current"]);
    }
    change("wrong").await.is_problem(429, "throttled");
    let slowed = change(PASSWORD).await;
    slowed.is_problem(429, "throttled");
    assert!(slowed.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_verify_token_is_not_guessed() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let shake = async |from: &str, token: &str| {
        let url =
            format!("{}?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=7", site.callback(&id));
        site.http.get(url).header("x-forwarded-for", from).send().await.unwrap().status().as_u16()
    };
    for _ in 0..10 {
        assert_eq!(shake(STRANGER, "wrong").await, 403);
    }
    assert_eq!(shake(STRANGER, "wrong").await, 429);
    assert_eq!(shake(STRANGER, "a-long-random-string").await, 429);
    assert_eq!(shake(HOME, "a-long-random-string").await, 200);
    for _ in 0..30 {
        assert_eq!(shake(HOME, "a-long-random-string").await, 200, "what is right is not counted");
    }
}

#[tokio::test]
async fn links_and_the_first_code_are_not_guessed() {
    let site = Site::start().await;
    let secret = || {
        json!({ "secret": "guess", "password": PASSWORD, "code": "guess", "email": "a@b.example",
        "name": "Ana", "account": "Oak" })
    };
    for (path, free, wrong) in
        [("/setup", 5, 401), ("/invitation/look", 10, 404), ("/password_resets/finish", 10, 404)]
    {
        for _ in 0..free {
            assert_eq!(open(&site, STRANGER, path, secret()).await.status, wrong, "{path}");
        }
        open(&site, STRANGER, path, secret()).await.is_problem(429, "throttled");
        assert_eq!(open(&site, HOME, path, secret()).await.status, wrong, "{path}");
    }
    // Looking and accepting are one guess.
    open(&site, STRANGER, "/invitation/accept", secret()).await.is_problem(429, "throttled");
}

#[tokio::test]
async fn mails_to_choose_another_password_are_few() {
    let (site, _inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    for email in [ana.email.as_str(), "nobody@example.com"] {
        for n in 0..3 {
            let from = format!("192.0.2.{n}");
            let asked = open(&site, &from, "/password_resets", json!({ "email": email })).await;
            assert_eq!(asked.status, 202, "{email}");
        }
        let asked = open(&site, "192.0.2.77", "/password_resets", json!({ "email": email })).await;
        asked.is_problem(429, "throttled");
        assert!(asked.headers.contains_key("retry-after"));
    }
    let mut taken = 0;
    for n in 0..20 {
        let email = format!("nobody{n}@example.com");
        taken += u32::from(
            open(&site, STRANGER, "/password_resets", json!({ "email": email })).await.status == 202,
        );
    }
    assert_eq!(taken, 10, "mails asked for by one address");
}

/// Wrong tokens in any number keep no token out that works.
#[tokio::test]
async fn wrong_tokens_are_counted_and_right_ones_work_on() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let ask = async |token: &str| {
        let request = site.http.get(format!("{}/api/v1/me", site.url)).header("x-forwarded-for", STRANGER);
        answer(request.bearer_auth(token)).await
    };
    assert_eq!(ask(&viewer.token).await.status, 200);
    let mut slowed = 0;
    for n in 0..1500 {
        let found = ask(&format!("chq_{n}")).await;
        slowed += u32::from(found.status == 429);
        if slowed > 20 {
            break;
        }
    }
    assert!(slowed > 20, "wrong tokens are not slowed");
    assert_eq!(ask(&viewer.token).await.status, 200);
    ask(&"chq_long".repeat(1000)).await.is_problem(401, "unauthenticated");
}

/// A proxy that does not say for whom it asks brings many: it has more tries, and an end of them.
#[tokio::test]
async fn an_address_of_many_has_more_tries_and_not_any_number() {
    let site = Site::start().await;
    let mut looked = 0;
    for n in 0..400 {
        let body = json!({ "email": format!("nobody{n}@example.com"), "password": "wrong" });
        let found = answer(site.http.post(format!("{}/api/v1/session", site.url)).json(&body)).await;
        looked += u32::from(found.status == 401);
        if found.status == 429 {
            break;
        }
    }
    assert!((200..260).contains(&looked), "{looked} tries were looked at");
}

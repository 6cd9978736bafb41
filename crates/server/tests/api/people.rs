//! How people come in, what they may do, and what is written down of it.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::account::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Answer, PASSWORD, Person, Site, answer};
use crate::smtp::Mail;

/// The secret behind the `#` of the link in a mail.
fn secret(mail: &Mail) -> String {
    mail.text.lines().find_map(|line| line.split_once('#')).unwrap().1.trim().to_owned()
}

async fn open(site: &Site, path: &str, body: Value) -> Answer {
    answer(site.http.post(format!("{}/api/v1{path}", site.url)).json(&body)).await
}

fn cookie(entered: &Answer) -> String {
    assert_eq!(entered.status, 200, "{entered:?}");
    entered.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn with_cookie(site: &Site, method: Method, path: &str, cookie: &str, body: Value) -> Answer {
    let request = site.http.request(method, format!("{}/api/v1{path}", site.url)).header("cookie", cookie);
    answer(request.json(&body)).await
}

/// The id of somebody in their account.
async fn user(site: &Site, who: &Person) -> String {
    let user = site.server.app.store.user_by_email(&who.email).await.unwrap().unwrap();
    user.id.to_string()
}

async fn log_in(site: &Site, email: &str, password: &str) -> Answer {
    open(site, "/session", json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn a_new_installation_is_set_up_in_the_browser_once() {
    let site = Site::start().await;
    let looked = answer(site.http.get(format!("{}/api/v1/setup", site.url))).await;
    assert_eq!(looked.body, json!({ "needed": true, "mail": false }));
    let file = site.directory.path().join("setup-code");
    let code = std::fs::read_to_string(&file).unwrap();
    let form = json!({ "code": "guess", "email": "Ana@Example.com", "password": PASSWORD, "name": "Ana",
        "account": "Alpaca & Oak" });
    open(&site, "/setup", form.clone()).await.is_problem(401, "wrong_code");
    let mut empty = form.clone();
    (empty["code"], empty["email"], empty["password"], empty["name"]) =
        (json!(code), json!("ana"), json!("short"), json!(""));
    assert_eq!(open(&site, "/setup", empty).await.pointers(), ["/email", "/name", "/password"]);
    let mut right = form;
    right["code"] = json!(code);
    let entered = open(&site, "/setup", right.clone()).await;
    let cookie = cookie(&entered);
    assert_eq!(entered.body["user"]["email"], "ana@example.com");
    assert_eq!(entered.body["user"]["operator"], true);
    assert_eq!(entered.body["account"]["role"], "owner");
    let me = answer(site.http.get(format!("{}/api/v1/me", site.url)).header("cookie", &cookie)).await;
    assert_eq!(me.body, entered.body);
    assert!(!file.exists());
    open(&site, "/setup", right).await.is_problem(409, "set_up");
    let looked = answer(site.http.get(format!("{}/api/v1/setup", site.url))).await;
    assert_eq!(looked.body["needed"], false);
    let tokens =
        answer(site.http.get(format!("{}/api/v1/api_tokens", site.url)).header("cookie", &cookie)).await;
    assert_eq!(tokens.body["items"], json!([]));
}

#[tokio::test]
async fn somebody_invited_gets_a_mail_and_comes_in_once() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let made =
        site.post(&ana, "/invitations", json!({ "email": " Petra@Example.com", "role": "builder" })).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.body["email"], &made.body["link"]), (&json!("petra@example.com"), &Value::Null));
    let mail = inbox.nth(1).await;
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("bots@chasqui.example", "petra@example.com"));
    assert_eq!(mail.subject, "Ana invites you to Alpaca & Oak");
    assert!(mail.text.contains(&format!("{}/invitation#", site.url)), "{}", mail.text);
    let secret = secret(&mail);
    let looked = open(&site, "/invitation/look", json!({ "secret": secret })).await;
    let said =
        json!({ "email": "petra@example.com", "account": "Alpaca & Oak", "role": "builder", "known": false });
    assert_eq!(looked.body, said);
    open(&site, "/invitation/look", json!({ "secret": "guess" })).await.is_problem(404, "not_found");
    let wrong = open(&site, "/invitation/accept", json!({ "secret": secret, "password": "x" })).await;
    assert_eq!(wrong.pointers(), ["/name", "/password"]);
    let form = json!({ "secret": secret, "name": "Petra", "password": "another good one" });
    let entered = open(&site, "/invitation/accept", form.clone()).await;
    assert_eq!(entered.body["account"]["role"], "builder", "{entered:?}");
    open(&site, "/invitation/accept", form).await.is_problem(404, "not_found");
    assert_eq!(log_in(&site, "petra@example.com", "another good one").await.status, 200);
    assert_eq!(site.get(&ana, "/invitations").await.body["items"], json!([]));
    let people = site.get(&ana, "/users").await;
    assert_eq!(people.body["items"].as_array().unwrap().len(), 2);
    let again =
        site.post(&ana, "/invitations", json!({ "email": "petra@example.com", "role": "viewer" })).await;
    assert_eq!(again.pointers(), ["/email"]);
}

#[tokio::test]
async fn an_invitation_can_be_taken_back_and_never_gives_more_than_its_maker_has() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let admin = site.colleague(&ana, Role::Admin).await;
    let invite = |role: &str| json!({ "email": "petra@example.com", "role": role });
    assert_eq!(site.post(&admin, "/invitations", invite("owner")).await.pointers(), ["/role"]);
    let first = site.post(&admin, "/invitations", invite("viewer")).await;
    let second = site.post(&admin, "/invitations", invite("admin")).await;
    assert_eq!(site.get(&ana, "/invitations").await.body["items"].as_array().unwrap().len(), 1);
    let stranger = site.owner().await;
    for gone in [&first, &second] {
        let path = format!("/invitations/{}", gone.id());
        site.call(&stranger, Method::DELETE, &path, None).await.is_problem(404, "not_found");
    }
    let path = format!("/invitations/{}", second.id());
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    for n in [1, 2] {
        let look = json!({ "secret": secret(&inbox.nth(n).await) });
        open(&site, "/invitation/look", look).await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn who_has_a_log_in_joins_a_second_account_and_switches_between_them() {
    let (site, inbox) = Site::start_with_mail().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    site.post(&ben, "/invitations", json!({ "email": ana.email, "role": "viewer" })).await;
    let secret = secret(&inbox.nth(1).await);
    let look = open(&site, "/invitation/look", json!({ "secret": secret })).await;
    assert_eq!(look.body["known"], true);
    let wrong = json!({ "secret": secret, "password": "not this one" });
    open(&site, "/invitation/accept", wrong).await.is_problem(401, "wrong_login");
    let entered = open(&site, "/invitation/accept", json!({ "secret": secret, "password": PASSWORD })).await;
    let cookie = cookie(&entered);
    assert_eq!(entered.body["account"]["id"], ben.account.to_string());
    assert_eq!(entered.body["accounts"].as_array().unwrap().len(), 2);
    let make = json!({ "name": "Bot" });
    with_cookie(&site, Method::POST, "/bots", &cookie, make.clone()).await.is_problem(403, "forbidden");
    let home = json!({ "account_id": ana.account.to_string() });
    let switched = with_cookie(&site, Method::POST, "/session/account", &cookie, home.clone()).await;
    assert_eq!(switched.body["account"]["role"], "owner");
    assert_eq!(with_cookie(&site, Method::POST, "/bots", &cookie, make).await.status, 201);
    let other = json!({ "account_id": site.owner().await.account.to_string() });
    with_cookie(&site, Method::POST, "/session/account", &cookie, other).await.is_problem(404, "not_found");
    site.post(&ana, "/session/account", home).await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_mail() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let before = cookie(&log_in(&site, &ana.email, PASSWORD).await);
    let url = format!("{}/api/v1/password_resets", site.url);
    let nobody = json!({ "email": "nobody@example.com" });
    assert_eq!(open(&site, "/password_resets", nobody).await.status, 202);
    let german = site.http.post(&url).header("accept-language", "de-DE,de;q=0.9");
    assert_eq!(answer(german.json(&json!({ "email": ana.email }))).await.status, 202);
    let mail = inbox.nth(1).await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (ana.email.as_str(), "Neues Passwort wählen"));
    let secret = secret(&mail);
    let finish = |secret: &str, password: &str| json!({ "secret": secret, "password": password });
    open(&site, "/password_resets/finish", finish("guess", "a good password"))
        .await
        .is_problem(404, "not_found");
    assert_eq!(
        open(&site, "/password_resets/finish", finish(&secret, "short")).await.pointers(),
        ["/password"]
    );
    let done = open(&site, "/password_resets/finish", finish(&secret, "a good password")).await;
    assert_eq!(done.status, 204, "{done:?}");
    open(&site, "/password_resets/finish", finish(&secret, "another one again"))
        .await
        .is_problem(404, "not_found");
    let me = with_cookie(&site, Method::GET, "/me", &before, json!({})).await;
    me.is_problem(401, "unauthenticated");
    log_in(&site, &ana.email, PASSWORD).await.is_problem(401, "wrong_login");
    assert_eq!(log_in(&site, &ana.email, "a good password").await.status, 200);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(inbox.all().len(), 1, "nobody is told about an address that is not here");
}

#[tokio::test]
async fn mail_that_is_refused_is_tried_again_and_without_a_server_the_link_is_shown() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    inbox.refuse(Some("451 come back later"));
    site.post(&ana, "/invitations", json!({ "email": "petra@example.com", "role": "viewer" })).await;
    let store = &site.server.app.store;
    let fate = loop {
        let fate = store.last_mail(ana.account, "petra@example.com").await.unwrap().unwrap();
        if fate.error.is_some() {
            break fate;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(fate.error.unwrap().contains("451") && fate.sent_at.is_none());
    let without = Site::start().await;
    let ana = without.owner().await;
    let made =
        without.post(&ana, "/invitations", json!({ "email": "petra@example.com", "role": "viewer" })).await;
    assert!(made.body["link"].as_str().unwrap().starts_with(&format!("{}/invitation#", without.url)));
    let reset = json!({ "email": ana.email });
    open(&without, "/password_resets", reset).await.is_problem(409, "no_mail");
}

#[tokio::test]
async fn an_account_keeps_an_owner_and_removal_is_at_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let admin = site.colleague(&ana, Role::Admin).await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let people = site.get(&ana, "/users").await;
    let id = |person: &Person| {
        let all = people.body["items"].as_array().unwrap();
        let one = all.iter().find(|one| one["email"] == person.email).unwrap();
        one["id"].as_str().unwrap().to_owned()
    };
    let change = async |who: &Person, whom: &Person, role: &str| {
        site.call(who, Method::PATCH, &format!("/users/{}", id(whom)), Some(json!({ "role": role }))).await
    };
    change(&admin, &ana, "viewer").await.is_problem(403, "forbidden");
    change(&viewer, &viewer, "owner").await.is_problem(403, "forbidden");
    assert_eq!(change(&admin, &viewer, "owner").await.pointers(), ["/role"]);
    change(&ana, &ana, "admin").await.is_problem(409, "last_owner");
    assert_eq!(change(&admin, &viewer, "builder").await.body["role"], "builder");
    assert_eq!(
        site.post(&viewer, "/bots", json!({ "name": "Bot" })).await.status,
        403,
        "its token is a viewer's"
    );
    let stranger = site.owner().await;
    change(&stranger, &viewer, "viewer").await.is_problem(404, "not_found");
    let remove = async |who: &Person, whom: &Person| {
        site.call(who, Method::DELETE, &format!("/users/{}", id(whom)), None).await
    };
    remove(&ana, &ana).await.is_problem(409, "last_owner");
    assert_eq!(remove(&ana, &viewer).await.status, 204);
    site.get(&viewer, "/bots").await.is_problem(401, "unauthenticated");
    let log = site.get(&ana, "/audit").await;
    let actions: Vec<_> =
        log.body["items"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(actions, ["user.remove", "user.role"]);
    assert_eq!(log.body["items"][1]["detail"], json!({ "from": "viewer", "to": "builder" }));
    assert_eq!(log.body["items"][1]["who"]["email"], admin.email);
    let about = site.get(&ana, &format!("/audit?subject={}", id(&admin))).await;
    assert_eq!(about.body["items"], json!([]));
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_until_it_ends() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let make = |scopes: Value| json!({ "name": "CI", "role": "admin", "scopes": scopes });
    assert_eq!(site.post(&ana, "/api_tokens", make(json!(["bots:fly"]))).await.pointers(), ["/scopes/0"]);
    let made = site.post(&ana, "/api_tokens", make(json!(["bots:read"]))).await;
    let limited = Person { token: made.body["token"].as_str().unwrap().to_owned(), ..ana.clone() };
    assert_eq!(site.get(&limited, "/bots").await.status, 200);
    site.post(&limited, "/bots", json!({ "name": "Bot" })).await.is_problem(403, "forbidden");
    site.get(&limited, "/integrations").await.is_problem(403, "forbidden");
    site.get(&limited, "/api_tokens").await.is_problem(403, "forbidden");
    let past = json!({ "name": "CI", "role": "viewer", "expires_at": "2020-01-01T00:00:00Z" });
    assert_eq!(site.post(&ana, "/api_tokens", past).await.pointers(), ["/expires_at"]);
    let soon = site.server.app.clock.now().after(Duration::from_millis(600)).to_string();
    let short = json!({ "name": "CI", "role": "viewer", "expires_at": soon });
    let made = site.post(&ana, "/api_tokens", short).await;
    assert_eq!(made.status, 201, "{made:?}");
    let short = Person { token: made.body["token"].as_str().unwrap().to_owned(), ..ana.clone() };
    assert_eq!(site.get(&short, "/bots").await.status, 200);
    tokio::time::sleep(Duration::from_millis(700)).await;
    site.get(&short, "/bots").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_limited_token_lets_nobody_in_with_more_than_it_has() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let ben = site.colleague(&ana, Role::Viewer).await;
    let made = json!({ "name": "HR", "role": "owner", "scopes": ["people:read", "people:write"] });
    let made = site.post(&ana, "/api_tokens", made).await;
    let limited = Person { token: made.body["token"].as_str().unwrap().to_owned(), ..ana.clone() };
    for role in ["viewer", "builder", "admin", "owner"] {
        let body = json!({ "email": "own@evil.example", "role": role });
        site.post(&limited, "/invitations", body).await.is_problem(403, "forbidden");
    }
    assert_eq!(site.get(&limited, "/invitations").await.body["items"], json!([]));
    let change = async |who: &Person, whom: &str, role: &str| {
        site.call(who, Method::PATCH, &format!("/users/{whom}"), Some(json!({ "role": role }))).await
    };
    let (me, him) = (user(&site, &ana).await, user(&site, &ben).await);
    for role in ["builder", "admin", "owner"] {
        change(&limited, &him, role).await.is_problem(403, "forbidden");
    }
    assert_eq!(change(&ana, &him, "admin").await.status, 200);
    assert_eq!(change(&limited, &him, "viewer").await.status, 200, "lowering gives nothing");
    // An answer that its person was given logged in, or by another token, is not shown to it.
    let invite = json!({ "email": "new@example.com", "role": "owner" });
    let with_key = async |who: &Person| {
        let request = site.http.post(format!("{}/api/v1/invitations", site.url)).bearer_auth(&who.token);
        answer(request.header("idempotency-key", "one").json(&invite)).await
    };
    assert_eq!(with_key(&ana).await.status, 201);
    let again = with_key(&limited).await;
    assert!(!again.status.is_success() && again.body["link"].is_null(), "{again:?}");
    // With every scope of a role it gives that role.
    let scopes = [
        "me:read",
        "people:read",
        "people:write",
        "bots:read",
        "integrations:read",
        "conversations:read",
        "contacts:read",
        "events:read",
    ];
    let made = json!({ "name": "HR", "role": "owner", "scopes": scopes });
    let made = site.post(&ana, "/api_tokens", made).await;
    let wide = Person { token: made.body["token"].as_str().unwrap().to_owned(), ..ana.clone() };
    let body = |role: &str| json!({ "email": "viewer@example.com", "role": role });
    assert_eq!(site.post(&wide, "/invitations", body("viewer")).await.status, 201);
    site.post(&wide, "/invitations", body("builder")).await.is_problem(403, "forbidden");
    // Its owner's role counts, not the one it was made with.
    let cid = site.colleague(&ana, Role::Owner).await;
    let made = json!({ "name": "All", "role": "owner" });
    let made = site.post(&cid, "/api_tokens", made).await;
    let theirs = Person { token: made.body["token"].as_str().unwrap().to_owned(), ..cid.clone() };
    assert_eq!(change(&ana, &user(&site, &cid).await, "admin").await.status, 200);
    let owner = json!({ "email": "x@example.com", "role": "owner" });
    assert_eq!(site.post(&theirs, "/invitations", owner).await.pointers(), ["/role"]);
    change(&theirs, &me, "viewer").await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_token_makes_none_that_outlives_it() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let end = site.server.app.clock.now().after(Duration::from_hours(1));
    let make = async |who: &Person, end: Option<Timestamp>| {
        site.post(who, "/api_tokens", json!({ "name": "CI", "role": "admin", "expires_at": end })).await
    };
    let made = make(&ana, Some(end)).await;
    let short = Person { token: made.body["token"].as_str().unwrap().to_owned(), ..ana.clone() };
    for later in [None, Some(end.after(Duration::from_millis(1)))] {
        assert_eq!(make(&short, later).await.pointers(), ["/expires_at"]);
    }
    assert_eq!(make(&short, Some(end)).await.status, 201);
    assert_eq!(make(&ana, None).await.status, 201);
}

#[tokio::test]
async fn an_invitation_gives_no_more_than_its_maker_may_when_it_is_taken_up() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let ben = site.colleague(&ana, Role::Owner).await;
    let invite = async |email: &str, role: &str| {
        let made = site.post(&ben, "/invitations", json!({ "email": email, "role": role })).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned()
    };
    let look = async |secret: &str| {
        let request = site.http.post(format!("{}/api/v1/invitation/look", site.url));
        answer(request.json(&json!({ "secret": secret }))).await.status.as_u16()
    };
    let (owner, viewer) = (invite("a@example.com", "owner").await, invite("b@example.com", "viewer").await);
    assert_eq!((look(&owner).await, look(&viewer).await), (200, 200));
    let him = format!("/users/{}", user(&site, &ben).await);
    let lower = json!({ "role": "builder" });
    assert_eq!(site.call(&ana, Method::PATCH, &him, Some(lower)).await.status, 200);
    assert_eq!((look(&owner).await, look(&viewer).await), (404, 200));
    assert_eq!(site.get(&ana, "/invitations").await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(site.call(&ana, Method::DELETE, &him, None).await.status, 204);
    assert_eq!(look(&viewer).await, 404);
    let accept = json!({ "secret": viewer, "name": "B", "password": "a good password" });
    let request = site.http.post(format!("{}/api/v1/invitation/accept", site.url)).json(&accept);
    assert_eq!(answer(request).await.status, 404);
    assert_eq!(site.get(&ana, "/invitations").await.body["items"], json!([]));
}

#[tokio::test]
async fn people_change_their_own_name_and_password() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let here = cookie(&log_in(&site, &ana.email, PASSWORD).await);
    let elsewhere = cookie(&log_in(&site, &ana.email, PASSWORD).await);
    let renamed = with_cookie(&site, Method::PATCH, "/me", &here, json!({ "name": "Ana María" })).await;
    assert_eq!(renamed.body["user"]["name"], "Ana María");
    let change = |current: &str, password: &str| json!({ "current": current, "password": password });
    let path = "/me/password";
    let wrong = with_cookie(&site, Method::POST, path, &here, change("nonsense", "a good password")).await;
    assert_eq!(wrong.pointers(), ["/current"]);
    let short = with_cookie(&site, Method::POST, path, &here, change(PASSWORD, "short")).await;
    assert_eq!(short.pointers(), ["/password"]);
    site.post(&ana, path, change(PASSWORD, "a good password")).await.is_problem(403, "forbidden");
    let done = with_cookie(&site, Method::POST, path, &here, change(PASSWORD, "a good password")).await;
    assert_eq!(done.status, 204);
    let me = async |cookie: &str| {
        answer(site.http.get(format!("{}/api/v1/me", site.url)).header("cookie", cookie)).await.status
    };
    assert_eq!((me(&here).await.as_u16(), me(&elsewhere).await.as_u16()), (200, 401));
}

#[tokio::test]
async fn an_account_has_settings_and_only_operators_make_another() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let shown = site.get(&viewer, "/account").await;
    assert_eq!((&shown.body["language"], &shown.body["retention_days"]), (&json!("en"), &Value::Null));
    let patch = async |who: &Person, body: Value| site.call(who, Method::PATCH, "/account", Some(body)).await;
    patch(&viewer, json!({ "name": "Mine" })).await.is_problem(403, "forbidden");
    let wrong = json!({ "name": "", "time_zone": "Mars/Olympus", "retention_days": 0 });
    assert_eq!(patch(&ana, wrong).await.pointers(), ["/name", "/time_zone", "/retention_days"]);
    let right = json!({ "language": "de", "time_zone": "Europe/Berlin", "retention_days": 90 });
    let changed = patch(&ana, right).await;
    assert_eq!(changed.body["time_zone"], "Europe/Berlin", "{changed:?}");
    let cleared = patch(&ana, json!({ "retention_days": null })).await;
    assert_eq!((&cleared.body["retention_days"], &cleared.body["language"]), (&Value::Null, &json!("de")));
    site.post(&ana, "/accounts", json!({ "name": "Second" })).await.is_problem(403, "forbidden");
}

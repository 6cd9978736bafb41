//! What an account may keep: every kind is refused at its limit, and nothing of the way of a message is.

use std::time::Duration;

use chasqui_model::quota::Limits;
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};

use crate::numbers::operator;
use crate::site::{Answer, PNG, Person, Site, answer, form};

async fn limit(site: &Site, who: &Person, limits: &str) {
    let limits = Limits::parse(limits).unwrap();
    assert!(site.server.app.store.set_limits(who.account, &limits).await.unwrap());
}

fn is_full(answer: &Answer, quota: &str, limit: i64) {
    answer.is_problem(409, "quota_reached");
    assert_eq!((&answer.body["quota"], &answer.body["limit"]), (&json!(quota), &json!(limit)));
}

async fn upload(site: &Site, who: &Person, bytes: Vec<u8>) -> Answer {
    let request = site.http.post(format!("{}/api/v1/media?filename=a.png", site.url)).bearer_auth(&who.token);
    answer(request.header("content-type", "image/png").body(bytes)).await
}

async fn used(site: &Site, who: &Person, kind: &str) -> Value {
    let page = site.get(who, "/account/quotas").await;
    assert_eq!(page.status, 200, "{page:?}");
    let items = page.body["items"].as_array().unwrap();
    items.iter().find(|it| it["kind"] == kind).unwrap_or_else(|| panic!("no {kind}")).clone()
}

/// Files that lie in the folder.
fn lying(site: &Site) -> usize {
    std::fs::read_dir(site.directory.path().join("media")).unwrap().count()
}

#[tokio::test]
async fn files_are_refused_at_their_number_and_at_their_bytes_and_leave_nothing() {
    let site = Site::start().await;
    let (ana, other) = (site.owner().await, site.owner().await);
    limit(&site, &ana, "files=2").await;
    let first = upload(&site, &ana, PNG.to_vec()).await;
    assert_eq!(upload(&site, &ana, PNG.to_vec()).await.status, 201);
    is_full(&upload(&site, &ana, PNG.to_vec()).await, "files", 2);
    assert_eq!(lying(&site), 2);
    assert_eq!(upload(&site, &other, PNG.to_vec()).await.status, 201);
    assert_eq!(site.call(&ana, Method::DELETE, &format!("/media/{}", first.id()), None).await.status, 204);
    assert_eq!(upload(&site, &ana, PNG.to_vec()).await.status, 201);
    let (file, two) = (used(&site, &ana, "files").await, used(&site, &ana, "file_bytes").await);
    assert_eq!((&file["used"], &file["limit"], &file["nearly"]), (&json!(2), &json!(2), &json!(true)));
    assert_eq!((&two["used"], &two["unit"]), (&json!(2 * PNG.len()), &json!("bytes")));

    limit(&site, &ana, &format!("file_bytes={}", 3 * PNG.len())).await;
    let larger = [PNG, &[0]].concat();
    is_full(&upload(&site, &ana, larger.clone()).await, "file_bytes", i64::try_from(3 * PNG.len()).unwrap());
    // Without a length nobody can tell before it is here.
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>(larger)]);
    let request = site.http.post(format!("{}/api/v1/media", site.url)).bearer_auth(&ana.token);
    let streamed = request.header("content-type", "image/png").body(reqwest::Body::wrap_stream(pieces));
    is_full(&answer(streamed).await, "file_bytes", i64::try_from(3 * PNG.len()).unwrap());
    assert_eq!(upload(&site, &ana, PNG.to_vec()).await.status, 201);
    assert_eq!(lying(&site), 4);
}

#[tokio::test]
async fn many_uploads_at_once_keep_within_the_limit() {
    let site = Site::start().await;
    let ana = site.owner().await;
    limit(&site, &ana, "files=3").await;
    let answers = futures::future::join_all((0..10).map(|_| upload(&site, &ana, PNG.to_vec()))).await;
    let made = answers.iter().filter(|it| it.status == 201).count();
    assert!(made <= 3 && lying(&site) == made, "{answers:?}");
    assert_eq!(used(&site, &ana, "files").await["used"], json!(made));
}

#[tokio::test]
async fn each_kind_that_people_add_is_refused_at_its_limit() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    limit(&site, &ana, "bots=1,api_tokens=1,people=2,connections=1,integrations=0").await;
    for (path, body) in [
        ("/bots", json!({ "name": "Other" })),
        ("/bots/import", json!({ "text": crate::site::MENU })),
        ("/bots/starters/menu.en", json!({})),
        (&*format!("/bots/{bot}/copy"), json!({})),
    ] {
        let refused = site.post(&ana, path, body).await;
        if refused.status != 404 {
            is_full(&refused, "bots", 1);
        }
    }
    // The owner's own token is the first.
    is_full(&site.post(&ana, "/api_tokens", json!({ "name": "A", "role": "viewer" })).await, "api_tokens", 1);
    let invite = |email: &str| json!({ "email": email, "role": "viewer" });
    assert_eq!(site.post(&ana, "/invitations", invite("a@example.com")).await.status, 201);
    is_full(&site.post(&ana, "/invitations", invite("b@example.com")).await, "people", 2);
    // The one that is there may be written anew.
    assert_eq!(site.post(&ana, "/invitations", invite("a@example.com")).await.status, 201);
    let connection = |name: &str| json!({ "name": name, "kind": "openai", "settings": {}, "secret": "sk-0123456789abcdef" });
    let first = site.post(&ana, "/connections", connection("one")).await;
    assert_eq!(first.status, 201, "{first:?}");
    is_full(&site.post(&ana, "/connections", connection("two")).await, "connections", 1);
    is_full(&site.post(&ana, "/integrations", form(&bot)).await, "integrations", 0);
    assert_eq!(site.get(&ana, "/integrations").await.body["items"], json!([]));
    let audit = site.get(&ana, "/audit?limit=200").await;
    let actions: Vec<_> = audit.body["items"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
    assert!(!actions.contains(&&json!("integration.create")), "{actions:?}");
}

#[tokio::test]
async fn bot_files_are_refused_at_their_bytes_and_may_always_get_smaller() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let used = used(&site, &ana, "bot_bytes").await["used"].as_i64().unwrap();
    assert!(used > 1000, "{used}");
    limit(&site, &ana, &format!("bot_bytes={used},versions=1")).await;
    let draft = site.get(&ana, &format!("/bots/{bot}/draft")).await.body;
    let save = async |definition: &Value, revision: i64| {
        let body = json!({ "revision": revision, "definition": definition });
        site.call(&ana, Method::PUT, &format!("/bots/{bot}/draft"), Some(body)).await
    };
    let mut larger = draft["definition"].clone();
    larger["about"] = json!("x".repeat(200));
    is_full(&save(&larger, 1).await, "bot_bytes", used);
    assert_eq!(save(&json!({ "name": "Menu" }), 1).await.body, json!({ "revision": 2 }));
    limit(&site, &ana, "bot_bytes=1,versions=1").await;
    assert_eq!(save(&json!({}), 2).await.body, json!({ "revision": 3 }));
    is_full(&save(&draft["definition"], 3).await, "bot_bytes", 1);
    limit(&site, &ana, "versions=1").await;
    assert_eq!(save(&draft["definition"], 3).await.body, json!({ "revision": 4 }));
    is_full(&site.post(&ana, &format!("/bots/{bot}/publish"), json!({})).await, "versions", 1);
    let versions = site.get(&ana, &format!("/bots/{bot}/versions")).await;
    assert_eq!(versions.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn refusals_are_read_in_both_languages() {
    let site = Site::start().await;
    let ana = site.owner().await;
    limit(&site, &ana, "bots=0").await;
    let request = site.http.post(format!("{}/api/v1/bots", site.url)).bearer_auth(&ana.token);
    let german = answer(request.header("accept-language", "de").json(&json!({ "name": "A" }))).await;
    assert!(
        german.body["detail"].as_str().unwrap().starts_with("Dieses Konto bewahrt 0 Bots auf."),
        "{german:?}"
    );
}

#[tokio::test]
async fn contacts_over_the_limit_are_answered_and_the_owner_is_told() {
    let site = Site::start().await;
    let ana = site.owner().await;
    site.connected(&ana).await;
    limit(&site, &ana, "contacts=1,received_bytes=0,events=0").await;
    assert_eq!(site.get(&ana, "/account/quotas").await.body["counted_at"], Value::Null);
    for name in ["Jonas", "Petra"] {
        let contact = site.meta.contact(name, harness::NUMBER).unwrap();
        contact.says("hi").unwrap();
        contact.wait_for(1, Duration::from_secs(10)).await.unwrap();
    }
    site.server.app.runtime.count_quotas().await;
    let contacts = used(&site, &ana, "contacts").await;
    assert_eq!((&contacts["used"], &contacts["at_limit"]), (&json!(2), &json!("said")));
    let told = site.get(&ana, "/events").await;
    let told: Vec<_> = told.body["items"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
    assert!(told.contains(&&json!("quota_passed")), "{told:?}");
    // Once, not with every count.
    site.server.app.runtime.count_quotas().await;
    let again = site.get(&ana, "/events").await;
    let count =
        again.body["items"].as_array().unwrap().iter().filter(|it| it["code"] == "quota_passed").count();
    assert!(count <= 1, "{again:?}");
    let third = site.meta.contact("Äneas", harness::NUMBER).unwrap();
    third.says("hi").unwrap();
    third.wait_for(1, Duration::from_secs(10)).await.unwrap();
}

#[tokio::test]
async fn the_operator_sets_the_limits_of_one_account() {
    let site = Site::start().await;
    let cookie = operator(&site).await;
    let (ana, other) = (site.owner().await, site.owner().await);
    let path = format!("/api/v1/installation/accounts/{}/quotas", ana.account);
    let set = async |limits: Value| {
        let request = site.http.patch(format!("{}{path}", site.url)).header("cookie", &cookie);
        answer(request.json(&json!({ "limits": limits }))).await
    };
    let set_files = set(json!({ "files": 1 })).await;
    assert_eq!(set_files.status, 200, "{set_files:?}");
    assert_eq!(upload(&site, &ana, PNG.to_vec()).await.status, 201);
    is_full(&upload(&site, &ana, PNG.to_vec()).await, "files", 1);
    assert_eq!(used(&site, &ana, "files").await["own"], true);
    assert_eq!(used(&site, &other, "files").await["own"], false);
    assert_eq!(set(json!({ "files": null })).await.status, 200);
    assert_eq!(upload(&site, &ana, PNG.to_vec()).await.status, 201);
    let wrong = set(json!({ "flies": 1, "bots": -1 })).await;
    assert_eq!(wrong.pointers(), ["/limits/bots", "/limits/flies"]);
    assert_eq!(set(json!({ "bots": 1_i64 << 60 })).await.pointers(), ["/limits/bots"]);
    // An owner is no operator, nor is a token; and an account that is not there has no limits.
    site.call(&ana, Method::PATCH, &path["/api/v1".len()..], Some(json!({ "limits": {} })))
        .await
        .is_problem(403, "forbidden");
    let nobody = format!("{}/api/v1/installation/accounts/acc_{}/quotas", site.url, "0".repeat(32));
    let nobody = answer(site.http.get(nobody).header("cookie", &cookie)).await;
    nobody.is_problem(404, "not_found");
    let audit = site.get(&ana, "/audit").await;
    let items = audit.body["items"].as_array().unwrap();
    assert_eq!(items.iter().filter(|it| it["action"] == "account.quotas").count(), 2, "{audit:?}");
}

#[tokio::test]
async fn what_an_upload_left_behind_is_cleared_away() {
    let site = Site::start().await;
    let ana = site.owner().await;
    assert_eq!(upload(&site, &ana, PNG.to_vec()).await.status, 201);
    let folder = site.directory.path().join("media");
    let id = || site.server.app.clock.id::<chasqui_model::media::Media>();
    let (orphan, part, of_another) = (id(), id(), id());
    let runtime = &site.server.app.runtime;
    runtime.files().write(orphan, bytes::Bytes::from_static(PNG)).await.unwrap();
    std::fs::write(folder.join(format!("{part}.part")), b"half").unwrap();
    std::fs::write(folder.join("notes.txt"), b"what somebody put here").unwrap();
    // Older than this store: the folder of another database, put beside this one by mistake.
    let old = folder.join(of_another.to_string());
    std::fs::write(&old, PNG).unwrap();
    let long_ago = std::time::UNIX_EPOCH
        + Duration::from_millis(
            site.server.app.clock.now().before(Duration::from_hours(48)).millis().unsigned_abs(),
        );
    std::fs::File::open(&old).unwrap().set_modified(long_ago).unwrap();
    // Too young: an upload may still be under way.
    runtime.clear_orphans(Duration::from_hours(24)).await;
    assert_eq!(lying(&site), 5);
    tokio::time::sleep(Duration::from_millis(50)).await;
    for _ in 0..2 {
        runtime.clear_orphans(Duration::ZERO).await;
        assert_eq!(lying(&site), 3);
    }
    assert!(old.exists() && folder.join("notes.txt").exists() && !folder.join(orphan.to_string()).exists());
}

//! Numbers that the operator lends.

use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{PASSWORD, Site, answer, form};

/// An installation that was set up in the browser: the operator's cookie.
pub async fn operator(site: &Site) -> String {
    let code = std::fs::read_to_string(site.directory.path().join("setup-code")).unwrap();
    let form = json!({ "code": code, "email": "op@example.com", "password": PASSWORD, "name": "Op", "account": "House" });
    let entered = answer(site.http.post(format!("{}/api/v1/setup", site.url)).json(&form)).await;
    entered.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn a_managed_number_is_lent_and_its_credentials_are_never_seen() {
    let site = Site::start().await;
    let cookie = operator(&site).await;
    let ana = site.owner().await;
    let call = async |method: Method, path: &str, body: Value| {
        let request =
            site.http.request(method, format!("{}/api/v1{path}", site.url)).header("cookie", &cookie);
        answer(request.json(&body)).await
    };
    site.get(&ana, "/installation/numbers").await.is_problem(403, "forbidden");
    let bot = site.published(&ana).await;
    let wanted = json!({ "name": "Lent", "bot_id": bot, "managed": true });
    site.post(&ana, "/integrations", wanted.clone()).await.is_problem(409, "no_free_number");
    assert_eq!(site.post(&ana, "/number_requests", json!({ "note": "" })).await.pointers(), ["/note"]);
    let asked = site.post(&ana, "/number_requests", json!({ "note": "For the shop" })).await;
    assert_eq!((asked.status.as_u16(), &asked.body["state"]), (201, &json!("open")), "{asked:?}");
    let approve = format!("/installation/number_requests/{}/approve", asked.id());
    call(Method::POST, &approve, json!({})).await.is_problem(409, "no_free_number");
    let mut credentials = form("x")["credentials"].clone();
    credentials.as_object_mut().unwrap().remove("verify_token");
    let added = call(Method::POST, "/installation/numbers", json!({ "credentials": credentials })).await;
    assert_eq!(
        (added.status.as_u16(), &added.body["verified_name"]),
        (201, &json!("Alpaca & Oak")),
        "{added:?}"
    );
    assert!(!added.body.to_string().contains(harness::TOKEN));
    let approved = call(Method::POST, &approve, json!({})).await;
    assert_eq!(approved.body["state"], "approved", "{approved:?}");
    call(Method::POST, &approve, json!({})).await.is_problem(409, "no_free_number");
    // It was promised to Ana: nobody else gets it.
    let other = site.owner().await;
    let theirs = site.published(&other).await;
    let foreign = json!({ "bot_id": theirs, "managed": true });
    site.post(&other, "/integrations", foreign).await.is_problem(409, "no_free_number");
    let made = site.post(&ana, "/integrations", wanted).await;
    assert_eq!((made.status.as_u16(), &made.body["managed"]), (201, &json!(true)), "{made:?}");
    let text = made.body["credentials"].to_string();
    for secret in [harness::NUMBER, harness::ACCOUNT, harness::APP, "cdef"] {
        assert!(!text.contains(secret), "{text}");
    }
    let path = format!("/integrations/{}", made.id());
    site.get(&ana, &format!("{path}/verify_token")).await.is_problem(409, "managed");
    let change = json!({ "credentials": { "access_token": "EAAmine" } });
    site.call(&ana, Method::PATCH, &path, Some(change)).await.is_problem(409, "managed");
    let connected = site.post(&ana, &format!("{path}/register_webhook"), json!({})).await;
    assert_eq!(connected.body["steps"].as_array().unwrap().len(), 3, "{connected:?}");
    let number = format!("/installation/numbers/{}", added.id());
    call(Method::DELETE, &number, json!({})).await.is_problem(409, "in_use");
    let released = call(Method::POST, &format!("{number}/release"), json!({})).await;
    assert_eq!(released.body["integration_id"], Value::Null, "{released:?}");
    let it = site.get(&ana, &path).await;
    assert_eq!((&it.body["active"], &it.body["managed"]), (&json!(false), &json!(false)));
    assert_eq!(call(Method::DELETE, &number, json!({})).await.status, 204);
    let second = site.post(&ana, "/number_requests", json!({ "note": "Another" })).await;
    let decline = format!("/installation/number_requests/{}/decline", second.id());
    let declined = call(Method::POST, &decline, json!({ "answer": "None left this year." })).await;
    assert_eq!(
        (&declined.body["state"], &declined.body["answer"]),
        (&json!("declined"), &json!("None left this year."))
    );
    let mine = site.get(&ana, "/number_requests").await;
    assert_eq!(mine.body["items"][0], declined.body);
    assert_eq!(site.get(&other, "/number_requests").await.body["items"], json!([]));
    let accounts = call(Method::GET, "/installation/accounts", json!({})).await;
    assert_eq!(accounts.body["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn pasted_numbers_are_read_with_the_country_of_the_number() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let text = "650 555 1234\n+49 151 23456789;Ana\nname,phone\n";
    let read = site.post(&ana, "/phone_numbers/read", json!({ "text": text, "integration_id": id })).await;
    assert_eq!(read.body["numbers"], json!(["+16505551234", "+4915123456789"]), "{read:?}");
    assert_eq!(read.body["wrong"][0]["line"], 3);
    let patch = json!({ "settings": { "recipients": { "mode": "only", "numbers": ["650-555-1234"] } } });
    let saved = site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(patch)).await;
    assert_eq!(saved.body["settings"]["recipients"]["numbers"], json!(["+16505551234"]), "{saved:?}");
}

#[tokio::test]
async fn a_pasted_table_lets_nobody_in_by_an_order_or_a_date() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let text = "\u{feff}Order;Date;Customer\n4711000123;01.02.2026;\u{202a}+49 151 23456789\u{202c}\n4711000124;2026-02-01;0151 23456790\n01.02.2026\n";
    let body = json!({ "text": text, "like": "+49 30 1234567" });
    let read = site.post(&ana, "/phone_numbers/read", body).await;
    assert_eq!(read.body["numbers"], json!(["+4915123456789"]), "{read:?}");
    let wrong: Vec<_> =
        read.body["wrong"].as_array().unwrap().iter().map(|it| (&it["line"], &it["reason"])).collect();
    let wanted = [(1, "heading"), (3, "several_columns"), (4, "date_or_amount")]
        .map(|(line, why)| (json!(line), json!(why)));
    assert_eq!(wrong, wanted.iter().map(|(line, why)| (line, why)).collect::<Vec<_>>());
    let id = site.connected(&ana).await;
    for number in ["01.02.2026", "1234567.50", "+1 650\u{200b} 555 1234"] {
        let patch = json!({ "settings": { "recipients": { "mode": "only", "numbers": [number] } } });
        let refused = site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(patch)).await;
        assert_eq!(refused.status, 422, "{number}: {refused:?}");
    }
    let patch = json!({ "settings": { "recipients": { "mode": "only", "numbers": ["tel:+1\u{2011}650\u{2011}555\u{2011}1234", "+٤٩ ١٥١ ٢٣٤٥٦٧٨٩"] },
        "error_alerts": { "enabled": true, "emails": ["\u{200b}ops@shop.example\u{a0}"] } } });
    let saved = site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(patch)).await;
    assert_eq!(
        saved.body["settings"]["recipients"]["numbers"],
        json!(["+16505551234", "+4915123456789"]),
        "{saved:?}"
    );
    assert_eq!(saved.body["settings"]["error_alerts"]["emails"], json!(["ops@shop.example"]));
}

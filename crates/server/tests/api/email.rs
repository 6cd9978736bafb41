//! E-mails of bots, to a mail server and to a stand-in of Postmark.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use chasqui_simulator::harness;
use chasqui_simulator::harness::Contact;
use serde_json::{Value, json};

use crate::site::{Person, Site, answer, form};
use crate::smtp::Inbox;

const SOON: Duration = Duration::from_secs(10);
const EVIL: &str = "<script>x()</script> {secret} {{secret}} =1+1\r\nBcc: eve@example.com";

/// A bot that mails what the contact says.
fn mailing(connection: Option<&str>, to: &Value, more: &Value) -> Value {
    let mut mail = json!({ "id": "mail", "type": "email", "to": to, "subject": "About {message.text}",
        "html": "<p onclick=\"x()\">They say: <b>{message.text}</b></p><script>y()</script>",
        "ports": { "next": "sent", "error": "failed" } });
    if let Some(connection) = connection {
        mail["connection"] = connection.into();
    }
    for (key, value) in more.as_object().unwrap() {
        mail[key] = value.clone();
    }
    json!({ "format": 1, "name": "Mail", "start": "mail", "variables": { "secret": "text" }, "nodes": [
        mail, { "id": "sent", "type": "end", "text": "Sent." }, { "id": "failed", "type": "end", "text": "Not sent." } ] })
}

/// A contact of a number with this bot.
async fn meet(site: &Site, who: &Person, bot: Value) -> Contact {
    let bot = site.post(who, "/bots", json!({ "definition": bot })).await.id();
    let published = site.post(who, &format!("/bots/{bot}/publish"), json!({})).await;
    assert_eq!(published.status, 200, "{published:?}");
    let id = site.post(who, "/integrations", form(&bot)).await.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&id)));
    site.meta.contact("Ana", harness::NUMBER).unwrap()
}

async fn hears(contact: &Contact) -> String {
    contact.next(SOON).await.unwrap().to_string()
}

/// A connection of the account to a mail server.
async fn to_server(site: &Site, who: &Person, inbox: &Inbox) {
    let settings = json!({ "host": "127.0.0.1", "port": inbox.port(), "security": "none", "from": "Shop <shop@example.com>" });
    let made =
        site.post(who, "/connections", json!({ "name": "Post", "kind": "smtp", "settings": settings })).await;
    assert_eq!(made.status, 201, "{made:?}");
}

#[tokio::test]
async fn what_a_contact_says_arrives_as_text_with_files_and_copies() {
    let site = Site::start().await;
    let (ana, inbox) = (site.owner().await, Inbox::open().await);
    to_server(&site, &ana, &inbox).await;
    let upload = site.http.post(format!("{}/api/v1/media?filename=a.png", site.url)).bearer_auth(&ana.token);
    let file =
        answer(upload.header("content-type", "image/png").body([crate::site::PNG, b"picture"].concat()))
            .await
            .id();
    let more = json!({ "cc": ["boss@example.com"], "attachments": [file] });
    let contact = meet(&site, &ana, mailing(Some("Post"), &json!(["ben@example.com"]), &more)).await;
    contact.says(EVIL).unwrap();
    assert_eq!(hears(&contact).await, "Sent.");

    let mail = inbox.nth(1).await;
    assert_eq!(mail.from, "shop@example.com");
    assert_eq!(mail.recipients, ["ben@example.com", "boss@example.com"]);
    assert_eq!(mail.subject, "About <script>x()</script> {secret} {{secret}} =1+1  Bcc: eve@example.com");
    assert_eq!(mail.header("Bcc"), None);
    let html = mail.html();
    assert!(html.contains("&lt;script&gt;x()&lt;/script&gt; {secret} {{secret}} =1+1<br>Bcc"), "{html}");
    for bad in ["<script", "onclick", "y()"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
    assert!(
        mail.text.contains("<script>x()</script> {secret} {{secret}} =1+1\nBcc: eve@example.com"),
        "{}",
        mail.text
    );
    assert_eq!(mail.files(), [("a.png".to_owned(), [crate::site::PNG, b"picture"].concat())]);
    let id = mail.header("Message-ID").unwrap();
    assert!(id.starts_with("<cnv_") && id.ends_with("@example.com>"), "{id}");
}

#[tokio::test]
async fn a_contact_who_types_two_addresses_or_a_header_mails_nobody() {
    let site = Site::start().await;
    let (ana, inbox) = (site.owner().await, Inbox::open().await);
    to_server(&site, &ana, &inbox).await;
    let bot = mailing(Some("Post"), &json!(["{message.text}"]), &json!({}));
    let contact = meet(&site, &ana, bot).await;
    for text in [
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "Eve <a@example.com>",
        "{secret}",
    ] {
        contact.says(text).unwrap();
        assert_eq!(hears(&contact).await, "Not sent.", "{text}");
    }
    contact.says(" a@example.com ").unwrap();
    assert_eq!(hears(&contact).await, "Sent.");
    assert_eq!(inbox.all().len(), 1);
    let events = site.get(&ana, "/events").await.body.to_string();
    assert!(events.contains("invalid_recipient") && !events.contains("b@example.com"), "{events}");
}

#[tokio::test]
async fn a_mail_server_that_says_no_or_is_away_takes_the_error_port() {
    let site = Site::start().await;
    let (ana, inbox) = (site.owner().await, Inbox::open().await);
    to_server(&site, &ana, &inbox).await;
    let contact = meet(&site, &ana, mailing(Some("Post"), &json!(["ben@example.com"]), &json!({}))).await;
    inbox.refuse(Some("554 not today"));
    contact.says("hi").unwrap();
    assert_eq!(hears(&contact).await, "Not sent.");
    let events = site.get(&ana, "/events").await.body["items"].clone();
    assert_eq!(events[0]["code"], "email_failed", "{events}");
    let all = site.get(&ana, "/connections").await.body["items"].clone();
    let path = format!("/connections/{}", all[0]["id"].as_str().unwrap());
    let mut settings = all[0]["settings"].clone();
    settings["port"] = 1.into();
    let change = Some(json!({ "settings": settings }));
    assert_eq!(site.call(&ana, reqwest::Method::PATCH, &path, change).await.status, 200);
    contact.says("again").unwrap();
    assert_eq!(hears(&contact).await, "Not sent.");
    // Nobody can take it away under the bot that names it.
    assert_eq!(site.call(&ana, reqwest::Method::DELETE, &path, None).await.status, 409);
}

#[tokio::test]
async fn a_bot_mails_so_many_people_a_day_and_no_more() {
    let site = Site::start().await;
    let (ana, inbox) = (site.owner().await, Inbox::open().await);
    to_server(&site, &ana, &inbox).await;
    let to: Vec<String> = (0..10).map(|n| format!("p{n}@example.com")).collect();
    let contact = meet(&site, &ana, mailing(Some("Post"), &json!(to), &json!({}))).await;
    let bots = site.get(&ana, "/bots").await.body["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let (store, now) = (&site.server.app.store, site.server.app.clock.now());
    // 485 before: ten more go out, and then not even those who would still fit by half.
    assert!(store.count_recipients(ana.account, bots, 485, 500, now).await.unwrap());
    contact.says("one").unwrap();
    assert_eq!(hears(&contact).await, "Sent.");
    contact.says("two").unwrap();
    assert_eq!(hears(&contact).await, "Not sent.");
    assert_eq!(inbox.all().len(), 1);
}

#[tokio::test]
async fn without_a_connection_the_installations_mail_server_is_used() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let contact = meet(&site, &ana, mailing(None, &json!(["ben@example.com"]), &json!({}))).await;
    contact.says("hi").unwrap();
    assert_eq!(hears(&contact).await, "Sent.");
    let mail = inbox.nth(1).await;
    assert_eq!((mail.from.as_str(), mail.subject.as_str()), ("bots@chasqui.example", "About hi"));
    let site = Site::start().await;
    let ana = site.owner().await;
    let contact = meet(&site, &ana, mailing(None, &json!(["ben@example.com"]), &json!({}))).await;
    contact.says("hi").unwrap();
    assert_eq!(hears(&contact).await, "Not sent.");
}

#[derive(Clone, Default)]
struct Postmark(Arc<Mutex<Vec<(String, Value)>>>);

async fn take(
    State(postmark): State<Postmark>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let token = headers["x-postmark-server-token"].to_str().unwrap().to_owned();
    let refused = body["To"] == "inactive@example.com";
    postmark.0.lock().unwrap().push((token, body));
    if refused {
        let words =
            json!({ "ErrorCode": 406, "Message": "You tried to send to a recipient that is inactive." });
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(words));
    }
    (StatusCode::OK, Json(json!({ "ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a" })))
}

#[tokio::test]
async fn postmark_gets_the_same_mail() {
    let postmark = Postmark::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/email", post(take)).with_state(postmark.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let site = Site::start().await;
    let ana = site.owner().await;
    let settings = json!({ "from": "shop@example.com", "stream": "outbound", "base_url": url });
    let made = json!({ "name": "Postmark", "kind": "postmark", "settings": settings, "secret": "server-token-1234" });
    assert_eq!(site.post(&ana, "/connections", made).await.status, 201);
    let bot = mailing(Some("Postmark"), &json!(["{message.text}"]), &json!({ "cc": ["boss@example.com"] }));
    let contact = meet(&site, &ana, bot).await;
    contact.says("ben@example.com").unwrap();
    assert_eq!(hears(&contact).await, "Sent.");
    contact.says("inactive@example.com").unwrap();
    assert_eq!(hears(&contact).await, "Not sent.");
    let (token, mail) = postmark.0.lock().unwrap()[0].clone();
    assert_eq!(token, "server-token-1234");
    assert_eq!(mail["From"], "shop@example.com");
    assert_eq!((&mail["To"], &mail["Cc"]), (&json!("ben@example.com"), &json!("boss@example.com")));
    assert_eq!(
        (&mail["Subject"], &mail["MessageStream"]),
        (&json!("About ben@example.com"), &json!("outbound"))
    );
    assert_eq!(mail["HtmlBody"], "<p>They say: <b>ben@example.com</b></p>");
    assert_eq!(mail["TextBody"], "They say: ben@example.com");
    assert_eq!(mail["Headers"][1], json!({ "Name": "X-PM-KeepID", "Value": "true" }));
    let id = mail["Headers"][0]["Value"].as_str().unwrap();
    assert!(id.starts_with("<cnv_") && id.ends_with("@example.com>"), "{id}");
}

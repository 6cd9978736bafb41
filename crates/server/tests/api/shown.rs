//! What the pages and programs see of a contact and their messages, and how people are reached whose number is withheld.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{InboundOptions, PhoneSpec};
use serde_json::{Value, json};

use crate::site::{Person, Site};

const SOON: Duration = Duration::from_secs(10);
/// When the contact wrote, by Meta's clock: some seconds ago. As webhooks have it, and as the API does.
fn moment(site: &Site) -> (i64, Value) {
    let seconds = site.meta.now().millis() / 1000 - 40;
    (seconds, serde_json::to_value(Timestamp::from_seconds(seconds)).unwrap())
}

/// The transcript of the only conversation, once it has so many messages.
async fn transcript(site: &Site, who: &Person, count: usize) -> (Value, Vec<Value>) {
    for _ in 0..500 {
        let found = site.get(who, "/conversations").await.body["items"][0].clone();
        if let Some(id) = found["id"].as_str() {
            let all = site.get(who, &format!("/conversations/{id}/messages")).await;
            let items = all.body["items"].as_array().unwrap().clone();
            if items.len() >= count && items.iter().all(|it| it["wamid"].is_string()) {
                return (found, items);
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the conversation never had {count} messages that Meta knows");
}

fn advertisement() -> Value {
    json!({ "source_url": "https://fb.me/3cr4Wqqkv", "source_id": "120226305854810726", "source_type": "ad",
        "body": "Summer succulents are <b>here</b>!", "headline": "Chat with us", "media_type": "image",
        "image_url": "javascript:alert(1)", "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e",
        "welcome_message": { "text": "Hi there!" } })
}

async fn petra(site: &Site, ana: &Person, hidden: bool) -> (Contact, String) {
    let id = site.connected(ana).await;
    let spec = PhoneSpec { name: Some("Petra".into()), hide_number: Some(hidden), ..PhoneSpec::default() };
    (site.meta.phone(spec, harness::NUMBER).unwrap(), id)
}

#[tokio::test]
async fn a_message_shows_where_it_came_from_when_it_was_written_and_what_it_quotes() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, _) = petra(&site, &ana, false).await;
    let (seconds, written) = moment(&site);
    let first = json!({ "type": "text", "text": { "body": "Hi!" }, "referral": advertisement() });
    let options = InboundOptions { timestamp: Some(seconds), ..InboundOptions::default() };
    let wamid = petra.sends_with(first, options).unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let (_, items) = transcript(&site, &ana, 2).await;
    let shown = &items[0];
    assert_eq!((&shown["wamid"], &shown["written_at"]), (&json!(wamid), &written), "{shown}");
    assert_eq!(shown["content"], json!({ "type": "text", "body": "Hi!" }));
    assert_eq!((&shown["forwarded"], &shown["frequently_forwarded"]), (&json!(false), &json!(false)));
    assert_eq!(shown["referral"]["headline"], "Chat with us");
    assert_eq!(shown["referral"]["body"], "Summer succulents are <b>here</b>!");
    assert_eq!(shown["referral"]["source_url"], "https://fb.me/3cr4Wqqkv");
    assert_eq!(shown["referral"]["ctwa_clid"], "Aff-n8ZTODiE79d22KtAwQKj9e");
    assert_eq!(shown["referral"]["welcome_message"], "Hi there!");
    assert_eq!(shown["referral"]["image_url"], Value::Null, "no link but to the web");
    assert!(items[1]["written_at"].is_null() && items[1]["wamid"].as_str().unwrap().starts_with("wamid."));
    let context = json!({ "id": items[1]["wamid"], "forwarded": true, "frequently_forwarded": true,
        "referred_product": { "catalog_id": "194836987003835", "product_retailer_id": "di9ozbzfi4" } });
    petra.sends(json!({ "type": "text", "text": { "body": "Petra" }, "context": context })).unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let unknown = json!({ "id": "wamid.OFANOTHERAPP" });
    petra.sends(json!({ "type": "text", "text": { "body": "that one" }, "context": unknown })).unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let (conversation, items) = transcript(&site, &ana, 6).await;
    let quoting = items.iter().find(|it| it["content"]["body"] == "Petra").unwrap();
    assert_eq!((&quoting["reply_to"], &quoting["reply_to_wamid"]), (&items[1]["id"], &items[1]["wamid"]));
    assert_eq!((&quoting["forwarded"], &quoting["frequently_forwarded"]), (&json!(true), &json!(true)));
    assert_eq!(quoting["product"]["product_retailer_id"], "di9ozbzfi4");
    assert_eq!(quoting["product"]["catalog_id"], "194836987003835");
    let other = items.iter().find(|it| it["content"]["body"] == "that one").unwrap();
    assert_eq!((&other["reply_to"], &other["reply_to_wamid"]), (&Value::Null, &json!("wamid.OFANOTHERAPP")));
    let contact = conversation["contact"]["id"].as_str().unwrap();
    let export = site.get(&ana, &format!("/contacts/{contact}/export")).await;
    let exported = &export.body["conversations"][0]["messages"];
    assert_eq!(
        (&exported[0]["referral"], &exported[0]["wamid"]),
        (&items[0]["referral"], &items[0]["wamid"])
    );
}

#[tokio::test]
async fn somebody_known_by_user_id_alone_is_shown_and_written_to() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, integration) = petra(&site, &ana, true).await;
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let (conversation, _) = transcript(&site, &ana, 2).await;
    let contact = &conversation["contact"];
    let user_id = contact["user_id"].as_str().unwrap().to_owned();
    assert!(user_id.contains('.') && contact["phone"].is_null(), "{contact}");
    let one = site.get(&ana, &format!("/contacts/{}", contact["id"].as_str().unwrap())).await;
    assert_eq!((&one.body["user_id"], &one.body["phone"]), (&json!(user_id), &Value::Null));
    let send = async |more: Value| {
        let mut body = json!({ "integration_id": integration, "text": "hello again" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        site.post(&ana, "/messages", body).await
    };
    for to in
        [json!({ "to": user_id }), json!({ "user_id": user_id }), json!({ "contact_id": contact["id"] })]
    {
        let sent = send(to.clone()).await;
        assert_eq!(sent.status, 202, "{to}: {sent:?}");
        let seen = petra.wait_for(1, SOON).await.unwrap();
        assert_eq!(seen[0].text(), "hello again", "{to}");
    }
    let text = site
        .http
        .get(format!("{}/_sim/messages", site.meta.url()))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let hello = |it: &&Value| it["request"]["text"]["body"] == "hello again";
    let requests: Vec<&Value> = all["messages"].as_array().unwrap().iter().filter(hello).collect();
    assert_eq!(requests.len(), 3);
    for it in requests {
        assert_eq!(
            (&it["request"]["recipient"], &it["request"]["to"]),
            (&json!(user_id), &Value::Null),
            "{it}"
        );
    }
    assert_eq!(site.get(&ana, "/contacts").await.body["items"].as_array().unwrap().len(), 1, "one person");
    assert_eq!(send(json!({})).await.pointers(), ["/to"]);
    assert_eq!(send(json!({ "to": user_id, "contact_id": contact["id"] })).await.pointers(), ["/to"]);
    assert_eq!(send(json!({ "user_id": "4915123456789" })).await.pointers(), ["/user_id"]);
    assert_eq!(send(json!({ "to": "US.1 2" })).await.pointers(), ["/to"]);
    assert_eq!(send(json!({ "contact_id": "nobody" })).await.pointers(), ["/contact_id"]);
    let nobody = json!({ "contact_id": "con_00000000000000000000000000000000" });
    assert_eq!(send(nobody).await.pointers(), ["/contact_id"]);
    send(json!({ "to": "US.99999999999999999999" })).await.is_problem(409, "window_closed");
    send(json!({ "to": "US.ENT.11815799212886844830" })).await.is_problem(409, "unreachable");
}

#[tokio::test]
async fn who_hides_their_number_later_is_still_answered() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, _) = petra(&site, &ana, false).await;
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let hidden =
        PhoneSpec { wa_id: Some(petra.wa_id().into()), hide_number: Some(true), ..PhoneSpec::default() };
    let petra = site.meta.phone(hidden, harness::NUMBER).unwrap();
    let seen = petra.seen().len();
    petra.says("Petra").unwrap();
    petra.wait_for(seen + 1, SOON).await.unwrap();
    let (conversation, items) = transcript(&site, &ana, 4).await;
    assert_eq!(items.len(), 4, "the same conversation");
    assert!(conversation["contact"]["user_id"].is_string() && conversation["contact"]["phone"].is_string());
}

#[tokio::test]
async fn people_and_programs_quote_messages_and_choose_link_cards() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, integration) = petra(&site, &ana, false).await;
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let (conversation, items) = transcript(&site, &ana, 2).await;
    let path = format!("/conversations/{}", conversation["id"].as_str().unwrap());
    site.post(&ana, &format!("{path}/take_over"), json!({})).await;
    let write = async |body: Value| site.post(&ana, &format!("{path}/messages"), body).await;
    let link = "See https://example.com/offer";
    let quoting = json!({ "text": link, "preview_url": true, "reply_to": items[0]["id"] });
    assert_eq!(write(quoting).await.status, 202);
    let seen = petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(seen[0].reply_to.as_deref(), items[0]["wamid"].as_str());
    assert_eq!(seen[0].message["text"], json!({ "body": link, "preview_url": true }));
    // Their own earlier message and one of ours, by Meta's id.
    let body = json!({ "integration_id": integration, "to": format!("+{}", petra.wa_id()), "text": "and this",
        "reply_to": items[1]["wamid"] });
    assert_eq!(site.post(&ana, "/messages", body.clone()).await.status, 202);
    let seen = petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(seen[0].reply_to.as_deref(), items[1]["wamid"].as_str());
    assert_eq!(seen[0].message["text"]["preview_url"], false, "no card unless it is wanted");
    let (_, items) = transcript(&site, &ana, 4).await;
    assert_eq!(items[3]["reply_to"], items[1]["id"]);
    for reply_to in ["msg_00000000000000000000000000000000", "wamid.NOTOFTHISCHAT", "something", "wamid."] {
        let wrong = json!({ "text": "x", "reply_to": reply_to });
        assert_eq!(write(wrong).await.pointers(), ["/reply_to"], "{reply_to}");
    }
    assert_eq!(write(json!({ "text": "no link", "preview_url": true })).await.pointers(), ["/preview_url"]);
    assert_eq!(
        write(json!({ "text": "https:// no", "preview_url": true })).await.pointers(),
        ["/preview_url"]
    );
    let template = json!({ "name": "hello", "language": "en" });
    let quoting = json!({ "template": template, "reply_to": items[0]["id"] });
    assert_eq!(write(quoting).await.pointers(), ["/reply_to"]);
    let card = json!({ "template": template, "preview_url": true });
    assert_eq!(write(card).await.pointers(), ["/preview_url"]);
    // A reaction is no message that could be quoted.
    petra
        .sends(json!({ "type": "reaction", "reaction": { "message_id": items[1]["wamid"], "emoji": "👍" } }))
        .unwrap();
    let (_, items) = transcript(&site, &ana, 5).await;
    let reaction = items.iter().find(|it| it["type"] == "reaction").unwrap();
    assert_eq!(write(json!({ "text": "x", "reply_to": reaction["id"] })).await.pointers(), ["/reply_to"]);
}

use std::time::Duration;

use chasqui_simulator::harness;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::site::{Person, Site, answer};

/// The only conversation, once it has this many messages and all of the bot's are read.
async fn settled(site: &Site, who: &Person, messages: i64) -> Value {
    for _ in 0..200 {
        let found = site.get(who, "/conversations").await.body["items"][0].clone();
        let last = &found["last_message"];
        if found["messages"] == messages && (last["direction"] == "in" || last["status"] == "read") {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the conversation never had {messages} messages");
}

#[tokio::test]
async fn a_conversation_can_be_read() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let integration = site.connected(&ana).await;
    let jonas = site.meta.contact("Jonas W.", harness::NUMBER).unwrap();
    jonas.says("hi").unwrap();
    jonas.wait_for(1, Duration::from_secs(5)).await.unwrap();
    jonas.says("Jonas").unwrap();
    jonas.wait_for(1, Duration::from_secs(5)).await.unwrap();
    jonas.taps("My order").unwrap();
    jonas.wait_for(1, Duration::from_secs(5)).await.unwrap();
    let found = settled(&site, &ana, 6).await;
    assert_eq!(
        (&found["status"], &found["end_reason"], &found["turns"]),
        (&json!("ended"), &json!("finished"), &json!(3))
    );
    assert_eq!(found["contact"]["name"], "Jonas W.");
    assert_eq!(found["integration"], json!({ "id": integration, "name": "Main line" }));
    assert_eq!(found["last_message"]["text"], "You chose My order.");
    assert!(found["window_closes_at"].is_string() && found.get("variables").is_none());

    let path = format!("/conversations/{}", found["id"].as_str().unwrap());
    let one = site.get(&ana, &path).await;
    assert_eq!(one.body["variables"], json!({ "name": "Jonas", "choice": "My order" }));
    let messages = site.get(&ana, &format!("{path}/messages")).await;
    let items = messages.body["items"].as_array().unwrap();
    let numbers: Vec<i64> = items.iter().map(|it| it["no"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert_eq!((&items[3]["type"], &items[3]["chosen"]), (&json!("buttons"), &json!("My order")));
    assert_eq!((&items[4]["type"], &items[4]["reply_to"]), (&json!("button_reply"), &items[3]["id"]));
    assert_eq!(items[5]["status"], "read");
    let page = site.get(&ana, &format!("{path}/messages?limit=4")).await;
    assert_eq!(page.body["next"], "4");
    let rest = site.get(&ana, &format!("{path}/messages?after=4")).await;
    assert_eq!(rest.body["items"].as_array().unwrap().len(), 2);

    let turns = site.get(&ana, &format!("{path}/turns")).await;
    let turns = turns.body["items"].as_array().unwrap();
    assert_eq!(
        (turns.len(), &turns[0]["cause"], &turns[1]["cause"]),
        (3, &json!("start"), &json!("message"))
    );
    assert_eq!(turns[1]["visits"][0]["node"], "ask_name");
    assert_eq!(turns[1]["changed"], json!({ "name": "Jonas" }));
    assert_eq!(turns[0]["messages"], json!([items[0]["id"], items[1]["id"]]));

    let stranger = site.owner().await;
    for path in [path.clone(), format!("{path}/messages"), format!("{path}/turns")] {
        site.get(&stranger, &path).await.is_problem(404, "not_found");
    }
    assert_eq!(site.get(&stranger, "/conversations").await.body["items"], json!([]));
}

#[tokio::test]
async fn conversations_are_filtered_and_come_page_by_page() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let integration = site.connected(&ana).await;
    for name in ["Jonas", "Petra", "Äneas"] {
        let contact = site.meta.contact(name, harness::NUMBER).unwrap();
        contact.says("hi").unwrap();
        contact.wait_for(1, Duration::from_secs(5)).await.unwrap();
    }
    let names = async |query: &str| -> Vec<String> {
        let found = site.get(&ana, &format!("/conversations?{query}")).await;
        let items = found.body["items"].as_array().unwrap_or_else(|| panic!("{found:?}")).clone();
        items.iter().map(|it| it["contact"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("q=PET").await, ["Petra"]);
    assert_eq!(names("q=%C3%84neas").await, ["Äneas"]);
    assert_eq!(names("q=%25").await, [""; 0]);
    assert_eq!(names("status=ended").await, [""; 0]);
    assert_eq!(names("status=open").await, ["Äneas", "Petra", "Jonas"]);
    assert_eq!(names(&format!("integration_id={integration}")).await.len(), 3);
    assert_eq!(names("integration_id=int_00000000000000000000000000000000").await, [""; 0]);
    let first = site.get(&ana, "/conversations?limit=2").await;
    let next = first.body["next"].as_str().unwrap();
    assert_eq!(names(&format!("limit=2&after={next}")).await, ["Jonas"]);
    let contact = first.body["items"][0]["contact"]["id"].as_str().unwrap();
    assert_eq!(names(&format!("contact_id={contact}")).await, ["Äneas"]);
    site.get(&ana, "/conversations?status=lost").await.is_problem(400, "bad_query");
}

#[tokio::test]
async fn an_open_page_is_told_of_its_own_account_only() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let stranger = site.owner().await;
    let listen =
        |who: &Person| site.http.get(format!("{}/api/v1/stream", site.url)).bearer_auth(&who.token).send();
    let integration = site.connected(&ana).await;
    let (ours, theirs) = (listen(&ana).await.unwrap(), listen(&stranger).await.unwrap());
    assert_eq!(ours.headers()["content-type"], "text/event-stream");
    let jonas = site.meta.contact("Jonas", harness::NUMBER).unwrap();
    jonas.says("hi").unwrap();
    let first = tokio::time::timeout(Duration::from_secs(5), ours.bytes_stream().next()).await.unwrap();
    let text = String::from_utf8(first.unwrap().unwrap().to_vec()).unwrap();
    let news: Value =
        serde_json::from_str(text.lines().next().unwrap().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(news["integration_id"], integration);
    let nothing = tokio::time::timeout(Duration::from_millis(500), theirs.bytes_stream().next()).await;
    assert!(nothing.is_err());
    answer(site.http.get(format!("{}/api/v1/stream", site.url))).await.is_problem(401, "unauthenticated");
}

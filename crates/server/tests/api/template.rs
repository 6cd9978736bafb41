//! Templates over the API: what each needs, and what becomes of it from `POST /messages`, from a conversation and in an
//! integration's settings. The other places are tried in `tests/it`.

use std::time::Duration;

use chasqui_simulator::{TemplateSpec, harness};
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Answer, Person, Site};

const CASES: &str = include_str!("../templates.json");
const SOON: Duration = Duration::from_secs(10);

/// A number whose business account has a template of every form, and one that has not written.
struct Tried {
    site: Site,
    ana: Person,
    id: String,
    petra: harness::Contact,
    cases: Vec<Value>,
}

impl Tried {
    async fn start(more: &[Value]) -> Self {
        let site = Site::start().await;
        let ana = site.owner().await;
        let mut cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
        for (at, case) in cases.iter_mut().enumerate() {
            case["template"]["name"] = json!(format!("case_{at}"));
        }
        let id = site.connected(&ana).await;
        let mut business = harness::business().with_callback(&site.callback(&id));
        let mine = cases.iter().map(|case| &case["template"]).chain(more);
        business.templates.extend(mine.map(|template| {
            let mut spec = template.clone();
            spec["language"] = json!("en");
            serde_json::from_value::<TemplateSpec>(spec).unwrap()
        }));
        site.meta.create_business(business);
        assert_eq!(
            site.post(&ana, &format!("/integrations/{id}/templates/sync"), json!({})).await.status,
            200
        );
        let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
        Self { site, ana, id, petra, cases }
    }

    fn template(&self, at: usize) -> Value {
        let mut template = json!({ "name": format!("case_{at}"), "language": "en" });
        template.as_object_mut().unwrap().extend(self.cases[at]["given"].as_object().unwrap().clone());
        template
    }

    async fn send(&self, template: Value) -> Answer {
        let to = format!("+{}", self.petra.wa_id());
        let body = json!({ "integration_id": self.id, "to": to, "template": template });
        self.site.post(&self.ana, "/messages", body).await
    }

    /// The components of the last template of this name that Meta took.
    async fn arrived(&self, name: &str, count: usize) -> Value {
        let url = format!("{}/_sim/messages", self.site.meta.url());
        for _ in 0..500 {
            let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
            let all: Value = serde_json::from_str(&text).unwrap();
            let mine: Vec<Value> = all["messages"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|it| it["request"]["template"]["name"] == name && it["status_code"] == 200)
                .map(|it| it["request"]["template"].get("components").cloned().unwrap_or(json!([])))
                .collect();
            if mine.len() == count {
                return mine.last().unwrap().clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{name} did not arrive {count} times");
    }
}

#[tokio::test]
async fn programs_and_people_send_templates_of_every_form() {
    let it = Tried::start(&[]).await;
    for (at, case) in it.cases.iter().enumerate() {
        let sent = it.send(it.template(at)).await;
        assert_eq!(sent.status, 202, "{}: {sent:?}", case["shows"]);
        assert_eq!(it.arrived(&format!("case_{at}"), 1).await, case["sent"], "{}", case["shows"]);
    }
    it.petra.says("hi").unwrap();
    it.petra.wait_for(it.cases.len() + 1, SOON).await.unwrap();
    let open = it.site.get(&it.ana, "/conversations?status=open").await;
    let conversation = open.body["items"][0]["id"].as_str().unwrap().to_owned();
    let path = |verb: &str| format!("/conversations/{conversation}/{verb}");
    it.site.post(&it.ana, &path("take_over"), json!({})).await;
    for (at, case) in it.cases.iter().enumerate() {
        let body = json!({ "template": it.template(at) });
        let sent = it.site.post(&it.ana, &path("messages"), body).await;
        assert_eq!(sent.status, 202, "{}: {sent:?}", case["shows"]);
        assert_eq!(it.arrived(&format!("case_{at}"), 2).await, case["sent"], "{}", case["shows"]);
    }
    let body = json!({ "template": { "name": "case_0", "language": "en" } });
    let wrong = it.site.post(&it.ana, &path("messages"), body).await;
    assert_eq!(wrong.pointers(), ["/template/parameters/0", "/template/parameters/1"]);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_it_is_sent_and_named() {
    let carousel = json!({ "name": "cards", "components": [{ "type": "BODY", "text": "x" }, { "type": "CAROUSEL", "cards": [] }] });
    let paused =
        json!({ "name": "paused", "status": "PAUSED", "components": [{ "type": "BODY", "text": "x" }] });
    let it = Tried::start(&[carousel, paused]).await;
    let header = json!({ "kind": "image", "value": "https://ex.am/a.png" });
    for (template, pointers) in [
        (json!({ "name": "case_0", "parameters": ["a"] }), vec!["/template/parameters/1"]),
        (json!({ "name": "case_0", "parameters": ["a", " \n"] }), vec!["/template/parameters/1"]),
        (json!({ "name": "case_0", "parameters": ["a", "b", "c"] }), vec!["/template/parameters/2"]),
        (
            json!({ "name": "case_2", "parameters": { "first_name": "a" } }),
            vec!["/template/parameters/discount_code"],
        ),
        (
            json!({ "name": "case_2", "parameters": { "first_name": "a", "code": "b" } }),
            vec!["/template/parameters/discount_code", "/template/parameters/code"],
        ),
        (
            json!({ "name": "case_4", "parameters": ["a"], "buttons": [{ "index": 1, "url_suffix": "x" }] }),
            vec!["/template/header"],
        ),
        (json!({ "name": "case_4", "parameters": ["a"], "header": header }), vec!["/template/buttons"]),
        (
            json!({ "name": "case_4", "parameters": ["a"], "header": { "value": "picture" }, "buttons": [{ "index": 1, "url_suffix": "" }] }),
            vec!["/template/header/value", "/template/buttons/0"],
        ),
        (
            json!({ "name": "case_5", "header": header, "buttons": [{ "index": 0, "copy_code": "123456789012345678901" }] }),
            vec!["/template/header/kind", "/template/buttons/0"],
        ),
        (json!({ "name": "case_7", "header": { "value": "somewhere" } }), vec!["/template/header/value"]),
        (
            json!({ "name": "case_10", "buttons": [{ "index": 1, "payload": "x" }, { "index": 5, "payload": "x" }] }),
            vec!["/template/buttons/0", "/template/buttons/1"],
        ),
        (json!({ "name": "cards" }), vec!["/template"]),
        (json!({ "name": "paused" }), vec!["/template"]),
        (json!({ "name": "nothing_like_it" }), vec!["/template"]),
    ] {
        let mut template = template;
        template["language"] = json!("en");
        let refused = it.send(template.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.pointers()), (422, pointers), "{template} {refused:?}");
    }
    let refused = it.send(json!({ "name": "case_2", "language": "en", "parameters": ["a"] })).await;
    let message = refused.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("{{discount_code}}"), "{message}");
    assert_eq!(it.site.meta.sends(), (0, 0), "Meta was not asked");
}

#[tokio::test]
async fn each_template_says_what_it_needs() {
    let it = Tried::start(&[]).await;
    let listed = it.site.get(&it.ana, &format!("/integrations/{}/templates", it.id)).await;
    let fields = |name: &str| {
        let found = listed.body["items"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
        let field = |it: &Value| {
            (
                it["part"].clone(),
                it["kind"].clone(),
                it["name"].clone(),
                it["index"].clone(),
                it["required"].clone(),
            )
        };
        found["fields"].as_array().unwrap().iter().map(field).collect::<Vec<_>>()
    };
    let field = |part: &str, kind: &str, name: Value, index: Value, required: bool| {
        (json!(part), json!(kind), name, index, json!(required))
    };
    assert_eq!(
        fields("case_4"),
        [
            field("header", "image", Value::Null, Value::Null, true),
            field("body", "text", json!("1"), Value::Null, true),
            field("button", "payload", Value::Null, json!(0), false),
            field("button", "url_suffix", Value::Null, json!(1), true),
        ]
    );
    assert_eq!(fields("case_9"), [field("body", "text", json!("1"), Value::Null, true)]);
    assert_eq!(fields("case_10").len(), 1);
}

#[tokio::test]
async fn the_reopening_template_is_saved_with_all_it_needs_and_nothing_less() {
    let it = Tried::start(&[]).await;
    let path = format!("/integrations/{}", it.id);
    let save = async |template: Value| {
        let settings = json!({ "settings": { "template": template } });
        it.site.call(&it.ana, Method::PATCH, &path, Some(settings)).await
    };
    for (at, case) in it.cases.iter().enumerate() {
        let saved = save(it.template(at)).await;
        assert_eq!(saved.status, 200, "{}: {saved:?}", case["shows"]);
        let kept = &saved.body["settings"]["template"];
        assert_eq!(kept["name"], format!("case_{at}"));
        for part in ["header", "parameters", "buttons"] {
            if let Some(value) = case["given"].get(part) {
                assert_eq!(kept[part], *value, "{}", case["shows"]);
            }
        }
    }
    let named =
        json!({ "name": "case_2", "language": "en", "parameters": { "first_name": "{contact.name}" } });
    assert_eq!(save(named).await.pointers(), ["/settings/template/parameters/discount_code"]);
    let picture = json!({ "name": "case_4", "language": "en", "parameters": ["{contact.name}"] });
    assert_eq!(save(picture).await.pointers(), ["/settings/template/header", "/settings/template/buttons"]);
    let unknown = json!({ "name": "reopen", "language": "en", "parameters": ["{order.id}"] });
    assert_eq!(save(unknown).await.pointers(), ["/settings/template/parameters"]);
    let empty = json!({ "name": "reopen", "language": "en", "parameters": [""] });
    assert_eq!(save(empty).await.pointers(), ["/settings/template/parameters/0"]);
    // The kind of the header need not be told.
    let header = json!({ "value": "https://ex.am/a.mp4" });
    let video = json!({ "name": "case_5", "language": "en", "header": header, "buttons": [{ "index": 0, "copy_code": "A" }] });
    let saved = save(video).await;
    assert_eq!(saved.body["settings"]["template"]["header"]["kind"], "video", "{saved:?}");
}

#[tokio::test]
async fn a_bot_is_held_against_the_templates_of_its_numbers() {
    let it = Tried::start(&[]).await;
    let integration = it.site.get(&it.ana, &format!("/integrations/{}", it.id)).await;
    let bot = integration.body["bot"]["id"].as_str().unwrap().to_owned();
    let found = async |nodes: Value| {
        let start = nodes[0]["id"].clone();
        let definition = json!({ "format": 1, "name": "Bot", "start": start, "nodes": nodes });
        let body = json!({ "definition": definition });
        let found = it.site.post(&it.ana, &format!("/bots/{bot}/validate"), body).await;
        let all = found.body["problems"].as_array().unwrap().clone();
        let shown = |it: &Value| {
            format!(
                "{} {} {}",
                it["code"].as_str().unwrap(),
                it["node"].as_str().unwrap(),
                it["field"].as_str().unwrap_or("-")
            )
        };
        all.iter().map(shown).collect::<Vec<_>>()
    };
    let node = |values: Value| {
        let mut node = json!({ "id": "t", "type": "template", "language": "en", "ports": { "next": "bye" } });
        node.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
        json!([node, { "id": "bye", "type": "end" }])
    };
    for (values, problems) in [
        (json!({ "name": "case_0", "body": ["{contact.name}", "b"] }), vec![]),
        (json!({ "name": "case_0", "body": ["{contact.name}"] }), vec!["template_value t body[1]"]),
        (
            json!({ "name": "case_2", "body": { "first_name": "a", "code": "b" } }),
            vec!["template_value t body.discount_code", "template_value t body.code"],
        ),
        (
            json!({ "name": "case_4", "body": ["a"] }),
            vec!["template_value t header", "template_value t buttons"],
        ),
        (
            json!({ "name": "case_4", "body": ["a"], "header": { "kind": "video", "value": "{message.text}" },
            "buttons": [{ "index": 1, "url_suffix": "{message.text}" }] }),
            vec!["template_value t header.kind"],
        ),
        (json!({ "name": "case_7", "header": { "kind": "location", "value": "{message.text}" } }), vec![]),
        (json!({ "name": "nothing_like_it" }), vec!["unknown_template t name"]),
    ] {
        assert_eq!(found(node(values.clone())).await, problems, "{values}");
    }
    let late = json!([{ "id": "w", "type": "time_delay", "days": 2, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." }]);
    assert_eq!(found(late.clone()).await, ["outside_window bye -"]);
    let template = json!({ "name": "reopen", "language": "en", "parameters": ["{contact.name}"] });
    let body = json!({ "settings": { "template": template } });
    let saved = it.site.call(&it.ana, Method::PATCH, &format!("/integrations/{}", it.id), Some(body)).await;
    assert_eq!(saved.status, 200);
    assert_eq!(found(late).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_template_that_starts_a_bot_stands_in_for_its_first_question() {
    let it = Tried::start(&[]).await;
    let nodes = json!([
        { "id": "ask", "type": "question_text", "text": "What is your name?", "save_as": "name", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Welcome, {name}." } ]);
    let definition = json!({ "format": 1, "name": "Names", "start": "ask", "variables": { "name": "text" }, "nodes": nodes });
    let bot = it.site.post(&it.ana, "/bots", json!({ "definition": definition })).await.id();
    assert_eq!(it.site.post(&it.ana, &format!("/bots/{bot}/publish"), json!({})).await.status, 200);
    let to = format!("+{}", it.petra.wa_id());
    let template = json!({ "name": "reopen", "language": "en", "parameters": ["Petra"] });
    let body = json!({ "integration_id": it.id, "to": to, "template": template, "bot_id": bot });
    assert_eq!(it.site.post(&it.ana, "/messages", body).await.status, 202);
    let seen = it.petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(seen[0].text(), "Hello Petra, shall we go on?");
    it.petra.says("Hello, what is it about?").unwrap();
    let seen = it.petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(seen[0].text(), "What is your name?");
    it.petra.says("Petra").unwrap();
    let seen = it.petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(seen[0].text(), "Welcome, Petra.");
}

#[tokio::test]
async fn a_template_that_changed_at_meta_is_fetched_again() {
    let it = Tried::start(&[]).await;
    let mut business = harness::business().with_callback(&it.site.callback(&it.id));
    business.templates[0].components = vec![json!({ "type": "BODY", "text": "{{1}} and {{2}}" })];
    it.site.meta.create_business(business);
    let value = json!({ "message_template_id": 1, "message_template_name": "reopen", "message_template_language": "en",
        "message_template_element": "{{1}} and {{2}}" });
    let body = json!({ "phone_number_id": harness::NUMBER, "field": "message_template_components_update", "value": value });
    let sent =
        it.site.http.post(format!("{}/_sim/webhook", it.site.meta.url())).json(&body).send().await.unwrap();
    assert!(sent.status().is_success());
    for _ in 0..500 {
        let listed = it.site.get(&it.ana, &format!("/integrations/{}/templates", it.id)).await;
        let all = listed.body["items"].as_array().unwrap();
        if all.iter().any(|one| one["name"] == "reopen" && one["parameters"] == json!(["1", "2"])) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the template was not fetched again");
}

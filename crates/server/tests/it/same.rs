//! What the test mode shows is what the phone shows: the same scripted conversations, in the test mode over the API and over the
//! simulator, message by message. The scripts are the flow tests of the starters, those of `scripts.json`, which cover
//! every component and every limit, and those of `services.json`, in which services that are connected are really called by
//! both, and have to be asked the same.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chasqui_flow::Definition;
use chasqui_flow::definition::{Action, Canned, MediaKind, Test};
use chasqui_model::Timestamp;
use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::message::{Outbound, fit, limit, outbound};
use chasqui_simulator::PhoneSpec;
use chasqui_simulator::harness::{self, Contact};
use chasqui_store::noun::account::First;
use chasqui_whatsapp::message::{Recipient, Uploaded, to_wire};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::bot::{A_WHILE, Bot, SOON, menu};
use crate::services::Services;
use crate::starters::with_templates;

/// Where the files say that the world is.
const SHOP: &str = "http://127.0.0.1:9090/_sim/shop";
const TOKEN: &str = "chq_same";
/// The flow tests of the starters begin here, a Monday morning; those that begin later come last.
const BEGIN: &str = "2026-06-01T10:00:00Z";

/// Answers what the script says, in its order, whatever is asked.
#[derive(Clone, Default)]
struct World(Arc<Mutex<VecDeque<Canned>>>);

impl World {
    async fn start() -> (Self, String) {
        let world = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (world, url)
    }
}

async fn answer(State(world): State<World>) -> Response {
    let canned = world.0.lock().unwrap().pop_front();
    let canned = canned.expect("more is asked than the script has answers");
    if canned.error.is_some() {
        // A body that breaks off is no answer.
        let broken = futures::stream::once(async { Err::<String, _>(std::io::Error::other("gone")) });
        return axum::body::Body::from_stream(broken).into_response();
    }
    let status = StatusCode::from_u16(canned.status.unwrap_or(200)).unwrap();
    match canned.json {
        Some(json) => {
            (status, [(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
        }
        None => (status, canned.text.unwrap_or_default()).into_response(),
    }
}

/// A conversation to be held twice.
struct Script {
    name: String,
    bot: Value,
    test: Test,
    /// How calls are answered in the test mode: `canned` or `real`.
    calls: &'static str,
}

/// The flow tests of a bot file. What they set up goes into the bot itself, where a phone meets it too.
fn scripts(text: &str, world: &str, calls: &'static str) -> Vec<Script> {
    let bot: Value = serde_json::from_str(&text.replace(SHOP, world)).unwrap();
    let definition = Definition::from_value(bot.clone()).unwrap();
    let script = |test: &Test| {
        let mut bot = bot.clone();
        bot["settings"]["tests_must_pass"] = json!(false);
        let start = test.start.clone().unwrap_or_else(|| definition.start.clone());
        let set = |(name, value): (&String, &Value)| json!({ "do": "set", "variable": name, "value": value });
        let mut operations: Vec<Value> = test.variables.iter().map(set).collect();
        operations.push(json!({ "do": "set", "variable": "shop_url", "value": world }));
        let setup = json!({ "id": "setup", "type": "set_variable", "operations": operations, "ports": { "next": start } });
        // A test that begins elsewhere leaves nodes behind that nothing leads to: a choice that nobody takes leads there.
        let node = json!({ "id": "both", "type": "formula", "mode": "true_false", "expression": "true",
            "ports": { "true": "setup", "false": definition.start } });
        bot["nodes"].as_array_mut().unwrap().extend([setup, node]);
        bot["start"] = json!("both");
        bot["variables"]["shop_url"] = json!("text");
        Script { name: format!("{}: {}", definition.name, test.name), bot, test: test.clone(), calls }
    };
    definition.tests.iter().map(script).collect()
}

/// Those that only a person or the world can do: the rest of a flow test looks.
fn does(action: &Action) -> bool {
    !matches!(action, Action::Bot(_) | Action::Variable(_) | Action::Ended(_) | Action::HandedOff(_))
}

/// The server with somebody who may build.
struct Stage {
    bot: Bot,
    http: reqwest::Client,
    answers: World,
}

impl Stage {
    async fn set() -> (Self, String) {
        let bot = Bot::at(BEGIN, menu(), |_| {}).await;
        bot.meta.create_business(with_templates().with_callback(&bot.callback()));
        let clock = &bot.clock;
        let at = clock.now();
        let account = Account { id: bot.account, name: "Alpaca & Oak".into(), created_at: at };
        let owner = User {
            id: clock.id(),
            email: "ana@example.com".into(),
            name: "Ana".into(),
            password_hash: String::new(),
            created_at: at,
        };
        let token = ApiToken {
            id: clock.id(),
            account: bot.account,
            user: owner.id,
            name: "test".into(),
            role: Role::Owner,
            created_at: at,
            last_used_at: None,
            scopes: vec![],
            expires_at: None,
        };
        let first = First { account, owner, token, token_hash: Sha256::digest(TOKEN).into() };
        bot.server().app.store.add_account(&first).await.unwrap();
        let (answers, url) = World::start().await;
        (Self { bot, http: reqwest::Client::new(), answers }, url)
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/v1{path}", self.bot.server().app.site.public_url);
        let answer = self.http.post(url).bearer_auth(TOKEN).json(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// What one side shows: after each action the messages that came.
type Shown = Vec<Vec<Value>>;

/// In the test mode.
async fn rehearsed(stage: &Stage, script: &Script, wa_id: &str) -> Shown {
    let bot = stage.bot.publish(menu()).await;
    let setup = json!({ "definition": script.bot, "contact": { "name": "Ana", "phone": wa_id },
        "now": stage.bot.clock.now(), "effects": { "usual": script.calls } });
    let begun = stage.post(&format!("/bots/{bot}/test_sessions"), &setup).await;
    let path = format!("/test_sessions/{}/messages", begun["id"].as_str().unwrap());
    let (mut shown, mut seen) = (Vec::new(), 0);
    for action in script.test.steps.iter().filter(|action| does(action)) {
        let session = stage.post(&path, &serde_json::to_value(action).unwrap()).await;
        let log = session["log"].as_array().unwrap();
        let said = log[seen..].iter().filter(|it| it["kind"] == "said");
        shown.push(said.map(|it| wire(&it["content"])).collect());
        seen = log.len();
    }
    shown
}

/// A message of the test mode as it would go out.
fn wire(content: &Value) -> Value {
    let content: outbound::Content = serde_json::from_value(content.clone()).unwrap();
    let text = serde_json::to_string(&content).unwrap();
    let stored = text.split('"').filter(|part| part.starts_with("med_"));
    let uploaded: Uploaded = stored.map(|id| (id.to_owned(), "1".to_owned())).collect();
    let recipient = Recipient { to: Some("4915"), user_id: None };
    let body = to_wire(&Outbound::from(content), &recipient, "", &uploaded).unwrap();
    plain(serde_json::from_slice(&body).unwrap())
}

/// A request without what differs by its nature: whom it goes to, our ids and Meta's ids.
fn plain(mut request: Value) -> Value {
    let fields = request.as_object_mut().unwrap();
    for name in
        ["to", "recipient", "recipient_type", "messaging_product", "biz_opaque_callback_data", "context"]
    {
        fields.remove(name);
    }
    without_ids(&mut request);
    request
}

fn without_ids(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((_, place)) = text.strip_prefix("cnv_").and_then(|rest| rest.split_once(':')) {
                *text = place.to_owned();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        Value::Object(fields) => {
            for kind in ["image", "video", "audio", "document"] {
                if let Some(id) = fields.get_mut(kind).and_then(|file| file.get_mut("id")) {
                    *id = json!("a file of ours");
                }
            }
            fields.values_mut().for_each(without_ids);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// On the phone. `counts`: how many messages are awaited after each action.
async fn phoned(stage: &Stage, script: &Script, ana: &Contact, counts: &[usize]) -> Shown {
    let bot = stage.bot.publish(script.bot.clone()).await;
    stage.bot.change(|it| it.bot = bot).await;
    let actions: Vec<&Action> = script.test.steps.iter().filter(|action| does(action)).collect();
    // Services that are reached through a connection are not the world's: none is connected.
    let of_world = |canned: &Canned| {
        let mut nodes = script.bot["nodes"].as_array().unwrap().iter();
        let asks = nodes.find(|node| node["id"].as_str() == canned.node.as_deref());
        asks.is_none_or(|node| node["type"] == "api_request")
    };
    let answers = actions.iter().filter_map(|action| match action {
        Action::Answer(canned) if of_world(canned) => Some(canned.clone()),
        _ => None,
    });
    *stage.answers.0.lock().unwrap() = answers.collect();
    let mut shown = Vec::new();
    for (action, count) in actions.iter().zip(counts) {
        act(stage, ana, action).await;
        // What nothing is said to must have arrived too, before time passes.
        ana.settles(SOON).await.unwrap();
        if let Err(error) = ana.wait_for(*count, SOON).await {
            panic!("{}: after {action:?}: {error}", script.name);
        }
        stage.bot.rests().await;
        shown.push(*count);
    }
    tokio::time::sleep(A_WHILE).await;
    let all = received(stage, ana).await;
    assert!(stage.answers.0.lock().unwrap().is_empty(), "{}: fewer calls than answers", script.name);
    let mut all = all.into_iter();
    let mut turns: Shown = shown.into_iter().map(|count| all.by_ref().take(count).collect()).collect();
    turns.push(all.collect());
    turns
}

/// Everything that Meta took for a contact, as it came.
async fn received(stage: &Stage, ana: &Contact) -> Vec<Value> {
    let url = format!("{}/_sim/messages?to={}", stage.bot.meta.url(), ana.wa_id());
    let text = stage.http.get(url).send().await.unwrap().text().await.unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    // A mark that a message was read is a request too, and no message.
    let messages = all["messages"].as_array().unwrap().iter().filter(|it| it["request"]["status"].is_null());
    messages
        .map(|it| {
            assert_eq!(it["error_code"], Value::Null, "{it}");
            plain(it["request"].clone())
        })
        .collect()
}

async fn act(stage: &Stage, ana: &Contact, action: &Action) {
    match action {
        Action::Contact(text) => drop(ana.says(text).unwrap()),
        Action::Tap(label) => {
            let short = fit::shorten(label, limit::BUTTON_TITLE);
            ana.taps(label).or_else(|_| ana.taps(&short)).unwrap();
        }
        Action::Pick(label) => {
            let short = fit::shorten(label, limit::ROW_TITLE);
            ana.picks(label).or_else(|_| ana.picks(&short)).unwrap();
        }
        Action::Send(kind) => send(stage, ana, *kind).await,
        Action::Location(place) => drop(ana.sends(json!({ "type": "location", "location": place })).unwrap()),
        Action::Advance(time) => {
            let (number, unit) = time.split_at(time.len() - 1);
            let seconds = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                _ => 86_400,
            };
            stage.bot.advance(Duration::from_secs(seconds * number.parse::<u64>().unwrap()));
        }
        Action::HandBack => {
            let open = stage.bot.conversations().await;
            let mine = open.iter().find(|it| it.contact.wa_id.as_deref() == Some(ana.wa_id())).unwrap();
            let path = format!("/conversations/{}/hand_back", mine.conversation.id);
            stage.post(&path, &json!({})).await;
        }
        // The world answers by itself.
        Action::Answer(_) => {}
        // No script holds what only some phones can send; the tests of what is shown do. The rest is what the bot does.
        Action::Message(_)
        | Action::With(..)
        | Action::Bot(_)
        | Action::Variable(_)
        | Action::Ended(_)
        | Action::HandedOff(_) => unreachable!(),
    }
}

async fn send(stage: &Stage, ana: &Contact, kind: MediaKind) {
    let (mime_type, name) = match kind {
        MediaKind::Image => ("image/jpeg", "a.jpg"),
        MediaKind::Video => ("video/mp4", "a.mp4"),
        MediaKind::Audio => ("audio/ogg", "a.ogg"),
        MediaKind::Document => ("application/pdf", "a.pdf"),
    };
    let part = reqwest::multipart::Part::bytes(vec![7; 1000]).file_name(name).mime_str(mime_type).unwrap();
    let form = reqwest::multipart::Form::new().part("file", part);
    let url = format!("{}/_sim/phones/{}/media", stage.bot.meta.url(), ana.wa_id());
    let text = stage.http.post(url).multipart(form).send().await.unwrap().text().await.unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let kind = kind.name();
    let media = json!({ "id": file["id"], "mime_type": mime_type, "sha256": file["sha256"] });
    ana.sends(json!({ "type": kind, (kind): media })).unwrap();
}

/// Holds a conversation in both, and answers the messages that came after each action.
async fn compare(stage: &Stage, script: &Script, no: usize, between: impl FnOnce()) -> Shown {
    // Not before what the script needs; the clock only goes on.
    if let Some(at) = script.test.now {
        let now = stage.bot.clock.now();
        stage.bot.advance(at.since(now));
    }
    let spec = PhoneSpec {
        name: Some("Ana".to_owned()),
        wa_id: Some(format!("49151{no:07}")),
        ..PhoneSpec::default()
    };
    let ana = stage.bot.meta.phone(spec, harness::NUMBER).unwrap();
    let rehearsed = rehearsed(stage, script, ana.wa_id()).await;
    let counts: Vec<usize> = rehearsed.iter().map(Vec::len).collect();
    between();
    let mut phoned = phoned(stage, script, &ana, &counts).await;
    assert_eq!(phoned.pop(), Some(Vec::new()), "{}: the phone got more", script.name);
    for (turn, (there, here)) in rehearsed.iter().zip(&phoned).enumerate() {
        assert_eq!(there, here, "{}, turn {}", script.name, turn + 1);
    }
    rehearsed
}

/// Holds all the conversations of some bot files, and says how many conversations and messages there were.
async fn compare_all(files: &[String]) -> (usize, usize) {
    let (stage, world) = Stage::set().await;
    let mut all: Vec<Script> = files.iter().flat_map(|text| scripts(text, &world, "canned")).collect();
    let begin = Timestamp::parse(BEGIN).unwrap();
    all.sort_by_key(|script| script.test.now.filter(|at| *at > begin));
    let mut messages = 0;
    for (no, script) in all.iter().enumerate() {
        messages += compare(&stage, script, no, || {}).await.iter().map(Vec::len).sum::<usize>();
    }
    (all.len(), messages)
}

fn starter(name: &str) -> String {
    std::fs::read_to_string(format!("{}/starters/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[tokio::test]
async fn every_component_says_the_same_in_test_mode_and_on_the_phone() {
    let bots: Vec<Value> = serde_json::from_str(include_str!("scripts.json")).unwrap();
    let kinds: std::collections::BTreeSet<&str> = bots
        .iter()
        .flat_map(|bot| bot["nodes"].as_array().unwrap())
        .filter_map(|node| node["type"].as_str())
        .collect();
    for kind in chasqui_flow::Component::KINDS {
        assert!(kinds.contains(kind), "no script has a {kind}");
    }
    let files: Vec<String> = bots.iter().map(Value::to_string).collect();
    let (conversations, messages) = compare_all(&files).await;
    assert!(conversations >= 31 && messages >= 100, "{conversations} conversations, {messages} messages");
}

#[tokio::test]
async fn the_starters_say_the_same_in_test_mode_and_on_the_phone() {
    let names = ["support.en", "orders.en", "information.de", "survey.de", "shop.en", "appointments.en"];
    let files: Vec<String> = names.iter().map(|name| starter(&format!("{name}.json"))).collect();
    let (conversations, _) = compare_all(&files).await;
    assert!(conversations >= 40, "{conversations}");
}

#[tokio::test]
async fn notifications_say_the_same_in_test_mode_and_on_the_phone() {
    let (conversations, _) = compare_all(&[starter("notifications.en.json")]).await;
    assert_eq!(conversations, 10);
}

#[tokio::test]
async fn services_are_asked_the_same_by_test_mode_and_phone_and_answer_both() {
    let (stage, world) = Stage::set().await;
    let services = Services::start().await;
    services.connect(&stage.bot).await;
    let bots: Vec<Value> = serde_json::from_str(include_str!("services.json")).unwrap();
    let of_kind = |kind: &&str| {
        bots.iter().flat_map(|bot| bot["nodes"].as_array().unwrap()).any(|it| it["type"] == *kind)
    };
    let connected = ["email", "llm_conversation", "google_sheets", "google_drive"];
    assert!(connected.iter().all(of_kind));
    for (no, bot) in bots.iter().enumerate() {
        for script in scripts(&bot.to_string(), &world, "real") {
            let mut there = Value::Null;
            let shown = compare(&stage, &script, no, || there = services.done()).await;
            let here = services.done();
            assert_eq!(there, here, "{}: another thing was done", script.name);
            let wanted = script.test.steps.iter().find_map(|step| match step {
                Action::Bot(expected) => expected.text.as_deref(),
                _ => None,
            });
            let last = shown.last().unwrap().last().unwrap();
            assert_eq!(last["text"]["body"].as_str(), wanted, "{}: {here}", script.name);
            let count = |what: &str| here[what].as_array().unwrap().len();
            let counts = (count("mails"), count("postmark"), count("models"), count("google") > 0);
            let expected = match bot["name"].as_str().unwrap() {
                "Mails" => (1, 1, 0, false),
                "Models" => (0, 0, 5, false),
                _ => (0, 0, 0, true),
            };
            assert_eq!(counts, expected, "{}: {here}", script.name);
        }
    }
}

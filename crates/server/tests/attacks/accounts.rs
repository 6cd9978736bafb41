//! The wall between accounts: with every kind of id of hers, Ben reads, changes and sets off nothing of Ana's.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bots::{flow, hears, says};
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::eventually;

/// Words that only Ana's things hold.
const HERS: &str = "The alpaca's secret";

/// What Ana has. Ids by their noun.
async fn hers(it: &It) -> Result<Vec<(&'static str, String)>> {
    let node = json!({ "id": "ask", "type": "question_text", "text": HERS, "ports": { "next": "fine" } });
    let mut definition = flow(json!({}), vec![node]);
    definition["name"] = HERS.into();
    let number = it.number(definition).await?;
    let petra = it.contact("Petra")?;
    hears(&petra, "hi", HERS).await?;
    let talk = eventually("a conversation", || async {
        Ok(it.get(&it.ana, "/conversations").await?.body["items"]
            .as_array()
            .and_then(|it| it.first().cloned()))
    })
    .await?;
    let text = |value: &Value| value.as_str().map(str::to_owned).context("no id");
    let upload = it
        .request_of(&it.ana, Method::POST, "/media?filename=a.pdf")
        .header("content-type", "application/pdf");
    let media = it.send(upload.body(format!("%PDF-1.7 {HERS}"))).await?.id()?;
    let connection = match it
        .post(
            &it.ana,
            "/connections",
            json!({ "name": "Model", "kind": "openai", "settings": {}, "secret": "sk-1234567890abcdef" }),
        )
        .await?
        .id()
    {
        Ok(id) => id,
        Err(_) => text(&it.get(&it.ana, "/connections").await?.body["items"][0]["id"])?,
    };
    let session = it.post(&it.ana, &format!("/bots/{}/test_sessions", number.bot), json!({})).await?.id()?;
    let token = it.post(&it.ana, "/api_tokens", json!({ "name": HERS, "role": "viewer" })).await?.id()?;
    // Ana herself founded Ben's account, so it is somebody else.
    let only_hers = "only-hers@example.com";
    let user = match crate::slow::user(it, only_hers).await {
        Ok(user) => user,
        Err(_) => {
            it.invited(&it.ana, only_hers, "viewer").await?;
            crate::slow::user(it, only_hers).await?
        }
    };
    let account = text(&it.get(&it.ana, "/account").await?.body["id"])?;
    Ok(vec![
        ("bot", number.bot),
        ("integration", number.integration),
        ("conversation", text(&talk["id"])?),
        ("contact", text(&talk["contact"]["id"])?),
        ("media", media),
        ("connection", connection),
        ("session", session),
        ("token", token),
        ("user", user),
        ("account", account),
    ])
}

fn filled(text: &str, ids: &[(&'static str, String)]) -> String {
    ids.iter().fold(text.to_owned(), |text, (noun, id)| text.replace(&format!("<{noun}>"), id))
}

/// A request of Ben's with an id of hers: refused, or answered with nothing of hers.
fn tried(name: &'static str, shows: &'static str, method: Method, path: &'static str, body: Value) -> Case {
    case(
        format!("account-{name}"),
        format!("with an id of another account nobody can {shows}"),
        move |it: It| {
            let (method, body) = (method.clone(), body.clone());
            async move {
                let ids = hers(&it).await?;
                let number = it.bens_number(says("Ben's")).await?;
                let mut ids_and_own = ids.clone();
                ids_and_own.push(("own", number.integration));
                ids_and_own.push(("own_bot", number.bot));
                let sends = it.meta.sends().0;
                let path = filled(path, &ids_and_own);
                let body: Value = serde_json::from_str(&filled(&body.to_string(), &ids_and_own))?;
                let answer = if method == Method::GET {
                    it.get(&it.ben, &path).await?
                } else {
                    it.call(&it.ben, method.clone(), &path, body).await?
                };
                ensure!(
                    !answer.text.contains(HERS),
                    "{method} {path} shows what is hers: {}",
                    answer.short()
                );
                ensure!(
                    matches!(answer.status, 400 | 403 | 404 | 405 | 409 | 422)
                        || (answer.status == 200 && path.contains('?')),
                    "{method} {path} is answered {}: {}",
                    answer.status,
                    answer.short()
                );
                if answer.status == 200 {
                    for (noun, id) in &ids {
                        ensure!(
                            !answer.text.contains(id.as_str()),
                            "{method} {path} shows the id of her {noun}: {}",
                            answer.short()
                        );
                    }
                }
                ensure!(it.meta.sends().0 == sends, "something was sent");
                // What is hers is still there.
                for (noun, path) in
                    [("bot", "bots"), ("integration", "integrations"), ("conversation", "conversations")]
                {
                    let (_, id) = ids.iter().find(|(it, _)| *it == noun).context("no id")?;
                    it.get(&it.ana, &format!("/{path}/{id}")).await?.is(&[200])?;
                }
                Ok(())
            }
        },
    )
}

fn reading() -> Vec<Case> {
    let get = |name, shows, path| tried(name, shows, Method::GET, path, json!({}));
    vec![
        get("bot", "read a bot", "/bots/<bot>"),
        get("draft", "read a draft", "/bots/<bot>/draft"),
        get("export", "export a bot", "/bots/<bot>/export"),
        get("version", "read a version", "/bots/<bot>/versions/1"),
        get("answers", "export answers", "/bots/<bot>/answers.csv"),
        get("usages", "see where a bot is used", "/bots/<bot>/usages"),
        get("integration", "read an integration", "/integrations/<integration>"),
        get("verify-token", "read a verify token", "/integrations/<integration>/verify_token"),
        get("templates", "list templates", "/integrations/<integration>/templates"),
        get("conversation", "read a conversation", "/conversations/<conversation>"),
        get("messages", "read messages", "/conversations/<conversation>/messages"),
        get("turns", "read turns", "/conversations/<conversation>/turns"),
        get("contact", "read a contact", "/contacts/<contact>"),
        get("contact-export", "export a contact", "/contacts/<contact>/export"),
        get("media", "fetch a file", "/media/<media>"),
        get("session", "read a test chat", "/test_sessions/<session>"),
        get(
            "filter-integration",
            "list conversations of a number",
            "/conversations?integration_id=<integration>",
        ),
        get("filter-events", "list events of a number", "/events?integration_id=<integration>"),
        get("filter-csv", "export events of a number", "/events.csv?integration_id=<integration>"),
        get("cursor-bots", "go on in a list from a bot", "/bots?after=<bot>"),
        get("cursor-contacts", "go on in a list from a contact", "/contacts?after=<contact>"),
        get("search", "find a contact", "/contacts?q=Petra"),
    ]
}

fn changing() -> Vec<Case> {
    let jump = json!({ "format": 1, "name": "B", "start": "go", "nodes": [{ "id": "go", "type": "jump", "bot": "<bot>" }] });
    vec![
        tried("delete-bot", "delete a bot", Method::DELETE, "/bots/<bot>", json!({})),
        tried("publish", "publish a bot", Method::POST, "/bots/<bot>/publish", json!({})),
        tried(
            "save-draft",
            "save a draft",
            Method::PUT,
            "/bots/<bot>/draft",
            json!({ "revision": 1, "definition": says("x") }),
        ),
        tried("copy", "copy a bot", Method::POST, "/bots/<bot>/copy", json!({ "name": "Mine" })),
        tried("test-chat", "test a bot", Method::POST, "/bots/<bot>/test_sessions", json!({})),
        tried(
            "test-jump",
            "test into a bot",
            Method::POST,
            "/bots/<bot>/test_sessions",
            json!({ "definition": jump }),
        ),
        tried(
            "act",
            "write in a test chat",
            Method::POST,
            "/test_sessions/<session>/messages",
            json!({ "contact": "hi" }),
        ),
        tried(
            "code",
            "run code beside a bot",
            Method::POST,
            "/bots/<bot>/code",
            json!({ "code": "def __custom_fn__(v):\n  return 1" }),
        ),
        tried(
            "request",
            "try a request beside a bot",
            Method::POST,
            "/bots/<bot>/request",
            json!({ "node": { "id": "a", "type": "api_request", "url": "https://example.com" } }),
        ),
        tried(
            "switch-off",
            "switch a number off",
            Method::POST,
            "/integrations/<integration>/deactivate",
            json!({}),
        ),
        tried(
            "delete-integration",
            "delete a number",
            Method::DELETE,
            "/integrations/<integration>",
            json!({}),
        ),
        tried(
            "change-integration",
            "change a number",
            Method::PATCH,
            "/integrations/<integration>",
            json!({ "name": "Mine" }),
        ),
        tried(
            "take-bot",
            "put a bot on a number of one's own",
            Method::PATCH,
            "/integrations/<own>?check=false",
            json!({ "bot_id": "<bot>" }),
        ),
        tried(
            "diagnose",
            "diagnose a number",
            Method::POST,
            "/integrations/<integration>/diagnose",
            json!({}),
        ),
        tried(
            "check-as",
            "check with credentials",
            Method::POST,
            "/integrations/check",
            json!({ "integration_id": "<integration>" }),
        ),
        tried(
            "test-message",
            "send from a number",
            Method::POST,
            "/integrations/<integration>/test_message",
            json!({ "to": "+4915123456789" }),
        ),
        tried(
            "send",
            "write from a number",
            Method::POST,
            "/messages",
            json!({ "integration_id": "<integration>", "to": "+4915123456789", "text": "x" }),
        ),
        tried(
            "send-to-contact",
            "write to a contact",
            Method::POST,
            "/messages",
            json!({ "integration_id": "<own>", "contact_id": "<contact>", "text": "x" }),
        ),
        tried(
            "send-file",
            "send a file",
            Method::POST,
            "/messages",
            json!({ "integration_id": "<own>", "to": "+4915123456789", "file": { "media_id": "<media>" } }),
        ),
        tried(
            "start-bot",
            "start a bot",
            Method::POST,
            "/messages",
            json!({ "integration_id": "<own>", "to": "+4915123456789", "bot_id": "<bot>" }),
        ),
        tried(
            "take-over",
            "take a conversation over",
            Method::POST,
            "/conversations/<conversation>/take_over",
            json!({}),
        ),
        tried(
            "close",
            "close a conversation",
            Method::POST,
            "/conversations/<conversation>/close",
            json!({}),
        ),
        tried(
            "write",
            "write in a conversation",
            Method::POST,
            "/conversations/<conversation>/messages",
            json!({ "text": "x" }),
        ),
        tried("erase", "erase a contact", Method::DELETE, "/contacts/<contact>", json!({})),
        tried("delete-media", "delete a file", Method::DELETE, "/media/<media>", json!({})),
        tried(
            "change-connection",
            "change a connection",
            Method::PATCH,
            "/connections/<connection>",
            json!({ "settings": { "base_url": "https://evil.example" } }),
        ),
        tried(
            "check-connection",
            "use a connection",
            Method::POST,
            "/connections/<connection>/check",
            json!({}),
        ),
        tried(
            "delete-connection",
            "delete a connection",
            Method::DELETE,
            "/connections/<connection>",
            json!({}),
        ),
        tried("delete-token", "delete a token", Method::DELETE, "/api_tokens/<token>", json!({})),
        tried(
            "change-user",
            "change a person's role",
            Method::PATCH,
            "/users/<user>",
            json!({ "role": "viewer" }),
        ),
        tried("remove-user", "remove a person", Method::DELETE, "/users/<user>", json!({})),
    ]
}

pub fn class() -> Class {
    let mut cases = reading();
    cases.extend(changing());
    cases.extend([
        case("account-switch", "nobody looks at an account that they are not in", |it: It| async move {
            let ids = hers(&it).await?;
            let cora = it.invited(&it.ben, &format!("cora{}@example.com", it.meta.now().millis()), "owner").await?;
            it.post(&cora, "/session/account", json!({ "account_id": filled("<account>", &ids) })).await?.is(&[404])
        }),
        case("account-live-jump", "a live bot that leads to another account's bot says nothing of it", |it: It| async move {
            let ids = hers(&it).await?;
            let nodes = vec![json!({ "id": "go", "type": "jump", "bot": filled("<bot>", &ids), "return": true, "ports": { "next": "fine", "error": "trouble" } })];
            let bot = it.draft(&it.ben, flow(json!({}), nodes)).await?;
            let published = it.post(&it.ben, &format!("/bots/{bot}/publish"), json!({})).await?;
            if published.status != 200 {
                return published.is_refused();
            }
            let number = it.bens_number(says("x")).await?;
            it.call(&it.ben, Method::PATCH, &format!("/integrations/{}?check=false", number.integration), json!({ "bot_id": bot })).await?.is(&[200])?;
            let jonas = it.bens_contact("Jonas")?;
            hears(&jonas, "hi", "Trouble.").await
        }),
        case("account-key-of-hers", "an Idempotency-Key of another account answers nothing of theirs", |it: It| async move {
            let post = async |who: &crate::ground::Person| {
                it.send(it.request_of(who, Method::POST, "/bots").header("idempotency-key", "the-same").json(&json!({ "name": HERS }))).await
            };
            let (first, second) = (post(&it.ana).await?, post(&it.ben).await?);
            ensure!(first.id()? != second.id()?, "Ben was answered with what is hers");
            Ok(())
        }),
        case("account-link-forged", "a file's link that is not right in every letter leads nowhere", |it: It| async move {
            for token in ["", "0", "..", &"0".repeat(64), &"a".repeat(2000), "%00", "x/../../y"] {
                let answer = it.send(it.http.get(format!("{}/files/{token}", it.url))).await?;
                ensure!(answer.status == 404 || (answer.status == 200 && answer.header("content-type").starts_with("text/html")), "{token}: {}", answer.status);
            }
            Ok(())
        }),
    ]);
    of(
        "ids of another account",
        "Ids of another account in paths, bodies, filters, cursors, bot files and links.",
        cases,
    )
}

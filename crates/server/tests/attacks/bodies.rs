//! Bodies: too large, too deep, no JSON, no delivery. Each is refused or kept, at once, and others are answered.

use std::time::Duration;

use anyhow::ensure;
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::bots::{delivery, echo, hears, text};
use crate::case::{Case, Class, It, case, class as of};

/// A signed body that is no delivery: answered so that Meta does not repeat it for ever, and nobody else is held up.
fn signed(
    name: &'static str,
    shows: &'static str,
    statuses: &'static [u16],
    make: impl Fn() -> Vec<u8> + 'static,
) -> Case {
    let make = std::rc::Rc::new(make);
    case(
        format!("delivery-{name}"),
        format!("a signed delivery that is {shows} is answered at once, and the next contact as well"),
        move |it: It| {
            let make = std::rc::Rc::clone(&make);
            async move {
                let number = it.number(echo()).await?;
                let began = Instant::now();
                it.deliver(&number.callback, &make()).await?.is(statuses)?;
                let took = began.elapsed();
                ensure!(took < it.patience(Duration::from_secs(2)), "took {took:?}");
                hears(&it.contact("Next")?, "hi", "echo hi").await
            }
        },
    )
}

fn with_messages(messages: &Value) -> Vec<u8> {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{ "field": "messages",
        "value": { "messaging_product": "whatsapp", "metadata": { "phone_number_id": harness::NUMBER }, "messages": messages } }] }] })
    .to_string()
    .into_bytes()
}

fn deep(levels: usize) -> Vec<u8> {
    format!(
        "{{\"object\":\"whatsapp_business_account\",\"entry\":{}{}}}",
        "[".repeat(levels),
        "]".repeat(levels)
    )
    .into_bytes()
}

/// A body of the API, sent as it is.
fn asked(
    name: &'static str,
    shows: &'static str,
    statuses: &'static [u16],
    make: impl Fn() -> Vec<u8> + 'static,
) -> Case {
    let make = std::rc::Rc::new(make);
    case(format!("api-{name}"), format!("a body of the API that is {shows} is refused"), move |it: It| {
        let make = std::rc::Rc::clone(&make);
        async move {
            let began = Instant::now();
            let request =
                it.request_of(&it.ana, Method::POST, "/bots").header("content-type", "application/json");
            it.send(request.body(make())).await?.is(statuses)?;
            let took = began.elapsed();
            ensure!(took < it.patience(Duration::from_secs(2)), "took {took:?}");
            Ok(())
        }
    })
}

fn deliveries() -> Vec<Case> {
    vec![
        signed("empty", "empty", &[200], Vec::new),
        signed("no-json", "no JSON", &[200], || b"<html>hello</html>".to_vec()),
        signed("half", "half a JSON", &[200], || {
            delivery(&[text("4915", "wamid.H", 1, "x")]).to_string().into_bytes()[..60].to_vec()
        }),
        signed("list", "a list", &[200], || b"[[[]]]".to_vec()),
        signed("number", "a number", &[200], || b"1e999".to_vec()),
        signed("null", "null", &[200], || b"null".to_vec()),
        signed("not-utf8", "no UTF-8", &[200], || b"{\"object\":\"\xff\xfe\xc0\xaf\"}".to_vec()),
        signed("nul", "full of NULs", &[200], || vec![0; 100_000]),
        signed("other-object", "of another product", &[200], || {
            br#"{"object":"instagram","entry":[{"id":"1"}]}"#.to_vec()
        }),
        signed("wrong-types", "of wrong types throughout", &[200], || {
            br#"{"object":7,"entry":{"changes":"x"}}"#.to_vec()
        }),
        signed("deep", "nested 100,000 deep", &[200], || deep(100_000)),
        signed("deep-message", "a message nested 5,000 deep", &[200], || {
            let deep = format!("{}{}", "{\"a\":".repeat(5000), "1".to_owned() + &"}".repeat(5000));
            String::from_utf8(with_messages(&json!(["X"])))
                .unwrap_or_default()
                .replace("\"X\"", &deep)
                .into_bytes()
        }),
        signed("surrogates", "a text with half a surrogate", &[200], || {
            String::from_utf8(with_messages(&json!([text("4915112345678", "wamid.SUR", 1_763_800_000, "X")])))
                .unwrap_or_default()
                .replace("\"X\"", "\"\\ud800\"")
                .into_bytes()
        }),
        signed("numbers", "with numbers of a million digits", &[200], || {
            format!(
                "{{\"object\":\"whatsapp_business_account\",\"entry\":[{{\"id\":{}}}]}}",
                "9".repeat(1_000_000)
            )
            .into_bytes()
        }),
        signed("duplicate-keys", "with each key twice", &[200], || {
            br#"{"object":"whatsapp_business_account","object":"x","entry":[],"entry":[{"id":"1","id":"2","changes":[]}]}"#.to_vec()
        }),
        signed("many-keys", "an object of 200,000 keys", &[200], || {
            let keys: Vec<String> = (0..200_000).map(|n| format!("\"k{n}\":1")).collect();
            format!("{{{}}}", keys.join(",")).into_bytes()
        }),
        signed("many-entries", "of 100,000 empty entries", &[200], || {
            format!("{{\"object\":\"whatsapp_business_account\",\"entry\":[{}{{}}]}}", "{},".repeat(100_000))
                .into_bytes()
        }),
        signed("unknown-message", "a message of a kind nobody knows", &[200], || {
            with_messages(
                &json!([{ "from": "4915112345699", "id": "wamid.ODD", "timestamp": "1763800000", "type": "hologram", "hologram": {} }]),
            )
        }),
        signed("message-without-id", "a message without an id", &[200], || {
            with_messages(
                &json!([{ "from": "4915112345699", "timestamp": "1763800000", "type": "text", "text": { "body": "x" } }]),
            )
        }),
        signed("message-without-sender", "a message without a sender", &[200], || {
            with_messages(
                &json!([{ "id": "wamid.NOBODY", "timestamp": "1763800000", "type": "text", "text": { "body": "x" } }]),
            )
        }),
        signed("times", "a message of the year 292,277,026,596", &[200], || {
            with_messages(&json!([
                text("4915112345697", "wamid.LATE", 9_223_372_036_854_775_807, "x"),
                text("4915112345697", "wamid.EARLY", -9_000_000_000_000, "x")
            ]))
        }),
        signed("long-ids", "a message whose ids have a million letters", &[200], || {
            with_messages(&json!([text(&"4".repeat(1_000_000), &"w".repeat(1_000_000), 1_763_800_000, "x")]))
        }),
        signed("too-large", "over 3 MiB", &[413], || vec![b' '; 3 * 1024 * 1024 + 1]),
    ]
}

fn requests() -> Vec<Case> {
    vec![
        asked("no-json", "no JSON", &[400], || b"{name: x}".to_vec()),
        asked("empty", "empty", &[400, 422], Vec::new),
        asked("list", "a list", &[422], || b"[\"x\"]".to_vec()),
        asked("deep", "nested 100,000 deep", &[400, 422], || {
            format!("{{\"name\":{}", "[".repeat(100_000)).into_bytes()
        }),
        asked("number", "a number beyond every type", &[400, 422], || br#"{"name": 1e400}"#.to_vec()),
        asked("trailing", "followed by another", &[400], || br#"{"name":"x"}{"name":"y"}"#.to_vec()),
        asked("duplicate-keys", "one with a key twice", &[400, 422], || {
            br#"{"name":"x","name":"y"}"#.to_vec()
        }),
        asked("surrogate", "one with half a surrogate", &[400, 422], || br#"{"name":"\ud800"}"#.to_vec()),
        asked("not-utf8", "no UTF-8", &[400, 422], || b"{\"name\":\"\xff\"}".to_vec()),
        asked("nul", "a name with a NUL", &[422], || br#"{"name":"a\u0000b"}"#.to_vec()),
        asked("long-name", "a name of a million letters", &[422], || {
            format!("{{\"name\":\"{}\"}}", "n".repeat(1_000_000)).into_bytes()
        }),
        asked("too-large", "over 5 MiB", &[413], || vec![b' '; 5 * 1024 * 1024 + 1]),
        case(
            "api-many-errors",
            "a body with thousands of mistakes is answered with an answer of bounded size",
            |it: It| async move {
                let nodes: Vec<Value> = (0..2000).map(|n| json!({ "id": format!("n{n}"), "type": "message", "text": "{nobody}{nothing}", "ports": { "next": format!("m{n}") } })).collect();
                let definition = json!({ "format": 1, "name": "Bad", "start": "n0", "nodes": nodes });
                let bot = it.draft(&it.ana, definition).await?;
                let found = it.post(&it.ana, &format!("/bots/{bot}/validate"), json!({})).await?;
                found.is(&[200])?;
                ensure!(found.bytes.len() < 2 * 1024 * 1024, "{} bytes", found.bytes.len());
                Ok(())
            },
        ),
        case("api-encoded-body", "a compressed body is not unpacked", |it: It| async move {
            let request =
                it.request_of(&it.ana, Method::POST, "/bots").header("content-type", "application/json");
            // The beginning of a gzip stream that would unpack to a gigabyte.
            let zip = [
                0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xec, 0xc1, 1, 1, 0, 0, 0, 0x80, 0x90, 0xfe, 0xaf, 0xee,
                8,
            ];
            it.send(request.header("content-encoding", "gzip").body(zip.to_vec())).await?.is_refused()
        }),
        case("api-form-body", "a form is no JSON, whatever stands in it", |it: It| async move {
            for kind in [
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/plain",
                "application/xml",
            ] {
                let request = it.request_of(&it.ana, Method::POST, "/bots").header("content-type", kind);
                it.send(request.body(r#"{"name":"x"}"#)).await?.is(&[415])?;
            }
            Ok(())
        }),
        case(
            "upload-too-large",
            "a file that says it has over 100 MiB is refused before it is read",
            |it: It| async move {
                let head = format!(
                    "POST /api/v1/media HTTP/1.1\r\nHost: x\r\n{}: {}\r\nContent-Type: image/png\r\nContent-Length: 999999999\r\n\r\n",
                    it.ana.header.0, it.ana.header.1
                );
                let reply = it.raw(head).await?;
                ensure!(reply.status() == Some(413), "{}", reply.text());
                Ok(())
            },
        ),
    ]
}

pub fn class() -> Class {
    let mut cases = deliveries();
    cases.extend(requests());
    cases.push(case(
        "unreadable-once-per-account",
        "the same unreadable delivery to two accounts is told to each of them, and once",
        |it: It| async move {
            let (anas, bens) = (it.number(echo()).await?, it.bens_number(echo()).await?);
            let body = br#"{"object":"whatsapp_business_account","entry":[{"half of the same for both"#;
            for _ in 0..3 {
                it.deliver(&anas.callback, body).await?.is(&[200])?;
                it.deliver(&bens.callback, body).await?.is(&[200])?;
            }
            for who in [&it.ana, &it.ben] {
                crate::ground::eventually("the event", || async {
                    let events = it.get(who, "/events?limit=200").await?;
                    let all = events.body["items"].as_array().cloned().unwrap_or_default();
                    Ok(all.iter().any(|it| it["code"] == "delivery_unreadable").then_some(()))
                })
                .await?;
            }
            Ok(())
        },
    ));
    of("bodies", "Bodies that are too large, too deep, no JSON or no delivery.", cases)
}

//! Flows with custom code: run in a child of the server's own program.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::bot::{Bot, eventually, next};

/// One at a time: a test that kills children would kill those of the others.
static ALONE: Mutex<()> = Mutex::const_new(());

fn coding(body: &str) -> Value {
    let code = format!("def __custom_fn__(variables):\n    {}\n", body.replace('\n', "\n    "));
    json!({ "format": 1, "name": "Code", "start": "ask",
      "variables": { "text": "text", "n": "number" },
      "nodes": [
        { "id": "ask", "type": "question_text", "text": "What?", "save_as": "text", "ports": { "next": "code" } },
        { "id": "code", "type": "custom_code", "code": code, "save_as": "result", "cases": ["short", "True"],
          "ports": { "case:short": "short", "case:True": "true", "next": "tell", "error": "trouble" } },
        { "id": "short", "type": "end", "text": "That is short." },
        { "id": "true", "type": "end", "text": "Yes: {n}." },
        { "id": "tell", "type": "end", "text": "{result}" },
        { "id": "trouble", "type": "end", "text": "That went wrong." } ] })
}

async fn asked(bot: &Bot, name: &str, text: &str) -> String {
    let contact = bot.contact(name);
    contact.says("hi").unwrap();
    assert_eq!(next(&contact).await, "What?");
    contact.says(text).unwrap();
    next(&contact).await
}

/// Children of this process that run custom code.
fn children() -> Vec<i32> {
    let ours = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pid = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.to_owned();
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        (parent == ours && line.windows(9).any(|part| part == b"__codebox")).then_some(pid)
    };
    processes.filter_map(pid).collect()
}

#[tokio::test]
async fn a_function_reads_and_changes_the_variables_and_decides_where_the_flow_goes() {
    let _alone = ALONE.lock().await;
    let code = "text = variables['text']\nif len(text) < 3:\n    return 'short'\nif text == 'true':\n    variables['n'] = 42\n    \
                return True\nprint('seen')\nreturn ' '.join(reversed(text.split()))";
    let bot = Bot::with_flow(coding(code)).await;
    assert_eq!(asked(&bot, "Ana", "a").await, "That is short.");
    assert_eq!(asked(&bot, "Ben", "true").await, "Yes: 42.");
    assert_eq!(asked(&bot, "Cem", "one two {n}").await, "{n} two one");
    // What a contact types is a value, whatever it looks like.
    assert_eq!(asked(&bot, "Dan", "'] + open('/etc/passwd') + ['").await, "[' + open('/etc/passwd') + ']");
    let conversations = bot.conversations().await;
    let calls = eventually(|| async {
        let turns = bot.turns(conversations[0].conversation.id).await;
        turns.into_iter().find(|turn| !turn.calls.is_empty()).map(|turn| turn.calls)
    })
    .await;
    assert_eq!((calls[0].node.as_str(), calls[0].ok), ("code", Some(true)));
    assert_eq!(calls[0].summary, "code of 9 lines");
    assert_eq!(calls[0].result.as_deref(), Some("done"));
    assert!(calls[0].duration_ms.is_some());
}

#[tokio::test]
async fn code_that_fails_takes_the_error_port_and_others_go_on_meanwhile() {
    let _alone = ALONE.lock().await;
    let code = "text = variables['text']\nif text == 'loop':\n    while True: pass\nif text == 'memory':\n    return 'a' * 10**10\n\
                if text == 'file':\n    return open('/etc/passwd').read()\nreturn 10 // int(text)";
    let bot = Bot::with_flow(coding(code)).await;
    let slow = asked(&bot, "Ana", "loop");
    let others = async {
        for (text, said) in [
            ("5", "2"),
            ("memory", "That went wrong."),
            ("0", "That went wrong."),
            ("file", "That went wrong."),
        ] {
            assert_eq!(asked(&bot, "Ben", text).await, said, "{text}");
        }
    };
    let (slow, ()) = tokio::join!(slow, others);
    assert_eq!(slow, "That went wrong.");
    for code in ["code_timeout", "code_too_large", "code_failed", "code_forbidden"] {
        bot.event(code).await;
    }
    assert_eq!(asked(&bot, "Cem", "2").await, "5");
    bot.rests().await;
}

#[tokio::test]
async fn a_conversation_whose_child_dies_is_not_stuck() {
    let _alone = ALONE.lock().await;
    let bot =
        Bot::with_flow(coding("if variables['text'] == 'loop':\n    while True: pass\nreturn 'fine'")).await;
    let victim = asked(&bot, "Ana", "loop");
    let murder = async {
        for pid in eventually(|| async { Some(children()).filter(|pids| !pids.is_empty()) }).await {
            // The run has begun, or begins in a moment.
            tokio::time::sleep(Duration::from_millis(100)).await;
            std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        }
    };
    let (said, ()) = tokio::join!(victim, murder);
    assert_eq!(said, "That went wrong.");
    assert_eq!(asked(&bot, "Ana", "again").await, "fine");
    bot.rests().await;
}

#[tokio::test]
async fn code_that_was_under_way_at_a_stop_is_run_again() {
    let _alone = ALONE.lock().await;
    let mut bot = Bot::with_flow(coding("n = 0\nfor i in range(100000): n += 1\nreturn n")).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What?");
    ana.says("go").unwrap();
    eventually(|| async { (bot.only().await.conversation.status.name() != "waiting").then_some(()) }).await;
    bot.restart().await;
    assert_eq!(next(&ana).await, "100000");
}

//! Bots that work without end: a turn, a test chat, a validation has a budget, and beside the worst of them everybody else
//! is answered.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chasqui_simulator::harness::Contact;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::bots::{echo, flow, hears};
use crate::case::{Case, Class, It, case, class as of};

/// What a heavy turn may take until the contact hears something.
const TURN: Duration = Duration::from_secs(2);
/// What somebody else's answer may take beside it.
const BESIDE: Duration = Duration::from_millis(1500);

/// Nodes that make `t` a text of so many thousand letters.
fn grown(doublings: usize) -> Vec<Value> {
    let mut nodes = vec![
        json!({ "id": "t", "type": "formula", "expression": "\"aaaaaaab\"", "save_as": "t", "ports": { "next": "d0", "error": "trouble" } }),
    ];
    for n in 0..doublings {
        let next = if n + 1 == doublings { "work".to_owned() } else { format!("d{}", n + 1) };
        nodes.push(json!({ "id": format!("d{n}"), "type": "formula", "expression": "Concat(t, t)", "save_as": "t", "ports": { "next": next, "error": "trouble" } }));
    }
    nodes
}

fn formula(id: &str, expression: &str, next: &str) -> Value {
    json!({ "id": id, "type": "formula", "expression": expression, "save_as": "x", "ports": { "next": next, "error": "trouble" } })
}

/// A circle of so many nodes that each calculate this; the way out is never taken.
fn circle(doublings: usize, count: usize, expression: &str) -> Value {
    let mut nodes = grown(doublings);
    for n in 0..count {
        let id = if n == 0 { "work".to_owned() } else { format!("w{n}") };
        let next = if n + 1 == count { "out".to_owned() } else { format!("w{}", n + 1) };
        nodes.push(formula(&id, expression, &next));
    }
    nodes.push(json!({ "id": "out", "type": "formula", "mode": "true_false", "expression": "IsEmpty(t)", "ports": { "true": "fine", "false": "work", "error": "trouble" } }));
    flow(json!({ "t": "text", "x": "text" }), nodes)
}

/// One node that calculates this over a text of 128 kB or less.
fn once(doublings: usize, expression: &str) -> Value {
    let mut nodes = grown(doublings);
    nodes.push(formula("work", expression, "fine"));
    flow(json!({ "t": "text", "x": "text" }), nodes)
}

/// A formula of almost 4,096 letters.
fn long(part: &str) -> String {
    let count = (4000 / (part.len() + 1)).min(190);
    vec![part; count].join("+")
}

/// Says hi and waits for whatever comes.
async fn heavy(it: &It, contact: &Contact) -> Result<Duration> {
    let began = Instant::now();
    contact.says("hi").map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let heard = tokio::time::timeout(Duration::from_mins(1), contact.next(Duration::from_mins(1)))
        .await?
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let took = began.elapsed();
    ensure!(took < it.patience(TURN), "{heard} after {took:?}");
    Ok(took)
}

/// Puts a bot on Ana's number, unless it is refused when it is published. `None`: it is.
async fn live(it: &It, definition: Value) -> Result<Option<()>> {
    let bot = it.draft(&it.ana, definition).await?;
    let published = it.post(&it.ana, &format!("/bots/{bot}/publish"), json!({})).await?;
    if published.status == 422 {
        let problems = published.body["problems"].as_array().cloned().unwrap_or_default();
        let known = |it: &Value| {
            !matches!(
                it["code"].as_str(),
                Some("unreachable" | "unknown_variable" | "endless_circle" | "missing_port")
            )
        };
        let errors: Vec<&Value> = problems.iter().filter(|it| it["severity"] == "error").collect();
        ensure!(
            !errors.is_empty() && errors.iter().all(|it| known(it)),
            "the attack is no bot: {}",
            published.short()
        );
        return Ok(None);
    }
    published.is(&[200])?;
    let number = it.number(echo()).await?;
    it.call(
        &it.ana,
        reqwest::Method::PATCH,
        &format!("/integrations/{}?check=false", number.integration),
        json!({ "bot_id": bot }),
    )
    .await?
    .is(&[200])?;
    Ok(Some(()))
}

/// A live bot: its contacts hear something in time, and meanwhile Ben's contact is answered at once.
fn turn(name: &'static str, shows: &'static str, make: fn() -> Value) -> Case {
    case(
        format!("turn-{name}"),
        format!("a bot {shows} ends its turn in time, and another account's contact is answered beside it"),
        move |it: It| async move {
            it.bens_number(echo()).await?;
            let jonas = it.bens_contact("Jonas")?;
            hears(&jonas, "before", "echo before").await?;
            if live(&it, make()).await?.is_none() {
                return Ok(());
            }
            let others = async {
                let mut longest = Duration::ZERO;
                for n in 0..5 {
                    let began = Instant::now();
                    hears(&jonas, &n.to_string(), &format!("echo {n}")).await?;
                    longest = longest.max(began.elapsed());
                    sleep(Duration::from_millis(50)).await;
                }
                Ok::<_, anyhow::Error>(longest)
            };
            let contacts: Vec<_> =
                (0..3).map(|n| it.contact(&format!("Heavy {n}"))).collect::<Result<_>>()?;
            let turns = futures::future::try_join_all(contacts.iter().map(|contact| heavy(&it, contact)));
            let (turns, longest) = tokio::join!(turns, others);
            turns?;
            let longest = longest?;
            ensure!(
                longest < it.patience(BESIDE).min(Duration::from_secs(6)),
                "Ben's contact waited {longest:?}"
            );
            Ok(())
        },
    )
}

fn turns() -> Vec<Case> {
    vec![
        turn("circle-49-formulas", "of 49 formulas of 4 kB over 100 kB of text in a circle", || {
            circle(14, 49, &long("Length(Replace(t,\"a\",\"b\"))"))
        }),
        turn("circle-upper", "that turns 100 kB into capitals in a circle", || {
            circle(14, 49, &long("Length(Upper(t))"))
        }),
        turn("circle-split", "that splits 100 kB in a circle", || {
            circle(14, 49, &long("Count(Split(t,\"b\"))"))
        }),
        turn("circle-join", "that splits and joins 100 kB in a circle", || {
            circle(14, 40, &long("Length(Join(Split(t,\"b\"),\"c\"))"))
        }),
        turn("circle-contains", "that searches 100 kB for what is not there in a circle", || {
            circle(14, 49, &long("If(Contains(t,\"aaaaaaaaaaac\"),1,2)"))
        }),
        turn("circle-compare", "that compares texts of 100 kB in a circle", || {
            circle(14, 49, &long("If(IsEqual(t,Concat(t,\"\")),1,2)"))
        }),
        turn("circle-numbers", "that reads numbers of 100 kB in a circle", || {
            circle(14, 30, &long("If(IsEqual(t,1),1,2)"))
        }),
        turn("circle-templates", "that fills 100 kB into texts in a circle", || {
            let text = "{t}";
            let mut nodes = grown(14);
            nodes.push(json!({ "id": "work", "type": "set_variable", "operations": (0..20).map(|n| json!({ "do": "set", "variable": format!("v{}", n % 2), "value": text })).collect::<Vec<_>>(), "ports": { "next": "out", "error": "trouble" } }));
            nodes.push(json!({ "id": "out", "type": "formula", "mode": "true_false", "expression": "IsEmpty(t)", "ports": { "true": "fine", "false": "work", "error": "trouble" } }));
            flow(json!({ "t": "text", "v0": "text", "v1": "text" }), nodes)
        }),
        turn("circle-plain", "that goes in a circle and does nothing", || circle(1, 3, "1+1")),
        turn("growth", "that doubles a text forty times", || {
            let mut it = once(40, "Length(t)");
            it["name"] = "Grows".into();
            it
        }),
        turn("replace-growth", "that replaces each letter by 4,000", || {
            once(12, &format!("Replace(t,\"a\",\"{}\")", "x".repeat(3900)))
        }),
        turn("split-growth", "that splits 200 kB letter by letter", || once(14, "Count(Split(t,\"a\"))")),
        turn("digits", "that multiplies numbers of 28 digits two hundred times", || {
            once(1, &vec!["9999999999999999999999999999"; 140].join("*"))
        }),
        turn("dates", "that adds ten million years to a date", || {
            once(1, "DateAdd(\"2026-01-01\", 9999999999, \"years\")")
        }),
        turn("date-format", "that formats a date a thousand times over", || {
            once(1, &format!("FormatDate(Now(), \"{}\")", "%c".repeat(1900)))
        }),
        turn("rounding", "that rounds to a billion digits", || once(1, "Round(1.5, 1000000000)")),
        turn("substring", "that takes a part of 10^18 letters", || {
            once(10, "Substring(t, 0, 1000000000000000000)")
        }),
    ]
}

/// A pattern: refused when the bot is checked, or matched in time.
fn pattern(name: &'static str, shows: &'static str, make: fn() -> String, says: fn() -> String) -> Case {
    case(
        format!("pattern-{name}"),
        format!("a pattern {shows} is refused, or matched in time"),
        move |it: It| async move {
            let ask = json!({ "id": "ask", "type": "question_text", "text": "Say.", "max_length": 4096, "validation": { "kind": "regex", "pattern": make() }, "max_attempts": 2, "ports": { "next": "fine", "error": "trouble", "invalid": "trouble" } });
            let began = Instant::now();
            let found = live(&it, flow(json!({}), vec![ask])).await?;
            let took = began.elapsed();
            ensure!(took < it.patience(Duration::from_secs(3)), "checking took {took:?}");
            if found.is_none() {
                return Ok(());
            }
            let petra = it.contact("Petra")?;
            hears(&petra, "hi", "Say.").await?;
            let began = Instant::now();
            petra.says(&says()).map_err(|error| anyhow::anyhow!("{error:?}"))?;
            crate::bots::next(&petra).await?;
            let took = began.elapsed();
            ensure!(took < it.patience(TURN), "matching took {took:?}");
            Ok(())
        },
    )
}

fn patterns() -> Vec<Case> {
    let text = || format!("{}!", "a".repeat(4000));
    vec![
        pattern("backtracking", "that backtracks", || "^(a+)+$".into(), text),
        pattern("backtracking-or", "whose alternatives overlap", || "^(a|a|aa)*$".into(), text),
        pattern("counted", "that counts to a thousand", || "^\\w{1000}$".into(), text),
        pattern(
            "counted-nested",
            "whose counts multiply to a billion",
            || "^((a{1000}){1000}){1000}$".into(),
            text,
        ),
        pattern(
            "counted-unicode",
            "that counts letters of all scripts",
            || "^(\\p{L}{1,200}\\p{N}{1,200}){50}$".into(),
            text,
        ),
        pattern(
            "large",
            "of 30 kB of words",
            || format!("^({})$", (0..3000).map(|n| format!("word{n}")).collect::<Vec<_>>().join("|")),
            text,
        ),
        pattern(
            "huge",
            "of 600 kB",
            || format!("^({})$", (0..60_000).map(|n| format!("word{n}")).collect::<Vec<_>>().join("|")),
            text,
        ),
        pattern("deep", "nested 2,000 deep", || format!("{}a{}", "(".repeat(2000), ")".repeat(2000)), text),
        pattern("groups", "with 20,000 groups", || "(a)".repeat(20_000), text),
    ]
}

fn questions(count: usize, pattern: impl Fn(usize) -> String) -> Value {
    let nodes = (0..count).map(|n| {
        json!({ "id": format!("q{n}"), "type": "question_text", "text": "x", "validation": { "kind": "regex", "pattern": pattern(n) }, "ports": { "next": if n + 1 == count { "fine".to_owned() } else { format!("q{}", n + 1) } } })
    });
    flow(json!({}), nodes.collect())
}

/// Checks, tests and exports of one account beside another's conversations.
async fn beside(it: &It, work: impl Future<Output = Result<()>>) -> Result<()> {
    it.bens_number(echo()).await?;
    let jonas = it.bens_contact("Jonas")?;
    hears(&jonas, "before", "echo before").await?;
    let others = async {
        let mut longest = Duration::ZERO;
        for n in 0..8 {
            let began = Instant::now();
            hears(&jonas, &n.to_string(), &format!("echo {n}")).await?;
            let healthy = Instant::now();
            it.http.get(format!("{}/healthz", it.url)).send().await?;
            longest = longest.max(began.elapsed()).max(healthy.elapsed());
            sleep(Duration::from_millis(100)).await;
        }
        Ok::<_, anyhow::Error>(longest)
    };
    let (done, longest) = tokio::join!(work, others);
    done?;
    let longest = longest?;
    ensure!(longest < it.patience(BESIDE).min(Duration::from_secs(6)), "Ben's contact waited {longest:?}");
    Ok(())
}

fn works() -> Vec<Case> {
    vec![
        case("validate-2000-patterns", "a check of a bot with 2,000 patterns takes little time and memory, and others are answered", |it: It| async move {
            let viewer = it.token_of(&it.ana, "viewer", &[]).await?;
            let bot = it.draft(&it.ana, echo()).await?;
            let before = it.resident().await?;
            let definition = questions(1900, |n| format!("^\\w{{{}}}\\p{{L}}+{n}$", 50 + n % 50));
            let work = async {
                let began = Instant::now();
                let found = it.post(&viewer, &format!("/bots/{bot}/validate"), json!({ "definition": definition })).await?;
                let took = began.elapsed();
                ensure!(found.status < 500 || found.status == 503, "{}", found.short());
                ensure!(took < it.patience(Duration::from_secs(8)), "took {took:?}");
                Ok(())
            };
            beside(&it, work).await?;
            let after = it.resident().await?;
            ensure!(after < before + 350, "grew from {before} to {after} MiB");
            Ok(())
        }),
        case("validate-many-at-once", "thirty checks of large bots at once leave others answered", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            let definition = questions(400, |n| format!("^[a-z]{{1,40}}{n}$"));
            let work = async {
                let path = format!("/bots/{bot}/validate");
                let all = (0..30).map(|_| it.post(&it.ana, &path, json!({ "definition": definition })));
                for found in futures::future::try_join_all(all).await? {
                    ensure!(matches!(found.status, 200 | 429 | 503), "{} {}", found.status, found.short());
                    ensure!(found.status == 200 || !found.header("retry-after").is_empty(), "refused without Retry-After");
                }
                Ok(())
            };
            beside(&it, work).await
        }),
        case("test-chat-circle", "a test chat with the worst bot ends in time, and others are answered", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            let definition = circle(14, 49, &long("Length(Replace(t,\"a\",\"b\"))"));
            let work = async {
                let began = Instant::now();
                let session = it.post(&it.ana, &format!("/bots/{bot}/test_sessions"), json!({ "definition": definition })).await?.id()?;
                it.post(&it.ana, &format!("/test_sessions/{session}/messages"), json!({ "contact": "hi" })).await?.is(&[200, 429, 503])?;
                let took = began.elapsed();
                ensure!(took < it.patience(TURN), "took {took:?}");
                Ok(())
            };
            beside(&it, work).await
        }),
        case("test-chat-pattern", "a test chat with a large counted pattern ends in time, and others are answered", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            let definition = questions(1, |_| format!("^({})$", vec!["\\w{500}"; 60].join("|")));
            let work = async {
                let made = it.post(&it.ana, &format!("/bots/{bot}/test_sessions"), json!({ "definition": definition })).await?;
                if made.status == 201 {
                    let began = Instant::now();
                    let path = format!("/test_sessions/{}/messages", made.id()?);
                    it.post(&it.ana, &path, json!({ "contact": "hi" })).await?;
                    it.post(&it.ana, &path, json!({ "contact": "a".repeat(4000) })).await?;
                    let took = began.elapsed();
                    ensure!(took < it.patience(TURN), "took {took:?}");
                }
                Ok(())
            };
            beside(&it, work).await
        }),
        case("flow-test-circle", "flow tests of the worst bot end in time, and others are answered", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            let mut definition = circle(14, 49, &long("Length(Replace(t,\"a\",\"b\"))"));
            definition["tests"] = (0..20).map(|n| json!({ "name": format!("t{n}"), "steps": [{ "contact": "hi" }] })).collect();
            let work = async {
                let began = Instant::now();
                let ran = it.post(&it.ana, &format!("/bots/{bot}/tests/run"), json!({ "definition": definition })).await?;
                ran.is(&[200, 429, 503])?;
                let took = began.elapsed();
                ensure!(took < it.patience(Duration::from_secs(8)), "took {took:?}");
                Ok(())
            };
            beside(&it, work).await
        }),
        case("test-chat-memory", "a test chat that is fed large texts is bounded", |it: It| async move {
            let before = it.resident().await?;
            let bot = it.draft(&it.ana, echo()).await?;
            let session = it.post(&it.ana, &format!("/bots/{bot}/test_sessions"), json!({})).await?.id()?;
            for _ in 0..60 {
                let said = it.post(&it.ana, &format!("/test_sessions/{session}/messages"), json!({ "contact": "x".repeat(4_000_000) })).await?;
                ensure!(said.status == 200 || (400..500).contains(&said.status), "{}", said.short());
                if said.status != 200 {
                    break;
                }
            }
            let after = it.resident().await?;
            ensure!(after < before + 150, "grew from {before} to {after} MiB");
            Ok(())
        }),
        case("test-chats-many", "two hundred test chats of one person are bounded, and another account still tests", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            for _ in 0..200 {
                let made = it.post(&it.ana, &format!("/bots/{bot}/test_sessions"), json!({ "variables": { "said": "x".repeat(20_000) } })).await?;
                ensure!(matches!(made.status, 201 | 429 | 409 | 503), "{} {}", made.status, made.short());
            }
            let bens = it.draft(&it.ben, echo()).await?;
            let session = it.post(&it.ben, &format!("/bots/{bens}/test_sessions"), json!({})).await?.id()?;
            it.post(&it.ben, &format!("/test_sessions/{session}/messages"), json!({ "contact": "hi" })).await?.is(&[200])
        }),
        case("usages-many", "thirty looks for usages over large bots leave others answered", |it: It| async move {
            let large = |n: usize| json!({ "format": 1, "name": format!("Large {n}"), "start": "a", "nodes": [{ "id": "a", "type": "question_text", "text": "x".repeat(3000), "ports": { "next": "b" } }, { "id": "b", "type": "end" }],
                "layout": { "note": "y".repeat(400_000) } });
            let mut bot = String::new();
            for n in 0..12 {
                let made = it.post(&it.ana, "/bots", json!({ "definition": large(n) })).await?;
                if made.status == 201 {
                    bot = made.id()?;
                }
            }
            if bot.is_empty() {
                bot = it.draft(&it.ana, echo()).await?;
            }
            let work = async {
                let all = (0..30).map(|_| it.get(&it.ana, "/bots?limit=200"));
                let path = format!("/bots/{bot}/usages");
                let usages = (0..30).map(|_| it.get(&it.ana, &path));
                let (a, b) = tokio::join!(futures::future::join_all(all), futures::future::join_all(usages));
                for found in a.into_iter().chain(b) {
                    let found = found?;
                    ensure!(matches!(found.status, 200 | 429 | 503), "{} {}", found.status, found.short());
                }
                Ok(())
            };
            beside(&it, work).await
        }),
        case("conversation-memory", "conversations whose variables are large are bounded in memory", |it: It| async move {
            let before = it.resident().await?;
            let mut nodes = grown(13);
            nodes.push(json!({ "id": "work", "type": "question_text", "text": "Go on.", "ports": { "next": "fine" } }));
            it.number(flow(json!({ "t": "text", "x": "text" }), nodes)).await?;
            for n in 0..150 {
                hears(&it.contact(&format!("P{n}"))?, "hi", "Go on.").await.with_context(|| format!("contact {n}"))?;
            }
            let after = it.resident().await?;
            ensure!(after < before + 150, "grew from {before} to {after} MiB");
            Ok(())
        }).long(),
    ]
}

pub fn class() -> Class {
    let mut cases = turns();
    cases.extend(patterns());
    cases.extend(works());
    of(
        "work without end",
        "Formulas, texts, patterns, checks and tests that take whatever they are given, and the account next door.",
        cases,
    )
}

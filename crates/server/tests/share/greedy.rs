//! An account that does all that it may, as much as it can.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chasqui_simulator::harness::Contact;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::place::{GREEDY, Place};

/// Bots whose files are looked through for usages, and about how many bytes each has.
const BOTS: usize = 20;
const FILE: usize = 300_000;
/// Requests of each kind at the same time.
const EACH: usize = 3;
/// People who keep its circle going, and how often each writes.
const PEOPLE: usize = 8;
const WRITES_EVERY: Duration = Duration::from_millis(250);

/// Repeats what it hears, for ever.
pub fn echo() -> Value {
    json!({ "format": 1, "name": "Echo", "start": "ask", "variables": { "said": "text" },
      "nodes": [ { "id": "ask", "type": "question_text", "text": "echo {message.text}", "save_as": "said",
        "ports": { "next": "ask" } } ] })
}

/// A circle with a way out, full of formulas that look through a long text.
pub fn circle() -> Value {
    let look = r#"Length(Replace(Upper(big), "A", "bb"))"#;
    let formula = (0..20).map(|_| look).collect::<Vec<_>>().join(" + ");
    let mut nodes = vec![
        json!({ "id": "ask", "type": "question_text", "text": "again?", "save_as": "said", "ports": { "next": "fill" } }),
        json!({ "id": "fill", "type": "set_variable", "operations": [ { "do": "set", "variable": "big", "value": "abc ".repeat(15_000) } ],
            "ports": { "next": "f0" } }),
    ];
    for at in 0..40 {
        let next = if at == 39 { "ask".to_owned() } else { format!("f{}", at + 1) };
        nodes.push(
            json!({ "id": format!("f{at}"), "type": "formula", "expression": formula, "save_as": "sum",
            "ports": { "next": next, "error": "ask" } }),
        );
    }
    json!({ "format": 1, "name": "Circle", "start": "ask",
      "variables": { "said": "text", "big": "text", "sum": "number" }, "nodes": nodes })
}

/// A bot with this many questions, each with a regular expression of its own.
fn many_patterns(count: usize) -> Value {
    let node = |at: usize| {
        let next = if at + 1 == count { "n0".to_owned() } else { format!("n{}", at + 1) };
        json!({ "id": format!("n{at}"), "type": "question_text", "text": "?", "save_as": "a",
            "validation": { "kind": "regex", "pattern": format!("^[\\p{{L}} ]{{1,{}}}x{at}$", at % 40 + 1) }, "ports": { "next": next } })
    };
    json!({ "format": 1, "name": "Patterns", "start": "n0", "variables": { "a": "text" },
      "nodes": (0..count).map(node).collect::<Vec<_>>() })
}

/// A large file that names other bots.
fn large(at: usize) -> Value {
    let text = "Lorem ipsum dolor sit amet. ".repeat(30);
    let count = FILE / 900;
    let node = |no: usize| {
        let next = format!("n{}", (no + 1) % count);
        json!({ "id": format!("n{no}"), "type": "question_text", "text": text, "save_as": "a", "ports": { "next": next } })
    };
    json!({ "format": 1, "name": format!("Large {at}"), "start": "n0", "variables": { "a": "text" },
      "nodes": (0..count).map(node).collect::<Vec<_>>() })
}

static LARGE: OnceLock<String> = OnceLock::new();

/// What has to be there before.
pub async fn prepare(place: &Place) {
    for at in 0..BOTS {
        let bot = place.make("/bots", &json!({ "definition": large(at) })).await;
        LARGE.get_or_init(|| bot);
    }
}

/// What is under way.
pub struct Crowd {
    tasks: Vec<JoinHandle<()>>,
    people: Vec<Contact>,
    counts: Vec<(&'static str, Arc<Count>)>,
}

#[derive(Default)]
struct Count {
    done: AtomicUsize,
    refused: AtomicUsize,
    failed: AtomicUsize,
}

/// What came of it.
pub struct Done(Vec<(&'static str, [usize; 3])>);

impl Done {
    /// Whether each was done or refused with a reason, most were done, and nothing failed.
    pub fn all_answered(&self) -> bool {
        let answered = self.0.iter().all(|(_, [done, refused, failed])| done + refused > 0 && *failed == 0);
        let done = self.0.iter().filter(|(_, [done, ..])| *done > 0).count();
        answered && done * 2 > self.0.len()
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, [done, refused, failed]) in &self.0 {
            write!(f, "{name} {done} done, {refused} refused, {failed} failed; ")?;
        }
        Ok(())
    }
}

/// Begins all of it.
pub fn begin(place: &Arc<Place>, over: &Arc<AtomicBool>) -> Crowd {
    let person = |at| place.meta.contact(&format!("Flood {at}"), GREEDY).unwrap();
    let people: Vec<Contact> = (0..PEOPLE).map(person).collect();
    let mut crowd = Crowd { tasks: Vec::new(), people: people.clone(), counts: Vec::new() };
    for contact in people {
        let over = Arc::clone(over);
        crowd.tasks.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                contact.says("go").unwrap();
                tokio::time::sleep(WRITES_EVERY).await;
            }
        }));
    }
    let bot = LARGE.get().unwrap();
    let patterns: bytes::Bytes = json!({ "definition": many_patterns(2000) }).to_string().into();
    let chat: bytes::Bytes = json!({ "definition": circle() }).to_string().into();
    let file: bytes::Bytes = json!({ "text": large(0).to_string(), "name": "Again" }).to_string().into();
    let picture: bytes::Bytes =
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &vec![7; 1_000_000]].concat().into();
    let (get, post) = (Method::GET, Method::POST);
    crowd.ask(
        place,
        over,
        "validate",
        &post,
        &format!("/bots/{bot}/validate"),
        "application/json",
        &patterns,
    );
    crowd.ask(
        place,
        over,
        "test chat",
        &post,
        &format!("/bots/{bot}/test_sessions"),
        "application/json",
        &chat,
    );
    crowd.ask(place, over, "import", &post, "/bots/import", "application/json", &file);
    crowd.ask(place, over, "upload", &post, "/media?filename=a.png", "image/png", &picture);
    let nothing = bytes::Bytes::new();
    for (name, path) in [
        ("usages", format!("/bots/{bot}/usages")),
        ("export", format!("/bots/{bot}/export?format=yaml")),
        ("answers", format!("/bots/{bot}/answers.csv")),
        ("search", "/contacts?q=ana".to_owned()),
        ("draft", format!("/bots/{bot}/draft")),
    ] {
        crowd.ask(place, over, name, &get, &path, "application/json", &nothing);
    }
    crowd
}

impl Crowd {
    #[expect(clippy::too_many_arguments, reason = "a request has this many parts")]
    fn ask(
        &mut self,
        place: &Arc<Place>,
        over: &Arc<AtomicBool>,
        name: &'static str,
        method: &Method,
        path: &str,
        kind: &'static str,
        body: &bytes::Bytes,
    ) {
        let count = Arc::<Count>::default();
        self.counts.push((name, Arc::clone(&count)));
        for _ in 0..EACH {
            let (place, over, count) = (Arc::clone(place), Arc::clone(over), Arc::clone(&count));
            let (method, path, body) = (method.clone(), path.to_owned(), body.clone());
            self.tasks.push(tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let request = place.ask(method.clone(), &path).header("content-type", kind);
                    count.answer(request.body(body.clone())).await;
                }
            }));
        }
    }

    /// Waits for what is under way; what came of it.
    pub async fn end(self) -> Done {
        for task in self.tasks {
            task.await.unwrap();
        }
        let of =
            |count: &Count| [&count.done, &count.refused, &count.failed].map(|it| it.load(Ordering::Relaxed));
        let mut done: Vec<_> = self.counts.iter().map(|(name, count)| (*name, of(count))).collect();
        let heard: usize = self.people.iter().map(|contact| contact.seen().len()).sum();
        done.push(("replies of the circle", [heard, 0, 0]));
        Done(done)
    }
}

impl Count {
    async fn answer(&self, request: RequestBuilder) {
        let counted = match request.send().await {
            // Read to the end, as somebody does who wants it.
            Ok(answer) if answer.status().is_success() => {
                if answer.bytes().await.is_ok() {
                    &self.done
                } else {
                    &self.failed
                }
            }
            Ok(answer) if [409, 413, 422, 429, 503].contains(&answer.status().as_u16()) => &self.refused,
            Ok(_) | Err(_) => &self.failed,
        };
        counted.fetch_add(1, Ordering::Relaxed);
    }
}

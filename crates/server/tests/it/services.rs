//! Every service that a bot reaches through a connection, as stand-ins that speak its real protocol and keep what they are
//! asked: a mail server, Postmark, three language models, Google.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chasqui_model::connection::{Security, Settings};
use chasqui_model::secret::Secret;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::Bot;
use crate::google::{Google, field};
use crate::killed::api;
use crate::service::{Asked, Reply, Service};
use crate::smtp::{Inbox, Mail};

pub struct Services {
    pub inbox: Inbox,
    pub postmark: Service,
    pub models: Service,
    pub google: Google,
    pub at_google: Service,
    /// Whether they do what they are asked, and do not say so.
    silent: Arc<AtomicBool>,
    /// How many mails and questions were told already.
    told: [AtomicUsize; 4],
}

impl Services {
    pub async fn start() -> Self {
        let (inbox, google) = (Inbox::open().await, Google::with_one_row());
        let silent = Arc::clone(&inbox.is_silent);
        let is_silent = || {
            let silent = Arc::clone(&silent);
            move || silent.load(Ordering::SeqCst)
        };
        let (postmark, models, at_google) = (is_silent(), is_silent(), is_silent());
        let answers = google.clone();
        Self {
            inbox,
            postmark: Service::start(move |_| late(postmark(), by_postmark())).await,
            models: Service::start(move |asked| late(models(), by_model(asked))).await,
            google,
            at_google: Service::start(move |asked| {
                let does = asked.method == "POST" && asked.path != "/token";
                late(does && at_google(), answers.answer(asked))
            })
            .await,
            silent,
            told: Default::default(),
        }
    }

    /// From here on they do what they are asked, and say so or not.
    pub fn be_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// The connections of an account, by the names that bots know them by.
    pub fn connections(&self) -> [(&'static str, Settings); 6] {
        let from = "Shop <shop@example.com>".to_owned();
        let models = || Some(self.models.url.clone());
        let smtp = Settings::Smtp {
            host: "127.0.0.1".into(),
            port: self.inbox.port(),
            security: Security::None,
            username: None,
            from: from.clone(),
        };
        [
            ("Post", smtp),
            (
                "Postmark",
                Settings::Postmark { from, stream: None, base_url: Some(self.postmark.url.clone()) },
            ),
            ("OpenAI", Settings::Openai { base_url: Some(format!("{}/v1", self.models.url)) }),
            ("Gemini", Settings::Gemini { base_url: models() }),
            ("Anthropic", Settings::Anthropic { base_url: models() }),
            (
                "Google",
                Settings::Google { client_id: "client".into(), base_url: Some(self.at_google.url.clone()) },
            ),
        ]
    }

    /// Gives the connections to the account of a bot. At Google somebody has agreed.
    pub async fn connect(&self, bot: &Bot) {
        for (name, settings) in self.connections() {
            let id = bot.connect(name, settings, "hush").await;
            if name == "Google" {
                let token = Secret::new("refresh-1");
                let now = bot.clock.now();
                bot.server().app.store.set_refresh_token(id, Some(&token), now).await.unwrap();
            }
        }
    }

    /// Gives the connections to an account over the API, with somebody's consent for Google.
    pub async fn connect_by_api(&self, address: &str, token: &str) {
        for (name, settings) in self.connections() {
            let mut settings = serde_json::to_value(settings).unwrap();
            let kind = settings.as_object_mut().unwrap().remove("kind");
            let made = json!({ "name": name, "kind": kind, "settings": settings, "secret": "hush" });
            let made = api(address, token, Method::POST, "/connections", made).await;
            if name == "Google" {
                self.agree(address, token, &made["id"]).await;
            }
        }
    }

    async fn agree(&self, address: &str, token: &str, connection: &Value) {
        let asked = json!({ "connection_id": connection });
        let begun = api(address, token, Method::POST, "/connections/google/authorise", asked).await;
        let query = begun["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
        *self.google.challenge.lock().unwrap() = field(&query, "code_challenge");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let back = format!("http://{address}/api/v1/connections/google/callback");
        let back = client.get(back).query(&[("state", field(&query, "state").as_str()), ("code", "code-1")]);
        let answer = back.bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.headers()["location"], "/settings?tab=connections&google=done");
    }

    /// What the services were asked to do since this was last told, without what differs by its nature: ids, tokens, and the
    /// bytes of files. The sheet is as in the beginning again.
    pub fn done(&self) -> Value {
        let mails: Vec<Value> = self.fresh(0, self.inbox.all()).iter().map(mail).collect();
        let postmark: Vec<Value> = self.fresh(1, self.postmark.asked()).iter().map(to_postmark).collect();
        let models = self.fresh(2, self.models.asked());
        let models: Vec<Value> = models.iter().map(|it| json!([it.path, it.json()])).collect();
        let google = self.fresh(3, self.at_google.asked());
        // A token is asked for when none is there.
        let google = google.iter().filter(|it| it.path != "/token");
        let google: Vec<Value> = google.map(|it| json!([it.method, it.path, about(it)])).collect();
        let sheet = json!(*self.google.rows.lock().unwrap());
        self.google.reset();
        json!({ "mails": mails, "postmark": postmark, "models": models, "google": google, "sheet": sheet })
    }

    fn fresh<T>(&self, of: usize, all: Vec<T>) -> Vec<T> {
        let before = self.told[of].swap(all.len(), Ordering::SeqCst);
        all.into_iter().skip(before).collect()
    }
}

/// Much later than anybody waits, when it is to be late.
fn late(late: bool, reply: Reply) -> Reply {
    if late { Reply::Late(Duration::from_hours(1), Box::new(reply)) } else { reply }
}

fn by_postmark() -> Reply {
    Reply::Json(200, json!({ "ErrorCode": 0, "MessageID": "pm-1" }))
}

/// Each provider's way to say how often it was asked, and to repeat what was said last.
fn by_model(asked: &Asked) -> Reply {
    let body = asked.json();
    let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    let text = |last: &str, count: usize| format!("Answer {count} to: {last}");
    if asked.path.starts_with("/v1beta/") {
        let said = list("contents");
        let last = said.last().unwrap()["parts"][0]["text"].as_str().unwrap().to_owned();
        let content = json!({ "role": "model", "parts": [{ "text": text(&last, said.len().div_ceil(2)) }] });
        return Reply::Json(200, json!({ "candidates": [{ "content": content }] }));
    }
    let said: Vec<Value> = list("messages").into_iter().filter(|it| it["role"] != "system").collect();
    let text = text(said.last().unwrap()["content"].as_str().unwrap(), said.len().div_ceil(2));
    if asked.path == "/v1/messages" {
        return Reply::Json(200, json!({ "content": [{ "type": "text", "text": text }] }));
    }
    let message = json!({ "role": "assistant", "content": text });
    Reply::Json(200, json!({ "choices": [{ "message": message }] }))
}

fn mail(mail: &Mail) -> Value {
    let files: Vec<String> = mail.files().into_iter().map(|(name, _)| name).collect();
    json!({ "from": mail.from, "to": mail.recipients, "subject": mail.subject, "html": mail.html(), "text": mail.text,
        "files": files })
}

fn to_postmark(asked: &Asked) -> Value {
    let mut body = asked.json();
    body["Headers"] = Value::Null;
    for file in body["Attachments"].as_array_mut().into_iter().flatten() {
        *file = file["Name"].clone();
    }
    body
}

/// What is asked of Google; of a file, what is said about it.
fn about(asked: &Asked) -> Value {
    if !asked.path.starts_with("/upload/") {
        return asked.json();
    }
    let text = asked.text();
    let about = text.split("\r\n\r\n").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
    serde_json::from_str(about).unwrap()
}

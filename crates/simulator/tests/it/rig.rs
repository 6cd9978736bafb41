//! A simulator, a business's server that keeps what is delivered to it, and a client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chasqui_model::integration::{Credentials, GraphVersion, Token};
use chasqui_model::message::{Outbound, outbound};
use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Timestamp};
use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{BusinessSpec, Config, Simulator};
use chasqui_whatsapp::client::{Client, Number, Options, SendError, Sent};
use chasqui_whatsapp::message::{Recipient, Uploaded, to_wire};
use chasqui_whatsapp::webhook::{StatusUpdate, Update, parse};
use chasqui_whatsapp::{handshake, signature};
use serde_json::{Value, json};

pub const WAIT: Duration = Duration::from_secs(20);
pub const VERIFY: &str = "a-verify-token-of-mine";

/// One delivery.
#[derive(Clone, Debug)]
pub struct Got {
    pub body: Bytes,
    pub signature: Option<String>,
}

impl Got {
    pub fn is_signed(&self) -> bool {
        signature::verify(&Secret::new(harness::SECRET), &self.body, self.signature.as_deref())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }
}

/// A business's server.
#[derive(Clone, Default)]
pub struct Hook {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
    /// Statuses to answer with; 200 when there are no more.
    answers: Arc<Mutex<VecDeque<u16>>>,
    /// Whether the handshake is answered rightly.
    pub challenge: Arc<Mutex<Option<&'static str>>>,
}

impl Hook {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = Self { url: format!("http://{}/hook", listener.local_addr().unwrap()), ..Self::default() };
        let router = Router::new()
            .route("/hook", post(take).get(verify))
            .route("/a%20b", post(take).get(verify))
            .with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        hook
    }

    pub fn answer_with(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.got.lock().unwrap().clear();
    }

    pub fn updates(&self) -> Vec<Update> {
        self.got().iter().flat_map(|got| parse(&got.body).unwrap().updates).collect()
    }

    pub fn statuses(&self) -> Vec<StatusUpdate> {
        let updates = self.updates().into_iter();
        updates
            .filter_map(|update| if let Update::Status(status) = update { Some(status) } else { None })
            .collect()
    }

    /// The words of the messages that arrived.
    pub fn words(&self) -> Vec<String> {
        let updates = self.updates().into_iter();
        let words = updates.filter_map(|update| match update {
            Update::Message { inbound, .. } => Some(inbound.content.text().to_owned()),
            _ => None,
        });
        words.collect()
    }
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").map(|value| value.to_str().unwrap().to_owned());
    hook.got.lock().unwrap().push(Got { body, signature });
    let status = hook.answers.lock().unwrap().pop_front().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

async fn verify(State(hook): State<Hook>, Query(query): Query<handshake::Query>) -> (StatusCode, String) {
    if let Some(wrong) = *hook.challenge.lock().unwrap() {
        return (StatusCode::OK, wrong.to_owned());
    }
    match handshake::answer(query, &Secret::new(VERIFY)) {
        Some(challenge) => (StatusCode::OK, challenge),
        None => (StatusCode::FORBIDDEN, String::new()),
    }
}

pub struct Rig {
    pub meta: Simulator,
    pub hook: Hook,
    pub client: Client,
    pub number: Number,
    pub http: reqwest::Client,
}

pub fn credentials() -> Credentials {
    Credentials {
        business_account_id: harness::ACCOUNT.into(),
        messaging_account_id: None,
        phone_number_id: harness::NUMBER.into(),
        app_id: harness::APP.into(),
        app_secret: Secret::new(harness::SECRET),
        access_token: Secret::new(harness::TOKEN),
        token: Token::default(),
        verify_token: Secret::new(VERIFY),
        version: version(),
    }
}

pub fn version() -> GraphVersion {
    GraphVersion::parse("v21.0").unwrap()
}

impl Rig {
    /// With the short cut for the callback.
    pub async fn start() -> Self {
        let hook = Hook::start().await;
        let spec = harness::business().with_callback(&hook.url);
        Self::with(hook, spec).await
    }

    /// The same with a clock that stands, so that rates do not depend on how fast the machine is.
    pub async fn standing() -> Self {
        let hook = Hook::start().await;
        let spec = harness::business().with_callback(&hook.url);
        let clock = Clock::stopped(Timestamp::from_seconds(1_800_000_000));
        Self::on(Config { clock, ..Config::default() }, hook, spec).await
    }

    pub async fn with(hook: Hook, spec: BusinessSpec) -> Self {
        Self::on(Config::default(), hook, spec).await
    }

    async fn on(config: Config, hook: Hook, spec: BusinessSpec) -> Self {
        let meta = Simulator::start(config).await.unwrap();
        meta.create_business(spec);
        meta.set(|settings| settings.statuses.delay_ms = 1);
        let client = Client::new(meta.url(), Options::default()).unwrap();
        let number = client.number(&credentials()).unwrap();
        Self { meta, hook, client, number, http: reqwest::Client::new() }
    }

    /// Waits for answers hardly at all from here on.
    pub fn impatient(&mut self) {
        let options = Options { timeout: Duration::from_millis(500), ..Options::default() };
        self.client = Client::new(self.meta.url(), options).unwrap();
    }

    /// A contact whose window is open.
    pub async fn ana(&self) -> Contact {
        let ana = self.meta.contact("Ana", harness::NUMBER).unwrap();
        ana.says("hi").unwrap();
        ana.settles(WAIT).await.unwrap();
        ana
    }

    pub async fn send_to(&self, to: &str, content: Value) -> Result<Sent, SendError> {
        let content: outbound::Content = serde_json::from_value(content).unwrap();
        let recipient = Recipient { to: Some(to), user_id: None };
        let body = to_wire(&Outbound::from(content), &recipient, "msg_7", &Uploaded::new()).unwrap();
        self.client.send_message(&self.number, body).await
    }

    /// Sends a body as it is; its Graph code when it was refused.
    pub async fn raw(&self, to: &str, mut body: Value) -> Option<i64> {
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!(to);
        match self.client.send_message(&self.number, serde_json::to_vec(&body).unwrap()).await {
            Ok(_) => None,
            Err(SendError::Refused(error)) => error.code,
            Err(other) => panic!("{other:?}"),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.meta.url())
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.http.post(self.url(path)).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// A call of the Graph API as it is: `GET v25.0/…`, with the token of the business and its proof.
    pub async fn graph(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let sign = if path.contains('?') { '&' } else { '?' };
        let url = self.url(&format!("/v25.0/{path}{sign}appsecret_proof={}", proof()));
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, url).bearer_auth(harness::TOKEN);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn get(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }
}

/// The proof of the business's token.
pub fn proof() -> String {
    signature::appsecret_proof(&Secret::new(harness::SECRET), &Secret::new(harness::TOKEN))
}

/// Waits until something holds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..4000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}

pub fn text(body: &str) -> Value {
    json!({"type": "text", "body": body})
}

/// The Graph code of a refused send.
pub fn code(outcome: &Result<Sent, SendError>) -> i64 {
    match outcome {
        Err(SendError::Refused(error)) => error.code.expect("a Graph error"),
        other => panic!("{other:?}"),
    }
}

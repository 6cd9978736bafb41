//! A server with a simulated Meta beside it, and people who use it.

use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Id};
use chasqui_runtime::code;
use chasqui_runtime::mail::Server as MailServer;
use chasqui_server::app::Site as Said;
use chasqui_server::cli::start::{Options, Server};
use chasqui_server::http::Limits;
use chasqui_simulator::{Config, Simulator, harness};
use chasqui_store::noun::account::First;
use chasqui_store::testing::Database;
use chasqui_store::{Location, Vault};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::smtp::Inbox;

pub const PASSWORD: &str = "correct horse battery";
pub const MENU: &str = include_str!("../../starters/menu.en.json");

/// How a picture begins.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

pub struct Site {
    pub server: Server,
    pub meta: Simulator,
    pub http: reqwest::Client,
    pub url: String,
    pub directory: tempfile::TempDir,
    /// When the tests run on PostgreSQL.
    pub database: Option<Database>,
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Person {
    pub account: Id<Account>,
    pub email: String,
    pub token: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The session's cookie that came with it.
    pub fn cookie(&self) -> String {
        let line = self.headers.get("set-cookie").unwrap_or_else(|| panic!("no cookie in {self:?}"));
        line.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    /// The pointers of the fields that are wrong.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}")).to_owned()
    }

    /// Asserts that this is a refusal of the right shape.
    pub fn is_problem(&self, status: u16, name: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["type"], format!("urn:chasqui:problem:{name}"), "{self:?}");
        assert_eq!(self.body["status"], status);
        assert!(
            self.body["title"].is_string()
                && self.body["detail"].is_string()
                && self.body["errors"].is_array()
        );
    }
}

impl Site {
    pub async fn start() -> Self {
        Self::start_with(Limits::default()).await
    }

    pub async fn start_with(limits: Limits) -> Self {
        Self::start_as(limits, None, (None, None)).await
    }

    /// Whose browsers reach it over TLS.
    pub async fn start_secure() -> Self {
        Self::start_as(Limits::default(), None, (Some("https://bots.example".into()), None)).await
    }

    /// With a mail server beside it.
    pub async fn start_with_mail() -> (Self, Inbox) {
        let inbox = Inbox::open().await;
        let server =
            MailServer { url: Secret::new(inbox.url()), from: "Chasqui <bots@chasqui.example>".into() };
        (Self::start_as(Limits::default(), Some(server), (None, None)).await, inbox)
    }

    /// With an origin of their own for files.
    pub async fn start_with_files_url(url: &str) -> Self {
        Self::start_as(Limits::default(), None, (None, Some(url.to_owned()))).await
    }

    async fn start_as(
        limits: Limits,
        mail: Option<MailServer>,
        (public_url, files_url): (Option<String>, Option<String>),
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let directory = tempfile::tempdir().unwrap();
        let meta = Simulator::start(Config::default()).await.unwrap();
        meta.create_business(harness::business());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let database = Database::chosen().await;
        let file = || Location::Sqlite(directory.path().join("chasqui.db"));
        let server = Server::start(Options {
            listener,
            data_dir: directory.path().to_owned(),
            store: database.as_ref().map_or_else(file, Database::location),
            vault: Vault::new(&[(1, [7; 32])]),
            clock: Clock::system(),
            site: Said {
                public_url: public_url.unwrap_or_else(|| url.clone()),
                files_url,
                phone_url: None,
                demo: false,
                mail: mail.is_some(),
            },
            graph_url: meta.url().to_owned(),
            role: chasqui_runtime::Role::All,
            allow_private_networks: true,
            code: code::Options { program: env!("CARGO_BIN_EXE_chasqui").into(), ..code::Options::default() },
            mail,
            media_url: None,
            quotas: chasqui_model::quota::Limits::default(),
            limits,
        })
        .await
        .unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { server, meta, http, url, directory, database }
    }

    /// Another account with its owner.
    pub async fn owner(&self) -> Person {
        let clock = &self.server.app.clock;
        let now = clock.now();
        let account = Account { id: clock.id(), name: "Alpaca & Oak".into(), created_at: now };
        let owner = user(clock);
        let (token, text) = api_token(clock, account.id, owner.id, Role::Owner);
        let person = Person { account: account.id, email: owner.email.clone(), token: text };
        let token_hash = Sha256::digest(&person.token).into();
        self.server.app.store.add_account(&First { account, owner, token, token_hash }).await.unwrap();
        person
    }

    /// Somebody else in the same account.
    pub async fn colleague(&self, of: &Person, role: Role) -> Person {
        let clock = &self.server.app.clock;
        let user = user(clock);
        let (token, text) = api_token(clock, of.account, user.id, role);
        let store = &self.server.app.store;
        store.add_user(&user, of.account, role).await.unwrap();
        store.insert_api_token(&token, Sha256::digest(&text).into()).await.unwrap();
        Person { account: of.account, email: user.email, token: text }
    }

    pub async fn call(&self, who: &Person, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&who.token);
        answer(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub async fn get(&self, who: &Person, path: &str) -> Answer {
        self.call(who, Method::GET, path, None).await
    }

    pub async fn post(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.call(who, Method::POST, path, Some(body)).await
    }

    /// A published bot: its id.
    pub async fn published(&self, who: &Person) -> String {
        let definition: Value = serde_json::from_str(MENU).unwrap();
        let bot = self.post(who, "/bots", json!({ "definition": definition })).await.id();
        let published = self.post(who, &format!("/bots/{bot}/publish"), json!({})).await;
        assert_eq!(published.body, json!({ "version": 1 }));
        bot
    }

    /// An active integration of whatever business the simulator has: its id.
    pub async fn connected_with(&self, who: &Person) -> String {
        let bot = self.published(who).await;
        let made = self.post(who, "/integrations", form(&bot)).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.id()
    }

    /// An active integration of the simulated business: its id.
    pub async fn connected(&self, who: &Person) -> String {
        let bot = self.published(who).await;
        let made = self.post(who, "/integrations", form(&bot)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.id();
        self.meta.create_business(harness::business().with_callback(&self.callback(&id)));
        id
    }

    /// Makes an incident older, as waiting does it.
    pub async fn age_incident(&self, id: &str, by: Duration) {
        let id: Id<chasqui_store::noun::incident::Incident> = id.parse().unwrap();
        if let Some(database) = &self.database {
            let (by, id) = (by.as_millis(), id.uuid());
            let sql = format!(
                "UPDATE incident SET mailed_at = mailed_at - {by}, last_at = last_at - {by} WHERE id = '{id}'"
            );
            database.run(&sql).await;
            return;
        }
        let db = rusqlite::Connection::open(self.directory.path().join("chasqui.db")).unwrap();
        db.busy_timeout(Duration::from_secs(5)).unwrap();
        let by = i64::try_from(by.as_millis()).unwrap();
        let sql = "UPDATE incident SET mailed_at = mailed_at - ?1, last_at = last_at - ?1 WHERE id = ?2";
        assert_eq!(db.execute(sql, rusqlite::params![by, id.bytes()]).unwrap(), 1);
    }

    /// Logs somebody in with a cookie, from an address that a proxy names.
    pub async fn log_in(&self, from: &str, email: &str, password: &str) -> Answer {
        let request = self.http.post(format!("{}/api/v1/session", self.url)).header("x-forwarded-for", from);
        answer(request.json(&json!({ "email": email, "password": password }))).await
    }

    pub fn callback(&self, integration: &str) -> String {
        format!("{}/webhooks/whatsapp/{integration}", self.url)
    }
}

/// The form of an integration with the simulated business.
pub fn form(bot: &str) -> Value {
    json!({
        "type": "whatsapp_business", "name": "Main line", "bot_id": bot, "active": true,
        "credentials": { "business_account_id": harness::ACCOUNT, "phone_number_id": harness::NUMBER,
            "app_id": harness::APP, "app_secret": harness::SECRET, "access_token": harness::TOKEN,
            "verify_token": "a-long-random-string" }
    })
}

pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}

fn user(clock: &Clock) -> User {
    let id: Id<User> = clock.id();
    let password_hash = Argon2::default().hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    User {
        id,
        email: format!("{id}@example.com"),
        name: "Ana".into(),
        password_hash,
        created_at: clock.now(),
    }
}

fn api_token(clock: &Clock, account: Id<Account>, user: Id<User>, role: Role) -> (ApiToken, String) {
    let id: Id<ApiToken> = clock.id();
    let text = format!("chq_test{id}");
    let (created_at, last_used_at) = (clock.now(), None);
    let (scopes, expires_at) = (vec![], None);
    (
        ApiToken {
            id,
            account,
            user,
            name: "test".into(),
            role,
            created_at,
            last_used_at,
            scopes,
            expires_at,
        },
        text,
    )
}

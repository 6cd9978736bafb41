//! A bot on a number, ready to be talked to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chasqui_model::bot;
use chasqui_model::connection::{self, Connection};
use chasqui_model::conversation::Conversation;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{
    Credentials, GraphVersion, Health, Integration, Settings, Throughput, Token,
};
use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_runtime::code;
use chasqui_server::app::Site;
use chasqui_server::cli::start::{Options, Server};
use chasqui_server::http::Limits;
use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{Config, Simulator};
use chasqui_store::noun::conversation::{Filter, Listed};
use chasqui_store::noun::integration::{Change, Learned};
use chasqui_store::noun::transcript::{Line, PastTurn};
use chasqui_store::testing::Database;
use chasqui_store::{Location, Vault};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// When tests begin that do not say when.
const USUAL_TIME: &str = "2026-11-22T10:00:00Z";
/// Longest a test waits for something that must come.
pub const SOON: Duration = Duration::from_secs(10);
/// How long a test waits to see that nothing comes.
pub const A_WHILE: Duration = Duration::from_millis(300);

/// The three-step menu of the documentation.
pub fn menu() -> Value {
    json!({ "format": 1, "name": "Menu", "start": "ask_name",
      "settings": { "restart_words": ["restart"], "language": "en" },
      "variables": { "name": "text", "choice": "text" },
      "nodes": [
        { "id": "ask_name", "type": "question_text", "text": "What is your name?", "save_as": "name",
          "ports": { "next": "menu" } },
        { "id": "menu", "type": "question_buttons", "text": "Hello {name}, how can we help?", "save_as": "choice",
          "buttons": [ { "id": "hours", "label": "Opening hours" }, { "id": "order", "label": "My order" },
                       { "id": "person", "label": "A person" } ],
          "ports": { "option:hours": "bye", "option:order": "bye", "option:person": "bye" } },
        { "id": "bye", "type": "end", "text": "You chose {choice}." } ] })
}

/// Repeats what it hears, for ever.
pub fn echo() -> Value {
    json!({ "format": 1, "name": "Echo", "start": "ask",
      "variables": { "said": "text" },
      "nodes": [
        { "id": "ask", "type": "question_text", "text": "echo {message.text}", "save_as": "said",
          "ports": { "next": "ask" } } ] })
}

/// A server with one bot on one number of a simulator.
pub struct Bot {
    pub meta: Simulator,
    pub clock: Clock,
    pub integration: Id<Integration>,
    pub account: Id<chasqui_model::account::Account>,
    server: Option<Server>,
    data: tempfile::TempDir,
    /// When the tests run on PostgreSQL.
    database: Option<Database>,
    address: std::net::SocketAddr,
    /// Whether bots are kept from private networks, as in production.
    walls: bool,
    /// Where files are kept, when it is not the data directory.
    bucket: Option<String>,
}

static PEOPLE: AtomicU64 = AtomicU64::new(0);

impl Bot {
    /// A bot with this flow, everything else usual.
    pub async fn with_flow(flow: Value) -> Self {
        Self::with(flow, |_| {}).await
    }

    /// A bot that is kept from private networks.
    pub async fn with_walls(flow: Value) -> Self {
        Self::begin(USUAL_TIME, flow, |_| {}, true, None).await
    }

    /// A bot whose files lie in a bucket.
    pub async fn with_bucket(flow: Value, url: String) -> Self {
        Self::begin(USUAL_TIME, flow, |_| {}, false, Some(url)).await
    }

    /// A bot with this flow on an integration that `change` has changed.
    pub async fn with(flow: Value, change: impl FnOnce(&mut Integration)) -> Self {
        Self::at(USUAL_TIME, flow, change).await
    }

    /// The same, at this time.
    pub async fn at(time: &str, flow: Value, change: impl FnOnce(&mut Integration)) -> Self {
        Self::begin(time, flow, change, false, None).await
    }

    async fn begin(
        time: &str,
        flow: Value,
        change: impl FnOnce(&mut Integration),
        walls: bool,
        bucket: Option<String>,
    ) -> Self {
        let clock = Clock::stopped(Timestamp::parse(time).unwrap());
        let meta = Simulator::start(Config::default()).await.unwrap();
        meta.set(|settings| {
            settings.latency_ms = 0;
            settings.enforce_rates = false;
            settings.statuses.delay_ms = 1;
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut it = Self {
            meta,
            integration: clock.id(),
            account: clock.id(),
            clock,
            server: None,
            data: tempfile::tempdir().unwrap(),
            database: Database::chosen().await,
            address,
            walls,
            bucket,
        };
        it.meta.create_business(harness::business().with_callback(&it.callback()));
        it.start(listener).await;
        let bot = it.publish(flow).await;
        let mut integration = it.usual(bot);
        change(&mut integration);
        it.server().app.store.insert_integration(&integration).await.unwrap();
        it.reload().await;
        it
    }

    pub fn callback(&self) -> String {
        format!("http://{}/webhooks/whatsapp/{}", self.address, self.integration)
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    fn location(&self) -> Location {
        let file = || Location::Sqlite(self.data.path().join("chasqui.db"));
        self.database.as_ref().map_or_else(file, Database::location)
    }

    async fn start(&mut self, listener: TcpListener) {
        let public_url = format!("http://{}", self.address);
        let options = Options {
            quotas: chasqui_model::quota::Limits::default(),
            listener,
            data_dir: self.data.path().to_owned(),
            store: self.location(),
            vault: Vault::new(&[(1, [7; 32])]),
            clock: self.clock.clone(),
            site: Site { public_url, files_url: None, phone_url: None, demo: false, mail: false },
            graph_url: self.meta.url().to_owned(),
            role: chasqui_runtime::Role::All,
            allow_private_networks: !self.walls,
            code: code::Options { program: env!("CARGO_BIN_EXE_chasqui").into(), ..code::Options::default() },
            mail: None,
            media_url: self.bucket.as_deref().map(Secret::new),
            limits: Limits::default(),
        };
        self.server = Some(Server::start(options).await.unwrap());
    }

    /// Stops the server in good order and starts it again on the same data.
    pub async fn restart(&mut self) {
        self.server.take().unwrap().stop().await;
        let listener = loop {
            match TcpListener::bind(self.address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        self.store_is_free().await;
        self.start(listener).await;
    }

    /// Connections that are being closed hold the store for another moment.
    async fn store_is_free(&self) {
        if self.database.is_some() {
            return;
        }
        let lock = std::fs::File::open(self.data.path().join("chasqui.lock")).unwrap();
        eventually(|| async { lock.try_lock().ok() }).await;
        lock.unlock().unwrap();
    }

    /// Publishes a new bot.
    pub async fn publish(&self, flow: Value) -> Id<bot::Bot> {
        let store = &self.server().app.store;
        let now = self.clock.now();
        let bot = bot::Bot {
            id: self.clock.id(),
            account: self.account,
            name: flow["name"].as_str().unwrap_or("Bot").to_owned(),
            revision: 1,
            version: None,
            published_revision: None,
            created_at: now,
            updated_at: now,
            published_at: None,
        };
        let definition = chasqui_flow::Definition::from_value(flow.clone()).unwrap();
        chasqui_flow::Flow::compile(definition).unwrap();
        store.insert_bot(&bot, flow.to_string()).await.unwrap();
        let bot = store.bot(self.account, bot.id).await.unwrap().unwrap();
        store.publish_bot(&bot, 1000, now).await.unwrap();
        bot.id
    }

    /// An integration as most tests want it.
    pub fn usual(&self, bot: Id<bot::Bot>) -> Integration {
        let now = self.clock.now();
        let credentials = Credentials {
            business_account_id: harness::ACCOUNT.into(),
            messaging_account_id: None,
            phone_number_id: harness::NUMBER.into(),
            app_id: harness::APP.into(),
            app_secret: Secret::new(harness::SECRET),
            access_token: Secret::new(harness::TOKEN),
            token: Token::default(),
            verify_token: Secret::new(format!("a-long-verify-token-{}", self.integration)),
            version: GraphVersion::parse("v25.0").unwrap(),
        };
        let throughput = Some(Throughput { messages_per_second: 1000 });
        let settings = Settings { throughput, ..Settings::default() };
        let fresh = Integration::fresh(self.integration, self.account, bot, (credentials, settings), now);
        Integration { name: Some("Main line".into()), health: Health::Ok, ..fresh }
    }

    /// Changes the integration, as somebody who saves it.
    pub async fn change(&self, change: impl FnOnce(&mut Integration)) {
        let store = &self.server().app.store;
        let mut integration = store.integration(self.account, self.integration).await.unwrap().unwrap();
        change(&mut integration);
        let Integration { name, bot, active, credentials, settings, .. } = integration;
        let (health, health_reason, phone) =
            (integration.health, integration.health_reason, integration.phone);
        let change = Change {
            name: Some(name),
            bot: Some(bot),
            active: Some(active),
            credentials: Some(credentials),
            settings: Some(settings),
            learned: Some(Learned { health, health_reason, phone, proven_at: integration.proven_at }),
            told: None,
        };
        let now = self.clock.now();
        assert!(store.change_integration(self.account, self.integration, &change, now).await.unwrap());
        self.reload().await;
    }

    pub async fn reload(&self) {
        self.server().app.runtime.reload_integration(self.account, self.integration).await.unwrap();
    }

    /// A way into a service, for the account's bots.
    pub async fn connect(&self, name: &str, settings: connection::Settings, secret: &str) -> Id<Connection> {
        let now = self.clock.now();
        let connection = Connection {
            id: self.clock.id(),
            account: self.account,
            name: name.to_owned(),
            settings,
            secret: Secret::new(secret),
            refresh_token: None,
            created_at: now,
            updated_at: now,
            secret_saved_at: now,
        };
        self.server().app.store.insert_connection(&connection).await.unwrap();
        connection.id
    }

    /// Somebody new who writes to the number.
    pub fn contact(&self, name: &str) -> Contact {
        PEOPLE.fetch_add(1, Ordering::Relaxed);
        self.meta.contact(name, harness::NUMBER).unwrap()
    }

    /// Turns the clock of the server.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// All conversations, the latest first.
    pub async fn conversations(&self) -> Vec<Listed> {
        self.server().app.store.list_conversations(self.account, &Filter::default(), 200).await.unwrap()
    }

    /// The conversation of a test that has only one.
    /// What is written down of something that the installation does.
    pub fn entry(&self, action: &str) -> chasqui_store::noun::audit::Entry {
        chasqui_store::noun::audit::Entry {
            id: self.clock.id(),
            account: self.account,
            user: None,
            action: action.to_owned(),
            subject: String::new(),
            detail: "{}".to_owned(),
            at: self.clock.now(),
        }
    }

    pub async fn only(&self) -> Listed {
        let mut all = self.conversations().await;
        assert_eq!(all.len(), 1);
        all.pop().unwrap()
    }

    pub async fn transcript(&self, conversation: Id<Conversation>) -> Vec<Line> {
        self.server().app.store.list_messages(self.account, conversation, 0, 200).await.unwrap().unwrap()
    }

    pub async fn turns(&self, conversation: Id<Conversation>) -> Vec<PastTurn> {
        self.server().app.store.list_turns(self.account, conversation, 0, 200).await.unwrap().unwrap()
    }

    /// The owner's error log, latest first.
    pub async fn events(&self) -> Vec<Event> {
        let store = &self.server().app.store;
        store.list_events(self.account, None, Severity::Notice, None, 200).await.unwrap()
    }

    /// Waits until an event of this kind is in the log.
    pub async fn event(&self, code: &str) -> Event {
        eventually(|| async { self.events().await.into_iter().find(|event| event.code == code) }).await
    }

    /// Waits until nothing is left to do; fails when something is.
    pub async fn rests(&self) {
        eventually(|| async { (self.server().app.runtime.depth() == (0, 0)).then_some(()) }).await;
    }
}

/// Asks again and again until there is an answer.
pub async fn eventually<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < SOON, "waited in vain");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What a contact sees next, in words.
pub async fn next(contact: &Contact) -> String {
    match contact.next(SOON).await {
        Ok(seen) => seen.to_string(),
        Err(error) => panic!("{error}"),
    }
}

/// Fails when anything more arrives.
pub async fn silence(contact: &Contact) {
    if let Ok(seen) = contact.next(A_WHILE).await {
        panic!("unexpected: {seen}");
    }
}

/// What an event says in English.
pub fn said(event: &chasqui_model::event::Event) -> String {
    chasqui_words::Say::say(&event.notice, chasqui_model::account::Language::En)
}

//! A server with two accounts, each with a number of the simulated business.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::{Clock, Id};
use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{Config, Simulator};
use chasqui_store::noun::account::First;
use chasqui_store::testing::Database;
use chasqui_store::{Location, Store, Vault};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The greedy account's number; the normal one has the harness's.
pub const GREEDY: &str = "106540352242923";
/// People who write to the normal account.
const PEOPLE: usize = 10;

pub struct Place {
    pub url: String,
    pub http: reqwest::Client,
    pub meta: Simulator,
    pub normal: Vec<Contact>,
    /// The greedy account's token.
    pub token: String,
    /// The normal account's integration.
    integration: String,
    sent: AtomicU64,
    _server: Server,
    _data: tempfile::TempDir,
    _database: Option<Database>,
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Place {
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir().unwrap();
        let database = Database::chosen().await;
        let meta = Simulator::start(Config::default()).await.unwrap();
        meta.set(|settings| {
            settings.latency_ms = 0;
            settings.enforce_rates = false;
            settings.statuses.delay_ms = 1;
        });
        let [normal, greedy] = accounts(data.path(), database.as_ref()).await;
        let (server, url) = serve(data.path(), database.as_ref(), meta.url());
        let http = reqwest::Client::builder().timeout(Duration::from_mins(2)).build().unwrap();
        let mut place = Self {
            url,
            http,
            meta,
            normal: Vec::new(),
            token: greedy,
            integration: String::new(),
            sent: AtomicU64::new(0),
            _server: server,
            _data: data,
            _database: database,
        };
        let bot = place.publish(&normal, super::greedy::echo()).await;
        place.integration = place.connect(&normal, &bot, harness::NUMBER).await;
        let mut business = harness::business().with_callback(&place.callback(&place.integration));
        let bot = place.publish(&place.token, super::greedy::circle()).await;
        let theirs = place.connect(&place.token, &bot, GREEDY).await;
        let mut number = business.numbers[0].clone();
        GREEDY.clone_into(&mut number.id);
        "+1 555-078-3882".clone_into(&mut number.display_phone_number);
        number.callback_url = Some(place.callback(&theirs));
        business.numbers.push(number);
        place.meta.create_business(business);
        let person = |at| place.meta.contact(&format!("Ana {at}"), harness::NUMBER).unwrap();
        place.normal = (0..PEOPLE).map(person).collect();
        place
    }

    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token)
    }

    /// Makes something in the greedy account; its id.
    pub async fn make(&self, path: &str, body: &Value) -> String {
        self.call(&self.token, Method::POST, path, body).await["id"].as_str().unwrap().to_owned()
    }

    async fn call(&self, token: &str, method: Method, path: &str, body: &Value) -> Value {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(token);
        let answer = request.json(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn publish(&self, token: &str, flow: Value) -> String {
        let made = self.call(token, Method::POST, "/bots", &json!({ "definition": flow })).await;
        let bot = made["id"].as_str().unwrap().to_owned();
        self.call(token, Method::POST, &format!("/bots/{bot}/publish"), &json!({})).await;
        bot
    }

    async fn connect(&self, token: &str, bot: &str, number: &str) -> String {
        let form = json!({ "type": "whatsapp_business", "name": "Line", "bot_id": bot, "active": true,
            "credentials": { "business_account_id": harness::ACCOUNT, "phone_number_id": number,
                "app_id": harness::APP, "app_secret": harness::SECRET, "access_token": harness::TOKEN,
                "verify_token": "a-long-random-string", "version": "v25.0" }, "settings": {} });
        let made = self.call(token, Method::POST, "/integrations?check=false", &form).await;
        made["id"].as_str().unwrap().to_owned()
    }

    fn callback(&self, integration: &str) -> String {
        format!("{}/webhooks/whatsapp/{integration}", self.url)
    }

    /// Delivers one more status of a message that nobody knows to the normal account, as Meta does.
    pub async fn deliver_status(&self) {
        let no = self.sent.fetch_add(1, Ordering::Relaxed);
        let status = json!({ "id": format!("wamid.share{no}"), "status": "delivered", "timestamp": "1795000000",
            "recipient_id": "4915123456789" });
        let value = json!({ "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881",
            "phone_number_id": harness::NUMBER }, "statuses": [status] });
        let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT,
            "changes": [{ "field": "messages", "value": value }] }] })
        .to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(harness::SECRET.as_bytes()).unwrap();
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let delivery = self.http.post(self.callback(&self.integration));
        let delivery =
            delivery.header("x-hub-signature-256", signature).header("content-type", "application/json");
        assert_eq!(delivery.body(body).send().await.unwrap().status(), 200);
    }
}

/// Two accounts, made before the server starts: the tokens of their owners.
async fn accounts(data: &Path, database: Option<&Database>) -> [String; 2] {
    let clock = Clock::system();
    let file = || Location::Sqlite(data.join("chasqui.db"));
    let location = database.map_or_else(file, Database::location);
    let (store, _feed) = Store::connect(&location, Vault::new(&[(1, [7; 32])]), &clock).await.unwrap();
    let mut tokens = [const { String::new() }; 2];
    for token in &mut tokens {
        let (account, user): (Id<Account>, Id<User>) = (clock.id(), clock.id());
        let created_at = clock.now();
        let id: Id<ApiToken> = clock.id();
        *token = format!("chq_test{id}");
        let first = First {
            account: Account { id: account, name: "Alpaca & Oak".into(), created_at },
            owner: User {
                id: user,
                email: format!("{user}@example.com"),
                name: "Ana".into(),
                password_hash: String::new(),
                created_at,
            },
            token: ApiToken {
                id,
                account,
                user,
                name: "test".into(),
                role: Role::Owner,
                created_at,
                last_used_at: None,
                scopes: vec![],
                expires_at: None,
            },
            token_hash: Sha256::digest(&*token).into(),
        };
        store.add_account(&first).await.unwrap();
    }
    store.hot().leave().await.unwrap();
    tokens
}

fn serve(data: &Path, database: Option<&Database>, graph: &str) -> (Server, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_chasqui"));
    if let Some(database) = database {
        program.env("CHASQUI_DATABASE_URL", database.url().expose());
    }
    program.args(["serve", "--listen", "127.0.0.1:0", "--graph-url", graph, "--data-dir"]).arg(data);
    for _ in 0..50 {
        let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines.by_ref().map_while(Result::ok) {
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            let fields = line.get("fields").unwrap_or(&line);
            if fields["message"] == "listening" {
                let url = format!("http://{}", fields["address"].as_str().unwrap());
                // Whatever else it writes must not fill the pipe.
                std::thread::spawn(move || lines.for_each(drop));
                return (Server(child), url);
            }
        }
        // The store that made the accounts is being closed.
        let _ = child.wait();
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the server does not start");
}

//! Where attacks take place: the server as a process of its own, a simulated Meta, and two accounts that know nothing of
//! each other.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use chasqui_model::secret::Secret;
use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{BusinessSpec, Config, Simulator};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::server::{Binary, Options, Process, bootstrap, serve};

/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";
/// Of the first person.
pub const EMAIL: &str = "ana@example.com";
/// Longest that something which must come is waited for.
pub const SOON: Duration = Duration::from_secs(15);
/// The verify token of the numbers.
pub const VERIFY: &str = "a-long-random-string";
/// The number of the second account.
pub const BENS_NUMBER: &str = "900000000000003";
/// What a contact waits at most for `GET /healthz` after an attack.
const WELL: Duration = Duration::from_secs(2);

/// Somebody who asks: the header that says who.
#[derive(Clone, Debug)]
pub struct Person {
    pub header: (&'static str, String),
}

impl Person {
    pub fn token(text: &str) -> Self {
        Self { header: ("authorization", format!("Bearer {text}")) }
    }

    pub fn cookie(text: &str) -> Self {
        Self { header: ("cookie", text.to_owned()) }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn id(&self) -> Result<String> {
        self.body["id"]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("no id in {} {}", self.status, self.short()))
    }

    /// The beginning of the body.
    pub fn short(&self) -> String {
        self.text.chars().take(300).collect()
    }

    /// Fails unless the status is one of these.
    pub fn is(&self, statuses: &[u16]) -> Result<()> {
        ensure!(
            statuses.contains(&self.status),
            "answered {} instead of {statuses:?}: {}",
            self.status,
            self.short()
        );
        Ok(())
    }

    /// Fails unless it is refused without blaming the server.
    pub fn is_refused(&self) -> Result<()> {
        ensure!((400..500).contains(&self.status), "answered {}: {}", self.status, self.short());
        Ok(())
    }
}

/// A number of the simulated Meta that a bot answers on.
#[derive(Clone, Debug)]
pub struct Number {
    pub integration: String,
    pub bot: String,
    pub callback: String,
}

/// A server under attack.
pub struct Ground {
    pub binary: Binary,
    pub options: Options,
    pub home: tempfile::TempDir,
    pub meta: Simulator,
    pub http: reqwest::Client,
    pub address: SocketAddr,
    pub url: String,
    /// Owner of the first account, who also looks after the installation: her token.
    pub ana: Person,
    /// Owner of the second account: his token.
    pub ben: Person,
    process: tokio::sync::Mutex<Process>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Ground {
    /// A new installation with two accounts.
    pub async fn open(binary: &Binary, options: &Options) -> Result<Self> {
        let meta = Simulator::start(Config::default()).await.context("no simulator")?;
        meta.set(|settings| {
            settings.latency_ms = 0;
            settings.statuses.delay_ms = 1;
        });
        meta.create_business(harness::business());
        let home = tempfile::tempdir()?;
        let token = bootstrap(binary, home.path()).await?;
        let log = Arc::default();
        let process = serve(binary, options, home.path(), meta.url(), "127.0.0.1:0", &log).await?;
        let address = process.address;
        let http = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let ana = Person::token(&token);
        let mut it = Self {
            binary: binary.clone(),
            options: options.clone(),
            home,
            meta,
            http,
            address,
            url: format!("http://{address}"),
            ben: ana.clone(),
            ana,
            process: tokio::sync::Mutex::new(process),
            log,
        };
        it.ben = it.found_second().await?;
        Ok(it)
    }

    /// The second account, whose owner is somebody else.
    async fn found_second(&self) -> Result<Person> {
        let ana = self.log_in(EMAIL, PASSWORD).await?;
        let made = self.post(&ana, "/accounts", json!({ "name": "Oak" })).await?;
        made.is(&[201])?;
        self.post(&ana, "/session/account", json!({ "account_id": made.id()? })).await?.is(&[200])?;
        let ben = self.invited(&ana, "ben@example.com", "owner").await?;
        let token = self.post(&ben, "/api_tokens", json!({ "name": "attacks", "role": "owner" })).await?;
        Ok(Person::token(token.body["token"].as_str().context("no token")?))
    }

    /// How much longer than a release build this one may take.
    pub fn patience(&self, time: Duration) -> Duration {
        if self.binary.is_release { time } else { time * 8 }
    }

    // --- people

    /// A session of this person.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<Person> {
        let entered = self.try_log_in(email, password).await?;
        entered.is(&[200])?;
        cookie_of(&entered)
    }

    pub async fn try_log_in(&self, email: &str, password: &str) -> Result<Answer> {
        self.send(
            self.request(Method::POST, "/session").json(&json!({ "email": email, "password": password })),
        )
        .await
    }

    /// Somebody new in the account of whoever invites: their session.
    pub async fn invited(&self, by: &Person, email: &str, role: &str) -> Result<Person> {
        let made = self.post(by, "/invitations", json!({ "email": email, "role": role })).await?;
        let link = made.body["link"].as_str().with_context(|| format!("no link: {}", made.short()))?;
        let secret = link.split('#').nth(1).context("no secret")?;
        let body = json!({ "secret": secret, "name": email, "password": PASSWORD });
        let entered = self.send(self.request(Method::POST, "/invitation/accept").json(&body)).await?;
        entered.is(&[200])?;
        cookie_of(&entered)
    }

    /// A token of hers with less than everything.
    pub async fn token_of(&self, who: &Person, role: &str, scopes: &[&str]) -> Result<Person> {
        let made =
            self.post(who, "/api_tokens", json!({ "name": role, "role": role, "scopes": scopes })).await?;
        Ok(Person::token(made.body["token"].as_str().with_context(|| format!("no token: {}", made.short()))?))
    }

    // --- requests

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.url))
    }

    pub fn request_of(&self, who: &Person, method: Method, path: &str) -> RequestBuilder {
        let (name, value) = &who.header;
        self.request(method, path).header(*name, value)
    }

    pub async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await.context("no answer")?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.context("half an answer")?.to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Answer { status, headers, bytes, text, body })
    }

    pub async fn get(&self, who: &Person, path: &str) -> Result<Answer> {
        self.send(self.request_of(who, Method::GET, path)).await
    }

    pub async fn post(&self, who: &Person, path: &str, body: Value) -> Result<Answer> {
        self.send(self.request_of(who, Method::POST, path).json(&body)).await
    }

    pub async fn call(&self, who: &Person, method: Method, path: &str, body: Value) -> Result<Answer> {
        self.send(self.request_of(who, method, path).json(&body)).await
    }

    /// The same on the wire: a request as text, read until the server closes.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> Result<crate::wire::Reply> {
        crate::wire::raw(self.address, bytes, Duration::from_secs(3)).await
    }

    // --- bots and numbers

    /// A bot that is not published.
    pub async fn draft(&self, who: &Person, definition: Value) -> Result<String> {
        self.post(who, "/bots", json!({ "definition": definition })).await?.id()
    }

    pub async fn published(&self, who: &Person, definition: Value) -> Result<String> {
        let bot = self.draft(who, definition).await?;
        self.post(who, &format!("/bots/{bot}/publish"), json!({})).await?.is(&[200])?;
        Ok(bot)
    }

    /// Ana's number, answered by this bot.
    pub async fn number(&self, definition: Value) -> Result<Number> {
        let bot = self.published(&self.ana, definition).await?;
        self.number_of(&self.ana, &bot, form(&bot), harness::business()).await
    }

    /// Ben's number, answered by this bot.
    pub async fn bens_number(&self, definition: Value) -> Result<Number> {
        let bot = self.published(&self.ben, definition).await?;
        self.meta.create_business(bens_business());
        self.number_of(&self.ben, &bot, bens_form(&bot), bens_business()).await
    }

    async fn number_of(
        &self,
        who: &Person,
        bot: &str,
        form: Value,
        business: BusinessSpec,
    ) -> Result<Number> {
        let phone = form["credentials"]["phone_number_id"].clone();
        for found in self.get(who, "/integrations").await?.body["items"].as_array().into_iter().flatten() {
            let id = found["id"].as_str().unwrap_or_default();
            let one = self.get(who, &format!("/integrations/{id}")).await?;
            if one.body["credentials"]["phone_number_id"] == phone {
                self.call(
                    who,
                    Method::PATCH,
                    &format!("/integrations/{id}?check=false"),
                    json!({ "bot_id": bot, "active": true }),
                )
                .await?
                .is(&[200])?;
                return Ok(self.number_at(id, bot, business));
            }
        }
        let made = self.post(who, "/integrations?check=false", form).await?;
        Ok(self.number_at(&made.id()?, bot, business))
    }

    fn number_at(&self, integration: &str, bot: &str, business: BusinessSpec) -> Number {
        let callback = format!("{}/webhooks/whatsapp/{integration}", self.url);
        self.meta.create_business(business.with_callback(&callback));
        Number { integration: integration.to_owned(), bot: bot.to_owned(), callback }
    }

    /// Somebody new who writes to Ana's number.
    pub fn contact(&self, name: &str) -> Result<Contact> {
        self.meta.contact(name, harness::NUMBER).map_err(|error| anyhow::anyhow!("{error:?}"))
    }

    pub fn bens_contact(&self, name: &str) -> Result<Contact> {
        self.meta.contact(name, BENS_NUMBER).map_err(|error| anyhow::anyhow!("{error:?}"))
    }

    /// Posts a delivery as Meta signs it.
    pub async fn deliver(&self, callback: &str, body: &[u8]) -> Result<Answer> {
        let signature = sign(body);
        self.send(self.http.post(callback).header("x-hub-signature-256", signature).body(body.to_vec())).await
    }

    // --- the process

    pub async fn id(&self) -> Result<u32> {
        self.process.lock().await.child.id().context("the server has ended")
    }

    /// SIGKILL, and a new start on the same data and port.
    pub async fn kill_and_start(&self) -> Result<()> {
        let mut process = self.process.lock().await;
        process.child.kill().await?;
        let listen = self.address.to_string();
        *process =
            serve(&self.binary, &self.options, self.home.path(), self.meta.url(), &listen, &self.log).await?;
        Ok(())
    }

    /// Memory that it holds now, in MiB.
    pub async fn resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id().await?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.split_whitespace().next().context("no figure")?.parse::<u64>()? / 1024)
    }

    /// What it has logged so far.
    pub fn logged(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it lives and answers.
    pub async fn is_well(&self) -> Result<()> {
        if let Some(status) = self.process.lock().await.child.try_wait()? {
            bail!("the server ended ({status}): {}", self.logged().last().cloned().unwrap_or_default());
        }
        let began = Instant::now();
        loop {
            let asked = Instant::now();
            let found = self.http.get(format!("{}/healthz", self.url)).timeout(WELL).send().await;
            let took = asked.elapsed();
            match found {
                Ok(answer) if answer.status() == 200 && took < WELL => return Ok(()),
                // What the attack left behind may still be ending.
                _ if began.elapsed() > self.patience(Duration::from_secs(3)) => {
                    bail!("afterwards /healthz took {took:?}: {found:?}")
                }
                _ => sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// What a server said in `Set-Cookie`.
fn cookie_of(answer: &Answer) -> Result<Person> {
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
    ensure!(!cookie.is_empty(), "no cookie");
    Ok(Person::cookie(cookie))
}

/// Signed with the app secret of every business here.
pub fn sign(body: &[u8]) -> String {
    chasqui_whatsapp::signature::sign(&Secret::new(harness::SECRET), body)
}

/// The form of an integration with Ana's number.
pub fn form(bot: &str) -> Value {
    json!({ "type": "whatsapp_business", "name": "Main line", "bot_id": bot, "active": true,
        "credentials": { "business_account_id": harness::ACCOUNT, "phone_number_id": harness::NUMBER,
            "app_id": harness::APP, "app_secret": harness::SECRET, "access_token": harness::TOKEN,
            "verify_token": VERIFY } })
}

/// The form of an integration with Ben's number.
pub fn bens_form(bot: &str) -> Value {
    json!({ "type": "whatsapp_business", "name": "Ben's line", "bot_id": bot, "active": true,
        "credentials": { "business_account_id": "900000000000002", "phone_number_id": BENS_NUMBER,
            "app_id": "900000000000001", "app_secret": harness::SECRET, "access_token": "EAAben",
            "verify_token": "bens-long-random-string" } })
}

/// Another business of the simulated Meta.
pub fn bens_business() -> BusinessSpec {
    let mut business = harness::business();
    "900000000000001".clone_into(&mut business.app_id);
    "900000000000002".clone_into(&mut business.business_account_id);
    BENS_NUMBER.clone_into(&mut business.numbers[0].id);
    "+1 555-078-3999".clone_into(&mut business.numbers[0].display_phone_number);
    "EAAben".clone_into(&mut business.tokens[0].token);
    business
}

/// Asks again and again until there is an answer.
pub async fn eventually<T, F: Future<Output = Result<Option<T>>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> Result<T> {
    let began = Instant::now();
    while began.elapsed() < SOON {
        if let Some(found) = ask().await? {
            return Ok(found);
        }
        sleep(Duration::from_millis(25)).await;
    }
    bail!("waited in vain for {what}")
}

//! What has to be set up before anybody can write: a bot, and an integration for each number.

use std::cell::RefCell;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::Bot;
use crate::meta::Number;
use crate::wire::Connection;

/// What one number may send in a second, at Meta's highest level.
const MESSAGES_PER_SECOND: u32 = 1000;

/// The server's API, as an owner.
pub struct Api {
    connection: RefCell<Option<Connection>>,
    address: SocketAddr,
    token: String,
}

impl Api {
    /// The API of the server at `address`.
    pub fn new(address: SocketAddr, token: String) -> Self {
        Self { connection: RefCell::default(), address, token }
    }

    /// Makes and publishes a bot. Answers its id.
    pub async fn publish(&self, bot: &Bot) -> Result<String> {
        let created = self.call("POST", "/bots", &json!({ "definition": bot.file() })).await?;
        let id = id(&created)?;
        self.call("POST", &format!("/bots/{id}/publish"), &json!({})).await?;
        Ok(id)
    }

    /// Connects a number with a bot. Its webhooks go to that integration from here on.
    pub async fn connect(&self, number: &Number, bot: &str) -> Result<()> {
        let body = json!({
            "type": "whatsapp_business", "name": format!("Number {}", number.index), "bot_id": bot, "active": true,
            "credentials": {
                "business_account_id": "102290129340398", "phone_number_id": number.id(),
                "app_id": number.app_id(), "app_secret": number.app_secret(), "access_token": number.token(),
                "verify_token": format!("verify-token-of-{}", number.index), "version": "v23.0",
            },
            "settings": { "throughput": { "messages_per_second": MESSAGES_PER_SECOND } },
        });
        let integration = id(&self.call("POST", "/integrations?check=false", &body).await?)?;
        *number.webhook.borrow_mut() = format!("/webhooks/whatsapp/{integration}");
        Ok(())
    }

    /// Gives a number its token once more, as if it were another.
    pub async fn replace_token(&self, number: &Number) -> Result<()> {
        let id = integration_of(number);
        let body = json!({ "credentials": { "access_token": number.token() } });
        self.call("PATCH", &format!("/integrations/{id}?check=false"), &body).await.map(drop)
    }

    /// Lets a number send so many messages a second.
    pub async fn limit(&self, number: &Number, messages_per_second: u32) -> Result<()> {
        let id = integration_of(number);
        let body = json!({ "settings": { "throughput": { "messages_per_second": messages_per_second } } });
        self.call("PATCH", &format!("/integrations/{id}?check=false"), &body).await.map(drop)
    }

    /// What the server says of a number: its health, what waits.
    pub async fn integration(&self, number: &Number) -> Result<Value> {
        self.call("GET", &format!("/integrations/{}", integration_of(number)), &Value::Null).await
    }

    /// What its owner was told about a number, latest first.
    pub async fn events(&self, number: &Number) -> Result<Vec<Value>> {
        self.items(&format!("/events?limit=200&integration_id={}", integration_of(number))).await
    }

    /// A number's conversations, the latest message first.
    pub async fn conversations(&self, number: &Number) -> Result<Vec<Value>> {
        self.items(&format!("/conversations?limit=200&integration_id={}", integration_of(number))).await
    }

    async fn items(&self, path: &str) -> Result<Vec<Value>> {
        let mut page = self.call("GET", path, &Value::Null).await?;
        match page["items"].take() {
            Value::Array(items) => Ok(items),
            other => bail!("GET {path} was answered with {other} instead of items"),
        }
    }

    pub async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        let open = self.connection.borrow_mut().take();
        let mut connection = match open {
            Some(connection) if connection.is_open() => connection,
            _ => Connection::open(self.address).await?,
        };
        let response = connection.exchange(request.as_bytes()).await?;
        let text = String::from_utf8_lossy(&response.body);
        if response.status >= 300 {
            bail!("{method} {path} was answered {}: {text}", response.status);
        }
        self.connection.borrow_mut().replace(connection);
        serde_json::from_str(&text)
            .with_context(|| format!("{method} {path} was not answered with JSON: {text}"))
    }
}

/// The last part of where its webhooks go.
fn integration_of(number: &Number) -> String {
    number.webhook.borrow().rsplit('/').next().unwrap_or_default().to_owned()
}

fn id(answer: &Value) -> Result<String> {
    answer["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {answer}"))
}

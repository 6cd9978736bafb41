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

    /// Connects a number with a bot. Answers the integration's id.
    pub async fn connect(&self, number: &Number, bot: &str) -> Result<String> {
        let body = json!({
            "type": "whatsapp_business", "name": format!("Number {}", number.index), "bot_id": bot, "active": true,
            "credentials": {
                "business_account_id": "102290129340398", "phone_number_id": number.id(),
                "app_id": number.app_id(), "app_secret": number.app_secret(), "access_token": number.token(),
                "verify_token": format!("verify-token-of-{}", number.index), "version": "v23.0",
            },
            "settings": { "throughput": { "messages_per_second": MESSAGES_PER_SECOND } },
        });
        id(&self.call("POST", "/integrations?check=false", &body).await?)
    }

    /// Gives a number its token once more, as if it were another.
    pub async fn replace_token(&self, number: &Number) -> Result<()> {
        let webhook = number.webhook.borrow().clone();
        let id = webhook.rsplit('/').next().unwrap_or_default();
        let body = json!({ "credentials": { "access_token": number.token() } });
        self.call("PATCH", &format!("/integrations/{id}?check=false"), &body).await.map(drop)
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = body.to_string();
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        let open = self.connection.borrow_mut().take();
        let mut connection = match open {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
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

fn id(answer: &Value) -> Result<String> {
    answer["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {answer}"))
}

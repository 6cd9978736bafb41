//! What a demo keeps in its data directory, so that a second start goes on where the first one ended: the log-in, and
//! the business that the simulator forgets.

use std::path::Path;

use anyhow::{Context, Result};
use chasqui_model::clock::random_bytes;
use chasqui_simulator::{BusinessSpec, NumberSpec, TemplateSpec, TokenSpec};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::config;
use crate::token;

/// The owner of the demo's account.
pub(super) const EMAIL: &str = "demo@example.com";

const FILE: &str = "demo.json";
const BUSINESS: &str = "102290129340398";
const APP: &str = "670843887433847";
const NUMBER: &str = "106540352242922";

/// What a demo keeps.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    password: String,
    app_secret: String,
    access_token: String,
    verify_token: String,
}

impl Kept {
    /// What was kept, or something new.
    pub(super) fn load_or_make(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(FILE);
        if path.exists() {
            let text = config::read_input(&path)?;
            return serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged: delete the folder", path.display()));
        }
        let made = Self {
            password: token::random().chars().filter(char::is_ascii_alphanumeric).take(12).collect(),
            app_secret: format!("{:032x}", u128::from_be_bytes(random_bytes())),
            access_token: format!("EAAdemo{}", token::random().replace(['-', '_'], "x")),
            verify_token: token::random(),
        };
        config::write_private(&path, &serde_json::to_string(&made)?)?;
        Ok(made)
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// The business that the demo's number belongs to. Its token never expires, so it is never exchanged for one that the
    /// simulator would forget.
    pub(super) fn business(&self) -> BusinessSpec {
        let template = |name: &str, language: &str, text: &str, replies: &[&str]| {
            let mut components = vec![json!({ "type": "BODY", "text": text })];
            if !replies.is_empty() {
                let reply = |text: &&str| json!({ "type": "QUICK_REPLY", "text": text });
                let buttons: Vec<_> = replies.iter().map(reply).collect();
                components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
            }
            TemplateSpec {
                id: String::new(),
                name: name.to_owned(),
                language: language.to_owned(),
                category: "UTILITY".to_owned(),
                status: "APPROVED".to_owned(),
                parameter_format: "POSITIONAL".to_owned(),
                components,
            }
        };
        let update = [
            "Hello {{1}}, your order {{2}} is {{3}} now.",
            "Guten Tag {{1}}, Ihre Bestellung {{2}} ist jetzt {{3}}.",
        ];
        let templates = vec![
            template("reopen", "en", "Hello {{1}}, shall we go on?", &[]),
            template("order_update", "en", update[0], &["Thanks", "No more of these"]),
            template("order_update", "de", update[1], &["Danke", "Keine mehr davon"]),
        ];
        let number = NumberSpec { id: NUMBER.to_owned(), ..NumberSpec::default() };
        let token = TokenSpec {
            token: self.access_token.clone(),
            kind: "SYSTEM_USER".to_owned(),
            expires_in: None,
            scopes: Vec::new(),
            revoked: false,
        };
        BusinessSpec {
            app_id: APP.to_owned(),
            app_secret: self.app_secret.clone(),
            business_account_id: BUSINESS.to_owned(),
            require_appsecret_proof: true,
            utc_offset_minutes: 0,
            numbers: vec![number],
            tokens: vec![token],
            templates,
        }
    }

    /// The integration's form, as a person would fill it in.
    pub(super) fn form(&self, bot: &str) -> serde_json::Value {
        json!({
            "type": "whatsapp_business", "name": "Demo line", "bot_id": bot, "active": true,
            "credentials": { "business_account_id": BUSINESS, "phone_number_id": NUMBER, "app_id": APP,
                "app_secret": self.app_secret, "access_token": self.access_token, "verify_token": self.verify_token },
            "settings": { "template": { "name": "reopen", "language": "en", "parameters": ["{contact.name}"] } }
        })
    }
}

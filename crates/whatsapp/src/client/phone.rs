//! What Meta knows of a number, and whether it can send.

use super::call::CallError;
use super::{Client, Number};

const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,status,name_status,\
    code_verification_status,platform_type,throughput,account_mode,webhook_configuration,\
    whatsapp_business_manager_messaging_limit,is_official_business_account";

/// What Meta knows of a number. Every value is Meta's own word and may be one nobody has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Its id.
    pub id: String,
    /// As people write it.
    pub display_phone_number: Option<String>,
    /// The business's name.
    pub verified_name: Option<String>,
    /// GREEN, YELLOW, RED …
    pub quality_rating: Option<String>,
    /// CONNECTED …
    pub status: Option<String>,
    /// APPROVED …
    pub name_status: Option<String>,
    /// STANDARD (80 messages a second), HIGH (1,000) …
    pub throughput_level: Option<String>,
    /// `TIER_2K` …
    pub messaging_limit: Option<String>,
    /// LIVE or SANDBOX.
    pub account_mode: Option<String>,
    /// The callback URL that deliveries of this number go to.
    pub callback_url: Option<String>,
}

/// Whether a node of the Graph can send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// AVAILABLE, LIMITED or BLOCKED.
    pub can_send_message: String,
    /// What stands in the way.
    pub problems: Vec<HealthProblem>,
}

/// One thing that stands in the way of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthProblem {
    /// `PHONE_NUMBER`, WABA, BUSINESS, APP or `MESSAGE_TEMPLATE`.
    pub entity_type: String,
    /// Meta's code.
    pub code: Option<i64>,
    /// What is wrong.
    pub description: String,
    /// What Meta suggests.
    pub solution: Option<String>,
}

impl Client {
    /// Asks what Meta knows of the number.
    pub async fn phone_number(&self, number: &Number) -> Result<PhoneNumber, CallError> {
        let url = number.access.url(&[&number.id], &[("fields", FIELDS)]);
        self.get(&number.access, url).await?.take(|answer| {
            let webhook = answer.object("webhook_configuration");
            let callback = |key| webhook.as_ref().and_then(|webhook| webhook.string(key));
            Some(PhoneNumber {
                id: answer.string("id")?,
                display_phone_number: answer.string("display_phone_number"),
                verified_name: answer.string("verified_name"),
                quality_rating: answer.string("quality_rating"),
                status: answer.string("status"),
                name_status: answer.string("name_status"),
                throughput_level: answer.object("throughput").and_then(|level| level.string("level")),
                messaging_limit: answer.string("whatsapp_business_manager_messaging_limit"),
                account_mode: answer.string("account_mode"),
                callback_url: callback("phone_number")
                    .or_else(|| callback("whatsapp_business_account"))
                    .or_else(|| callback("application")),
            })
        })
    }

    /// Asks whether the number can send, and if not, why.
    pub async fn health_status(&self, number: &Number) -> Result<Health, CallError> {
        let url = number.access.url(&[&number.id], &[("fields", "health_status")]);
        self.get(&number.access, url).await?.take(|answer| {
            let status = answer.value("health_status")?;
            let entities = status["entities"].as_array().into_iter().flatten();
            let problems = entities.flat_map(|entity| {
                let errors = entity["errors"].as_array().into_iter().flatten();
                errors.map(|error| HealthProblem {
                    entity_type: entity["entity_type"].as_str().unwrap_or_default().to_owned(),
                    code: error["error_code"].as_i64(),
                    description: error["error_description"].as_str().unwrap_or_default().to_owned(),
                    solution: error["possible_solution"].as_str().map(str::to_owned),
                })
            });
            Some(Health {
                can_send_message: status["can_send_message"].as_str()?.to_owned(),
                problems: problems.collect(),
            })
        })
    }
}

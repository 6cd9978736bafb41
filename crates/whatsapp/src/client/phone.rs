//! What Meta knows of a number, and whether it can send.

use chasqui_model::state::{
    AccountMode, CanSend, MessagingLimit, NameStatus, NumberStatus, Quality, ThroughputLevel,
};

use super::call::CallError;
use super::{Client, Number};

const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,status,name_status,\
    code_verification_status,platform_type,throughput,account_mode,webhook_configuration,\
    whatsapp_business_manager_messaging_limit,is_official_business_account";

/// What Meta knows of a number. What Meta says in words of its own may be one that nobody has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Its id.
    pub id: String,
    /// As people write it.
    pub display_phone_number: Option<String>,
    /// The business's name.
    pub verified_name: Option<String>,
    /// How people take what it sends.
    pub quality_rating: Option<Quality>,
    /// How it stands.
    pub status: Option<NumberStatus>,
    /// How its display name stands.
    pub name_status: Option<NameStatus>,
    /// How fast it may send.
    pub throughput_level: Option<ThroughputLevel>,
    /// How many people may be written to first.
    pub messaging_limit: Option<MessagingLimit>,
    /// Whether it is for tests.
    pub account_mode: Option<AccountMode>,
    /// The callback URL that deliveries of this number go to.
    pub callback_url: Option<String>,
}

/// Whether a node of the Graph can send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it can.
    pub can_send_message: CanSend,
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
                quality_rating: answer.string("quality_rating").map(Quality::from),
                status: answer.string("status").map(NumberStatus::from),
                name_status: answer.string("name_status").map(NameStatus::from),
                throughput_level: answer
                    .object("throughput")
                    .and_then(|level| level.string("level"))
                    .map(ThroughputLevel::from),
                messaging_limit: answer
                    .string("whatsapp_business_manager_messaging_limit")
                    .map(MessagingLimit::from),
                account_mode: answer.string("account_mode").map(AccountMode::from),
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
                can_send_message: status["can_send_message"].as_str()?.to_owned().into(),
                problems: problems.collect(),
            })
        })
    }
}

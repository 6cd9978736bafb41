//! Where Meta delivers to: the app's own callback, the apps of a business account, and callbacks that override.
//! The order that works: the app first, then the business account without a callback, then overrides. Meta calls the
//! callback while our call is open, so whoever calls here must be able to answer the handshake meanwhile.

use serde::Serialize;
use serde_json::Value;

use super::call::CallError;
use super::{App, Client, Number};

const OBJECT: &str = "whatsapp_business_account";

/// What an app is subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// `whatsapp_business_account` and others.
    pub object: String,
    /// Where it delivers to.
    pub callback_url: String,
    /// Whether it does.
    pub active: bool,
    /// The names of the fields.
    pub fields: Vec<String>,
}

/// An app that gets the deliveries of a business account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscribedApp {
    /// The app.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// A callback for this business account instead of the app's own.
    pub override_callback_uri: Option<String>,
}

#[derive(Serialize)]
struct Override<'a> {
    override_callback_uri: &'a str,
    verify_token: &'a str,
}

impl Client {
    /// What the app is subscribed to. There may be a callback of somebody else, which [`Client::subscribe`] replaces.
    pub async fn subscriptions(&self, app: &App) -> Result<Vec<Subscription>, CallError> {
        let url = app.access.url(&[&app.id, "subscriptions"], &[]);
        self.get(&app.access, url).await?.take(|answer| {
            let data = answer.value("data")?;
            let fields = |one: &Value| {
                let names = one["fields"].as_array().into_iter().flatten();
                names
                    .filter_map(|field| field["name"].as_str().or(field.as_str()).map(str::to_owned))
                    .collect()
            };
            let each = data.as_array().into_iter().flatten();
            Some(
                each.map(|one| Subscription {
                    object: text(&one["object"]),
                    callback_url: text(&one["callback_url"]),
                    active: one["active"].as_bool().unwrap_or(true),
                    fields: fields(one),
                })
                .collect(),
            )
        })
    }

    /// Sets the app's callback and its fields.
    pub async fn subscribe(
        &self,
        app: &App,
        callback_url: &str,
        verify_token: &str,
        fields: &[&str],
    ) -> Result<(), CallError> {
        #[derive(Serialize)]
        struct Subscribe<'a> {
            object: &'static str,
            callback_url: &'a str,
            verify_token: &'a str,
            fields: &'a str,
            include_values: bool,
        }
        let fields = &fields.join(",");
        let body = Subscribe { object: OBJECT, callback_url, verify_token, fields, include_values: true };
        let url = app.access.url(&[&app.id, "subscriptions"], &[]);
        self.post_json(&app.access, url, &body).await?.success()
    }

    /// Ends the app's subscription.
    pub async fn unsubscribe(&self, app: &App) -> Result<(), CallError> {
        let url = app.access.url(&[&app.id, "subscriptions"], &[("object", OBJECT)]);
        self.delete_at(&app.access, url).await?.success()
    }

    /// The apps that get the deliveries of the number's business account.
    pub async fn subscribed_apps(&self, number: &Number) -> Result<Vec<SubscribedApp>, CallError> {
        self.get(&number.access, number.account_url("subscribed_apps")).await?.take(|answer| {
            let data = answer.value("data")?;
            let each = data.as_array().into_iter().flatten();
            Some(
                each.map(|one| {
                    let app = &one["whatsapp_business_api_data"];
                    SubscribedApp {
                        id: text(&app["id"]),
                        name: app["name"].as_str().map(str::to_owned),
                        override_callback_uri: one["override_callback_uri"].as_str().map(str::to_owned),
                    }
                })
                .collect(),
            )
        })
    }

    /// Subscribes the token's app to the business account. Repeatable; ends an override.
    pub async fn subscribe_app(&self, number: &Number) -> Result<(), CallError> {
        self.post(&number.access, number.account_url("subscribed_apps")).await?.success()
    }

    /// Ends that.
    pub async fn unsubscribe_app(&self, number: &Number) -> Result<(), CallError> {
        self.delete_at(&number.access, number.account_url("subscribed_apps")).await?.success()
    }

    /// Sends the deliveries of the whole business account to another callback.
    pub async fn override_account(
        &self,
        number: &Number,
        callback_url: &str,
        verify_token: &str,
    ) -> Result<(), CallError> {
        let body = Override { override_callback_uri: callback_url, verify_token };
        self.post_json(&number.access, number.account_url("subscribed_apps"), &body).await?.success()
    }

    /// Sends the deliveries of this number to another callback; an empty one ends that.
    pub async fn override_number(
        &self,
        number: &Number,
        callback_url: &str,
        verify_token: &str,
    ) -> Result<(), CallError> {
        #[derive(Serialize)]
        struct Configure<'a> {
            webhook_configuration: Override<'a>,
        }
        let webhook_configuration = Override { override_callback_uri: callback_url, verify_token };
        let url = number.access.url(&[&number.id], &[]);
        self.post_json(&number.access, url, &Configure { webhook_configuration }).await?.success()
    }
}

impl Number {
    pub(super) fn account_url(&self, edge: &str) -> reqwest::Url {
        self.access.url(&[&self.business_account_id, edge], &[])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

//! Everything that Meta says about a number, asked at once.

use chasqui_model::integration::Credentials;
use chasqui_whatsapp::Client;
use chasqui_whatsapp::client::{
    CallError, Health, InvalidToken, PhoneNumber, SubscribedApp, Subscription, TokenInfo,
};

/// What Meta said, or why it said nothing.
pub(super) struct Look {
    pub(super) token: Result<TokenInfo, CallError>,
    pub(super) phone: Result<PhoneNumber, CallError>,
    pub(super) health: Result<Health, CallError>,
    pub(super) apps: Result<Vec<SubscribedApp>, CallError>,
    pub(super) subscriptions: Result<Vec<Subscription>, CallError>,
}

/// Asks Meta.
pub(super) async fn look(graph: &Client, credentials: &Credentials) -> Result<Look, InvalidToken> {
    let number = graph.number(credentials)?;
    let app = graph.app(credentials.version, &credentials.app_id, &credentials.app_secret)?;
    let (token, phone, health, apps, subscriptions) = tokio::join!(
        graph.debug_token(&app, &credentials.access_token),
        graph.phone_number(&number),
        graph.health_status(&number),
        graph.subscribed_apps(&number),
        graph.subscriptions(&app),
    );
    Ok(Look { token, phone, health, apps, subscriptions })
}

impl Look {
    /// The URL that this number's messages go to; empty: to none. `None` when Meta did not say.
    pub(super) fn callback(&self) -> Option<String> {
        let phone = self.phone.as_ref().ok()?;
        Some(phone.callback_url.clone().unwrap_or_default())
    }

    /// Whether the app gets the deliveries of the business account.
    pub(super) fn is_subscribed(&self, app_id: &str) -> Option<bool> {
        Some(self.apps.as_ref().ok()?.iter().any(|app| app.id == app_id))
    }

    /// What the app is subscribed to for WhatsApp; `None`: to nothing.
    pub(super) fn subscription(&self) -> Result<Option<&Subscription>, &CallError> {
        let all = self.subscriptions.as_ref()?;
        Ok(all.iter().find(|one| one.object == "whatsapp_business_account"))
    }
}

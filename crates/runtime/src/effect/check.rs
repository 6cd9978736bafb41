//! Whether a connection leads where it should: the service is asked for something that changes nothing.

use std::time::Duration;

use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::connection::{Connection, Settings};

use super::http::{Ask, Caller, trouble};
use super::{email, google, model, service};
use crate::{Inner, Runtime};

/// Somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(15);

impl Runtime {
    /// Asks the service that a connection leads to whether it takes its secret.
    pub async fn check_connection(&self, connection: &Connection) -> Result<(), CallError> {
        tokio::time::timeout(PATIENCE, check(&self.inner, connection))
            .await
            .unwrap_or_else(|_| Err(trouble(CallErrorKind::Timeout, "the service did not answer in time")))
    }
}

async fn check(rt: &Inner, connection: &Connection) -> Result<(), CallError> {
    if connection.secret.is_lost() {
        return Err(service::lost(connection));
    }
    let caller = Caller { account: connection.account, key: String::new() };
    let (url, headers) = match &connection.settings {
        Settings::Openai { base_url } => model::openai::models(base_url.as_deref(), &connection.secret)?,
        Settings::Gemini { base_url } => model::gemini::models(base_url.as_deref(), &connection.secret)?,
        Settings::Anthropic { base_url } => {
            model::anthropic::models(base_url.as_deref(), &connection.secret)?
        }
        Settings::Postmark { base_url, .. } => {
            email::postmark::server(base_url.as_deref(), &connection.secret)?
        }
        Settings::Smtp { .. } => return email::smtp::check(rt, connection).await,
        Settings::Google { .. } => return google::check(rt, &caller, connection).await,
    };
    let ask =
        Ask { method: reqwest::Method::GET, url, headers, body: None, timeout: PATIENCE, follow: false };
    service::read(&rt.http.ask(connection.account, ask).await?).map(drop)
}

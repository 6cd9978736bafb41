//! Nobody waits for a database that does not answer. What was asked for may still be done when it answers again: a person
//! is told so, and Meta delivers again.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chasqui_store::pulse::Trouble;
use tokio::time::{sleep, timeout};

use super::problem::Problem;
use crate::app::App;

/// How long a delivery may take to become durable. With its way here below the 10 seconds after which Meta gives it up.
pub(super) const DURABLE: Duration = Duration::from_secs(8);
/// How often a request that waits looks whether it waits in vain. What needs no database is done before.
const LOOK: Duration = Duration::from_secs(1);
/// How long the database may take to show that it can be written to.
const TOUCH: Duration = Duration::from_secs(3);

/// Cuts a request off that waits for a database which does not answer.
pub(super) async fn give_up(State(app): State<App>, request: Request, next: Next) -> Response {
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = in_vain(&app) => {
            let detail = "The database does not answer. What you asked for may still be done once it does: look before you \
                          try again.";
            axum::response::IntoResponse::into_response(Problem::unavailable(detail).retry_after(5))
        }
    }
}

async fn in_vain(app: &App) {
    loop {
        sleep(LOOK).await;
        if app.store.hot().pulse().blocks() {
            return;
        }
    }
}

/// Why nothing can be made durable now, if that is so. Asks the database itself, for a few seconds at most.
pub(super) async fn trouble(app: &App) -> Option<String> {
    let hot = app.store.hot();
    if let Some(trouble) = hot.pulse().trouble().filter(Trouble::blocks) {
        return Some(named(&trouble));
    }
    match timeout(TOUCH, hot.touch()).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the database cannot be written to");
            let trouble = hot.pulse().trouble();
            Some(trouble.as_ref().map_or_else(|| "the database does not answer".to_owned(), named))
        }
        Err(_) => Some(format!("the database has not answered for {} seconds", TOUCH.as_secs())),
    }
}

/// For whoever may ask: without the places of files.
fn named(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Stalled(_) | Trouble::Failing(_) => format!("the database does not answer: {trouble}"),
        Trouble::Gone(_) => {
            "the files of the database were moved, replaced or deleted: put them back, or restart the server"
                .to_owned()
        }
    }
}

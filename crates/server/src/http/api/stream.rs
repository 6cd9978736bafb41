//! Server-sent events for live pages: something changed, ask again.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use chasqui_runtime::{Change, ChangeKind};
use futures::{Stream, StreamExt};
use serde::Serialize;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::Viewer;

/// One `data:` line of the stream.
#[derive(Serialize, ToSchema)]
pub(crate) struct News {
    kind: Kind,
    /// Which one; `*`: some were missed, ask again for all of this kind.
    id: String,
    /// On which number, when it belongs to one.
    #[schema(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
}

/// What kind of thing changed.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Integration,
    Conversation,
    Bot,
    Event,
    /// A conversation waits for a person from now on.
    Handoff,
}

/// How long a stream lasts. Browsers begin another one by themselves.
const LONGEST: Duration = Duration::from_mins(30);

/// What a page asks for again when it missed something. A hand-off it missed shows in the conversations.
const ALL: [Kind; 4] = [Kind::Integration, Kind::Conversation, Kind::Bot, Kind::Event];

impl From<ChangeKind> for Kind {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Integration => Self::Integration,
            ChangeKind::Conversation => Self::Conversation,
            ChangeKind::Bot => Self::Bot,
            ChangeKind::Event => Self::Event,
            ChangeKind::Handoff => Self::Handoff,
        }
    }
}

/// Tells what changes in the account, as long as the connection lasts. What it says may come twice and is never the thing
/// itself.
#[utoipa::path(get, path = "/stream", tag = "stream",
    responses((status = 200, body = News, content_type = "text/event-stream")))]
pub(crate) async fn stream(
    State(app): State<App>,
    Viewer(caller): Viewer,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = BroadcastStream::new(app.runtime.changes());
    let news = changes.flat_map(move |change| futures::stream::iter(news(change, caller.account)));
    let events = news.filter_map(|news| async move { Event::default().json_data(news).ok().map(Ok) });
    // Otherwise an open page would keep the process from ending. A page that is open for long asks who it is again.
    let over = futures::future::select(
        Box::pin(app.stop.clone().cancelled_owned()),
        Box::pin(tokio::time::sleep(LONGEST)),
    );
    let events = events.take_until(over);
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn news(change: Result<Change, BroadcastStreamRecvError>, account: Id<Account>) -> Vec<News> {
    match change {
        Ok(change) if change.account == account => {
            vec![News { kind: change.kind.into(), id: change.id, integration_id: change.integration }]
        }
        Ok(_) => Vec::new(),
        // The page was too slow: what it missed is unknown.
        Err(BroadcastStreamRecvError::Lagged(_)) => {
            ALL.map(|kind| News { kind, id: "*".into(), integration_id: None }).into()
        }
    }
}

//! Server-sent events for live pages: something changed, ask again.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::{Change, ChangeKind};
use futures::{Stream, StreamExt};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::{self, By, Caller, Viewer};
use crate::http::doors::{Crowded, Open};
use crate::http::problem::Problem;

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
/// How often it is asked whether the caller may still listen when nothing says that it changed.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// What a page asks for again when it missed something. A hand-off it missed shows in the conversations.
const ALL: [Kind; 4] = [Kind::Integration, Kind::Conversation, Kind::Bot, Kind::Event];

impl Kind {
    /// What pages are told of a change; `None`: nothing.
    fn told(kind: ChangeKind) -> Option<Self> {
        match kind {
            ChangeKind::Integration => Some(Self::Integration),
            ChangeKind::Conversation => Some(Self::Conversation),
            ChangeKind::Bot => Some(Self::Bot),
            ChangeKind::Event => Some(Self::Event),
            ChangeKind::Handoff => Some(Self::Handoff),
            ChangeKind::Access => None,
        }
    }
}

/// Tells what changes in the account, as long as the connection lasts and its caller may know. What it says may come twice and
/// is never the thing itself.
#[utoipa::path(get, path = "/stream", tag = "stream",
    responses((status = 200, body = News, content_type = "text/event-stream"),
        (status = 429, description = "Too many live streams of this person, token or account")))]
pub(crate) async fn stream(
    State(app): State<App>,
    Viewer(caller): Viewer,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let open = app.doors.streams.enter(&caller).map_err(crowded)?;
    // Before it is asked whether the caller still may: a change between the two is heard.
    let changes = app.runtime.changes();
    if !auth::still(&app, &caller).await? {
        return Err(auth::unauthenticated());
    }
    let live = Live { ends: app.clock.now().after(LONGEST), app, caller, changes, _open: open };
    let news = futures::stream::unfold(live, Live::next).flat_map(futures::stream::iter);
    let events = news.filter_map(|news| async move { Event::default().json_data(news).ok().map(Ok) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// A stream that is open.
struct Live {
    app: App,
    caller: Caller,
    changes: Receiver<Change>,
    /// A page that is open for long asks who it is again.
    ends: Timestamp,
    _open: Open,
}

impl Live {
    /// What is to be told next; `None` when the stream is over.
    async fn next(mut self) -> Option<(Vec<News>, Self)> {
        // A token ends while nobody does anything.
        let ends = match self.caller.by {
            By::Token(token) => token.ends.map_or(self.ends, |end| end.min(self.ends)),
            By::Session(_) => self.ends,
        };
        let left = ends.since(self.app.clock.now());
        let heard = tokio::select! {
            heard = self.changes.recv() => heard,
            // Otherwise an open page would keep the process from ending.
            () = self.app.stop.cancelled() => return None,
            // Whatever changed without being told, as by another tool in the database, is seen soon.
            () = tokio::time::sleep(left.min(LOOK_AGAIN)) => {
                let over = ends <= self.app.clock.now() || !self.may_listen().await;
                return if over { None } else { Some((Vec::new(), self)) };
            }
        };
        let news = match heard {
            Ok(change) if change.kind == ChangeKind::Access => {
                if !self.may_listen().await {
                    return None;
                }
                Vec::new()
            }
            Ok(change) if change.account == self.caller.account => Self::told(change),
            Ok(_) => Vec::new(),
            // The page was too slow: what it missed is unknown, and may have been that it is not for its person any more.
            Err(RecvError::Lagged(_)) if self.may_listen().await => {
                ALL.map(|kind| News { kind, id: "*".into(), integration_id: None }).into()
            }
            Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
        };
        Some((news, self))
    }

    fn told(change: Change) -> Vec<News> {
        let kind = Kind::told(change.kind);
        let news = kind.map(|kind| News { kind, id: change.id, integration_id: change.integration });
        news.into_iter().collect()
    }

    /// A store that does not answer takes nobody's rights.
    async fn may_listen(&self) -> bool {
        auth::still(&self.app, &self.caller).await.unwrap_or(true)
    }
}

fn crowded(crowded: Crowded) -> Problem {
    let detail = match crowded {
        Crowded::Holder => "You have too many pages or programs listening at once. Close some of them.",
        Crowded::Account => {
            "Too many pages and programs of this account are listening at once. Close some of them."
        }
        Crowded::All => "Too many pages and programs are listening to this server at once. Try again later.",
    };
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", detail).retry_after(10)
}

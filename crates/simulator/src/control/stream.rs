//! Server-sent events: who listens hears what changed.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::BroadcastStream;

use crate::meta::Meta;

/// Who listens too slowly misses events; fetching again shows everything anyway.
pub(super) async fn stream(
    State(meta): State<Arc<Meta>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = BroadcastStream::new(meta.listen());
    let events = events.filter_map(async |event| event.ok().map(|event| Ok(Event::default().data(&*event))));
    Sse::new(events).keep_alive(KeepAlive::default())
}

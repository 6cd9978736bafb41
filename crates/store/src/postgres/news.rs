//! News from other processes of the store, by `LISTEN` on a connection of its own.

use std::future::poll_fn;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_postgres::AsyncMessage;
use uuid::Uuid;

use super::address::Address;
use super::lease::Holding;
use crate::Fed;
use crate::lease::News;

/// Longest payload of a notification, with room to spare (PostgreSQL allows 8,000 bytes).
const LONGEST: usize = 7000;
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Serialize, Deserialize)]
struct Letter<T> {
    from: Uuid,
    news: T,
}

/// News as a notification carries them. `None`: too long to be told.
pub(super) fn letter(holding: &Holding, news: &News) -> Option<String> {
    let letter = serde_json::to_string(&Letter { from: holding.worker, news }).ok()?;
    (letter.len() <= LONGEST).then_some(letter)
}

/// Listens for as long as somebody takes the news.
pub(super) fn listen(address: Address, holding: Holding, feed: mpsc::UnboundedSender<Fed>) {
    tokio::spawn(async move {
        // The first connection is made before anything can have been missed.
        let mut first = true;
        while !feed.is_closed() {
            if let Err(error) = hear(&address, &holding, &feed, first).await {
                tracing::warn!(%error, "news from other processes are not heard; trying again");
            }
            first = false;
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = feed.closed() => {}
            }
        }
    });
}

async fn hear(
    address: &Address,
    holding: &Holding,
    feed: &mpsc::UnboundedSender<Fed>,
    first: bool,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = address.config.connect(address.tls.0.clone()).await?;
    let (messages, mut inbox) = mpsc::unbounded_channel();
    let mut talk = tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            match message {
                Ok(AsyncMessage::Notification(it)) => {
                    let _ = messages.send(it.payload().to_owned());
                }
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    client.batch_execute(&format!("LISTEN \"{}\"", holding.channel)).await?;
    if !first {
        let _ = feed.send(Fed::News(News::All));
    }
    loop {
        tokio::select! {
            payload = inbox.recv() => match payload {
                Some(payload) => pass_on(&payload, holding, feed),
                None => break,
            },
            () = feed.closed() => {
                talk.abort();
                return Ok(());
            }
        }
    }
    (&mut talk).await.unwrap_or(Ok(()))
}

fn pass_on(payload: &str, holding: &Holding, feed: &mpsc::UnboundedSender<Fed>) {
    // A newer version may tell what this one does not know; it is found out in another way.
    let Ok(letter) = serde_json::from_str::<Letter<News>>(payload) else { return };
    if letter.from != holding.worker {
        let _ = feed.send(Fed::News(letter.news));
    }
}

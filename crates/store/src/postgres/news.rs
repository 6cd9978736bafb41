//! News from other processes of the store, by `LISTEN` on a connection of its own.

use std::future::poll_fn;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Client, Error as PgError};
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

/// A connection that listens.
struct Talk {
    /// It ends with this.
    _client: Client,
    inbox: mpsc::UnboundedReceiver<String>,
    connection: JoinHandle<Result<(), PgError>>,
}

/// Listens for as long as somebody takes the news. Returns when it does: what is read after that misses nothing.
pub(super) async fn listen(
    address: Address,
    holding: Holding,
    feed: mpsc::UnboundedSender<Fed>,
) -> crate::Result<()> {
    let mut next = Some(begin(&address, &holding).await?);
    tokio::spawn(async move {
        while !feed.is_closed() {
            if let Some(talk) = next.take()
                && let Err(error) = hear(talk, &holding, &feed).await
            {
                tracing::warn!(%error, "news from other processes are not heard; trying again");
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = feed.closed() => return,
            }
            if let Ok(talk) = begin(&address, &holding).await {
                next = Some(talk);
                let _ = feed.send(Fed::News(News::All));
            }
        }
    });
    Ok(())
}

async fn begin(address: &Address, holding: &Holding) -> Result<Talk, PgError> {
    let (client, mut connection) = address.config.connect(address.tls.0.clone()).await?;
    let (messages, inbox) = mpsc::unbounded_channel();
    let connection = tokio::spawn(async move {
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
    Ok(Talk { _client: client, inbox, connection })
}

async fn hear(mut talk: Talk, holding: &Holding, feed: &mpsc::UnboundedSender<Fed>) -> Result<(), PgError> {
    loop {
        tokio::select! {
            payload = talk.inbox.recv() => match payload {
                Some(payload) => pass_on(&payload, holding, feed),
                None => break,
            },
            () = feed.closed() => {
                talk.connection.abort();
                return Ok(());
            }
        }
    }
    talk.connection.await.unwrap_or(Ok(()))
}

fn pass_on(payload: &str, holding: &Holding, feed: &mpsc::UnboundedSender<Fed>) {
    // A newer version may tell what this one does not know; it is found out in another way.
    let Ok(letter) = serde_json::from_str::<Letter<News>>(payload) else { return };
    if letter.from != holding.worker {
        let _ = feed.send(Fed::News(letter.news));
    }
}

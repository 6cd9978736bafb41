//! One POST to a callback, tried again with growing pauses for up to seven days until it is answered with exactly 200.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::secret::Secret;
use chasqui_whatsapp::signature;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Notify;

use crate::meta::{Meta, Note};
use crate::world::chat::{ItemStatus, Pair};
use crate::world::log::{Kind, Level};

const GIVEN_UP_AFTER: Duration = Duration::from_hours(7 * 24);
const LONGEST_PAUSE: Duration = Duration::from_hours(6);

/// A body on its way.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) target: Target,
    pub(crate) field: String,
    pub(crate) body: Bytes,
    pub(crate) signature: Signature,
    /// Messages of contacts in it.
    pub(crate) wamids: Vec<Arc<str>>,
    pub(crate) pair: Option<Pair>,
    pub(crate) kind: Kind,
}

/// Whose callback it goes to.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A number's.
    Number(String),
    /// An app's.
    App(String),
}

/// How it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    Right,
    Wrong,
    Missing,
}

/// How a try went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With 200.
    Answered,
    /// With something else, or not at all.
    Failed,
    /// There is no callback: Meta does not even try.
    Nowhere,
}

/// Delivers to the end: answered, given up, or reset. `poke` makes the next try come at once.
pub(crate) async fn deliver(meta: Arc<Meta>, parcel: Parcel, poke: Option<Arc<Notify>>) {
    let generation = meta.generation();
    let started = meta.now();
    let mut pause = Duration::from_secs(1);
    loop {
        match attempt(&meta, &parcel).await {
            Outcome::Answered => return mark(&meta, &parcel, ItemStatus::Delivered),
            Outcome::Nowhere => return mark(&meta, &parcel, ItemStatus::Failed),
            Outcome::Failed => {}
        }
        let due = meta.now().after(pause);
        if due.since(started) > GIVEN_UP_AFTER || meta.generation() != generation {
            mark(&meta, &parcel, ItemStatus::Failed);
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
        wait(&meta, due, generation, poke.as_deref()).await;
        if meta.generation() != generation {
            return;
        }
    }
}

async fn wait(meta: &Meta, due: chasqui_model::Timestamp, generation: u64, poke: Option<&Notify>) {
    while meta.now() < due && meta.generation() == generation {
        match poke {
            Some(poke) => tokio::select! {
                () = meta.clock.sleep_until(due) => {}
                () = poke.notified() => return,
            },
            None => meta.clock.sleep_until(due).await,
        }
    }
}

fn mark(meta: &Meta, parcel: &Parcel, status: ItemStatus) {
    for wamid in &parcel.wamids {
        if let Some(pair) = meta.with(|world| world.chats.climb(wamid, status)) {
            meta.tell_chat(&pair);
        }
    }
}

/// One try.
pub(crate) async fn attempt(meta: &Meta, parcel: &Parcel) -> Outcome {
    let Some((url, secret)) = meta.with(|world| address(&world.businesses, parcel)) else {
        note(meta, parcel, Level::Warn, "Not delivered: no callback is subscribed".to_owned(), None);
        return Outcome::Nowhere;
    };
    let Ok(_permit) = meta.posts.acquire().await else { return Outcome::Failed };
    let begun = tokio::time::Instant::now();
    let mut request = meta.http.post(url).header(CONTENT_TYPE, "application/json").body(parcel.body.clone());
    let signed = match parcel.signature {
        Signature::Right => Some(signature::sign(&secret, &parcel.body)),
        Signature::Wrong => Some(signature::sign(&Secret::new("some other app's secret"), &parcel.body)),
        Signature::Missing => None,
    };
    if let Some(signed) = signed {
        request = request.header("x-hub-signature-256", signed);
    }
    let answer = request.send().await;
    let ms = u64::try_from(begun.elapsed().as_millis()).ok();
    match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            // Read to the end, so that the connection can be used again.
            drop(answer.bytes().await);
            let level = if status == 200 { Level::Ok } else { Level::Fail };
            note(meta, parcel, level, format!("{} answered with {status}", words(parcel)), ms);
            if status == 200 { Outcome::Answered } else { Outcome::Failed }
        }
        Err(error) => {
            let why = if error.is_timeout() { "no answer" } else { "no connection" };
            note(meta, parcel, Level::Fail, format!("{}: {why}", words(parcel)), ms);
            Outcome::Failed
        }
    }
}

fn address(businesses: &crate::world::business::Businesses, parcel: &Parcel) -> Option<(String, Secret)> {
    match &parcel.target {
        Target::Number(id) => {
            let (_, app) = businesses.app_of_number(id)?;
            Some((businesses.callback(id, &parcel.field)?.url.clone(), app.secret.clone()))
        }
        Target::App(id) => {
            let app = businesses.apps.get(id)?;
            Some((app.callback.as_ref()?.url.clone(), app.secret.clone()))
        }
    }
}

fn words(parcel: &Parcel) -> &'static str {
    match parcel.kind {
        Kind::Status => "Status",
        _ => "Webhook",
    }
}

fn note(meta: &Meta, parcel: &Parcel, level: Level, text: String, ms: Option<u64>) {
    meta.log(Note {
        kind: parcel.kind,
        level,
        text,
        phone_number_id: match &parcel.target {
            Target::Number(id) => Some(id),
            Target::App(_) => None,
        },
        wa_id: parcel.pair.as_ref().map(|pair| &*pair.0),
        ms,
    });
}

//! The stand-in itself: one world, one clock, one way out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chasqui_model::clock::random_bytes;
use chasqui_model::{Clock, Timestamp};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, broadcast};

use crate::clock::VirtualClock;
use crate::world::chat::Pair;
use crate::world::log::{Kind, Level, LogItem};
use crate::world::{Limits, World};

/// Webhooks on their way at the same time.
const POSTS: usize = 512;
/// How long a webhook may take. Meta states none.
const POST_TIMEOUT: Duration = Duration::from_secs(20);
/// Statuses on their way before further ones are dropped.
const STATUSES: usize = 200_000;

pub(crate) struct Meta {
    pub(crate) clock: VirtualClock,
    pub(crate) http: reqwest::Client,
    pub(crate) posts: Semaphore,
    pub(crate) statuses: Semaphore,
    /// Where others reach the simulator.
    pub(crate) base: String,
    world: Mutex<World>,
    events: broadcast::Sender<Arc<str>>,
    limits: Limits,
    made: AtomicU64,
    /// Goes up with every reset: what was under way before stops.
    generation: AtomicU64,
}

/// A thing to be written to the log.
pub(crate) struct Note<'a> {
    pub(crate) kind: Kind,
    pub(crate) level: Level,
    pub(crate) text: String,
    pub(crate) phone_number_id: Option<&'a str>,
    pub(crate) wa_id: Option<&'a str>,
    pub(crate) ms: Option<u64>,
}

impl Meta {
    pub(crate) fn new(clock: Clock, limits: Limits, base: String) -> reqwest::Result<Self> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails only when another thread was faster, and then one is there.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let http = reqwest::Client::builder()
            .timeout(POST_TIMEOUT)
            .connect_timeout(Duration::from_secs(5))
            .pool_max_idle_per_host(POSTS)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("facebookexternalua")
            .no_proxy()
            .build()?;
        Ok(Self {
            clock: VirtualClock::new(clock),
            http,
            posts: Semaphore::new(POSTS),
            statuses: Semaphore::new(STATUSES),
            base,
            world: Mutex::new(World::new(limits)),
            events: broadcast::Sender::new(1024),
            limits,
            made: AtomicU64::new(u64::from_le_bytes(random_bytes()) % 1_000_000_000),
            generation: AtomicU64::new(0),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Looks at the world or changes it. Short: everybody waits.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets everything but the businesses, and with `all` those too. What is under way ends.
    pub(crate) fn reset(&self, all: bool) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.with(|world| if all { *world = World::new(self.limits) } else { world.reset(self.limits) });
        self.clock.wake();
        for kind in ["settings", "phones", "businesses"] {
            self.tell(&json!({ "kind": kind }));
        }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// An id of the Graph: sixteen digits.
    pub(crate) fn id(&self) -> String {
        format!("{}", 1_000_000_000_000_000 + self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// An id of a message. Like Meta's it holds the contact's number.
    pub(crate) fn wamid(&self, wa_id: &str) -> Arc<str> {
        let no = self.made.fetch_add(1, Ordering::Relaxed);
        let chance = u64::from_le_bytes(random_bytes());
        let hidden = format!("\x1c\x06\x18{wa_id}\x15\x02\x00\x11\x18\x12{no:010X}{:08X}\x00", chance >> 32);
        format!("wamid.{}", STANDARD.encode(hidden)).into()
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }

    /// Tells who listens.
    pub(crate) fn tell(&self, event: &Value) {
        if self.events.receiver_count() > 0 {
            // Nobody left to hear it is fine.
            drop(self.events.send(event.to_string().into()));
        }
    }

    /// Tells that a chat looks different.
    pub(crate) fn tell_chat(&self, pair: &Pair) {
        if self.events.receiver_count() > 0 {
            self.tell(&json!({"kind": "chat", "wa_id": &*pair.0, "phone_number_id": &*pair.1}));
        }
    }

    pub(crate) fn log(&self, note: Note<'_>) {
        let item = LogItem {
            no: 0,
            at: self.now(),
            kind: note.kind,
            level: note.level,
            text: note.text,
            phone_number_id: note.phone_number_id.map(str::to_owned),
            wa_id: note.wa_id.map(str::to_owned),
            ms: note.ms,
        };
        let heard = self.events.receiver_count() > 0;
        let item = self.with(|world| {
            let item = world.log.push(item);
            heard.then(|| item.clone())
        });
        if let Some(item) = item {
            self.tell(&json!({"kind": "log", "item": item}));
        }
    }
}

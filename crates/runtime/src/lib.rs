//! Where the parts meet: webhooks become durable work (`accept`), work becomes turns (`converse`), turns become messages
//! on their way (`deliver`) and calls to the world (`effect`). Serves no HTTP: the server calls it.

mod accept;
mod activity;
mod change;
mod converse;
mod deliver;
mod effect;
mod flows;
mod job;
mod notice;
mod recover;
mod registry;
mod timers;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{Health, Integration};
use chasqui_model::media::Media;
use chasqui_model::{Clock, Id};
use chasqui_store::inbox::Journal;
use chasqui_store::{Feed, Store};
use chasqui_whatsapp::Client;
use chasqui_whatsapp::handshake;
use dashmap::DashMap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use change::{Change, ChangeKind};
pub use work::Command;

use change::Changes;
use converse::Converse;
use deliver::Deliver;
use flows::Flows;
use registry::{Number, Registry};
use timers::Timers;

/// How the runtime behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the Graph API is.
    pub graph_url: String,
    /// Where we are, for addresses given to others.
    pub public_url: String,
    /// Where files are kept.
    pub media_dir: PathBuf,
    /// Whether flows may call addresses of private networks.
    pub allow_private_networks: bool,
    /// How long a status webhook is waited for when the answer to a send is lost.
    pub settle_after: Duration,
    /// Whether messages to one person keep to Meta's pair rate. Off only for measurements against a stand-in.
    pub pace_pairs: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            graph_url: Client::GRAPH.to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            media_dir: PathBuf::from("media"),
            allow_private_networks: false,
            settle_after: Duration::from_secs(30),
            pace_pairs: true,
        }
    }
}

/// What became of a webhook POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// Durable: answer 200.
    Stored,
    /// Missing or wrong signature: answer 401. Nothing was stored.
    BadSignature,
    /// No such integration: answer 404.
    Unknown,
    /// Not durable: answer 503, Meta comes again.
    Unavailable,
}

/// What Meta asks when a callback URL is set.
#[derive(Clone, Debug, Default)]
pub struct Handshake {
    /// `hub.mode`.
    pub mode: Option<String>,
    /// `hub.verify_token`.
    pub token: Option<String>,
    /// `hub.challenge`.
    pub challenge: Option<String>,
}

/// The runtime could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Store(#[from] chasqui_store::Error),
    /// The Graph API's address.
    #[error(transparent)]
    Graph(#[from] chasqui_whatsapp::client::ClientError),
    /// The client for flows.
    #[error("TLS could not be set up")]
    Tls,
    /// The media folder.
    #[error("cannot write to the media folder: {0}")]
    Media(std::io::Error),
}

/// What all parts share.
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) graph: Client,
    pub(crate) http: effect::Http,
    pub(crate) registry: Registry,
    pub(crate) flows: Arc<Flows>,
    pub(crate) changes: Changes,
    pub(crate) activity: activity::Counter,
    pub(crate) converse: Converse,
    pub(crate) deliver: Deliver,
    pub(crate) timers: Timers,
    forgeries: accept::Forgeries,
    /// Files being fetched, each by one task at a time.
    pub(crate) fetching: DashMap<Id<Media>, Arc<tokio::sync::Mutex<()>>>,
    tasks: TaskTracker,
    ended: CancellationToken,
    ready: AtomicBool,
}

/// The running engine. Clones share it.
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

impl Runtime {
    /// Starts all parts and takes up what was under way when the process ended.
    pub async fn start(store: Store, feed: Feed, clock: Clock, config: Config) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.media_dir).map_err(StartError::Media)?;
        let graph = Client::new(&config.graph_url, chasqui_whatsapp::client::Options::default())?;
        let http = effect::Http::new(config.allow_private_networks).map_err(|_| StartError::Tls)?;
        let (converse, conversations) = Converse::new();
        let (deliver, sends) = Deliver::new();
        let inner = Arc::new(Inner {
            flows: Arc::new(Flows::new(store.clone())),
            store,
            clock,
            config,
            graph,
            http,
            registry: Registry::default(),
            changes: Changes::new(),
            activity: activity::Counter::default(),
            converse,
            deliver,
            timers: Timers::default(),
            forgeries: accept::Forgeries::default(),
            fetching: DashMap::new(),
            tasks: TaskTracker::new(),
            ended: CancellationToken::new(),
            ready: AtomicBool::new(false),
        });
        for integration in inner.store.all_integrations().await? {
            inner.registry.put(integration, &inner.graph);
        }
        let (feed, waiting) = recover::read(&inner, feed).await?;
        inner.spawn(deliver::run(Arc::clone(&inner), sends));
        // The outbox first: a turn that ran before would see nothing on its way to its contact, and its reply would
        // overtake what is.
        recover::resume(&inner, waiting).await?;
        inner.spawn(converse::run(Arc::clone(&inner), conversations, feed));
        inner.spawn(timers::run(Arc::clone(&inner)));
        inner.spawn(job::run(Arc::clone(&inner)));
        inner.ready.store(true, Ordering::SeqCst);
        Ok(Self { inner })
    }

    /// Takes one webhook POST. Answers when it is durable; nothing is run before.
    pub async fn receive(
        &self,
        integration: Id<Integration>,
        signature: Option<&str>,
        body: Bytes,
    ) -> Receipt {
        accept::receive(&self.inner, integration, signature, body).await
    }

    /// Answers Meta's handshake: the challenge to echo, or `None` for 403.
    pub async fn handshake(&self, integration: Id<Integration>, query: &Handshake) -> Option<String> {
        let number = self.inner.registry.get(integration)?;
        let query = handshake::Query {
            mode: query.mode.clone(),
            challenge: query.challenge.clone(),
            verify_token: query.token.clone(),
        };
        let challenge = handshake::answer(query, &number.integration.credentials.verify_token)?;
        let now = self.inner.clock.now();
        if let Err(error) = self.inner.store.webhook_verified(integration, now).await {
            tracing::error!(%integration, %error, "the verification could not be written down");
        }
        self.inner.tell_integration(&number.integration);
        Some(challenge)
    }

    /// An integration was created, changed or deleted: reads it again. What waited for the change goes on.
    pub async fn reload_integration(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
    ) -> Result<(), chasqui_store::Error> {
        match self.inner.store.integration(account, id).await? {
            Some(integration) => {
                let number = self.inner.registry.put(integration, &self.inner.graph);
                self.inner.tell_integration(&number.integration);
            }
            None => self.inner.registry.remove(id),
        }
        self.inner.deliver.changed(id);
        Ok(())
    }

    /// A bot was published or renamed. Running conversations stay on their version.
    pub fn bot_published(&self, account: Id<Account>, bot: Id<Bot>) {
        self.inner.flows.forget(bot);
        self.inner.changes.tell(account, ChangeKind::Bot, None, &bot);
    }

    /// A bot's draft was saved: live pages are told. No conversation runs a draft.
    pub fn draft_saved(&self, account: Id<Account>, bot: Id<Bot>) {
        self.inner.changes.tell(account, ChangeKind::Bot, None, &bot);
    }

    /// Makes a flow's request for somebody who tries a bot out: through the same walls, and counted with the account's
    /// other calls. `key` is its `Idempotency-Key`.
    pub async fn try_request(
        &self,
        account: Id<Account>,
        key: &str,
        request: &chasqui_flow::HttpRequest,
    ) -> Result<chasqui_flow::HttpAnswer, chasqui_flow::CallError> {
        self.inner.http.send(account, key, request).await
    }

    /// News for live pages. A slow reader misses some and is told so; it then asks again for all.
    pub fn changes(&self) -> tokio::sync::broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// The Graph API.
    pub fn graph(&self) -> &Client {
        &self.inner.graph
    }

    /// Whether everything that was under way at the last end has been taken up.
    pub fn ready(&self) -> bool {
        self.inner.ready.load(Ordering::SeqCst)
    }

    /// Pieces of work that wait, and messages that wait to be sent.
    pub fn depth(&self) -> (usize, usize) {
        (self.inner.converse.waiting(), self.inner.deliver.waiting())
    }

    /// Finishes what is in hand, for at most `within`. What is left is taken up at the next start.
    pub async fn shutdown(&self, within: Duration) {
        self.inner.ready.store(false, Ordering::SeqCst);
        let work = async {
            self.inner.converse.stop().await;
            self.inner.deliver.stop().await;
            job::flush_activity(&self.inner).await;
        };
        if tokio::time::timeout(within, work).await.is_err() {
            tracing::warn!("not everything in hand was finished in time; it is taken up at the next start");
        }
        self.inner.ended.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    /// Runs in the background until it is done or the runtime has ended.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ended = self.ended.clone();
        self.tasks.spawn(async move {
            // `None`: cut off by the end; what it was at is taken up at the next start.
            let _ = ended.run_until_cancelled(task).await;
        });
    }

    /// Writes down what happened inside; it becomes work. Tries until the store takes it.
    pub(crate) async fn journal(&self, entries: Vec<Journal>) {
        let mut pause = Duration::from_millis(50);
        while let Err(error) = self.store.hot().journal(entries.clone()).await {
            tracing::error!(%error, "an answer could not be written down, trying again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    pub(crate) fn tell_integration(&self, integration: &Integration) {
        self.changes.tell(
            integration.account,
            ChangeKind::Integration,
            Some(integration.id),
            &integration.id,
        );
    }

    /// Counts, and tells the owner when they repeat: once an hour at most.
    pub(crate) fn refused_signature(self: &Arc<Self>, number: &Number) {
        metrics::counter!("chasqui_webhook_bad_signature_total").increment(1);
        let integration = &number.integration;
        if !self.forgeries.count(integration.id, self.clock.now()) {
            return;
        }
        tracing::warn!(integration = %integration.id, "deliveries with a missing or wrong signature are refused");
        let words = "Deliveries with a missing or wrong signature come in and are refused. If they are from Meta, the app \
                     secret here is not the app's: enter it again. If not, somebody else is writing to the callback URL.";
        let event = notice::event(&self.clock, integration, Severity::Warning, "signature_refused", words);
        self.changes.tell(integration.account, ChangeKind::Event, Some(integration.id), &event.id);
        let rt = Arc::clone(self);
        self.spawn(async move {
            if let Err(error) = rt.store.add_events(&[event]).await {
                tracing::error!(%error, "an event could not be written down");
            }
        });
    }

    /// A number cannot send: writes that down once, with the event that says what to do.
    pub(crate) async fn number_fails(self: &Arc<Self>, number: &Number, code: Option<i64>, reason: &str) {
        let current = self.registry.get(number.integration.id);
        let Some(current) = current.filter(|current| current.integration.health != Health::Failing) else {
            return;
        };
        let mut integration = current.integration.clone();
        integration.health = Health::Failing;
        integration.health_reason = Some(reason.to_owned());
        let mut event: Event =
            notice::event(&self.clock, &integration, Severity::Error, "number_cannot_send", reason);
        event.graph_code = code;
        let told = self
            .store
            .set_health(integration.id, Health::Failing, Some(reason.to_owned()), Some(&event))
            .await;
        match told {
            Ok(()) => {
                self.activity.error(&integration);
                self.registry.put(integration, &self.graph);
                self.tell_integration(&current.integration);
            }
            Err(error) => {
                tracing::error!(integration = %integration.id, %error, "a failing number could not be marked");
            }
        }
    }

    /// Marks a message as read, with the typing dots when the integration asks for them. Matters to nobody when it fails.
    pub(crate) fn mark_read(self: &Arc<Self>, number: &Arc<Number>, wamid: String) {
        let rt = Arc::clone(self);
        let number = Arc::clone(number);
        self.spawn(async move {
            if let Some(calls) = &number.calls {
                let typing = number.integration.settings.typing_indicator;
                let _ = rt.graph.mark_read(calls, &wamid, typing).await;
            }
        });
    }
}

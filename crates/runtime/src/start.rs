//! The runtime's first and last moments.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chasqui_model::Clock;
use chasqui_store::{Feed, Store};
use chasqui_whatsapp::Client;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::change::Changes;
use crate::converse::Converse;
use crate::deliver::Deliver;
use crate::flows::Flows;
use crate::heavy::Heavy;
use crate::keyed::KeyedLock;
use crate::ownership::Ownership;
use crate::people::Faces;
use crate::registry::Registry;
use crate::timers::Timers;
use crate::verification::Verification;
use crate::zone::Zones;
use crate::{
    Config, Files, Inner, Runtime, activity, alert, care, code, consequence, converse, damage, deliver,
    effect, job, mail, ownership, receive, standstill, timers,
};

/// The runtime could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Store(#[from] chasqui_store::Error),
    /// None of the secrets can be opened.
    #[error(
        "none of the secrets in the database can be opened: the master key is not the one they were sealed with. Put the \
         right chasqui.key into the data directory, or set CHASQUI_MASTER_KEY to it"
    )]
    WrongKey,
    /// The Graph API's address.
    #[error(transparent)]
    Graph(#[from] chasqui_whatsapp::client::ClientError),
    /// The client for flows.
    #[error("TLS could not be set up")]
    Tls,
    /// The mail server's address.
    #[error("the mail server cannot be used: {0}")]
    Mail(String),
    /// The threads for heavy work.
    #[error("a thread could not be started: {0}")]
    Threads(std::io::Error),
    /// The media folder, or the bucket.
    #[error("files cannot be kept: {0}")]
    Media(std::io::Error),
}

impl Inner {
    /// What runs beside the messages for as long as the runtime does.
    fn begin_jobs(self: &Arc<Self>) {
        self.spawn(timers::run(Arc::clone(self)));
        self.spawn(job::run(Arc::clone(self)));
        self.spawn(job::retain::run(Arc::clone(self)));
        self.spawn(care::run(Arc::clone(self)));
        self.spawn(mail::run(Arc::clone(self)));
        self.spawn(code::run(Arc::clone(self)));
        self.spawn(alert::run(Arc::clone(self)));
        self.spawn(standstill::run(Arc::clone(self)));
    }
}

impl Runtime {
    /// Starts all parts and takes up what was under way when the process ended.
    pub async fn start(store: Store, feed: Feed, clock: Clock, config: Config) -> Result<Self, StartError> {
        let files = Files::open(config.media_dir.clone(), config.media_url.as_ref());
        let files = files.map_err(StartError::Media)?;
        let graph = Client::new(&config.graph_url, chasqui_whatsapp::client::Options::default())?;
        let http = effect::Http::new(config.allow_private_networks).map_err(|_| StartError::Tls)?;
        let mailer = config.mail.as_ref().map(mail::Mailer::new).transpose().map_err(StartError::Mail)?;
        let (converse, conversations) = Converse::new();
        let (deliver, sends) = Deliver::new(consequence::act_on);
        let shared = store.hot().shared();
        let inner = Arc::new(Inner {
            flows: Arc::new(Flows::new(store.clone())),
            began: clock.now(),
            store,
            clock,
            ownership: Ownership::new(config.role),
            codebox: code::Codebox::new(config.code.clone()),
            heavy: Heavy::for_this_machine().map_err(StartError::Threads)?,
            config,
            graph,
            http,
            mailer,
            files,
            google: effect::google::Tokens::default(),
            sheets: KeyedLock::default(),
            registry: Registry::default(),
            zones: Zones::default(),
            watching: tokio::sync::Mutex::default(),
            changes: Changes::new(shared),
            activity: activity::Counter::default(),
            converse,
            deliver,
            faces: Faces::default(),
            timers: Timers::default(),
            forgeries: receive::Forgeries::default(),
            verification: Verification::default(),
            receiving: AtomicUsize::new(0),
            fetching: KeyedLock::default(),
            tasks: TaskTracker::new(),
            ended: CancellationToken::new(),
            ready: AtomicBool::new(false),
        });
        let integrations = inner.store.all_integrations().await?;
        if damage::all_lost(&integrations) {
            return Err(StartError::WrongKey);
        }
        for integration in integrations {
            let number = inner.registry.put(integration, &inner.graph);
            inner.say_damaged(&number).await?;
        }
        inner.spawn(deliver::run(Arc::clone(&inner), sends));
        inner.spawn(converse::run(Arc::clone(&inner), conversations, feed));
        ownership::begin(&inner).await?;
        inner.begin_jobs();
        inner.ready.store(true, Ordering::SeqCst);
        Ok(Self { inner })
    }

    /// Finishes what is in hand, for at most `within`. What is left is taken up at the next start.
    pub async fn shutdown(&self, within: Duration) {
        self.inner.ready.store(false, Ordering::SeqCst);
        ownership::stop_taking(&self.inner);
        let work = async {
            self.inner.converse.stop().await;
            let sent = self.inner.deliver.stop().await;
            ownership::hand_over_all(&self.inner).await;
            // An error means that the sender is gone with all that it had in hand.
            let _ = sent.await;
            job::flush_activity(&self.inner).await;
        };
        if tokio::time::timeout(within, work).await.is_err() {
            tracing::warn!("not everything in hand was finished in time; it is taken up at the next start");
        }
        self.inner.ended.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        ownership::leave(&self.inner).await;
    }
}

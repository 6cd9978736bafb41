//! Where the parts meet: webhooks become durable work (`accept`), work becomes turns (`converse`), turns become messages
//! on their way (`deliver`) and calls to the world (`effect`). Serves no HTTP: the server calls it.

mod accept;
mod activity;
pub mod alert;
pub mod care;
mod change;
pub mod code;
mod converse;
mod deliver;
mod effect;
mod field;
mod files;
mod flows;
pub mod german;
mod job;
pub mod mail;
mod notice;
mod ownership;
mod proactive;
mod recover;
mod registry;
pub mod template;
mod timers;
mod trial;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::account::{Account, Language, User};
use chasqui_model::bot::Bot;
use chasqui_model::connection::Connection;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{Health, Integration};
use chasqui_model::media::Media;
use chasqui_model::message::Message;
use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Id};
use chasqui_store::inbox::Journal;
use chasqui_store::lease::News;
use chasqui_store::noun::contact::Erasure;
use chasqui_store::{Feed, Store};
use chasqui_whatsapp::Client;
use chasqui_whatsapp::handshake;
use dashmap::DashMap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use change::{Change, ChangeKind};
pub use chasqui_whatsapp::client::TokenInfo;
pub use chasqui_whatsapp::error as graph_error;
pub use chasqui_whatsapp::version as graph_version;
pub use effect::google::grant::NotGranted;
pub use files::Files;
pub use ownership::Role;
pub use proactive::{Asked, NotAsked};
pub use trial::{Sent as TestSent, TestFailed};
pub use work::Command;

use change::Changes;
use converse::Converse;
use deliver::Deliver;
use flows::Flows;
use ownership::Ownership;
use registry::{Number, Registry};
use timers::Timers;

/// How the runtime behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the Graph API is.
    pub graph_url: String,
    /// Where we are, for addresses given to others.
    pub public_url: String,
    /// Where files are kept, or written before they go into the bucket.
    pub media_dir: PathBuf,
    /// The bucket of an S3 store that keeps files: `s3://bucket/prefix?region=…`; `None`: the folder keeps them.
    pub media_url: Option<Secret>,
    /// Whether flows may call addresses of private networks.
    pub allow_private_networks: bool,
    /// How long a status webhook is waited for when the answer to a send is lost.
    pub settle_after: Duration,
    /// What this process does on a store that others work on as well.
    pub role: Role,
    /// Who sends mail; `None`: nobody, it waits.
    pub mail: Option<mail::Server>,
    /// How custom code is run.
    pub code: code::Options,
    /// Whether messages to one person keep to Meta's pair rate. Off only for measurements against a stand-in.
    pub pace_pairs: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            graph_url: Client::GRAPH.to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            media_dir: PathBuf::from("media"),
            media_url: None,
            allow_private_networks: false,
            settle_after: Duration::from_secs(30),
            mail: None,
            code: code::Options::default(),
            pace_pairs: true,
            role: Role::All,
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
    /// The mail server's address.
    #[error("the mail server cannot be used: {0}")]
    Mail(String),
    /// The media folder, or the bucket.
    #[error("files cannot be kept: {0}")]
    Media(std::io::Error),
}

/// Whether this is the IANA name of a time zone.
pub fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// What all parts share.
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) graph: Client,
    pub(crate) http: effect::Http,
    pub(crate) codebox: code::Codebox,
    pub(crate) mailer: Option<mail::Mailer>,
    pub(crate) files: Files,
    pub(crate) google: effect::google::Tokens,
    /// Spreadsheets that are worked on, each by one call at a time.
    pub(crate) sheets: DashMap<String, Arc<tokio::sync::Mutex<()>>>,
    pub(crate) registry: Registry,
    pub(crate) flows: Arc<Flows>,
    pub(crate) changes: Changes,
    pub(crate) activity: activity::Counter,
    pub(crate) converse: Converse,
    pub(crate) deliver: Deliver,
    pub(crate) timers: Timers,
    pub(crate) ownership: Ownership,
    /// Deliveries that are not answered yet.
    pub(crate) receiving: AtomicUsize,
    pub(crate) forgeries: accept::Forgeries,
    /// Held while what is remembered of a number changes.
    pub(crate) watching: tokio::sync::Mutex<()>,
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

/// Counts for as long as it lives: a client that goes away in the middle is not counted for ever.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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
        let (deliver, sends) = Deliver::new();
        let shared = store.hot().shared();
        let inner = Arc::new(Inner {
            flows: Arc::new(Flows::new(store.clone())),
            store,
            clock,
            ownership: Ownership::new(config.role),
            codebox: code::Codebox::new(config.code.clone()),
            config,
            graph,
            http,
            mailer,
            files,
            google: effect::google::Tokens::default(),
            sheets: DashMap::new(),
            registry: Registry::default(),
            watching: tokio::sync::Mutex::default(),
            changes: Changes::new(shared),
            activity: activity::Counter::default(),
            converse,
            deliver,
            timers: Timers::default(),
            forgeries: accept::Forgeries::default(),
            receiving: AtomicUsize::new(0),
            fetching: DashMap::new(),
            tasks: TaskTracker::new(),
            ended: CancellationToken::new(),
            ready: AtomicBool::new(false),
        });
        for integration in inner.store.all_integrations().await? {
            inner.registry.put(integration, &inner.graph);
        }
        inner.spawn(deliver::run(Arc::clone(&inner), sends));
        inner.spawn(converse::run(Arc::clone(&inner), conversations, feed));
        ownership::begin(&inner).await?;
        inner.spawn(timers::run(Arc::clone(&inner)));
        inner.spawn(job::run(Arc::clone(&inner)));
        inner.spawn(care::run(Arc::clone(&inner)));
        inner.spawn(mail::run(Arc::clone(&inner)));
        inner.spawn(code::run(Arc::clone(&inner)));
        inner.spawn(alert::run(Arc::clone(&inner)));
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
        let _under_way = UnderWay::new(&self.inner.receiving);
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
        self.inner.reload(account, id).await?;
        self.inner.tell_others(News::Integration(account, id));
        Ok(())
    }

    /// Connects a number's webhook in Meta's order. `None` when there is no such number here. `replace`: also when the
    /// app delivers to somebody else so far.
    pub async fn connect_webhook(&self, id: Id<Integration>, replace: bool) -> Option<Vec<care::Step>> {
        let number = self.inner.registry.get(id)?;
        let steps = care::connect(&self.inner, &number, replace).await;
        if let Err(error) = care::look_at(&self.inner, id, self.inner.clock.now()).await {
            tracing::warn!(integration = %id, %error, "what Meta says of a number could not be written down");
        }
        Some(steps)
    }

    /// Takes a number's deliveries away from here. Best effort: its token may be dead.
    pub async fn disconnect_webhook(&self, id: Id<Integration>) -> bool {
        let Some(number) = self.inner.registry.get(id) else { return true };
        match care::disconnect(&self.inner, &number).await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(integration = %id, %error, "a webhook could not be taken away at Meta");
                false
            }
        }
    }

    /// Runs every check on a number. `None` when there is no such number here.
    pub async fn diagnose(
        &self,
        id: Id<Integration>,
        language: Language,
    ) -> Result<Option<Vec<care::Finding>>, chasqui_store::Error> {
        care::diagnose::diagnose(&self.inner, id, language).await
    }

    /// Fetches a number's templates from Meta; says why when Meta does not tell.
    pub async fn sync_templates(&self, id: Id<Integration>) -> Result<usize, String> {
        template::sync(&self.inner, id).await
    }

    /// Sends a test message at once, past the queue.
    pub async fn send_test(
        &self,
        id: Id<Integration>,
        to: &str,
        language: Language,
    ) -> Result<TestSent, TestFailed> {
        trial::send(&self.inner, id, to, language).await
    }

    /// A person does something in a conversation. Durable when this returns; it takes effect in its turn.
    pub async fn command(
        &self,
        conversation: &Conversation,
        command: Command,
    ) -> Result<(), chasqui_store::Error> {
        proactive::command(&self.inner, conversation, command).await
    }

    /// Writes to somebody first, or starts a bot with them. Durable when this returns.
    pub async fn ask(&self, asked: Asked) -> Result<Id<Message>, NotAsked> {
        proactive::ask(&self.inner, asked).await
    }

    /// Whether a template can go out to a contact as it is filled in.
    pub async fn check_template(
        &self,
        id: Id<Integration>,
        contact: Id<Contact>,
        template: &chasqui_model::message::outbound::Template,
    ) -> Result<(), NotAsked> {
        proactive::check_template(&self.inner, id, contact, template).await
    }

    /// Erases a contact with everything that was said and done with them, files too.
    pub async fn erase(
        &self,
        contact: &Contact,
        person: Option<Id<User>>,
    ) -> Result<Erasure, chasqui_store::Error> {
        job::erase::contact(&self.inner, contact, person).await
    }

    /// Erases all contacts of a number that was deleted, in the background.
    pub fn erase_number(&self, account: Id<Account>, integration: Id<Integration>, person: Id<User>) {
        let rt = Arc::clone(&self.inner);
        self.inner.spawn(async move {
            match job::erase::number(&rt, account, integration, Some(person)).await {
                Ok(count) => {
                    tracing::info!(%integration, count, "the contacts of a deleted number were erased");
                }
                Err(error) => tracing::error!(%integration, %error, "contacts could not be erased"),
            }
        });
    }

    /// Ends the open conversations of a number politely: each contact is told, where the window still allows it.
    pub async fn end_conversations(
        &self,
        account: Id<Account>,
        integration: Id<Integration>,
    ) -> Result<usize, chasqui_store::Error> {
        proactive::end_all(&self.inner, account, integration).await
    }

    /// The bytes of files.
    pub fn files(&self) -> &Files {
        &self.inner.files
    }

    /// Begins to connect an account with Google: where the person's browser is to go.
    pub async fn begin_google(
        &self,
        account: Id<Account>,
        user: Id<User>,
        id: Id<Connection>,
    ) -> Result<String, NotGranted> {
        effect::google::grant::begin(&self.inner, account, user, id).await
    }

    /// Ends it, with what Google gave to the browser. Works once, and only for the person who began.
    pub async fn finish_google(
        &self,
        account: Id<Account>,
        user: Id<User>,
        state: &str,
        code: &str,
    ) -> Result<Id<Connection>, NotGranted> {
        effect::google::grant::finish(&self.inner, account, user, state, code).await
    }

    /// The address that must stand among the redirect addresses of an account's OAuth client at Google.
    pub fn google_callback(&self) -> String {
        effect::google::grant::callback(&self.inner)
    }

    /// A connection was changed or deleted.
    pub fn connection_changed(&self, id: Id<Connection>) {
        self.inner.google.forget(id);
    }

    /// How an integration fares, as far as its row tells.
    pub fn assess(&self, integration: &Integration) -> (Health, Option<String>) {
        care::assess(integration, self.inner.clock.now())
    }

    /// Removes files whose time is over, as happens once a minute.
    pub async fn expire_files(&self) {
        job::expire::tick(&self.inner).await;
    }

    /// Looks after all numbers now, as happens once an hour.
    pub async fn look_after(&self) {
        care::tick(&self.inner, self.inner.clock.now()).await;
    }

    /// A bot was published or renamed. Running conversations stay on their version.
    pub fn bot_published(&self, account: Id<Account>, bot: Id<Bot>) {
        self.inner.forget_bot(account, bot);
        self.inner.tell_others(News::Bot(account, bot));
    }

    /// A bot's draft was saved: live pages are told. No conversation runs a draft.
    pub fn draft_saved(&self, account: Id<Account>, bot: Id<Bot>) {
        self.inner.changes.tell(account, ChangeKind::Bot, None, &bot);
    }

    /// Makes a flow's call for somebody who tries a bot out: through the same walls, and counted with the account's other
    /// calls. `key` is its `Idempotency-Key`.
    pub async fn try_call(
        &self,
        account: Id<Account>,
        key: &str,
        request: &chasqui_flow::Request,
    ) -> chasqui_flow::Outcome {
        let caller = effect::Caller { account, key: key.to_owned() };
        effect::ask(&self.inner, &caller, request).await
    }

    /// Runs custom code.
    pub fn codebox(&self) -> &code::Codebox {
        &self.inner.codebox
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

    /// What this process says of itself.
    pub fn beat(&self) -> chasqui_store::lease::Beat {
        ownership::beat(self.inner.config.role.works())
    }

    /// Pieces of work that wait, and messages that wait to be sent.
    pub fn depth(&self) -> (usize, usize) {
        (self.inner.converse.waiting(), self.inner.deliver.waiting())
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

impl Inner {
    /// Runs in the background until it is done or the runtime has ended.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ended = self.ended.clone();
        self.tasks.spawn(async move {
            // `None`: cut off by the end; what it was at is taken up at the next start.
            let _ = ended.run_until_cancelled(task).await;
        });
    }

    /// Tells the other processes of the store, should there be any. In the background: news are a help, never needed.
    pub(crate) fn tell_others(&self, news: News) {
        if !self.store.hot().shared() {
            return;
        }
        let store = self.store.clone();
        self.spawn(async move {
            if let Err(error) = store.hot().tell(&[news]).await {
                tracing::warn!(%error, "the other processes could not be told");
            }
        });
    }

    /// Another process has told something.
    pub(crate) async fn heard(self: &Arc<Self>, news: News) {
        match news {
            News::Integration(account, id) => {
                while let Err(error) = self.read_again(account, id).await {
                    tracing::error!(integration = %id, %error, "a changed integration could not be read, trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                self.deliver.changed(id);
            }
            News::Bot(account, bot) => self.forget_bot(account, bot),
            News::Change(change) => self.changes.heard(&change),
            News::Work(_) => {}
            News::All => {
                if let Err(error) = self.reload_all().await {
                    tracing::error!(%error, "the integrations could not be read again");
                }
            }
        }
    }

    fn forget_bot(&self, account: Id<Account>, bot: Id<Bot>) {
        self.flows.forget(bot);
        self.changes.tell(account, ChangeKind::Bot, None, &bot);
    }

    /// Reads everything again that other processes may have changed.
    async fn reload_all(self: &Arc<Self>) -> Result<(), chasqui_store::Error> {
        self.flows.forget_all();
        for integration in self.store.all_integrations().await? {
            let id = integration.id;
            self.registry.put(integration, &self.graph);
            self.deliver.changed(id);
        }
        self.ownership.look();
        Ok(())
    }

    /// Writes down what happened inside; it becomes work. Tries until the store takes it.
    pub(crate) async fn journal(&self, entries: Vec<Journal>) {
        let mut pause = Duration::from_millis(50);
        while let Err(error) = self.store.hot().journal(entries.clone()).await {
            tracing::error!(%error, "an answer could not be written down, trying again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// An integration was changed: reads it again, tells what got better, and lets go on what waited for the change.
    pub(crate) async fn reload(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
    ) -> Result<(), chasqui_store::Error> {
        let before = self.registry.get(id);
        self.read_again(account, id).await?;
        if let (Some(before), Some(after)) = (before, self.registry.get(id)) {
            care::changed(self, &before.integration, &after.integration).await?;
            self.read_again(account, id).await?;
        }
        self.deliver.changed(id);
        Ok(())
    }

    /// Reads an integration again; what waits goes on waiting.
    pub(crate) async fn read_again(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
    ) -> Result<(), chasqui_store::Error> {
        match self.store.integration(account, id).await? {
            Some(integration) => {
                let number = self.registry.put(integration, &self.graph);
                self.tell_integration(&number.integration);
            }
            None => self.registry.remove(id),
        }
        Ok(())
    }

    /// Where Meta is to deliver a number's messages to.
    pub(crate) fn callback_url(&self, id: Id<Integration>) -> String {
        format!("{}/webhooks/whatsapp/{id}", self.config.public_url)
    }

    /// Whether a callback leads to this installation.
    pub(crate) fn is_ours(&self, url: &str) -> bool {
        url.strip_prefix(&self.config.public_url).is_some_and(|path| path.starts_with("/webhooks/whatsapp/"))
    }

    /// There is something in the error log.
    pub(crate) fn tell_events(&self, integration: &Integration) {
        self.changes.tell(integration.account, ChangeKind::Event, Some(integration.id), &integration.id);
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
                let told = &current.integration;
                self.tell_others(News::Integration(told.account, told.id));
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

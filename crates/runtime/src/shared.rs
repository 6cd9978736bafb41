//! What all parts share, and how a change of one thing reaches whoever holds on to it: numbers, bots, live pages, the
//! other processes of the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::{Health, Integration};
use chasqui_model::media::Media;
use chasqui_model::notice::Notice;
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_store::Store;
use chasqui_store::inbox::Journal;
use chasqui_store::lease::News;
use chasqui_whatsapp::Client;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::change::{ChangeKind, Changes};
use crate::converse::Converse;
use crate::deliver::Deliver;
use crate::flows::Flows;
use crate::heavy::Heavy;
use crate::keyed::KeyedLock;
use crate::ownership::Ownership;
use crate::people::Faces;
use crate::registry::{Number, Registry};
use crate::timers::Timers;
use crate::verification::Verification;
use crate::zone::Zones;
use crate::{Config, Files, activity, care, code, damage, effect, mail, notice, receive};

/// What all parts share.
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) graph: Client,
    pub(crate) http: effect::Http,
    pub(crate) codebox: code::Codebox,
    pub(crate) heavy: Heavy,
    pub(crate) mailer: Option<mail::Mailer>,
    pub(crate) files: Files,
    pub(crate) google: effect::google::Tokens,
    /// Spreadsheets that are worked on, each by one call at a time.
    pub(crate) sheets: KeyedLock<String>,
    pub(crate) registry: Registry,
    pub(crate) zones: Zones,
    pub(crate) flows: Arc<Flows>,
    pub(crate) changes: Changes,
    pub(crate) activity: activity::Counter,
    pub(crate) converse: Converse,
    pub(crate) deliver: Deliver,
    pub(crate) faces: Faces,
    pub(crate) timers: Timers,
    pub(crate) ownership: Ownership,
    /// When this process began.
    pub(crate) began: Timestamp,
    /// Deliveries that are not answered yet.
    pub(crate) receiving: AtomicUsize,
    pub(crate) forgeries: receive::Forgeries,
    /// Verifications of callback URLs, right and wrong.
    pub(crate) verification: Verification,
    /// Held while what is remembered of a number changes.
    pub(crate) watching: tokio::sync::Mutex<()>,
    /// Files being fetched, each by one task at a time.
    pub(crate) fetching: KeyedLock<Id<Media>>,
    /// What runs in the background.
    pub(crate) tasks: TaskTracker,
    /// The runtime has ended.
    pub(crate) ended: CancellationToken,
    /// What was under way at the last end has been taken up.
    pub(crate) ready: AtomicBool,
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

    /// A bot was published or renamed: it is read again when it is next needed.
    pub(crate) fn forget_bot(&self, account: Id<Account>, bot: Id<Bot>) {
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
        let event = notice::event(&self.clock, integration, Notice::SignatureRefused);
        self.changes.tell(integration.account, ChangeKind::Event, Some(integration.id), &event.id);
        let rt = Arc::clone(self);
        self.spawn(async move {
            if let Err(error) = rt.store.add_events(&[event]).await {
                tracing::error!(%error, "an event could not be written down");
            }
        });
    }

    /// Something of a number cannot be read: tells its owner, once.
    pub(crate) async fn say_damaged(&self, number: &Number) -> Result<(), chasqui_store::Error> {
        let it = &number.integration;
        let Some(why) = damage::reason(it) else { return Ok(()) };
        let fields: Vec<_> = it.damaged.iter().map(|damaged| damaged.pointer()).collect();
        tracing::error!(integration = %it.id, ?fields, "an integration is damaged in the database");
        let known = self.store.integration(it.account, it.id).await?;
        if known.is_some_and(|known| known.health_reason.as_ref() == Some(&why)) {
            return Ok(());
        }
        let event = notice::event(&self.clock, it, Notice::NumberCannotSend { why: why.clone() });
        self.store.set_health(it.id, Health::Failing, Some(&why), Some(&event)).await
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

//! Where the parts meet: webhooks become durable work (`receive`), work becomes turns (`converse`), turns become messages
//! on their way (`deliver`) and calls to the world (`effect`). Serves no HTTP: the server calls it.

mod account_news;
mod act;
mod activity;
mod address;
pub mod alert;
mod call_refused;
pub mod care;
mod change;
pub mod code;
mod config;
mod consequence;
mod converse;
mod damage;
mod deliver;
mod early;
mod effect;
mod files;
mod flows;
pub mod heavy;
mod job;
mod keyed;
mod lost;
pub mod mail;
mod news;
mod notice;
mod ownership;
mod people;
mod proactive;
mod receive;
mod recover;
mod registry;
mod remember;
mod shared;
mod standstill;
mod start;
mod status;
pub mod template;
mod thread;
mod timers;
mod trace;
mod trial;
mod verification;
mod work;
pub mod zone;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use chasqui_model::Id;
use chasqui_model::account::{Account, Language, User};
use chasqui_model::bot::Bot;
use chasqui_model::connection::Connection;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, Owner};
use chasqui_model::integration::{Health, Integration};
use chasqui_model::message::Outbound;
use chasqui_model::reason::Reason;
use chasqui_model::template::Given;
use chasqui_store::lease::News;
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::contact::Erasure;
use chasqui_whatsapp::Client;
use chasqui_whatsapp::handshake;

pub use change::{Change, ChangeKind};
pub use chasqui_whatsapp::client::{Control, LONGEST_METADATA, TokenInfo};
pub use chasqui_whatsapp::error as graph_error;
pub use chasqui_whatsapp::version as graph_version;
pub use config::Config;
pub use effect::google::grant::NotGranted;
pub use files::{Files, NotReceived, Received};
pub use ownership::Role;
pub use proactive::{Asked, NotAsked, To};
pub use start::StartError;
pub use thread::NotMoved;
pub use trial::{Sent as TestSent, TestFailed};
pub use work::Command;

pub(crate) use shared::Inner;

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

/// Whether this is the IANA name of a time zone.
pub fn is_time_zone(name: &str) -> bool {
    chasqui_flow::is_time_zone(name)
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
    /// Takes one webhook POST. Answers when it is durable; nothing is run before.
    pub async fn receive(
        &self,
        integration: Id<Integration>,
        signature: Option<&str>,
        body: Bytes,
    ) -> Receipt {
        let _under_way = UnderWay::new(&self.inner.receiving);
        receive::receive(&self.inner, integration, signature, body).await
    }

    /// Answers Meta's handshake: the challenge to echo, or `None` for 403.
    pub async fn handshake(&self, integration: Id<Integration>, query: &Handshake) -> Option<String> {
        let number = self.inner.registry.get(integration)?;
        let query = handshake::Query {
            mode: query.mode.clone(),
            challenge: query.challenge.clone(),
            verify_token: query.token.clone(),
        };
        let with_token = query.mode.as_deref() == Some("subscribe") && query.verify_token.is_some();
        let Some(challenge) = handshake::answer(query, &number.integration.credentials.verify_token) else {
            if with_token {
                verification::wrong(&self.inner, &number);
            }
            return None;
        };
        let now = self.inner.clock.now();
        if let Err(error) = self.inner.store.webhook_verified(integration, now).await {
            tracing::error!(%integration, %error, "the verification could not be written down");
        }
        verification::verified(&self.inner, &number);
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
    ) -> Result<Option<Vec<care::Finding>>, chasqui_store::Error> {
        care::diagnose::diagnose(&self.inner, id).await
    }

    /// Fetches a number's templates from Meta; says why when Meta does not tell.
    pub async fn sync_templates(&self, id: Id<Integration>) -> Result<usize, Reason> {
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

    /// A person does something in a conversation. Durable when this returns, with who does it; its turn is committed then,
    /// unless much other work stands before it.
    pub async fn command(
        &self,
        conversation: &Conversation,
        command: Command,
        by: &Entry,
    ) -> Result<(), chasqui_store::Error> {
        act::act(&self.inner, conversation, command, by).await
    }

    /// Says at Meta who is to answer in a conversation's thread, with a note for them. Answers who owns it then; the
    /// conversation is told as by [`Runtime::command`].
    pub async fn control_thread(
        &self,
        conversation: &Conversation,
        contact: &Contact,
        control: (Control, Option<&str>),
        by: &Entry,
    ) -> Result<Owner, NotMoved> {
        thread::control(&self.inner, conversation, contact, control, by).await
    }

    /// Writes to somebody first, or starts a bot with them. Durable when this returns, with who asks for it.
    pub async fn ask(&self, asked: Asked, by: &Entry) -> Result<(), NotAsked> {
        proactive::ask(&self.inner, asked, by).await
    }

    /// The message that a template makes for a contact with the values it is given.
    pub async fn fill_template(
        &self,
        id: Id<Integration>,
        contact: Id<Contact>,
        given: &Given,
    ) -> Result<Outbound, NotAsked> {
        let number = self.inner.registry.get(id).ok_or(NotAsked::Gone)?;
        proactive::fill_template(&self.inner, &number.integration, Some(contact), given).await
    }

    /// Erases a contact with everything that was said and done with them, files too. `by` is written down with it.
    pub async fn erase(
        &self,
        contact: &Contact,
        receipt: Id<Erasure>,
        by: &Entry,
    ) -> Result<Erasure, chasqui_store::Error> {
        let store = self.inner.store.audited(by);
        job::erase::contact(&self.inner, &store, contact, (receipt, by.user)).await
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

    /// Whether a number's queue moves. One that is not here sends nothing.
    pub fn sends(&self, id: Id<Integration>) -> bool {
        self.inner.registry.get(id).is_some_and(|number| number.integration.sends())
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
        by: impl FnOnce(Id<Connection>) -> Entry + Send,
    ) -> Result<(), NotGranted> {
        let asked = effect::google::grant::Returned { account, user, state, code };
        effect::google::grant::finish(&self.inner, asked, by).await
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
    pub fn assess(&self, integration: &Integration) -> (Health, Option<Reason>) {
        care::assess(integration, self.inner.clock.now())
    }

    /// Removes files whose time is over, as happens once a minute.
    pub async fn expire_files(&self) {
        job::expire::tick(&self.inner).await;
    }

    /// Removes files that no row names and that are older than this, as happens once a day with those of the day before.
    pub async fn clear_orphans(&self, old: std::time::Duration) {
        job::orphan::tick(&self.inner, old).await;
    }

    /// Counts what accounts keep, and lets go of what is too much, as happens every ten minutes.
    pub async fn count_quotas(&self) {
        job::quota::tick(&self.inner).await;
    }

    /// Erases conversations that ended longer ago than their account keeps them, as happens once an hour.
    pub async fn erase_old(&self) {
        job::retain::tick(&self.inner, self.inner.clock.now()).await;
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

    /// Somebody's rights changed or ended: streams that are open ask again who may listen, in all processes.
    pub fn access_changed(&self, account: Id<Account>) {
        self.inner.changes.tell(account, ChangeKind::Access, None, &"*");
    }

    /// Whether there is an integration with this id. From memory: asked before a delivery's body is received.
    pub fn knows(&self, integration: Id<Integration>) -> bool {
        self.inner.registry.get(integration).is_some()
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

    /// What an account's people chose for all of it was changed.
    pub fn account_changed(&self, account: Id<Account>) {
        self.inner.zones.forget(account);
    }

    /// Runs custom code.
    pub fn codebox(&self) -> &code::Codebox {
        &self.inner.codebox
    }

    /// Runs what may take long for an account, where it holds up nobody else.
    pub fn heavy(&self) -> &heavy::Heavy {
        &self.inner.heavy
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
}

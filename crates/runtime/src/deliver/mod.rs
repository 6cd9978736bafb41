//! Sends messages: in order to each contact, one of them on its way at a time; paced for the number and for the contact;
//! numbers in turn, so that a backlog, a slow answer or a dead token of one never delays another.

mod exact;
mod fact;
mod line;
mod marketing;
mod outcome;
mod pace;
mod pump;
mod queue;
mod refusal;
mod send;
mod upload;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, Outbound};
use chasqui_model::{Clock, Id, Part, Timestamp};
use chasqui_store::outbox::Sent;
use dashmap::DashMap;
use tokio::sync::{mpsc, oneshot};

use crate::address::Address;

pub(crate) use fact::{ActOn, Fact};
pub(crate) use marketing::{NO_MARKETING, is_unwanted};
pub(crate) use pump::run;
pub(crate) use upload::forget as forget_upload;

/// How long a message is tried.
const PATIENCE: Duration = Duration::from_hours(24);
/// Messages of a number that may wait to be sent before its turns wait as well. What WhatsApp does not take yet need not
/// be computed yet: the processor is for others.
const AHEAD: usize = 512;
/// For so long it is remembered that a message was not sent although it is marked. Far below the time after which another
/// process sends what it finds marked.
const UNSENT: Duration = Duration::from_secs(10);
/// How often an owner is told that messages of a number wait.
const TELL_EVERY: Duration = Duration::from_hours(1);
/// Most calls of one number under way.
const IN_FLIGHT: usize = 256;

/// A message on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) part: Part,
    pub(crate) id: Id<Message>,
    pub(crate) integration: Id<Integration>,
    pub(crate) conversation: Id<Conversation>,
    pub(crate) contact: Id<Contact>,
    pub(crate) node: Option<String>,
    pub(crate) message: Outbound,
    pub(crate) address: Address,
    pub(crate) attempts: u32,
    /// It was refused in a way that is tried once more. Not durable: a restart costs one more attempt.
    pub(crate) once: bool,
    /// The store has it as sending already.
    pub(crate) marked: bool,
    /// Not before this, by [`chasqui_model::Clock::steady`].
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) queued_at: Timestamp,
}

/// A stored time to wait for, as one of the steady clock. A clock that was set meanwhile makes no wait longer than the
/// longest there is.
pub(crate) fn steady_due(clock: &Clock, due_at: Timestamp) -> Timestamp {
    clock.steady().after(due_at.since(clock.now()).min(send::LONGEST_PAUSE))
}

/// What the sender is told.
enum Input {
    /// Durable messages, in order.
    Queue(Vec<Outgoing>),
    /// Found at the start: their outcome is unknown.
    Unsettled(Vec<Outgoing>),
    /// A status webhook spoke of a message.
    Settled(Id<Message>),
    /// One that was to be waited for until `until` waits in the outbox again, not before `due_at` by the machine's clock.
    PutBack { id: Id<Message>, until: Timestamp, due_at: Option<Timestamp> },
    /// These were not waiting any more when their turn came.
    Gone(Vec<Id<Message>>),
    /// These could not be marked: the store is away. Nothing was sent.
    Unmarked(Vec<Id<Message>>),
    /// What came of attempts, written down.
    Recorded(Vec<Recorded>),
    /// An integration was changed, activated or given a new token.
    Changed(Id<Integration>),
    /// These parts are taken up, and nothing of them is here. Answer when all that was told before is known.
    CatchUp(Vec<Part>, oneshot::Sender<()>),
    /// Send nothing more for these parts; answer when their attempts are written down, and forget them.
    Close(Vec<Part>, oneshot::Sender<()>),
    /// These parts are another's now.
    Forget(Vec<Part>),
    /// Ask the store for news of messages whose outcome is unknown: another process may have heard of them.
    LookAtUnsettled,
    /// Begin nothing more; answer when that is so, and again when everything in hand is written down.
    Stop(oneshot::Sender<()>, oneshot::Sender<()>),
}

/// An attempt whose outcome is durable.
struct Recorded {
    id: Id<Message>,
    next: Next,
}

/// What follows from an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Next {
    /// The next message of the contact.
    Done,
    /// The same message, not before this.
    Again { due_at: Timestamp, once: bool },
    /// The same message, once the number may send again.
    PauseNumber(NumberRefusal),
    /// Wait for a status webhook until then; only then send again.
    Settle { until: Timestamp },
}

/// Why all messages of a number wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberPause {
    /// Until then.
    Until(Timestamp),
    /// Until it has another token or is changed.
    Token,
}

/// Why a number may not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberRefusal {
    /// Too fast, or Meta wants a rest: `usual` after the first refusal and more after each further one, and never less than
    /// Meta asks for.
    Slow { usual: Duration, at_least: Duration },
    /// Its token is dead.
    Token,
}

/// The way to the sender.
pub(crate) struct Deliver {
    inputs: mpsc::UnboundedSender<Input>,
    /// Messages whose outcome is unknown. Nearly always none: statuses then cost nothing here.
    unsettled: Arc<AtomicUsize>,
    queued: Arc<AtomicUsize>,
    traffic: Arc<Traffic>,
    /// Messages that are marked and were not sent, because their part was not ours for a moment, and since when.
    unsent: DashMap<Id<Message>, Timestamp>,
    /// Numbers whose owners were told that messages wait, and when.
    waits: DashMap<Id<Integration>, Timestamp>,
    /// People who took another number or user id while messages to them waited.
    moved: DashMap<Id<Contact>, Address>,
    /// Who acts on what is found out.
    act_on: ActOn,
}

/// Who would have to wait. A guess that is late by a moment costs time after a crash, never a message.
#[derive(Debug, Default)]
struct Traffic {
    /// Contacts with messages on their way or waiting, and how many.
    contacts: DashMap<Id<Contact>, usize>,
    /// Numbers that may not send now.
    stopped: DashMap<Id<Integration>, ()>,
    /// Messages of each number on their way or waiting.
    numbers: DashMap<Id<Integration>, usize>,
}

impl Traffic {
    fn leave(&self, integration: Id<Integration>, contact: Id<Contact>) {
        self.numbers.remove_if_mut(&integration, |_, messages| {
            *messages -= 1;
            *messages == 0
        });
        self.contacts.remove_if_mut(&contact, |_, messages| {
            *messages -= 1;
            *messages == 0
        });
    }
}

/// What [`Deliver::new`] leaves for [`run`].
pub(crate) struct Start {
    receiver: mpsc::UnboundedReceiver<Input>,
    sender: mpsc::UnboundedSender<Input>,
    unsettled: Arc<AtomicUsize>,
    queued: Arc<AtomicUsize>,
    traffic: Arc<Traffic>,
}

impl Deliver {
    /// `act_on`: who acts on what is found out.
    pub(crate) fn new(act_on: ActOn) -> (Self, Start) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let unsettled = Arc::new(AtomicUsize::new(0));
        let queued = Arc::new(AtomicUsize::new(0));
        let traffic = Arc::<Traffic>::default();
        let start = Start {
            traffic: Arc::clone(&traffic),
            receiver,
            sender: sender.clone(),
            unsettled: Arc::clone(&unsettled),
            queued: Arc::clone(&queued),
        };
        (
            Self {
                inputs: sender,
                unsettled,
                queued,
                traffic,
                unsent: DashMap::new(),
                waits: DashMap::new(),
                moved: DashMap::new(),
                act_on,
            },
            start,
        )
    }

    fn tell(&self, input: Input) {
        // An error means that the sender has stopped; everything is in the outbox for the next start.
        let _ = self.inputs.send(input);
    }

    /// Whether a message to a contact would go out at once. It can then be marked as sending in the transaction that
    /// writes it, which saves a commit of its own.
    pub(crate) fn goes_at_once(&self, integration: &Integration, contact: Id<Contact>) -> bool {
        integration.active
            && !self.traffic.contacts.contains_key(&contact)
            && !self.traffic.stopped.contains_key(&integration.id)
    }

    /// Whether so many messages of a number wait to be sent that more turns would only make more of them.
    pub(crate) fn is_behind(&self, integration: Id<Integration>) -> bool {
        self.traffic.numbers.get(&integration).is_some_and(|messages| *messages > AHEAD)
    }

    fn enter(&self, messages: &[Outgoing]) {
        for message in messages {
            *self.traffic.contacts.entry(message.contact).or_default() += 1;
            *self.traffic.numbers.entry(message.integration).or_default() += 1;
        }
    }

    /// Durable messages, in order.
    pub(crate) fn queue(&self, messages: Vec<Outgoing>) {
        self.enter(&messages);
        self.tell(Input::Queue(messages));
    }

    /// Messages found at the start that may have been sent.
    pub(crate) fn unsettled(&self, messages: Vec<Outgoing>) {
        self.enter(&messages);
        self.unsettled.fetch_add(messages.len(), Ordering::SeqCst);
        self.tell(Input::Unsettled(messages));
    }

    /// A status webhook spoke of a message: it was sent.
    pub(crate) fn settled(&self, id: Id<Message>) {
        if self.unsettled.load(Ordering::SeqCst) > 0 {
            self.tell(Input::Settled(id));
        }
    }

    /// A marked message is not sent now. Should its part be ours after all, it need not be settled.
    fn note_unsent(&self, id: Id<Message>, now: Timestamp) {
        self.unsent.retain(|_, since| now.since(*since) < UNSENT);
        self.unsent.insert(id, now);
    }

    /// Whether a marked message was not sent, for certain. Asked once.
    pub(crate) fn is_unsent(&self, id: Id<Message>, now: Timestamp) -> bool {
        self.unsent.remove(&id).is_some_and(|(_, since)| now.since(since) < UNSENT)
    }

    /// Messages of a number wait for long. `true`: its owner has not been told for a while.
    fn note_wait(&self, id: Id<Integration>, now: Timestamp) -> bool {
        let mut news = true;
        let told = self.waits.entry(id).and_modify(|at| news = now.since(*at) >= TELL_EVERY);
        *told.or_insert(now) = now;
        news
    }

    /// Whether the owner was told that messages of a number wait. Asked when something was sent.
    fn waited(&self, id: Id<Integration>) -> bool {
        !self.waits.is_empty() && self.waits.remove(&id).is_some()
    }

    /// A contact goes by another number or user id: what waits for them goes there.
    pub(crate) fn readdress(&self, contact: &Contact) {
        self.moved.retain(|contact, _| self.traffic.contacts.contains_key(contact));
        if self.traffic.contacts.contains_key(&contact.id) {
            self.moved.insert(contact.id, Address::of(contact));
        } else {
            self.moved.remove(&contact.id);
        }
    }

    /// The message with the address that its reader has since it was queued. `None`: it is the same.
    fn readdressed(&self, outgoing: &Outgoing) -> Option<Outgoing> {
        let Address { phone, user_id, .. } = self.moved.get(&outgoing.contact)?.clone();
        let address = Address { phone, user_id, ..outgoing.address.clone() };
        (address != outgoing.address).then(|| Outgoing { address, ..outgoing.clone() })
    }

    /// An integration was changed.
    pub(crate) fn changed(&self, id: Id<Integration>) {
        self.tell(Input::Changed(id));
    }

    /// Returns when all that was queued for these parts before they are taken up has been let go by.
    pub(crate) async fn catch_up(&self, parts: &[Part]) {
        let (reply, done) = oneshot::channel();
        self.tell(Input::CatchUp(parts.to_vec(), reply));
        let _ = done.await;
    }

    /// Finishes the attempts under way of these parts, begins no more, and forgets them.
    pub(crate) async fn close(&self, parts: &[Part]) {
        let (reply, done) = oneshot::channel();
        self.tell(Input::Close(parts.to_vec(), reply));
        let _ = done.await;
    }

    /// Forgets parts that are another's.
    pub(crate) fn forget(&self, parts: &[Part]) {
        self.tell(Input::Forget(parts.to_vec()));
    }

    /// Asks the store for news of messages whose outcome is unknown.
    pub(crate) fn look_at_unsettled(&self) {
        if self.unsettled.load(Ordering::SeqCst) > 0 {
            self.tell(Input::LookAtUnsettled);
        }
    }

    /// Messages that wait or are under way.
    pub(crate) fn waiting(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    /// Begins nothing more. What it answers is to be waited for: then everything in hand is written down.
    pub(crate) async fn stop(&self) -> oneshot::Receiver<()> {
        let ((stopped, has_stopped), (finished, has_finished)) = (oneshot::channel(), oneshot::channel());
        self.tell(Input::Stop(stopped, finished));
        // An error means that the sender is gone, which is what was asked for.
        let _ = has_stopped.await;
        has_finished
    }
}

/// A finished attempt on its way to be written down.
struct Attempt {
    /// `None`: there is nothing to write down, its outcome is unknown.
    sent: Option<Sent>,
    recorded: Recorded,
    /// What was found out. Nearly always nothing.
    facts: Vec<Fact>,
}

impl Attempt {
    /// With something that was found out.
    fn with(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }
}

//! Runs conversations. One mailbox a contact, worked off in order; contacts in parallel; numbers in turn, so that a
//! flood on one never delays another.

mod batch;
mod draft;
mod past;
mod record;
mod turn;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chasqui_flow::State;
use chasqui_model::Id;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_store::Feed;
use chasqui_store::inbox::Item;
use tokio::sync::{mpsc, oneshot};

use crate::Inner;

/// Most turns of one batch.
const BATCH: usize = 128;
/// Most batches under way. More than one, so that the engine works while a commit is on its way to the disk.
const BATCHES: usize = 4;
/// Above this much waiting work Meta is asked to come again later.
const OVERLOAD: usize = 250_000;
/// Conversations kept in memory between turns.
const KEPT: usize = 8192;

/// A contact's conversation in memory.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    pub(crate) contact: Contact,
    pub(crate) open: Option<Open>,
}

/// An open conversation. `conversation.state` is empty here; `state` is what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) conversation: Conversation,
    pub(crate) state: State,
}

/// A piece of work and how often it was tried.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) item: Item,
    pub(crate) attempts: u32,
}

/// One contact's share of a batch.
pub(crate) struct Job {
    pub(crate) contact: Id<Contact>,
    pub(crate) task: Task,
    pub(crate) live: Option<Box<Live>>,
}

/// What came of a job.
pub(crate) struct Finished {
    contact: Id<Contact>,
    /// As it is now; `None`: read it again.
    live: Option<Box<Live>>,
    /// To be tried again after a pause.
    again: Option<(Task, Duration)>,
}

enum Input {
    Finished(Vec<Finished>),
    Again(Id<Contact>),
    Stop(oneshot::Sender<()>),
}

/// The way to the conversations.
pub(crate) struct Converse {
    inputs: mpsc::UnboundedSender<Input>,
    waiting: Arc<AtomicUsize>,
}

/// What [`Converse::new`] leaves for [`run`].
pub(crate) struct Start {
    receiver: mpsc::UnboundedReceiver<Input>,
    sender: mpsc::UnboundedSender<Input>,
    waiting: Arc<AtomicUsize>,
}

impl Converse {
    pub(crate) fn new() -> (Self, Start) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let start = Start { receiver, sender: sender.clone(), waiting: Arc::clone(&waiting) };
        (Self { inputs: sender, waiting }, start)
    }

    /// Whether so much work waits that more is better kept at Meta.
    pub(crate) fn is_overloaded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > OVERLOAD
    }

    /// Pieces of work that wait or are under way.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Begins nothing more and answers when everything in hand is done.
    pub(crate) async fn stop(&self) {
        let (reply, done) = oneshot::channel();
        if self.inputs.send(Input::Stop(reply)).is_ok() {
            // An error means that the task is gone, which is what was asked for.
            let _ = done.await;
        }
    }
}

#[derive(Default)]
struct Mailbox {
    integration: Option<Id<Integration>>,
    queue: VecDeque<Task>,
    busy: bool,
    live: Option<Box<Live>>,
}

struct Dispatcher {
    rt: Arc<Inner>,
    sender: mpsc::UnboundedSender<Input>,
    waiting: Arc<AtomicUsize>,
    mailboxes: HashMap<Id<Contact>, Mailbox>,
    /// Contacts with work, a number.
    ready: HashMap<Id<Integration>, VecDeque<Id<Contact>>>,
    /// Numbers with ready contacts, in turn.
    ring: VecDeque<Id<Integration>>,
    running: usize,
    stopping: Option<oneshot::Sender<()>>,
}

/// Works until it is told to stop.
pub(crate) async fn run(rt: Arc<Inner>, start: Start, mut feed: Feed) {
    let Start { mut receiver, sender, waiting } = start;
    let mut it = Dispatcher {
        rt,
        sender,
        waiting,
        mailboxes: HashMap::new(),
        ready: HashMap::new(),
        ring: VecDeque::new(),
        running: 0,
        stopping: None,
    };
    loop {
        tokio::select! {
            biased;
            Some(input) = receiver.recv() => it.input(input),
            Some(item) = feed.recv() => it.post(item),
            else => break,
        }
        // Whatever else is there comes along before the next batch is made: full batches are cheap batches.
        while let Ok(input) = receiver.try_recv() {
            it.input(input);
        }
        for _ in 0..BATCH * 2 {
            match feed.try_recv() {
                Ok(item) => it.post(item),
                Err(_) => break,
            }
        }
        if it.stopping.is_none() {
            it.begin_batches();
        } else if it.running == 0 {
            break;
        }
    }
    if let Some(reply) = it.stopping {
        let _ = reply.send(());
    }
}

impl Dispatcher {
    fn input(&mut self, input: Input) {
        match input {
            Input::Finished(jobs) => {
                self.running -= 1;
                for job in jobs {
                    self.finish(job);
                }
                self.forget_idle();
            }
            Input::Again(contact) => {
                if let Some(mailbox) = self.mailboxes.get_mut(&contact) {
                    mailbox.busy = false;
                    self.make_ready(contact);
                }
            }
            Input::Stop(reply) => self.stopping = Some(reply),
        }
    }

    fn post(&mut self, item: Item) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let contact = item.contact;
        let mailbox = self.mailboxes.entry(contact).or_default();
        mailbox.integration = Some(item.integration);
        mailbox.queue.push_back(Task { item, attempts: 0 });
        if !mailbox.busy && mailbox.queue.len() == 1 {
            self.make_ready(contact);
        }
    }

    fn make_ready(&mut self, contact: Id<Contact>) {
        let Some(integration) = self.mailboxes.get(&contact).and_then(|mailbox| mailbox.integration) else {
            return;
        };
        let queue = self.ready.entry(integration).or_default();
        if queue.is_empty() {
            self.ring.push_back(integration);
        }
        queue.push_back(contact);
    }

    fn finish(&mut self, job: Finished) {
        let Some(mailbox) = self.mailboxes.get_mut(&job.contact) else { return };
        mailbox.live = job.live;
        let Some((task, pause)) = job.again else {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            mailbox.busy = false;
            if !mailbox.queue.is_empty() {
                self.make_ready(job.contact);
            }
            return;
        };
        // Stays busy, so that nothing overtakes it.
        mailbox.queue.push_front(task);
        let sender = self.sender.clone();
        self.rt.spawn(async move {
            tokio::time::sleep(pause).await;
            // An error means that the dispatcher has stopped; the work is still in the inbox.
            let _ = sender.send(Input::Again(job.contact));
        });
    }

    /// Memory stays bounded however many contacts there are: idle ones are read again when they write.
    fn forget_idle(&mut self) {
        let idle = self.mailboxes.len().saturating_sub(self.waiting.load(Ordering::Relaxed));
        if idle > KEPT {
            self.mailboxes.retain(|_, mailbox| mailbox.busy || !mailbox.queue.is_empty());
        }
    }

    fn begin_batches(&mut self) {
        while self.running < BATCHES {
            let jobs = self.next_batch();
            if jobs.is_empty() {
                return;
            }
            self.running += 1;
            let rt = Arc::clone(&self.rt);
            let sender = self.sender.clone();
            self.rt.spawn(async move {
                let finished = batch::run(&rt, jobs).await;
                let _ = sender.send(Input::Finished(finished));
            });
        }
    }

    /// Takes from the numbers in turn.
    fn next_batch(&mut self) -> Vec<Job> {
        let mut jobs = Vec::new();
        while jobs.len() < BATCH
            && let Some(integration) = self.ring.pop_front()
        {
            let Some(queue) = self.ready.get_mut(&integration) else { continue };
            let contact = queue.pop_front();
            if queue.is_empty() {
                self.ready.remove(&integration);
            } else {
                self.ring.push_back(integration);
            }
            let Some(contact) = contact else { continue };
            let Some(mailbox) = self.mailboxes.get_mut(&contact) else { continue };
            if let Some(task) = mailbox.queue.pop_front() {
                mailbox.busy = true;
                jobs.push(Job { contact, task, live: mailbox.live.take() });
            }
        }
        jobs
    }
}

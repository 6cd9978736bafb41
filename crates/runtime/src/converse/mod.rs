//! Runs conversations. One mailbox a contact, worked off in order; contacts in parallel; numbers in turn, so that a
//! flood on one never delays another.

mod backlog;
mod batch;
mod change;
mod commit;
mod compute;
mod finish;
mod idle;
mod mailbox;
mod prepare;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use backlog::Backlog;
use chasqui_flow::State;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::part::PARTS;
use chasqui_model::{Id, Part};
use chasqui_store::inbox::Item;
use chasqui_store::{Fed, Feed};
use mailbox::Mailbox;
use tokio::sync::{mpsc, oneshot};

use crate::Inner;

/// Most turns of one batch.
const BATCH: usize = 64;
/// Most batches under way. More than one, so that the engine works while a commit is on its way to the disk.
const BATCHES: usize = 3;
/// Most batches under way while a crowd of deliveries waits to be stored: what is stored is safe and can wait, and Meta
/// takes slow answers for failures.
const BATCHES_IN_A_CROWD: usize = 1;
/// Deliveries under way that are a crowd.
const CROWD: usize = 96;
/// How often numbers are looked at whose messages have to be sent first.
const LOOK: Duration = Duration::from_millis(50);
/// Work with more bytes than this is heavy from the start: reading it takes a while too.
const LARGE: usize = 64 * 1024;
/// Bytes of conversations that are kept in memory between turns: some 7,500 usual ones.
const KEPT: usize = 24 * 1024 * 1024;
/// What a mailbox and a conversation take without what a bot keeps in it.
const MAILBOX: usize = 1024;
const LIVE: usize = 2048;
/// Bytes that a state takes in memory for a byte that is written of it. Small values take more, long texts less.
const STATE: usize = 3;

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
    /// Bytes of the state when it was last written out.
    pub(crate) size: usize,
}

impl Live {
    /// About how many bytes of memory it takes.
    fn bytes(&self) -> usize {
        LIVE + self.open.as_ref().map_or(0, |open| open.size.saturating_mul(STATE))
    }
}

/// A piece of work and how often it was tried.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) item: Item,
    pub(crate) attempts: u32,
    /// How often its turn was computed from what was not so any more.
    pub(crate) stale: u32,
    /// It is, or may be, more work than turns may do beside each other.
    pub(crate) is_heavy: bool,
}

impl Task {
    pub(crate) fn new(item: Item) -> Self {
        let is_heavy = item.payload.len() > LARGE;
        Self { item, attempts: 0, stale: 0, is_heavy }
    }
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
    part: Part,
    /// Which piece of work it was.
    seq: i64,
    /// As it is now; `None`: read it again.
    live: Option<Box<Live>>,
    /// To be tried again after a pause.
    again: Option<(Task, Duration)>,
}

/// How a part stands with this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Standing {
    /// Another process's: its work is let go by.
    #[default]
    Away,
    /// Its waiting work is being read: what comes meanwhile is kept, and nothing begins.
    Gathering,
    /// Its work is done here.
    Open,
    /// Nothing begins any more.
    Closing,
}

enum Input {
    Finished(Vec<Finished>),
    /// Of the heavy work of an account.
    FinishedHeavy(Id<Account>, Finished),
    /// The pause before this piece of a contact's work is over.
    Again(Id<Contact>, i64),
    /// Keep what comes for these parts.
    Gather(Vec<Part>, oneshot::Sender<()>),
    /// All that waited for these parts is there: begin.
    Open(Vec<Part>, Vec<Item>),
    /// Work that was found in the store.
    Found(Vec<Item>),
    /// Begin nothing more for these parts; answer when nothing of theirs is in hand, and forget them.
    Close(Vec<Part>, oneshot::Sender<()>),
    /// Answer when this piece of a contact's work is done.
    Await(Part, Id<Contact>, i64, oneshot::Sender<()>),
    /// These parts are another's now.
    Forget(Vec<Part>),
    /// This contact was erased: nothing of them stays in memory.
    Erased(Id<Contact>),
    Stop(oneshot::Sender<()>),
}

/// The way to the conversations.
pub(crate) struct Converse {
    inputs: mpsc::UnboundedSender<Input>,
    backlog: Arc<Backlog>,
}

/// What [`Converse::new`] leaves for [`run`].
pub(crate) struct Start {
    receiver: mpsc::UnboundedReceiver<Input>,
    sender: mpsc::UnboundedSender<Input>,
    backlog: Arc<Backlog>,
}

impl Converse {
    pub(crate) fn new() -> (Self, Start) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let backlog = Arc::<Backlog>::default();
        let start = Start { receiver, sender: sender.clone(), backlog: Arc::clone(&backlog) };
        (Self { inputs: sender, backlog }, start)
    }

    /// Whether so much work waits, of all or of this account, that more is better kept at Meta.
    pub(crate) fn refuses(&self, account: Id<Account>) -> bool {
        self.backlog.refuses(account)
    }

    /// Pieces of work that wait or are under way.
    pub(crate) fn waiting(&self) -> usize {
        self.backlog.pieces()
    }

    fn tell(&self, input: Input) {
        // An error means that the dispatcher has stopped; all work is in the inbox for the next start.
        let _ = self.inputs.send(input);
    }

    /// Keeps what comes for these parts from here on; returns when nothing of theirs is in hand any more, should they have
    /// been open before. Then what waits is to be read, and given to [`Converse::open`].
    pub(crate) async fn gather(&self, parts: &[Part]) {
        let (reply, done) = oneshot::channel();
        self.tell(Input::Gather(parts.to_vec(), reply));
        let _ = done.await;
    }

    /// Begins with what waited and what came since [`Converse::gather`].
    pub(crate) fn open(&self, parts: &[Part], waiting: Vec<Item>) {
        self.tell(Input::Open(parts.to_vec(), waiting));
    }

    /// Work that was found in the store; what is known already is left out.
    pub(crate) fn found(&self, items: Vec<Item>) {
        self.tell(Input::Found(items));
    }

    /// Finishes what is in hand of these parts, begins nothing more, and forgets them.
    pub(crate) async fn close(&self, parts: &[Part]) {
        let (reply, done) = oneshot::channel();
        self.tell(Input::Close(parts.to_vec(), reply));
        let _ = done.await;
    }

    /// Forgets parts that are another's.
    pub(crate) fn forget(&self, parts: &[Part]) {
        self.tell(Input::Forget(parts.to_vec()));
    }

    /// A contact was erased: nothing of them stays in memory. What is under way for them finds no row and ends.
    pub(crate) fn erased(&self, contact: Id<Contact>) {
        self.tell(Input::Erased(contact));
    }

    /// Returns when a piece of a contact's work is done, committed or kept aside. `false`: it is another process's to do.
    pub(crate) async fn done(&self, part: Part, contact: Id<Contact>, seq: i64) -> bool {
        let (reply, done) = oneshot::channel();
        self.tell(Input::Await(part, contact, seq, reply));
        done.await.is_ok()
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

struct Dispatcher {
    rt: Arc<Inner>,
    sender: mpsc::UnboundedSender<Input>,
    backlog: Arc<Backlog>,
    /// When it was last looked at whose all of it is.
    judged: Option<Instant>,
    mailboxes: HashMap<Id<Contact>, Mailbox>,
    /// By number of the part.
    standing: Vec<Standing>,
    /// Jobs under way, by number of the part.
    in_hand: Vec<usize>,
    /// Bytes of the conversations in the mailboxes. Of those that are being worked on nothing is counted: they are few.
    held: usize,
    /// Who waits for parts to be closed.
    closing: Vec<(Vec<Part>, oneshot::Sender<()>)>,
    /// Who waits for what is in hand from the time before parts were lost.
    gathering: Vec<(Vec<Part>, oneshot::Sender<()>)>,
    /// Whoever waits for a piece of work to be done.
    awaited: HashMap<i64, (Part, oneshot::Sender<()>)>,
    /// Contacts with work, a number.
    ready: HashMap<Id<Integration>, VecDeque<Id<Contact>>>,
    /// Numbers with ready contacts, in turn.
    ring: VecDeque<Id<Integration>>,
    /// Numbers with ready contacts whose messages have to be sent first.
    parked: Vec<Id<Integration>>,
    running: usize,
    /// Heavy jobs under way, by account. While one has as many as it may, nothing of its numbers begins: whatever it asks of
    /// its bots waits for itself.
    heavy: HashMap<Id<Account>, usize>,
    stopping: Option<oneshot::Sender<()>>,
}

/// Works until it is told to stop.
pub(crate) async fn run(rt: Arc<Inner>, start: Start, mut feed: Feed) {
    let Start { mut receiver, sender, backlog } = start;
    let mut it = Dispatcher {
        rt,
        sender,
        backlog,
        judged: None,
        mailboxes: HashMap::new(),
        standing: vec![Standing::Away; usize::from(PARTS)],
        in_hand: vec![0; usize::from(PARTS)],
        held: 0,
        closing: Vec::new(),
        gathering: Vec::new(),
        awaited: HashMap::new(),
        ready: HashMap::new(),
        ring: VecDeque::new(),
        parked: Vec::new(),
        running: 0,
        heavy: HashMap::new(),
        stopping: None,
    };
    loop {
        tokio::select! {
            biased;
            Some(input) = receiver.recv() => it.input(input),
            Some(fed) = feed.recv() => it.fed(fed),
            () = tokio::time::sleep(LOOK), if !it.parked.is_empty() => {}
            () = tokio::time::sleep(backlog::LOOK), if it.backlog.refuses_any() => {}
            else => break,
        }
        // Whatever else is there comes along before the next batch is made: full batches are cheap batches.
        while let Ok(input) = receiver.try_recv() {
            it.input(input);
        }
        for _ in 0..BATCH * 2 {
            match feed.try_recv() {
                Ok(fed) => it.fed(fed),
                Err(_) => break,
            }
        }
        it.judge();
        if it.stopping.is_none() {
            it.begin_batches();
        } else if it.running == 0 && it.heavy.is_empty() {
            break;
        }
    }
    if let Some(reply) = it.stopping {
        let _ = reply.send(());
    }
}

impl Dispatcher {
    fn fed(&mut self, fed: Fed) {
        match fed {
            Fed::Item(item) => self.post(item),
            Fed::News(news) => self.rt.ownership.news(&self.rt, news),
        }
    }

    fn input(&mut self, input: Input) {
        match input {
            Input::Finished(jobs) => {
                self.running -= 1;
                for job in jobs {
                    self.finish(job);
                }
                self.closed();
                self.forget_idle();
            }
            Input::FinishedHeavy(account, job) => {
                if let Some(count) = self.heavy.get_mut(&account) {
                    *count -= 1;
                    if *count == 0 {
                        self.heavy.remove(&account);
                    }
                }
                self.finish(job);
                self.closed();
                self.forget_idle();
            }
            Input::Again(contact, seq) => {
                if self.mailboxes.get_mut(&contact).is_some_and(|mailbox| mailbox.resume(seq)) {
                    self.make_ready(contact);
                }
            }
            Input::Gather(parts, reply) => {
                self.stand(&parts, Standing::Gathering);
                self.gathering.push((parts, reply));
                self.closed();
            }
            Input::Open(parts, items) => {
                for item in items {
                    self.post(item);
                }
                self.stand(&parts, Standing::Open);
                let ready = self.mailboxes.iter().filter(|(_, it)| it.is_ready() && parts.contains(&it.part));
                let ready: Vec<_> = ready.map(|(contact, _)| *contact).collect();
                for contact in ready {
                    self.make_ready(contact);
                }
            }
            Input::Found(items) => items.into_iter().for_each(|item| self.post(item)),
            Input::Close(parts, reply) => {
                self.stand(&parts, Standing::Closing);
                self.closing.push((parts, reply));
                self.closed();
            }
            Input::Await(part, contact, seq, reply) => self.await_piece(part, contact, seq, reply),
            Input::Forget(parts) => self.forget(&parts),
            Input::Erased(contact) => self.erased(contact),
            Input::Stop(reply) => self.stopping = Some(reply),
        }
    }

    /// Answers when the piece is done; lets go of who asks for a part that is another's.
    fn await_piece(&mut self, part: Part, contact: Id<Contact>, seq: i64, reply: oneshot::Sender<()>) {
        match self.standing(part) {
            Standing::Away | Standing::Closing => return,
            Standing::Gathering | Standing::Open => {}
        }
        if self.mailboxes.get(&contact).is_some_and(|mailbox| mailbox.has_done(seq)) {
            let _ = reply.send(());
            return;
        }
        // Those who gave up waiting are many only where nobody else asks.
        self.awaited.retain(|_, (_, reply)| !reply.is_closed());
        self.awaited.insert(seq, (part, reply));
    }

    fn stand(&mut self, parts: &[Part], standing: Standing) {
        if standing != Standing::Closing {
            // Whoever waited for them to be closed would have them forgotten.
            self.closing.iter_mut().for_each(|(closing, _)| closing.retain(|part| !parts.contains(part)));
        }
        for part in parts {
            self.standing[usize::from(part.number())] = standing;
        }
    }

    fn standing(&self, part: Part) -> Standing {
        self.standing[usize::from(part.number())]
    }

    /// Answers those whose parts have nothing in hand any more.
    fn closed(&mut self) {
        let in_hand = &self.in_hand;
        let is_done = |parts: &[Part]| parts.iter().all(|part| in_hand[usize::from(part.number())] == 0);
        for (_, reply) in self.gathering.extract_if(.., |(parts, _)| is_done(parts)) {
            let _ = reply.send(());
        }
        let done: Vec<_> = self.closing.extract_if(.., |(parts, _)| is_done(parts)).collect();
        for (parts, reply) in done {
            self.forget(&parts);
            let _ = reply.send(());
        }
    }

    fn forget(&mut self, parts: &[Part]) {
        self.stand(parts, Standing::Away);
        self.awaited.retain(|_, (part, _)| !parts.contains(part));
        let (backlog, held) = (&self.backlog, &mut self.held);
        self.mailboxes.retain(|_, mailbox| {
            let stays = !parts.contains(&mailbox.part);
            if !stays {
                let waiting = mailbox.waiting();
                backlog.done(waiting.pieces);
                backlog.left(waiting.bytes);
                *held -= mailbox.held();
            }
            stays
        });
    }

    fn post(&mut self, item: Item) {
        let standing = self.standing(item.part);
        if standing == Standing::Away {
            return;
        }
        let contact = item.contact;
        let mailbox =
            self.mailboxes.entry(contact).or_insert_with(|| Mailbox::new(item.part, item.integration));
        let bytes = item.payload.len();
        if mailbox.put(item) {
            self.backlog.came();
            self.backlog.waits(bytes);
            if standing == Standing::Open && !mailbox.is_busy() && mailbox.len() == 1 {
                self.make_ready(contact);
            }
        }
    }

    fn make_ready(&mut self, contact: Id<Contact>) {
        let Some(integration) = self.mailboxes.get(&contact).map(|mailbox| mailbox.integration) else {
            return;
        };
        let queue = self.ready.entry(integration).or_default();
        if queue.is_empty() {
            self.ring.push_back(integration);
        }
        queue.push_back(contact);
    }

    fn finish(&mut self, job: Finished) {
        self.in_hand[usize::from(job.part.number())] -= 1;
        if job.again.is_none()
            && let Some((_, reply)) = self.awaited.remove(&job.seq)
        {
            // An error means that nobody waits any more.
            let _ = reply.send(());
        }
        // Of a mailbox that was forgotten meanwhile, and perhaps made anew, only the count is ours.
        let mailbox = self.mailboxes.get_mut(&job.contact).filter(|mailbox| mailbox.is_at(job.seq));
        let Some(mailbox) = mailbox else {
            self.backlog.done(1);
            return;
        };
        self.held += mailbox.keep(job.live);
        let Some((task, pause)) = job.again else {
            self.backlog.done(1);
            mailbox.finish();
            if mailbox.is_ready() {
                self.make_ready(job.contact);
            }
            return;
        };
        // Stays busy, so that nothing overtakes it.
        self.backlog.waits(task.item.payload.len());
        mailbox.put_back(task);
        let sender = self.sender.clone();
        self.rt.spawn(async move {
            tokio::time::sleep(pause).await;
            // An error means that the dispatcher has stopped; the work is still in the inbox.
            let _ = sender.send(Input::Again(job.contact, job.seq));
        });
    }

    /// Looks whose the waiting work is, while there is much of it.
    fn judge(&mut self) {
        if self.backlog.is_to_be_judged(self.judged) {
            self.judged = Some(Instant::now());
            let registry = &self.rt.registry;
            let account = |number| registry.get(number).map(|number| number.integration.account);
            let waiting = self.mailboxes.values().filter(|it| it.len() > 0);
            self.backlog.judge(waiting.map(|it| (account(it.integration), it.waiting())));
        }
    }

    /// Memory stays bounded however many and large conversations there are: idle ones are read again when somebody writes.
    fn erased(&mut self, contact: Id<Contact>) {
        let idle = self.mailboxes.get(&contact).is_some_and(|it| !it.is_busy() && it.len() == 0);
        if let Some(mailbox) = idle.then(|| self.mailboxes.remove(&contact)).flatten() {
            self.held -= mailbox.held();
        }
    }

    fn forget_idle(&mut self) {
        if self.held + self.mailboxes.len() * MAILBOX > KEPT {
            let registry = &self.rt.registry;
            let account = |number| registry.get(number).map(|number| number.integration.account);
            self.held -= idle::forget(&mut self.mailboxes, KEPT / 4 * 3, account);
        }
    }

    fn begin_batches(&mut self) {
        let (rt, heavy) = (&self.rt, &self.heavy);
        let may_go = |it: Id<Integration>| !rt.deliver.is_behind(it) && !has_its_share(rt, heavy, it);
        self.ring.extend(self.parked.extract_if(.., |integration| may_go(*integration)));
        let crowded = self.rt.receiving.load(Ordering::Relaxed) > CROWD;
        let most = if crowded { BATCHES_IN_A_CROWD } else { BATCHES };
        while self.running < most {
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
            if self.rt.deliver.is_behind(integration) || has_its_share(&self.rt, &self.heavy, integration) {
                self.parked.push(integration);
                continue;
            }
            let Some(queue) = self.ready.get_mut(&integration) else { continue };
            let contact = queue.pop_front();
            if queue.is_empty() {
                self.ready.remove(&integration);
            } else {
                self.ring.push_back(integration);
            }
            let Some(contact) = contact else { continue };
            let Some(mailbox) = self.mailboxes.get_mut(&contact) else { continue };
            if self.standing[usize::from(mailbox.part.number())] != Standing::Open {
                continue;
            }
            let held = mailbox.held();
            if let Some((task, live)) = mailbox.begin() {
                self.held -= held;
                self.backlog.left(task.item.payload.len());
                self.in_hand[usize::from(task.item.part.number())] += 1;
                let job = Job { contact, task, live };
                match self.rt.registry.get(integration).filter(|_| job.task.is_heavy) {
                    Some(number) => self.begin_heavy(number.integration.account, job),
                    None => jobs.push(job),
                }
            }
        }
        jobs
    }

    fn begin_heavy(&mut self, account: Id<Account>, job: Job) {
        *self.heavy.entry(account).or_default() += 1;
        let rt = Arc::clone(&self.rt);
        let sender = self.sender.clone();
        self.rt.spawn(async move {
            let finished = batch::run_heavy(&rt, account, job).await;
            let _ = sender.send(Input::FinishedHeavy(account, finished));
        });
    }
}

/// Whether the account of a number has as much heavy work under way as it may: what its threads do, and what is ready for
/// them.
fn has_its_share(rt: &Inner, heavy: &HashMap<Id<Account>, usize>, integration: Id<Integration>) -> bool {
    !heavy.is_empty()
        && rt.registry.get(integration).is_some_and(|number| {
            heavy.get(&number.integration.account).is_some_and(|count| *count > rt.heavy.share())
        })
}

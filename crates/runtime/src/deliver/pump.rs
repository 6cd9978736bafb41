//! The sender's loop: takes what may go from the numbers in turn, marks it, sends it, has it written down. Everything
//! that waits here waits by [`chasqui_model::Clock::steady`]: a machine's clock that is set must not hold messages back.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::Message;
use chasqui_model::{Id, Part, Timestamp};
use chasqui_store::outbox::Standing;
use tokio::sync::{mpsc, oneshot};

use super::line::Doing;
use super::outcome::{put_back, record, sort_out, unmark};
use super::queue::Queue;
use super::{
    Attempt, Input, Next, NumberPause, NumberRefusal, Outgoing, Recorded, Start, Traffic, send, steady_due,
};
use crate::Inner;

/// Most messages marked in one batch.
const BATCH: usize = 128;
/// Looks at the clock at least this often: a test clock moves without a sound.
const LOOK: Duration = Duration::from_millis(100);

struct Pump {
    rt: Arc<Inner>,
    sender: mpsc::UnboundedSender<Input>,
    attempts: mpsc::UnboundedSender<Attempt>,
    unsettled: Arc<std::sync::atomic::AtomicUsize>,
    queued: Arc<std::sync::atomic::AtomicUsize>,
    traffic: Arc<Traffic>,
    numbers: HashMap<Id<Integration>, Queue>,
    /// Numbers that may have something to send, in turn.
    ring: VecDeque<Id<Integration>>,
    in_ring: HashSet<Id<Integration>>,
    /// When to look at numbers again that cannot send now. Few, however many numbers there are.
    looks: HashMap<Id<Integration>, Timestamp>,
    under_way: HashMap<Id<Message>, (Id<Integration>, Id<Contact>)>,
    /// Who waits for parts to be closed.
    closing: Vec<(Vec<Part>, oneshot::Sender<()>)>,
    stopping: Option<(oneshot::Sender<()>, oneshot::Sender<()>)>,
}

/// Works until it is told to stop.
pub(crate) async fn run(rt: Arc<Inner>, start: Start) {
    let Start { mut receiver, sender, unsettled, queued, traffic } = start;
    let (attempts, finished) = mpsc::unbounded_channel();
    let (written, all_written) = oneshot::channel();
    rt.spawn(record(Arc::clone(&rt), finished, sender.clone(), written));
    let mut it = Pump {
        rt,
        sender,
        attempts,
        unsettled,
        queued,
        traffic,
        numbers: HashMap::new(),
        ring: VecDeque::new(),
        in_ring: HashSet::new(),
        looks: HashMap::new(),
        under_way: HashMap::new(),
        closing: Vec::new(),
        stopping: None,
    };
    loop {
        let wait =
            it.next_look().map_or(Duration::from_hours(1), |at| at.since(it.rt.clock.steady()).min(LOOK));
        tokio::select! {
            input = receiver.recv() => match input {
                Some(input) => it.input(input),
                None => break,
            },
            () = tokio::time::sleep(wait) => it.wake(),
        }
        while let Ok(input) = receiver.try_recv() {
            it.input(input);
        }
        it.closed();
        if it.stopping.is_some() {
            break;
        }
        it.send();
    }
    unmark(&it.rt, it.unbegun(None)).await;
    let Pump { stopping, attempts, .. } = it;
    // From here on only attempts that are under way can have something to be written down.
    drop(attempts);
    if let Some((stopped, finished)) = stopping {
        let _ = stopped.send(());
        let _ = all_written.await;
        let _ = finished.send(());
    }
}

impl Pump {
    fn number(&mut self, id: Id<Integration>) -> &mut Queue {
        let now = self.rt.clock.steady();
        let rt = &self.rt;
        self.numbers.entry(id).or_insert_with(|| {
            // By a clock that only moves when it is told to it would never fill.
            let held_for = rt.ownership.held_for(Part::of(id)).filter(|_| !rt.clock.is_stopped());
            let taken_up = held_for.map(|time| now.before(time));
            Queue::new(rt.registry.get(id).as_deref(), rt.config.pace_pairs, taken_up, now)
        })
    }

    fn in_turn(&mut self, id: Id<Integration>) {
        if self.in_ring.insert(id) {
            self.ring.push_back(id);
        }
    }

    fn input(&mut self, input: Input) {
        let now = self.rt.clock.steady();
        match input {
            Input::Queue(messages) => {
                for message in messages {
                    let id = message.integration;
                    if !self.rt.ownership.owns(message.part) {
                        // It is in the outbox, and the part's next owner finds it there.
                        if message.marked {
                            self.rt.deliver.note_unsent(message.id, now);
                        }
                        self.traffic.leave(message.integration, message.contact);
                        continue;
                    }
                    self.queued.fetch_add(1, Ordering::Relaxed);
                    self.number(id).push(message, now);
                    self.in_turn(id);
                }
            }
            Input::Unsettled(messages) => {
                self.queued.fetch_add(messages.len(), Ordering::Relaxed);
                let until = now.after(self.rt.config.settle_after);
                for message in messages {
                    self.under_way.insert(message.id, (message.integration, message.contact));
                    let id = message.integration;
                    self.number(id).push_unsettled(message, until, now);
                    self.in_turn(id);
                }
            }
            Input::Settled(id) => self.settled(id),
            Input::PutBack { id, until, due_at } => self.was_put_back(id, until, due_at),
            Input::Gone(ids) => ids.into_iter().for_each(|id| self.next_message(id)),
            Input::Unmarked(ids) => {
                let due_at = now.after(Duration::from_secs(1));
                for id in ids {
                    self.pause_line(id, due_at, false, false);
                }
            }
            Input::Recorded(recorded) => recorded.iter().for_each(|it| self.recorded(it)),
            Input::Changed(id) => {
                // Of a number that is not here there is nothing to try again.
                if let Some(number) = self.numbers.get_mut(&id) {
                    number.change(self.rt.registry.get(id).as_deref(), now);
                    self.in_turn(id);
                }
            }
            Input::CatchUp(parts, reply) => {
                self.forget(&parts);
                let _ = reply.send(());
            }
            Input::Close(parts, reply) => {
                let of_parts = |id: &Id<Integration>| parts.contains(&Part::of(*id));
                self.numbers.iter_mut().filter(|(id, _)| of_parts(id)).for_each(|(_, it)| it.closing = true);
                self.closing.push((parts, reply));
            }
            Input::Forget(parts) => self.forget(&parts),
            Input::LookAtUnsettled => self.look_at_unsettled(),
            Input::Stop(stopped, finished) => self.stopping = Some((stopped, finished)),
        }
    }

    /// Answers those whose parts have no attempt under way any more.
    fn closed(&mut self) {
        for (parts, reply) in std::mem::take(&mut self.closing) {
            let of_parts = |id: &Id<Integration>| parts.contains(&Part::of(*id));
            let settling = |number: &Queue| number.settling().count();
            let begun = self.numbers.iter().filter(|(id, _)| of_parts(id));
            if begun.map(|(_, number)| number.in_flight.saturating_sub(settling(number))).sum::<usize>() > 0 {
                self.closing.push((parts, reply));
                continue;
            }
            let unbegun = self.unbegun(Some(&parts));
            self.forget(&parts);
            let rt = Arc::clone(&self.rt);
            self.rt.spawn(async move {
                unmark(&rt, unbegun).await;
                let _ = reply.send(());
            });
        }
    }

    fn forget(&mut self, parts: &[Part]) {
        // Whoever waited for them to be closed would have them forgotten once more.
        self.closing.iter_mut().for_each(|(closing, _)| closing.retain(|part| !parts.contains(part)));
        let gone: Vec<_> =
            self.numbers.keys().filter(|id| parts.contains(&Part::of(**id))).copied().collect();
        for id in gone {
            let Some(number) = self.numbers.remove(&id) else { continue };
            self.unsettled.fetch_sub(number.settling().count(), Ordering::SeqCst);
            for message in number.messages() {
                self.traffic.leave(message.integration, message.contact);
                self.queued.fetch_sub(1, Ordering::Relaxed);
            }
            self.looks.remove(&id);
            self.traffic.stopped.remove(&id);
        }
        self.under_way.retain(|_, (id, _)| !parts.contains(&Part::of(*id)));
    }

    fn look_at_unsettled(&self) {
        let ids: Vec<_> = self
            .numbers
            .values()
            .flat_map(Queue::settling)
            .map(|(message, until)| ((message.part, message.id), until))
            .collect();
        let (rt, sender) = (Arc::clone(&self.rt), self.sender.clone());
        self.rt.spawn(async move {
            let (ids, untils): (Vec<_>, Vec<_>) = ids.into_iter().unzip();
            let Ok(standings) = rt.store.hot().standings(ids.clone()).await else { return };
            for (((_, id), until), standing) in ids.into_iter().zip(untils).zip(standings) {
                let _ = match standing {
                    Standing::Over => sender.send(Input::Settled(id)),
                    Standing::Waits(due_at) => sender.send(Input::PutBack { id, until, due_at }),
                    Standing::Sending => continue,
                };
            }
        });
    }

    fn recorded(&mut self, recorded: &Recorded) {
        match recorded.next {
            Next::Done => self.next_message(recorded.id),
            Next::Again { due_at, once } => {
                self.pause_line(recorded.id, due_at, true, once);
            }
            Next::PauseNumber(refusal) => self.pause_number(recorded.id, refusal),
            Next::Settle { until } => self.settle(recorded.id, until),
        }
    }

    fn is_settling(&mut self, integration: Id<Integration>, contact: Id<Contact>) -> bool {
        let line = self.number(integration).line(contact);
        line.is_some_and(|line| matches!(line.doing, Doing::Settling { .. }))
    }

    /// An attempt is over: its own, or one from before the part was lost and taken again, which is still waited for.
    fn ends(&mut self, id: Id<Message>) -> Option<(Id<Integration>, Id<Contact>)> {
        let (integration, contact) = self.under_way.remove(&id)?;
        if self.is_settling(integration, contact) {
            self.unsettled.fetch_sub(1, Ordering::SeqCst);
        }
        Some((integration, contact))
    }

    /// The message is dealt with; the contact's next one may go.
    fn next_message(&mut self, id: Id<Message>) {
        let Some((integration, contact)) = self.ends(id) else { return };
        let number = self.number(integration);
        number.in_flight = number.in_flight.saturating_sub(1);
        number.refusals = 0;
        if number.remove(contact, id).is_some() {
            self.traffic.leave(integration, contact);
            self.queued.fetch_sub(1, Ordering::Relaxed);
        }
        self.in_turn(integration);
    }

    /// `once`: it was refused in a way that is tried once more.
    fn pause_line(&mut self, id: Id<Message>, due_at: Timestamp, counts: bool, once: bool) {
        let Some((integration, contact)) = self.ends(id) else { return };
        let number = self.number(integration);
        number.in_flight = number.in_flight.saturating_sub(1);
        if let Some(message) = number.line(contact).and_then(|line| line.queue.front_mut()) {
            message.attempts += u32::from(counts);
            message.once |= once;
            message.marked = false;
            message.due_at = Some(due_at);
        }
        number.set(contact, Doing::Pausing { until: due_at });
        self.in_turn(integration);
    }

    fn pause_number(&mut self, id: Id<Message>, refusal: NumberRefusal) {
        let now = self.rt.clock.steady();
        let Some((integration, contact)) = self.ends(id) else { return };
        let number = self.number(integration);
        number.in_flight = number.in_flight.saturating_sub(1);
        match refusal {
            NumberRefusal::Token => number.pause(NumberPause::Token),
            NumberRefusal::Slow { usual, at_least } => number.back_off(usual, at_least, now),
        }
        if let Some(message) = number.line(contact).and_then(|line| line.queue.front_mut()) {
            message.attempts += u32::from(refusal != NumberRefusal::Token);
            message.marked = false;
            message.due_at = None;
        }
        number.set(contact, Doing::Idle);
        self.in_turn(integration);
    }

    /// Nobody knows whether it was sent: the line waits for a status webhook, the number goes on.
    fn settle(&mut self, id: Id<Message>, until: Timestamp) {
        let Some((integration, contact)) = self.under_way.get(&id).copied() else { return };
        if self.is_settling(integration, contact) {
            return;
        }
        self.unsettled.fetch_add(1, Ordering::SeqCst);
        self.number(integration).set(contact, Doing::Settling { until });
        self.in_turn(integration);
    }

    /// A status webhook spoke of it: it was sent.
    fn settled(&mut self, id: Id<Message>) {
        let Some((integration, contact)) = self.under_way.get(&id).copied() else { return };
        if self.is_settling(integration, contact) {
            self.next_message(id);
        }
    }

    /// A former owner of its part, who had it on its way, has put it back: it need not be waited for. `until`: so that what
    /// was seen of one attempt is not taken for news of the next.
    fn was_put_back(&mut self, id: Id<Message>, until: Timestamp, due_at: Option<Timestamp>) {
        let Some((integration, contact)) = self.under_way.get(&id).copied() else { return };
        if self.number(integration).line(contact).is_some_and(|line| line.doing == Doing::Settling { until })
        {
            let due_at = due_at.map_or(self.rt.clock.steady(), |due_at| steady_due(&self.rt.clock, due_at));
            self.pause_line(id, due_at, false, false);
        }
    }

    /// Lines whose time has come. A message that no status came for is put back into the queue and sent again.
    fn wake(&mut self) {
        let now = self.rt.clock.steady();
        // While the store was away, statuses were refused, and Meta tells them again a while later.
        let settle_after = self.rt.config.settle_after;
        let is_early = self.rt.ownership.was_away_within(settle_after);
        let due: Vec<_> = self.looks.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for id in due {
            for contact in self.number(id).wake(now) {
                let number = self.number(id);
                if is_early {
                    number.set(contact, Doing::Settling { until: now.after(settle_after) });
                    continue;
                }
                let message = number.line(contact).and_then(|line| line.queue.front()).cloned();
                number.set(contact, Doing::Sending);
                if let Some(message) = message {
                    self.unsettled.fetch_sub(1, Ordering::SeqCst);
                    metrics::counter!("chasqui_sends_repeated_total").increment(1);
                    // An error means that the recorder is gone with the process.
                    let _ = self.attempts.send(put_back(&self.rt, &message));
                }
            }
            self.in_turn(id);
        }
    }

    fn next_look(&self) -> Option<Timestamp> {
        self.looks.values().min().copied()
    }

    /// Takes what may go, a message a number in turn, and sends it in batches.
    fn send(&mut self) {
        let now = self.rt.clock.steady();
        let mut batch = Vec::new();
        while let Some(id) = self.ring.pop_front() {
            self.in_ring.remove(&id);
            let received = self.rt.registry.get(id).map_or(0, |number| number.take_received());
            let Some(message) = self.number(id).take(received, now) else {
                self.note(id, now);
                continue;
            };
            self.under_way.insert(message.id, (id, message.contact));
            self.in_turn(id);
            if message.marked {
                self.attempt(message);
            } else {
                batch.push(message);
            }
            if batch.len() == BATCH {
                self.spawn(std::mem::take(&mut batch));
            }
        }
        if !batch.is_empty() {
            self.spawn(batch);
        }
    }

    /// A number has nothing more that may go now: when to look at it again, and whether it could send more if it had more.
    fn note(&mut self, id: Id<Integration>, now: Timestamp) {
        let number = self.number(id);
        number.tidy(now);
        let (look, could_send) = (number.next_look(now), number.could_send(now));
        match look {
            Some(at) => self.looks.insert(id, at),
            None => self.looks.remove(&id),
        };
        if could_send {
            self.traffic.stopped.remove(&id);
        } else {
            self.traffic.stopped.insert(id, ());
        }
    }

    fn attempt(&self, message: Outgoing) {
        let rt = Arc::clone(&self.rt);
        let attempts = self.attempts.clone();
        self.rt.spawn(async move {
            attempt(&rt, &message, &attempts).await;
        });
    }

    /// Messages that are marked and have not begun, of these parts or of all.
    fn unbegun(&self, parts: Option<&[Part]>) -> Vec<(Part, Id<Message>)> {
        let marked = self.numbers.values().flat_map(Queue::marked);
        let unbegun = marked.filter(|it| !self.under_way.contains_key(&it.id));
        let wanted = unbegun.filter(|it| parts.is_none_or(|parts| parts.contains(&it.part)));
        wanted.map(|it| (it.part, it.id)).collect()
    }

    fn spawn(&self, batch: Vec<Outgoing>) {
        let rt = Arc::clone(&self.rt);
        let sender = self.sender.clone();
        let attempts = self.attempts.clone();
        self.rt.spawn(async move {
            let marks = batch.iter().map(|message| (message.part, message.id)).collect();
            let marked = match rt.store.hot().mark_sending(marks, rt.clock.now()).await {
                Ok(marked) => marked,
                Err(error) => {
                    tracing::error!(%error, "messages could not be marked as sending");
                    let _ = sender.send(Input::Unmarked(batch.iter().map(|message| message.id).collect()));
                    return;
                }
            };
            let mut gone = Vec::new();
            for (message, marked) in batch.into_iter().zip(marked) {
                if !marked {
                    gone.push(message);
                    continue;
                }
                let shared = Arc::clone(&rt);
                let attempts = attempts.clone();
                rt.spawn(async move {
                    attempt(&shared, &message, &attempts).await;
                });
            }
            if !gone.is_empty() {
                sort_out(&rt, &sender, &attempts, gone).await;
            }
        });
    }
}

/// Sends a message, has acted on what was found out, and has the outcome written down.
async fn attempt(rt: &Arc<Inner>, message: &Outgoing, attempts: &mpsc::UnboundedSender<Attempt>) {
    let mut attempt = send::attempt(rt, message).await;
    for fact in attempt.facts.drain(..) {
        (rt.deliver.act_on)(rt, fact).await;
    }
    // An error means that the recorder is gone with the process.
    let _ = attempts.send(attempt);
}

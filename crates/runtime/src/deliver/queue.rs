//! A number's lines and its pace.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::message::Message;
use chasqui_model::state::ThroughputLevel;
use chasqui_model::{Id, Timestamp};

use super::line::{Doing, Line};
use super::pace::Bucket;
use super::send::{LONGEST_PAUSE, spread};
use super::{IN_FLIGHT, NumberPause, Outgoing};
use crate::registry;

/// What Meta allows a number unless its level says more
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput>).
const STANDARD: u32 = 80;
/// What Meta allows a number of level HIGH.
const HIGH: u32 = 1000;
/// Lines that are kept although they are empty, for their pacing.
const KEPT_LINES: usize = 4096;
const TIDY_EVERY: Duration = Duration::from_secs(1);

/// Messages of one number.
pub(super) struct Queue {
    lines: HashMap<Id<Contact>, Line>,
    /// Lines whose first message can go, in the order in which they became so.
    ready: VecDeque<Id<Contact>>,
    /// Lines that wait for a time.
    later: BTreeSet<(Timestamp, Id<Contact>)>,
    bucket: Bucket,
    rate: u32,
    paced_pairs: bool,
    pub(super) in_flight: usize,
    pause: Option<NumberPause>,
    pub(super) active: bool,
    /// Its part is being handed over: nothing begins.
    pub(super) closing: bool,
    /// Refusals of the whole number in a row.
    pub(super) refusals: u32,
    tidied: Timestamp,
}

/// How fast a number sends.
fn rate(number: &registry::Number) -> u32 {
    let integration = &number.integration;
    match integration.settings.throughput {
        Some(throughput) => throughput.messages_per_second.max(1),
        None if integration.phone.throughput_level == Some(ThroughputLevel::High) => HIGH,
        None => STANDARD,
    }
}

impl Queue {
    /// `taken_up`: since when it is sent for here, when another process may have sent for it before.
    pub(super) fn new(
        number: Option<&registry::Number>,
        paced_pairs: bool,
        taken_up: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let rate = number.map_or(STANDARD, rate);
        Self {
            lines: HashMap::new(),
            ready: VecDeque::new(),
            later: BTreeSet::new(),
            bucket: match taken_up {
                // What the process before had left of its burst, nobody knows.
                Some(since) => Bucket::empty(rate, rate.saturating_mul(1000), since),
                None => Bucket::new(rate, rate.saturating_mul(1000), now),
            },
            rate,
            paced_pairs,
            in_flight: 0,
            pause: None,
            active: number.is_some_and(|number| number.integration.active),
            closing: false,
            refusals: 0,
            tidied: now,
        }
    }

    /// The integration was changed: try again what waited for that.
    pub(super) fn change(&mut self, number: Option<&registry::Number>, now: Timestamp) {
        self.active = number.is_some_and(|number| number.integration.active);
        self.pause = None;
        self.refusals = 0;
        let rate = number.map_or(STANDARD, rate);
        if rate != self.rate {
            self.rate = rate;
            self.bucket = Bucket::new(rate, rate.saturating_mul(1000), now);
        }
    }

    pub(super) fn push(&mut self, message: Outgoing, now: Timestamp) {
        let contact = message.contact;
        let paced = self.paced_pairs;
        let line = self.lines.entry(contact).or_insert_with(|| Line::new(paced, now));
        line.queue.push_back(message);
        if line.queue.len() == 1 && line.doing == Doing::Idle {
            self.ready.push_back(contact);
        }
    }

    /// Found at the start: may have been sent.
    pub(super) fn push_unsettled(&mut self, message: Outgoing, until: Timestamp, now: Timestamp) {
        let contact = message.contact;
        let paced = self.paced_pairs;
        let line = self.lines.entry(contact).or_insert_with(|| Line::new(paced, now));
        line.queue.push_back(message);
        self.in_flight += 1;
        self.set(contact, Doing::Settling { until });
    }

    pub(super) fn line(&mut self, contact: Id<Contact>) -> Option<&mut Line> {
        self.lines.get_mut(&contact)
    }

    /// Changes what a line does, and where it is found for it.
    pub(super) fn set(&mut self, contact: Id<Contact>, doing: Doing) {
        let Some(line) = self.lines.get_mut(&contact) else { return };
        match line.doing {
            Doing::Pausing { until } | Doing::Settling { until } => {
                self.later.remove(&(until, contact));
            }
            Doing::Idle => self.ready.retain(|ready| *ready != contact),
            Doing::Sending => {}
        }
        line.doing = doing;
        match doing {
            Doing::Pausing { until } | Doing::Settling { until } => {
                self.later.insert((until, contact));
            }
            Doing::Idle if !line.queue.is_empty() => self.ready.push_back(contact),
            Doing::Idle | Doing::Sending => {}
        }
    }

    /// A message is dealt with. When it was its contact's first one, the next one's turn has come. Answers it.
    pub(super) fn remove(&mut self, contact: Id<Contact>, id: Id<Message>) -> Option<Outgoing> {
        let queue = &mut self.lines.get_mut(&contact)?.queue;
        let position = queue.iter().position(|message| message.id == id)?;
        let message = queue.remove(position);
        if position == 0 {
            self.set(contact, Doing::Idle);
        }
        message
    }

    /// Lines whose time has come. Those that settled in vain are answered; the others are ready.
    pub(super) fn wake(&mut self, now: Timestamp) -> Vec<Id<Contact>> {
        let mut unsettled = Vec::new();
        while let Some(&(at, contact)) = self.later.first()
            && at <= now
        {
            match self.lines.get(&contact).map(|line| line.doing) {
                Some(Doing::Settling { .. }) => {
                    self.later.remove(&(at, contact));
                    unsettled.push(contact);
                }
                Some(Doing::Pausing { .. }) => self.set(contact, Doing::Idle),
                Some(Doing::Idle | Doing::Sending) | None => {
                    self.later.remove(&(at, contact));
                }
            }
        }
        unsettled
    }

    /// The next message that may go now, with its line marked as sending. `None`: nothing may.
    pub(super) fn take(&mut self, received: u32, now: Timestamp) -> Option<Outgoing> {
        self.bucket.charge(received, now);
        if !self.may_send(now) {
            return None;
        }
        while let Some(contact) = self.ready.front().copied() {
            let Some(line) = self.lines.get_mut(&contact) else {
                self.ready.pop_front();
                continue;
            };
            if let Err(until) = line.take_turn(now) {
                self.ready.pop_front();
                line.doing = Doing::Pausing { until };
                self.later.insert((until, contact));
                continue;
            }
            if self.bucket.take(now).is_err() {
                line.put_back();
                return None;
            }
            self.ready.pop_front();
            line.doing = Doing::Sending;
            self.in_flight += 1;
            return line.queue.front().cloned();
        }
        None
    }

    fn may_send(&mut self, now: Timestamp) -> bool {
        if let Some(NumberPause::Until(until)) = self.pause
            && until <= now
        {
            self.pause = None;
        }
        self.active && !self.closing && self.pause.is_none() && self.in_flight < IN_FLIGHT
    }

    /// Whether it would send a message now, if it had one that need not wait for its contact.
    pub(super) fn could_send(&mut self, now: Timestamp) -> bool {
        self.may_send(now) && self.bucket.clone().take(now).is_ok()
    }

    /// Its messages, sent or not.
    pub(super) fn messages(&self) -> impl Iterator<Item = &Outgoing> {
        self.lines.values().flat_map(|line| &line.queue)
    }

    /// Messages whose outcome is unknown, and until when they are waited for.
    pub(super) fn settling(&self) -> impl Iterator<Item = (&Outgoing, Timestamp)> {
        self.lines.values().filter_map(|line| match line.doing {
            Doing::Settling { until } => Some((line.queue.front()?, until)),
            Doing::Idle | Doing::Sending | Doing::Pausing { .. } => None,
        })
    }

    /// Messages that the store has as sending, begun or not.
    pub(super) fn marked(&self) -> impl Iterator<Item = &Outgoing> {
        self.lines.values().filter_map(|line| line.queue.front()).filter(|message| message.marked)
    }

    pub(super) fn pause(&mut self, pause: NumberPause) {
        self.pause = match (self.pause, pause) {
            (Some(NumberPause::Token), _) | (_, NumberPause::Token) => Some(NumberPause::Token),
            (Some(NumberPause::Until(a)), NumberPause::Until(b)) => Some(NumberPause::Until(a.max(b))),
            (None, pause) => Some(pause),
        };
    }

    /// When to look again although nothing new happens.
    pub(super) fn next_look(&self, now: Timestamp) -> Option<Timestamp> {
        let later = self.later.first().map(|(at, _)| *at);
        let ready = (!self.ready.is_empty() && self.active).then_some(()).and_then(|()| match self.pause {
            Some(NumberPause::Token) => None,
            Some(NumberPause::Until(until)) => Some(until),
            None if self.in_flight >= IN_FLIGHT => None,
            None => self.bucket.clone().take(now).err(),
        });
        later.into_iter().chain(ready).min()
    }

    /// Forgets contacts that there is nothing to remember of, now and then.
    pub(super) fn tidy(&mut self, now: Timestamp) {
        if self.lines.len() > KEPT_LINES && now.since(self.tidied) >= TIDY_EVERY {
            self.tidied = now;
            self.lines.retain(|_, line| !line.is_done(now) || line.doing != Doing::Idle);
        }
    }

    /// After a refusal of the whole number: waits for `usual`, then twice as long, and so on, up to a limit, each time spread
    /// so that numbers of one app do not come back together; and never less than Meta asks for. Messages that were under way
    /// together are refused together; that is one refusal.
    pub(super) fn back_off(&mut self, usual: Duration, at_least: Duration, now: Timestamp) {
        if matches!(self.pause, Some(NumberPause::Until(until)) if until > now) {
            return;
        }
        let longest = LONGEST_PAUSE.min(usual.saturating_mul(60));
        let pause = usual.saturating_mul(1 << self.refusals.min(10)).min(longest);
        self.refusals = self.refusals.saturating_add(1);
        self.pause(NumberPause::Until(now.after(spread(pause).max(at_least))));
    }
}

#[cfg(test)]
mod tests {
    use chasqui_model::message::outbound::Content;
    use chasqui_model::{Clock, Part};

    use super::*;
    use crate::address::Address;

    const START: Timestamp = Timestamp::from_seconds(1_000_000);

    fn message(clock: &Clock, contact: Id<Contact>) -> Outgoing {
        Outgoing {
            part: Part::of(Id::from_bytes([1; 16])),
            id: clock.id(),
            integration: Id::from_bytes([1; 16]),
            conversation: Id::from_bytes([2; 16]),
            contact,
            node: None,
            message: Content::Text { body: "hi".into(), preview_url: false }.into(),
            address: Address { phone: None, user_id: None, last_inbound_at: None, name: None },
            attempts: 0,
            once: false,
            marked: false,
            due_at: None,
            queued_at: START,
        }
    }

    fn number() -> (Queue, Clock) {
        let mut number = Queue::new(None, true, None, START);
        number.active = true;
        (number, Clock::stopped(START))
    }

    #[test]
    fn the_next_message_waits_for_the_one_before_it() {
        let (mut number, clock) = number();
        let ana = Id::from_bytes([3; 16]);
        let (first, second) = (message(&clock, ana), message(&clock, ana));
        number.push(first.clone(), START);
        number.push(second.clone(), START);
        assert_eq!(number.take(0, START).map(|it| it.id), Some(first.id));
        assert!(number.take(0, START).is_none());
        number.in_flight -= 1;
        number.remove(ana, first.id);
        assert_eq!(number.take(0, START).map(|it| it.id), Some(second.id));
    }

    #[test]
    fn a_contact_that_must_wait_does_not_hold_others_back() {
        let (mut number, clock) = number();
        let (ana, ben) = (Id::from_bytes([3; 16]), Id::from_bytes([4; 16]));
        let later = START.after(Duration::from_secs(10));
        number.push(message(&clock, ana), START);
        assert!(number.take(0, START).is_some());
        number.set(ana, Doing::Pausing { until: later });
        let bens = message(&clock, ben);
        number.push(bens.clone(), START);
        assert_eq!(number.take(0, START).map(|it| it.id), Some(bens.id));
        assert_eq!(number.next_look(START), Some(later));
        assert!(number.wake(later).is_empty());
        assert_eq!(number.take(0, later).map(|it| it.contact), Some(ana));
    }

    #[test]
    fn a_dead_token_holds_everything_until_a_change() {
        let (mut number, clock) = number();
        number.push(message(&clock, Id::from_bytes([3; 16])), START);
        number.pause(NumberPause::Token);
        number.pause(NumberPause::Until(START));
        assert!(number.take(0, START.after(Duration::from_hours(1))).is_none());
        number.change(None, START);
        number.active = true;
        assert!(number.take(0, START).is_some());
    }

    #[test]
    fn pauses_of_a_number_grow_and_are_never_shorter_than_meta_asks() {
        let (mut number, _) = number();
        let mut now = START;
        let pauses: Vec<_> = (0..12)
            .map(|_| {
                number.back_off(Duration::from_mins(1), Duration::ZERO, now);
                // Refused together: one refusal.
                number.back_off(Duration::from_mins(1), Duration::ZERO, now);
                let Some(NumberPause::Until(until)) = number.pause else { panic!() };
                let pause = until.since(now);
                now = until;
                number.pause = None;
                pause
            })
            .collect();
        assert!(pauses[0] < Duration::from_mins(2) && pauses[3] > Duration::from_mins(4), "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_mins(20)), "{pauses:?}");
        number.back_off(Duration::from_secs(1), Duration::from_hours(2), now);
        assert_eq!(number.pause, Some(NumberPause::Until(now.after(Duration::from_hours(2)))));
    }

    #[test]
    fn a_number_that_changes_hands_gets_no_second_burst() {
        let sends = |number: &mut Queue, clock: &Clock, at: Timestamp| {
            for n in 0..=255 {
                number.push(message(clock, Id::from_bytes([n; 16])), at);
            }
            std::iter::from_fn(|| number.take(0, at)).count()
        };
        let (mut before, clock) = number();
        assert_eq!(sends(&mut before, &clock, START), STANDARD as usize);
        let taken_up = START.after(Duration::from_millis(100));
        let mut after = Queue::new(None, true, Some(taken_up), taken_up);
        after.active = true;
        assert_eq!(sends(&mut after, &clock, taken_up), 0);
        let later = taken_up.after(Duration::from_millis(500));
        assert_eq!(std::iter::from_fn(|| after.take(0, later)).count(), STANDARD as usize / 2);
        // One that nobody writes to for a while may send as much at once as any.
        let mut idle = Queue::new(None, true, Some(taken_up), taken_up.after(Duration::from_secs(9)));
        idle.active = true;
        let much_later = taken_up.after(Duration::from_secs(9));
        assert_eq!(sends(&mut idle, &clock, much_later), STANDARD as usize);
    }

    #[test]
    fn inbound_messages_count_against_the_rate() {
        let (mut number, clock) = number();
        for n in 0..=255 {
            number.push(message(&clock, Id::from_bytes([n; 16])), START);
        }
        let mut sent = 0;
        let mut received = 30;
        while number.take(received, START).is_some() {
            sent += 1;
            received = 0;
        }
        assert_eq!(sent, STANDARD - 30);
    }

    #[test]
    fn an_unknown_outcome_blocks_its_contact_only() {
        let (mut number, clock) = number();
        let (ana, ben) = (Id::from_bytes([3; 16]), Id::from_bytes([4; 16]));
        let until = START.after(Duration::from_secs(30));
        number.push_unsettled(message(&clock, ana), until, START);
        number.push(message(&clock, ana), START);
        number.push(message(&clock, ben), START);
        assert_eq!(number.take(0, START).map(|it| it.contact), Some(ben));
        assert!(number.take(0, START).is_none());
        assert_eq!(number.wake(until), vec![ana]);
    }
}

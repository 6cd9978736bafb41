//! The ledger: writes down what Meta's side saw, and judges the five laws by that alone. It never asks the server.
//!
//! Order is told by a counter of what happened, not by a clock: an entry with a smaller number was there before.

mod laws;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use chasqui_model::{Clock, Timestamp};

use crate::mark::Mark;

pub use laws::{Law, Verdict};

/// The place of an entry among all.
type Tick = u64;

/// What became of a call to send a message, as the stand-in knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Taken, and the answer given.
    Taken,
    /// Taken, and the answer lost on purpose: cut, unreadable or too late.
    TakenUnheard,
    /// Not taken, and the caller cannot know it: the connection was cut before.
    Vanished,
    /// Refused for now.
    Refused,
    /// Refused for good: the record of the failure is all that can follow.
    RefusedForGood,
}

/// A call to send a message, as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// `biz_opaque_callback_data`: the server's name for the message.
    pub callback: &'a str,
    /// The mark in the text.
    pub mark: Option<Mark>,
    /// The number it left through, told by the path.
    pub number: usize,
    /// Whether the token is that number's.
    pub authorised: bool,
    /// Who it is for: digits.
    pub to: &'a str,
    /// Which life of the server asked: what one life heard, the next does not know.
    pub life: u32,
}

/// A message that a contact sent.
#[derive(Debug)]
struct Inbound {
    first_try: Option<Tick>,
    acknowledged: Option<Tick>,
    /// The contact's message that stood before it in the only body that it was first sent in.
    behind: Option<u32>,
    /// Messages that were taken for it, by the server's names, in the order of their first taking.
    effects: Vec<(Box<str>, Tick)>,
    refused_for_good: bool,
}

impl Inbound {
    fn is_open(&self) -> bool {
        self.effects.is_empty() && !self.refused_for_good
    }
}

#[derive(Debug)]
struct Contact {
    number: usize,
    phone: u64,
    inbound: Vec<Inbound>,
}

/// A message of the server's, over all calls for it.
#[derive(Debug, Default)]
struct Sent {
    calls: u32,
    taken: Vec<Taken>,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    life: u32,
    /// For people, who compare it with logs.
    at: Timestamp,
    heard: bool,
    /// Whether the server answered 200 to a status of it, then or later.
    told: bool,
}

/// A status of a message: the server's name for it, and which of its takings it is about, from 0. One name that was taken
/// twice is two messages for Meta.
pub type Told = (Box<str>, usize);

/// Everything that was seen.
#[derive(Debug, Default)]
pub struct Ledger {
    tick: Tick,
    contacts: Vec<Contact>,
    sent: HashMap<Box<str>, Sent>,
    /// Replies without a mark that is known, through a wrong number, with a wrong token, or to somebody else.
    strays: Vec<String>,
    /// Answers to deliveries, by HTTP status; 0 for none.
    answers: BTreeMap<u16, u64>,
    calls: BTreeMap<&'static str, u64>,
    taken: u64,
    acknowledged: u64,
    /// Lives that had the time to write down what they heard, so that the others know it.
    remembering: HashSet<u32>,
    /// Numbers whose messages cannot all be answered before a run's end.
    aside: HashSet<usize>,
}

impl Ledger {
    fn tick(&mut self) -> Tick {
        self.tick += 1;
        self.tick
    }

    /// A contact who will write to a number.
    pub fn add_contact(&mut self, number: usize, phone: u64) -> u32 {
        let contact = u32::try_from(self.contacts.len()).unwrap_or(u32::MAX);
        self.contacts.push(Contact { number, phone, inbound: Vec::new() });
        contact
    }

    /// The contact's next message. `behind`: it goes in one body with that earlier one and after it.
    pub fn write(&mut self, contact: u32, behind: Option<Mark>) -> Option<Mark> {
        let inbound = &mut self.contacts.get_mut(contact as usize)?.inbound;
        let n = u32::try_from(inbound.len()).ok()?;
        let behind = behind.filter(|mark| mark.contact == contact).map(|mark| mark.n);
        inbound.push(Inbound {
            first_try: None,
            acknowledged: None,
            behind,
            effects: Vec::new(),
            refused_for_good: false,
        });
        Some(Mark { contact, n })
    }

    /// The number and the phone of a contact.
    pub fn contact(&self, contact: u32) -> Option<(usize, u64)> {
        self.contacts.get(contact as usize).map(|contact| (contact.number, contact.phone))
    }

    /// Everything that was seen of a message, for people.
    pub fn account_of(&self, mark: Mark) -> String {
        let contact = self.contacts.get(mark.contact as usize);
        let Some(inbound) = contact.and_then(|contact| contact.inbound.get(mark.n as usize)) else {
            return "nobody wrote it".to_owned();
        };
        format!(
            "first tried at tick {:?}, answered 200 at tick {:?}, effects {:?}",
            inbound.first_try, inbound.acknowledged, inbound.effects
        )
    }

    fn inbound(&mut self, mark: Mark) -> Option<&mut Inbound> {
        self.contacts.get_mut(mark.contact as usize)?.inbound.get_mut(mark.n as usize)
    }

    /// A delivery with these messages sets out.
    pub fn tried(&mut self, marks: &[Mark]) {
        let tick = self.tick();
        for mark in marks {
            if let Some(inbound) = self.inbound(*mark) {
                inbound.first_try.get_or_insert(tick);
            }
        }
    }

    /// What a delivery was answered; `None`: nothing.
    pub fn answered(&mut self, status: Option<u16>) {
        *self.answers.entry(status.unwrap_or(0)).or_default() += 1;
    }

    /// A delivery with these messages and statuses was answered 200.
    pub fn acknowledged(&mut self, marks: &[Mark], statuses: &[Told]) {
        let tick = self.tick();
        for mark in marks {
            let Some(inbound) = self.inbound(*mark) else { continue };
            if inbound.acknowledged.is_none() {
                inbound.acknowledged = Some(tick);
                self.acknowledged += 1;
            }
        }
        for (callback, taking) in statuses {
            let sent = self.sent.get_mut(callback);
            if let Some(taken) = sent.and_then(|sent| sent.taken.get_mut(*taking)) {
                taken.told = true;
            }
        }
    }

    /// How often a message was taken.
    pub fn takings(&self, callback: &str) -> usize {
        self.sent.get(callback).map_or(0, |sent| sent.taken.len())
    }

    /// How often a message was asked to be sent before.
    pub fn calls_for(&self, callback: &str) -> u32 {
        self.sent.get(callback).map_or(0, |sent| sent.calls)
    }

    /// A call to send a message, and what became of it. True when it is the first effect of its cause.
    pub fn called(&mut self, call: &Call<'_>, fate: Fate) -> bool {
        let at = self.tick();
        *self.calls.entry(name(fate)).or_default() += 1;
        let taken = matches!(fate, Fate::Taken | Fate::TakenUnheard);
        let sent = self.sent.entry(call.callback.into()).or_default();
        sent.calls += 1;
        let first = sent.taken.is_empty();
        if taken {
            sent.taken.push(Taken {
                life: call.life,
                at: Clock::system().now(),
                heard: fate == Fate::Taken,
                told: false,
            });
            self.taken += u64::from(first);
        }
        if let Some(complaint) = self.complaint(call) {
            self.strays.push(complaint);
            return false;
        }
        let Some(inbound) = call.mark.and_then(|mark| self.inbound(mark)) else { return false };
        inbound.refused_for_good |= fate == Fate::RefusedForGood;
        if taken && first {
            inbound.effects.push((call.callback.into(), at));
        }
        taken && first && inbound.effects.len() == 1
    }

    /// Nothing has to follow from a message: it failed in a record that was seen, or it wants no answer.
    pub fn excuse(&mut self, mark: Mark) {
        if let Some(inbound) = self.inbound(mark) {
            inbound.refused_for_good = true;
        }
    }

    /// What is wrong about where a reply came from and went to.
    fn complaint(&self, call: &Call<'_>) -> Option<String> {
        let Some(mark) = call.mark else { return Some(format!("{}: no mark in it", call.callback)) };
        let contact = self.contacts.get(mark.contact as usize);
        let Some(contact) = contact.filter(|contact| (mark.n as usize) < contact.inbound.len()) else {
            return Some(format!("{mark}: an answer to what nobody wrote"));
        };
        if contact.number != call.number || !call.authorised {
            let token = if call.authorised { "its" } else { "a wrong" };
            return Some(format!(
                "{mark}: written to number {}, answered by number {} with {token} token",
                contact.number, call.number
            ));
        }
        let to: Option<u64> = call.to.trim_start_matches('+').parse().ok();
        (to != Some(contact.phone)).then(|| format!("{mark}: the answer went to somebody else"))
    }

    /// Whether a message has had its effect, or was refused for good.
    pub fn is_answered(&self, mark: Mark) -> bool {
        self.contacts
            .get(mark.contact as usize)
            .and_then(|contact| contact.inbound.get(mark.n as usize))
            .is_some_and(|inbound| !inbound.is_open())
    }

    /// How many messages were taken for a contact's message.
    pub fn effects_of(&self, mark: Mark) -> usize {
        let contact = self.contacts.get(mark.contact as usize);
        let inbound = contact.and_then(|contact| contact.inbound.get(mark.n as usize));
        inbound.map_or(0, |inbound| inbound.effects.len())
    }

    /// Messages that were taken, each counted once.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Messages of contacts that were answered 200.
    pub fn taken_in(&self) -> u64 {
        self.acknowledged
    }

    /// Answers to deliveries, by HTTP status; 0 for none.
    pub fn answers(&self) -> &BTreeMap<u16, u64> {
        &self.answers
    }

    /// Calls to send, by what became of them.
    pub fn calls(&self) -> &BTreeMap<&'static str, u64> {
        &self.calls
    }

    /// Messages to a number that nobody has answered yet.
    pub fn open_at(&self, number: usize) -> usize {
        let contacts = self.contacts.iter().filter(|contact| contact.number == number);
        contacts.flat_map(|contact| &contact.inbound).filter(|inbound| inbound.is_open()).count()
    }

    /// This life hands down what it hears. Without this a life that is over is taken for one that was killed.
    pub fn remembers(&mut self, life: u32) {
        self.remembering.insert(life);
    }

    /// This life was killed: what it heard last, nobody knows.
    pub fn killed(&mut self, life: u32) {
        self.remembering.remove(&life);
    }

    /// A number cannot answer everything before the run's end: nothing is waited for there, and what has no answer is
    /// not called lost. All other laws hold for it too.
    pub fn set_aside(&mut self, number: usize) {
        self.aside.insert(number);
    }

    /// Messages that nobody has answered yet.
    pub fn open(&self) -> usize {
        let contacts = self.contacts.iter().filter(|contact| !self.aside.contains(&contact.number));
        let inbound = contacts.flat_map(|contact| &contact.inbound);
        inbound.filter(|inbound| inbound.is_open()).count()
    }
}

fn name(fate: Fate) -> &'static str {
    match fate {
        Fate::Taken => "taken",
        Fate::TakenUnheard => "taken, answer lost",
        Fate::Vanished => "cut before it was taken",
        Fate::Refused => "refused for now",
        Fate::RefusedForGood => "refused for good",
    }
}

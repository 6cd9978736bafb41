//! The five laws, judged over everything that was seen.

use super::{Contact, Inbound, Ledger, Sent, Taken, Tick};
use crate::mark::Mark;

/// Breaches of a law that are shown; all are counted.
const SHOWN: usize = 10;

/// A law and how it fared.
#[derive(Debug)]
pub struct Law {
    /// `L1` … `L5`.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// How many things it was judged on.
    pub judged: u64,
    /// How many break it.
    pub breaches: u64,
    /// Some of them.
    pub examples: Vec<String>,
    /// Contacts' messages that some of them are about.
    pub marks: Vec<Mark>,
}

impl Law {
    fn new(name: &'static str, says: &'static str) -> Self {
        Self { name, says, judged: 0, breaches: 0, examples: Vec::new(), marks: Vec::new() }
    }

    fn judge(&mut self, holds: bool, mark: Option<Mark>, example: impl FnOnce() -> String) {
        self.judged += 1;
        if !holds {
            self.breaches += 1;
            if self.marks.len() < SHOWN {
                self.marks.extend(mark);
            }
            if self.examples.len() < SHOWN {
                self.examples.push(example());
            }
        }
    }
}

/// The judgement.
#[derive(Debug)]
pub struct Verdict {
    /// L1 to L5.
    pub laws: [Law; 5],
    /// Sends that were taken while their answer was lost: on purpose, or with the server that should have heard it.
    pub answers_lost: u64,
    /// Sends that were taken twice although no rule was broken: no status ever came.
    pub doubled_lawfully: u64,
}

impl Verdict {
    /// Whether all laws hold.
    pub fn holds(&self) -> bool {
        self.laws.iter().all(|law| law.breaches == 0)
    }
}

impl Ledger {
    /// Judges. To be asked when everything has been delivered and the server had time to answer it all.
    pub fn verdict(&self) -> Verdict {
        let mut answered = Law::new("L1", "what was answered 200 has its effect or a visible failed record");
        let mut once = Law::new("L2", "at most one effect per message");
        let mut ordered = Law::new("L3", "effects of a contact come in the order of acceptance");
        let mut own = Law::new("L4", "no effect at another number, token or person");
        for (index, contact) in self.contacts.iter().enumerate() {
            for (n, inbound) in contact.inbound.iter().enumerate() {
                let mark = mark(index, n);
                if inbound.acknowledged.is_some() && !self.aside.contains(&contact.number) {
                    answered.judge(!inbound.is_open(), Some(mark), || format!("{mark} has no answer"));
                }
                once.judge(inbound.effects.len() <= 1, Some(mark), || doubled(mark, inbound));
            }
            judge_order(&mut ordered, index, contact);
        }
        own.judged = self.calls.values().sum();
        own.breaches = self.strays.len() as u64;
        own.examples = self.strays.iter().take(SHOWN).cloned().collect();
        let (settled, answers_lost, doubled_lawfully) = self.judge_lost_answers();
        Verdict { laws: [answered, once, ordered, own, settled], answers_lost, doubled_lawfully }
    }

    fn judge_lost_answers(&self) -> (Law, u64, u64) {
        let mut law = Law::new("L5", "sent twice only where the answer was lost and no status ever came");
        let (mut lost, mut doubled) = (0, 0);
        for (callback, sent) in &self.sent {
            let Some(first) = sent.taken.first() else { continue };
            lost += u64::from(!first.heard || sent.taken.len() > 1);
            law.judge(self.is_lawful(sent), None, || {
                let taken = |it: &Taken| {
                    let heard = if it.heard { "heard" } else { "unheard" };
                    let told = if it.told { ", told" } else { "" };
                    format!("by life {} at {} ({heard}{told})", it.life, it.at)
                };
                let taken: Vec<String> = sent.taken.iter().map(taken).collect();
                format!("{callback} was taken {}", taken.join(", "))
            });
            doubled += u64::from(sent.taken.len() > 1 && self.is_lawful(sent));
        }
        (law, lost, doubled)
    }

    /// Whether each repetition was right: the answer before it was lost, or died with the server that heard it, and no
    /// status that would have told it ever came, neither before the repetition nor after.
    fn is_lawful(&self, sent: &Sent) -> bool {
        sent.taken.windows(2).all(|pair| {
            let died = pair[0].life != pair[1].life && !self.remembering.contains(&pair[0].life);
            let lost = !pair[0].heard || died;
            lost && !pair[0].told
        })
    }
}

/// A message is known to have been accepted before another when its 200 was there before the other first set out, or
/// when both came in one body. Anything else may go either way.
fn judge_order(law: &mut Law, index: usize, contact: &Contact) {
    let mut replies: Vec<(Tick, usize)> = contact
        .inbound
        .iter()
        .enumerate()
        .filter_map(|(n, inbound)| Some((inbound.effects.first()?.1, n)))
        .collect();
    replies.sort_unstable();
    let mut latest_start: Tick = 0;
    for (at, n) in replies {
        let inbound = &contact.inbound[n];
        let accepted = inbound.acknowledged.unwrap_or(Tick::MAX);
        let before = inbound.behind.and_then(|before| contact.inbound.get(before as usize));
        let behind_holds = before
            .is_none_or(|before| before.refused_for_good || before.effects.first().is_some_and(|e| e.1 < at));
        law.judge(latest_start <= accepted && behind_holds, Some(mark(index, n)), || {
            format!("{} was overtaken by a later message", mark(index, n))
        });
        latest_start = latest_start.max(inbound.first_try.unwrap_or(0));
    }
}

fn mark(contact: usize, n: usize) -> Mark {
    let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Mark { contact: small(contact), n: small(n) }
}

fn doubled(mark: Mark, inbound: &Inbound) -> String {
    let names: Vec<&str> = inbound.effects.iter().map(|(callback, _)| &**callback).collect();
    format!("{mark} was answered by {}", names.join(" and "))
}

//! What is measured in every scenario.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::figure::Figure;
use super::rig::Rig;
use crate::histogram::{Histogram, whole};
use crate::product::{Usage, usage_of_self};

/// Times of deliveries and answers, and the state of things when the measuring began.
#[derive(Default)]
pub struct Meter {
    /// From when a message was to be sent until its 200.
    pub acks: RefCell<Histogram>,
    /// From when a message was to be sent until its answer arrived at Meta.
    pub replies: RefCell<Histogram>,
    began: RefCell<Option<Began>>,
}

struct Began {
    at: Instant,
    subject: Usage,
    own: Usage,
}

impl Meter {
    /// Forgets the warming up and starts to count.
    pub fn begin(&self, rig: &Rig) -> Result<()> {
        let began = Began { at: Instant::now(), subject: rig.usage()?, own: usage_of_self()? };
        self.began.replace(Some(began));
        self.acks.replace(Histogram::default());
        self.replies.replace(Histogram::default());
        Ok(())
    }

    /// How long it has been counting.
    pub fn elapsed(&self) -> Duration {
        self.began.borrow().as_ref().map_or(Duration::ZERO, |began| began.at.elapsed())
    }

    /// A message was answered 200.
    pub fn ack(&self, since: Instant) {
        self.acks.borrow_mut().add(since.elapsed());
    }

    /// A message's answer arrived.
    pub fn reply(&self, since: Instant, at: Instant) {
        self.replies.borrow_mut().add(at.saturating_duration_since(since));
    }

    /// Everything that does not depend on the scenario. Ends the measuring.
    pub fn figures(&self, rig: &Rig) -> Result<Vec<Figure>> {
        let (acks, replies) = (self.acks.borrow(), self.replies.borrow());
        let seconds = self.elapsed().as_secs_f64();
        let answered = whole(replies.count());
        let began = self.began.borrow();
        let Some(Began { subject, own, .. }) = &*began else { return Ok(Vec::new()) };
        let usage = rig.usage()?;
        let cpu = usage.cpu.saturating_sub(subject.cpu).as_secs_f64();
        let own_cpu = usage_of_self()?.cpu.saturating_sub(own.cpu).as_secs_f64();
        Ok(vec![
            Figure::new(ANSWERED, answered / seconds),
            Figure::new(ACK_50, acks.millis_at(500)),
            Figure::new(ACK_99, acks.millis_at(990)),
            Figure::new("ack longest, ms", acks.millis_at(1000)),
            Figure::new("reply p50, ms", replies.millis_at(500)),
            Figure::new(REPLY_99, replies.millis_at(990)),
            Figure::new(CPU, cpu * 1000.0 / answered.max(1.0)),
            Figure::new("server's core busy, %", cpu * 100.0 / seconds),
            Figure::new("generator's core busy, %", own_cpu * 100.0 / seconds),
            Figure::new(PEAK, whole(usage.peak) / 1024.0),
        ])
    }
}

/// Messages answered.
pub const ANSWERED: &str = "answered messages/s";
/// The middle acknowledgement.
pub const ACK_50: &str = "ack p50, ms";
/// 99 of 100 acknowledgements.
pub const ACK_99: &str = "ack p99, ms";
/// 99 of 100 answers.
pub const REPLY_99: &str = "reply p99, ms";
/// CPU time of the server.
pub const CPU: &str = "CPU s per 1,000 messages";
/// The most memory.
pub const PEAK: &str = "memory peak, MiB";

/// Breaches of each law, by name.
pub const LAWS: [&str; 5] = ["lost", "doubled", "out of order", "misrouted", "wrongly repeated"];

/// What the ledger has to say: nothing, when all is well.
pub fn breaches(rig: &Rig) -> Vec<Figure> {
    let verdict = rig.meta.ledger.borrow().verdict();
    let count = |law: &crate::ledger::Law| whole(law.breaches);
    let target = super::figure::Target::at_most(0.0, None);
    LAWS.into_iter()
        .zip(&verdict.laws)
        .map(|(name, law)| Figure::new(name, count(law)).against(target))
        .collect()
}

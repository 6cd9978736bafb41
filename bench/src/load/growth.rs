//! Whether a message costs more when the server knows more people, or when a conversation is longer.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::spawn_local;
use tokio::time::timeout;

use super::figure::{Figure, Target};
use super::flood;
use super::open::settle;
use super::rig::Rig;
use crate::histogram::whole;
use crate::meta::Meta;
use crate::random::Random;

/// Contacts who write at the same time.
const AT_ONCE: usize = 64;
/// Messages that are measured at each number of known contacts: 15 each where there are fewest, which is well below the 45
/// that may be sent to one person at once.
const MESSAGES: usize = 15_000;
/// Contacts whose conversation grows.
const TALKERS: usize = 32;
/// Messages of each that are answered and measured.
const ANSWERED: usize = 40;
const PATIENCE: Duration = Duration::from_mins(1);

/// What a message costs among the most, by what it costs among the fewest. Twice the noise of a run is let pass.
const STEADY: Target = Target::at_most(1.25, None);

/// A thousand, ten thousand, a hundred thousand contacts who have written before; then a closed loop over a random choice
/// of them.
pub async fn contacts(rig: &Rig) -> Result<Vec<Figure>> {
    let names = [
        "1,000 known contacts: CPU s per 1,000 messages",
        "10,000 known contacts: CPU s per 1,000 messages",
        "100,000 known contacts: CPU s per 1,000 messages",
    ];
    let meta = &rig.meta;
    let mut known: Vec<u32> = Vec::new();
    let mut figures = Vec::new();
    for (name, count) in names.into_iter().zip([1000, 10_000, 100_000]) {
        let fresh: Vec<u32> =
            (known.len()..count).map(|place| meta.add_contact(place % meta.numbers.len())).collect();
        known.extend(&fresh);
        flood::introduce(rig, fresh).await?;
        settle(meta).await;
        let (before, start) = (rig.cpu()?, Instant::now());
        among(meta, &known, count as u64).await?;
        figures.push(Figure::new(name, per_thousand(rig.cpu()?.saturating_sub(before), MESSAGES)));
        println!("    {count} contacts: {MESSAGES} messages in {:.1} s", start.elapsed().as_secs_f64());
    }
    figures.push(ratio("CPU per message at 100,000 contacts : at 1,000", &figures));
    Ok(figures)
}

/// Conversations of ten to five thousand messages; then what a turn costs in each.
pub async fn length(rig: &Rig) -> Result<Vec<Figure>> {
    let names = [
        "conversation of 10 messages: CPU s per 1,000 turns",
        "conversation of 100 messages: CPU s per 1,000 turns",
        "conversation of 1,000 messages: CPU s per 1,000 turns",
        "conversation of 5,000 messages: CPU s per 1,000 turns",
    ];
    let mut figures = Vec::new();
    for (name, messages) in names.into_iter().zip([10, 100, 1000, 5000]) {
        let meta = &rig.meta;
        let contacts: Vec<u32> =
            (0..TALKERS).map(|place| meta.add_contact(place % meta.numbers.len())).collect();
        each(&contacts, |contact| grow(Rc::clone(meta), contact, messages)).await?;
        let before = rig.cpu()?;
        each(&contacts, |contact| talk(Rc::clone(meta), contact)).await?;
        figures.push(Figure::new(name, per_thousand(rig.cpu()?.saturating_sub(before), TALKERS * ANSWERED)));
    }
    figures.push(ratio("CPU per turn at 5,000 messages : at 10", &figures));
    Ok(figures)
}

fn per_thousand(cpu: Duration, messages: usize) -> f64 {
    cpu.as_secs_f64() * 1000.0 / whole(messages as u64)
}

/// The last by the first.
fn ratio(name: &'static str, figures: &[Figure]) -> Figure {
    let value = |figure: Option<&Figure>| figure.map_or(0.0, |figure| figure.value);
    Figure::new(name, value(figures.last()) / value(figures.first()).max(f64::EPSILON)).against(STEADY)
}

/// Does the same for each contact, all at the same time.
async fn each<F: Future<Output = Result<()>> + 'static>(
    contacts: &[u32],
    deed: impl Fn(u32) -> F,
) -> Result<()> {
    let tasks: Vec<_> = contacts.iter().map(|contact| spawn_local(deed(*contact))).collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// A closed loop over a random choice of contacts, none of them twice at the same time.
async fn among(meta: &Rc<Meta>, known: &[u32], purpose: u64) -> Result<()> {
    let known: Rc<[u32]> = known.into();
    let random = Rc::new(RefCell::new(Random::of(meta.seed, &[purpose, 11])));
    let busy: Rc<RefCell<HashSet<u32>>> = Rc::default();
    let left = Rc::new(Cell::new(MESSAGES));
    let places: Vec<u32> = (0..u32::try_from(AT_ONCE)?).collect();
    each(&places, |_| {
        let (meta, known, random) = (Rc::clone(meta), Rc::clone(&known), Rc::clone(&random));
        let (busy, left) = (Rc::clone(&busy), Rc::clone(&left));
        async move {
            while left.get() > 0 {
                left.set(left.get() - 1);
                let contact = choose(&known, &random, &busy);
                say(&meta, contact).await?;
                busy.borrow_mut().remove(&contact);
            }
            Ok(())
        }
    })
    .await
}

fn choose(known: &[u32], random: &RefCell<Random>, busy: &RefCell<HashSet<u32>>) -> u32 {
    loop {
        let contact = known[random.borrow_mut().below(known.len())];
        if busy.borrow_mut().insert(contact) {
            return contact;
        }
    }
}

/// Writes, and waits for the answer.
async fn say(meta: &Meta, contact: u32) -> Result<()> {
    let mut replies = meta.read(contact);
    if let Some(parcel) = meta.write(contact, None) {
        meta.deliver(&parcel).await;
        let reply = timeout(PATIENCE, replies.recv()).await;
        ensure!(matches!(reply, Ok(Some(_))), "an answer did not come in {PATIENCE:?}");
    }
    meta.stop_reading(contact);
    Ok(())
}

/// Makes a conversation of so many messages: a menu, a tap on its button, and then taps that come too late and are passed
/// over, because no more than 45 messages may be sent to a person at once. Each is a turn all the same.
async fn grow(meta: Rc<Meta>, contact: u32, messages: usize) -> Result<()> {
    let mut replies = meta.read(contact);
    let mut button = None;
    for _ in 0..2 {
        if let Some(parcel) = meta.write(contact, button.as_deref()) {
            meta.deliver(&parcel).await;
        }
        let Ok(Some(reply)) = timeout(PATIENCE, replies.recv()).await else { break };
        button = button.or(reply.button);
    }
    ensure!(button.is_some(), "the bot offered no button");
    // Two messages each way have been exchanged.
    for _ in 4..messages {
        let mark = meta.ledger.borrow_mut().write(contact, None);
        let Some(mark) = mark else { continue };
        meta.ledger.borrow_mut().excuse(mark);
        if let Some(parcel) = meta.pack(&[(mark, button.as_deref())]) {
            meta.deliver(&parcel).await;
        }
    }
    meta.stop_reading(contact);
    // Its answer comes when all before it has been dealt with.
    say(&meta, contact).await
}

async fn talk(meta: Rc<Meta>, contact: u32) -> Result<()> {
    for _ in 0..ANSWERED {
        say(&meta, contact).await?;
    }
    Ok(())
}

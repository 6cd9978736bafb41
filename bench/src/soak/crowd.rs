//! Contacts who come back now and then, each for a whole conversation of three messages that ends.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{sleep_until, timeout};

use crate::meta::Meta;
use crate::random::Random;

/// Messages of a conversation.
const EACH: u32 = 3;
/// So often one contact comes, roughly.
const VISITS: u32 = 7;
/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Has contacts write so many messages, so many a second.
pub(super) fn start(meta: &Rc<Meta>, messages: u32, rate: u32) -> JoinHandle<()> {
    let conversations = messages / EACH;
    let people = (conversations / VISITS).max(64);
    let contacts: Vec<u32> =
        (0..people).map(|place| meta.add_contact(place as usize % meta.numbers.len())).collect();
    let meta = Rc::clone(meta);
    spawn_local(async move {
        let begun = Instant::now();
        let mut random = Random::of(meta.seed, &[17]);
        let busy: Rc<RefCell<HashSet<u32>>> = Rc::default();
        let open = Rc::new(Cell::new(0));
        for place in 0..conversations {
            let due = begun + Duration::from_secs(1) * place * EACH / rate.max(1);
            sleep_until(due.into()).await;
            let contact = contacts[random.below(contacts.len())];
            if !busy.borrow_mut().insert(contact) {
                continue;
            }
            open.set(open.get() + 1);
            let (meta, busy, open) = (Rc::clone(&meta), Rc::clone(&busy), Rc::clone(&open));
            spawn_local(async move {
                talk(&meta, contact).await;
                busy.borrow_mut().remove(&contact);
                open.set(open.get() - 1);
            });
        }
        let last = Instant::now();
        while open.get() > 0 && last.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
}

/// A whole conversation.
async fn talk(meta: &Rc<Meta>, contact: u32) {
    let mut replies = meta.read(contact);
    let mut button = None;
    for _ in 0..EACH {
        let Some(parcel) = meta.write(contact, button.as_deref()) else { break };
        meta.deliver(&parcel).await;
        // What never comes is lost, and the ledger says so.
        let Ok(Some(reply)) = timeout(PATIENCE, replies.recv()).await else { break };
        button = reply.button;
    }
    meta.stop_reading(contact);
}

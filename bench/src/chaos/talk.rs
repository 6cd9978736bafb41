//! Contacts who write, alone and together, and the ways in which Meta delivers it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{sleep, timeout};

use crate::mark::Mark;
use crate::meta::{Meta, Parcel, Reply};
use crate::random::Random;

/// Whoever waits longer is not counted as talking, and somebody else comes.
const STUCK: Duration = Duration::from_secs(2);
/// Rounds of a group. At most two messages a round keep a contact below the 45 that may be sent to it at once.
const ROUNDS: usize = 12;

/// All who talk.
pub struct Talk {
    shared: Rc<Shared>,
}

#[derive(Default)]
struct Shared {
    talking: Cell<usize>,
    under_way: Cell<usize>,
    stopped: Cell<bool>,
}

/// A few contacts of one number, in one hand.
struct Group {
    meta: Rc<Meta>,
    shared: Rc<Shared>,
    contacts: Vec<u32>,
    replies: mpsc::UnboundedReceiver<Reply>,
    random: Random,
}

impl Talk {
    /// Keeps `count` groups talking, with the numbers from `first` on.
    pub fn start(meta: Rc<Meta>, count: usize, first: usize) -> Self {
        let shared = Rc::new(Shared::default());
        let talk = Self { shared: Rc::clone(&shared) };
        spawn_local(async move {
            let mut next = 0;
            while !shared.stopped.get() {
                while shared.talking.get() < count {
                    shared.talking.set(shared.talking.get() + 1);
                    shared.under_way.set(shared.under_way.get() + 1);
                    let group = Group::new(Rc::clone(&meta), Rc::clone(&shared), next, first);
                    spawn_local(group.talk());
                    next += 1;
                }
                sleep(Duration::from_millis(20)).await;
            }
        });
        talk
    }

    /// Nobody begins another round.
    pub fn stop(&self) {
        self.shared.stopped.set(true);
    }

    /// Groups that are not done.
    pub fn under_way(&self) -> usize {
        self.shared.under_way.get()
    }
}

impl Group {
    fn new(meta: Rc<Meta>, shared: Rc<Shared>, id: u64, first: usize) -> Self {
        let mut random = Random::of(meta.seed, &[id, 7]);
        let number = first + random.below(meta.numbers.len() - first);
        let contacts: Vec<u32> = (0..=random.below(3)).map(|_| meta.add_contact(number)).collect();
        let replies = meta.read_together(&contacts);
        Self { meta, shared, contacts, replies, random }
    }

    async fn talk(mut self) {
        for _ in 0..ROUNDS {
            if self.shared.stopped.get() {
                break;
            }
            let (marks, parcels) = self.round().await;
            self.wait_for(&marks).await;
            if self.random.per_mille(60) {
                // Meta repeats what was answered 200 long ago.
                for parcel in parcels {
                    self.meta.deliver(&parcel).await;
                }
            }
            sleep(self.random.millis(0, 80)).await;
        }
        for contact in &self.contacts {
            self.meta.stop_reading(*contact);
        }
        let Shared { talking, under_way, .. } = &*self.shared;
        talking.set(talking.get().saturating_sub(1));
        under_way.set(under_way.get() - 1);
    }

    /// One delivery of each shape that Meta has. Ends when all of it was answered 200.
    async fn round(&mut self) -> (Vec<Mark>, Vec<Rc<Parcel>>) {
        let contacts = self.contacts.clone();
        let (marks, parcels) = match self.random.below(100) {
            0..25 => self.together(&contacts),
            25..35 => self.twice_in_a_body(contacts[0]),
            35..55 => return self.one_after_the_other(contacts[0]).await,
            55..70 => self.apart(&[contacts[0], contacts[0]]),
            _ => self.apart(&contacts),
        };
        let mut posts: Vec<JoinHandle<()>> = parcels.iter().map(|parcel| self.post(parcel)).collect();
        if self.random.per_mille(60) {
            posts.extend(parcels.iter().map(|parcel| self.post(parcel)));
        }
        for post in posts {
            // An error would be a panic, which has been printed.
            let _ = post.await;
        }
        (marks, parcels)
    }

    fn post(&self, parcel: &Rc<Parcel>) -> JoinHandle<()> {
        let (meta, parcel) = (Rc::clone(&self.meta), Rc::clone(parcel));
        spawn_local(async move { meta.deliver(&parcel).await })
    }

    fn write(&self, contact: u32, behind: Option<Mark>) -> Vec<Mark> {
        self.meta.ledger.borrow_mut().write(contact, behind).into_iter().collect()
    }

    fn pack(&self, marks: &[Mark]) -> Option<Rc<Parcel>> {
        let marks: Vec<_> = marks.iter().map(|mark| (*mark, None)).collect();
        self.meta.pack(&marks).map(Rc::new)
    }

    /// A message of each, two of the first, in one body.
    fn together(&self, contacts: &[u32]) -> (Vec<Mark>, Vec<Rc<Parcel>>) {
        let mut marks: Vec<Mark> = contacts.iter().flat_map(|contact| self.write(*contact, None)).collect();
        marks.extend(self.write(contacts[0], marks.first().copied()));
        let parcel = self.pack(&marks);
        (marks, parcel.into_iter().collect())
    }

    fn twice_in_a_body(&self, contact: u32) -> (Vec<Mark>, Vec<Rc<Parcel>>) {
        let marks = self.write(contact, None);
        let parcel = self.pack(&[marks.clone(), marks.clone()].concat());
        (marks, parcel.into_iter().collect())
    }

    /// Bodies of their own, at the same moment: their order is nobody's promise.
    fn apart(&self, contacts: &[u32]) -> (Vec<Mark>, Vec<Rc<Parcel>>) {
        let marks: Vec<Mark> = contacts.iter().flat_map(|contact| self.write(*contact, None)).collect();
        let parcels = marks.iter().filter_map(|mark| self.pack(&[*mark])).collect();
        (marks, parcels)
    }

    /// The second sets out when the first was answered 200: their order is a promise.
    async fn one_after_the_other(&self, contact: u32) -> (Vec<Mark>, Vec<Rc<Parcel>>) {
        let (mut marks, mut parcels) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let mark = self.write(contact, None);
            if let Some(parcel) = self.pack(&mark) {
                self.meta.deliver(&parcel).await;
                parcels.push(parcel);
            }
            marks.extend(mark);
        }
        (marks, parcels)
    }

    async fn wait_for(&mut self, marks: &[Mark]) {
        let mut counted = true;
        while !marks.iter().all(|mark| self.meta.ledger.borrow().is_answered(*mark)) {
            let reply = timeout(STUCK, self.replies.recv()).await;
            if reply.is_err() && counted {
                counted = false;
                self.shared.talking.set(self.shared.talking.get().saturating_sub(1));
            }
        }
        if !counted {
            self.shared.talking.set(self.shared.talking.get() + 1);
        }
    }
}

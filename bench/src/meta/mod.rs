//! Meta, played from outside: it has numbers, delivers what contacts write, takes what the server sends, tells what
//! became of it, and has the ledger write everything down.

mod courier;
mod graph;
mod number;
mod parcel;
mod silence;
mod weather;
mod webhook;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Instant;

use chasqui_model::{Clock, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::ledger::Ledger;
use crate::mark::Mark;
use crate::wire::{self, Pool};

pub use courier::Courier;
pub use number::Number;
pub use parcel::Parcel;
pub use silence::{Quiet, Silence};
pub use weather::{Forecast, Shape, Situation, Status, Weather};
pub use webhook::Message;

/// Nobody's phone comes before this one.
const FIRST_PHONE: u64 = 4_915_100_000_000;

/// The first effect of a contact's message as the stand-in sees it arrive, or the end of all hope for one.
#[derive(Debug)]
pub struct Reply {
    /// The message that it answers.
    pub mark: Mark,
    /// The id of its first button.
    pub button: Option<String>,
    /// When it arrived.
    pub at: Instant,
}

/// Meta.
pub struct Meta {
    /// The numbers that the server speaks for.
    pub numbers: Vec<Number>,
    /// What was seen.
    pub ledger: RefCell<Ledger>,
    /// The same seed, the same fates.
    pub seed: u64,
    /// How long numbers did not answer.
    pub silence: Silence,
    forecast: RefCell<Forecast>,
    pool: Pool,
    courier: Courier,
    readers: RefCell<HashMap<u32, mpsc::UnboundedSender<Reply>>>,
    wamids: Cell<u64>,
    phones: RefCell<Vec<u64>>,
    clock: Clock,
}

impl Meta {
    /// Meta with some numbers, whose webhooks go to `server`.
    pub fn new(numbers: usize, server: SocketAddr, seed: u64) -> Rc<Self> {
        Self::before(numbers, &[server], seed)
    }

    /// Meta with some numbers, whose webhooks go to these servers in turn.
    pub fn before(numbers: usize, servers: &[SocketAddr], seed: u64) -> Rc<Self> {
        Self::by(numbers, servers, seed, Clock::system())
    }

    /// Meta with some numbers, whose webhooks go to `server`, by this clock.
    pub fn in_time(numbers: usize, server: SocketAddr, seed: u64, clock: Clock) -> Rc<Self> {
        Self::by(numbers, &[server], seed, clock)
    }

    fn by(numbers: usize, servers: &[SocketAddr], seed: u64, clock: Clock) -> Rc<Self> {
        Rc::new(Self {
            numbers: (0..numbers).map(Number::new).collect(),
            ledger: RefCell::default(),
            seed,
            forecast: RefCell::new(Box::new(|_| Weather::fine())),
            pool: Pool::new(servers),
            silence: Silence::new(numbers),
            courier: Courier::default(),
            readers: RefCell::default(),
            wamids: Cell::new(0),
            phones: RefCell::new(vec![0; numbers]),
            clock,
        })
    }

    /// The time here.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Decides from here on what becomes of each call.
    pub fn expect(&self, forecast: impl Fn(&mut Situation) -> Weather + 'static) {
        *self.forecast.borrow_mut() = Box::new(forecast);
    }

    /// A Graph API for one life of the server, at an address of its own: a call that a dead server left behind is not
    /// taken for one of the next.
    pub async fn open_graph(self: &Rc<Self>, life: u32) -> io::Result<(SocketAddr, JoinHandle<()>)> {
        self.open_graph_at(life, (Ipv4Addr::LOCALHOST, 0).into()).await
    }

    /// As [`Meta::open_graph`], at this address.
    pub async fn open_graph_at(
        self: &Rc<Self>,
        life: u32,
        address: SocketAddr,
    ) -> io::Result<(SocketAddr, JoinHandle<()>)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let meta = Rc::clone(self);
        let handler = Rc::new(move |request: wire::Request<'_>| graph::answer(&meta, life, &request));
        Ok((address, tokio::task::spawn_local(wire::serve(listener, handler))))
    }

    /// Somebody who will write to a number. Each number has the same people, as far as it has them.
    pub fn add_contact(&self, number: usize) -> u32 {
        let phone = {
            let mut phones = self.phones.borrow_mut();
            phones[number] += 1;
            FIRST_PHONE + phones[number]
        };
        self.ledger.borrow_mut().add_contact(number, phone)
    }

    /// The answers that a contact gets from here on.
    pub fn read(&self, contact: u32) -> mpsc::UnboundedReceiver<Reply> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.readers.borrow_mut().insert(contact, sender);
        receiver
    }

    /// Several contacts' answers in one place.
    pub fn read_together(&self, contacts: &[u32]) -> mpsc::UnboundedReceiver<Reply> {
        let (sender, receiver) = mpsc::unbounded_channel();
        for contact in contacts {
            self.readers.borrow_mut().insert(*contact, sender.clone());
        }
        receiver
    }

    /// Nobody waits for a contact's answers any more. They are still written down.
    pub fn stop_reading(&self, contact: u32) {
        self.readers.borrow_mut().remove(&contact);
    }

    /// The server is gone, and with it the connections to it.
    pub fn server_died(&self) {
        self.pool.forget();
    }

    fn tell(&self, reply: Reply) {
        if let Some(reader) = self.readers.borrow().get(&reply.mark.contact) {
            // An error means that nobody waits any more.
            let _ = reader.send(reply);
        }
    }

    fn next_wamid(&self) -> String {
        self.wamids.set(self.wamids.get() + 1);
        format!("wamid.OUT{}", self.wamids.get())
    }
}

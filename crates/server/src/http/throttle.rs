//! Slows guessing down. Tries are counted per person and address, per address, per person and in all, in tables of fixed size:
//! whoever tries a lot fills nothing and makes nothing be forgotten. In memory; a restart forgets, which costs an attacker
//! more than it gives. Why it is done this way: docs/decisions/0139.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chasqui_model::Timestamp;

use super::client::Client;

/// What is guessed. Each kind is counted for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Guess {
    /// A person's password: logging in, taking an invitation up, changing the password.
    Password,
    /// The secret of a link in a mail.
    Link,
    /// The code of the first start.
    SetupCode,
    /// The verify token of a number.
    VerifyToken,
    /// Not guessed but asked for: a mail to choose another password.
    Mail,
    /// An API token or the secret of a session.
    Credential,
}

/// How often something may be tried at once, and how often later on.
#[derive(Clone, Copy, Debug)]
struct Pace {
    burst: u32,
    every: Duration,
}

/// The limits of a kind.
#[derive(Clone, Copy, Debug)]
struct Rule {
    /// Tries of one person's by one address before each further one waits twice as long as the one before.
    free: u32,
    address: Pace,
    person: Pace,
    all: Pace,
}

impl Rule {
    /// The pace of an address; one that asks for many, such as a proxy that does not say for whom, has more.
    fn of(&self, from: Client) -> Pace {
        match self.address {
            Pace { burst, every } if from.is_many() => {
                Pace { burst: burst.saturating_mul(4), every: every / 8 }
            }
            pace => pace,
        }
    }
}

const fn pace(burst: u32, every: Duration) -> Pace {
    Pace { burst, every }
}

const UNLIMITED: u32 = u32::MAX;

impl Guess {
    const KINDS: usize = 6;

    const fn index(self) -> usize {
        match self {
            Self::Password => 0,
            Self::Link => 1,
            Self::SetupCode => 2,
            Self::VerifyToken => 3,
            Self::Mail => 4,
            Self::Credential => 5,
        }
    }

    const fn rule(self) -> Rule {
        let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
        match self {
            Self::Password => Rule {
                free: 5,
                address: pace(50, Duration::from_secs(36)),
                person: pace(100, Duration::from_secs(5)),
                all: pace(300, Duration::from_millis(100)),
            },
            // 256 random bits: nobody guesses one, and looking for it costs little.
            Self::Link => Rule {
                free: 10,
                address: pace(50, Duration::from_secs(36)),
                person: pace(UNLIMITED, Duration::ZERO),
                all: pace(600, Duration::from_millis(100)),
            },
            Self::SetupCode => Rule {
                free: 5,
                address: pace(50, minute),
                person: pace(UNLIMITED, Duration::ZERO),
                all: pace(100, second),
            },
            Self::VerifyToken => Rule {
                free: 10,
                address: pace(50, Duration::from_secs(36)),
                person: pace(200, second),
                all: pace(600, Duration::from_millis(100)),
            },
            Self::Mail => Rule {
                free: UNLIMITED,
                address: pace(10, Duration::from_mins(6)),
                person: pace(3, Duration::from_mins(20)),
                all: pace(200, Duration::from_secs(10)),
            },
            Self::Credential => Rule {
                free: UNLIMITED,
                address: pace(300, Duration::from_millis(100)),
                person: pace(UNLIMITED, Duration::ZERO),
                all: pace(6000, Duration::from_millis(5)),
            },
        }
    }
}

/// Waiting time after the first try too many; doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// After this time without a try, a person and address begin afresh.
const FORGET: Duration = Duration::from_mins(30);

/// Each table keeps every count in as many places, which strangers cannot choose; the lowest is nearest to the truth and never
/// below it.
const ROWS: usize = 4;
const PAIRS: usize = 1 << 15;
const SINGLES: usize = 1 << 13;
/// Persons and addresses that belong together. Only who got in writes here.
const KNOWN: usize = 1 << 16;

/// Tries lately.
pub(crate) struct Throttle {
    /// Strangers do not know it, so they cannot choose the places that they count in.
    key: RandomState,
    tables: Mutex<Tables>,
}

struct Tables {
    /// Number of tries and the time of the last one.
    pairs: Vec<u64>,
    /// When the tries so far are paid off, in milliseconds; as in the two below.
    addresses: Vec<u64>,
    persons: Vec<u64>,
    all: [u64; Guess::KINDS],
    known: Vec<u64>,
}

/// The places of one try.
struct Places {
    pair: [usize; ROWS],
    address: [usize; ROWS],
    person: [usize; ROWS],
    known: u64,
}

impl Default for Throttle {
    fn default() -> Self {
        let tables = Tables {
            pairs: vec![0; PAIRS * ROWS],
            addresses: vec![0; SINGLES * ROWS],
            persons: vec![0; SINGLES * ROWS],
            all: [0; Guess::KINDS],
            known: vec![0; KNOWN],
        };
        Self { key: RandomState::new(), tables: Mutex::new(tables) }
    }
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").finish_non_exhaustive()
    }
}

impl Throttle {
    /// Counts a try, or says how long to wait: then it is not counted, so that asking too early costs nothing. Counted before
    /// it is known how it ends, so that many at once count as many.
    pub(crate) fn admit(
        &self,
        guess: Guess,
        from: Client,
        whose: &[u8],
        now: Timestamp,
    ) -> Result<(), Duration> {
        let (rule, places, now) = (guess.rule(), self.places(guess, from, whose), millis(now));
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = &mut *tables;
        let mut wait = waits(&tables.pairs, places.pair, rule.free, now);
        // From where a person got in before, nobody but themselves makes them wait, and they nobody else.
        let known = knows(&tables.known, places.known);
        if !known {
            let others = [
                due(&tables.addresses, &places.address, rule.of(from), now),
                due(&tables.persons, &places.person, rule.person, now),
                due(&tables.all, &[guess.index()], rule.all, now),
            ];
            wait = others.into_iter().fold(wait, Duration::max);
        }
        if !wait.is_zero() {
            return Err(wait);
        }
        for place in places.pair {
            tables.pairs[place] = pack(count(tables.pairs[place], now).saturating_add(1), now);
        }
        if !known {
            owe(&mut tables.addresses, &places.address, rule.of(from), now);
            owe(&mut tables.persons, &places.person, rule.person, now);
            owe(&mut tables.all, &[guess.index()], rule.all, now);
        }
        Ok(())
    }

    /// It was right: the tries of this person from this address are forgiven, and the address is known to be theirs.
    pub(crate) fn passed(&self, guess: Guess, from: Client, whose: &[u8], now: Timestamp) {
        let (rule, places, now) = (guess.rule(), self.places(guess, from, whose), millis(now));
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = &mut *tables;
        // What else counts in the same places keeps what it counted.
        let own = places.pair.iter().map(|place| count(tables.pairs[*place], now)).min().unwrap_or_default();
        for place in places.pair {
            let left = count(tables.pairs[place], now).saturating_sub(own);
            tables.pairs[place] = pack(left, tables.pairs[place] >> COUNT_BITS);
        }
        if !knows(&tables.known, places.known) {
            forgive(&mut tables.addresses, &places.address, rule.of(from));
            forgive(&mut tables.persons, &places.person, rule.person);
            forgive(&mut tables.all, &[guess.index()], rule.all);
            remember(&mut tables.known, places.known);
        }
    }

    /// Whether an address has shown so many wrong tokens that only known ones are looked up for it.
    pub(crate) fn too_many_wrong(&self, from: Client, now: Timestamp) -> Option<Duration> {
        let (guess, now) = (Guess::Credential, millis(now));
        let (rule, places) = (guess.rule(), self.places(guess, from, &[]));
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = due(&tables.addresses, &places.address, rule.of(from), now).max(due(
            &tables.all,
            &[guess.index()],
            rule.all,
            now,
        ));
        Some(waits).filter(|wait| !wait.is_zero())
    }

    /// Something that was right, whoever shows it: it is looked up whatever others tried.
    pub(crate) fn remember_credential(&self, hash: &[u8; 32]) {
        let known = self.key.hash_one((Guess::Credential, hash));
        remember(&mut self.tables.lock().unwrap_or_else(PoisonError::into_inner).known, known);
    }

    /// Whether it was right lately.
    pub(crate) fn remembers_credential(&self, hash: &[u8; 32]) -> bool {
        let known = self.key.hash_one((Guess::Credential, hash));
        knows(&self.tables.lock().unwrap_or_else(PoisonError::into_inner).known, known)
    }

    fn places(&self, guess: Guess, from: Client, whose: &[u8]) -> Places {
        let from = from.bytes();
        Places {
            pair: rows(PAIRS, |row| self.key.hash_one((guess, row, &from, whose, "pair"))),
            address: rows(SINGLES, |row| self.key.hash_one((guess, row, &from, "address"))),
            person: rows(SINGLES, |row| self.key.hash_one((guess, row, whose, "person"))),
            known: self.key.hash_one((guess, &from, whose, "known")),
        }
    }
}

fn rows(width: usize, hash: impl Fn(usize) -> u64) -> [usize; ROWS] {
    std::array::from_fn(|row| row * width + place(hash(row), width))
}

/// A place in a table of this width, a power of two.
#[expect(clippy::cast_possible_truncation, reason = "the width is far below 32 bits")]
fn place(hash: u64, width: usize) -> usize {
    (hash & (width as u64 - 1)) as usize
}

/// Bits of a count beside the time of the last try.
const COUNT_BITS: u32 = 20;

fn pack(count: u64, at: u64) -> u64 {
    (at << COUNT_BITS) | count.min((1 << COUNT_BITS) - 1)
}

/// The tries in a place that are not forgotten yet.
fn count(cell: u64, now: u64) -> u64 {
    let at = cell >> COUNT_BITS;
    if now.saturating_sub(at) >= length(FORGET) { 0 } else { cell & ((1 << COUNT_BITS) - 1) }
}

/// How long a person has to wait who tried as often as these places say.
fn waits(cells: &[u64], places: [usize; ROWS], free: u32, now: u64) -> Duration {
    let wait = |cell: u64| {
        let Some(over) = count(cell, now).checked_sub(u64::from(free)) else { return Duration::ZERO };
        let wait = FIRST_WAIT.saturating_mul(1 << over.min(16)).min(LONGEST_WAIT);
        wait.saturating_sub(Duration::from_millis(now.saturating_sub(cell >> COUNT_BITS)))
    };
    places.into_iter().map(|place| wait(cells[place])).min().unwrap_or_default()
}

/// How long until one more may be tried at this pace.
fn due(cells: &[u64], places: &[usize], pace: Pace, now: u64) -> Duration {
    let ahead = length(pace.every).saturating_mul(u64::from(pace.burst.saturating_sub(1)));
    let paid = places.iter().map(|place| cells[*place]).min().unwrap_or_default();
    Duration::from_millis(paid.saturating_sub(now).saturating_sub(ahead))
}

/// One more was tried.
fn owe(cells: &mut [u64], places: &[usize], pace: Pace, now: u64) {
    for place in places {
        cells[*place] = cells[*place].max(now).saturating_add(length(pace.every));
    }
}

/// One less was tried.
fn forgive(cells: &mut [u64], places: &[usize], pace: Pace) {
    for place in places {
        cells[*place] = cells[*place].saturating_sub(length(pace.every));
    }
}

fn knows(known: &[u64], hash: u64) -> bool {
    known[place(hash, KNOWN)] == hash
}

fn remember(known: &mut [u64], hash: u64) {
    known[place(hash, KNOWN)] = hash;
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.millis()).unwrap_or_default()
}

fn length(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &[u8] = b"ana@example.com";

    fn address(n: u32) -> Client {
        Client::at(std::net::Ipv4Addr::from_bits(0x0a00_0000 + n).into())
    }

    fn start() -> (Throttle, Timestamp) {
        (Throttle::default(), Timestamp::from_seconds(1_700_000_000))
    }

    fn tries(throttle: &Throttle, from: Client, whose: &[u8], now: Timestamp) -> Result<(), Duration> {
        throttle.admit(Guess::Password, from, whose, now)
    }

    #[test]
    fn wrong_passwords_make_one_wait_longer_and_longer() {
        let (throttle, now) = start();
        for _ in 0..5 {
            assert_eq!(tries(&throttle, address(1), EMAIL, now), Ok(()));
        }
        assert_eq!(tries(&throttle, address(1), EMAIL, now), Err(FIRST_WAIT));
        let later = now.after(FIRST_WAIT);
        assert_eq!(tries(&throttle, address(1), EMAIL, later), Ok(()));
        assert_eq!(tries(&throttle, address(1), EMAIL, later), Err(FIRST_WAIT * 2));
        assert_eq!(tries(&throttle, address(1), b"other@example.com", later), Ok(()));
        assert_eq!(tries(&throttle, address(2), EMAIL, later), Ok(()));
    }

    #[test]
    fn the_right_password_or_a_long_time_makes_good() {
        let (throttle, now) = start();
        for _ in 0..5 {
            let _ = tries(&throttle, address(1), EMAIL, now);
        }
        assert!(tries(&throttle, address(1), EMAIL, now).is_err());
        assert_eq!(tries(&throttle, address(1), EMAIL, now.after(FORGET)), Ok(()));
        for _ in 0..5 {
            let _ = tries(&throttle, address(1), EMAIL, now.after(FORGET));
        }
        throttle.passed(Guess::Password, address(1), EMAIL, now.after(FORGET));
        assert_eq!(tries(&throttle, address(1), EMAIL, now.after(FORGET)), Ok(()));
    }

    /// One address guesses for a thousand persons, or a thousand addresses for one: both are slowed, and a person who got in
    /// from somewhere gets in from there.
    #[test]
    fn an_address_and_a_person_are_limited_and_the_known_one_gets_in() {
        let (throttle, now) = start();
        let home = address(9_999);
        assert_eq!(tries(&throttle, home, EMAIL, now), Ok(()));
        throttle.passed(Guess::Password, home, EMAIL, now);
        let many = (0..1000_u32).filter(|n| tries(&throttle, address(1), &n.to_be_bytes(), now).is_ok());
        assert_eq!(many.count(), 50);
        let many = (0..1000_u32).filter(|n| tries(&throttle, address(n + 10), EMAIL, now).is_ok()).count();
        assert_eq!(many, 100);
        assert!(tries(&throttle, address(2), EMAIL, now).is_err_and(|wait| wait <= Duration::from_secs(5)));
        assert_eq!(tries(&throttle, home, EMAIL, now), Ok(()));
        assert_eq!(tries(&throttle, address(2), EMAIL, now.after(Duration::from_secs(5))), Ok(()));
    }

    /// As many tries as all the limits let through in half an hour, each from another address and for another person: what was
    /// counted stays counted, and somebody who never tried is not made to wait for long.
    #[test]
    fn strangers_neither_fill_nor_flush_the_tables() {
        let (throttle, now) = start();
        for _ in 0..5 {
            assert_eq!(tries(&throttle, address(1), EMAIL, now), Ok(()));
        }
        let mut taken = 0_u32;
        for n in 0..60_000_u32 {
            let at = now.after(Duration::from_millis(u64::from(n) * 30));
            taken += u32::from(tries(&throttle, address(n + 100), &n.to_be_bytes(), at).is_ok());
            if n == 100 {
                assert!(tries(&throttle, address(1), EMAIL, now).is_err(), "it was forgotten");
            }
        }
        assert!((18_000..19_000).contains(&taken), "{taken}");
        let end = now.after(Duration::from_mins(30));
        let free = (0..200_u32).filter(|n| {
            waits(
                &throttle.tables.lock().unwrap().pairs,
                throttle.places(Guess::Password, address(70_000 + n), b"new").pair,
                5,
                millis(end),
            )
            .is_zero()
        });
        assert_eq!(free.count(), 200, "strangers made somebody wait who never tried");
    }

    #[test]
    fn mails_are_few_for_each_person_and_address() {
        let (throttle, now) = start();
        let ask = |n, whose: &[u8]| throttle.admit(Guess::Mail, address(n), whose, now);
        let for_one = (0..50).filter(|n| ask(*n, EMAIL).is_ok()).count();
        assert_eq!(for_one, 3);
        let by_one = (0..50_u8).filter(|n| ask(60, &[*n]).is_ok()).count();
        assert_eq!(by_one, 10);
    }

    #[test]
    fn a_token_that_worked_is_looked_up_whatever_others_try() {
        let (throttle, now) = start();
        for _ in 0..300 {
            assert_eq!(throttle.too_many_wrong(address(1), now), None);
            let _ = throttle.admit(Guess::Credential, address(1), &[], now);
        }
        assert!(throttle.too_many_wrong(address(1), now).is_some());
        throttle.remember_credential(&[7; 32]);
        assert!(throttle.remembers_credential(&[7; 32]) && !throttle.remembers_credential(&[8; 32]));
    }
}

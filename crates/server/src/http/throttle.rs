//! Slows log-ins down. In memory: a restart forgets, which costs an attacker more than it gives.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chasqui_model::Timestamp;

/// Wrong passwords for one address from one machine before it has to wait.
const FREE: u32 = 5;
/// Waiting time after the first wrong password too many; doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// After this time without a wrong password, all is forgotten.
const FORGET: Duration = Duration::from_mins(30);
const MOST: usize = 50_000;

/// Wrong passwords lately.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<(IpAddr, String), Failures>>);

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Throttle {
    /// How long to wait before the next try; `None`: go ahead.
    pub(crate) fn wait(&self, from: IpAddr, email: &str, now: Timestamp) -> Option<Duration> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = all.get(&(from, email.to_owned()))?;
        let over = failures.count.checked_sub(FREE)?;
        let wait = FIRST_WAIT.saturating_mul(1 << over.min(16)).min(LONGEST_WAIT);
        wait.checked_sub(now.since(failures.last)).filter(|wait| !wait.is_zero())
    }

    /// The password was wrong.
    pub(crate) fn failed(&self, from: IpAddr, email: &str, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, failures| now.since(failures.last) < FORGET);
            if all.len() >= MOST {
                all.clear();
            }
        }
        let failures = all.entry((from, email.to_owned())).or_insert(Failures { count: 0, last: now });
        let count = if now.since(failures.last) >= FORGET { 0 } else { failures.count };
        *failures = Failures { count: count.saturating_add(1), last: now };
    }

    /// The password was right.
    pub(crate) fn passed(&self, from: IpAddr, email: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(from, email.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const EMAIL: &str = "ana@example.com";

    #[test]
    fn wrong_passwords_make_one_wait_longer_and_longer() {
        let throttle = Throttle::default();
        let now = Timestamp::from_seconds(1_000);
        for _ in 0..FREE {
            assert_eq!(throttle.wait(HERE, EMAIL, now), None);
            throttle.failed(HERE, EMAIL, now);
        }
        assert_eq!(throttle.wait(HERE, EMAIL, now), Some(FIRST_WAIT));
        throttle.failed(HERE, EMAIL, now);
        assert_eq!(throttle.wait(HERE, EMAIL, now), Some(FIRST_WAIT * 2));
        assert_eq!(throttle.wait(HERE, EMAIL, now.after(FIRST_WAIT * 2)), None);
        assert_eq!(throttle.wait(HERE, "other@example.com", now), None);
    }

    #[test]
    fn the_right_password_or_a_long_time_makes_good() {
        let throttle = Throttle::default();
        let now = Timestamp::from_seconds(1_000);
        (0..9).for_each(|_| throttle.failed(HERE, EMAIL, now));
        throttle.failed(HERE, EMAIL, now.after(FORGET));
        assert_eq!(throttle.wait(HERE, EMAIL, now.after(FORGET)), None);
        (0..9).for_each(|_| throttle.failed(HERE, EMAIL, now));
        throttle.passed(HERE, EMAIL);
        assert_eq!(throttle.wait(HERE, EMAIL, now), None);
    }
}

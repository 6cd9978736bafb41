//! Whether a number is registered, and under which PIN.

use std::collections::VecDeque;
use std::time::Duration;

use chasqui_model::Timestamp;
use serde::Deserialize;

/// The most calls that register or deregister …
const MOST_CALLS: usize = 10;
/// … within this time, for which it is locked then.
const LOCK: Duration = Duration::from_hours(72);
/// Wrong PINs after which the next one must wait a little …
const QUICK: u32 = 3;
/// … so long …
const PAUSE: Duration = Duration::from_secs(5);
/// … and those after which no PIN is taken …
const MOST_WRONG: u32 = 5;
/// … for so long.
const SHUT: Duration = Duration::from_hours(1);
/// How long a number that was deleted cannot be registered.
const DELETED: Duration = Duration::from_mins(5);
/// How long a verification code can be used.
const CODE: Duration = Duration::from_mins(10);

/// How a number stands, as `POST /_sim/businesses` describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "knobs of a test bench, named in JSON")]
pub struct RegistrationSpec {
    /// It can send.
    pub registered: bool,
    /// Its owner has shown a code that was sent to it.
    pub verified: bool,
    /// The PIN under which another partner registered it.
    pub pin: Option<String>,
    /// A deregistration stopped half-way: registering wants another one first.
    pub unfinished: bool,
    /// It was deleted this moment.
    pub deleted: bool,
    /// Its certificate is in order.
    pub certificate: bool,
    /// Its name may be shown.
    pub name_approved: bool,
    /// It stays in the WhatsApp Business app, and is not registered by API.
    pub on_biz_app: bool,
}

impl Default for RegistrationSpec {
    fn default() -> Self {
        Self {
            registered: true,
            verified: true,
            pin: None,
            unfinished: false,
            deleted: false,
            certificate: true,
            name_approved: true,
            on_biz_app: false,
        }
    }
}

/// How a number stands.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) spec: RegistrationSpec,
    /// The PIN is our own: registering anew has to repeat it.
    own_pin: bool,
    calls: VecDeque<Timestamp>,
    wrong: u32,
    wrong_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    code: Option<(String, Timestamp)>,
}

impl Registration {
    pub(crate) fn new(spec: RegistrationSpec, now: Timestamp) -> Self {
        let deleted_at = spec.deleted.then_some(now);
        let calls = VecDeque::new();
        Self { spec, own_pin: false, calls, wrong: 0, wrong_at: None, deleted_at, code: None }
    }

    /// Why it cannot send, as a code.
    pub(crate) fn silence(&self) -> Option<i64> {
        if !self.spec.registered {
            Some(133_010)
        } else if !self.spec.certificate {
            Some(131_045)
        } else if !self.spec.name_approved {
            Some(131_037)
        } else {
            None
        }
    }

    /// Registers it under a PIN, or says with a code why not.
    pub(crate) fn register(&mut self, pin: &str, now: Timestamp) -> Result<(), i64> {
        self.count(now)?;
        if self.deleted_at.is_some_and(|at| now.since(at) < DELETED) {
            return Err(133_015);
        }
        if self.spec.unfinished {
            return Err(133_000);
        }
        if !self.spec.verified {
            return Err(133_006);
        }
        if !self.spec.certificate {
            return Err(131_045);
        }
        if self.spec.registered && !self.own_pin && self.spec.pin.is_some() {
            // Another partner's: it stays as it is, and so does the PIN.
            return Ok(());
        }
        self.enter(pin, now)?;
        (self.spec.registered, self.own_pin) = (true, true);
        Ok(())
    }

    /// Judges a PIN. The first one sets it.
    fn enter(&mut self, pin: &str, now: Timestamp) -> Result<(), i64> {
        let since = self.wrong_at.map(|at| now.since(at));
        if self.wrong >= MOST_WRONG {
            if since.is_some_and(|since| since < SHUT) {
                return Err(133_008);
            }
            self.wrong = 0;
        }
        if self.wrong >= QUICK && since.is_some_and(|since| since < PAUSE) {
            return Err(133_009);
        }
        if self.spec.pin.as_deref().is_some_and(|known| known != pin) {
            self.wrong += 1;
            self.wrong_at = Some(now);
            return Err(133_005);
        }
        self.wrong = 0;
        self.spec.pin = Some(pin.to_owned());
        Ok(())
    }

    pub(crate) fn deregister(&mut self, now: Timestamp) -> Result<(), i64> {
        self.count(now)?;
        if !self.spec.registered && !self.spec.unfinished {
            return Err(133_010);
        }
        (self.spec.registered, self.spec.unfinished) = (false, false);
        Ok(())
    }

    fn count(&mut self, now: Timestamp) -> Result<(), i64> {
        while self.calls.front().is_some_and(|at| now.since(*at) >= LOCK) {
            self.calls.pop_front();
        }
        if self.calls.len() >= MOST_CALLS {
            return Err(133_016);
        }
        self.calls.push_back(now);
        Ok(())
    }

    /// Sets the PIN.
    pub(crate) fn set_pin(&mut self, pin: &str) {
        self.spec.pin = Some(pin.to_owned());
        self.own_pin = true;
    }

    /// Sends a code to the number, unless it was verified before.
    pub(crate) fn request_code(&mut self, code: String, now: Timestamp) -> Result<(), i64> {
        if self.spec.verified {
            return Err(136_024);
        }
        self.code = Some((code, now));
        Ok(())
    }

    /// Whether the code is the one that was sent: within ten minutes, and once.
    pub(crate) fn verify(&mut self, given: &str, now: Timestamp) -> bool {
        let right = |(code, at): &(String, Timestamp)| code == given && now.since(*at) < CODE;
        if !self.code.as_ref().is_some_and(right) {
            return false;
        }
        self.code = None;
        self.spec.verified = true;
        true
    }
}

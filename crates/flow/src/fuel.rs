//! What a turn may still do. Every piece of work whose size somebody else decides costs fuel, in about as many units as it
//! takes nanoseconds at worst. It is counted from sizes alone, never from a clock, so that service, test mode, flow tests and
//! replay agree (docs/decisions/0132).

use std::cell::Cell;

use crate::expression::Trouble;

/// What one event may cost until the bot rests. A tenth of a second at worst; usual turns take some 10,000 units, and the
/// dearest of the examples in the guide 200,000.
pub const BUDGET: u64 = 100_000_000;
/// What is left to the error port of the node that used up the budget, and once more to say goodbye.
pub const RESERVE: u64 = BUDGET / 10;

/// What a unit of each kind of work costs. Measured with the dearest input of each kind; see docs/decisions/0132.
pub(crate) mod cost {
    /// Coming to a node: its record in the trace.
    pub const VISIT: usize = 2000;
    /// A part of a formula.
    pub const TERM: usize = 20;
    /// Looking a variable up.
    pub const READ: usize = 40;
    /// A calculation with numbers.
    pub const NUMBER: usize = 300;
    /// A date or time: zone and calendar.
    pub const DATE: usize = 4000;
    /// A phrase that is read before it is filled.
    pub const PHRASE: usize = 2000;
    /// Per byte: making text. It also bounds how much memory a turn can fill.
    pub const COPY: usize = 4;
    /// Per byte: looking for a part in a text.
    pub const SEARCH: usize = 2;
    /// Per byte: going through characters.
    pub const SCAN: usize = 4;
    /// Per byte: reading a number that people write.
    pub const DIGITS: usize = 16;
    /// Per byte: capitals and small letters.
    pub const CASE: usize = 16;
    /// Per byte: the form in which texts are compared.
    pub const FOLD: usize = 100;
    /// Per byte: fitting a text to WhatsApp's limits.
    pub const FIT: usize = 12;
    /// Per byte: writing JSON.
    pub const JSON: usize = 4;
    /// Per byte: reading JSON, numbers with all their digits.
    pub const PARSE: usize = 80;
    /// Per byte of JSON: copying a value.
    pub const CLONE: usize = 10;
    /// Per byte of JSON: storing a variable, in the state, the trace and the database.
    pub const SAVE: usize = 30;
    /// A state of a regular expression that is come to.
    pub const STATE: usize = 8;
    /// Per byte of a compiled regular expression: compiling it.
    pub const COMPILE: usize = 12;
}

/// What a turn may still do.
#[derive(Debug)]
pub(crate) struct Fuel {
    /// Below zero: it is used up.
    left: Cell<i64>,
    given: Cell<i64>,
    /// A trial: what it takes is work that is done, and once the fuel is used up the turn is begun anew without it.
    is_trial: bool,
    /// Of a trial: work that costs as much but need not be done again, because others have done it.
    spared: Cell<i64>,
}

impl Fuel {
    pub fn new(units: u64) -> Self {
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        Self { left: Cell::new(units), given: Cell::new(units), is_trial: false, spared: Cell::new(0) }
    }

    /// Fuel for a turn that is given up, in place of failing, when it takes more.
    pub fn trial(units: u64) -> Self {
        Self { is_trial: true, ..Self::new(units) }
    }

    pub fn is_trial(&self) -> bool {
        self.is_trial
    }

    /// Gives a trial up. `false`: this is none.
    pub fn give_up(&self) -> bool {
        if self.is_trial {
            self.left.set(-1);
        }
        self.is_trial
    }

    /// Takes units for work that others may have done already. A turn costs the same either way; a trial only counts what it
    /// has to do itself, as long as the whole turn would have enough.
    pub fn burn_shared(&self, units: usize) -> bool {
        if !self.is_trial {
            return self.burn(units);
        }
        let spared = self.spared.get().saturating_add_unsigned(units as u64);
        self.spared.set(spared);
        let whole = i64::try_from(BUDGET).unwrap_or(i64::MAX);
        if spared > whole - self.given.get() {
            self.left.set(-1);
        }
        self.burn(0)
    }

    /// Takes units for work that comes, or has just been done. `false`: it is used up, and no more work is to be done.
    #[inline]
    pub fn burn(&self, units: usize) -> bool {
        let left = self.left.get().saturating_sub_unsigned(units as u64);
        self.left.set(left);
        left >= 0
    }

    /// Takes `each` for every byte.
    #[inline]
    pub fn burn_for(&self, bytes: usize, each: usize) -> bool {
        self.burn(bytes.saturating_mul(each))
    }

    /// As [`Fuel::burn`], for those who can fail.
    #[inline]
    pub fn spend(&self, units: usize) -> Result<(), Trouble> {
        if self.burn(units) { Ok(()) } else { Err(used_up()) }
    }

    /// As [`Fuel::burn_for`], for those who can fail.
    #[inline]
    pub fn spend_for(&self, bytes: usize, each: usize) -> Result<(), Trouble> {
        self.spend(bytes.saturating_mul(each))
    }

    pub fn is_out(&self) -> bool {
        self.left.get() < 0
    }

    /// Gives the reserve in place of what is left.
    pub fn refill(&self) {
        let reserve = i64::try_from(RESERVE).unwrap_or(i64::MAX);
        self.given.set(self.given.get().saturating_sub(self.left.get()).saturating_add(reserve));
        self.left.set(reserve);
    }

    /// What was taken so far.
    pub fn used(&self) -> u64 {
        let used = self.given.get().saturating_sub(self.left.get()).saturating_add(self.spared.get());
        u64::try_from(used).unwrap_or(0)
    }
}

#[cold]
fn used_up() -> Trouble {
    Trouble { code: "too_much_work", message: "the turn did more work than one turn may do".to_owned() }
}

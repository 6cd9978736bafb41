//! Parts: the unit of ownership. All rows of a number carry its part; one worker owns a part at a time.

use crate::Id;
use crate::integration::Integration;

/// How many parts there are. Fixed at install: rows carry the part they were written with.
pub const PARTS: u16 = 256;

/// One of [`PARTS`] slices of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(u16);

impl Part {
    /// The part of an integration, and so of everything on its number. FNV-1a, so that it never changes with a
    /// compiler or a library.
    pub fn of(integration: Id<Integration>) -> Self {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in integration.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(u16::try_from(hash % u64::from(PARTS)).unwrap_or(0))
    }

    /// The number, as rows carry it.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The part with this number; `None` past the last one.
    pub const fn from_number(number: u16) -> Option<Self> {
        if number < PARTS { Some(Self(number)) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_never_changes() {
        assert_eq!(Part::of(Id::from_bytes([0; 16])).number(), 101);
    }
}

//! Counts and sums of rows that do not depend on their order, so that two engines can be compared.

use sha2::{Digest, Sha256};

use crate::value::{Row, Value};

/// How many rows, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub rows: u64,
    sum: u128,
}

impl Tally {
    /// What was counted before.
    pub(crate) fn known(rows: u64, sum: &str) -> Option<Self> {
        Some(Self { rows, sum: u128::from_str_radix(sum, 16).ok()? })
    }

    /// The sum as text.
    pub fn sum(&self) -> String {
        format!("{:032x}", self.sum)
    }

    pub(crate) fn add_all(&mut self, rows: &[Row]) {
        for row in rows {
            self.rows += 1;
            self.sum = self.sum.wrapping_add(hash(row));
        }
    }
}

/// Of each value its kind and length as well, so that no two rows look alike.
fn hash(row: &Row) -> u128 {
    let mut hash = Sha256::new();
    let mut bytes = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    for value in &row.0 {
        match value {
            Value::Null => bytes(0, &[]),
            Value::Int(value) => bytes(1, &value.to_be_bytes()),
            Value::Text(value) => bytes(2, value.as_bytes()),
            Value::Blob(value) => bytes(3, value),
        }
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: &[Row]) -> Tally {
        let mut tally = Tally::default();
        tally.add_all(rows);
        tally
    }

    fn row(text: &str, number: i64) -> Row {
        Row(vec![text.into(), number.into(), Value::Null])
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_every_value_does() {
        let (one, two) = (row("a", 1), row("b", 2));
        let both = tally(&[one.clone(), two.clone()]);
        assert_eq!(both, tally(&[two.clone(), one.clone()]));
        assert_ne!(both, tally(&[one.clone(), row("b", 3)]));
        assert_ne!(
            tally(&[Row(vec!["ab".into(), "c".into()])]),
            tally(&[Row(vec!["a".into(), "bc".into()])])
        );
        assert_ne!(tally(&[Row(vec![Value::Null])]), tally(&[Row(vec!["".into()])]));
        assert_eq!(Tally::known(2, &both.sum()), Some(both));
    }
}

//! Migrations: numbered files, forward only, each in a transaction, with a checksum so that a changed file is noticed.

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// One migration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    /// From 1, each higher than the one before.
    pub(crate) number: i64,
    /// For people.
    pub(crate) name: &'static str,
    /// The text.
    pub(crate) sql: &'static str,
}

impl Migration {
    /// Changes when the text does.
    pub(crate) fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.as_bytes()))
    }
}

/// What is to be run, given what was: the applied ones' numbers and checksums, in order.
pub(crate) fn plan(all: &[Migration], applied: &[(i64, String)]) -> Result<Vec<Migration>, String> {
    let mut all = all.to_vec();
    all.sort_by_key(|migration| migration.number);
    if applied.len() > all.len() {
        return Err(format!(
            "it has had {} migrations, this program knows {}: use a newer chasqui",
            applied.len(),
            all.len()
        ));
    }
    for (migration, (number, checksum)) in all.iter().zip(applied) {
        if migration.number != *number || migration.checksum() != *checksum {
            return Err(format!("migration {number} is not the one this program knows ({})", migration.name));
        }
    }
    Ok(all[applied.len()..].to_vec())
}

/// The number of migrations of a store that has had all of them.
pub(crate) fn complete(all: &[Migration], applied: &[(i64, String)]) -> Result<i64> {
    let missing = plan(all, applied).map_err(Error::Corrupt)?;
    if missing.is_empty() {
        return Ok(i64::try_from(all.len()).unwrap_or(i64::MAX));
    }
    Err(Error::Unavailable(
        "the store is older than this chasqui: bring it up to date with `chasqui doctor`, and do this again"
            .into(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration { number: 1, name: "one", sql: "SELECT 1" };
    const TWO: Migration = Migration { number: 2, name: "two", sql: "SELECT 2" };

    #[test]
    fn only_what_is_missing_is_run() {
        assert_eq!(plan(&[ONE, TWO], &[(1, ONE.checksum())]).unwrap().len(), 1);
        assert!(plan(&[ONE], &[(1, ONE.checksum())]).unwrap().is_empty());
    }

    #[test]
    fn a_newer_or_changed_store_is_refused() {
        assert!(plan(&[ONE], &[(1, ONE.checksum()), (2, TWO.checksum())]).is_err());
        assert!(plan(&[ONE, TWO], &[(1, TWO.checksum())]).is_err());
    }
}

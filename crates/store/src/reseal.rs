//! Secrets sealed anew after a key was changed: a batch at a time, each in a transaction, so that it can die anywhere and
//! go on later. What is sealed with the newest key is left alone.

use crate::db::{Statement, Write, statements};
use crate::noun::{connection, idempotency, integration, mail, managed_number};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

/// Rows in one transaction.
const AT_ONCE: i64 = 200;

statements! {
    // The second byte of what is sealed is the number of the key.
    INTEGRATIONS = "SELECT id, app_secret, access_token, verify_token FROM integration \
        WHERE substr(app_secret, 2, 1) <> $1 OR substr(access_token, 2, 1) <> $1 OR substr(verify_token, 2, 1) <> $1 \
        LIMIT $2";
    INTEGRATION = "UPDATE integration SET app_secret = $2, access_token = $3, verify_token = $4 \
        WHERE id = $1 AND app_secret = $5 AND access_token = $6 AND verify_token = $7";
    NUMBERS = "SELECT id, credentials FROM managed_number WHERE substr(credentials, 2, 1) <> $1 LIMIT $2";
    NUMBER = "UPDATE managed_number SET credentials = $2 WHERE id = $1 AND credentials = $3";
    // What was sent is empty.
    MAILS = "SELECT id, content FROM mail WHERE length(content) > 0 AND substr(content, 2, 1) <> $1 LIMIT $2";
    MAIL = "UPDATE mail SET content = $2 WHERE id = $1 AND content = $3";
    CONNECTIONS = "SELECT id, secret FROM connection WHERE substr(secret, 2, 1) <> $1 LIMIT $2";
    CONNECTION = "UPDATE connection SET secret = $2 WHERE id = $1 AND secret = $3";
    GRANTS = "SELECT id, refresh_token FROM connection WHERE refresh_token IS NOT NULL \
        AND substr(refresh_token, 2, 1) <> $1 LIMIT $2";
    GRANT = "UPDATE connection SET refresh_token = $2 WHERE id = $1 AND refresh_token = $3";
    AUTHORISATIONS = "SELECT id, pending FROM connection WHERE pending IS NOT NULL AND substr(pending, 2, 1) <> $1 LIMIT $2";
    AUTHORISATION = "UPDATE connection SET pending = $2 WHERE id = $1 AND pending = $3";
    ANSWERS = "SELECT account, key, body FROM idempotency WHERE body IS NOT NULL AND substr(body, 2, 1) <> $1 LIMIT $2";
    ANSWER = "UPDATE idempotency SET body = $3 WHERE account = $1 AND key = $2 AND body = $4";
}

/// A table with sealed columns, which stand behind its key in what `stale` answers.
struct Sealed {
    /// The file of the noun.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test looks for nouns that are missing here"))]
    noun: &'static str,
    stale: Statement,
    update: Statement,
    /// How many columns the key has.
    key: usize,
    /// The place that a column is sealed for.
    places: fn(&Row) -> Result<Vec<String>>,
}

/// Everything that is sealed.
const SEALED: [Sealed; 7] = [
    Sealed {
        noun: "integration",
        stale: INTEGRATIONS,
        update: INTEGRATION,
        key: 1,
        places: |row| {
            let id = row.id(0)?;
            let columns = ["app_secret", "access_token", "verify_token"];
            Ok(columns.into_iter().map(|column| integration::place(id, column)).collect())
        },
    },
    Sealed {
        noun: "managed_number",
        stale: NUMBERS,
        update: NUMBER,
        key: 1,
        places: |row| Ok(vec![managed_number::place(row.id(0)?)]),
    },
    Sealed {
        noun: "mail",
        stale: MAILS,
        update: MAIL,
        key: 1,
        places: |row| Ok(vec![mail::place(row.id(0)?)]),
    },
    Sealed {
        noun: "connection",
        stale: CONNECTIONS,
        update: CONNECTION,
        key: 1,
        places: |row| Ok(vec![connection::place(row.id(0)?, "secret")]),
    },
    Sealed {
        noun: "connection",
        stale: GRANTS,
        update: GRANT,
        key: 1,
        places: |row| Ok(vec![connection::place(row.id(0)?, "refresh_token")]),
    },
    Sealed {
        noun: "connection",
        stale: AUTHORISATIONS,
        update: AUTHORISATION,
        key: 1,
        places: |row| Ok(vec![connection::place(row.id(0)?, "pending")]),
    },
    Sealed {
        noun: "idempotency",
        stale: ANSWERS,
        update: ANSWER,
        key: 2,
        places: |row| Ok(vec![idempotency::place(row.id(0)?, row.text(1)?)]),
    },
];

impl Store {
    /// Seals the next rows with the newest key whose secrets are not. Answers how many; 0: nothing is left. A secret that
    /// none of the keys opens is an error that names its place, and stays as it is.
    pub async fn reseal(&self) -> Result<usize> {
        for it in &SEALED {
            let newest = Value::Blob(vec![self.vault.newest()]);
            let rows = self.db.query(it.stale, vec![newest, AT_ONCE.into()]).await?;
            if rows.is_empty() {
                continue;
            }
            let writes = rows.iter().map(|row| self.anew(it, row)).collect::<Result<Vec<_>>>()?;
            return match self.db.transact(writes).await {
                // Somebody changed one of them meanwhile: the next look finds what is left.
                Ok(_) | Err(Error::Stale) => Ok(rows.len()),
                Err(error) => Err(error),
            };
        }
        Ok(0)
    }

    fn anew(&self, it: &Sealed, row: &Row) -> Result<Write> {
        let mut values = row.0[..it.key].to_vec();
        let (mut sealed, mut before) = (Vec::new(), Vec::new());
        for (at, place) in (it.places)(row)?.iter().enumerate() {
            let old = row.blob(it.key + at)?;
            sealed.push(Value::Blob(self.vault.reseal(place, old)?));
            before.push(Value::Blob(old.to_vec()));
        }
        values.extend(sealed);
        values.extend(before);
        Ok(Write::one(it.update, values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_noun_that_seals_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/noun");
        let mut seal = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if std::fs::read_to_string(&path).unwrap().contains(".seal(") {
                seal.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
            }
        }
        seal.sort();
        let mut listed: Vec<_> = SEALED.iter().map(|it| it.noun).collect();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(seal, listed, "say in `SEALED` how what is sealed there is sealed anew");
    }
}

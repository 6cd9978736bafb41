//! PostgreSQL's errors, as our callers and people understand them. Details are left out: they hold values of rows.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use super::address::Address;
use crate::Error;

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return Self::Unavailable(sentence(&error));
        };
        let code = db.code().code();
        match &code[..2.min(code.len())] {
            "57" if *db.code() == SqlState::QUERY_CANCELED => Self::TooSlow,
            "23" => Self::Exists(db.constraint().unwrap_or(db.message()).to_owned()),
            // What we sent or what lies there is not what the other side expects; no waiting helps.
            "53" if code == "53100" => {
                Self::Unavailable(format!("the disk of the database is full: {} ({code})", db.message()))
            }
            "22" | "42" | "XX" => Self::Corrupt(format!("{} ({code})", db.message())),
            _ => Self::Unavailable(format!("{} ({code})", db.message())),
        }
    }
}

/// An error with what caused it.
pub(super) fn sentence(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = next.source();
    }
    text
}

/// Whether the transaction may simply be run again: it met another one.
pub(super) fn is_clash(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
    })
}

/// Why no connection could be made, and what to do.
pub(super) fn explain(error: &tokio_postgres::Error, address: &Address) -> String {
    let (place, user, database) = (address.place(), address.user(), address.database());
    let code = error.code();
    if code == Some(&SqlState::INVALID_PASSWORD)
        || code == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
    {
        return format!(
            "PostgreSQL at {place} does not let the user {user} in: check user and password in --database-url ({})",
            sentence(error)
        );
    }
    if code == Some(&SqlState::INVALID_CATALOG_NAME) {
        return format!(
            "PostgreSQL at {place} has no database {database}: create it with `createdb -O {user} {database}`"
        );
    }
    if code == Some(&SqlState::TOO_MANY_CONNECTIONS) {
        return format!("PostgreSQL at {place} has no connection left: raise its max_connections");
    }
    let text = sentence(error);
    if text.contains("missing") && text.contains("password") {
        return format!(
            "PostgreSQL at {place} asks for a password: put it into --database-url after the user"
        );
    }
    format!("PostgreSQL at {place} cannot be reached: {text}")
}

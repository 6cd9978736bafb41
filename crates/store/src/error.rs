//! What can go wrong with a store, as far as callers act differently.

use crate::noun::quota::Room;

/// A store's failure.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be reached or written now (locked, disk full, gone). Nothing was changed; try again later.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// The account that asks has so much waiting that more is refused. Nothing was read or changed; try again later.
    #[error("too much of this account waits")]
    Busy,
    /// It takes longer than the one who asks is let wait. Nothing was changed; ask for less.
    #[error("it takes too long")]
    TooSlow,
    /// A unique rule refused it; the name of the rule.
    #[error("already exists: {0}")]
    Exists(String),
    /// What was read has been changed by somebody else meanwhile. Nothing was changed.
    #[error("changed meanwhile")]
    Stale,
    /// An account has as much of something as it may have. Nothing was changed.
    #[error("the account may not keep more {}", .0.kind.name())]
    Full(Room),
    /// The inbox rows of a turn are done or not there any more. Nothing was changed, and nothing is to be done.
    #[error("already done")]
    Gone,
    /// The contact has older work that is to be done first. Nothing was changed.
    #[error("older work comes first")]
    Behind,
    /// Another process has the part now. Nothing was changed, and it is the other's to do.
    #[error("another process has taken over")]
    NotOwner,
    /// The store holds what this program cannot read, or the program is wrong.
    #[error("store damaged or newer than this program: {0}")]
    Corrupt(String),
    /// The key file does not fit the secrets in the store.
    #[error("a secret cannot be decrypted: {0}")]
    Secret(String),
}

/// A store's answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match &error {
            rusqlite::Error::SqliteFailure(code, message) => match code.code {
                ErrorCode::ConstraintViolation => {
                    Self::Exists(message.clone().unwrap_or_else(|| "constraint".into()))
                }
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch => {
                    Self::Corrupt(error.to_string())
                }
                ErrorCode::OperationInterrupted => Self::TooSlow,
                _ => Self::Unavailable(error.to_string()),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::InvalidColumnIndex(..)
            | rusqlite::Error::InvalidColumnName(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

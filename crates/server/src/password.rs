//! Passwords: Argon2id in PHC form, hashed on threads of their own because it takes tens of milliseconds and megabytes.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chasqui_model::secret::Secret;
use tokio::sync::Semaphore;

/// How many are hashed at once. Bounds the memory that a storm of log-ins takes.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Shortest password that is taken.
pub(crate) const SHORTEST: usize = 8;
/// Longest password that is looked at, in characters: hashing takes longer the longer it is.
pub(crate) const LONGEST: usize = 1024;

/// What is said about a password of another length.
pub(crate) const RULE: &str = "A password has at least 8 characters.";

/// Whether a password can be taken.
pub(crate) fn fits(password: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&password.chars().count())
}

/// Hashing failed: the process is ending, or out of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// Hashes a password with a fresh salt.
pub(crate) async fn hash(password: Secret) -> Result<String, Failed> {
    run(move || blocking_hash(password.expose())).await?
}

/// Whether the password is the one that was hashed. Without a hash it takes as long and answers `false`, so that the time
/// does not tell which addresses exist.
pub(crate) async fn is_right(password: Secret, hash: Option<String>) -> Result<bool, Failed> {
    run(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| nobody().to_owned());
        let right = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok());
        known && right
    })
    .await
}

fn blocking_hash(password: &str) -> Result<String, Failed> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| Failed)?.to_string())
}

fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| blocking_hash("nobody has this password").unwrap_or_default())
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failed> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| Failed)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let hash = hash(Secret::new("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_right(Secret::new("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!is_right(Secret::new("wrong horse"), Some(hash)).await.unwrap());
        assert!(!is_right(Secret::new("nobody has this password"), None).await.unwrap());
    }
}

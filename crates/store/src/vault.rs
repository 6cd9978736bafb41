//! Secrets at rest: AES-256-GCM, a random 96-bit nonce each, the row's identity as associated data so that a sealed
//! value cannot be moved to another row, and a key id so that keys can be changed.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use chasqui_model::secret::Secret;

use crate::{Error, Result};

/// Layout version of a sealed value.
const FORMAT: u8 = 1;
const NONCE: usize = 12;

/// Seals and opens secrets.
#[derive(Clone)]
pub struct Vault {
    /// The first one seals; all open.
    keys: Vec<(u8, Aes256Gcm)>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} keys)", self.keys.len())
    }
}

impl Vault {
    /// Keys with their ids, newest first.
    ///
    /// # Panics
    /// When there is no key.
    pub fn new(keys: &[(u8, [u8; 32])]) -> Self {
        assert!(!keys.is_empty(), "a vault needs a key");
        let keys = keys.iter().map(|(id, key)| (*id, Aes256Gcm::new(key.into()))).collect();
        Self { keys }
    }

    /// The number of the key that seals.
    pub fn newest(&self) -> u8 {
        self.keys[0].0
    }

    /// Seals with the newest key what any of the keys opens; what that key has sealed stays as it is.
    pub fn reseal(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let secret = self.open(place, sealed)?;
        if sealed.get(1) == Some(&self.newest()) { Ok(sealed.to_vec()) } else { self.seal(place, &secret) }
    }

    /// Opens what is there. What cannot be opened is lost: whoever reads many things reads the others all the same.
    pub(crate) fn open_or_lose(&self, place: &str, sealed: &[u8]) -> Secret {
        self.open(place, sealed).unwrap_or_else(|error| {
            tracing::debug!(%error, "a secret is damaged");
            Secret::lost()
        })
    }

    /// Seals `secret` for the place named `place` (table, row, column). One that is lost cannot be kept again.
    pub fn seal(&self, place: &str, secret: &Secret) -> Result<Vec<u8>> {
        if secret.is_lost() {
            return Err(Error::Secret(format!("{place}: it is damaged and has to be entered again")));
        }
        let (id, key) = &self.keys[0];
        let nonce: [u8; NONCE] = chasqui_model::clock::random_bytes();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: place.as_bytes() };
        let sealed = key
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| Error::Secret(format!("sealing {place} failed")))?;
        let mut out = Vec::with_capacity(2 + NONCE + sealed.len());
        out.extend_from_slice(&[FORMAT, *id]);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret> {
        let wrong = |why: &str| Error::Secret(format!("{place}: {why}"));
        let [FORMAT, id, rest @ ..] = sealed else {
            return Err(wrong("unknown format"));
        };
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or_else(|| wrong("too short"))?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| wrong("too short"))?;
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known == id)
            .ok_or_else(|| wrong("sealed with a key that is not in the key file"))?;
        let bytes = key
            .decrypt(&Nonce::from(nonce), Payload { msg: body, aad: place.as_bytes() })
            .map_err(|_| wrong("the key file is not the one it was sealed with"))?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| wrong("not text"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_where_it_was_sealed_and_nowhere_else() {
        let vault = Vault::new(&[(1, [7; 32])]);
        let sealed = vault.seal("integration/1/app_secret", &Secret::new("s3cret")).unwrap();
        assert_eq!(vault.open("integration/1/app_secret", &sealed).unwrap().expose(), "s3cret");
        assert!(vault.open("integration/2/app_secret", &sealed).is_err());
        assert!(Vault::new(&[(1, [8; 32])]).open("integration/1/app_secret", &sealed).is_err());
        assert!(Vault::new(&[(2, [7; 32])]).open("integration/1/app_secret", &sealed).is_err());
    }

    #[test]
    fn an_older_key_still_opens() {
        let old = Vault::new(&[(1, [7; 32])]);
        let sealed = old.seal("a", &Secret::new("x")).unwrap();
        let both = Vault::new(&[(2, [9; 32]), (1, [7; 32])]);
        assert_eq!(both.open("a", &sealed).unwrap().expose(), "x");
        assert_eq!(both.seal("a", &Secret::new("x")).unwrap()[1], 2);
        let anew = both.reseal("a", &sealed).unwrap();
        assert_eq!(Vault::new(&[(2, [9; 32])]).open("a", &anew).unwrap().expose(), "x");
        assert_eq!(both.reseal("a", &anew).unwrap(), anew);
        assert!(both.reseal("b", &sealed).is_err());
    }

    #[test]
    fn what_is_damaged_is_lost_and_never_kept_again() {
        let vault = Vault::new(&[(1, [7; 32])]);
        let lost = vault.open_or_lose("a", &[1; 40]);
        assert!(lost.is_lost());
        assert!(vault.seal("a", &lost).is_err());
        let sealed = vault.seal("a", &Secret::new("x")).unwrap();
        assert_eq!(vault.open_or_lose("a", &sealed).expose(), "x");
    }

    #[test]
    fn damage_is_an_error() {
        let vault = Vault::new(&[(1, [7; 32])]);
        for sealed in [&[][..], &[1], &[1, 1], &[9, 1, 0], &[1; 40]] {
            assert!(vault.open("a", sealed).is_err());
        }
    }
}

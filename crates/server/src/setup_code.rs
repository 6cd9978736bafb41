//! What the first person has to know: a code in the data directory. Whoever can read that may set the server up; whoever
//! only reaches it over the network may not.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use chasqui_store::Store;
use sha2::{Digest, Sha256};

use crate::config::write_private;
use crate::token;

/// The name of the file.
const FILE: &str = "setup-code";

/// The code, while nobody is here.
#[derive(Debug, Default)]
pub(crate) struct SetupCode(Mutex<Option<(PathBuf, [u8; 32])>>);

impl SetupCode {
    /// Writes a code down when the store is empty; takes an old one away when it is not.
    pub(crate) async fn offer(store: &Store, data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(FILE);
        if path.exists() {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        if store.has_accounts().await? {
            return Ok(Self::default());
        }
        let code = token::random();
        write_private(&path, &format!("{code}\n"))?;
        Ok(Self(Mutex::new(Some((path, token::hash(&code))))))
    }

    /// Where it stands.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.lock().as_ref().map(|(path, _)| path.clone())
    }

    /// Compares digests: the time it takes tells nothing.
    pub(crate) fn is_right(&self, given: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(given.trim().as_bytes()).into();
        self.lock().as_ref().is_some_and(|(_, hash)| *hash == given)
    }

    /// Somebody has set it up.
    pub(crate) fn done(&self) {
        if let Some((path, _)) = self.lock().take()
            && let Err(error) = std::fs::remove_file(&path)
        {
            tracing::warn!(path = %path.display(), %error, "the used set-up code could not be removed");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(PathBuf, [u8; 32])>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

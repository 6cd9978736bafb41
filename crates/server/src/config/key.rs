//! The key that secrets are sealed with: given by the operator, or made at the first start and kept beside the database.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chasqui_model::clock::random_bytes;
use chasqui_model::secret::Secret;
use chasqui_store::Vault;

/// The name of the key file.
pub(crate) const FILE: &str = "chasqui.key";
const FIRST: u8 = 1;

/// The vault of an installation: with the given key (32 bytes in Base64), else with the one in the data directory, which
/// is made when it is missing.
pub fn vault(data_dir: &Path, given: Option<&Secret>) -> Result<Vault> {
    let key = match given {
        Some(key) => parse(key.expose()).context("CHASQUI_MASTER_KEY is not 32 bytes in Base64")?,
        None => kept(&data_dir.join(FILE))?,
    };
    Ok(Vault::new(&[(FIRST, key)]))
}

fn kept(path: &Path) -> Result<[u8; 32]> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).with_context(|| {
            format!("{} is not a key: put the right file back, or secrets cannot be read", path.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn make(path: &Path) -> Result<[u8; 32]> {
    let key = random_bytes();
    write_private(path, &format!("{}\n", STANDARD.encode(key)))?;
    Ok(key)
}

/// Writes a file that only its owner can read, and makes sure that it is on the disk.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    Ok(())
}

fn parse(text: &str) -> Result<[u8; 32]> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| anyhow!("not Base64"))?;
    bytes.try_into().map_err(|_| anyhow!("not 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = vault(folder.path(), None).unwrap().seal("a", &Secret::new("x")).unwrap();
        assert_eq!(vault(folder.path(), None).unwrap().open("a", &sealed).unwrap().expose(), "x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_given_key_wins_and_a_wrong_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = Secret::new(STANDARD.encode([7; 32]));
        let sealed = vault(folder.path(), Some(&key)).unwrap().seal("a", &Secret::new("x")).unwrap();
        assert!(Vault::new(&[(1, [7; 32])]).open("a", &sealed).is_ok());
        assert!(!folder.path().join(FILE).exists());
        assert!(vault(folder.path(), Some(&Secret::new("short"))).is_err());
    }
}

//! The keys that secrets are sealed with: given by the operator, or one made at the first start and kept beside the
//! database. There are two only while a key is being changed: the first seals, all open.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chasqui_model::clock::random_bytes;
use chasqui_model::secret::Secret;
use chasqui_store::Vault;

/// The name of the key file.
pub(crate) const FILE: &str = "chasqui.key";
const FIRST: u8 = 1;

/// Keys with their numbers, newest first.
pub(crate) type Keys = Vec<(u8, [u8; 32])>;

/// The vault of an installation: with the given keys, else with those in the data directory, where one is made when there
/// is none.
pub fn vault(data_dir: &Path, given: Option<&Secret>) -> Result<Vault> {
    if let Some(given) = given {
        return Ok(Vault::new(&given_keys(given)?));
    }
    let path = data_dir.join(FILE);
    if let Some(keys) = kept(&path)? {
        return Ok(Vault::new(&keys));
    }
    let keys = vec![(FIRST, random_bytes())];
    write_private(&path, &text(&keys))?;
    Ok(Vault::new(&keys))
}

/// The keys that an operator gives.
pub(crate) fn given_keys(given: &Secret) -> Result<Keys> {
    parse(given.expose()).context("CHASQUI_MASTER_KEY is not 32 bytes in Base64")
}

/// The keys in a key file; `None`: it is not there.
pub(crate) fn kept(path: &Path) -> Result<Option<Keys>> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).map(Some).with_context(|| {
            format!("{} is not a key: put the right file back, or secrets cannot be read", path.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The keys with a fresh one in front.
pub(crate) fn with_fresh(keys: &Keys) -> Result<Keys> {
    let newest = keys.iter().map(|(number, _)| *number).max().unwrap_or(0);
    let free = (1..=u8::MAX).map(|step| newest.wrapping_add(step));
    let mut free = free.filter(|number| *number != 0 && keys.iter().all(|(taken, _)| taken != number));
    let number = free.next().context("there are too many keys in the key file")?;
    Ok([vec![(number, random_bytes())], keys.clone()].concat())
}

/// Puts other keys into a key file that is there: all of it or nothing, and readable by the same person as before.
pub(crate) fn replace(path: &Path, keys: &Keys) -> Result<()> {
    let unfinished = path.with_extension("key.new");
    let _ = fs::remove_file(&unfinished);
    write_private(&unfinished, &text(keys))?;
    let cannot = || format!("cannot write {}", path.display());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let before = fs::metadata(path).with_context(cannot)?;
        let now = fs::metadata(&unfinished).with_context(cannot)?;
        if (before.uid(), before.gid()) != (now.uid(), now.gid()) {
            std::os::unix::fs::chown(&unfinished, Some(before.uid()), Some(before.gid()))
                .with_context(cannot)?;
        }
    }
    fs::rename(&unfinished, path).with_context(cannot)?;
    // The name, too, must be on the disk before anything is sealed with what it names.
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all()).with_context(cannot)
}

/// Writes a file that only its owner can read, and makes sure that it is on the disk.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    Ok(())
}

/// A key a line, as `2:` and its 32 bytes in Base64. The first key an installation ever had stands there without its number.
fn text(keys: &Keys) -> String {
    let line = |(number, key): &(u8, [u8; 32])| match *number {
        FIRST => format!("{}\n", STANDARD.encode(key)),
        number => format!("{number}:{}\n", STANDARD.encode(key)),
    };
    keys.iter().map(line).collect()
}

fn parse(text: &str) -> Result<Keys> {
    let mut keys = Keys::new();
    for word in text.split([',', '\n', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
        let (number, key) =
            word.split_once(':').map_or((Ok(FIRST), word), |(number, key)| (number.parse(), key));
        let number = number.map_err(|_| anyhow!("a key's number is 1 to 255"))?;
        let bytes = STANDARD.decode(key).map_err(|_| anyhow!("not Base64"))?;
        let key = bytes.try_into().map_err(|_| anyhow!("not 32 bytes"))?;
        if number == 0 || keys.iter().any(|(taken, _)| *taken == number) {
            bail!("each key needs a number of its own, 1 to 255");
        }
        keys.push((number, key));
    }
    if keys.is_empty() {
        bail!("no key");
    }
    Ok(keys)
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

    #[test]
    fn keys_are_read_as_they_are_written() {
        let keys = vec![(3, [9; 32]), (1, [7; 32])];
        assert_eq!(parse(&text(&keys)).unwrap(), keys);
        assert_eq!(parse(&text(&keys).trim().replace('\n', ",")).unwrap(), keys);
        let fresh = with_fresh(&keys).unwrap();
        assert_eq!((fresh[0].0, &fresh[1..]), (4, &keys[..]));
        assert_eq!(with_fresh(&vec![(255, [1; 32])]).unwrap()[0].0, 1);
        let key = STANDARD.encode([7; 32]);
        for wrong in ["", "0:{}", "256:{}", "x:{}", "{},{}", "2:{}\n2:{}"] {
            assert!(parse(&wrong.replace("{}", &key)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        vault(folder.path(), None).unwrap();
        // What an earlier try left behind is in nobody's way.
        std::fs::write(path.with_extension("key.new"), "half").unwrap();
        let keys = with_fresh(&kept(&path).unwrap().unwrap()).unwrap();
        replace(&path, &keys).unwrap();
        assert_eq!(kept(&path).unwrap().unwrap(), keys);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

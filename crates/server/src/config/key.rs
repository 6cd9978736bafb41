//! The keys that secrets are sealed with: given by the operator, or one made at the first start and kept beside the
//! database. There are two only while a key is being changed: the first seals, all open.

use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write};
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
/// is none. `is_new`: there is no store yet, so that nothing was ever sealed. The process may die on any line of this: a
/// file of this name holds a whole key, or nothing was sealed with it.
pub fn vault(data_dir: &Path, given: Option<&Secret>, is_new: bool) -> Result<Vault> {
    if let Some(given) = given {
        return Ok(Vault::new(&given_keys(given)?));
    }
    let path = data_dir.join(FILE);
    if is_new {
        set_aside_half(&path)?;
    }
    if let Some(keys) = kept(&path)? {
        shut(&path);
        return Ok(Vault::new(&keys));
    }
    let keys = vec![(FIRST, random_bytes())];
    match write_private(&path, &text(&keys)) {
        Ok(()) => Ok(Vault::new(&keys)),
        // Another process that starts here has made one meanwhile: that one counts.
        Err(error) => kept(&path)?.map(|keys| Vault::new(&keys)).ok_or(error),
    }
}

/// Takes a key file out of the way that is not whole, as versions before left it when they were killed in their first start.
/// What it holds is kept beside it.
fn set_aside_half(path: &Path) -> Result<()> {
    let Ok(text) = fs::read_to_string(path) else { return Ok(()) };
    if parse(&text).is_ok() {
        return Ok(());
    }
    let aside = path.with_extension("key.broken");
    tracing::warn!(path = %path.display(), aside = %aside.display(), "the key file is not whole, and there is no store yet: a key is made");
    fs::rename(path, &aside).with_context(|| format!("cannot rename {}", path.display()))
}

/// Takes others' rights to the key file away.
fn shut(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let is_open = |it: fs::Metadata| it.permissions().mode() & 0o077 != 0;
        if fs::metadata(path).is_ok_and(is_open)
            && let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(0o600))
        {
            tracing::warn!(path = %path.display(), %error, "others can read the key, and it cannot be changed");
        }
    }
}

/// The keys that an operator gives.
pub(crate) fn given_keys(given: &Secret) -> Result<Keys> {
    parse(given.expose()).context("CHASQUI_MASTER_KEY is not 32 bytes in Base64")
}

/// The keys in a key file; `None`: it is not there.
pub(crate) fn kept(path: &Path) -> Result<Option<Keys>> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).map(Some).with_context(|| {
            let path = path.display();
            format!("{path} is not a key: put the right file back, or secrets cannot be read (delete it only if nothing was ever stored)")
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
    put(&unfinished, &text(keys))?;
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
    sync_folder(path).with_context(cannot)
}

/// Writes a file that only its owner can read, and makes sure that it is on the disk: under its name stands all of it or
/// nothing. Fails when there is one of this name.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    // A name of its own: others may start beside us.
    let unfinished = path.with_extension(format!("{}.new", u64::from_be_bytes(random_bytes())));
    put(&unfinished, text)?;
    // Unlike a rename, a link replaces nothing. Some file systems have none.
    let linked = fs::hard_link(&unfinished, path).or_else(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotFound => Err(error),
        _ if path.exists() => Err(ErrorKind::AlreadyExists.into()),
        _ => fs::rename(&unfinished, path),
    });
    let _ = fs::remove_file(&unfinished);
    if linked.is_ok() {
        forget_unfinished(path);
    }
    linked.and_then(|()| sync_folder(path)).with_context(cannot)
}

/// Takes away what processes left behind that were killed while they wrote this file. Whoever is about to write it fails, and
/// finds it there.
fn forget_unfinished(path: &Path) {
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem().and_then(OsStr::to_str)) else {
        return;
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number =
            name.to_str().and_then(|it| it.strip_prefix(stem)?.strip_prefix('.')?.strip_suffix(".new"));
        if number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn put(path: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    Ok(())
}

/// The name, too, must be on the disk before anything rests on what it names.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all())
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
        let sealed = vault(folder.path(), None, false).unwrap().seal("a", &Secret::new("x")).unwrap();
        assert_eq!(vault(folder.path(), None, false).unwrap().open("a", &sealed).unwrap().expose(), "x");
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
        let sealed = vault(folder.path(), Some(&key), false).unwrap().seal("a", &Secret::new("x")).unwrap();
        assert!(Vault::new(&[(1, [7; 32])]).open("a", &sealed).is_ok());
        assert!(!folder.path().join(FILE).exists());
        assert!(vault(folder.path(), Some(&Secret::new("short")), false).is_err());
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
        vault(folder.path(), None, false).unwrap();
        // What an earlier try left behind is in nobody's way.
        std::fs::write(path.with_extension("key.new"), "half").unwrap();
        let keys = with_fresh(&kept(&path).unwrap().unwrap()).unwrap();
        replace(&path, &keys).unwrap();
        assert_eq!(kept(&path).unwrap().unwrap(), keys);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_first_start_survives_a_kill_on_any_line() {
        let whole = text(&vec![(FIRST, [7; 32])]);
        // What may stand there when the process is killed: nothing yet, a file of the way with any part of the key, the key
        // with that file still there, the key alone. And what versions before could leave: any part of the key.
        let mut states: Vec<Vec<(&str, &str)>> = vec![vec![], vec![(FILE, &whole)]];
        for length in 0..=whole.len() {
            states.push(vec![("chasqui.4711.new", &whole[..length])]);
            states.push(vec![(FILE, &whole[..length])]);
        }
        states.push(vec![("chasqui.4711.new", &whole), (FILE, &whole)]);
        for state in states {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in &state {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            let had = state.iter().any(|(name, text)| *name == FILE && *text == whole.as_str());
            let sealed = vault(folder.path(), None, true).unwrap().seal("a", &Secret::new("x")).unwrap();
            let again = vault(folder.path(), None, false).unwrap();
            assert_eq!(again.open("a", &sealed).unwrap().expose(), "x", "{state:?}");
            let kept = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
            assert_eq!(kept == whole, had, "a whole key stays, {state:?}");
        }
    }

    #[test]
    fn a_broken_key_is_an_error_when_something_may_be_sealed() {
        for text in ["", "\0\0", "q83v"] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(FILE), text).unwrap();
            assert!(vault(folder.path(), None, false).is_err(), "{text:?}");
            assert_eq!(std::fs::read_to_string(folder.path().join(FILE)).unwrap(), text);
            vault(folder.path(), None, true).unwrap();
            let aside = std::fs::read_to_string(folder.path().join("chasqui.key.broken")).unwrap();
            assert_eq!(aside, text, "nothing is thrown away");
        }
    }

    #[test]
    fn processes_that_start_together_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let start = || vault(folder.path(), None, true).unwrap().seal("a", &Secret::new("x")).unwrap();
        let sealed: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let kept = vault(folder.path(), None, false).unwrap();
        for one in sealed {
            assert_eq!(kept.open("a", &one).unwrap().expose(), "x");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_shut() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        vault(folder.path(), None, true).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        vault(folder.path(), None, false).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

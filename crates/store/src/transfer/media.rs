//! The folder with files that contacts sent and bots send, into a backup and out of it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::archive::Writer;
use super::{Error, Result};

/// What a file that is being written is called, here and in the folder of a running server.
const UNFINISHED: &str = "part";

/// Adds all files of the folder. Answers how many.
pub(super) fn pack(folder: &Path, writer: &mut Writer<'_>) -> Result<u64> {
    let trouble = |error| Error::File(format!("cannot read {}", folder.display()), error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(trouble(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(trouble)?;
        if entry.file_type().map_err(trouble)?.is_file()
            && let Ok(name) = entry.file_name().into_string()
            && fits(&name)
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    let mut count = 0;
    for name in names {
        let mut file = match File::open(folder.join(&name)) {
            Ok(file) => file,
            // Erased a moment ago.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::File(format!("cannot read the media file {name}"), error)),
        };
        let size = file.metadata().map_err(trouble)?.len();
        writer.file(&name, size, &mut file)?;
        count += 1;
    }
    Ok(count)
}

/// Whether this is the name of a finished file, and nothing that leads elsewhere.
fn fits(name: &str) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
    !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(plain)
        && Path::new(name).extension().is_none_or(|it| it != UNFINISHED)
}

/// Writes one file into the folder, as a whole or not at all.
pub(super) fn unpack(folder: &Path, name: &str, size: u64, content: &mut dyn Read) -> Result<()> {
    if !fits(name) {
        return Err(Error::Refused(format!(
            "the backup holds a file with the name {name:?}, which cannot be"
        )));
    }
    let trouble =
        |error| Error::File(format!("cannot write the media file {name} in {}", folder.display()), error);
    let unfinished = folder.join(name).with_extension(UNFINISHED);
    std::fs::create_dir_all(folder).map_err(trouble)?;
    let mut file = File::create(&unfinished).map_err(trouble)?;
    let written = std::io::copy(content, &mut file).map_err(trouble)?;
    if written == size {
        file.sync_all().map_err(trouble)?;
        std::fs::rename(&unfinished, folder.join(name)).map_err(trouble)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert!(fits("med_0198c1f0a1"));
        for name in ["", "..", ".hidden", "../chasqui.key", "/etc/passwd", "a/b", "med_1.part", "a\\b"] {
            assert!(!fits(name), "{name}");
        }
    }
}

//! Debian packages: installs what is missing, or says what to install.

use std::env;
use std::io::{IsTerminal, stdin};
use std::path::Path;
use std::process::Command;

use anyhow::{Error, Result};

use crate::steps::Missing;
use crate::{postgres, process};

#[derive(Debug)]
struct Package {
    name: &'static str,
    why: &'static str,
    is_there: fn() -> bool,
    required: bool,
}

/// What the browser test needs beyond Rust and Node.
const FOR_THE_BROWSER: &[Package] = &[
    Package {
        name: "chromium",
        why: "the browser of the browser test",
        is_there: || on_path("chromium"),
        required: true,
    },
    Package {
        name: "ca-certificates",
        why: "the certificates that encrypted connections are checked against",
        is_there: || Path::new("/etc/ssl/certs/ca-certificates.crt").exists(),
        required: true,
    },
    Package {
        name: "fonts-noto-color-emoji",
        why: "emoji on screenshots",
        is_there: || Path::new("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf").exists(),
        required: false,
    },
];

/// What the bad days need.
const FOR_BAD_DAYS: &[Package] = &[
    Package {
        name: "strace",
        why: "lets writes to the disk fail",
        is_there: || on_path("strace"),
        required: true,
    },
    Package {
        name: "sqlite3",
        why: "holds the lock of the database, and destroys a row",
        is_there: || on_path("sqlite3"),
        required: true,
    },
    Package { name: "faketime", why: "moves the clock", is_there: || on_path("faketime"), required: true },
];

/// What checks that are written in Python need.
const FOR_PYTHON: &[Package] = &[
    Package {
        name: "python3",
        why: "runs schemathesis and pywa",
        is_there: || on_path("python3"),
        required: true,
    },
    Package {
        name: "python3-venv",
        why: "keeps them apart from the machine's own Python",
        is_there: || process::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
        required: true,
    },
];

/// What the tests of custom code need.
const FOR_CODE: &[Package] = &[Package {
    name: "python3",
    why: "the Python that custom code is compared with",
    is_there: || on_path("python3"),
    required: true,
}];

/// What the tests on PostgreSQL need.
const FOR_POSTGRES: &[Package] = &[Package {
    name: "postgresql",
    why: "the database of the tests on PostgreSQL",
    is_there: || postgres::programs().is_some(),
    required: true,
}];

/// Makes sure that a browser can be started.
pub fn for_the_browser() -> Result<()> {
    install("Debian packages for the browser test", FOR_THE_BROWSER)
}

/// Makes sure that Python can make environments.
pub fn for_python() -> Result<()> {
    install("Debian packages for Python", FOR_PYTHON)
}

/// Makes sure that everything can go wrong.
pub fn for_bad_days() -> Result<()> {
    install("Debian packages for the bad days", FOR_BAD_DAYS)
}

/// Makes sure that there is a Python to compare with.
pub fn for_code() -> Result<()> {
    install("Debian packages for custom code", FOR_CODE)
}

/// Makes sure that a PostgreSQL of our own can be started.
pub fn for_postgres() -> Result<()> {
    install("Debian packages for PostgreSQL", FOR_POSTGRES)
}

fn install(label: &str, packages: &[Package]) -> Result<()> {
    if missing(packages).is_empty() {
        process::nothing_to_do(label);
        return Ok(());
    }
    let attempt = apt_install(&missing(packages));
    let still_missing: Vec<_> = missing(packages).into_iter().filter(|package| package.required).collect();
    match attempt {
        _ if still_missing.is_empty() => Ok(()),
        Ok(()) => Err(what_to_install(&still_missing, "apt-get did not bring it")),
        Err(error) => Err(what_to_install(&still_missing, &format!("{error:#}"))),
    }
}

/// Whether a program of this name can be started.
fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn missing(packages: &[Package]) -> Vec<&Package> {
    packages.iter().filter(|package| !(package.is_there)()).collect()
}

fn apt_install(packages: &[&Package]) -> Result<()> {
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    process::quiet("apt-get update", apt_get()?.arg("update"))?;
    let label = format!("apt-get install {}", names.join(" "));
    process::quiet(&label, apt_get()?.args(["install", "-y", "--no-install-recommends"]).args(names))
}

/// apt-get as root: directly, or through sudo, which may only ask for a password where somebody can type it.
fn apt_get() -> Result<Command> {
    if !on_path("apt-get") {
        return Err(Missing("there is no apt-get here".into()).into());
    }
    let user_id = process::captured("id", Command::new("id").arg("-u"))?;
    if user_id.trim() == "0" {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    if !on_path("sudo") {
        return Err(Missing("only root can install packages, and there is no sudo here".into()).into());
    }
    let mut command = Command::new("sudo");
    if !stdin().is_terminal() {
        command.arg("-n");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

fn what_to_install(packages: &[&Package], cause: &str) -> Error {
    let reasons: Vec<String> =
        packages.iter().map(|package| format!("{} ({})", package.name, package.why)).collect();
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    let text = format!(
        "missing: {}; {cause}. Install by hand: apt-get install {}",
        reasons.join(", "),
        names.join(" ")
    );
    Missing(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_on_the_path() {
        assert!(on_path("sh"));
        assert!(!on_path("no-such-program"));
    }

    #[test]
    fn what_could_not_be_installed_is_named_with_its_command() {
        let chromium = &FOR_THE_BROWSER[0];
        let error = what_to_install(&[chromium], "there is no apt-get here");
        assert!(error.is::<Missing>());
        assert_eq!(
            error.to_string(),
            "missing: chromium (the browser of the browser test); there is no apt-get here. \
             Install by hand: apt-get install chromium"
        );
    }
}

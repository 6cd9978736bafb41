//! Where things lie in this clone, and whether a CI job or a person is asking.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The clone that this `xtask` belongs to.
#[derive(Debug)]
pub struct Repository {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    /// True under `CI=true`: what cannot be installed is a failure then, never a skipped step.
    pub in_ci: bool,
}

impl Repository {
    /// Finds the clone from the manifest that `cargo run` names, so it may be moved without a rebuild.
    pub fn open() -> Result<Self> {
        let manifest_dir =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = PathBuf::from(manifest_dir).parent().context("xtask has no parent folder")?.to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        let in_ci = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        Ok(Self { root, target, in_ci })
    }

    /// The folder of the web UI.
    pub fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    /// `chasqui` as built for development.
    pub fn debug_binary(&self) -> PathBuf {
        self.target.join("debug/chasqui")
    }

    /// `chasqui` as built for use.
    pub fn release_binary(&self) -> PathBuf {
        self.target.join("release/chasqui")
    }

    /// A folder for this program's own notes: stamps, logs, scratch data.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

//! Remembers what a step was last done with, so that it is done again only when that changed.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A fingerprint of everything that a step reads.
#[derive(Debug, Default)]
pub struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a fact, such as the version of a tool.
    pub fn fact(mut self, fact: &str) -> Self {
        fact.hash(&mut self.0);
        self
    }

    /// Adds files by path and content.
    pub fn files(mut self, files: &[PathBuf]) -> Result<Self> {
        for file in files {
            file.hash(&mut self.0);
            fs::read(file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut self.0);
        }
        Ok(self)
    }
}

/// The record of one step.
#[derive(Debug)]
pub struct Stamp {
    file: PathBuf,
    inputs: String,
}

impl Stamp {
    /// The record of the step called `name`, kept in `folder`.
    pub fn new(folder: &Path, name: &str, inputs: &Inputs) -> Self {
        Self { file: folder.join(format!("{name}.stamp")), inputs: format!("{:016x}", inputs.0.finish()) }
    }

    /// True when the step was done with the same inputs and all it makes is still there.
    pub fn is_fresh(&self, made: &[PathBuf]) -> bool {
        made.iter().all(|path| path.exists())
            && fs::read_to_string(&self.file).is_ok_and(|recorded| recorded == self.inputs)
    }

    /// Records that the step was done.
    pub fn record(&self) -> Result<()> {
        let folder = self.file.parent().context("a stamp lies in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&self.file, &self.inputs).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_due_again_when_an_input_changes_or_its_product_is_gone() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let (source, product) = (folder.join("source"), folder.join("product"));
        let stamp = || -> Result<Stamp> {
            let inputs = Inputs::default().fact("node 20").files(std::slice::from_ref(&source))?;
            Ok(Stamp::new(&folder, "step", &inputs))
        };
        let made = [product.clone()];

        fs::write(&source, "one")?;
        fs::write(&product, "made")?;
        assert!(!stamp()?.is_fresh(&made), "never done");
        stamp()?.record()?;
        assert!(stamp()?.is_fresh(&made));
        fs::write(&source, "two")?;
        assert!(!stamp()?.is_fresh(&made), "the input changed");
        stamp()?.record()?;
        fs::remove_file(&product)?;
        assert!(!stamp()?.is_fresh(&made), "the product is gone");
        fs::remove_dir_all(&folder)?;
        Ok(())
    }
}

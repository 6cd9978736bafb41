//! What cargo knows about our crates and about everything they bring along.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::repository::Repository;
use crate::{cargo, process};

/// The dependency graph, as far as the checks ask about it.
#[derive(Debug)]
pub struct Metadata {
    /// The crates of this workspace.
    pub ours: Vec<Crate>,
    /// The names of all crates in the graph, also those that only other platforms use.
    pub all: Vec<String>,
}

/// A crate of this workspace.
#[derive(Debug)]
pub struct Crate {
    /// As in its manifest.
    pub name: String,
    /// The folder of its manifest.
    pub folder: PathBuf,
    /// In the order of the manifest.
    pub dependencies: Vec<Dependency>,
}

/// An entry of a manifest's dependency tables.
#[derive(Debug)]
pub struct Dependency {
    /// The crate's own name.
    pub name: String,
    /// The name that the code calls it by.
    pub used_as: String,
    /// True for `[dev-dependencies]`.
    pub only_for_tests: bool,
}

impl Metadata {
    /// Asks cargo.
    pub fn read(repository: &Repository) -> Result<Self> {
        let mut command = cargo::command(repository, &["metadata", "--format-version", "1", "--quiet"]);
        let json = process::captured("cargo metadata", &mut command)?;
        Self::parse(&json).context("cargo metadata has another shape than expected")
    }

    fn parse(json: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(json)?;
        let packages = list(&value, "packages")?;
        let members = list(&value, "workspace_members")?;
        let ours = packages.iter().filter(|package| members.contains(&package["id"]));
        Ok(Self {
            ours: ours.map(Crate::parse).collect::<Result<_>>()?,
            all: packages.iter().map(|package| text(package, "name")).collect::<Result<_>>()?,
        })
    }
}

impl Crate {
    fn parse(package: &Value) -> Result<Self> {
        let manifest = PathBuf::from(text(package, "manifest_path")?);
        Ok(Self {
            name: text(package, "name")?,
            folder: manifest.parent().context("a manifest lies in a folder")?.to_owned(),
            dependencies: list(package, "dependencies")?
                .iter()
                .map(Dependency::parse)
                .collect::<Result<_>>()?,
        })
    }
}

impl Dependency {
    fn parse(dependency: &Value) -> Result<Self> {
        let name = text(dependency, "name")?;
        let used_as = dependency["rename"].as_str().unwrap_or(&name).replace('-', "_");
        Ok(Self { name, used_as, only_for_tests: dependency["kind"] == "dev" })
    }
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key].as_array().with_context(|| format!("no list `{key}`"))
}

fn text(value: &Value, key: &str) -> Result<String> {
    value[key].as_str().map(str::to_owned).with_context(|| format!("no text `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_and_their_dependencies_are_read() {
        let json = r#"{
            "packages": [
                { "id": "a", "name": "chasqui-flow", "manifest_path": "/x/crates/flow/Cargo.toml", "dependencies": [
                    { "name": "serde-json", "rename": null, "kind": null },
                    { "name": "proptest", "rename": "pt", "kind": "dev" } ] },
                { "id": "b", "name": "serde-json", "manifest_path": "/y/Cargo.toml", "dependencies": [] } ],
            "workspace_members": ["a"] }"#;
        let metadata = Metadata::parse(json).unwrap();
        assert_eq!(metadata.all, ["chasqui-flow", "serde-json"]);
        let [flow] = &metadata.ours[..] else { panic!("one crate is ours: {metadata:?}") };
        assert_eq!(flow.folder, PathBuf::from("/x/crates/flow"));
        let used_as: Vec<_> =
            flow.dependencies.iter().map(|d| (d.used_as.as_str(), d.only_for_tests)).collect();
        assert_eq!(used_as, [("serde_json", false), ("pt", true)]);
    }
}

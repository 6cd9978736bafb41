//! `chasqui.toml`, and files named on the command line.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chasqui_model::secret::Secret;
use serde::{Deserialize, Deserializer};

use super::Role;
use crate::http::Network;

/// What may stand in `chasqui.toml`. Each key is the name of a flag with `_` for `-`; what is left out has its usual
/// value. Keys that nobody knows are refused, because a typing error would change nothing silently.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Address and port to listen on.
    pub listen: Option<std::net::SocketAddr>,
    /// Folder with the database, the media and the key file.
    pub data_dir: Option<PathBuf>,
    /// PostgreSQL instead of SQLite.
    #[serde(deserialize_with = "secret")]
    pub database_url: Option<Secret>,
    /// Whether a PostgreSQL may be used that could lose confirmed messages in a crash.
    pub allow_unsafe_database: Option<bool>,
    /// The address under which Meta and browsers reach the server.
    pub public_url: Option<String>,
    /// The origin that files come from.
    pub files_url: Option<String>,
    /// The Graph API.
    pub graph_url: Option<String>,
    /// What this process does.
    pub role: Option<Role>,
    /// Whether bots may call private addresses.
    pub allow_private_networks: Option<bool>,
    /// How long a run of custom code may take, in seconds.
    pub code_seconds: Option<f64>,
    /// How much memory a run of custom code may take, in MiB.
    pub code_memory: Option<u16>,
    /// The key that secrets are sealed with.
    #[serde(deserialize_with = "secret")]
    pub master_key: Option<Secret>,
    /// The mail server.
    #[serde(deserialize_with = "secret")]
    pub smtp_url: Option<Secret>,
    /// Whom mails come from.
    pub mail_from: Option<String>,
    /// The bucket that keeps files.
    #[serde(deserialize_with = "secret")]
    pub media_url: Option<Secret>,
    /// Proxies that are believed about whom a request comes from, besides those on this machine.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Option<Vec<Network>>,
    /// Connections at once.
    pub connections: Option<u32>,
    /// How much memory bodies of API requests may take at once, in MiB.
    pub body_memory: Option<u32>,
    /// Live streams of one person or token at once.
    pub streams_per_person: Option<u32>,
    /// Live streams of one account at once.
    pub streams_per_account: Option<u32>,
    /// The limits of accounts, such as `files=5000, file_bytes=20GiB`.
    pub quotas: Option<String>,
    /// What is logged.
    pub log: Option<String>,
    /// The server that `chasqui bot` talks to.
    pub server: Option<String>,
    /// The token it does that with.
    #[serde(deserialize_with = "secret")]
    pub api_token: Option<Secret>,
}

impl File {
    /// Reads the file; without a path everything has its usual value.
    pub fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a valid configuration", path.display()))
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Network>>, D::Error> {
    let texts = Option::<Vec<String>>::deserialize(deserializer)?;
    let read = |texts: Vec<String>| texts.iter().map(|text| text.parse()).collect::<Result<_, _>>();
    texts.map(read).transpose().map_err(serde::de::Error::custom)
}

/// The text of a file named on the command line; `-` is the standard input.
pub fn read_input(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read the standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = toml::from_str::<File>("listne = '127.0.0.1:1'").unwrap_err();
        assert!(error.to_string().contains("listne"));
    }

    #[test]
    fn keys_are_flags_with_underscores() {
        let file: File =
            toml::from_str("listen = '127.0.0.1:1'\nallow_private_networks = true\nmaster_key = 'x'")
                .unwrap();
        assert_eq!(file.listen.unwrap().port(), 1);
        assert_eq!(file.allow_private_networks, Some(true));
        assert!(file.master_key.is_some());
    }
}

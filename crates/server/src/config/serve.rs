//! Options of the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chasqui_model::quota;
use chasqui_model::secret::Secret;
use chasqui_store::Location;
use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::File;
use crate::address;
use crate::http::origin::place_of;
use crate::http::{Limits, Network, Proxies};

/// Flags and variables of `chasqui serve`.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeOptions {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "CHASQUI_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Folder with the database, the media and the key file; made when it is missing [default: chasqui-data]
    #[arg(long, env = "CHASQUI_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// PostgreSQL instead of SQLite: <postgres://user:password@host:5432/database>
    #[arg(long, env = "CHASQUI_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Use a PostgreSQL that may lose confirmed messages in a crash; for tests only
    #[arg(long, env = "CHASQUI_ALLOW_UNSAFE_DATABASE", num_args = 0..=1, default_missing_value = "true")]
    pub allow_unsafe_database: Option<bool>,
    /// The address under which Meta and browsers reach this server [default: http:// and the address listened on]
    #[arg(long, env = "CHASQUI_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// An origin of their own for files, which leads to this server too: <https://files.example.org> [default: the public URL]
    #[arg(long, env = "CHASQUI_FILES_URL", value_name = "URL")]
    pub files_url: Option<String>,
    /// The Graph API [default: <https://graph.facebook.com>]
    #[arg(long, env = "CHASQUI_GRAPH_URL", value_name = "URL")]
    pub graph_url: Option<String>,
    /// What this process does [default: all]
    #[arg(long, env = "CHASQUI_ROLE", value_enum)]
    pub role: Option<Role>,
    /// Let bots call private addresses
    #[arg(long, env = "CHASQUI_ALLOW_PRIVATE_NETWORKS", num_args = 0..=1, default_missing_value = "true")]
    pub allow_private_networks: Option<bool>,
    /// How long a run of custom code may take, in seconds [default: 0.75]
    #[arg(long, env = "CHASQUI_CODE_SECONDS", value_name = "SECONDS")]
    pub code_seconds: Option<f64>,
    /// How much memory a run of custom code may take, in MiB [default: 64]
    #[arg(long, env = "CHASQUI_CODE_MEMORY", value_name = "MIB")]
    pub code_memory: Option<u16>,
    /// The key that secrets are sealed with, 32 bytes in Base64, instead of the key file
    #[arg(long, env = "CHASQUI_MASTER_KEY", value_name = "KEY", hide_env_values = true)]
    pub master_key: Option<String>,
    /// The mail server for invitations and alerts: <smtp://user:password@host:587?tls=required> or smtps://
    #[arg(long, env = "CHASQUI_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom mails come from, such as "Chasqui <bots@example.com>"
    #[arg(long, env = "CHASQUI_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Keep files in a bucket instead of the data directory: <s3://bucket/prefix?region=eu-central-1>; keys from the query or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    #[arg(long, env = "CHASQUI_MEDIA_URL", value_name = "URL", hide_env_values = true)]
    pub media_url: Option<String>,
    /// Proxies besides those on this machine that are believed about whom a request comes from, such as 10.0.0.0/8; with commas
    #[arg(long, env = "CHASQUI_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',')]
    pub trusted_proxies: Option<Vec<Network>>,
    /// Connections at once [default: 4096]
    #[arg(long, env = "CHASQUI_CONNECTIONS", value_name = "NUMBER")]
    pub connections: Option<u32>,
    /// How much memory bodies of API requests may take at once, in MiB [default: 128]
    #[arg(long, env = "CHASQUI_BODY_MEMORY", value_name = "MIB")]
    pub body_memory: Option<u32>,
    /// Live streams of one person or token at once [default: 16]
    #[arg(long, env = "CHASQUI_STREAMS_PER_PERSON", value_name = "NUMBER")]
    pub streams_per_person: Option<u32>,
    /// Live streams of one account at once [default: 256]
    #[arg(long, env = "CHASQUI_STREAMS_PER_ACCOUNT", value_name = "NUMBER")]
    pub streams_per_account: Option<u32>,
    /// How much each account may keep, where its usual limits do not fit: `files=5000,file_bytes=20GiB`
    #[arg(long, env = "CHASQUI_QUOTAS", value_name = "LIMITS")]
    pub quotas: Option<String>,
    /// What is logged, as for tracing's `EnvFilter` [default: info]
    #[arg(long, env = "CHASQUI_LOG", value_name = "FILTER")]
    pub log: Option<String>,
}

/// The file of SQLite in the data directory.
pub(crate) const DATABASE: &str = "chasqui.db";

/// The folder with media in the data directory.
pub(crate) const MEDIA: &str = "media";

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything
    #[default]
    All,
    /// Webhooks, pages and the API; workers on the same PostgreSQL run the bots
    Web,
    /// Bots, and of HTTP only /healthz, /readyz and /metrics
    Worker,
}

impl From<Role> for chasqui_runtime::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::All => Self::All,
            Role::Web => Self::Web,
            Role::Worker => Self::Worker,
        }
    }
}

/// How the server runs.
#[derive(Clone, Debug)]
pub struct Serve {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder with the database, the media and the key file.
    pub data_dir: PathBuf,
    /// Where the store is.
    pub store: Location,
    /// Without a slash at its end; `None`: the address that is listened on.
    pub public_url: Option<String>,
    /// The origin that files come from, when it is not the public one.
    pub files_url: Option<String>,
    /// The Graph API.
    pub graph_url: String,
    /// What this process does.
    pub role: Role,
    /// Whether bots may call private addresses.
    pub allow_private_networks: bool,
    /// How custom code is run.
    pub code: chasqui_runtime::code::Options,
    /// The key that secrets are sealed with, when it does not come from the key file.
    pub master_key: Option<Secret>,
    /// Who sends mail.
    pub mail: Option<chasqui_runtime::mail::Server>,
    /// The bucket that keeps files; `None`: the data directory does.
    pub media_url: Option<Secret>,
    /// Limits of its doors.
    pub limits: Limits,
    /// The limits of accounts for which the operator set no others.
    pub quotas: quota::Limits,
    /// What is logged.
    pub log: String,
}

impl ServeOptions {
    /// Puts flags and variables before the file, and the file before the usual values.
    pub fn resolve(self, file: File) -> Result<Serve> {
        let role = self.role.or(file.role).unwrap_or_default();
        let public_url =
            self.public_url.or(file.public_url).map(|url| web_address("--public-url", &url)).transpose()?;
        let files_url = files_url(self.files_url.or(file.files_url), public_url.as_deref())?;
        let graph_url = self.graph_url.or(file.graph_url);
        let data_dir = self.data_dir.or(file.data_dir).unwrap_or("chasqui-data".into());
        let allow_unsafe = self.allow_unsafe_database.or(file.allow_unsafe_database).unwrap_or(false);
        let store = match self.database_url.map(Secret::new).or(file.database_url) {
            Some(url) => Location::Postgres { url, allow_unsafe },
            None => Location::Sqlite(data_dir.join(DATABASE)),
        };
        if role != Role::All && matches!(store, Location::Sqlite(_)) {
            bail!(
                "--role web and --role worker share the work of several processes on PostgreSQL, and SQLite has one \
                 process: name a PostgreSQL with --database-url, or leave out --role"
            );
        }
        let limits = Doors {
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies),
            connections: self.connections.or(file.connections),
            body_memory: self.body_memory.or(file.body_memory),
            streams_per_person: self.streams_per_person.or(file.streams_per_person),
            streams_per_account: self.streams_per_account.or(file.streams_per_account),
        };
        Ok(Serve {
            role,
            limits: limits.resolve()?,
            listen: self.listen.or(file.listen).unwrap_or((Ipv4Addr::LOCALHOST, 8080).into()),
            data_dir,
            store,
            public_url,
            files_url,
            graph_url: graph_url
                .map_or(Ok("https://graph.facebook.com".into()), |url| web_address("--graph-url", &url))?,
            allow_private_networks: self
                .allow_private_networks
                .or(file.allow_private_networks)
                .unwrap_or(false),
            code: code(self.code_seconds.or(file.code_seconds), self.code_memory.or(file.code_memory))?,
            master_key: self.master_key.map(Secret::new).or(file.master_key),
            mail: super::mail(
                self.smtp_url.map(Secret::new).or(file.smtp_url),
                self.mail_from.or(file.mail_from),
            )?,
            media_url: media_url(self.media_url.map(Secret::new).or(file.media_url))?,
            quotas: quotas(self.quotas.or(file.quotas))?,
            log: self.log.or(file.log).unwrap_or("info".into()),
        })
    }
}

/// Options of the doors; what is left out has its usual value.
struct Doors {
    trusted_proxies: Option<Vec<Network>>,
    connections: Option<u32>,
    body_memory: Option<u32>,
    streams_per_person: Option<u32>,
    streams_per_account: Option<u32>,
}

impl Doors {
    fn resolve(self) -> Result<Limits> {
        let usual = Limits::default();
        let mib = 1024 * 1024;
        Ok(Limits {
            proxies: Proxies::with(&self.trusted_proxies.unwrap_or_default()),
            connections: within("--connections", self.connections, 16, 1_000_000)?
                .unwrap_or(usual.connections),
            body_memory: within("--body-memory", self.body_memory, 32, 65_536)?
                .map_or(usual.body_memory, |size| size * mib),
            streams_per_person: within("--streams-per-person", self.streams_per_person, 1, 100_000)?
                .unwrap_or(usual.streams_per_person),
            streams_per_account: within("--streams-per-account", self.streams_per_account, 1, 100_000)?
                .unwrap_or(usual.streams_per_account),
            ..usual
        })
    }
}

/// A number from `least` to `most`, if one is given.
fn within(flag: &str, given: Option<u32>, least: u32, most: u32) -> Result<Option<usize>> {
    match given {
        Some(number) if !(least..=most).contains(&number) => {
            bail!("{flag} is a number from {least} to {most}: {number}")
        }
        given => Ok(given.and_then(|number| usize::try_from(number).ok())),
    }
}

/// How custom code is run.
fn code(seconds: Option<f64>, memory: Option<u16>) -> Result<chasqui_runtime::code::Options> {
    let mut options = chasqui_runtime::code::Options::default();
    if let Some(seconds) = seconds {
        if !(0.05..=30.0).contains(&seconds) {
            bail!("--code-seconds is a time from 0.05 to 30: {seconds}");
        }
        options.time = Duration::from_secs_f64(seconds);
    }
    if let Some(memory) = memory {
        if !(8..=1024).contains(&memory) {
            bail!("--code-memory is a size from 8 to 1024: {memory}");
        }
        options.memory = usize::from(memory) * 1024 * 1024;
    }
    Ok(options)
}

/// The origin of files of the options. It has no path, and is not that of the pages.
fn files_url(url: Option<String>, public_url: Option<&str>) -> Result<Option<String>> {
    let Some(url) = url else { return Ok(None) };
    let url = web_address("--files-url", &url)?;
    let path = url.parse::<axum::http::Uri>().map(|it| it.path().trim_matches('/').len());
    if !matches!(path, Ok(0)) {
        bail!("--files-url is an origin without a path, such as https://files.example.com: {url}");
    }
    if public_url.is_some_and(|public| place_of(public) == place_of(&url)) {
        bail!("--files-url is the address of the pages: {url} (give files a host of their own)");
    }
    Ok(Some(url))
}

/// The limits of the options.
fn quotas(text: Option<String>) -> Result<quota::Limits> {
    quota::Limits::parse(&text.unwrap_or_default()).map_err(|wrong| {
        let names: Vec<_> = quota::Kind::ALL.into_iter().map(quota::Kind::name).collect();
        anyhow::anyhow!(
            "--quotas has no limit such as files=5000 or file_bytes=20GiB: {wrong} (there are {})",
            names.join(", ")
        )
    })
}

/// The bucket of the options.
fn media_url(url: Option<Secret>) -> Result<Option<Secret>> {
    match url {
        Some(url) if !url.expose().starts_with("s3://") => {
            bail!("--media-url is not an address such as s3://bucket/prefix?region=eu-central-1")
        }
        url => Ok(url),
    }
}

/// An `http` or `https` address without a slash at its end.
pub(crate) fn web_address(flag: &str, text: &str) -> Result<String> {
    let address = address::web_address(text);
    address.with_context(|| format!("{flag} is not an address such as https://bots.example.com: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_usual_value() {
        let file = || File {
            graph_url: Some("http://file:1".into()),
            public_url: Some("https://file.example/".into()),
            ..File::default()
        };
        let flags = ServeOptions { graph_url: Some("http://flag:1".into()), ..ServeOptions::default() };
        let serve = flags.resolve(file()).unwrap();
        assert_eq!(serve.graph_url, "http://flag:1");
        assert_eq!(serve.public_url.as_deref(), Some("https://file.example"));
        assert_eq!(serve.listen.port(), 8080);
        assert_eq!(ServeOptions::default().resolve(file()).unwrap().graph_url, "http://file:1");
    }

    #[test]
    fn a_database_url_takes_the_place_of_the_file() {
        let file = || File { database_url: Some(Secret::new("postgres://file/x")), ..File::default() };
        let usual = ServeOptions::default().resolve(File::default()).unwrap().store;
        assert!(matches!(usual, Location::Sqlite(path) if path.ends_with("chasqui-data/chasqui.db")));
        let flags =
            ServeOptions { database_url: Some("postgres://flag/x".into()), ..ServeOptions::default() };
        let Location::Postgres { url, allow_unsafe } = flags.resolve(file()).unwrap().store else {
            panic!("not PostgreSQL")
        };
        assert_eq!((url.expose(), allow_unsafe), ("postgres://flag/x", false));
    }

    #[test]
    fn limits_of_the_doors_are_settable() {
        let file = || File { connections: Some(100), streams_per_person: Some(3), ..File::default() };
        let flags = ServeOptions {
            connections: Some(200),
            body_memory: Some(64),
            streams_per_account: Some(9),
            ..ServeOptions::default()
        };
        let limits = flags.resolve(file()).unwrap().limits;
        assert_eq!((limits.connections, limits.body_memory), (200, 64 * 1024 * 1024));
        assert_eq!((limits.streams_per_person, limits.streams_per_account), (3, 9));
        let usual = ServeOptions::default().resolve(File::default()).unwrap().limits;
        assert_eq!((usual.connections, usual.streams_per_person), (4096, 16));
    }

    #[test]
    fn what_cannot_be_is_said() {
        let role = || ServeOptions { role: Some(Role::Worker), ..ServeOptions::default() };
        assert!(role().resolve(File::default()).unwrap_err().to_string().contains("--database-url"));
        let shared = ServeOptions { database_url: Some("postgres://flag/x".into()), ..role() };
        assert_eq!(shared.resolve(File::default()).unwrap().role, Role::Worker);
        for seconds in [0.0, -1.0, f64::NAN, 31.0] {
            let time = ServeOptions { code_seconds: Some(seconds), ..ServeOptions::default() };
            assert!(time.resolve(File::default()).unwrap_err().to_string().contains("--code-seconds"));
        }
        for (flag, options) in [
            ("--connections", ServeOptions { connections: Some(15), ..ServeOptions::default() }),
            ("--body-memory", ServeOptions { body_memory: Some(31), ..ServeOptions::default() }),
            ("--streams-per-person", ServeOptions { streams_per_person: Some(0), ..ServeOptions::default() }),
            (
                "--streams-per-account",
                ServeOptions { streams_per_account: Some(0), ..ServeOptions::default() },
            ),
        ] {
            assert!(options.resolve(File::default()).unwrap_err().to_string().contains(flag));
        }
        let public = || Some("https://bots.example.com".to_owned());
        for wrong in ["https://bots.example.com:443/", "https://files.example.com/path", "files.example.com"]
        {
            let files = ServeOptions {
                files_url: Some(wrong.into()),
                public_url: public(),
                ..ServeOptions::default()
            };
            assert!(
                files.resolve(File::default()).unwrap_err().to_string().contains("--files-url"),
                "{wrong}"
            );
        }
        let limits = ServeOptions { quotas: Some("flies=1".into()), ..ServeOptions::default() };
        let said = limits.resolve(File::default()).unwrap_err().to_string();
        assert!(said.contains("flies=1") && said.contains("file_bytes"), "{said}");
        let memory = ServeOptions { code_memory: Some(7), ..ServeOptions::default() };
        assert!(memory.resolve(File::default()).is_err());
        let address = ServeOptions { public_url: Some("example.com".into()), ..ServeOptions::default() };
        assert!(address.resolve(File::default()).is_err());
    }
}

//! Where a PostgreSQL is, as its URL says it, and how the way there is protected.

use std::str::FromStr;
use std::time::Duration;

use chasqui_model::secret::Secret;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::{Tls, Trust};
use crate::{Error, Result};

/// How long one address is tried before the next.
const CONNECT: Duration = Duration::from_secs(5);
/// How long sent data may stay unacknowledged before a connection counts as dead: a machine that vanished sends nothing.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// After so long without a word a connection is asked whether its other end is there. One that only listens sends nothing.
const SILENT: Duration = Duration::from_secs(10);
/// Settings of all our connections. Compiling a statement takes longer than any of ours runs.
const OPTIONS: &str = "-c jit=off -c idle_in_transaction_session_timeout=30000";
/// Every hot statement finds its rows by their keys. The planner is told so: figures of a table that was empty a moment
/// ago must not make it read all of a table that is large by now. And a process that stands still in the middle of a
/// transaction must not keep the locks that others wait for longer than it keeps its parts.
const HOT: &str = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c statement_timeout=30000 \
    -c idle_in_transaction_session_timeout=3000";

/// A URL, understood.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) tls: Tls,
}

impl Address {
    /// Reads `postgres://user:password@host:port,host:port/database?…` with libpq's parameters, among them `sslmode` up to
    /// `verify-full`, `sslrootcert` and `target_session_attrs`.
    pub(super) fn parse(url: &Secret) -> Result<Self> {
        let url = url.expose();
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(wrong("it does not begin with postgres://"));
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut root, mut rest) = ("prefer", None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = value,
                Some(("sslrootcert", value)) => root = Some(decoded(value)),
                Some(("sslcert" | "sslkey", _)) => {
                    return Err(wrong("client certificates (sslcert, sslkey) are not supported"));
                }
                _ => rest.push(pair),
            }
        }
        let mut config = Config::from_str(&format!("{base}?{}", rest.join("&")))
            .map_err(|error| wrong(&crate::postgres::error::sentence(&error)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(wrong("it names no host"));
        }
        let (ssl, trust) = match (mode, root.is_some()) {
            ("disable" | "allow", _) => (SslMode::Disable, Trust::Anyone),
            ("prefer", _) => (SslMode::Prefer, Trust::Anyone),
            ("require", false) => (SslMode::Require, Trust::Anyone),
            // As libpq: with a root certificate at hand `require` means that it is used.
            ("require" | "verify-ca", _) => (SslMode::Require, Trust::Authority),
            ("verify-full", _) => (SslMode::Require, Trust::Host),
            _ => {
                return Err(wrong("sslmode is one of disable, prefer, require, verify-ca, verify-full"));
            }
        };
        let options = config.get_options().map_or_else(String::new, |given| format!("{given} "));
        config.ssl_mode(ssl).options(format!("{options}{OPTIONS}")).tcp_user_timeout(UNACKNOWLEDGED);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        config.keepalives_idle(SILENT).keepalives_interval(SILENT).keepalives_retries(2);
        if config.get_application_name().is_none() {
            config.application_name("chasqui");
        }
        Ok(Self { config, tls: Tls::new(trust, root.as_deref())? })
    }

    /// For connections that run hot statements only.
    pub(super) fn hot(&self) -> Self {
        let mut config = self.config.clone();
        config.options(format!("{} {HOT}", self.config.get_options().unwrap_or_default()));
        Self { config, tls: self.tls.clone() }
    }

    /// For connections that read for pages: the server ends what takes longer.
    pub(super) fn hasty(&self, longest: Duration) -> Self {
        let mut config = self.config.clone();
        let options = self.config.get_options().unwrap_or_default();
        config.options(format!("{options} -c statement_timeout={}", longest.as_millis()));
        Self { config, tls: self.tls.clone() }
    }

    /// For people, without the password.
    pub(super) fn place(&self) -> String {
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate().map(|(at, host)| {
            let port = ports.get(at).or_else(|| ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => format!("{}:{port}", path.display()),
            }
        });
        hosts.collect::<Vec<_>>().join(",")
    }

    pub(super) fn user(&self) -> &str {
        self.config.get_user().unwrap_or("the user of this process")
    }

    pub(super) fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_else(|| self.user())
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({})", self.place())
    }
}

fn wrong(why: &str) -> Error {
    Error::Unavailable(format!(
        "the database URL cannot be used: {why}. It looks like postgres://user:password@host:5432/database"
    ))
}

fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        let rest = bytes.as_slice();
        let hex = rest.get(..2).filter(|_| byte == b'%').and_then(|it| std::str::from_utf8(it).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                out.push(value);
                bytes.nth(1);
            }
            None => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Address::parse(&Secret::new(url))
    }

    #[test]
    fn a_url_with_several_hosts_is_understood_and_shown_without_its_password() {
        let url = "postgres://ana:s3cret@one:1,two:2/bots?target_session_attrs=read-write&sslmode=disable";
        let address = parse(url).unwrap();
        assert_eq!(address.place(), "one:1,two:2");
        assert_eq!((address.user(), address.database()), ("ana", "bots"));
        assert!(!format!("{address:?}").contains("s3cret"));
    }

    #[test]
    fn a_wrong_url_says_what_is_wrong() {
        let problems = [
            ("mysql://x", "postgres://"),
            ("postgres://u@h/d?sslmode=maybe", "sslmode"),
            ("postgres:///d", "host"),
            ("postgres://u@h:port/d", "port"),
            ("postgres://u@h/d?sslmode=verify-full&sslrootcert=%2Fno%2Fsuch.pem", "/no/such.pem"),
            ("postgres://u@h/d?sslcert=x", "client certificates"),
        ];
        for (url, wanted) in problems {
            let error = parse(url).unwrap_err().to_string();
            assert!(error.contains(wanted), "{url}: {error}");
            assert!(!error.contains("s3cret"));
        }
    }

    #[test]
    fn percent_signs_are_decoded() {
        assert_eq!(decoded("%2Fetc%2Fca.pem%"), "/etc/ca.pem%");
    }
}

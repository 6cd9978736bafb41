//! Calls of the Graph API. One pooled HTTP client for all numbers; per number and app a prepared handle, so that a send
//! signs nothing and parses nothing. Tokens and secrets appear in no error, no log and no `Debug`.

mod call;
mod download;
mod media;
mod phone;
mod send;
mod subscription;
mod template;
mod thread;
mod token;
mod wait;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::integration::{Credentials, GraphVersion};
use chasqui_model::secret::Secret;
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::signature;

pub use call::CallError;
pub use download::{DownloadError, Downloaded};
pub use media::MediaUrl;
pub use phone::{Health, HealthProblem, PhoneNumber};
pub use send::{SendError, Sent};
pub use subscription::{SubscribedApp, Subscription};
pub use template::{Page, Template};
pub use thread::{Control, LONGEST_METADATA};
pub use token::{Exchanged, TokenInfo};

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// For a connection.
    pub connect_timeout: Duration,
    /// For a whole call, other than moving files.
    pub timeout: Duration,
    /// For moving a file.
    pub media_timeout: Duration,
    /// Connections kept open per host.
    pub idle_connections: usize,
    /// How we call ourselves; Meta's file servers refuse calls without it.
    pub user_agent: String,
    /// Hosts that files may be fetched from, with the token: these and everything below them, over TLS. The host of
    /// the base URL is always allowed.
    pub media_hosts: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            media_timeout: Duration::from_mins(2),
            idle_connections: 1024,
            user_agent: concat!("Chasqui/", env!("CARGO_PKG_VERSION")).to_owned(),
            media_hosts: ["fbsbx.com", "fbcdn.net", "whatsapp.net"].map(str::to_owned).to_vec(),
        }
    }
}

/// The Graph API. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    options: std::sync::Arc<Options>,
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The base URL is none.
    #[error("the Graph API's base URL is not an http or https address")]
    BaseUrl,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls,
}

/// The token has characters that no token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token has characters that no token has")]
pub struct InvalidToken;

impl Client {
    /// The production address.
    pub const GRAPH: &'static str = "https://graph.facebook.com";

    /// A client for the Graph API at `base_url`: [`Client::GRAPH`], or a simulator. Installs the TLS provider of the
    /// process when none is installed.
    pub fn new(base_url: &str, options: Options) -> Result<Self, ClientError> {
        let mut base = Url::parse(base_url).map_err(|_| ClientError::BaseUrl)?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(ClientError::BaseUrl);
        }
        base.set_query(None);
        base.set_fragment(None);
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails only when another thread was faster, and then one is there.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let http = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .pool_max_idle_per_host(options.idle_connections)
            .pool_idle_timeout(Duration::from_secs(50))
            .tcp_nodelay(true)
            .user_agent(&options.user_agent)
            // The token must not follow to wherever a redirect points.
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            .build()
            .map_err(|_| ClientError::Tls)?;
        Ok(Self { http, base, options: std::sync::Arc::new(options) })
    }

    /// Prepares calls with a token. The app secret, when given, signs every one of them.
    pub fn access(
        &self,
        version: GraphVersion,
        token: &Secret,
        app_secret: Option<&Secret>,
    ) -> Result<Access, InvalidToken> {
        let mut root = self.base.clone();
        if let Ok(mut path) = root.path_segments_mut() {
            path.pop_if_empty().push(&version.to_string());
        }
        let mut bearer =
            HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| InvalidToken)?;
        bearer.set_sensitive(true);
        let proof = app_secret.map(|secret| signature::appsecret_proof(secret, token));
        Ok(Access { root, bearer, proof })
    }

    /// Prepares calls of a number.
    pub fn number(&self, credentials: &Credentials) -> Result<Number, InvalidToken> {
        let access =
            self.access(credentials.version, &credentials.access_token, Some(&credentials.app_secret))?;
        let id = credentials.phone_number_id.clone();
        let messages = access.url(&[&id, "messages"], &[]);
        let payer = credentials.messaging_account_id.as_deref().map(send::payer);
        let business_account_id = credentials.business_account_id.clone();
        Ok(Number { access, id, business_account_id, payer, messages })
    }

    /// Prepares calls of an app.
    pub fn app(&self, version: GraphVersion, id: &str, secret: &Secret) -> Result<App, InvalidToken> {
        let token = Secret::new(format!("{id}|{}", secret.expose()));
        // App tokens hold the secret: a proof would prove nothing.
        let access = self.access(version, &token, None)?;
        Ok(App { access, id: id.to_owned(), secret: secret.clone() })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// A token, ready for calls.
#[derive(Clone)]
pub struct Access {
    root: Url,
    bearer: HeaderValue,
    proof: Option<String>,
}

impl Access {
    /// An address under the version. Ids are put in as path segments, so that no id leads elsewhere.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.root.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        if self.proof.is_some() || !query.is_empty() {
            let mut pairs = url.query_pairs_mut();
            pairs.extend_pairs(query);
            if let Some(proof) = &self.proof {
                pairs.append_pair("appsecret_proof", proof);
            }
        }
        url
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access(…)")
    }
}

/// A number that sends, ready for calls. Make it once per integration and keep it until its credentials change.
#[derive(Clone)]
pub struct Number {
    access: Access,
    id: String,
    business_account_id: String,
    /// How a message begins that names who pays for it.
    payer: Option<Bytes>,
    messages: Url,
}

impl Number {
    /// Its id in the Graph.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its token.
    pub fn access(&self) -> &Access {
        &self.access
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Number").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An app, ready for calls in its own name.
#[derive(Clone)]
pub struct App {
    access: Access,
    id: String,
    secret: Secret,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("id", &self.id).finish_non_exhaustive()
    }
}

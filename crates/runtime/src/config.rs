//! How the runtime is told to behave. Plain values: it reads neither files nor the environment.

use std::path::PathBuf;
use std::time::Duration;

use chasqui_model::quota::Limits;
use chasqui_model::secret::Secret;
use chasqui_whatsapp::Client;

use crate::{Role, code, mail};

/// How the runtime behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the Graph API is.
    pub graph_url: String,
    /// Where we are, for addresses given to others.
    pub public_url: String,
    /// Where links to files lead.
    pub files_url: String,
    /// Where files are kept, or written before they go into the bucket.
    pub media_dir: PathBuf,
    /// The bucket of an S3 store that keeps files: `s3://bucket/prefix?region=…`; `None`: the folder keeps them.
    pub media_url: Option<Secret>,
    /// The limits of accounts for which the operator set no others.
    pub quotas: Limits,
    /// Whether flows may call addresses of private networks.
    pub allow_private_networks: bool,
    /// How long a status webhook is waited for when the answer to a send is lost.
    pub settle_after: Duration,
    /// What this process does on a store that others work on as well.
    pub role: Role,
    /// Who sends mail; `None`: nobody, it waits.
    pub mail: Option<mail::Server>,
    /// How custom code is run.
    pub code: code::Options,
    /// Whether messages to one person keep to Meta's pair rate. Off only for measurements against a stand-in.
    pub pace_pairs: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            graph_url: Client::GRAPH.to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            files_url: "http://127.0.0.1:8080".to_owned(),
            media_dir: PathBuf::from("media"),
            media_url: None,
            quotas: Limits::default(),
            allow_private_networks: false,
            settle_after: Duration::from_secs(30),
            mail: None,
            code: code::Options::default(),
            pace_pairs: true,
            role: Role::All,
        }
    }
}

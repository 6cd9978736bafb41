//! `chasqui bootstrap`: the first account and its owner.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Id};
use chasqui_store::noun::account::First;
use chasqui_store::{Error, Store};
use clap::Args;
use serde_json::json;

use super::start;
use crate::config::{self, File, ServeOptions};
use crate::http::token;
use crate::password;

#[derive(Args, Debug)]
pub(super) struct Options {
    /// The owner's e-mail address
    #[arg(long)]
    email: String,
    /// Read the owner's password from the standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// What the account is called
    #[arg(long, default_value = "Main", value_name = "NAME")]
    account: String,
    /// Folder of the installation [default: chasqui-data]
    #[arg(long, env = "CHASQUI_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// PostgreSQL instead of SQLite
    #[arg(long, env = "CHASQUI_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The key that secrets are sealed with, 32 bytes in Base64, instead of the key file
    #[arg(long, env = "CHASQUI_MASTER_KEY", value_name = "KEY", hide_env_values = true)]
    master_key: Option<String>,
}

pub(super) async fn run(options: Options, file: File) -> Result<()> {
    let Options { email, account, data_dir, database_url, master_key, .. } = options;
    let serve =
        ServeOptions { data_dir, database_url, master_key, ..ServeOptions::default() }.resolve(file)?;
    let password = read_password()?;
    start::make_data_dir(&serve.data_dir)?;
    let vault = config::vault(&serve.data_dir, serve.master_key.as_ref(), serve.store.is_missing())?;
    let clock = Clock::system();
    let (store, _feed) = start::open(&serve.store, vault, &clock).await?;
    let owner = Owner { email, name: None, password };
    let made = first(&store, &clock, owner, &account).await;
    start::close(&store).await;
    let made = made?;
    let line = json!({ "account_id": made.account, "user_id": made.owner, "api_token": made.token });
    super::print(&line.to_string())
}

fn read_password() -> Result<Secret> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read the password from the standard input")?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

/// What was made.
pub(crate) struct Made {
    pub(crate) account: Id<Account>,
    pub(crate) owner: Id<User>,
    pub(crate) token_id: Id<ApiToken>,
    pub(crate) token: String,
}

/// Who begins.
pub(crate) struct Owner {
    pub(crate) email: String,
    /// Left out, what stands before the `@`.
    pub(crate) name: Option<String>,
    pub(crate) password: Secret,
}

/// Why there is no first account.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotMade {
    /// Somebody was here before.
    #[error("this installation has an account already; bootstrap is for an empty one")]
    Over,
    /// The owner's address is none.
    #[error("--email is not an e-mail address")]
    Email,
    /// The password has this many characters.
    #[error("the password has {0} characters; it needs {min} to {max}", min = password::SHORTEST, max = password::LONGEST)]
    Password(usize),
    /// Hashing failed.
    #[error("the password cannot be hashed")]
    Hash,
    /// The store is away, or refused it.
    #[error(transparent)]
    Store(Error),
}

impl From<Error> for NotMade {
    fn from(error: Error) -> Self {
        match error {
            Error::Stale => Self::Over,
            other @ (Error::Gone
            | Error::Behind
            | Error::NotOwner
            | Error::Full(_)
            | Error::Exists(_)
            | Error::Unavailable(_)
            | Error::Busy
            | Error::TooSlow
            | Error::Corrupt(_)
            | Error::Secret(_)) => Self::Store(other),
        }
    }
}

/// Makes the first account of an empty store, its owner, and a token that may do everything.
pub(crate) async fn first(
    store: &Store,
    clock: &Clock,
    owner: Owner,
    account: &str,
) -> Result<Made, NotMade> {
    let Owner { email, name, password } = owner;
    let email = email.trim().to_lowercase();
    let parts = email.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    let (short, _) = parts.ok_or(NotMade::Email)?;
    let name = name.unwrap_or_else(|| short.to_owned());
    if !password::fits(password.expose()) {
        return Err(NotMade::Password(password.expose().chars().count()));
    }
    if store.has_accounts().await? {
        return Err(NotMade::Over);
    }
    let password_hash = password::hash(password).await.map_err(|password::Failed| NotMade::Hash)?;
    let created_at = clock.now();
    let account = Account { id: clock.id(), name: account.trim().to_owned(), created_at };
    let owner = User { id: clock.id(), name, email: email.clone(), password_hash, created_at };
    let text = token::api_token();
    let token = ApiToken {
        id: clock.id(),
        account: account.id,
        user: owner.id,
        name: "bootstrap".to_owned(),
        role: Role::Owner,
        created_at,
        last_used_at: None,
        scopes: Vec::new(),
        expires_at: None,
    };
    let first = First { account, owner, token, token_hash: token::hash(&text) };
    store.bootstrap(&first).await?;
    Ok(Made { account: first.account.id, owner: first.owner.id, token_id: first.token.id, token: text })
}

//! `chasqui bootstrap`: the first account and its owner.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use chasqui_model::Clock;
use chasqui_model::secret::Secret;
use clap::Args;
use serde_json::json;

use super::start;
use crate::config::{self, File, ServeOptions};
use crate::office::first::{self, Owner};
use crate::office::{Fault, Refused};
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
    let length = password.expose().chars().count();
    let owner = Owner { email, name: None, password, account };
    let made = first::account(&store, &clock, owner).await;
    start::close(&store).await;
    let made = made.map_err(|why| told(why, length))?;
    let line = json!({ "account_id": made.account, "user_id": made.owner, "api_token": made.token });
    super::print(&line.to_string())
}

fn read_password() -> Result<Secret> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read the password from the standard input")?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

/// What stands in the way, as people at a command line are told.
fn told(why: Refused, length: usize) -> anyhow::Error {
    match why {
        Refused::HasAccount => {
            anyhow!("this installation has an account already; bootstrap is for an empty one")
        }
        Refused::Wrong(wrong) => match wrong.first().map(|it| &it.fault) {
            Some(Fault::Email) => anyhow!("--email is not an e-mail address"),
            Some(Fault::Password) => {
                let (shortest, longest) = (password::SHORTEST, password::LONGEST);
                anyhow!("the password has {length} characters; it needs {shortest} to {longest}")
            }
            Some(Fault::Name) => anyhow!("--account is not a name of 1 to 80 characters"),
            other => anyhow!("the account cannot be made: {other:?}"),
        },
        Refused::NoHash => anyhow!("the password cannot be hashed"),
        Refused::Store(error) => error.into(),
        other => anyhow!("the account cannot be made: {other:?}"),
    }
}

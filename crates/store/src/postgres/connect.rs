//! Making connections, and what they must find before a 200 may be answered.

use std::time::Duration;

use tokio_postgres::Client;

use super::address::Address;
use super::error::explain;
use crate::{Error, Result};

/// Oldest PostgreSQL that may be used, as `server_version_num`.
const OLDEST: i32 = 150_000;
/// All of connecting, over all hosts of the URL.
const CONNECT: Duration = Duration::from_secs(20);

/// One connection of its own. It closes when the client is dropped.
pub(super) async fn connect(address: &Address) -> Result<Client> {
    let connecting = address.config.connect(address.tls.0.clone());
    let (client, connection) = tokio::time::timeout(CONNECT, connecting)
        .await
        .map_err(|_| Error::Unavailable(format!("PostgreSQL at {} does not answer", address.place())))?
        .map_err(|error| Error::Unavailable(explain(&error, address)))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            // Whoever uses the client learns it too, and acts on it.
            tracing::debug!(%error, "a connection to PostgreSQL has ended");
        }
    });
    Ok(client)
}

/// Refuses a server that is too old.
pub(super) async fn check_version(client: &Client, address: &Address) -> Result<()> {
    let sql = "SELECT current_setting('server_version_num')::int, current_setting('server_version')";
    let row = client.query_one(sql, &[]).await?;
    if row.get::<_, i32>(0) >= OLDEST {
        return Ok(());
    }
    let (place, name): (_, &str) = (address.place(), row.get(1));
    Err(Error::Unavailable(format!("PostgreSQL at {place} is {name}; version 15 or newer is needed")))
}

/// Refuses a server that is too old, cannot be written to, or would forget what it has confirmed. With `allow_unsafe`
/// the last of these is only a warning.
pub(super) async fn check(client: &Client, address: &Address, allow_unsafe: bool) -> Result<()> {
    check_version(client, address).await?;
    let place = address.place();
    let row = client
        .query_one(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', \
             current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'), \
             current_setting('server_encoding')",
            &[],
        )
        .await?;
    if row.get::<_, bool>(0) {
        return Err(Error::Unavailable(format!(
            "PostgreSQL at {place} can only be read (a standby?): name the primary, or all servers with \
             target_session_attrs=read-write"
        )));
    }
    let encoding: &str = row.get(4);
    if encoding != "UTF8" {
        return Err(Error::Unavailable(format!(
            "the database {} has the encoding {encoding}: create it with `createdb -E UTF8 -T template0`",
            address.database()
        )));
    }
    let settings = ["fsync", "full_page_writes", "synchronous_commit"];
    let off: Vec<&str> =
        (1..4).filter(|at| row.get::<_, &str>(*at) == "off").map(|at| settings[at - 1]).collect();
    if off.is_empty() {
        return Ok(());
    }
    let off = off.join(", ");
    if !allow_unsafe {
        return Err(Error::Unavailable(format!(
            "PostgreSQL at {place} runs with {off} = off: messages that were confirmed to Meta could be lost in a crash. \
             Switch it on, or accept the loss with --allow-unsafe-database"
        )));
    }
    tracing::warn!(settings = off, "this database may lose confirmed messages in a crash; for tests only");
    Ok(())
}

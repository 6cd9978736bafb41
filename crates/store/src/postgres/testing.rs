//! SQL past the store, for tests.

use chasqui_model::secret::Secret;
use tokio_postgres::Client;

use super::address::Address;
use super::connect::connect;

/// Runs SQL on a connection of its own.
///
/// # Panics
/// When it cannot be run: the test cannot go on.
#[expect(clippy::expect_used, reason = "a test that cannot go on has failed")]
pub(crate) async fn run(url: &Secret, sql: &str) -> Client {
    let address = Address::parse(url).expect("the URL of the server for tests");
    let client = connect(&address).await.expect("the server for tests");
    client.batch_execute(sql).await.expect("SQL of a test");
    client
}

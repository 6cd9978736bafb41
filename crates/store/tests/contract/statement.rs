//! The registered statements.

use crate::engine::{Bench, contract};

contract!(every_statement_prepares);

async fn every_statement_prepares(bench: Bench) {
    assert!(bench.store.check_statements().await.unwrap() > 50);
}

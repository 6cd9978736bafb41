//! Everything but the hot path, a file a noun. Every method on an account's thing takes the account; a thing of another
//! account is not found.

pub mod integration;

/// All registered statements.
pub(crate) fn statements() -> Vec<crate::db::Statement> {
    [integration::ALL].concat()
}

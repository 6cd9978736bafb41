//! Everything but the hot path, a file a noun. Every method on an account's thing takes the account; a thing of another
//! account is not found.

pub mod account;
pub mod api_token;
pub mod audit;
pub mod backlog;
pub mod bot;
pub mod connection;
pub mod contact;
pub mod conversation;
pub mod event;
pub mod finished;
pub mod idempotency;
pub mod incident;
pub mod integration;
pub mod invitation;
pub mod mail;
pub mod managed_number;
pub mod media;
pub mod member;
pub mod name;
pub mod opt_out;
pub mod password_reset;
pub mod queue;
pub mod quota;
pub mod retention;
pub(crate) mod search;
pub mod session;
pub mod template;
pub mod transcript;

/// All registered statements.
pub(crate) fn statements() -> Vec<crate::db::Statement> {
    [
        account::ALL,
        api_token::ALL,
        audit::ALL,
        backlog::ALL,
        bot::ALL,
        connection::ALL,
        contact::ALL,
        conversation::ALL,
        event::ALL,
        finished::ALL,
        idempotency::ALL,
        incident::ALL,
        integration::ALL,
        invitation::ALL,
        mail::ALL,
        managed_number::ALL,
        media::ALL,
        member::ALL,
        name::ALL,
        opt_out::ALL,
        password_reset::ALL,
        queue::ALL,
        quota::ALL,
        retention::ALL,
        session::ALL,
        template::ALL,
        transcript::ALL,
    ]
    .concat()
}

//! The first account of an installation and its owner.

use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::email::Email;
use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Id};
use chasqui_store::noun::account::First;
use chasqui_store::{Error, Store};

use super::{Fault, Refused, Wrong, name};
use crate::{password, token};

/// Who begins.
pub(crate) struct Owner {
    /// Their address.
    pub(crate) email: String,
    /// What to call them; left out, what stands before the `@`.
    pub(crate) name: Option<String>,
    /// How they log in.
    pub(crate) password: Secret,
    /// What the account is called.
    pub(crate) account: String,
}

/// What was made.
pub(crate) struct Made {
    /// The account.
    pub(crate) account: Id<Account>,
    /// Its owner.
    pub(crate) owner: Id<User>,
    /// A token that may do everything.
    pub(crate) token_id: Id<ApiToken>,
    /// Its text.
    pub(crate) token: String,
}

/// Makes the first account of an empty store, its owner, and a token that may do everything.
pub(crate) async fn account(store: &Store, clock: &Clock, owner: Owner) -> Result<Made, Refused> {
    let Read { email, name, account } = read(&owner)?;
    if store.has_accounts().await? {
        return Err(Refused::HasAccount);
    }
    let hashed = password::hash(owner.password).await;
    let password_hash = hashed.map_err(|password::Failed| Refused::NoHash)?;
    let created_at = clock.now();
    let account = Account { id: clock.id(), name: account, created_at };
    let owner = User { id: clock.id(), name, email, password_hash, created_at };
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
    store.bootstrap(&first).await.map_err(|error| match error {
        Error::Stale => Refused::HasAccount,
        other => other.into(),
    })?;
    Ok(Made { account: first.account.id, owner: first.owner.id, token_id: first.token.id, token: text })
}

/// The same where nobody is told the token.
pub(crate) async fn account_without_token(
    store: &Store,
    clock: &Clock,
    owner: Owner,
) -> Result<Made, Refused> {
    let made = account(store, clock, owner).await?;
    store.delete_api_token(made.account, made.token_id).await?;
    Ok(made)
}

struct Read {
    email: String,
    name: String,
    account: String,
}

/// What was given, or everything that is wrong with it.
fn read(owner: &Owner) -> Result<Read, Refused> {
    let mut wrong = Vec::new();
    let mut found = |found: Option<String>, pointer: &str, fault| {
        if found.is_none() {
            wrong.push(Wrong::new(pointer, fault));
        }
        found.unwrap_or_default()
    };
    let email = Email::parse(&owner.email).map(Email::lower);
    let short = email.as_ref().map_or("", Email::name).to_owned();
    let email = found(email.map(Email::into_string), "/email", Fault::Email);
    let name = match &owner.name {
        Some(given) => found(name(given), "/name", Fault::Name),
        None => short,
    };
    let account = found(super::name(&owner.account), "/account", Fault::Name);
    if !password::fits(owner.password.expose()) {
        wrong.push(Wrong::new("/password", Fault::Password));
    }
    if wrong.is_empty() { Ok(Read { email, name, account }) } else { Err(Refused::Wrong(wrong)) }
}

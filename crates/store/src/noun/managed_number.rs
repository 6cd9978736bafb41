//! Numbers of the installation's operator, and accounts that ask for one. An account never reads their credentials.

use chasqui_model::account::{Account, User};
use chasqui_model::integration::{Credentials, GraphVersion, Integration, ManagedNumber, Token};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};

use crate::db::{Write, statements};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, display_phone_number, verified_name, phone_number_id, credentials, integration, account, created_at, \
         assigned_at"
    };
}
macro_rules! requests {
    () => {
        "SELECT r.id, r.account, r.person, r.note, r.state, r.answer, r.number, r.created_at, r.decided_at, a.name \
         FROM number_request r JOIN account a ON a.id = r.account "
    };
}

statements! {
    INSERT = "INSERT INTO managed_number (id, display_phone_number, verified_name, phone_number_id, credentials, \
        created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    LIST = concat!("SELECT ", columns!(), " FROM managed_number WHERE id > $1 ORDER BY id LIMIT $2");
    GET = concat!("SELECT ", columns!(), " FROM managed_number WHERE id = $1");
    // One that was promised to this account comes before one that is free.
    FOR_ACCOUNT = concat!("SELECT ", columns!(), " FROM managed_number WHERE integration IS NULL \
        AND (account = $1 OR account IS NULL) ORDER BY CASE WHEN account IS NULL THEN 1 ELSE 0 END, id LIMIT 1");
    ASSIGN = "UPDATE managed_number SET integration = $2, account = $3, assigned_at = $4 WHERE id = $1 \
        AND integration IS NULL AND (account IS NULL OR account = $3)";
    PROMISE = "UPDATE managed_number SET account = $2 WHERE id = $1 AND integration IS NULL AND account IS NULL";
    RELEASE = "UPDATE managed_number SET integration = NULL, account = NULL, assigned_at = NULL WHERE id = $1";
    RELEASE_OF = "UPDATE managed_number SET integration = NULL, account = NULL, assigned_at = NULL \
        WHERE integration = $1";
    DELETE = "DELETE FROM managed_number WHERE id = $1 AND integration IS NULL";
    SET_MANAGED = "UPDATE integration SET managed = $3 WHERE account = $1 AND id = $2";
    ASK = "INSERT INTO number_request (id, account, person, note, state, created_at) VALUES ($1, $2, $3, $4, 'open', $5)";
    REQUESTS = concat!(requests!(), "WHERE r.id < $1 AND (CAST($2 AS BIGINT) = 0 OR r.account = $3) \
        ORDER BY r.id DESC LIMIT $4");
    REQUEST = concat!(requests!(), "WHERE r.id = $1");
    DECIDE = "UPDATE number_request SET state = $2, answer = $3, number = $4, decided_at = $5 WHERE id = $1 \
        AND state = 'open'";
}

/// A number of the operator.
#[derive(Clone, Debug)]
pub struct Managed {
    /// Its id.
    pub id: Id<ManagedNumber>,
    /// As people write it.
    pub display_phone_number: String,
    /// The business's name.
    pub verified_name: Option<String>,
    /// What Meta knows it by.
    pub credentials: Credentials,
    /// Which integration uses it.
    pub integration: Option<Id<Integration>>,
    /// Which account has it, or may have it.
    pub account: Option<Id<Account>>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was given to its integration.
    pub assigned_at: Option<Timestamp>,
}

/// An account that wants a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: Id<Request>,
    /// Which account.
    pub account: Id<Account>,
    /// What it is called.
    pub account_name: String,
    /// Who asked.
    pub person: Id<User>,
    /// What for.
    pub note: String,
    /// Whether it was granted.
    pub state: RequestState,
    /// What the operator answered.
    pub answer: Option<String>,
    /// Which number was promised.
    pub number: Option<Id<ManagedNumber>>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

impl chasqui_model::Named for Request {
    const PREFIX: &'static str = "req";
}

/// Whether a request was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Not decided.
    Open,
    /// A number waits for the account.
    Approved,
    /// There will be none.
    Declined,
}

impl RequestState {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// What is sealed of the credentials.
#[derive(Serialize, Deserialize)]
struct Sealed {
    business_account_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    messaging_account_id: Option<String>,
    app_id: String,
    app_secret: String,
    access_token: String,
    token: Token,
    version: GraphVersion,
}

impl Sealed {
    /// Stands in for what is damaged.
    fn lost() -> Self {
        Self {
            business_account_id: String::new(),
            messaging_account_id: None,
            app_id: String::new(),
            app_secret: String::new(),
            access_token: String::new(),
            token: Token::default(),
            version: GraphVersion::UNKNOWN,
        }
    }
}

/// Gives a number to an integration that is saved with its credentials.
pub(super) fn assignment(number: Id<ManagedNumber>, to: &Integration) -> [Write; 2] {
    let (account, integration, at) = (to.account, to.id, to.created_at);
    [
        Write::one(ASSIGN, vec![number.into(), integration.into(), account.into(), at.into()]),
        Write::one(SET_MANAGED, vec![account.into(), integration.into(), number.into()]),
    ]
}

impl Store {
    /// Adds a number. [`Error::Exists`] when it is here already.
    pub async fn add_managed(&self, it: &Managed) -> Result<()> {
        let credentials = &it.credentials;
        let sealed = Sealed {
            business_account_id: credentials.business_account_id.clone(),
            messaging_account_id: credentials.messaging_account_id.clone(),
            app_id: credentials.app_id.clone(),
            app_secret: credentials.app_secret.expose().to_owned(),
            access_token: credentials.access_token.expose().to_owned(),
            token: credentials.token.clone(),
            version: credentials.version,
        };
        let text = serde_json::to_string(&sealed).map_err(|error| Error::Corrupt(error.to_string()))?;
        let values = vec![
            it.id.into(),
            it.display_phone_number.clone().into(),
            it.verified_name.clone().into(),
            credentials.phone_number_id.clone().into(),
            self.vault.seal(&place(it.id), &Secret::new(text))?.into(),
            it.created_at.into(),
        ];
        self.db.transact(vec![Write::one(INSERT, values)]).await.map(|_| ())
    }

    /// The operator's numbers with an id above `after`.
    pub async fn list_managed(&self, after: Option<Id<ManagedNumber>>, limit: u32) -> Result<Vec<Managed>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(|row| self.read_managed(row)).collect()
    }

    /// One of the operator's numbers.
    pub async fn managed(&self, id: Id<ManagedNumber>) -> Result<Option<Managed>> {
        let row = self.db.query_one(GET, vec![id.into()]).await?;
        row.map(|row| self.read_managed(&row)).transpose()
    }

    /// A number that an account may have now: one promised to it, else a free one.
    pub async fn managed_for(&self, account: Id<Account>) -> Result<Option<Managed>> {
        let row = self.db.query_one(FOR_ACCOUNT, vec![account.into()]).await?;
        row.map(|row| self.read_managed(&row)).transpose()
    }

    /// Takes a number back into the pool: the integration that it was lent to is switched off and keeps no credentials that
    /// work. [`Error::Stale`] when one of them is gone meanwhile.
    pub async fn release_managed(&self, number: &Managed, now: Timestamp) -> Result<()> {
        let mut writes = Vec::new();
        if let (Some(account), Some(integration)) = (number.account, number.integration) {
            writes.extend(self.withdrawal(account, integration, now)?);
        }
        writes.push(Write::one(RELEASE, vec![number.id.into()]));
        self.db.transact(writes).await.map(|_| ())
    }

    /// Removes a number that nobody uses. `false` when there is none such.
    pub async fn delete_managed(&self, number: Id<ManagedNumber>) -> Result<bool> {
        Ok(self.db.transact(vec![Write::any(DELETE, vec![number.into()])]).await? == [1])
    }

    /// Asks for a number.
    pub async fn ask_for_number(&self, it: &Request) -> Result<()> {
        let values = vec![
            it.id.into(),
            it.account.into(),
            it.person.into(),
            it.note.clone().into(),
            it.created_at.into(),
        ];
        self.db.transact(vec![Write::one(ASK, values)]).await.map(|_| ())
    }

    /// Requests before `before`, latest first: of one account, or of all.
    pub async fn list_requests(
        &self,
        account: Option<Id<Account>>,
        before: Option<Id<Request>>,
        limit: u32,
    ) -> Result<Vec<Request>> {
        let values: Vec<Value> = vec![
            before.unwrap_or(Id::from_bytes([0xff; 16])).into(),
            account.is_some().into(),
            account.unwrap_or(Id::from_bytes([0; 16])).into(),
            i64::from(limit).into(),
        ];
        self.db.query(REQUESTS, values).await?.iter().map(read_request).collect()
    }

    /// One request.
    pub async fn request(&self, id: Id<Request>) -> Result<Option<Request>> {
        let row = self.db.query_one(REQUEST, vec![id.into()]).await?;
        row.as_ref().map(read_request).transpose()
    }

    /// Promises a number to the account that asked. [`Error::Stale`] when it was decided, or the number is not free.
    pub async fn approve_request(
        &self,
        it: &Request,
        number: Id<ManagedNumber>,
        at: Timestamp,
    ) -> Result<()> {
        let decision =
            vec![it.id.into(), RequestState::Approved.name().into(), Value::Null, number.into(), at.into()];
        let writes =
            vec![Write::one(DECIDE, decision), Write::one(PROMISE, vec![number.into(), it.account.into()])];
        self.db.transact(writes).await.map(|_| ())
    }

    /// Says no. `false` when it was decided.
    pub async fn decline_request(&self, id: Id<Request>, answer: &str, at: Timestamp) -> Result<bool> {
        let values =
            vec![id.into(), RequestState::Declined.name().into(), answer.into(), Value::Null, at.into()];
        Ok(self.db.transact(vec![Write::any(DECIDE, values)]).await? == [1])
    }

    fn read_managed(&self, row: &Row) -> Result<Managed> {
        let id: Id<ManagedNumber> = row.id(0)?;
        let text = self.vault.open_or_lose(&place(id), row.blob(4)?);
        // The list shows it all the same, so that it can be deleted and added anew.
        let sealed = serde_json::from_str::<Sealed>(text.expose());
        let lost = sealed.is_err();
        let sealed = sealed.unwrap_or_else(|_| Sealed::lost());
        let secret = |text: String| if lost { Secret::lost() } else { Secret::new(text) };
        Ok(Managed {
            id,
            display_phone_number: row.text(1)?.to_owned(),
            verified_name: row.optional_text(2)?,
            credentials: Credentials {
                business_account_id: sealed.business_account_id,
                messaging_account_id: sealed.messaging_account_id,
                phone_number_id: row.text(3)?.to_owned(),
                app_id: sealed.app_id,
                app_secret: secret(sealed.app_secret),
                access_token: secret(sealed.access_token),
                token: sealed.token,
                verify_token: Secret::new(""),
                version: sealed.version,
            },
            integration: row.optional_id(5)?,
            account: row.optional_id(6)?,
            created_at: row.time(7)?,
            assigned_at: row.optional_time(8)?,
        })
    }
}

/// The write that takes the number of a deleted integration back.
pub(super) fn release_of(integration: Id<Integration>) -> Write {
    Write::any(RELEASE_OF, vec![integration.into()])
}

pub(crate) fn place(id: Id<ManagedNumber>) -> String {
    format!("managed_number/{id}/credentials")
}

fn read_request(row: &Row) -> Result<Request> {
    let state = row.text(4)?;
    Ok(Request {
        id: row.id(0)?,
        account: row.id(1)?,
        person: row.id(2)?,
        note: row.text(3)?.to_owned(),
        state: match state {
            "open" => RequestState::Open,
            "approved" => RequestState::Approved,
            "declined" => RequestState::Declined,
            other => return Err(Error::Corrupt(format!("unknown state of a request: {other}"))),
        },
        answer: row.optional_text(5)?,
        number: row.optional_id(6)?,
        created_at: row.time(7)?,
        decided_at: row.optional_time(8)?,
        account_name: row.text(9)?.to_owned(),
    })
}

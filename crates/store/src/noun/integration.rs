//! Integrations, with their secrets sealed.

use std::collections::{BTreeMap, HashMap};

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::event::Event;
use chasqui_model::integration::{
    Credentials, Damaged, GraphVersion, Health, Integration, ManagedNumber, Phone, Settings, Token, Watch,
};
use chasqui_model::reason::Reason;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Part, Timestamp};
use sha2::{Digest, Sha256};

use super::event;
use crate::db::{Write, statements};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, account, name, bot, active, active_since, health, health_reason, business_account_id, phone_number_id, \
         app_id, app_secret, access_token, token, verify_token, graph_version, settings, phone, \
         webhook_verified_at, last_delivery_at, last_activity_at, created_at, updated_at, watch, managed, \
         messaging_account_id, proven_at"
    };
}

statements! {
    LOAD_ALL = concat!("SELECT ", columns!(), " FROM integration ORDER BY id");
    LIST = concat!("SELECT ", columns!(), " FROM integration WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3");
    GET = concat!("SELECT ", columns!(), " FROM integration WHERE account = $1 AND id = $2");
    INSERT = "INSERT INTO integration (id, part, account, name, bot, active, active_since, health, health_reason, \
        business_account_id, phone_number_id, app_id, app_secret, access_token, token, verify_token, \
        verify_token_hash, graph_version, messaging_account_id, settings, phone, created_at, updated_at, proven_at) VALUES ($1, \
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)";
    // A change writes the columns that it is about and no others: what the runtime learns meanwhile stays.
    CHANGE = "UPDATE integration SET updated_at = $3 WHERE account = $1 AND id = $2";
    SET_NAME = "UPDATE integration SET name = $2 WHERE id = $1";
    SET_BOT = "UPDATE integration SET bot = $2 WHERE id = $1";
    SET_ACTIVE = "UPDATE integration SET active = $2, active_since = $3 WHERE id = $1";
    SET_SETTINGS = "UPDATE integration SET settings = $2 WHERE id = $1";
    SET_CREDENTIALS = "UPDATE integration SET business_account_id = $2, phone_number_id = $3, app_id = $4, \
        app_secret = $5, access_token = $6, token = $7, verify_token = $8, verify_token_hash = $9, graph_version = $10, \
        messaging_account_id = $11 WHERE id = $1";
    SET_LEARNED = "UPDATE integration SET health = $2, health_reason = $3, phone = $4, proven_at = $5 WHERE id = $1";
    // Only while it is what Meta was asked about.
    PROVE = "UPDATE integration SET proven_at = $3 WHERE id = $1 AND updated_at = $2 AND proven_at IS NULL";
    // An unproven claim to a number ends when somebody proves theirs: its owner is told, and it is switched off.
    TELL_UNPROVEN = concat!("INSERT INTO event (", event_columns!(), ") \
        SELECT $3, account, id, NULL, NULL, $4, $5, NULL, $6, $7 FROM integration \
        WHERE phone_number_id = $1 AND id <> $2 AND active = 1 AND proven_at IS NULL");
    END_UNPROVEN = "UPDATE integration SET active = 0, active_since = $3, health_reason = $4 \
        WHERE phone_number_id = $1 AND id <> $2 AND active = 1 AND proven_at IS NULL";
    SAME_NUMBER = "SELECT account, id FROM integration WHERE phone_number_id = $1 AND id <> $2";
    SET_PHONE = "UPDATE integration SET phone = $2 WHERE id = $1";
    SET_WATCH = "UPDATE integration SET watch = $2 WHERE id = $1";
    WITHDRAW = "UPDATE integration SET app_secret = $2, access_token = $3, managed = NULL WHERE id = $1";
    // Only while nobody entered another one.
    RENEW_TOKEN = "UPDATE integration SET access_token = $3, token = $4 WHERE id = $1 AND updated_at = $2";
    LEARN_TOKEN = "UPDATE integration SET token = $3 WHERE id = $1 AND updated_at = $2";
    DELETE = "DELETE FROM integration WHERE account = $1 AND id = $2";
    DELETE_HOURS = "DELETE FROM integration_hour WHERE integration = $1";
    SET_HEALTH = "UPDATE integration SET health = $2, health_reason = $3 WHERE id = $1";
    SETTLE_HEALTH = "UPDATE integration SET health = $2, health_reason = $3 WHERE id = $1 AND health = $4";
    SET_VERIFIED = "UPDATE integration SET webhook_verified_at = $2 WHERE id = $1";
    TOUCH = "UPDATE integration SET last_activity_at = coalesce($2, last_activity_at), \
        last_delivery_at = coalesce($3, last_delivery_at) WHERE id = $1";
    COUNT = "INSERT INTO integration_hour (integration, hour, messages, errors, ignored) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (integration, hour) DO UPDATE SET messages = integration_hour.messages + excluded.messages, \
        errors = integration_hour.errors + excluded.errors, ignored = integration_hour.ignored + excluded.ignored";
    HOURS = "SELECT h.integration, h.hour, h.messages, h.errors, h.ignored FROM integration_hour h \
        JOIN integration i ON i.id = h.integration WHERE i.account = $1 AND i.id >= $3 AND i.id <= $4 AND h.hour >= $2 ORDER BY h.hour";
}

/// What a number did in a time, to be added to what it did before. Errors are counted with their events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Messages in and out.
    pub messages: i64,
    /// Messages that nobody was to answer.
    pub ignored: i64,
    /// The last message in or out.
    pub last_activity_at: Option<Timestamp>,
    /// The last signed delivery.
    pub last_delivery_at: Option<Timestamp>,
}

/// What a number did in one hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Hours since 1970.
    pub hour: i64,
    /// Messages in and out.
    pub messages: i64,
    /// Things that went wrong.
    pub errors: i64,
    /// Messages that nobody was to answer.
    pub ignored: i64,
}

/// What to change of an integration; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Its name, or none.
    pub name: Option<Option<String>>,
    /// The bot that answers.
    pub bot: Option<Id<Bot>>,
    /// Whether it is active.
    pub active: Option<bool>,
    /// What Meta knows us by.
    pub credentials: Option<Credentials>,
    /// What its owner chose.
    pub settings: Option<Settings>,
    /// What Meta said when it was asked.
    pub learned: Option<Learned>,
    /// What the owner of an unproven claim to the number is told, which ends when this one is active and proven. Its account
    /// and integration are those of that claim.
    pub told: Option<Event>,
}

/// What Meta said about an integration.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// How it fares.
    pub health: Health,
    /// Why it does not fare well.
    pub health_reason: Option<Reason>,
    /// The number.
    pub phone: Phone,
    /// When it answered about this number to this access token.
    pub proven_at: Option<Timestamp>,
}

/// All integrations.
pub(super) const EVERY: (Id<Integration>, Id<Integration>) =
    (Id::from_bytes([0; 16]), Id::from_bytes([0xff; 16]));

/// Milliseconds of an hour.
pub(super) const HOUR_MS: i64 = 3_600_000;

impl Store {
    /// All integrations of all accounts, for the runtime. One whose row cannot be read is left out, and the others are
    /// not.
    pub async fn all_integrations(&self) -> Result<Vec<Integration>> {
        let rows = self.db.query(LOAD_ALL, vec![]).await?;
        let read = |row: &Row| match self.read_integration(row) {
            Ok(it) => Some(it),
            Err(error) => {
                let id = row.id::<Integration>(0).map(|id| id.to_string()).unwrap_or_default();
                tracing::error!(integration = id, %error, "an integration is damaged and is left out");
                None
            }
        };
        Ok(rows.iter().filter_map(read).collect())
    }

    /// An account's integrations with an id above `after`, oldest first.
    pub async fn list_integrations(
        &self,
        account: Id<Account>,
        after: Option<Id<Integration>>,
        limit: u32,
    ) -> Result<Vec<Integration>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![account.into(), after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(|row| self.read_integration(row)).collect()
    }

    /// One integration of an account.
    pub async fn integration(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
    ) -> Result<Option<Integration>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.map(|row| self.read_integration(&row)).transpose()
    }

    /// Adds an integration. [`Error::Exists`] names `phone_number_id` or `verify_token_hash` when taken.
    pub async fn insert_integration(&self, it: &Integration) -> Result<()> {
        self.db.transact(vec![self.insertion(it)?]).await.map(|_| ())
    }

    /// The same. When it is active and proven, an unproven claim to its number ends, whose owner is `told`. With a number of
    /// the operator's that is lent to it, it has that from the start; [`Error::Stale`] when somebody else was faster.
    pub async fn claim_integration(
        &self,
        it: &Integration,
        lent: Option<Id<ManagedNumber>>,
        told: &Event,
    ) -> Result<()> {
        let mut writes = Vec::new();
        if it.active && it.proven_at.is_some() {
            writes.extend(end_unproven(&it.credentials.phone_number_id, it.id, told));
        }
        writes.push(self.insertion(it)?);
        if let Some(number) = lent {
            writes.extend(super::managed_number::assignment(number, it));
        }
        self.db.transact(writes).await.map(|_| ())
    }

    fn insertion(&self, it: &Integration) -> Result<Write> {
        let mut values = vec![it.id.into(), i64::from(Part::of(it.id).number()).into(), it.account.into()];
        values.extend(self.saved(it)?);
        values.extend([it.created_at.into(), it.updated_at.into(), it.proven_at.into()]);
        Ok(Write::one(INSERT, values))
    }

    /// Other integrations, of whichever account, that are of the same number.
    pub async fn others_of_number(
        &self,
        phone_number_id: &str,
        but: Id<Integration>,
    ) -> Result<Vec<(Id<Account>, Id<Integration>)>> {
        let rows = self.db.query(SAME_NUMBER, vec![phone_number_id.into(), but.into()]).await?;
        rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
    }

    /// Meta answered about the number to the token of this integration. `false` when it is another one meanwhile, or was proven
    /// before.
    pub async fn prove(&self, it: &Integration, now: Timestamp) -> Result<bool> {
        let values = vec![it.id.into(), it.updated_at.into(), now.into()];
        Ok(self.db.transact(vec![Write::any(PROVE, values)]).await? == [1])
    }

    /// Changes what `change` names and nothing else. `false` when the account has no such integration;
    /// [`Error::Exists`] names `phone_number_id` or `verify_token_hash` when taken.
    pub async fn change_integration(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
        change: &Change,
        now: Timestamp,
    ) -> Result<bool> {
        let mut writes = vec![Write::one(CHANGE, vec![account.into(), id.into(), now.into()])];
        if let Some(told) = &change.told
            && let Some(number) = self.proven_number(account, id, change).await?
        {
            writes.extend(end_unproven(&number, id, told));
        }
        if let Some(name) = &change.name {
            writes.push(Write::one(SET_NAME, vec![id.into(), name.clone().into()]));
        }
        if let Some(bot) = change.bot {
            writes.push(Write::one(SET_BOT, vec![id.into(), bot.into()]));
        }
        if let Some(active) = change.active {
            writes.push(Write::one(SET_ACTIVE, vec![id.into(), active.into(), now.into()]));
        }
        if let Some(settings) = &change.settings {
            writes.push(Write::one(SET_SETTINGS, vec![id.into(), json(settings)?]));
        }
        if let Some(credentials) = &change.credentials {
            writes.push(Write::one(SET_CREDENTIALS, self.credential_values(id, credentials)?));
        }
        if let Some(learned) = &change.learned {
            let reason = learned.health_reason.as_ref().map(Reason::written);
            let values = vec![
                id.into(),
                learned.health.name().into(),
                reason.into(),
                json(&learned.phone)?,
                learned.proven_at.into(),
            ];
            writes.push(Write::one(SET_LEARNED, values));
        }
        match self.db.transact(writes).await {
            Ok(_) => Ok(true),
            Err(Error::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The number that an integration has proven and is active on after a change.
    async fn proven_number(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
        change: &Change,
    ) -> Result<Option<String>> {
        let Some(before) = self.integration(account, id).await? else { return Ok(None) };
        let proven = change.learned.as_ref().map_or(before.proven_at, |it| it.proven_at).is_some();
        let active = change.active.unwrap_or(before.active);
        let credentials = change.credentials.as_ref().unwrap_or(&before.credentials);
        Ok((active && proven).then(|| credentials.phone_number_id.clone()))
    }

    /// Puts a renewed token in the place of the one before. `false` when somebody changed the integration meanwhile.
    pub async fn renew_token(&self, it: &Integration, token: &Secret, known: &Token) -> Result<bool> {
        let sealed = self.vault.seal(&place(it.id, "access_token"), token)?;
        let values = vec![it.id.into(), it.updated_at.into(), sealed.into(), json(known)?];
        Ok(self.db.transact(vec![Write::any(RENEW_TOKEN, values)]).await? == [1])
    }

    /// Writes down what Meta says of the token. `false` when somebody changed the integration meanwhile.
    pub async fn learn_token(&self, it: &Integration, known: &Token) -> Result<bool> {
        let values = vec![it.id.into(), it.updated_at.into(), json(known)?];
        Ok(self.db.transact(vec![Write::any(LEARN_TOKEN, values)]).await? == [1])
    }

    /// Switches an integration off and takes its token and app secret away: its number was lent and is wanted back.
    pub(super) fn withdrawal(
        &self,
        account: Id<Account>,
        id: Id<Integration>,
        now: Timestamp,
    ) -> Result<[Write; 3]> {
        let sealed = |column| self.vault.seal(&place(id, column), &Secret::new("withdrawn"));
        let values = vec![id.into(), sealed("app_secret")?.into(), sealed("access_token")?.into()];
        Ok([
            Write::one(CHANGE, vec![account.into(), id.into(), now.into()]),
            Write::one(SET_ACTIVE, vec![id.into(), false.into(), now.into()]),
            Write::one(WITHDRAW, values),
        ])
    }

    /// What Meta says about a number.
    pub async fn set_phone(&self, id: Id<Integration>, phone: &Phone) -> Result<()> {
        self.db.transact(vec![Write::any(SET_PHONE, vec![id.into(), json(phone)?])]).await.map(|_| ())
    }

    /// What the jobs that look after a number remember of it.
    pub async fn set_watch(&self, id: Id<Integration>, watch: &Watch) -> Result<()> {
        self.db.transact(vec![Write::any(SET_WATCH, vec![id.into(), json(watch)?])]).await.map(|_| ())
    }

    /// Deletes an integration with its secrets. Transcripts stay. `false` when there is none.
    pub async fn delete_integration(&self, account: Id<Account>, id: Id<Integration>) -> Result<bool> {
        let writes = vec![
            Write::any(DELETE, vec![account.into(), id.into()]),
            Write::any(DELETE_HOURS, vec![id.into()]),
            super::template::forget(id),
            super::managed_number::release_of(id),
        ];
        Ok(self.db.transact(writes).await?.first() == Some(&1))
    }

    /// Changes how an integration fares, with the event that says why.
    pub async fn set_health(
        &self,
        id: Id<Integration>,
        health: Health,
        reason: Option<&Reason>,
        event: Option<&Event>,
    ) -> Result<()> {
        let mut writes = vec![Write::any(SET_HEALTH, vec![id.into(), health.name().into(), written(reason)])];
        writes.extend(event.map(event::add));
        self.db.transact(writes).await.map(|_| ())
    }

    /// Changes how an integration fares when it still fares as it did when that was judged. `false`: it does not.
    pub async fn settle_health(
        &self,
        id: Id<Integration>,
        before: Health,
        health: Health,
        reason: Option<&Reason>,
    ) -> Result<bool> {
        let values = vec![id.into(), health.name().into(), written(reason), before.name().into()];
        Ok(self.db.transact(vec![Write::any(SETTLE_HEALTH, values)]).await? == [1])
    }

    /// Meta has verified the callback URL.
    pub async fn webhook_verified(&self, id: Id<Integration>, at: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(SET_VERIFIED, vec![id.into(), at.into()])]).await.map(|_| ())
    }

    /// Adds what numbers did. Figures for people: a crash may lose the last second of them.
    pub async fn add_activity(
        &self,
        activity: &HashMap<Id<Integration>, Activity>,
        now: Timestamp,
    ) -> Result<()> {
        let hour = now.millis() / HOUR_MS;
        let mut writes = Vec::with_capacity(activity.len() * 2);
        // In one order everywhere: processes that count for the same numbers must not wait for each other in a ring.
        for (id, it) in BTreeMap::from_iter(activity) {
            writes.push(Write::any(
                TOUCH,
                vec![(*id).into(), it.last_activity_at.into(), it.last_delivery_at.into()],
            ));
            writes.push(Write::any(
                COUNT,
                vec![(*id).into(), hour.into(), it.messages.into(), 0.into(), it.ignored.into()],
            ));
        }
        self.db.transact(writes).await.map(|_| ())
    }

    /// What an account's numbers did in the 24 hours up to `now`, the running one last. Hours without anything are left
    /// out.
    pub async fn activity(
        &self,
        account: Id<Account>,
        now: Timestamp,
    ) -> Result<HashMap<Id<Integration>, Vec<Hour>>> {
        self.activity_of(account, EVERY, now).await
    }

    /// The same of the integrations from the first id to the last.
    pub async fn activity_of(
        &self,
        account: Id<Account>,
        (first, last): (Id<Integration>, Id<Integration>),
        now: Timestamp,
    ) -> Result<HashMap<Id<Integration>, Vec<Hour>>> {
        let since = now.millis() / HOUR_MS - 23;
        let values = vec![account.into(), since.into(), first.into(), last.into()];
        let mut hours: HashMap<Id<Integration>, Vec<Hour>> = HashMap::new();
        for row in self.db.query(HOURS, values).await? {
            hours.entry(row.id(0)?).or_default().push(Hour {
                hour: row.int(1)?,
                messages: row.int(2)?,
                errors: row.int(3)?,
                ignored: row.int(4)?,
            });
        }
        Ok(hours)
    }

    /// What is written at every save, from the name to the phone, in the order of the statements.
    fn saved(&self, it: &Integration) -> Result<Vec<Value>> {
        let mut values = vec![
            it.name.clone().into(),
            it.bot.into(),
            it.active.into(),
            it.active_since.into(),
            it.health.name().into(),
            it.health_reason.as_ref().map(Reason::written).into(),
        ];
        values.extend(self.credential_values(it.id, &it.credentials)?.into_iter().skip(1));
        values.extend([json(&it.settings)?, json(&it.phone)?]);
        Ok(values)
    }

    /// The id, then the credentials in the order of the statements.
    fn credential_values(&self, id: Id<Integration>, it: &Credentials) -> Result<Vec<Value>> {
        let seal = |column, secret: &Secret| self.vault.seal(&place(id, column), secret).map(Value::Blob);
        Ok(vec![
            id.into(),
            it.business_account_id.clone().into(),
            it.phone_number_id.clone().into(),
            it.app_id.clone().into(),
            seal("app_secret", &it.app_secret)?,
            seal("access_token", &it.access_token)?,
            json(&it.token)?,
            seal("verify_token", &it.verify_token)?,
            verify_token_hash(&it.verify_token),
            it.version.to_string().into(),
            it.messaging_account_id.clone().into(),
        ])
    }

    /// What of it is damaged is said in it, so that the rest can be worked with.
    fn read_integration(&self, row: &Row) -> Result<Integration> {
        let id: Id<Integration> = row.id(0)?;
        let mut damaged = Vec::new();
        let mut note = |is_damaged: bool, what: Damaged| {
            if is_damaged {
                damaged.push(what);
            }
        };
        let open = |column, index| {
            row.blob(index)
                .map_or_else(|_| Secret::lost(), |it| self.vault.open_or_lose(&place(id, column), it))
        };
        let (app_secret, access_token) = (open("app_secret", 11), open("access_token", 12));
        let verify_token = open("verify_token", 14);
        note(app_secret.is_lost(), Damaged::AppSecret);
        note(access_token.is_lost(), Damaged::AccessToken);
        note(verify_token.is_lost(), Damaged::VerifyToken);
        let version = GraphVersion::parse(row.text(15).unwrap_or_default());
        note(version.is_none(), Damaged::Version);
        let settings = row.json::<Settings>(16);
        note(settings.is_err(), Damaged::Settings);
        Ok(Integration {
            id,
            account: row.id(1)?,
            name: row.optional_text(2)?,
            bot: row.id(3)?,
            active: row.flag(4)?,
            active_since: row.time(5)?,
            // What is learnt again by looking is nothing to lose a number for.
            health: Health::parse(row.text(6)?).unwrap_or(Health::Unchecked),
            health_reason: row.optional_text(7)?.as_deref().map(Reason::read),
            credentials: Credentials {
                business_account_id: row.text(8)?.to_owned(),
                messaging_account_id: row.optional_text(25)?,
                phone_number_id: row.text(9)?.to_owned(),
                app_id: row.text(10)?.to_owned(),
                app_secret,
                access_token,
                token: row.json(13).unwrap_or_default(),
                verify_token,
                version: version.unwrap_or(GraphVersion::UNKNOWN),
            },
            settings: settings.unwrap_or_default(),
            phone: row.json(17).unwrap_or_default(),
            webhook_verified_at: row.optional_time(18)?,
            last_delivery_at: row.optional_time(19)?,
            last_activity_at: row.optional_time(20)?,
            created_at: row.time(21)?,
            updated_at: row.time(22)?,
            watch: row.json(23).unwrap_or_default(),
            managed: row.optional_id(24)?,
            damaged,
            proven_at: row.optional_time(26)?,
        })
    }
}

fn end_unproven(number: &str, but: Id<Integration>, told: &Event) -> [Write; 2] {
    let which = [Value::from(number), but.into()];
    let event = [
        told.id.into(),
        told.severity.number().into(),
        told.code.clone().into(),
        told.notice.written().into(),
        told.at.into(),
    ];
    let end = [told.at.into(), Reason::Claimed.written().into()];
    [
        Write::any(TELL_UNPROVEN, which.iter().cloned().chain(event).collect()),
        Write::any(END_UNPROVEN, which.into_iter().chain(end).collect()),
    ]
}

pub(crate) fn place(id: Id<Integration>, column: &str) -> String {
    format!("integration/{id}/{column}")
}

/// To find a verify token that is used twice without opening any.
fn verify_token_hash(token: &Secret) -> Value {
    Value::Blob(Sha256::digest(token.expose().as_bytes()).to_vec())
}

fn written(reason: Option<&Reason>) -> Value {
    reason.map(Reason::written).into()
}

fn json(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_string(value).map(Value::Text).map_err(|error| Error::Corrupt(error.to_string()))
}

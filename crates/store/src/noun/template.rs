//! The templates of a number's business account, as Meta last told them.

use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use chasqui_model::state::{Quality, TemplateCategory, TemplateStatus};
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "name, language, meta_id, status, category, quality, named, components, rejected_reason, synced_at"
    };
}

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM template WHERE integration = $1 AND account = $2 \
        ORDER BY name, language");
    GET = concat!("SELECT ", columns!(), " FROM template WHERE integration = $1 AND name = $2 AND language = $3");
    PUT = "INSERT INTO template (integration, name, language, account, meta_id, status, category, quality, named, \
        components, rejected_reason, synced_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT (integration, name, language) DO UPDATE SET meta_id = excluded.meta_id, status = excluded.status, \
        category = excluded.category, quality = coalesce(excluded.quality, template.quality), named = excluded.named, \
        components = excluded.components, rejected_reason = excluded.rejected_reason, synced_at = excluded.synced_at";
    // What Meta does not have any more.
    DROP = "DELETE FROM template WHERE integration = $1 AND synced_at < $2";
    SET_STATUS = "UPDATE template SET status = $4, rejected_reason = $5 WHERE integration = $1 AND name = $2 \
        AND language = $3";
    SET_QUALITY = "UPDATE template SET quality = $4 WHERE integration = $1 AND name = $2 AND language = $3";
    SET_CATEGORY = "UPDATE template SET category = $4 WHERE integration = $1 AND name = $2 AND language = $3";
    FORGET = "DELETE FROM template WHERE integration = $1";
}

/// A template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Its name; the same in all languages.
    pub name: String,
    /// `en_US` …
    pub language: String,
    /// Meta's id.
    pub meta_id: String,
    /// How it stands at Meta.
    pub status: TemplateStatus,
    /// What it is for.
    pub category: TemplateCategory,
    /// How people take it.
    pub quality: Option<Quality>,
    /// Whether its variables have names instead of numbers.
    pub named: bool,
    /// Header, body, footer, buttons, as Meta describes them: a JSON array.
    pub components: serde_json::Value,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
    /// When Meta told it.
    pub synced_at: Timestamp,
}

/// What Meta told of one template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateChange {
    /// Another status, and why.
    Status(TemplateStatus, Option<String>),
    /// Another quality.
    Quality(Quality),
    /// Another category.
    Category(TemplateCategory),
}

impl Store {
    /// Puts all templates of a number in the place of those before.
    pub async fn put_templates(
        &self,
        account: Id<Account>,
        integration: Id<Integration>,
        all: &[Template],
        now: Timestamp,
    ) -> Result<()> {
        let mut writes = Vec::with_capacity(all.len() + 1);
        for it in all {
            writes.push(Write::one(PUT, values(account, integration, it, now)?));
        }
        writes.push(Write::any(DROP, vec![integration.into(), now.into()]));
        self.db.transact(writes).await.map(|_| ())
    }

    /// The templates of an account's number, by name and language.
    pub async fn list_templates(
        &self,
        account: Id<Account>,
        integration: Id<Integration>,
    ) -> Result<Vec<Template>> {
        let rows = self.db.query(LIST, vec![integration.into(), account.into()]).await?;
        rows.iter().map(read).collect()
    }

    /// One template of a number.
    pub async fn template(
        &self,
        integration: Id<Integration>,
        name: &str,
        language: &str,
    ) -> Result<Option<Template>> {
        let row = self.db.query_one(GET, vec![integration.into(), name.into(), language.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes what is known of one template. `false` when it is not known.
    pub async fn change_template(
        &self,
        integration: Id<Integration>,
        name: &str,
        language: &str,
        change: &TemplateChange,
    ) -> Result<bool> {
        let mut values: Vec<Value> = vec![integration.into(), name.into(), language.into()];
        let statement = match change {
            TemplateChange::Status(status, reason) => {
                values.extend([status.as_str().into(), reason.clone().into()]);
                SET_STATUS
            }
            TemplateChange::Quality(quality) => {
                values.push(quality.as_str().into());
                SET_QUALITY
            }
            TemplateChange::Category(category) => {
                values.push(category.as_str().into());
                SET_CATEGORY
            }
        };
        Ok(self.db.transact(vec![Write::any(statement, values)]).await? == [1])
    }
}

/// The write that forgets a number's templates.
pub(super) fn forget(integration: Id<Integration>) -> Write {
    Write::any(FORGET, vec![integration.into()])
}

fn values(
    account: Id<Account>,
    integration: Id<Integration>,
    it: &Template,
    now: Timestamp,
) -> Result<Vec<Value>> {
    let components =
        serde_json::to_string(&it.components).map_err(|error| Error::Corrupt(error.to_string()))?;
    Ok(vec![
        integration.into(),
        it.name.clone().into(),
        it.language.clone().into(),
        account.into(),
        it.meta_id.clone().into(),
        it.status.as_str().into(),
        it.category.as_str().into(),
        it.quality.clone().map(String::from).into(),
        it.named.into(),
        components.into(),
        it.rejected_reason.clone().into(),
        now.into(),
    ])
}

fn read(row: &Row) -> Result<Template> {
    Ok(Template {
        name: row.text(0)?.to_owned(),
        language: row.text(1)?.to_owned(),
        meta_id: row.text(2)?.to_owned(),
        status: row.text(3)?.to_owned().into(),
        category: row.text(4)?.to_owned().into(),
        quality: row.optional_text(5)?.map(Quality::from),
        named: row.flag(6)?,
        components: row.json(7)?,
        rejected_reason: row.optional_text(8)?,
        synced_at: row.time(9)?,
    })
}

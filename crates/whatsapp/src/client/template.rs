//! The templates of a business account.

use chasqui_model::state::{TemplateCategory, TemplateStatus};
use serde_json::Value;

use super::call::CallError;
use super::{Client, Number};

const FIELDS: &str =
    "id,name,status,category,language,components,parameter_format,quality_score,rejected_reason";
const PAGE: &str = "100";
/// More pages than the most templates an account may have.
const MOST_PAGES: usize = 100;

/// A template as Meta has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its name; the same in all languages.
    pub name: String,
    /// `en_US` …
    pub language: String,
    /// How it stands.
    pub status: TemplateStatus,
    /// What it is for.
    pub category: TemplateCategory,
    /// Whether its variables have names instead of numbers.
    pub named: bool,
    /// Header, body, footer, buttons, as Meta describes them.
    pub components: Vec<Value>,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
}

/// Some templates.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The templates.
    pub templates: Vec<Template>,
    /// Where the next page starts. `None`: this is the last one.
    pub after: Option<String>,
}

/// Meta's code for a cursor that leads nowhere any more.
const CURSOR_GONE: i64 = 131_059;

impl Client {
    /// All templates of the number's business account.
    pub async fn message_templates(&self, number: &Number) -> Result<Vec<Template>, CallError> {
        let mut templates = Vec::new();
        let mut after: Option<String> = None;
        let mut anew = false;
        for _ in 0..MOST_PAGES {
            let page = match self.message_templates_page(number, after.as_deref()).await {
                // The list changed meanwhile, and Meta wants it read from its beginning.
                Err(CallError::Refused(error)) if error.code == Some(CURSOR_GONE) && !anew => {
                    (anew, after) = (true, None);
                    templates.clear();
                    continue;
                }
                page => page?,
            };
            templates.extend(page.templates);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(templates)
    }

    /// One page of templates. Goes by cursors: the `next` address that Meta gives holds the token.
    pub async fn message_templates_page(
        &self,
        number: &Number,
        after: Option<&str>,
    ) -> Result<Page, CallError> {
        let mut url = number.account_url("message_templates");
        url.query_pairs_mut().append_pair("fields", FIELDS).append_pair("limit", PAGE);
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        self.get(&number.access, url).await?.take(|answer| {
            let data = answer.value("data")?;
            let paging = answer.value("paging").unwrap_or_default();
            let after = paging["next"].as_str().and(paging["cursors"]["after"].as_str());
            Some(Page {
                templates: data.as_array()?.iter().filter_map(template).collect(),
                after: after.map(str::to_owned),
            })
        })
    }
}

fn template(value: &Value) -> Option<Template> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    Some(Template {
        id: text("id").unwrap_or_default(),
        name: text("name")?,
        language: text("language")?,
        status: text("status").unwrap_or_default().to_ascii_uppercase().into(),
        category: text("category").unwrap_or_default().to_ascii_uppercase().into(),
        named: text("parameter_format").is_some_and(|format| format.eq_ignore_ascii_case("named")),
        components: value["components"].as_array().cloned().unwrap_or_default(),
        rejected_reason: text("rejected_reason").filter(|reason| reason != "NONE"),
    })
}

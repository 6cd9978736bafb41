//! Templates: fetched from Meta, and the messages that they make with the values they are given. Judged here before Meta is
//! asked, so that nobody waits for a refusal.

mod reopening;

pub(crate) use reopening::reopening;
pub use reopening::{sample, unknown_variable};

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::integration::Integration;
use chasqui_model::message::outbound;
use chasqui_model::reason::Reason;
use chasqui_model::state::TemplateStatus;
use chasqui_model::template::Why;
use chasqui_model::template::{Form, Given, Place, Wrong};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::noun::template::Template;

use crate::Inner;
use crate::call_refused::refusal;
use crate::remember::remember;

/// How often templates are fetched without anybody asking.
const EVERY: Duration = Duration::from_hours(24);
/// A template that is not known may be newer than the last look, when that is longer ago than this.
const NEWER: Duration = Duration::from_mins(5);

/// Why a template cannot be sent with the values it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Where, as a JSON pointer into the values; empty: the template itself.
    pub pointer: String,
    /// A stable name for what is wrong.
    pub code: &'static str,
    /// What is wrong.
    pub why: Reason,
}

impl Unfit {
    /// The template itself cannot be sent.
    pub(crate) fn whole(code: &'static str, why: Reason) -> Self {
        Self { pointer: String::new(), code, why }
    }
}

/// Fetches a number's templates, all pages of them. Says why when Meta does not tell.
pub(crate) async fn sync(rt: &Arc<Inner>, id: Id<Integration>) -> Result<usize, Reason> {
    let number = rt.registry.get(id).ok_or(Reason::Deleted)?;
    let calls = number.calls.as_ref().ok_or(Reason::TokenInvalid)?;
    let fetched = rt.graph.message_templates(calls).await.map_err(|error| refusal(&error))?;
    let now = rt.clock.now();
    let all: Vec<_> = fetched
        .into_iter()
        .map(|it| Template {
            name: it.name,
            language: it.language,
            meta_id: it.id,
            status: it.status,
            category: it.category,
            quality: None,
            named: it.named,
            components: it.components.into(),
            rejected_reason: it.rejected_reason,
            synced_at: now,
        })
        .collect();
    let it = &number.integration;
    let kept = async {
        rt.store.put_templates(it.account, id, &all, now).await?;
        remember(rt, id, |_, watch| watch.templates_at = Some(now)).await
    };
    kept.await.map_err(|error: chasqui_store::Error| {
        tracing::error!(integration = %id, %error, "templates could not be kept");
        Reason::StoreAway
    })?;
    Ok(all.len())
}

/// Fetches when it is time.
pub(crate) async fn daily(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) {
    let Some(number) = rt.registry.get(id) else { return };
    let due = number.integration.watch.templates_at.is_none_or(|at| now.since(at) >= EVERY);
    if number.integration.active
        && due
        && let Err(reason) = sync(rt, id).await
    {
        tracing::warn!(integration = %id, reason = reason.code(), "templates could not be fetched");
    }
}

/// What a template needs.
pub fn form(template: &Template) -> Form {
    Form::read(&template.components, template.category.as_str(), template.named)
}

/// The message that a template and its values make, or everything that is wrong with it.
pub fn fill(template: &Template, given: &Given) -> Result<outbound::Template, Vec<Unfit>> {
    if template.status != TemplateStatus::Approved {
        let (name, status) = (template.name.clone(), template.status.to_string());
        return Err(vec![Unfit::whole("not_approved", Reason::TemplateNotApproved { name, status })]);
    }
    fill_anyway(template, given)
}

/// The same, whether or not Meta lets the template be sent now.
pub(crate) fn fill_anyway(template: &Template, given: &Given) -> Result<outbound::Template, Vec<Unfit>> {
    form(template).fill(given).map_err(|wrong| all_of(given, &wrong))
}

/// Everything that is wrong with a template's values.
pub fn unfit(template: &Template, given: &Given) -> Vec<(Wrong, Reason)> {
    let wrong = form(template).fill(given).err().unwrap_or_default();
    wrong.into_iter().map(|wrong| (wrong.clone(), reason(given, wrong))).collect()
}

fn reason(given: &Given, wrong: Wrong) -> Reason {
    Reason::Template { name: given.name.clone(), wrong: Box::new(wrong) }
}

/// Everything that is wrong, each with its place.
fn all_of(given: &Given, wrong: &[Wrong]) -> Vec<Unfit> {
    let one = |wrong: &Wrong| Unfit {
        pointer: given.pointer(wrong),
        code: code(&wrong.why),
        why: reason(given, wrong.clone()),
    };
    wrong.iter().map(one).collect()
}

fn code(why: &Why) -> &'static str {
    match why {
        Why::Missing => "missing",
        Why::Empty => "empty",
        Why::Surplus => "surplus",
        Why::Needs(_) => "kind",
        Why::TooLong { .. } => "too_long",
        Why::NoFile => "file",
        Why::NoPlace => "location",
        Why::Unsupported(_) => "unsupported",
    }
}

/// How the reopening template stands: Meta's status of it, or the first of its places whose value does not fit (any more:
/// it may have been changed at Meta).
pub(crate) fn standing(template: &Template, reopening: &Given) -> String {
    if template.status != TemplateStatus::Approved {
        return template.status.to_string();
    }
    match form(template).fill(&sample(reopening)) {
        Ok(_) => template.status.to_string(),
        Err(wrong) => wrong.first().map_or_else(String::new, |it| match &it.place {
            Place::Whole => "?".to_owned(),
            Place::Header => "{{header}}".to_owned(),
            Place::Body { name, .. } => format!("{{{{{name}}}}}"),
            Place::Button { index, label } => label.clone().unwrap_or_else(|| index.to_string()),
        }),
    }
}

/// The message that values make of a template that is not known here: Meta judges whether they fit.
pub fn unchecked(given: &Given) -> Result<outbound::Template, Vec<Unfit>> {
    given.unchecked().map_err(|wrong| all_of(given, &wrong))
}

/// A number's template. One that is not known may be newer than the last look, so Meta is asked; `None` when there is none
/// or Meta does not tell.
pub(crate) async fn find(
    rt: &Arc<Inner>,
    it: &Integration,
    name: &str,
    language: &str,
) -> Result<Option<Template>, Error> {
    let known = rt.store.template(it.id, name, language).await?;
    let now = rt.clock.now();
    let is_new = |at: Timestamp| now.since(at) < NEWER;
    if known.is_some() || it.watch.templates_at.is_some_and(is_new) {
        return Ok(known);
    }
    if let Err(reason) = sync(rt, it.id).await {
        tracing::debug!(integration = %it.id, reason = reason.code(), "templates could not be fetched");
        return Ok(None);
    }
    rt.store.template(it.id, name, language).await
}

#[cfg(test)]
mod tests {
    use chasqui_model::account::Language;
    use chasqui_model::state::TemplateCategory;
    use chasqui_words::Say;
    use serde_json::json;

    use super::*;

    fn template(components: serde_json::Value) -> Template {
        Template {
            name: "reopen".into(),
            language: "en".into(),
            meta_id: "1".into(),
            status: TemplateStatus::Approved,
            category: TemplateCategory::Utility,
            quality: None,
            named: false,
            components,
            rejected_reason: None,
            synced_at: Timestamp::EPOCH,
        }
    }

    fn given(value: &serde_json::Value) -> Given {
        let mut whole = json!({ "name": "reopen", "language": "en" });
        for (key, value) in value.as_object().into_iter().flatten() {
            whole[key] = value.clone();
        }
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let one = template(
            json!([{ "type": "HEADER", "format": "IMAGE" }, { "type": "BODY", "text": "{{1}} at {{2}}" },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "See", "url": "https://ex.am/{{1}}" }] }]),
        );
        let unfit = fill(&one, &given(&json!({ "parameters": ["a", " "] }))).unwrap_err();
        let seen: Vec<_> =
            unfit.iter().map(|it| (it.pointer.as_str(), it.code, it.why.say(Language::En))).collect();
        let words = |text: &str| text.to_owned();
        assert_eq!(
            seen,
            [
                ("/header", "missing", words("The template reopen needs a value for its header.")),
                (
                    "/parameters/1",
                    "empty",
                    words("The value of {{2}} in the template reopen is empty; Meta takes no empty values.")
                ),
                ("/buttons", "missing", words("The template reopen needs a value for its button See.")),
            ]
        );
        let all = json!({ "header": { "value": "https://a.b/c.png" }, "parameters": { "2": "b", "1": "a" },
            "buttons": [{ "index": 0, "url_suffix": "x" }] });
        assert!(fill(&one, &given(&all)).is_ok());
        let paused = Template { status: TemplateStatus::Paused, ..one };
        assert!(fill(&paused, &given(&all)).unwrap_err()[0].why.say(Language::Es).contains("PAUSED"));
    }
}

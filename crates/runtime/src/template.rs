//! Templates: fetched from Meta, and whether a message fills one in properly. Decided here before Meta is asked, so that
//! nobody waits for a refusal.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chasqui_model::integration::Integration;
use chasqui_model::message::outbound::{self, ParameterValue};
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::template::Template;

use crate::Inner;
use crate::care::refusal;

/// How often templates are fetched without anybody asking.
const EVERY: Duration = Duration::from_hours(24);

/// Fetches a number's templates, all pages of them. Says why when Meta does not tell.
pub(crate) async fn sync(rt: &Arc<Inner>, id: Id<Integration>) -> Result<usize, String> {
    let number = rt.registry.get(id).ok_or("the integration was deleted")?;
    let calls = number.calls.as_ref().ok_or("its access token is not one")?;
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
        crate::care::remember(rt, id, |_, watch| watch.templates_at = Some(now)).await
    };
    kept.await.map_err(|error: chasqui_store::Error| error.to_string())?;
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
        tracing::warn!(integration = %id, reason, "templates could not be fetched");
    }
}

/// What the variables of a template's body are called, in the order in which they are filled.
pub fn parameters(components: &serde_json::Value) -> Vec<String> {
    variables(text_of(components, "BODY"))
}

fn text_of<'a>(components: &'a serde_json::Value, kind: &str) -> &'a str {
    let all = components.as_array().into_iter().flatten();
    let mut mine = all.filter(|one| one["type"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(kind)));
    mine.next().and_then(|one| one["text"].as_str()).unwrap_or_default()
}

/// `{{1}}` or `{{name}}`, each once, numbers by size.
fn variables(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<String> = text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| seen.insert(name.clone()))
        .collect();
    all.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    all
}

/// What is wrong with a message made from a template; `None`: it can go.
pub fn wrong(template: &Template, message: &outbound::Template) -> Option<String> {
    if template.status != "APPROVED" {
        let status = &template.status;
        return Some(format!("The template {} cannot be sent: Meta says {status}.", template.name));
    }
    let wanted = parameters(&template.components);
    if wanted.len() != message.body.len() {
        return Some(format!(
            "The template {} has {} variables in its body, {} values were given.",
            template.name,
            wanted.len(),
            message.body.len()
        ));
    }
    let header = variables(text_of(&template.components, "HEADER"));
    if header.len() > message.header.len() {
        return Some(format!(
            "The template {} has a variable in its header that has no value.",
            template.name
        ));
    }
    let empty = message.body.iter().position(|one| match &one.value {
        ParameterValue::Text(text) => text.trim().is_empty() || text.contains(['\n', '\r', '\t']),
        _ => false,
    });
    if let Some(index) = empty {
        return Some(format!(
            "The value of {{{{{}}}}} in the template {} is empty or has more than one line; Meta takes neither.",
            wanted[index], template.name
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(text: &str) -> Template {
        Template {
            name: "reopen".into(),
            language: "en".into(),
            meta_id: "1".into(),
            status: "APPROVED".into(),
            category: "UTILITY".into(),
            quality: None,
            named: false,
            components: json!([{ "type": "BODY", "text": text }]),
            rejected_reason: None,
            synced_at: Timestamp::EPOCH,
        }
    }

    fn message(values: &[&str]) -> outbound::Template {
        let body = values
            .iter()
            .map(|text| outbound::Parameter { name: None, value: ParameterValue::Text((*text).into()) })
            .collect();
        outbound::Template {
            name: "reopen".into(),
            language: "en".into(),
            header: vec![],
            body,
            buttons: vec![],
        }
    }

    #[test]
    fn variables_are_counted_once_and_in_order() {
        assert_eq!(variables("{{2}} and {{1}}, {{ 2 }} and {{10}}"), ["1", "2", "10"]);
        assert_eq!(variables("Hello {{name}} from {{ city }}"), ["name", "city"]);
        assert!(variables("nothing {here}").is_empty());
    }

    #[test]
    fn a_message_fits_its_template_or_says_why_not() {
        let two = template("{{1}} at {{2}}");
        assert_eq!(wrong(&two, &message(&["a", "b"])), None);
        assert!(wrong(&two, &message(&["a"])).unwrap().contains("2 variables"));
        assert!(wrong(&two, &message(&["a", "b\nc"])).unwrap().contains("{{2}}"));
        let paused = Template { status: "PAUSED".into(), ..template("Hello") };
        assert!(wrong(&paused, &message(&[])).unwrap().contains("PAUSED"));
    }
}

//! Everything that is wrong with a bot in its account: the engine's findings, and what the account lacks for it.

use chasqui_flow::{Component, Definition, Node, OUTSIDE_WINDOW, Problem as Finding, validate};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::account::Language;
use chasqui_model::bot::Bot;
use chasqui_model::connection::Kind;
use chasqui_model::integration::Integration;
use chasqui_model::reason::Reason;
use chasqui_model::state::TemplateStatus;
use chasqui_runtime::code;
use chasqui_store::noun::template::Template;
use chasqui_words::Say;
use serde_json::Value;

use super::File;
use crate::office::{Desk, Refused};

/// Integrations that are looked at in one go.
const PAGE: u32 = 200;

/// Everything that is wrong with a bot file in this account. It may be large, so it is looked at beside the requests.
pub(crate) async fn of(
    desk: &Desk,
    account: Id<Account>,
    bot: Id<Bot>,
    definition: File,
) -> Result<Vec<Finding>, Refused> {
    let work = move || match Definition::from_value(Value::Object(definition)) {
        Ok(definition) => (validate(&definition), Some(definition)),
        Err(problems) => (problems, None),
    };
    let (mut problems, definition) = desk.heavy(account, work).await?;
    if let Some(definition) = definition {
        problems.extend(connections(desk, account, &definition).await?);
        templates(desk, account, bot, &definition, &mut problems).await?;
        problems.extend(code::check(desk.runtime.codebox(), account, &definition).await);
    }
    Ok(problems)
}

/// What is wrong with the connections that a bot names, as far as this account goes.
async fn connections(
    desk: &Desk,
    account: Id<Account>,
    definition: &Definition,
) -> Result<Vec<Finding>, Refused> {
    let wanted: Vec<_> = definition
        .nodes
        .iter()
        .filter_map(|node| Some((node, node.component.connection()?)))
        .filter(|(_, (name, _))| !name.trim().is_empty())
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let known = desk.store.connection_names(account).await?;
    let problem = |(node, (name, kinds)): (&chasqui_flow::Node, (&str, &[Kind]))| {
        let words = match known.iter().find(|(known, _)| known == name) {
            Some((_, kind)) if kinds.contains(kind) => return None,
            Some(_) => format!("the connection `{name}` leads to something else; choose a connection"),
            None => format!("this account has no connection `{name}`; choose a connection"),
        };
        Some(Finding::error("unknown_connection", words).in_node(&node.id).in_field("connection"))
    };
    Ok(wanted.into_iter().filter_map(problem).collect())
}

/// The numbers that a bot answers.
pub(crate) async fn numbers_of(
    desk: &Desk,
    account: Id<Account>,
    bot: Id<Bot>,
) -> Result<Vec<Integration>, Refused> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|it: &Integration| it.id);
        let page = desk.store.list_integrations(account, after, PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            break;
        }
    }
    all.retain(|it| it.bot == bot);
    Ok(all)
}

/// Holds a bot against the templates of its numbers: what its template nodes lack is found, and messages that may come when
/// only templates may be sent are all right where each number has a reopening template.
async fn templates(
    desk: &Desk,
    account: Id<Account>,
    bot: Id<Bot>,
    definition: &Definition,
    problems: &mut Vec<Finding>,
) -> Result<(), Refused> {
    let sends = definition.nodes.iter().any(|node| matches!(node.component, Component::Template(_)));
    let warned = problems.iter().any(|problem| problem.code == OUTSIDE_WINDOW);
    if !sends && !warned {
        return Ok(());
    }
    let numbers = numbers_of(desk, account, bot).await?;
    if !numbers.is_empty() && numbers.iter().all(|it| it.settings.template.is_some()) {
        problems.retain(|problem| problem.code != OUTSIDE_WINDOW);
    }
    for number in numbers.iter().filter(|_| sends) {
        let known = desk.store.list_templates(account, number.id).await?;
        // Without any, Meta was not asked, or did not tell: nothing can be said.
        if !known.is_empty() {
            problems.extend(definition.nodes.iter().flat_map(|node| judge_node(node, &known)));
        }
    }
    let mut seen: Vec<Finding> = Vec::new();
    problems.retain(|problem| {
        let is_first = !seen.contains(problem);
        seen.extend(is_first.then(|| problem.clone()));
        is_first
    });
    Ok(())
}

fn judge_node(node: &Node, known: &[Template]) -> Vec<Finding> {
    let Component::Template(it) = &node.component else { return Vec::new() };
    if it.name.is_empty() || it.language.is_empty() {
        return Vec::new();
    }
    let problem =
        |code, field: String, words: String| Finding::error(code, words).in_node(&node.id).in_field(field);
    let Some(template) = known.iter().find(|one| one.name == it.name && one.language == it.language) else {
        let words = format!("Meta has no template `{}` in the language `{}`", it.name, it.language);
        return vec![problem("unknown_template", "name".into(), words).as_warning()];
    };
    if template.status != TemplateStatus::Approved {
        let words = format!("the template cannot be sent: Meta says {}", template.status);
        return vec![problem("template_not_approved", "name".into(), words).as_warning()];
    }
    let unfit = chasqui_runtime::template::unfit(template, &it.sample());
    let said = |(wrong, why): (_, Reason)| problem("template_value", it.field(&wrong), why.say(Language::En));
    unfit.into_iter().map(said).collect()
}

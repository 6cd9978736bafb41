//! The templates of an integration's business account.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_flow::{Component, Definition, Node, OUTSIDE_WINDOW, Problem as Finding};
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_model::template::{Field, Part};
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::template::Template;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::{Builder, Caller, Viewer};
use crate::http::input::PathId;
use crate::http::problem::Problem;

/// Integrations that are looked at in one go.
const PAGE: u32 = 200;

/// A template as Meta has it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplateView {
    name: String,
    #[schema(example = "en_US")]
    language: String,
    /// APPROVED, PENDING, REJECTED, PAUSED, DISABLED …
    status: String,
    /// UTILITY, MARKETING, AUTHENTICATION.
    category: String,
    /// GREEN, YELLOW, RED; null: not rated.
    quality: Option<String>,
    /// Why it was rejected.
    rejected_reason: Option<String>,
    /// What its body's variables are called, in order: `1`, `2` … or names.
    parameters: Vec<String>,
    /// The values that it takes, from top to bottom.
    fields: Vec<TemplateField>,
    /// A part of it that cannot be filled in here, as Meta calls it: the template cannot be sent. Null: there is none.
    unsupported: Option<String>,
    /// Header, body, footer, buttons, as Meta describes them.
    #[schema(value_type = Vec<Object>)]
    components: Value,
}

/// One value that a template takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplateField {
    part: TemplatePart,
    /// The button's position, from 0; null: it is no button's.
    index: Option<u8>,
    /// What the variable is called; null: it has no name.
    name: Option<String>,
    /// What is wanted: `text`, `image`, `video`, `document`, `location`, `product`; of buttons the field that takes it:
    /// `url_suffix`, `copy_code`, `payload`, `flow_token`, `thumbnail`.
    kind: &'static str,
    /// What stands on the button.
    label: Option<String>,
    /// The example that Meta was given.
    example: Option<String>,
    /// Whether the template cannot be sent without it.
    required: bool,
    /// Most characters.
    longest: Option<usize>,
}

/// A part of a template.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TemplatePart {
    Header,
    Body,
    Button,
}

impl From<Field> for TemplateField {
    fn from(it: Field) -> Self {
        let (part, index) = match it.part {
            Part::Header => (TemplatePart::Header, None),
            Part::Body => (TemplatePart::Body, None),
            Part::Button(index) => (TemplatePart::Button, Some(index)),
        };
        let (name, kind, label, example) = (it.name, it.kind.name(), it.label, it.example);
        Self { part, index, name, kind, label, example, required: it.required, longest: it.longest }
    }
}

/// A template with its values.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the model's `Given`")]
pub(crate) struct TemplateMessage {
    name: String,
    #[schema(example = "en_US")]
    language: String,
    header: Option<TemplateHeader>,
    /// The values of its body: a list in the order of the variables, or an object by their names.
    #[schema(value_type = Option<TemplateValues>)]
    parameters: Option<Value>,
    buttons: Option<Vec<TemplateButtonValue>>,
}

/// Texts in the order of a template's variables, or by their names.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the model's `Values`")]
pub(crate) enum TemplateValues {
    List(Vec<String>),
    Named(std::collections::BTreeMap<String, String>),
}

/// The value of a template's header.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the model's `HeaderValue`")]
pub(crate) struct TemplateHeader {
    /// Left out: what the template has.
    kind: Option<TemplateHeaderKind>,
    /// The text; an `https://` address, a `med_…` id or an id of Meta's; latitude and longitude with a comma between them;
    /// the product's id in its catalogue.
    value: String,
    /// The name of a document.
    filename: Option<String>,
    /// The name of a place.
    name: Option<String>,
    /// The address of a place.
    address: Option<String>,
    /// The catalogue of a product.
    catalog_id: Option<String>,
}

/// What a template's header is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TemplateHeaderKind {
    Text,
    Image,
    Video,
    Document,
    Location,
    Product,
}

/// The values of one button of a template.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the model's `ButtonValue`")]
pub(crate) struct TemplateButtonValue {
    /// Its position among all of the template's buttons, from 0.
    index: u8,
    /// The end of its address.
    url_suffix: Option<String>,
    /// A coupon code, at most 20 characters.
    copy_code: Option<String>,
    /// Comes back when the quick reply is tapped, at most 128 characters; left out: what stands on it.
    payload: Option<String>,
    /// Comes back with the answers of the form (WhatsApp Flow) that it opens.
    flow_token: Option<String>,
    /// What the form's first screen is given.
    #[schema(value_type = Option<Object>)]
    flow_data: Option<Value>,
    /// The product whose picture stands for the catalogue.
    thumbnail: Option<String>,
}

/// The templates of a number.
#[derive(Serialize, ToSchema)]
pub(crate) struct Templates {
    items: Vec<TemplateView>,
    /// When Meta was last asked; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    synced_at: Option<Timestamp>,
}

impl From<Template> for TemplateView {
    fn from(it: Template) -> Self {
        let form = chasqui_runtime::template::form(&it);
        Self {
            name: it.name,
            language: it.language,
            status: it.status,
            category: it.category,
            quality: it.quality,
            rejected_reason: it.rejected_reason,
            fields: form.fields().into_iter().map(TemplateField::from).collect(),
            parameters: form.body,
            unsupported: form.unsupported,
            components: it.components,
        }
    }
}

/// Lists the number's templates, by name and language, as they were when Meta was last asked.
#[utoipa::path(get, path = "/integrations/{id}/templates", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = Templates)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Integration>,
) -> Result<Answer<Templates>, Problem> {
    let it = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if it.watch.templates_at.is_none() {
        // The first look: nobody should have to press a button for that.
        let _ = app.runtime.sync_templates(id).await;
    }
    shown(&app, &caller, id).await
}

async fn shown(app: &App, caller: &Caller, id: Id<Integration>) -> Result<Answer<Templates>, Problem> {
    let it = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let all = app.store.list_templates(caller.account, id).await?;
    let items = all.into_iter().map(TemplateView::from).collect();
    Ok(Answer(Templates { items, synced_at: it.watch.templates_at }))
}

/// Asks Meta for the templates now.
#[utoipa::path(post, path = "/integrations/{id}/templates/sync", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = Templates), (status = 503, description = "Meta did not tell; it says why")))]
pub(crate) async fn sync(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Integration>,
) -> Result<Answer<Templates>, Problem> {
    app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    app.runtime.sync_templates(id).await.map_err(Problem::unavailable)?;
    shown(&app, &caller, id).await
}

/// The numbers that a bot answers.
pub(crate) async fn numbers_of(
    app: &App,
    account: Id<Account>,
    bot: Id<Bot>,
) -> Result<Vec<Integration>, Problem> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|it: &Integration| it.id);
        let page = app.store.list_integrations(account, after, PAGE).await?;
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
pub(crate) async fn judge(
    app: &App,
    account: Id<Account>,
    bot: Id<Bot>,
    definition: &Definition,
    problems: &mut Vec<Finding>,
) -> Result<(), Problem> {
    let sends = definition.nodes.iter().any(|node| matches!(node.component, Component::Template(_)));
    let warned = problems.iter().any(|problem| problem.code == OUTSIDE_WINDOW);
    if !sends && !warned {
        return Ok(());
    }
    let numbers = numbers_of(app, account, bot).await?;
    if !numbers.is_empty() && numbers.iter().all(|it| it.settings.template.is_some()) {
        problems.retain(|problem| problem.code != OUTSIDE_WINDOW);
    }
    for number in numbers.iter().filter(|_| sends) {
        let known = app.store.list_templates(account, number.id).await?;
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
    if template.status != "APPROVED" {
        let words = format!("the template cannot be sent: Meta says {}", template.status);
        return vec![problem("template_not_approved", "name".into(), words).as_warning()];
    }
    let unfit = chasqui_runtime::template::unfit(template, &it.sample());
    unfit.into_iter().map(|(wrong, words)| problem("template_value", it.field(&wrong), words)).collect()
}

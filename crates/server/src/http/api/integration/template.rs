//! The templates of an integration's business account.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::integration::Integration;
use chasqui_model::template::{Field, Part};
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::template::Template;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::{Builder, Caller, Viewer};
use crate::http::input::PathId;
use crate::http::problem::Problem;
use crate::http::speak;

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
            status: it.status.into(),
            category: it.category.into(),
            quality: it.quality.map(String::from),
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
    app.runtime.sync_templates(id).await.map_err(|why| Problem::unavailable(speak::say(&why)))?;
    shown(&app, &caller, id).await
}

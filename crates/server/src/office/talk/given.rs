//! How a template with its values is written, in messages and settings.

use chasqui_model::template::HeaderKind;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

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
    kind: Option<HeaderKind>,
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

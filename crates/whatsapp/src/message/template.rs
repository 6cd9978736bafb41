//! An approved template with its values.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{
    Parameter, ParameterValue, Template, TemplateButton, TemplateButtonValue,
};
use serde::Serialize;
use serde_json::Map;

use super::limits::{Limits, Problem};
use super::media::{self, File};
use super::wire::Source;
use super::{Unsendable, Uploaded, location};

/// Longest coupon code.
const COUPON: usize = 20;
/// Longest token of a form, and longest id of a product; Meta states none.
const TOKEN: usize = 512;
/// Most buttons of a template.
const BUTTONS: usize = 10;

pub(super) fn check(template: &Template, limits: &mut Limits) {
    limits.text("name", &template.name, limit::TEMPLATE_NAME);
    if !template.name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
        limits.add("name", Problem::Malformed("has something else than lower-case letters, digits and _"));
    }
    if template.language.is_empty() {
        limits.add("language", Problem::Empty);
    }
    for (part, parameters) in [("header", &template.header), ("body", &template.body)] {
        for (index, parameter) in parameters.iter().enumerate() {
            check_value(&format!("{part}[{index}]"), &parameter.value, limits);
        }
    }
    if template.buttons.len() > BUTTONS {
        limits.count("buttons", template.buttons.len(), BUTTONS);
    }
    for (index, button) in template.buttons.iter().enumerate() {
        let field = format!("buttons[{index}]");
        match &button.value {
            TemplateButtonValue::QuickReply(payload) => {
                limits.text(field, payload, limit::QUICK_REPLY_PAYLOAD);
            }
            TemplateButtonValue::UrlSuffix(suffix) => limits.text(field, suffix, 2000),
            TemplateButtonValue::CopyCode(code) => limits.text(field, code, COUPON),
            TemplateButtonValue::Flow { token, .. } => limits.text(field, token, TOKEN),
            TemplateButtonValue::Catalog { thumbnail } => limits.text(field, thumbnail, TOKEN),
        }
    }
}

fn check_value(field: &str, value: &ParameterValue, limits: &mut Limits) {
    match value {
        ParameterValue::Text(text) => {
            limits.text(field, text, limit::INTERACTIVE_BODY);
            if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
                limits.add(
                    field,
                    Problem::Malformed("has a line break, a tab or more than four spaces in a row"),
                );
            }
        }
        ParameterValue::Image(source)
        | ParameterValue::Video(source)
        | ParameterValue::Document { source, .. } => {
            media::check_source(field, source, limits);
        }
        ParameterValue::Location(place) => location::check(place, limits),
        ParameterValue::Product { product, .. } => limits.text(field, product, TOKEN),
    }
}

pub(super) fn wire<'a>(template: &'a Template, uploaded: &'a Uploaded) -> Result<impl Serialize, Unsendable> {
    #[derive(Serialize)]
    struct Wire<'a> {
        name: &'a str,
        language: Language<'a>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        components: Vec<Component<'a>>,
    }
    #[derive(Serialize)]
    struct Language<'a> {
        code: &'a str,
    }
    let mut components = Vec::new();
    if !template.header.is_empty() {
        components.push(Component::Header { parameters: values(&template.header, uploaded)? });
    }
    if !template.body.is_empty() {
        components.push(Component::Body { parameters: values(&template.body, uploaded)? });
    }
    components.extend(template.buttons.iter().map(button));
    Ok(Wire { name: &template.name, language: Language { code: &template.language }, components })
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Component<'a> {
    Header { parameters: Vec<Named<'a>> },
    Body { parameters: Vec<Named<'a>> },
    Button { sub_type: &'static str, index: String, parameters: [ButtonValue<'a>; 1] },
}

/// A value, with its name in templates that name their variables.
struct Named<'a> {
    name: Option<&'a str>,
    value: Value<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ButtonValue<'a> {
    Payload { payload: &'a str },
    Text { text: &'a str },
    CouponCode { coupon_code: &'a str },
    Action { action: Action<'a> },
}

#[derive(Serialize)]
struct Action<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_action_data: Option<&'a Map<String, serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_product_retailer_id: Option<&'a str>,
}

enum Value<'a> {
    Text(&'a str),
    File(&'static str, File<'a>),
    Location(&'a chasqui_model::message::Location),
    Product(Product<'a>),
}

#[derive(Serialize)]
struct Product<'a> {
    product_retailer_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog_id: Option<&'a str>,
}

impl Serialize for Named<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        let kind = match &self.value {
            Value::Text(_) => "text",
            Value::File(kind, _) => kind,
            Value::Location(_) => "location",
            Value::Product(_) => "product",
        };
        map.serialize_entry("type", kind)?;
        if let Some(name) = self.name {
            map.serialize_entry("parameter_name", name)?;
        }
        match &self.value {
            Value::Text(text) => map.serialize_entry(kind, text)?,
            Value::File(_, file) => map.serialize_entry(kind, file)?,
            Value::Location(place) => map.serialize_entry(kind, &location::wire(place))?,
            Value::Product(product) => map.serialize_entry(kind, product)?,
        }
        map.end()
    }
}

fn values<'a>(parameters: &'a [Parameter], uploaded: &'a Uploaded) -> Result<Vec<Named<'a>>, Unsendable> {
    let file = |source, filename| {
        Ok(File { source: Source::resolve(source, uploaded)?, caption: None, filename, voice: false })
    };
    let value = |value: &'a ParameterValue| {
        Ok(match value {
            ParameterValue::Text(text) => Value::Text(text),
            ParameterValue::Image(source) => Value::File("image", file(source, None)?),
            ParameterValue::Video(source) => Value::File("video", file(source, None)?),
            ParameterValue::Document { source, filename } => {
                Value::File("document", file(source, filename.as_deref())?)
            }
            ParameterValue::Location(place) => Value::Location(place),
            ParameterValue::Product { catalog_id, product } => {
                Value::Product(Product { product_retailer_id: product, catalog_id: catalog_id.as_deref() })
            }
        })
    };
    parameters
        .iter()
        .map(|parameter| Ok(Named { name: parameter.name.as_deref(), value: value(&parameter.value)? }))
        .collect()
}

fn button(button: &TemplateButton) -> Component<'_> {
    let (sub_type, value) = match &button.value {
        TemplateButtonValue::QuickReply(payload) => ("quick_reply", ButtonValue::Payload { payload }),
        TemplateButtonValue::UrlSuffix(text) => ("url", ButtonValue::Text { text }),
        TemplateButtonValue::CopyCode(coupon_code) => ("copy_code", ButtonValue::CouponCode { coupon_code }),
        TemplateButtonValue::Flow { token, data } => {
            let action = Action {
                flow_token: Some(token),
                flow_action_data: data.as_ref(),
                thumbnail_product_retailer_id: None,
            };
            ("flow", ButtonValue::Action { action })
        }
        TemplateButtonValue::Catalog { thumbnail } => {
            let action = Action {
                flow_token: None,
                flow_action_data: None,
                thumbnail_product_retailer_id: Some(thumbnail),
            };
            ("catalog", ButtonValue::Action { action })
        }
    };
    // Text in most of Meta's samples, a number in others.
    Component::Button { sub_type, index: button.index.to_string(), parameters: [value] }
}

//! What a template needs, read from how Meta describes it
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components>).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fill;

/// What a template needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What stands above.
    pub header: Header,
    /// What the variables of its body are called, in the order in which they are filled.
    pub body: Vec<String>,
    /// Its buttons, in order.
    pub buttons: Vec<Button>,
    /// Whether its variables have names instead of numbers.
    pub named: bool,
    /// A part that cannot be filled in here, as Meta calls it: the template cannot be sent.
    pub unsupported: Option<String>,
    /// Examples of the body's values, as far as Meta was given some.
    examples: Vec<String>,
}

/// What stands above a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Header {
    /// Nothing that takes a value.
    Fixed,
    /// Words with a variable in them.
    Text {
        /// The words.
        text: String,
        /// What the variable is called.
        variable: String,
        /// An example.
        example: Option<String>,
    },
    /// A file, a place or a product.
    Of(HeaderKind),
}

/// What a template's header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = TemplateHeaderKind))]
#[serde(rename_all = "snake_case")]
pub enum HeaderKind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A file.
    Document,
    /// A place.
    Location,
    /// A product of a catalogue.
    Product,
}

impl Header {
    /// What it takes; `None`: nothing.
    pub fn kind(&self) -> Option<HeaderKind> {
        match self {
            Self::Fixed => None,
            Self::Text { .. } => Some(HeaderKind::Text),
            Self::Of(kind) => Some(*kind),
        }
    }
}

impl HeaderKind {
    /// The name, as the API carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Document => "document",
            Self::Location => "location",
            Self::Product => "product",
        }
    }
}

/// A button of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it takes.
    pub kind: ButtonKind,
    /// An example of its value.
    pub example: Option<String>,
}

/// What a template's button takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    /// A payload, when something else than its label is to come back.
    QuickReply,
    /// The end of its address.
    Url,
    /// A coupon code.
    CopyCode,
    /// The code of the body once more.
    OneTime,
    /// A token and data.
    Flow,
    /// A product's picture.
    Catalog,
    /// Nothing.
    Plain,
}

/// One value that a template takes: what a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where it goes.
    pub part: Part,
    /// What it is.
    pub kind: FieldKind,
    /// What the variable is called, of texts.
    pub name: Option<String>,
    /// What stands on the button, of buttons.
    pub label: Option<String>,
    /// An example.
    pub example: Option<String>,
    /// Whether it must be there.
    pub required: bool,
    /// Most characters.
    pub longest: Option<usize>,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What stands above.
    Header,
    /// The text.
    Body,
    /// The button at a position, from 0.
    Button(u8),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A header's or a body's value.
    Header(HeaderKind),
    /// The end of an address.
    UrlSuffix,
    /// A coupon code.
    CopyCode,
    /// What comes back.
    Payload,
    /// What comes back with a form's answers.
    FlowToken,
    /// A product's id.
    Thumbnail,
}

impl FieldKind {
    /// The name, as the API carries it: that of the field that takes the value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header(kind) => kind.name(),
            Self::UrlSuffix => "url_suffix",
            Self::CopyCode => "copy_code",
            Self::Payload => "payload",
            Self::FlowToken => "flow_token",
            Self::Thumbnail => "thumbnail",
        }
    }
}

impl Form {
    /// Reads a template's components as Meta describes them. What is not known to need values needs none.
    pub fn read(components: &Value, category: &str, named: bool) -> Self {
        let one_time = category.eq_ignore_ascii_case("AUTHENTICATION");
        let mut form = Self {
            header: Header::Fixed,
            body: Vec::new(),
            buttons: Vec::new(),
            named,
            unsupported: None,
            examples: Vec::new(),
        };
        for component in components.as_array().into_iter().flatten() {
            match upper(&component["type"]).as_str() {
                "HEADER" => form.read_header(component),
                "BODY" => form.read_body(component, one_time),
                "BUTTONS" => {
                    let all = component["buttons"].as_array().into_iter().flatten();
                    form.buttons = all.map(|button| Button::read(button, one_time)).collect();
                    let cannot = component["buttons"].as_array().into_iter().flatten().find_map(unsupported);
                    form.unsupported = form.unsupported.take().or(cannot);
                }
                kind @ ("CAROUSEL" | "LIMITED_TIME_OFFER") => {
                    form.unsupported = Some(kind.to_ascii_lowercase());
                }
                _ => {}
            }
        }
        form.named |= form.body.iter().any(|name| name.parse::<u32>().is_err());
        form
    }

    fn read_header(&mut self, component: &Value) {
        let kind = match upper(&component["format"]).as_str() {
            "TEXT" | "" => return self.read_header_text(component),
            "IMAGE" => HeaderKind::Image,
            "VIDEO" => HeaderKind::Video,
            "DOCUMENT" => HeaderKind::Document,
            "LOCATION" => HeaderKind::Location,
            "PRODUCT" => HeaderKind::Product,
            other => {
                self.unsupported = Some(format!("header {}", other.to_ascii_lowercase()));
                return;
            }
        };
        self.header = Header::Of(kind);
    }

    fn read_header_text(&mut self, component: &Value) {
        let text = component["text"].as_str().unwrap_or_default();
        let Some(variable) = variables(text).into_iter().next() else { return };
        self.named |= variable.parse::<u32>().is_err();
        let example = &component["example"];
        let example = example["header_text"][0]
            .as_str()
            .or_else(|| example["header_text_named_params"][0]["example"].as_str())
            .map(str::to_owned);
        self.header = Header::Text { text: text.to_owned(), variable, example };
    }

    fn read_body(&mut self, component: &Value, one_time: bool) {
        self.body = variables(component["text"].as_str().unwrap_or_default());
        if one_time && self.body.is_empty() {
            // Meta writes the text of login codes itself, and does not always tell it.
            self.body.push("1".to_owned());
        }
        let example = &component["example"];
        let named = |name: &String| {
            let mut all = example["body_text_named_params"].as_array()?.iter();
            all.find(|one| one["param_name"] == **name)?["example"].as_str()
        };
        self.examples = self
            .body
            .iter()
            .enumerate()
            .map(|(at, name)| example["body_text"][0][at].as_str().or_else(|| named(name)))
            .map(|example| example.unwrap_or_default().to_owned())
            .collect();
    }

    /// What it asks for, from top to bottom.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        let field = |part, kind| Field {
            part,
            kind,
            name: None,
            label: None,
            example: None,
            required: true,
            longest: None,
        };
        match &self.header {
            Header::Fixed => {}
            Header::Text { text, variable, example } => fields.push(Field {
                name: Some(variable.clone()),
                example: example.clone(),
                longest: Some(fill::room_in_header(text)),
                ..field(Part::Header, FieldKind::Header(HeaderKind::Text))
            }),
            Header::Of(kind) => fields.push(field(Part::Header, FieldKind::Header(*kind))),
        }
        for (name, example) in self.body.iter().zip(&self.examples) {
            fields.push(Field {
                name: Some(name.clone()),
                example: Some(example.clone()).filter(|example| !example.is_empty()),
                longest: Some(self.longest_value()),
                ..field(Part::Body, FieldKind::Header(HeaderKind::Text))
            });
        }
        for (index, button) in (0..).zip(&self.buttons) {
            if let Some((kind, required, longest)) = button.kind.takes() {
                let (label, example) = (Some(button.label.clone()), button.example.clone());
                let longest = Some(longest);
                fields.push(Field { label, example, required, longest, ..field(Part::Button(index), kind) });
            }
        }
        fields
    }

    /// Whether it has a button that repeats the body's code.
    pub(super) fn is_one_time(&self) -> bool {
        self.buttons.iter().any(|button| button.kind == ButtonKind::OneTime)
    }

    pub(super) fn longest_value(&self) -> usize {
        if self.is_one_time() { fill::ONE_TIME } else { fill::VALUE }
    }
}

impl Button {
    fn read(button: &Value, one_time: bool) -> Self {
        let has_variable = button["url"].as_str().is_some_and(|url| url.contains("{{"));
        let kind = match upper(&button["type"]).as_str() {
            "QUICK_REPLY" => ButtonKind::QuickReply,
            "OTP" => ButtonKind::OneTime,
            "URL" if has_variable && one_time => ButtonKind::OneTime,
            "URL" if has_variable => ButtonKind::Url,
            "COPY_CODE" => ButtonKind::CopyCode,
            "FLOW" => ButtonKind::Flow,
            "CATALOG" => ButtonKind::Catalog,
            _ => ButtonKind::Plain,
        };
        let example = button["example"][0].as_str().or_else(|| button["example"].as_str());
        Self {
            label: button["text"].as_str().unwrap_or_default().to_owned(),
            kind,
            example: example.map(str::to_owned),
        }
    }
}

impl ButtonKind {
    /// The value that it takes, whether it must be there, and how long it may be.
    const fn takes(self) -> Option<(FieldKind, bool, usize)> {
        match self {
            Self::QuickReply => Some((FieldKind::Payload, false, crate::message::limit::QUICK_REPLY_PAYLOAD)),
            Self::Url => Some((FieldKind::UrlSuffix, true, fill::URL)),
            Self::CopyCode => Some((FieldKind::CopyCode, true, fill::COUPON)),
            Self::Flow => Some((FieldKind::FlowToken, false, fill::TOKEN)),
            Self::Catalog => Some((FieldKind::Thumbnail, false, fill::TOKEN)),
            Self::OneTime | Self::Plain => None,
        }
    }
}

/// The kind of a button whose values have no form here.
fn unsupported(button: &Value) -> Option<String> {
    let kind = upper(&button["type"]);
    matches!(kind.as_str(), "MPM" | "ORDER_DETAILS").then(|| kind.to_ascii_lowercase())
}

fn upper(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_ascii_uppercase()
}

/// `{{1}}` or `{{name}}`, each once: numbers by size, names as they come.
fn variables(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for rest in text.split("{{").skip(1) {
        if let Some((name, _)) = rest.split_once("}}") {
            let name = name.trim().to_owned();
            if !name.is_empty() && !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    all
}

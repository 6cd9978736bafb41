//! A template filled in: the message, or everything that is wrong.

use super::form::{Button, ButtonKind, Form, Header, HeaderKind};
use super::given::{ButtonValue, Given, HeaderValue, Values};
use super::value::{clean, is_blank};
use super::wrong::{Place, Why, Wrong};
use crate::message::Location;
use crate::message::limit;
use crate::message::outbound::{
    MediaSource, Parameter, ParameterValue, Template, TemplateButton, TemplateButtonValue,
};

/// Longest value of a body's variable.
pub(super) const VALUE: usize = limit::INTERACTIVE_BODY;
/// Longest one-time code.
pub(super) const ONE_TIME: usize = 15;
/// Longest coupon code.
pub(super) const COUPON: usize = 20;
/// Longest end of an address.
pub(super) const URL: usize = 2000;
/// Longest token of a form; Meta states none.
pub(super) const TOKEN: usize = 512;
/// What Meta takes a form's token for when there is none.
const NO_TOKEN: &str = "unused";

impl Form {
    /// The message that the template and its values make, exactly as Meta wants it. Filling in what came of it gives the
    /// same.
    pub fn fill(&self, given: &Given) -> Result<Template, Vec<Wrong>> {
        let mut wrong = Vec::new();
        if let Some(part) = &self.unsupported {
            wrong.push(Wrong::new(Place::Whole, Why::Unsupported(part.clone())));
            return Err(wrong);
        }
        let header = self.fill_header(given.header.as_ref(), &mut wrong);
        let body = self.fill_body(&given.parameters, &mut wrong);
        let buttons = self.fill_buttons(&given.buttons, &body, &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Template { name: given.name.clone(), language: given.language.clone(), header, body, buttons })
    }

    fn fill_header(&self, given: Option<&HeaderValue>, wrong: &mut Vec<Wrong>) -> Vec<Parameter> {
        let (kind, name, most) = match (&self.header, given) {
            (Header::Fixed, None) => return Vec::new(),
            (Header::Fixed, Some(_)) => {
                wrong.push(Wrong::new(Place::Header, Why::Surplus));
                return Vec::new();
            }
            (Header::Text { .. } | Header::Of(_), None) => {
                wrong.push(Wrong::new(Place::Header, Why::Missing));
                return Vec::new();
            }
            (Header::Text { text, variable, .. }, Some(_)) => {
                (HeaderKind::Text, self.named.then(|| variable.clone()), room_in_header(text))
            }
            (Header::Of(kind), Some(_)) => (*kind, None, VALUE),
        };
        let Some(given) = given else { return Vec::new() };
        if given.kind.is_some_and(|given| given != kind) {
            wrong.push(Wrong::new(Place::Header, Why::Needs(kind)));
            return Vec::new();
        }
        match header(kind, given, most) {
            Ok(value) => vec![Parameter { name, value }],
            Err(why) => {
                wrong.push(Wrong::new(Place::Header, why));
                Vec::new()
            }
        }
    }

    fn fill_body(&self, given: &Values<String>, wrong: &mut Vec<Wrong>) -> Vec<Parameter> {
        let place = |name: &str, at| Place::Body { name: name.to_owned(), at };
        let most = self.longest_value();
        let mut body = Vec::with_capacity(self.body.len());
        for (at, name) in self.body.iter().enumerate() {
            let found = match given {
                Values::List(values) => values.get(at).map(|value| (at, value)),
                Values::Named(values) => {
                    let at = values.iter().position(|(other, _)| other.trim() == name);
                    at.map(|at| (at, &values[at].1))
                }
            };
            let text = found.ok_or(Why::Missing).and_then(|(_, value)| text(value, most));
            match text {
                Ok(text) => body.push(Parameter {
                    name: self.named.then(|| name.clone()),
                    value: ParameterValue::Text(text),
                }),
                Err(why) => wrong.push(Wrong::new(place(name, found.map_or(at, |(at, _)| at)), why)),
            }
        }
        for (at, (name, _)) in given.iter().enumerate() {
            let surplus = match name {
                None => at >= self.body.len(),
                Some(name) => !self.body.iter().any(|known| known == name.trim()),
            };
            if surplus {
                let name = name.map_or_else(|| (at + 1).to_string(), str::to_owned);
                wrong.push(Wrong::new(Place::Body { name, at }, Why::Surplus));
            }
        }
        body
    }

    fn fill_buttons(
        &self,
        given: &[ButtonValue],
        body: &[Parameter],
        wrong: &mut Vec<Wrong>,
    ) -> Vec<TemplateButton> {
        let mut buttons = Vec::new();
        for (index, button) in (0_u8..).zip(&self.buttons) {
            let mine: Vec<&ButtonValue> = given.iter().filter(|one| one.index == index).collect();
            match button.fill(&mine, body) {
                Ok(value) => buttons.extend(value.map(|value| TemplateButton { index, value })),
                Err(why) => {
                    let place = Place::Button { index, label: Some(button.label.clone()) };
                    wrong.push(Wrong::new(place, why));
                }
            }
        }
        for one in given.iter().filter(|one| usize::from(one.index) >= self.buttons.len()) {
            wrong.push(Wrong::new(Place::Button { index: one.index, label: None }, Why::Surplus));
        }
        buttons
    }
}

impl Button {
    /// What it carries; `None`: nothing.
    fn fill(&self, given: &[&ButtonValue], body: &[Parameter]) -> Result<Option<TemplateButtonValue>, Why> {
        let mut all = ButtonValue::default();
        for one in given {
            merge(&mut all, one);
        }
        let value = match self.kind {
            ButtonKind::QuickReply => all.payload.take().map(payload).transpose()?,
            ButtonKind::Url => Some(url_suffix(&all.url_suffix.take().ok_or(Why::Missing)?)?),
            ButtonKind::CopyCode => {
                let code = text(&all.copy_code.take().ok_or(Why::Missing)?, COUPON)?;
                Some(TemplateButtonValue::CopyCode(code))
            }
            ButtonKind::OneTime => {
                // The code stands in the body; given here once more it is the same, or is not looked at.
                (all.url_suffix, all.copy_code) = (None, None);
                match body.first().map(|one| &one.value) {
                    Some(ParameterValue::Text(code)) => Some(TemplateButtonValue::UrlSuffix(code.clone())),
                    _ => None,
                }
            }
            ButtonKind::Flow => {
                let token = all.flow_token.take().filter(|token| !is_blank(token));
                let token = text(token.as_deref().unwrap_or(NO_TOKEN), TOKEN)?;
                Some(TemplateButtonValue::Flow { token, data: all.flow_data.take() })
            }
            ButtonKind::Catalog => {
                let product = all.thumbnail.take().map(|product| text(&product, TOKEN)).transpose()?;
                product.map(|thumbnail| TemplateButtonValue::Catalog { thumbnail })
            }
            ButtonKind::Plain => None,
        };
        if all == ButtonValue::default() { Ok(value) } else { Err(Why::Surplus) }
    }
}

fn merge(all: &mut ButtonValue, one: &ButtonValue) {
    let keep = |into: &mut Option<String>, from: &Option<String>| {
        if from.is_some() {
            into.clone_from(from);
        }
    };
    keep(&mut all.url_suffix, &one.url_suffix);
    keep(&mut all.copy_code, &one.copy_code);
    keep(&mut all.payload, &one.payload);
    keep(&mut all.flow_token, &one.flow_token);
    keep(&mut all.thumbnail, &one.thumbnail);
    if one.flow_data.is_some() {
        all.flow_data.clone_from(&one.flow_data);
    }
}

impl Given {
    /// The message that the values make of a template that is not known here: Meta judges whether they fit. What Meta
    /// takes nowhere is refused all the same.
    pub fn unchecked(&self) -> Result<Template, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut header = Vec::new();
        if let Some(given) = &self.header {
            match self::header(given.kind.unwrap_or(HeaderKind::Text), given, limit::HEADER.max(VALUE)) {
                Ok(value) => header.push(Parameter { name: None, value }),
                Err(why) => wrong.push(Wrong::new(Place::Header, why)),
            }
        }
        let mut body = Vec::new();
        for (at, (name, value)) in self.parameters.iter().enumerate() {
            match text(value, VALUE) {
                Ok(text) => {
                    body.push(Parameter { name: name.map(str::to_owned), value: ParameterValue::Text(text) });
                }
                Err(why) => {
                    let name = name.map_or_else(|| (at + 1).to_string(), str::to_owned);
                    wrong.push(Wrong::new(Place::Body { name, at }, why));
                }
            }
        }
        let mut buttons = Vec::new();
        for one in &self.buttons {
            match unchecked(one) {
                Ok(values) => {
                    let index = one.index;
                    buttons.extend(values.into_iter().map(|value| TemplateButton { index, value }));
                }
                Err(why) => wrong.push(Wrong::new(Place::Button { index: one.index, label: None }, why)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Template { name: self.name.clone(), language: self.language.clone(), header, body, buttons })
    }
}

fn unchecked(one: &ButtonValue) -> Result<Vec<TemplateButtonValue>, Why> {
    let mut values = Vec::new();
    if let Some(given) = &one.payload {
        values.push(payload(given.clone())?);
    }
    if let Some(suffix) = &one.url_suffix {
        values.push(url_suffix(suffix)?);
    }
    if let Some(code) = &one.copy_code {
        values.push(TemplateButtonValue::CopyCode(text(code, COUPON)?));
    }
    if one.flow_token.is_some() || one.flow_data.is_some() {
        let token = text(one.flow_token.as_deref().unwrap_or(NO_TOKEN), TOKEN)?;
        values.push(TemplateButtonValue::Flow { token, data: one.flow_data.clone() });
    }
    if let Some(product) = &one.thumbnail {
        values.push(TemplateButtonValue::Catalog { thumbnail: text(product, TOKEN)? });
    }
    Ok(values)
}

/// How many characters a header's variable may have.
pub(super) fn room_in_header(text: &str) -> usize {
    let variable =
        text.find("{{").zip(text.find("}}")).map_or(0, |(from, to)| limit::length(&text[from..to]) + 2);
    limit::HEADER.saturating_sub(limit::length(text).saturating_sub(variable))
}

fn text(given: &str, most: usize) -> Result<String, Why> {
    if is_blank(given) {
        return Err(Why::Empty);
    }
    let text = clean(given);
    let length = limit::length(&text);
    if length > most { Err(Why::TooLong { length, most }) } else { Ok(text) }
}

fn payload(given: String) -> Result<TemplateButtonValue, Why> {
    let (length, most) = (limit::length(&given), limit::QUICK_REPLY_PAYLOAD);
    if is_blank(&given) {
        return Err(Why::Empty);
    }
    if length > most {
        Err(Why::TooLong { length, most })
    } else {
        Ok(TemplateButtonValue::QuickReply(given))
    }
}

/// The end of an address; what may not stand in one is escaped.
fn url_suffix(given: &str) -> Result<TemplateButtonValue, Why> {
    let suffix = text(given, URL)?.replace(char::is_whitespace, "%20");
    let length = limit::length(&suffix);
    if length > URL {
        return Err(Why::TooLong { length, most: URL });
    }
    Ok(TemplateButtonValue::UrlSuffix(suffix))
}

fn header(kind: HeaderKind, given: &HeaderValue, most: usize) -> Result<ParameterValue, Why> {
    let value = text(&given.value, if kind == HeaderKind::Text { most } else { URL + 48 })?;
    let some = |text: &Option<String>| text.as_deref().map(clean).filter(|text| !is_blank(text));
    Ok(match kind {
        HeaderKind::Text => ParameterValue::Text(value),
        HeaderKind::Image => ParameterValue::Image(file(&value)?),
        HeaderKind::Video => ParameterValue::Video(file(&value)?),
        HeaderKind::Document => {
            ParameterValue::Document { source: file(&value)?, filename: some(&given.filename) }
        }
        HeaderKind::Location => {
            let (name, address) = (some(&given.name), some(&given.address));
            ParameterValue::Location(place(&value, name, address).ok_or(Why::NoPlace)?)
        }
        HeaderKind::Product => {
            ParameterValue::Product { catalog_id: some(&given.catalog_id), product: value }
        }
    })
}

fn file(text: &str) -> Result<MediaSource, Why> {
    let of_meta =
        || text.bytes().all(|byte| byte.is_ascii_digit()).then(|| MediaSource::Meta(text.to_owned()));
    MediaSource::parse(text).or_else(of_meta).ok_or(Why::NoFile)
}

/// Latitude and longitude, with a comma between them.
fn place(text: &str, name: Option<String>, address: Option<String>) -> Option<Location> {
    let (latitude, longitude) = text.split_once([',', ';'])?;
    let number = |text: &str, most: f64| text.trim().parse().ok().filter(|it: &f64| it.abs() <= most);
    let (latitude, longitude) = (number(latitude, 90.0)?, number(longitude, 180.0)?);
    Some(Location { latitude, longitude, name, address, url: None })
}

//! Pictures, videos, sounds, documents and stickers: one shape, five names.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{
    Content, Header, Media, MediaSource, Outbound, Parameter, ParameterValue,
};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::limits::{Limits, Problem};
use super::wire::Source;
use super::{Unsendable, Uploaded};

/// Which words may stand with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A caption.
    Captioned,
    /// None.
    Bare,
}

pub(super) fn check(file: &Media, kind: Kind, limits: &mut Limits) {
    check_source("source", &file.source, limits);
    match (&file.caption, kind) {
        (Some(_), Kind::Bare) => limits.add("caption", Problem::NotAllowed),
        (caption, Kind::Captioned) => limits.optional("caption", caption.as_deref(), limit::CAPTION),
        (None, Kind::Bare) => {}
    }
}

pub(super) fn check_source(field: &str, source: &MediaSource, limits: &mut Limits) {
    match source {
        MediaSource::Link(link) => limits.web_address(field, link),
        MediaSource::Stored(id) | MediaSource::Meta(id) => {
            if id.is_empty() {
                limits.add(field, Problem::Empty);
            }
        }
    }
}

pub(super) fn wire<'a>(file: &'a Media, uploaded: &'a Uploaded) -> Result<impl Serialize, Unsendable> {
    Ok(File {
        source: Source::resolve(&file.source, uploaded)?,
        caption: file.caption.as_deref(),
        filename: file.filename.as_deref(),
        voice: file.voice,
    })
}

/// A file with its words.
pub(super) struct File<'a> {
    pub(super) source: Source<'a>,
    pub(super) caption: Option<&'a str>,
    pub(super) filename: Option<&'a str>,
    pub(super) voice: bool,
}

impl Serialize for File<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.source {
            Source::Id(id) => map.serialize_entry("id", id)?,
            Source::Link(link) => map.serialize_entry("link", link)?,
        }
        if let Some(caption) = self.caption {
            map.serialize_entry("caption", caption)?;
        }
        if let Some(filename) = self.filename {
            map.serialize_entry("filename", filename)?;
        }
        if self.voice {
            map.serialize_entry("voice", &true)?;
        }
        map.end()
    }
}

/// The files of ours in a message, which Meta must have before the message is written.
pub fn stored(message: &Outbound) -> Vec<&str> {
    sources(&message.content)
        .into_iter()
        .filter_map(|source| match source {
            MediaSource::Stored(media) => Some(media.as_str()),
            MediaSource::Link(_) | MediaSource::Meta(_) => None,
        })
        .collect()
}

fn sources(content: &Content) -> Vec<&MediaSource> {
    match content {
        Content::Image(file)
        | Content::Video(file)
        | Content::Audio(file)
        | Content::Document(file)
        | Content::Sticker(file) => vec![&file.source],
        Content::Buttons(buttons) => of_header(buttons.header.as_ref()),
        Content::CtaUrl { header, .. } => of_header(header.as_ref()),
        Content::Flow(flow) => of_header(flow.header.as_ref()),
        Content::Template(template) => template.header.iter().filter_map(of_parameter).collect(),
        Content::Text { .. }
        | Content::Location(_)
        | Content::Contacts { .. }
        | Content::List(_)
        | Content::LocationRequest { .. }
        | Content::Reaction { .. } => Vec::new(),
    }
}

fn of_header(header: Option<&Header>) -> Vec<&MediaSource> {
    match header {
        Some(Header::Image(source) | Header::Video(source) | Header::Document(source)) => vec![source],
        Some(Header::Text(_)) | None => Vec::new(),
    }
}

fn of_parameter(parameter: &Parameter) -> Option<&MediaSource> {
    match &parameter.value {
        ParameterValue::Image(source)
        | ParameterValue::Video(source)
        | ParameterValue::Document { source, .. } => Some(source),
        ParameterValue::Text(_) | ParameterValue::Location(_) | ParameterValue::Product { .. } => None,
    }
}

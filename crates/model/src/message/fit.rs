//! Makes messages keep to WhatsApp's limits: shortens what is a label, splits what is text. Nothing that a contact is
//! to read is dropped from texts.

use std::collections::HashSet;

use crate::message::limit;
use crate::message::outbound::{Button, Buttons, Content, Header, List, Media, Outbound, Row, Section};
use crate::message::outbound::{Parameter, ParameterValue, Template, TemplateButtonValue};

/// What stands where WhatsApp wants words and there are none.
const BLANK: &str = "…";

/// The messages to send in place of this one, each within every limit. Mostly it is one; long texts become several, an
/// empty text message none. Only the first one quotes.
pub fn fit(message: Outbound) -> Vec<Outbound> {
    let mut contents = match message.content {
        Content::Text { body, preview_url } => texts(&body, limit::TEXT, preview_url),
        Content::Image(media) => with_caption(media, Content::Image),
        Content::Video(media) => with_caption(media, Content::Video),
        Content::Document(media) => with_caption(media, Content::Document),
        Content::Audio(media) => without_caption(media, Content::Audio),
        Content::Sticker(media) => without_caption(media, Content::Sticker),
        Content::Buttons(buttons) => fit_buttons(buttons),
        Content::List(list) => fit_list(list),
        Content::CtaUrl { header, body, footer, display_text, url } => {
            with_body(&body, |body| Content::CtaUrl {
                header: fit_header(header),
                body,
                footer: cut(footer, limit::FOOTER),
                display_text: label(&display_text, limit::URL_BUTTON),
                url,
            })
        }
        Content::LocationRequest { body } => with_body(&body, |body| Content::LocationRequest { body }),
        Content::Flow(mut flow) => {
            flow.header = fit_header(flow.header);
            flow.footer = cut(flow.footer, limit::FOOTER);
            flow.cta = label(&flow.cta, limit::FLOW_CTA);
            let text = std::mem::take(&mut flow.body);
            with_body(&text, |body| {
                flow.body = body;
                Content::Flow(flow)
            })
        }
        Content::Template(template) => vec![Content::Template(fit_template(template))],
        content @ (Content::Location(_) | Content::Contacts { .. } | Content::Reaction { .. }) => {
            vec![content]
        }
    }
    .into_iter();
    let first = contents.next().map(|content| Outbound { content, reply_to: message.reply_to });
    first.into_iter().chain(contents.map(Outbound::from)).collect()
}

/// The text within `max` characters; what is beyond is replaced by "…".
pub fn shorten(text: &str, max: usize) -> String {
    if limit::length(text) <= max {
        return text.to_owned();
    }
    if max == 0 {
        return String::new();
    }
    let kept = text[..boundary(text, max - 1)].trim_end();
    format!("{kept}…")
}

/// Labels within `max` characters that all differ: the second "Tea" becomes "Tea (2)".
pub fn distinct(labels: Vec<String>, max: usize) -> Vec<String> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut result = Vec::with_capacity(labels.len());
    for text in labels {
        let mut label = shorten(&text, max);
        let mut number = 2;
        while !seen.insert(label.clone()) {
            let suffix = format!(" ({number})");
            label = shorten(&text, max.saturating_sub(suffix.len())) + &suffix;
            number += 1;
        }
        result.push(label);
    }
    result
}

/// The text in parts of at most `max` characters, cut at the end of a line or sentence, or between words, where it can.
/// Only white space at the cuts is lost; parts are never blank.
pub fn split(text: &str, max: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let at = if limit::length(rest) <= max { rest.len() } else { cut_position(rest, max) };
        parts.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    parts
}

/// Where to cut a text that is longer than `max`: behind a line, else a sentence, else a word, not too far ahead.
fn cut_position(text: &str, max: usize) -> usize {
    let end = boundary(text, max);
    let window = &text[..end];
    let least = boundary(text, max / 2);
    let line = window.rfind('\n').filter(|&at| at >= least);
    let sentence = || {
        let mut ends = window.char_indices().zip(window.chars().skip(1));
        let mut found = None;
        for ((at, c), next) in ends.by_ref() {
            if matches!(c, '.' | '!' | '?' | '…') && next.is_whitespace() {
                found = Some(at + c.len_utf8());
            }
        }
        found.filter(|&at| at >= least)
    };
    let word = || window.rfind(char::is_whitespace).filter(|&at| at >= least);
    line.or_else(sentence).or_else(word).unwrap_or(end).max(first_char(text))
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The position behind at most `max` characters where no character that people see as one is cut in two.
fn boundary(text: &str, max: usize) -> usize {
    let Some((mut at, _)) = text.char_indices().nth(max) else { return text.len() };
    let far = at;
    for _ in 0..16 {
        let (before, behind) = text.split_at(at);
        let (Some(last), Some(next)) = (before.chars().next_back(), behind.chars().next()) else {
            return far;
        };
        if !joins(last, next, before) {
            return at;
        }
        at -= last.len_utf8();
    }
    far
}

/// Whether two neighbouring characters are seen as one: accents, variation selectors, skin tones, joined emoji, flags.
fn joins(last: char, next: char, before: &str) -> bool {
    let extends = matches!(next,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200d}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0020}'..='\u{e007f}');
    let is_flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    let half_flag =
        is_flag(last) && is_flag(next) && before.chars().rev().take_while(|&c| is_flag(c)).count() % 2 == 1;
    extends || last == '\u{200d}' || half_flag || (last == '\r' && next == '\n')
}

fn texts(text: &str, max: usize, preview_url: bool) -> Vec<Content> {
    let parts = split(text, max).into_iter();
    parts.map(|part| Content::Text { body: part.to_owned(), preview_url }).collect()
}

/// The last part of a text as the body of an interactive message, and what is before it as text ahead.
fn with_body(text: &str, make: impl FnOnce(String) -> Content) -> Vec<Content> {
    let mut parts = split(text, limit::INTERACTIVE_BODY);
    let Some(last) = parts.pop() else { return vec![make(BLANK.to_owned())] };
    let ahead = text.trim();
    let ahead = &ahead[..ahead.len() - last.len()];
    let mut contents = texts(ahead, limit::TEXT, false);
    contents.push(make(last.to_owned()));
    contents
}

fn with_caption(mut media: Media, make: fn(Media) -> Content) -> Vec<Content> {
    let caption = media.caption.take().unwrap_or_default();
    let first = split(&caption, limit::CAPTION).first().map(|part| (*part).to_owned());
    let rest = caption.trim()[first.as_ref().map_or(0, String::len)..].to_owned();
    media.caption = first;
    std::iter::once(make(media)).chain(texts(&rest, limit::TEXT, false)).collect()
}

fn without_caption(mut media: Media, make: fn(Media) -> Content) -> Vec<Content> {
    let caption = media.caption.take().unwrap_or_default();
    std::iter::once(make(media)).chain(texts(&caption, limit::TEXT, false)).collect()
}

fn fit_buttons(mut buttons: Buttons) -> Vec<Content> {
    if buttons.buttons.is_empty() {
        return texts(&buttons.body, limit::TEXT, false);
    }
    let mut ids = HashSet::new();
    buttons.buttons.retain(|button| ids.insert(button.id.clone()));
    buttons.buttons.truncate(limit::BUTTONS);
    let titles = buttons.buttons.iter().map(|button| label(&button.title, limit::BUTTON_TITLE)).collect();
    let titles = distinct(titles, limit::BUTTON_TITLE);
    buttons.buttons = buttons
        .buttons
        .into_iter()
        .zip(titles)
        .map(|(button, title)| Button { id: first_chars(button.id, limit::BUTTON_ID), title })
        .collect();
    buttons.header = fit_header(buttons.header);
    buttons.footer = cut(buttons.footer, limit::FOOTER);
    let text = std::mem::take(&mut buttons.body);
    with_body(&text, |body| Content::Buttons(Buttons { body, ..buttons }))
}

fn fit_list(mut list: List) -> Vec<Content> {
    let mut room = limit::LIST_ROWS;
    let mut ids = HashSet::new();
    for section in &mut list.sections {
        section.rows.retain(|row| {
            room > 0 && ids.insert(row.id.clone()) && {
                room -= 1;
                true
            }
        });
    }
    list.sections.retain(|section| !section.rows.is_empty());
    if list.sections.is_empty() {
        return texts(&list.body, limit::TEXT, false);
    }
    let rows = list.sections.iter().flat_map(|section| &section.rows);
    let titles = distinct(rows.map(|row| label(&row.title, limit::ROW_TITLE)).collect(), limit::ROW_TITLE);
    let mut titles = titles.into_iter();
    let several = list.sections.len() > 1;
    for section in &mut list.sections {
        *section = fit_section(std::mem::take(&mut section.rows), section.title.take(), several, &mut titles);
    }
    list.header = cut(list.header, limit::HEADER);
    list.footer = cut(list.footer, limit::FOOTER);
    list.button = label(&list.button, limit::LIST_BUTTON);
    let text = std::mem::take(&mut list.body);
    with_body(&text, |body| Content::List(List { body, ..list }))
}

fn fit_section(
    rows: Vec<Row>,
    title: Option<String>,
    needs_title: bool,
    titles: &mut impl Iterator<Item = String>,
) -> Section {
    let title = cut(title, limit::SECTION_TITLE).or_else(|| needs_title.then(|| BLANK.to_owned()));
    let fit_row = |row: Row| Row {
        id: first_chars(row.id, limit::ROW_ID),
        title: titles.next().unwrap_or_else(|| BLANK.to_owned()),
        description: cut(row.description, limit::ROW_DESCRIPTION),
    };
    Section { title, rows: rows.into_iter().map(fit_row).collect() }
}

fn fit_template(mut template: Template) -> Template {
    for Parameter { value, .. } in template.header.iter_mut().chain(&mut template.body) {
        if let ParameterValue::Text(text) = value {
            *text = parameter(text);
        }
    }
    for button in &mut template.buttons {
        match &mut button.value {
            TemplateButtonValue::QuickReply(payload) => {
                *payload = first_chars(std::mem::take(payload), limit::QUICK_REPLY_PAYLOAD);
            }
            TemplateButtonValue::CopyCode(code) => *code = first_chars(std::mem::take(code), 20),
            TemplateButtonValue::UrlSuffix(_) => {}
        }
    }
    template
}

/// A template's value: on one line, without runs of spaces, and never empty, as Meta wants it.
fn parameter(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() { "-".to_owned() } else { shorten(&text, limit::INTERACTIVE_BODY) }
}

fn fit_header(header: Option<Header>) -> Option<Header> {
    match header? {
        Header::Text(text) => cut(Some(text), limit::HEADER).map(Header::Text),
        header @ (Header::Image(_) | Header::Video(_) | Header::Document(_)) => Some(header),
    }
}

/// A text that may be missing, shortened; a blank one is missing.
fn cut(text: Option<String>, max: usize) -> Option<String> {
    let text = text?;
    let text = text.trim();
    (!text.is_empty()).then(|| shorten(text, max))
}

/// A label on one line that is never blank.
fn label(text: &str, max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() { BLANK.to_owned() } else { shorten(&words.join(" "), max) }
}

fn first_chars(text: String, max: usize) -> String {
    if limit::length(&text) <= max { text } else { text.chars().take(max).collect() }
}

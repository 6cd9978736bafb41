//! Makes messages keep to WhatsApp's limits: shortens what is a label, splits what is text. Nothing that a contact is
//! to read is dropped from texts.

use std::collections::HashSet;

use unicode_segmentation::GraphemeCursor;

use crate::message::limit;
use crate::message::outbound::{Button, Buttons, Content, Header, List, Media, Outbound, Row, Section};

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
        // Nothing in a template is cut: what it is given was judged when it was filled in.
        Content::Template(template) => vec![Content::Template(template)],
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
    let Some((far, _)) = text.char_indices().nth(max) else { return text.len() };
    let mut cursor = GraphemeCursor::new(far, text.len(), true);
    // The whole text is there, so that the cursor never asks for another piece of it.
    if cursor.is_boundary(text, 0).unwrap_or(true) {
        return far;
    }
    let before = cursor.prev_boundary(text, 0).ok().flatten();
    // A heap of marks on one letter is cut all the same.
    before.filter(|at| *at > 0).unwrap_or(far)
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
    let several = list.sections.len() > 1;
    for section in &mut list.sections {
        *section = fit_section(std::mem::take(&mut section.rows), section.title.take(), several);
    }
    list.header = cut(list.header, limit::HEADER);
    list.footer = cut(list.footer, limit::FOOTER);
    list.button = label(&list.button, limit::LIST_BUTTON);
    let text = std::mem::take(&mut list.body);
    with_body(&text, |body| Content::List(List { body, ..list }))
}

/// Titles differ within a section; the same one may stand in several ("10:00" on each day).
fn fit_section(rows: Vec<Row>, title: Option<String>, needs_title: bool) -> Section {
    let titles = rows.iter().map(|row| label(&row.title, limit::ROW_TITLE)).collect();
    let mut titles = distinct(titles, limit::ROW_TITLE).into_iter();
    let title = cut(title, limit::SECTION_TITLE).or_else(|| needs_title.then(|| BLANK.to_owned()));
    let fit_row = |row: Row| Row {
        id: first_chars(row.id, limit::ROW_ID),
        title: titles.next().unwrap_or_else(|| BLANK.to_owned()),
        description: cut(row.description, limit::ROW_DESCRIPTION),
    };
    Section { title, rows: rows.into_iter().map(fit_row).collect() }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::outbound::MediaSource;

    fn text(body: &str) -> Outbound {
        Content::Text { body: body.to_owned(), preview_url: false }.into()
    }

    fn bodies(message: Outbound) -> Vec<String> {
        fit(message).iter().map(|message| message.content.text().to_owned()).collect()
    }

    fn buttons(body: &str, titles: &[&str]) -> Content {
        let button =
            |(index, title): (usize, &&str)| Button { id: index.to_string(), title: (*title).to_owned() };
        let buttons = titles.iter().enumerate().map(button).collect();
        Content::Buttons(Buttons { header: None, body: body.to_owned(), footer: None, buttons })
    }

    fn list(body: &str, titles: &[&str]) -> Content {
        let row = |(index, title): (usize, &&str)| Row {
            id: index.to_string(),
            title: (*title).to_owned(),
            description: Some((*title).to_owned()),
        };
        let rows: Vec<Row> = titles.iter().enumerate().map(row).collect();
        let sections = rows.chunks(3).map(|rows| Section { title: None, rows: rows.to_vec() }).collect();
        let (header, footer) = (Some(body.to_owned()), Some(body.to_owned()));
        Content::List(List { header, body: body.to_owned(), footer, button: body.to_owned(), sections })
    }

    fn image(caption: &str) -> Content {
        let source = MediaSource::Link("https://example.com/a.png".to_owned());
        Content::Image(Media { source, caption: Some(caption.to_owned()), filename: None, voice: false })
    }

    #[test]
    fn a_short_message_stays_as_it_is() {
        let message =
            Outbound { content: buttons("Tea?", &["Yes", "No"]), reply_to: Some("wamid.1".to_owned()) };
        assert_eq!(fit(message.clone()), [message]);
    }

    #[test]
    fn a_long_text_is_cut_at_a_line_then_a_sentence_then_a_word() {
        let line = format!("{}\n{}", "a ".repeat(1500), "b. ".repeat(1000));
        assert_eq!(bodies(text(&line)), ["a ".repeat(1500).trim(), "b. ".repeat(1000).trim()]);
        let sentences = format!("{}. {}", "a".repeat(4000), "b ".repeat(100));
        assert_eq!(
            bodies(text(&sentences)),
            [format!("{}.", "a".repeat(4000)), "b ".repeat(100).trim().to_owned()]
        );
        let word = "x".repeat(5000);
        assert_eq!(bodies(text(&word)), ["x".repeat(4096), "x".repeat(904)]);
    }

    #[test]
    fn an_empty_text_is_not_sent_and_an_empty_body_becomes_an_ellipsis() {
        assert_eq!(fit(text(" \n ")), []);
        assert_eq!(bodies(buttons(" ", &["Yes"]).into()), ["…"]);
    }

    #[test]
    fn a_long_body_sends_its_first_part_ahead() {
        let body = format!("{}\n{}", "a ".repeat(450), "b ".repeat(450));
        let sent = fit(Outbound { content: buttons(&body, &["Yes"]), reply_to: Some("wamid.1".to_owned()) });
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].content.text(), "a ".repeat(450).trim());
        assert_eq!(sent[0].reply_to.as_deref(), Some("wamid.1"));
        assert!(matches!(&sent[1].content, Content::Buttons(buttons) if buttons.body.starts_with('b')));
        assert_eq!(sent[1].reply_to, None);
    }

    #[test]
    fn a_long_caption_goes_on_as_text_and_sound_has_none() {
        let sent = bodies(image(&format!("{}\n{}", "a".repeat(1000), "b".repeat(1000))).into());
        assert_eq!(sent, ["a".repeat(1000), "b".repeat(1000)]);
        let Content::Image(media) = image("Listen.") else { unreachable!() };
        let sent = fit(Content::Audio(media).into());
        assert!(matches!(&sent[0].content, Content::Audio(media) if media.caption.is_none()));
        assert_eq!(sent[1].content.text(), "Listen.");
    }

    #[test]
    fn labels_are_shortened_and_made_distinct() {
        let Content::Buttons(fitted) =
            fit(buttons("?", &["Tea", "Tea", "A label that is far too long"]).into()).remove(0).content
        else {
            unreachable!()
        };
        let titles: Vec<&str> = fitted.buttons.iter().map(|button| button.title.as_str()).collect();
        assert_eq!(titles, ["Tea", "Tea (2)", "A label that is far…"]);
        assert_eq!(distinct(vec!["x".repeat(30), "x".repeat(30)], 8), ["xxxxxxx…", "xxx… (2)"]);
    }

    #[test]
    fn rows_may_have_the_same_title_in_different_sections() {
        let row = |id: &str| Row { id: id.to_owned(), title: "10:00".to_owned(), description: None };
        let section = |title: &str, rows: Vec<Row>| Section { title: Some(title.to_owned()), rows };
        let sections = vec![section("Monday", vec![row("1"), row("2")]), section("Tuesday", vec![row("3")])];
        let list =
            List { header: None, body: "When?".into(), footer: None, button: "Times".into(), sections };
        let Content::List(fitted) = fit(Content::List(list).into()).remove(0).content else { unreachable!() };
        let rows = fitted.sections.iter().flat_map(|section| &section.rows);
        let titles: Vec<&str> = rows.map(|row| row.title.as_str()).collect();
        assert_eq!(titles, ["10:00", "10:00 (2)", "10:00"]);
    }

    #[test]
    fn no_visible_character_is_cut_in_two() {
        assert_eq!(shorten("abc👩‍👩‍👧 and more", 6), "abc…");
        assert_eq!(shorten("abcde\u{301}fgh", 6), "abcd…");
        assert_eq!(shorten("ab🇩🇪🇫🇷cd", 6), "ab🇩🇪…");
        assert_eq!(shorten("ab👍🏽cdefg", 4), "ab…");
    }

    #[test]
    fn buttons_without_buttons_are_text() {
        assert!(matches!(
            &fit(buttons("Hi", &[]).into())[..],
            [Outbound { content: Content::Text { .. }, .. }]
        ));
        assert!(matches!(&fit(list("Hi", &[]).into())[..], [Outbound { content: Content::Text { .. }, .. }]));
    }

    fn is_within(content: &Content) -> bool {
        let fits =
            |text: &str, max: usize| (1..=max).contains(&limit::length(text)) && !text.trim().is_empty();
        let may_fit = |text: &Option<String>, max: usize| text.as_ref().is_none_or(|text| fits(text, max));
        match content {
            Content::Text { body, .. } => fits(body, limit::TEXT),
            Content::Image(media) => may_fit(&media.caption, limit::CAPTION),
            Content::Buttons(buttons) => {
                let titles: HashSet<&str> =
                    buttons.buttons.iter().map(|button| button.title.as_str()).collect();
                fits(&buttons.body, limit::INTERACTIVE_BODY)
                    && (1..=limit::BUTTONS).contains(&buttons.buttons.len())
                    && titles.len() == buttons.buttons.len()
                    && titles.iter().all(|title| fits(title, limit::BUTTON_TITLE))
            }
            Content::List(list) => {
                let rows: Vec<&Row> = list.sections.iter().flat_map(|section| &section.rows).collect();
                let titled = list.sections.len() == 1
                    || list.sections.iter().all(|section| {
                        section.title.as_ref().is_some_and(|title| fits(title, limit::SECTION_TITLE))
                    });
                fits(&list.body, limit::INTERACTIVE_BODY)
                    && fits(&list.button, limit::LIST_BUTTON)
                    && may_fit(&list.header, limit::HEADER)
                    && may_fit(&list.footer, limit::FOOTER)
                    && (1..=limit::LIST_ROWS).contains(&rows.len())
                    && titled
                    && rows.iter().all(|row| {
                        fits(&row.title, limit::ROW_TITLE)
                            && may_fit(&row.description, limit::ROW_DESCRIPTION)
                    })
            }
            _ => true,
        }
    }

    fn bare(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    proptest! {
        #[test]
        fn every_result_is_within_the_limits(
            body in "(.{0,300}[ \n.]){0,30}",
            titles in prop::collection::vec(".{0,40}", 0..14),
        ) {
            let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
            for content in [text(&body).content, image(&body), buttons(&body, &titles), list(&body, &titles)] {
                for message in fit(content.into()) {
                    prop_assert!(is_within(&message.content), "{:?}", message);
                }
            }
        }

        #[test]
        fn no_word_is_lost_by_splitting(body in "(.{0,300}[ \n.]){0,30}", titles in prop::collection::vec("[a-z]{1,9}", 1..3)) {
            let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
            for content in [text(&body).content, image(&body), buttons(&body, &titles), list(&body, &titles)] {
                let joined = bodies(content.into()).concat();
                let wanted = bare(&body);
                prop_assert!(bare(&joined) == wanted || (wanted.is_empty() && (joined == "…" || joined.is_empty())));
            }
        }

        #[test]
        fn parts_are_never_too_long(text in ".{0,400}", max in 1usize..40) {
            for part in split(&text, max) {
                prop_assert!(!part.is_empty() && limit::length(part) <= max.max(1));
            }
            prop_assert!(limit::length(&shorten(&text, max)) <= max);
        }
    }
}

//! The contact's side of a test: what was shown, what is still to be looked at, and what can be tapped.

use std::collections::VecDeque;

use chasqui_model::message::outbound::{Content, List, Row, Section, TemplateButtonValue};
use chasqui_model::message::{Outbound, fit, inbound, limit};

use super::stage::Stage;
use super::{Line, Speaker};
use crate::component::Component;
use crate::definition::{Action, Place, With};
use crate::flow::Flow;

/// What the contact sees.
#[derive(Debug, Default)]
pub(super) struct Phone {
    shown: Vec<Outbound>,
    unread: VecDeque<Outbound>,
    /// Whether the test looked at a message since the contact last spoke.
    looked: bool,
    transcript: Vec<Line>,
}

impl Phone {
    /// What the contact says by an action, and what stands with it. `None`: the action is none of the contact's.
    pub fn said<'a>(
        &self,
        action: &'a Action,
        stage: &Stage,
    ) -> Option<Result<(inbound::Content, Option<&'a With>), String>> {
        let content = match action {
            Action::Contact(body) => Ok(inbound::Content::Text { body: body.clone() }),
            Action::Tap(label) => self.tap(label, stage.flow()),
            Action::Pick(label) => self.pick(label),
            Action::Send(kind) => Ok(stage.file(*kind)),
            Action::Location(place) => Ok(location(place)),
            Action::Message(content) => Ok((**content).clone()),
            Action::With(action, with) => {
                return self
                    .said(action, stage)
                    .map(|said| said.map(|(content, _)| (content, Some(&**with))));
            }
            Action::Bot(_)
            | Action::Variable(_)
            | Action::Ended(_)
            | Action::HandedOff(_)
            | Action::HandBack
            | Action::Advance(_)
            | Action::Answer(_) => return None,
        };
        Some(content.map(|content| (content, None)))
    }

    /// Writes down what the contact says.
    pub fn note(&mut self, content: &inbound::Content) {
        let text = match content {
            inbound::Content::Location(place) => match &place.name {
                Some(name) => format!("[location] {name}"),
                None => format!("[location] {}, {}", place.latitude, place.longitude),
            },
            _ if content.media().is_some() || content.text().is_empty() => format!("[{}]", content.kind()),
            _ => content.text().to_owned(),
        };
        self.transcript.push(Line { from: Speaker::Contact, text });
    }

    /// Shows what the bot sent.
    pub fn receive(&mut self, messages: Vec<Outbound>) {
        for message in messages {
            self.transcript.push(Line { from: Speaker::Bot, text: plain(&message.content) });
            self.shown.push(message.clone());
            self.unread.push_back(message);
        }
    }

    /// The next message that was not looked at.
    pub fn next(&mut self) -> Option<Outbound> {
        self.looked = true;
        self.unread.pop_front()
    }

    /// Goes on to the contact's next move. A turn that was looked at must have been looked at whole.
    pub fn close_turn(&mut self) -> Result<(), String> {
        let left = std::mem::take(&mut self.unread);
        match left.front() {
            Some(message) if std::mem::take(&mut self.looked) => {
                Err(format!("the bot also said {}", describe(&message.content)))
            }
            _ => {
                self.looked = false;
                Ok(())
            }
        }
    }

    /// A tap on the newest button with this label.
    fn tap(&self, label: &str, flow: &Flow) -> Result<inbound::Content, String> {
        for message in self.shown.iter().rev() {
            match &message.content {
                Content::Buttons(buttons) => {
                    let titles = buttons.buttons.iter().map(|button| button.title.as_str());
                    if let Some(index) = find(titles, label, limit::BUTTON_TITLE) {
                        let button = &buttons.buttons[index];
                        let (id, title) = (button.id.clone(), button.title.clone());
                        return Ok(inbound::Content::ButtonReply { id, title });
                    }
                }
                Content::Template(template) => {
                    for button in &template.buttons {
                        if let TemplateButtonValue::QuickReply(payload) = &button.value
                            && quick_reply(flow, payload) == Some(label)
                        {
                            let (payload, text) = (payload.clone(), label.to_owned());
                            return Ok(inbound::Content::QuickReply { payload, text });
                        }
                    }
                }
                _ => {}
            }
        }
        let known = self
            .shown
            .iter()
            .rev()
            .map(|message| buttons(&message.content))
            .find(|labels| !labels.is_empty());
        Err(format!("there is no button “{label}” to tap; there are {}", list(&known.unwrap_or_default())))
    }

    /// A pick of the newest row with this title.
    fn pick(&self, label: &str) -> Result<inbound::Content, String> {
        for message in self.shown.iter().rev() {
            let Content::List(list) = &message.content else { continue };
            if let Some(row) = row(list, label)? {
                return Ok(inbound::Content::ListReply {
                    id: row.id.clone(),
                    title: row.title.clone(),
                    description: row.description.clone(),
                });
            }
        }
        let known =
            self.shown.iter().rev().map(|message| rows(&message.content)).find(|rows| !rows.is_empty());
        Err(format!("there is no row “{label}” to pick; there are {}", list(&known.unwrap_or_default())))
    }

    /// How a test names the row with this id.
    pub fn row_name(&self, id: &str) -> Option<String> {
        let lists = self.shown.iter().rev().filter_map(|message| match &message.content {
            Content::List(list) => Some(list),
            _ => None,
        });
        let is_it = |row: &&Row| row.id == id;
        lists.into_iter().find_map(|list| {
            let section = list.sections.iter().find(|section| section.rows.iter().any(|row| row.id == id))?;
            let found = section.rows.iter().find(is_it)?;
            let alike = list.sections.iter().flat_map(|section| &section.rows);
            let is_only = alike.filter(|row| row.title == found.title).count() == 1;
            Some(if is_only { found.title.clone() } else { qualified(section, found) })
        })
    }

    pub fn into_transcript(self) -> Vec<Line> {
        self.transcript
    }
}

fn location(place: &Place) -> inbound::Content {
    inbound::Content::Location(inbound::Location {
        latitude: place.latitude,
        longitude: place.longitude,
        name: place.name.clone(),
        address: place.address.clone(),
        url: None,
    })
}

/// The position of a label, as it was written or as it was shortened.
fn find<'t>(mut titles: impl Iterator<Item = &'t str> + Clone, label: &str, longest: usize) -> Option<usize> {
    let short = fit::shorten(label, longest);
    titles.clone().position(|title| title == label).or_else(|| titles.position(|title| title == short))
}

/// The row that a label means. Where several sections have the title, the section is named too: `Monday: 10:00`.
fn row<'l>(list: &'l List, label: &str) -> Result<Option<&'l Row>, String> {
    let all = || list.sections.iter().flat_map(|section| section.rows.iter().map(move |row| (section, row)));
    let short = fit::shorten(label, limit::ROW_TITLE);
    let named: Vec<&Row> =
        all().map(|(_, row)| row).filter(|row| row.title == label || row.title == short).collect();
    match named.as_slice() {
        [] => Ok(all().find(|(section, row)| qualified(section, row) == label).map(|(_, row)| row)),
        [row] => Ok(Some(row)),
        several => {
            let wanted = |(section, row): (&Section, &Row)| {
                several.iter().any(|one| one.id == row.id).then(|| qualified(section, row))
            };
            let names: Vec<String> = all().filter_map(wanted).collect();
            Err(format!("there are several rows “{label}”; name the section too: {}", self::list(&names)))
        }
    }
}

fn qualified(section: &Section, row: &Row) -> String {
    format!("{}: {}", section.title.as_deref().unwrap_or_default(), row.title)
}

/// The label of a template's quick reply.
fn quick_reply<'f>(flow: &'f Flow, payload: &str) -> Option<&'f str> {
    let (place, option) = payload.rsplit_once(':')?;
    let node = place.rsplit([':', '.']).next()?;
    let Component::Template(template) = &flow.definition().node(node)?.component else { return None };
    let option = template.options.iter().find(|known| known.id == option)?;
    Some(option.label.source())
}

/// The labels of a message's buttons.
pub(super) fn buttons(content: &Content) -> Vec<String> {
    match content {
        Content::Buttons(buttons) => buttons.buttons.iter().map(|button| button.title.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The titles of a message's rows.
pub(super) fn rows(content: &Content) -> Vec<String> {
    match content {
        Content::List(list) => {
            list.sections.iter().flat_map(|section| &section.rows).map(|row| row.title.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// A message in words.
pub(super) fn describe(content: &Content) -> String {
    match content {
        Content::Text { body, .. } => format!("“{body}”"),
        _ if content.text().is_empty() => format!("({})", content.kind()),
        _ => format!("“{}” ({})", content.text(), content.kind()),
    }
}

fn plain(content: &Content) -> String {
    let options = if let Content::List(_) = content { rows(content) } else { buttons(content) };
    let options = if options.is_empty() { String::new() } else { format!(" {}", list(&options)) };
    match content {
        Content::Text { body, .. } => body.clone(),
        Content::Buttons(_) | Content::List(_) => format!("{}{options}", content.text()),
        _ => format!("[{}] {}", content.kind(), content.text()).trim_end().to_owned(),
    }
}

/// Labels in words.
pub(super) fn list(labels: &[String]) -> String {
    if labels.is_empty() { "none".to_owned() } else { format!("[{}]", labels.join("] [")) }
}

//! What a turn writes down: messages, calls, timers, events, files.

use chasqui_flow::Effect;
use chasqui_model::conversation::{Conversation, Status};
use chasqui_model::event::{Event as Happening, Severity};
use chasqui_model::media::{self, Media};
use chasqui_model::message::outbound::Content;
use chasqui_model::message::{Author, Inbound, MessageStatus, Outbound, marks};
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Timestamp};
use chasqui_store::turn::{NewCall, NewMessage, NewTimer, PendingCall};

use super::super::{Open, change};
use super::Draft;
use crate::address::Address;
use crate::deliver::Outgoing;
use crate::work::Work;
use crate::{notice, template};

impl Draft<'_> {
    pub(super) fn effect(&mut self, effect: Effect, turn: i64) {
        let Some(conversation) = self.open.as_ref().map(|open| open.conversation.id) else { return };
        match effect {
            Effect::Send { message, node, stands_in } => {
                let instead = stands_in.then(|| self.reopening()).flatten();
                self.add_outbound(instead.unwrap_or(message), Some(node), Author::Bot, Some(turn));
            }
            Effect::Call { call, node, request } => self.add_call(conversation, call, node, &request, turn),
            Effect::Sleep { sleep, duration, .. } => {
                self.add_timer(self.now.after(duration), &Work::Wake { conversation, sleep });
            }
            Effect::HandOff { node, .. } => {
                self.handed_off = true;
                self.add_event(Severity::Notice, Notice::HandedOff, Some(node));
            }
            Effect::Notice { node, severity, code, message, email_admin: true } => {
                let (bot, at) = (self.names.running.clone(), node.clone().unwrap_or_default());
                self.add_event(
                    severity,
                    Notice::NodeFailed { bot, node: at, code: code.to_owned(), words: message },
                    node,
                );
            }
            Effect::Notice { node, severity, code, message, email_admin: false } => {
                self.add_event(severity, Notice::FlowFailed { code: code.to_owned(), words: message }, node);
            }
        }
    }

    /// The number's reopening template for this contact; `None` when it cannot be told here what it makes, which the
    /// sender then finds out.
    fn reopening(&self) -> Option<Outbound> {
        let reopening = self.number.integration.settings.template.as_ref()?;
        // What its header is stands in the template, which is not at hand here.
        if reopening.header.as_ref().is_some_and(|header| header.kind.is_none()) {
            return None;
        }
        let given = template::reopening(reopening, &Address::of(&self.contact));
        given.unchecked().ok().map(|message| Content::Template(message).into())
    }

    pub(super) fn add_event(&mut self, severity: Severity, notice: Notice, node: Option<String>) {
        let integration = &self.number.integration;
        let event = Happening {
            conversation: self.open.as_ref().map(|open| open.conversation.id),
            node,
            severity,
            ..notice::event(self.sight.clock, integration, notice)
        };
        self.turn.events.push(event);
    }

    pub(super) fn add_timer(&mut self, due: Timestamp, work: &Work) {
        let id: Id<()> = self.sight.clock.id();
        let payload = self.json(work);
        self.turn.timers.push(NewTimer { due, id: id.bytes(), payload });
    }

    pub(super) fn add_call(
        &mut self,
        conversation: Id<Conversation>,
        call: u64,
        node: String,
        request: &chasqui_flow::Request,
        turn: i64,
    ) {
        let no = i64::try_from(call).unwrap_or(i64::MAX);
        let summary = request.summary();
        let request = self.json(request);
        self.calls.push(PendingCall {
            part: self.number.part,
            integration: self.number.integration.id,
            contact: self.contact.id,
            conversation,
            no,
            request: request.clone(),
            at: self.now,
        });
        self.turn.calls.push(NewCall { conversation, no, turn, node, request, summary, at: self.now });
    }

    /// Files are made known with the message and fetched at once: Meta offers them for five minutes.
    pub(super) fn add_media(&mut self, inbound: &Inbound) {
        let Some(file) = inbound.content.media().filter(|file| file.error.is_none()) else { return };
        self.turn.media.push(Media {
            id: self.sight.clock.id(),
            account: self.number.integration.account,
            integration: Some(self.number.integration.id),
            contact: Some(self.contact.id),
            state: media::State::Pending,
            mime_type: media::kept_type(&file.mime_type),
            size: None,
            sha256: file.sha256.clone(),
            filename: file.filename.clone(),
            meta_id: Some(file.id.clone()),
            expires_at: None,
            created_at: self.now,
        });
    }

    pub(super) fn add_inbound(&mut self, inbound: &Inbound, at: Timestamp, turn: Option<i64>) {
        self.add_line(Author::Contact, inbound, at, turn);
    }

    /// Adds what somebody wrote to the transcript of the open conversation.
    pub(super) fn add_line(&mut self, author: Author, inbound: &Inbound, at: Timestamp, turn: Option<i64>) {
        let Some(mut open) = self.open.take() else { return };
        let row = self.row(&mut open, author, inbound, at, turn);
        self.turn.messages.push(row);
        self.open = Some(open);
    }

    /// The row of what somebody wrote, the next of its conversation.
    pub(super) fn row(
        &self,
        open: &mut Open,
        author: Author,
        inbound: &Inbound,
        at: Timestamp,
        turn: Option<i64>,
    ) -> NewMessage {
        let conversation = &mut open.conversation;
        conversation.messages += 1;
        // A change of something said long ago makes its conversation no newer.
        if conversation.status != Status::Ended {
            conversation.last_message_at = self.now;
        }
        let changed = change::original(inbound).map(str::to_owned);
        NewMessage {
            id: self.sight.clock.id(),
            conversation: conversation.id,
            no: conversation.messages,
            author,
            kind: inbound.content.kind(),
            content: self.written(inbound),
            reply_to: changed.or_else(|| inbound.reply_to.clone()),
            status: if author == Author::Contact { MessageStatus::Received } else { MessageStatus::Sent },
            wamid: Some(inbound.wamid.clone()),
            turn,
            node: None,
            at,
        }
    }

    /// The content as it is kept, with a mark on what passed by us while another app had the thread.
    fn written(&self, inbound: &Inbound) -> String {
        let mut content = marks::kept(inbound);
        if self.elsewhere && content.ends_with('}') {
            content.truncate(content.len() - 1);
            content.push_str(r#","standby":true}"#);
        }
        content
    }

    pub(super) fn add_outbound(
        &mut self,
        message: Outbound,
        node: Option<String>,
        author: Author,
        turn: Option<i64>,
    ) {
        let content = self.json(&message.content);
        let Some(open) = self.open.as_mut() else { return };
        open.conversation.messages += 1;
        open.conversation.last_message_at = self.now;
        let id = self.next_id.take().unwrap_or_else(|| self.sight.clock.id());
        let conversation = open.conversation.id;
        let at_once = self.sends.is_empty() && self.sight.at_once;
        self.turn.messages.push(NewMessage {
            id,
            conversation,
            no: open.conversation.messages,
            author,
            kind: message.content.kind(),
            content,
            reply_to: message.reply_to.clone(),
            status: if at_once { MessageStatus::Sending } else { MessageStatus::Queued },
            wamid: None,
            turn,
            node: node.clone(),
            at: self.now,
        });
        self.sends.push(Outgoing {
            part: self.number.part,
            id,
            integration: self.number.integration.id,
            conversation,
            contact: self.contact.id,
            node,
            message,
            address: Address::of(&self.contact),
            attempts: 0,
            once: false,
            marked: at_once,
            due_at: None,
            queued_at: self.now,
        });
    }
}

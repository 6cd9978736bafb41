//! What people and programs set going: commands in a conversation, and messages to somebody who has not written.

use std::sync::Arc;

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::message::outbound::Content;
use chasqui_model::message::{AliasKind, Message, Outbound, Sender};
use chasqui_model::reason::Reason;
use chasqui_model::template::Given;
use chasqui_model::{Clock, Id, Part, clock, user_id, window};
use chasqui_store::inbox::{Arrival, Closes, Deed, Journal};
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::conversation::{Filter, Standing};
use chasqui_store::noun::template::Template;
use chasqui_store::noun::transcript::Quoted;
use chasqui_store::{Error, Store};
use chasqui_words::text;
use serde_json::{Map, Value};

use crate::registry::Number;
use crate::template::Unfit;
use crate::work::{Command, Work};
use crate::{Inner, deliver, people, template};

/// Somebody to write to.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The id that the message gets.
    pub id: Id<Message>,
    /// From which number.
    pub integration: Id<Integration>,
    /// To whom.
    pub to: To,
    /// Words to send.
    pub message: Option<Outbound>,
    /// The message of theirs, or to them, that the words quote.
    pub quoted: Option<Quoted>,
    /// A template to send.
    pub template: Option<Given>,
    /// The bot to start; it takes the place of an open conversation.
    pub bot: Option<Id<Bot>>,
    /// Variables that the bot starts with.
    pub variables: Map<String, Value>,
}

/// Who is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// E.164.
    Phone(String),
    /// A business-scoped user id, the user's own or the parent.
    User(String),
    /// Somebody who is known, however they are reached.
    Contact(Id<Contact>),
}

/// Why nobody is written to.
#[derive(Debug)]
pub enum NotAsked {
    /// There is no such number here.
    Gone,
    /// It is switched off.
    Inactive,
    /// The store is away.
    Store(Error),
    /// Only templates may go to this person now.
    WindowClosed,
    /// The template is not known, not approved, or not filled in properly.
    Template(Vec<Unfit>),
    /// They want no marketing.
    OptedOut,
    /// There is no such contact of this number.
    NoContact,
    /// Neither number nor user id of them is known.
    Unreachable,
    /// There is no such message with them, or it cannot be quoted.
    NoQuoted,
}

impl From<Error> for NotAsked {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// Writes a command into the conversation's mailbox.
async fn command(rt: &Inner, it: &Conversation, command: Command) -> Result<(), Error> {
    rt.store.hot().journal(vec![entry(rt, it, command)]).await.map(|_| ())
}

/// A command for the conversation's mailbox.
pub(crate) fn entry(rt: &Inner, it: &Conversation, command: Command) -> Journal {
    let work = Work::Command { conversation: it.id, command };
    Journal {
        part: Part::of(it.integration),
        integration: it.integration,
        contact: it.contact,
        kind: work.kind(),
        payload: work.payload(),
        at: rt.clock.now(),
        closes: Closes::Nothing,
    }
}

/// Ends the open conversations of a number, each in its own turn.
pub(crate) async fn end_all(
    rt: &Arc<Inner>,
    account: Id<Account>,
    integration: Id<Integration>,
) -> Result<usize, Error> {
    let words = text::begins_anew(rt.store.account_settings(account).await?.language);
    let mut count = 0;
    for standing in [Standing::Open, Standing::WithPeople] {
        let mut filter = Filter { integration: Some(integration), standing, ..Filter::default() };
        loop {
            let page = rt.store.list_conversations(account, &filter, 200).await?;
            let Some(last) = page.last() else { break };
            filter.after = Some((last.listed_at, last.conversation.id));
            for found in page {
                let open = window::is_open(found.contact.last_inbound_at, rt.clock.now());
                if open {
                    let body = words.to_owned();
                    let message = Box::new(Content::Text { body, preview_url: false }.into());
                    command(rt, &found.conversation, Command::Write { message }).await?;
                }
                command(rt, &found.conversation, Command::Close).await?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// The message that a template and its values make, when the template is known, approved, filled in properly, and wanted
/// by who would get it.
pub(crate) async fn fill_template(
    rt: &Arc<Inner>,
    it: &Integration,
    contact: Option<Id<Contact>>,
    given: &Given,
) -> Result<Outbound, NotAsked> {
    let known = known_template(rt, it, &given.name, &given.language).await?;
    let message = template::fill(&known, given).map_err(NotAsked::Template)?;
    if let Some(contact) = contact
        && deliver::is_unwanted(&rt.store, it, contact, Some(&known)).await?
    {
        return Err(NotAsked::OptedOut);
    }
    Ok(Content::Template(message).into())
}

/// Checks what can be known before, and puts it into the contact's mailbox, with who asks.
pub(crate) async fn ask(rt: &Arc<Inner>, asked: Asked, by: &Entry) -> Result<(), NotAsked> {
    let number = rt.registry.get(asked.integration).ok_or(NotAsked::Gone)?;
    let it = &number.integration;
    if !it.active {
        return Err(NotAsked::Inactive);
    }
    let contact = known_contact(&rt.store, &rt.clock, it, &asked.to).await?;
    let now = rt.clock.now();
    let open = window::is_open(contact.as_ref().and_then(|it| it.last_inbound_at), now);
    let mut message = match (asked.template, asked.message) {
        (Some(given), _) => Some(fill_template(rt, it, contact.as_ref().map(|it| it.id), &given).await?),
        (None, Some(_)) if !open => return Err(NotAsked::WindowClosed),
        (None, message) => message,
    };
    let Asked { id, to, quoted, bot, variables, .. } = asked;
    if let (Some(message), Some(quoted)) = (&mut message, quoted) {
        let contact = contact.as_ref().ok_or(NotAsked::NoQuoted)?;
        let wamid = rt.store.quotable(contact, &quoted).await?.ok_or(NotAsked::NoQuoted)?;
        message.reply_to = Some(wamid);
    }
    let work = Work::Proactive { id, message: message.map(Box::new), bot, variables };
    let sender = match (to, contact) {
        // The mailbox of somebody who is known, without a look at their names.
        (To::Contact(_) | To::User(_), Some(contact)) => {
            let entry = Journal {
                part: number.part,
                integration: it.id,
                contact: contact.id,
                kind: work.kind(),
                payload: work.payload(),
                at: now,
                closes: Closes::Nothing,
            };
            rt.store.hot().act(Deed::Entry(entry), by).await?;
            return Ok(());
        }
        (To::Contact(_), None) => return Err(NotAsked::NoContact),
        (To::Phone(number), _) => {
            Sender { wa_id: Some(number.trim_start_matches('+').to_owned()), ..Sender::default() }
        }
        (To::User(user_id), None) => Sender { user_id: Some(user_id), ..Sender::default() },
    };
    rt.store.hot().act(Deed::Arrival(Box::new(arrival(&rt.clock, &number, sender, &work))), by).await?;
    Ok(())
}

/// Work for whoever goes by a name, whom we may meet by it.
fn arrival(clock: &Clock, number: &Number, sender: Sender, work: &Work) -> Arrival {
    let now = clock.now();
    Arrival {
        part: number.part,
        account: number.integration.account,
        integration: number.integration.id,
        key: clock::random_bytes(),
        former: None,
        sender,
        also: vec![],
        fresh_contact: clock.id(),
        kind: work.kind(),
        payload: work.payload(),
        wrote_at: None,
        at: now,
        said_at: now,
        ours: true,
        renamed: Some(people::renamed),
    }
}

/// The contact that is meant, when it is known already. A parent id leads to somebody only when they are known.
async fn known_contact(
    store: &Store,
    clock: &Clock,
    it: &Integration,
    to: &To,
) -> Result<Option<Contact>, NotAsked> {
    match to {
        To::Phone(number) => {
            let wa_id = Some(number.trim_start_matches('+').to_owned());
            let sender = Sender { wa_id, ..Sender::default() };
            match store.whose(it.id, &sender, clock.now()).await? {
                Some(contact) => Ok(store.contact(it.account, contact).await?),
                None => Ok(None),
            }
        }
        To::User(user_id) => {
            let kind = user_id::kind_of(user_id).ok_or(NotAsked::Unreachable)?;
            let found = store.contact_by_alias(it.id, kind, user_id).await?;
            if kind == AliasKind::ParentUserId && found.is_none() {
                return Err(NotAsked::Unreachable);
            }
            Ok(found)
        }
        To::Contact(id) => {
            let found = store.contact(it.account, *id).await?;
            let found = found.filter(|found| found.integration == it.id).ok_or(NotAsked::NoContact)?;
            if found.wa_id.is_none() && found.user_id.is_none() {
                return Err(NotAsked::Unreachable);
            }
            Ok(Some(found))
        }
    }
}

async fn known_template(
    rt: &Arc<Inner>,
    it: &Integration,
    name: &str,
    language: &str,
) -> Result<Template, NotAsked> {
    if let Some(known) = rt.store.template(it.id, name, language).await? {
        return Ok(known);
    }
    // It may be newer than the last look.
    let unknown = |why: Reason| NotAsked::Template(vec![Unfit::whole("unknown", why)]);
    template::sync(rt, it.id).await.map_err(unknown)?;
    rt.store.template(it.id, name, language).await?.ok_or_else(|| {
        let (name, language) = (name.to_owned(), language.to_owned());
        unknown(Reason::TemplateUnknown { name, language })
    })
}

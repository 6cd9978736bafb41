//! Erases conversations that ended longer ago than their account keeps them, with their files, and people of whom nothing
//! else is left. Bytes go before the rows that name them: after a crash at any point the next round finds the row and goes
//! on. In small steps, each its own transaction, so that nobody waits for long.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::retention::{LastRun, Over};
use serde_json::json;

use super::erase;
use crate::Inner;
use crate::change::ChangeKind;

/// How often.
const EVERY: Duration = Duration::from_hours(1);
/// What was under way at the last end comes first.
const FIRST: Duration = Duration::from_mins(1);
/// Conversations that are read in one go.
const AT_ONCE: u32 = 100;
/// People whose conversations are erased at the same time: their small transactions share a commit. With one at a time a
/// number with 300 messages a second would fill the disk faster than it is cleared.
const TOGETHER: usize = 16;
/// Lets others work in between.
const PAUSE: Duration = Duration::from_millis(5);
const DAY: Duration = Duration::from_hours(24);

/// Waits and works, until it is aborted. Apart from other jobs: a first round over years of conversations takes long.
pub(crate) async fn run(rt: Arc<Inner>) {
    tokio::time::sleep(rt.clock.wait(FIRST)).await;
    loop {
        tick(&rt, rt.clock.now()).await;
        tokio::time::sleep(rt.clock.wait(EVERY)).await;
    }
}

/// What was erased.
#[derive(Default)]
struct Done {
    conversations: u64,
    contacts: u64,
    files: u64,
}

impl AddAssign for Done {
    fn add_assign(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.contacts += other.contacts;
        self.files += other.files;
    }
}

/// One round over all accounts. Each process erases what belongs to its own parts.
pub(crate) async fn tick(rt: &Inner, now: Timestamp) {
    let accounts = match rt.store.retentions().await {
        Ok(accounts) => accounts,
        Err(error) => return tracing::warn!(%error, "what is to be erased could not be looked for"),
    };
    for (account, days) in accounts {
        let outcome = match days {
            Ok(days) => of_account(rt, account, now.before(DAY * days)).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::error!(%account, %error, "old conversations could not be erased");
        }
    }
}

async fn of_account(rt: &Inner, account: Id<Account>, before: Timestamp) -> Result<(), Error> {
    let mut done = Done::default();
    let mut after = None;
    loop {
        let page = rt.store.over_before(account, before, after, AT_ONCE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.listed_at, last.id));
        // A file that two conversations of a person name goes with the second: theirs are erased one after the other.
        let mut people: HashMap<Id<Contact>, Vec<&Over>> = HashMap::new();
        for it in page.iter().filter(|it| rt.ownership.owns(it.part)) {
            people.entry(it.contact).or_default().push(it);
        }
        let people: Vec<Vec<&Over>> = people.into_values().collect();
        for some in people.chunks(TOGETHER) {
            let each = some.iter().map(|theirs| of_person(rt, theirs, before));
            for one in futures::future::join_all(each).await {
                done += one?;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    let Done { conversations, contacts, files } = done;
    let done = LastRun { at: rt.clock.now(), conversations, contacts, files };
    if done.conversations == 0 {
        return rt.store.set_last_retention(account, &done).await;
    }
    tracing::info!(%account, conversations = done.conversations, "old conversations were erased");
    rt.store.audited(&entry(&rt.clock, account, &done)).set_last_retention(account, &done).await
}

/// Erases what one person's conversations left.
async fn of_person(rt: &Inner, theirs: &[&Over], before: Timestamp) -> Result<Done, Error> {
    let mut done = Done::default();
    for it in theirs {
        erase(rt, it, before, &mut done).await?;
    }
    Ok(done)
}

async fn erase(rt: &Inner, it: &Over, before: Timestamp, done: &mut Done) -> Result<(), Error> {
    let mut files = rt.store.files_of_conversation(it).await?;
    let named = files.len();
    let mut gone = Vec::with_capacity(named);
    for file in files.drain(..) {
        match rt.files.remove(file).await {
            Ok(()) => gone.push(file),
            // Its row stays, and with it the conversation: the next round tries again.
            Err(error) => tracing::error!(media = %file, %error, "an old file could not be removed"),
        }
    }
    if gone.len() < named || !rt.store.erase_conversation(it, &gone, before).await? {
        return Ok(());
    }
    done.conversations += 1;
    done.files += u64::try_from(gone.len()).unwrap_or_default();
    metrics::counter!("chasqui_conversations_erased_total").increment(1);
    rt.changes.tell(it.account, ChangeKind::Conversation, Some(it.integration), &it.id);
    if rt.store.is_left_alone(it, before).await? {
        forget(rt, it, before, done).await?;
    }
    Ok(())
}

/// Somebody of whom nothing is left.
async fn forget(rt: &Inner, it: &Over, before: Timestamp, done: &mut Done) -> Result<(), Error> {
    for file in rt.store.media_of_contact(it.account, it.contact).await? {
        if let Err(error) = rt.files.remove(file).await {
            tracing::error!(media = %file, %error, "an old file could not be removed");
            return Ok(());
        }
        done.files += 1;
    }
    if rt.store.erase_left_alone(it, before, (rt.clock.id(), rt.clock.now())).await? {
        done.contacts += 1;
        erase::forget(rt, it.contact);
    }
    Ok(())
}

fn entry(clock: &Clock, account: Id<Account>, done: &LastRun) -> Entry {
    let LastRun { conversations, contacts, files, .. } = done;
    Entry {
        id: clock.id(),
        account,
        user: None,
        action: "conversation.erase_old".to_owned(),
        subject: account.to_string(),
        detail: json!({ "conversations": conversations, "contacts": contacts, "files": files }).to_string(),
        at: done.at,
    }
}

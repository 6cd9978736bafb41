//! A bot's draft: saving it under a revision, checking it, publishing it, bringing a version back.

mod findings;

use chasqui_flow::Problem as Finding;
use chasqui_flow::definition::MAX_BYTES;
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::quota::Kind;
use chasqui_store::noun::bot::Draft;
use chasqui_store::{Error, Store};
use serde_json::{Map, Value, json};

use super::{Actor, Desk, Fault, Refused, flow_test};

pub(crate) use findings::{numbers_of, of as findings};

/// A bot file.
pub(crate) type File = Map<String, Value>;

/// The text that is kept of a bot file.
pub(crate) fn text(definition: &File) -> Result<String, Refused> {
    let text = serde_json::to_string(definition).map_err(|_| Refused::Broken)?;
    if text.len() > MAX_BYTES {
        return Err(Refused::field("/definition", Fault::BotFileLarge));
    }
    Ok(text)
}

/// The bot file of a draft.
pub(crate) fn parse(draft: &Draft) -> Result<File, Refused> {
    serde_json::from_str(&draft.definition).map_err(|_| Refused::Broken)
}

/// A bot's draft.
pub(crate) async fn stored(desk: &Desk, account: Id<Account>, id: Id<Bot>) -> Result<File, Refused> {
    let draft = desk.store.draft(account, id).await?.ok_or(Refused::NotFound)?;
    desk.by_size(account, draft.definition.len(), move || parse(&draft)).await
}

/// The bot file given, else the draft.
pub(crate) async fn given_or_stored(
    desk: &Desk,
    account: Id<Account>,
    id: Id<Bot>,
    given: Option<File>,
) -> Result<File, Refused> {
    match given {
        Some(given) => Ok(given),
        None => stored(desk, account, id).await,
    }
}

/// Saves the draft that was made from `revision`, and answers the next one.
pub(crate) async fn save(
    desk: &Desk,
    account: Id<Account>,
    id: Id<Bot>,
    revision: i64,
    definition: File,
) -> Result<i64, Refused> {
    let definition = desk.heavy(account, move || text(&definition)).await??;
    let store = roomy(desk, &desk.store, account, id, &definition).await?;
    match store.save_draft(account, id, revision, definition, desk.clock.now()).await {
        Ok(revision) => {
            desk.runtime.draft_saved(account, id);
            Ok(revision)
        }
        Err(Error::Stale) => Err(moved(desk, account, id).await?),
        Err(error) => Err(error.into()),
    }
}

/// The store for a draft to be saved in. What makes a bot smaller is never refused.
async fn roomy(
    desk: &Desk,
    store: &Store,
    account: Id<Account>,
    id: Id<Bot>,
    definition: &str,
) -> Result<Store, Refused> {
    let before = desk.store.draft_bytes(account, id).await?;
    if i64::try_from(definition.len()).is_ok_and(|bytes| bytes <= before) {
        return Ok(store.clone());
    }
    Ok(desk.within(store, account, &[Kind::BotBytes]).await?)
}

/// The refusal that says which revision is the current one.
async fn moved(desk: &Desk, account: Id<Account>, id: Id<Bot>) -> Result<Refused, Refused> {
    let bot = desk.store.bot(account, id).await?.ok_or(Refused::NotFound)?;
    Ok(Refused::DraftMoved { revision: bot.revision })
}

/// Makes the draft the bot's next version, and answers its number. With a `revision`, only that one.
pub(crate) async fn publish(
    desk: &Desk,
    by: Actor,
    id: Id<Bot>,
    revision: Option<i64>,
) -> Result<i64, Refused> {
    let account = by.account;
    let bot = desk.store.bot(account, id).await?.ok_or(Refused::NotFound)?;
    let draft = desk.store.draft(account, id).await?.ok_or(Refused::NotFound)?;
    if draft.revision != bot.revision || revision.is_some_and(|revision| revision != bot.revision) {
        return Err(moved(desk, account, id).await?);
    }
    let size = draft.definition.len();
    let parsed = move || parse(&draft).map(|definition| (definition.clone(), definition));
    let (definition, checked) = desk.by_size(account, size, parsed).await?;
    let problems = findings(desk, account, id, checked).await?;
    if problems.iter().any(Finding::is_error) {
        return Err(Refused::UnfinishedBot(problems));
    }
    pass_tests(desk, account, definition).await?;
    let limits = desk.limits(account).await?;
    let next = bot.version.unwrap_or(0) + 1;
    let store = desk.audited(by, "bot.publish", id, json!({ "version": next }));
    let store = desk.within(&store, account, &[Kind::BotBytes]).await?;
    let version = store.publish_bot(&bot, limits.of(Kind::Versions), desk.clock.now()).await?;
    desk.runtime.bot_published(account, id);
    Ok(version)
}

/// Refuses a bot that wants its flow tests to pass, while one does not.
async fn pass_tests(desk: &Desk, account: Id<Account>, definition: File) -> Result<(), Refused> {
    let definition = desk.heavy(account, move || flow_test::readable(definition)).await??;
    if !definition.settings.tests_must_pass {
        return Ok(());
    }
    let tests = flow_test::run(desk, account, definition, None).await?;
    if tests.iter().all(|test| test.passed) { Ok(()) } else { Err(Refused::TestsFailed(tests)) }
}

/// Makes a version the draft again, and answers the draft's revision. What is published stays.
pub(crate) async fn restore(desk: &Desk, by: Actor, id: Id<Bot>, number: i64) -> Result<i64, Refused> {
    let account = by.account;
    let bot = desk.store.bot(account, id).await?.ok_or(Refused::NotFound)?;
    let found = desk.store.version_of_bot(account, id, number).await?.ok_or(Refused::NotFound)?;
    let store = desk.audited(by, "bot.restore", id, json!({ "version": number }));
    let store = roomy(desk, &store, account, id, &found.definition).await?;
    let now = desk.clock.now();
    let revision = store.save_draft(account, id, bot.revision, found.definition, now).await?;
    desk.runtime.draft_saved(account, id);
    Ok(revision)
}

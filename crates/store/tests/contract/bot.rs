//! Bots, drafts and versions.

use chasqui_store::Error;

use crate::engine::{Bench, contract};

contract!(
    a_save_from_an_older_draft_is_refused,
    a_published_version_never_changes,
    publishing_twice_at_once_makes_one_version,
    another_accounts_bot_is_not_found,
    a_bot_in_use_cannot_be_deleted,
    bots_are_listed_page_by_page,
);

async fn a_save_from_an_older_draft_is_refused(bench: Bench) {
    let account = bench.clock.id();
    let bot = bench.bot(account).await;
    let now = bench.clock.now();
    assert_eq!(bench.store.save_draft(account, bot.id, 1, r#"{"a":1}"#.into(), now).await.unwrap(), 2);
    let late = bench.store.save_draft(account, bot.id, 1, r#"{"a":2}"#.into(), now).await;
    assert!(matches!(late, Err(Error::Stale)));
    let draft = bench.store.draft(account, bot.id).await.unwrap().unwrap();
    assert_eq!((draft.revision, draft.definition.as_str()), (2, r#"{"a":1}"#));
}

async fn a_published_version_never_changes(bench: Bench) {
    let account = bench.clock.id();
    let bot = bench.bot(account).await;
    let now = bench.clock.now();
    assert_eq!(bench.store.published_version(bot.id).await.unwrap(), None);
    assert_eq!(bench.store.publish_bot(&bot, 1000, now).await.unwrap(), 1);
    bench.store.save_draft(account, bot.id, 1, r#"{"a":1}"#.into(), now).await.unwrap();
    let bot = bench.store.bot(account, bot.id).await.unwrap().unwrap();
    assert_eq!((bot.revision, bot.version, bot.published_revision), (2, Some(1), Some(1)));
    assert_eq!(bench.store.publish_bot(&bot, 1000, now).await.unwrap(), 2);
    let version = |number| bench.store.bot_version(bot.id, number);
    assert_eq!(version(1).await.unwrap().unwrap().definition, r#"{"format":1}"#);
    assert_eq!(version(2).await.unwrap().unwrap().definition, r#"{"a":1}"#);
    assert_eq!(version(3).await.unwrap(), None);
    assert_eq!(bench.store.published_version(bot.id).await.unwrap(), Some(2));
    assert_eq!(bench.store.bot_name(bot.id).await.unwrap().as_deref(), Some("Menu"));
    let versions = bench.store.list_bot_versions(account, bot.id, None, 10).await.unwrap();
    assert_eq!(versions.iter().map(|it| it.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(bench.store.list_bot_versions(account, bot.id, Some(2), 10).await.unwrap().len(), 1);
}

async fn publishing_twice_at_once_makes_one_version(bench: Bench) {
    let bot = bench.bot(bench.clock.id()).await;
    let now = bench.clock.now();
    let (one, other) =
        tokio::join!(bench.store.publish_bot(&bot, 1000, now), bench.store.publish_bot(&bot, 1000, now));
    assert!(one.is_ok() != other.is_ok());
    assert_eq!(bench.store.published_version(bot.id).await.unwrap(), Some(1));
}

async fn another_accounts_bot_is_not_found(bench: Bench) {
    let bot = bench.bot(bench.clock.id()).await;
    let now = bench.clock.now();
    bench.store.publish_bot(&bot, 1000, now).await.unwrap();
    let stranger = bench.clock.id();
    assert_eq!(bench.store.bot(stranger, bot.id).await.unwrap(), None);
    assert_eq!(bench.store.draft(stranger, bot.id).await.unwrap(), None);
    assert_eq!(bench.store.version_of_bot(stranger, bot.id, 1).await.unwrap(), None);
    assert!(bench.store.list_bot_versions(stranger, bot.id, None, 10).await.unwrap().is_empty());
    assert!(!bench.store.rename_bot(stranger, bot.id, "Mine".into(), now).await.unwrap());
    assert!(matches!(bench.store.delete_bot(stranger, bot.id).await, Err(Error::Stale)));
    let saved = bench.store.save_draft(stranger, bot.id, 1, "{}".into(), now).await;
    assert!(matches!(saved, Err(Error::Stale)));
    assert_eq!(bench.store.bot_name(bot.id).await.unwrap().as_deref(), Some("Menu"));
    assert!(bench.store.bot_version(bot.id, 1).await.unwrap().is_some());
}

async fn a_bot_in_use_cannot_be_deleted(bench: Bench) {
    let number = bench.number().await;
    assert!(matches!(bench.store.delete_bot(number.account, number.bot).await, Err(Error::Stale)));
    bench.store.delete_integration(number.account, number.id).await.unwrap();
    bench.store.delete_bot(number.account, number.bot).await.unwrap();
    assert_eq!(bench.store.bot(number.account, number.bot).await.unwrap(), None);
}

async fn bots_are_listed_page_by_page(bench: Bench) {
    let account = bench.clock.id();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(bench.bot(account).await.id);
    }
    bench.bot(bench.clock.id()).await;
    let first = bench.store.list_bots(account, None, 3).await.unwrap();
    let rest = bench.store.list_bots(account, first.last().map(|bot| bot.id), 3).await.unwrap();
    let listed: Vec<_> = first.iter().chain(&rest).map(|bot| bot.id).collect();
    assert_eq!(listed, made);
}

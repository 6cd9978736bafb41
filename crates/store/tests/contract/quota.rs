//! What an account keeps, and its limits.

use std::time::Duration;

use chasqui_model::account::{Account, ApiToken, Role};
use chasqui_model::event::Severity;
use chasqui_model::media::{Media, State};
use chasqui_model::quota::{Counted, Kind, Limits};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Part};
use chasqui_store::Error;
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::idempotency::{Attempt, Begun};
use chasqui_store::noun::quota::Room;

use crate::engine::{Bench, contract};
use crate::thing::{Number, only};

contract!(
    an_account_keeps_no_more_than_its_limit,
    many_at_once_keep_within_the_limit,
    what_is_refused_is_not_written_down,
    bytes_are_added_up_and_come_free_again,
    old_versions_make_room_and_those_in_use_stay,
    what_grows_with_messages_is_counted_for_each_account,
    of_two_who_count_one_tells,
    the_oldest_events_go_and_fresh_ones_stay,
    an_answer_that_is_not_kept_is_not_given_again,
);

async fn account(bench: &Bench) -> Id<Account> {
    let account = Account { id: bench.clock.id(), name: "Alpaca".into(), created_at: bench.clock.now() };
    bench.store.found_account(&account, bench.clock.id()).await.unwrap();
    account.id
}

fn token(bench: &Bench, account: Id<Account>) -> (ApiToken, [u8; 32]) {
    let id: Id<ApiToken> = bench.clock.id();
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&id.bytes());
    let it = ApiToken {
        id,
        account,
        user: bench.clock.id(),
        name: "One".into(),
        role: Role::Viewer,
        created_at: bench.clock.now(),
        last_used_at: None,
        scopes: vec![],
        expires_at: None,
    };
    (it, hash)
}

fn file(
    bench: &Bench,
    account: Id<Account>,
    size: i64,
    from: Option<Id<chasqui_model::contact::Contact>>,
) -> Media {
    Media {
        id: bench.clock.id(),
        account,
        integration: None,
        contact: from,
        state: State::Stored,
        mime_type: "image/png".into(),
        size: Some(size),
        sha256: None,
        filename: None,
        meta_id: None,
        expires_at: None,
        created_at: bench.clock.now(),
    }
}

async fn an_account_keeps_no_more_than_its_limit(bench: Bench) {
    let (ours, other) = (account(&bench).await, account(&bench).await);
    let room = [Room { kind: Kind::ApiTokens, limit: 2 }];
    for _ in 0..2 {
        let (it, hash) = token(&bench, ours);
        bench.store.within(ours, &room).insert_api_token(&it, hash).await.unwrap();
    }
    let (it, hash) = token(&bench, ours);
    let full = bench.store.within(ours, &room).insert_api_token(&it, hash).await;
    assert!(matches!(full, Err(Error::Full(Room { kind: Kind::ApiTokens, limit: 2 }))), "{full:?}");
    let (theirs, hash) = token(&bench, other);
    bench.store.within(other, &room).insert_api_token(&theirs, hash).await.unwrap();
    let kept = bench.store.list_api_tokens(ours, None, 10).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(bench.store.in_use(ours).await.unwrap().of(Kind::ApiTokens), 2);
    bench.store.delete_api_token(ours, kept[0].id).await.unwrap();
    let (it, hash) = token(&bench, ours);
    bench.store.within(ours, &room).insert_api_token(&it, hash).await.unwrap();
}

async fn many_at_once_keep_within_the_limit(bench: Bench) {
    let ours = account(&bench).await;
    let store = bench.store.within(ours, &[Room { kind: Kind::ApiTokens, limit: 5 }]);
    let tries = (0..12).map(|_| {
        let ((it, hash), store) = (token(&bench, ours), store.clone());
        async move { store.insert_api_token(&it, hash).await }
    });
    let made = futures::future::join_all(tries).await;
    assert!(made.iter().filter(|it| it.is_ok()).count() <= 5, "{made:?}");
    let kept = bench.store.list_api_tokens(ours, None, 20).await.unwrap();
    assert_eq!(kept.len(), made.iter().filter(|it| it.is_ok()).count());
}

async fn what_is_refused_is_not_written_down(bench: Bench) {
    let ours = account(&bench).await;
    let entry = |action: &str| Entry {
        id: bench.clock.id(),
        account: ours,
        user: None,
        action: action.into(),
        subject: "x".into(),
        detail: "{}".into(),
        at: bench.clock.now(),
    };
    for action in ["kept", "refused"] {
        let (it, hash) = token(&bench, ours);
        let store =
            bench.store.audited(&entry(action)).within(ours, &[Room { kind: Kind::ApiTokens, limit: 1 }]);
        assert_eq!(store.insert_api_token(&it, hash).await.is_ok(), action == "kept");
    }
    let log = bench.store.list_audit(ours, None, None, 10).await.unwrap();
    assert_eq!(log.iter().map(|it| it.entry.action.as_str()).collect::<Vec<_>>(), ["kept"]);
}

async fn bytes_are_added_up_and_come_free_again(bench: Bench) {
    let ours = account(&bench).await;
    let room = [Room { kind: Kind::FileBytes, limit: 10 }, Room { kind: Kind::Files, limit: 3 }];
    let first = file(&bench, ours, 6, None);
    bench.store.within(ours, &room).insert_media(&first).await.unwrap();
    // What a contact sent is not what people uploaded.
    bench.store.insert_media(&file(&bench, ours, 100, Some(bench.clock.id()))).await.unwrap();
    let larger = bench.store.within(ours, &room).insert_media(&file(&bench, ours, 5, None)).await;
    assert!(matches!(larger, Err(Error::Full(Room { kind: Kind::FileBytes, .. }))), "{larger:?}");
    bench.store.within(ours, &room).insert_media(&file(&bench, ours, 4, None)).await.unwrap();
    assert_eq!(bench.store.uploads_in_use(ours).await.unwrap(), (2, 10));
    bench.store.delete_media(ours, first.id).await.unwrap();
    bench.store.within(ours, &room).insert_media(&file(&bench, ours, 5, None)).await.unwrap();

    let bot = bench.bot(ours).await;
    let now = bench.clock.now();
    let used = |bytes: i64| [Room { kind: Kind::BotBytes, limit: bytes }];
    let draft = r#"{"format":1}"#;
    assert_eq!(bench.store.draft_bytes(ours, bot.id).await.unwrap(), i64::try_from(draft.len()).unwrap());
    bench.store.publish_bot(&bot, 9, now).await.unwrap();
    let length = 2 * i64::try_from(draft.len()).unwrap();
    assert_eq!(bench.store.in_use(ours).await.unwrap().of(Kind::BotBytes), length);
    let larger = r#"{"format":1,"a":1}"#;
    let refused =
        bench.store.within(ours, &used(length)).save_draft(ours, bot.id, 1, larger.into(), now).await;
    assert!(matches!(refused, Err(Error::Full(Room { kind: Kind::BotBytes, .. }))), "{refused:?}");
    let length = i64::try_from(draft.len() + larger.len()).unwrap();
    bench.store.within(ours, &used(length)).save_draft(ours, bot.id, 1, larger.into(), now).await.unwrap();
    bench.store.delete_bot(ours, bot.id).await.unwrap();
    assert_eq!(bench.store.in_use(ours).await.unwrap().of(Kind::BotBytes), 0);
}

async fn number(bench: &Bench) -> Number {
    let account = account(bench).await;
    let bot = bench.bot(account).await.id;
    let it = bench.integration(account, bot, &account.uuid().as_u128().to_string());
    bench.store.insert_integration(&it).await.unwrap();
    Number { account, bot, id: it.id, part: Part::of(it.id) }
}

async fn old_versions_make_room_and_those_in_use_stay(mut bench: Bench) {
    let number = number(&bench).await;
    let publish = async |most: i64| {
        let bot = bench.store.bot(number.account, number.bot).await.unwrap().unwrap();
        bench.store.publish_bot(&bot, most, bench.clock.now()).await
    };
    for _ in 0..3 {
        publish(3).await.unwrap();
    }
    let full = publish(3).await;
    assert!(matches!(full, Err(Error::Full(Room { kind: Kind::Versions, limit: 3 }))), "{full:?}");
    assert_eq!(bench.store.published_version(number.bot).await.unwrap(), Some(3));
    // A conversation that began with the first one is still open.
    let item = number.wrote(&mut bench, 1, "4915100000001").await;
    let turn = number.begins(&bench, &item);
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    bench.clock.advance(Duration::from_hours(31 * 24));
    let publish = async |most: i64| {
        let bot = bench.store.bot(number.account, number.bot).await.unwrap().unwrap();
        bench.store.publish_bot(&bot, most, bench.clock.now()).await
    };
    publish(3).await.unwrap();
    publish(3).await.unwrap();
    let left = bench.store.list_bot_versions(number.account, number.bot, None, 10).await.unwrap();
    assert_eq!(left.iter().map(|it| it.number).collect::<Vec<_>>(), [5, 4, 1]);
    let bytes = i64::try_from(r#"{"format":1}"#.len()).unwrap();
    assert_eq!(bench.store.in_use(number.account).await.unwrap().of(Kind::BotBytes), 4 * bytes);
    assert_eq!(bench.store.in_use(number.account).await.unwrap().of(Kind::Versions), 3);
    // What is left is in use, or of today.
    assert!(matches!(publish(3).await, Err(Error::Full(_))));
}

async fn what_grows_with_messages_is_counted_for_each_account(mut bench: Bench) {
    let (one, other) = (number(&bench).await, number(&bench).await);
    for key in 1..=3 {
        let item = one.wrote(&mut bench, key, &format!("491510000000{key}")).await;
        bench.store.insert_media(&file(&bench, one.account, 7, Some(item.contact))).await.unwrap();
    }
    other.wrote(&mut bench, 9, "4915100000009").await;
    bench.store.add_events(&[one.event(&bench, Severity::Warning)]).await.unwrap();
    let now = bench.clock.now();
    let counted = Counted { contacts: 3, received_bytes: 21, events: 1, at: now.millis() };
    assert_eq!(bench.store.count(one.account, now).await.unwrap(), counted);
    let counted = Counted { contacts: 1, received_bytes: 0, events: 0, at: now.millis() };
    assert_eq!(bench.store.count(other.account, now).await.unwrap(), counted);
}

async fn of_two_who_count_one_tells(bench: Bench) {
    let ours = account(&bench).await;
    let limits = Limits::parse("contacts=5,files=7").unwrap();
    assert!(bench.store.set_limits(ours, &limits).await.unwrap());
    assert!(!bench.store.set_limits(bench.clock.id(), &limits).await.unwrap());
    assert_eq!(bench.store.limits(ours).await.unwrap(), limits);
    assert_eq!(bench.store.counted(ours).await.unwrap(), None);
    let of = bench.store.quotas().await.unwrap().into_iter().find(|it| it.account == ours).unwrap();
    assert_eq!(of.limits, limits);
    let counted = Counted { contacts: 6, at: 1, ..Counted::default() };
    assert!(bench.store.set_counted(&of, &counted).await.unwrap());
    assert!(!bench.store.set_counted(&of, &counted).await.unwrap());
    assert_eq!(bench.store.counted(ours).await.unwrap(), Some(counted));
}

async fn the_oldest_events_go_and_fresh_ones_stay(bench: Bench) {
    let (one, other) = (number(&bench).await, number(&bench).await);
    for _ in 0..6 {
        bench.store.add_events(&[one.event(&bench, Severity::Warning)]).await.unwrap();
        bench.clock.advance(Duration::from_millis(5));
    }
    bench.store.add_events(&[other.event(&bench, Severity::Warning)]).await.unwrap();
    let fresh = bench.store.fresh_events(20).await.unwrap();
    bench.store.note_events(&fresh[..2], &[], &[]).await.unwrap();
    assert_eq!(bench.store.events_over(one.account, 6).await.unwrap(), None);
    let until = bench.store.events_over(one.account, 2).await.unwrap().unwrap();
    assert_eq!(until, fresh[3].id);
    // Two of four have been counted into incidents.
    assert_eq!(bench.store.drop_events(one.account, until, 1).await.unwrap(), 1);
    assert_eq!(bench.store.drop_events(one.account, until, 9).await.unwrap(), 1);
    assert_eq!(bench.store.drop_events(one.account, until, 9).await.unwrap(), 0);
    let left = |account| bench.store.list_events(account, None, Severity::Notice, None, 20);
    assert_eq!(left(one.account).await.unwrap().len(), 4);
    assert_eq!(left(other.account).await.unwrap().len(), 1);
}

async fn an_answer_that_is_not_kept_is_not_given_again(bench: Bench) {
    let account = bench.clock.id();
    let now = bench.clock.now();
    let long_ago = now.before(Duration::from_hours(24));
    let attempt = |key| Attempt { account, key, request: [1; 32], now, forget: long_ago, give_up: long_ago };
    for key in ["small", "large"] {
        assert!(matches!(bench.store.begin_attempt(&attempt(key)).await.unwrap(), Begun::Fresh));
    }
    let body = Secret::new("x".repeat(1000));
    bench.store.finish_attempt(account, "small", 201, Some(&body)).await.unwrap();
    bench.store.finish_attempt(account, "large", 201, None).await.unwrap();
    let again = bench.store.begin_attempt(&attempt("large")).await.unwrap();
    assert!(matches!(again, Begun::Answered { status: 201, body: None }), "{again:?}");
    let kept = bench.store.attempts_kept(account).await.unwrap();
    assert!((1000..2000).contains(&kept), "{kept}");
    assert_eq!(bench.store.attempts_kept(bench.clock.id()).await.unwrap(), 0);
    bench.store.forget_oldest_attempts(account).await.unwrap();
    assert!(bench.store.attempts_kept(account).await.unwrap() < kept);
}

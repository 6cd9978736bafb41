//! Integrations and their figures.

use std::collections::HashMap;
use std::time::Duration;

use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{Health, Integration, Phone};
use chasqui_model::reason::Reason;
use chasqui_model::secret::Secret;
use chasqui_store::Error;
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::integration::{Activity, Change, Learned};
use chasqui_store::noun::managed_number::Managed;

use crate::engine::{Bench, contract};

contract!(
    an_integration_comes_back_with_its_secrets,
    a_number_is_active_once_in_the_whole_installation,
    an_unproven_claim_ends_when_somebody_proves_theirs,
    of_claims_at_the_same_moment_the_proven_one_wins,
    a_number_of_the_operators_is_lent_and_taken_back_as_a_whole,
    a_verify_token_belongs_to_one_integration_of_an_account,
    another_accounts_integration_is_not_found,
    figures_add_up_hour_by_hour,
    an_error_is_counted_once_with_its_event,
    health_changes_with_the_event_that_says_why,
    a_change_writes_only_what_it_names,
);

async fn an_integration_comes_back_with_its_secrets(bench: Bench) {
    let account = bench.clock.id();
    let bot = bench.bot(account).await.id;
    let mut it = bench.integration(account, bot, "1");
    bench.store.insert_integration(&it).await.unwrap();
    let found = bench.store.integration(account, it.id).await.unwrap().unwrap();
    assert_eq!(found.credentials.app_secret, it.credentials.app_secret);
    assert_eq!(found.credentials.access_token, it.credentials.access_token);
    assert_eq!(
        (found.settings, found.phone, found.created_at),
        (it.settings.clone(), it.phone.clone(), it.created_at)
    );
    it.credentials.access_token = Secret::new("EAAother");
    let credentials = Some(it.credentials.clone());
    let change = Change { name: Some(None), credentials, ..Change::default() };
    let now = bench.clock.now();
    assert!(bench.store.change_integration(account, it.id, &change, now).await.unwrap());
    let found = bench.store.all_integrations().await.unwrap();
    assert_eq!((found.len(), found[0].credentials.access_token.expose()), (1, "EAAother"));
    assert_eq!(bench.store.bot_users(account).await.unwrap()[0].name, "+1 555");
    assert!(bench.store.delete_integration(account, it.id).await.unwrap());
    assert!(!bench.store.delete_integration(account, it.id).await.unwrap());
}

async fn a_number_is_active_once_in_the_whole_installation(bench: Bench) {
    let (one, other) = (bench.clock.id(), bench.clock.id());
    let bot = bench.bot(one).await.id;
    let first = bench.integration(one, bot, "1");
    let mut second = bench.integration(other, bot, "1");
    bench.store.insert_integration(&first).await.unwrap();
    let taken = bench.store.insert_integration(&second).await;
    assert!(matches!(taken, Err(Error::Exists(rule)) if rule.contains("phone_number_id")));
    second.active = false;
    bench.store.insert_integration(&second).await.unwrap();
    let now = bench.clock.now();
    let active = |active| Change { active: Some(active), ..Change::default() };
    let taken = bench.store.change_integration(other, second.id, &active(true), now).await;
    assert!(matches!(taken, Err(Error::Exists(rule)) if rule.contains("phone_number_id")));
    assert!(bench.store.change_integration(one, first.id, &active(false), now).await.unwrap());
    assert!(bench.store.change_integration(other, second.id, &active(true), now).await.unwrap());
}

fn told(bench: &Bench) -> Event {
    Event {
        id: bench.clock.id(),
        account: bench.clock.id(),
        integration: None,
        conversation: None,
        node: None,
        severity: Severity::Error,
        code: "number_claimed".into(),
        graph_code: None,
        notice: chasqui_model::notice::Notice::Words {
            code: String::new(),
            text: "Somebody proved it.".into(),
        },
        at: bench.clock.now(),
    }
}

async fn an_unproven_claim_ends_when_somebody_proves_theirs(bench: Bench) {
    let (stranger, owner) = (bench.clock.id(), bench.clock.id());
    let bot = bench.bot(stranger).await.id;
    let claim = bench.integration(stranger, bot, "1");
    let now = bench.clock.now();
    let store = &bench.store;
    store.insert_integration(&claim).await.unwrap();
    let is_active = async |account, id| store.integration(account, id).await.unwrap().unwrap().active;
    // One unproven claim does not end another.
    let mut own = bench.integration(owner, bot, "1");
    let taken = store.claim_integration(&own, None, &told(&bench)).await;
    assert!(matches!(taken, Err(Error::Exists(rule)) if rule.contains("phone_number_id")));
    own.proven_at = Some(now);
    store.claim_integration(&own, None, &told(&bench)).await.unwrap();
    assert!(is_active(owner, own.id).await && !is_active(stranger, claim.id).await);
    let found = store.integration(stranger, claim.id).await.unwrap().unwrap();
    assert_eq!(found.health_reason, Some(Reason::Claimed));
    let events = store.list_events(stranger, None, Severity::Notice, None, 10).await.unwrap();
    assert_eq!((events.len(), events[0].code.as_str()), (1, "number_claimed"));
    assert_eq!(events[0].integration, Some(claim.id));
    assert!(store.list_events(owner, None, Severity::Notice, None, 10).await.unwrap().is_empty());
    assert_eq!(store.others_of_number("1", own.id).await.unwrap(), [(stranger, claim.id)]);

    // It does not come back, and two that are proven are as before: the first has it.
    let active = |active| Change { active: Some(active), told: Some(told(&bench)), ..Change::default() };
    let change =
        async |account, id, change: &Change| store.change_integration(account, id, change, now).await;
    assert!(matches!(change(stranger, claim.id, &active(true)).await, Err(Error::Exists(_))));
    let claim = store.integration(stranger, claim.id).await.unwrap().unwrap();
    assert!(store.prove(&claim, now).await.unwrap() && !store.prove(&claim, now).await.unwrap());
    assert!(matches!(change(stranger, claim.id, &active(true)).await, Err(Error::Exists(_))));

    // By switching on, and by other credentials: what was unproven ends.
    assert!(change(owner, own.id, &active(false)).await.unwrap());
    let third = bench.integration(stranger, bot, "1");
    store.insert_integration(&third).await.unwrap();
    assert!(change(owner, own.id, &active(true)).await.unwrap());
    assert!(is_active(owner, own.id).await && !is_active(stranger, third.id).await);
    let fourth = bench.integration(stranger, bot, "2");
    store.insert_integration(&fourth).await.unwrap();
    let mut credentials = own.credentials.clone();
    credentials.phone_number_id = "2".into();
    let learned =
        |proven_at| Learned { health: Health::Ok, health_reason: None, phone: Phone::default(), proven_at };
    let moves = |proven_at| Change {
        credentials: Some(credentials.clone()),
        learned: Some(learned(proven_at)),
        told: Some(told(&bench)),
        ..Change::default()
    };
    assert!(matches!(change(owner, own.id, &moves(None)).await, Err(Error::Exists(_))));
    assert!(change(owner, own.id, &moves(Some(now))).await.unwrap());
    assert!(is_active(owner, own.id).await && !is_active(stranger, fourth.id).await);
}

async fn of_claims_at_the_same_moment_the_proven_one_wins(bench: Bench) {
    let (stranger, owner) = (bench.clock.id(), bench.clock.id());
    let bot = bench.bot(stranger).await.id;
    for number in 0..10 {
        let number = number.to_string();
        let claim = bench.integration(stranger, bot, &number);
        let mut own = bench.integration(owner, bot, &number);
        own.proven_at = Some(bench.clock.now());
        let told = told(&bench);
        let (claimed, owned) = tokio::join!(
            bench.store.insert_integration(&claim),
            bench.store.claim_integration(&own, None, &told)
        );
        // Whoever lost a race to the very end tries again, as people do.
        if owned.is_err() {
            bench.store.claim_integration(&own, None, &told).await.unwrap();
        }
        let has_it = bench.store.integration(owner, own.id).await.unwrap().unwrap();
        assert!(has_it.active, "{number}");
        if claimed.is_ok() {
            assert!(!bench.store.integration(stranger, claim.id).await.unwrap().unwrap().active, "{number}");
        }
    }
}

async fn a_number_of_the_operators_is_lent_and_taken_back_as_a_whole(bench: Bench) {
    let (one, other, operator) = (bench.clock.id(), bench.clock.id(), bench.clock.id());
    let bot = bench.bot(one).await.id;
    let store = &bench.store;
    let mut it = bench.integration(one, bot, "1");
    it.proven_at = Some(bench.clock.now());
    let number = Managed {
        id: bench.clock.id(),
        display_phone_number: "+1 555".into(),
        verified_name: None,
        credentials: it.credentials.clone(),
        integration: None,
        account: None,
        created_at: bench.clock.now(),
        assigned_at: None,
    };
    store.add_managed(&number).await.unwrap();
    let by = |account, action: &str| Entry {
        id: bench.clock.id(),
        account,
        user: None,
        action: action.to_owned(),
        subject: number.id.to_string(),
        detail: "{}".to_owned(),
        at: bench.clock.now(),
    };
    let lend = async |it: &Integration| {
        let store = store.audited(&by(it.account, "integration.create"));
        store.claim_integration(it, Some(number.id), &told(&bench)).await
    };
    lend(&it).await.unwrap();
    let lent = store.managed(number.id).await.unwrap().unwrap();
    assert_eq!((lent.integration, lent.account), (Some(it.id), Some(one)));
    assert_eq!(store.integration(one, it.id).await.unwrap().unwrap().managed, Some(number.id));
    // Whoever is too late has no integration, and nothing was written down.
    let late = bench.integration(other, bot, "2");
    assert!(matches!(lend(&late).await, Err(Error::Stale)));
    assert!(store.integration(other, late.id).await.unwrap().is_none());
    assert!(store.list_audit(other, None, None, 10).await.unwrap().is_empty());

    let release = store.audited(&by(operator, "managed_number.release"));
    release.release_managed(&lent, bench.clock.now()).await.unwrap();
    let free = store.managed(number.id).await.unwrap().unwrap();
    assert_eq!((free.integration, free.account), (None, None));
    let after = store.integration(one, it.id).await.unwrap().unwrap();
    assert!(!after.active && after.managed.is_none());
    assert_eq!(after.credentials.access_token.expose(), "withdrawn");
    // It was lent to one that is gone by now: neither is changed, nor written down.
    store.delete_integration(one, it.id).await.unwrap();
    let again = store.audited(&by(operator, "again")).release_managed(&lent, bench.clock.now()).await;
    assert!(matches!(again, Err(Error::Stale)));
    let log = store.list_audit(operator, None, None, 10).await.unwrap();
    assert_eq!(log.iter().map(|it| it.entry.action.as_str()).collect::<Vec<_>>(), ["managed_number.release"]);
}

async fn a_verify_token_belongs_to_one_integration_of_an_account(bench: Bench) {
    let (one, other) = (bench.clock.id(), bench.clock.id());
    let bot = bench.bot(one).await.id;
    let first = bench.integration(one, bot, "1");
    bench.store.insert_integration(&first).await.unwrap();
    let mut second = bench.integration(one, bot, "2");
    second.credentials.verify_token = first.credentials.verify_token.clone();
    let taken = bench.store.insert_integration(&second).await;
    assert!(matches!(taken, Err(Error::Exists(rule)) if rule.contains("verify_token")));
    second.account = other;
    bench.store.insert_integration(&second).await.unwrap();
}

async fn another_accounts_integration_is_not_found(bench: Bench) {
    let number = bench.number().await;
    let stranger = bench.clock.id();
    assert!(bench.store.integration(stranger, number.id).await.unwrap().is_none());
    assert!(bench.store.list_integrations(stranger, None, 10).await.unwrap().is_empty());
    let change = Change { name: Some(None), ..Change::default() };
    let now = bench.clock.now();
    assert!(!bench.store.change_integration(stranger, number.id, &change, now).await.unwrap());
    assert!(!bench.store.delete_integration(stranger, number.id).await.unwrap());
    assert_eq!(bench.store.list_integrations(number.account, None, 10).await.unwrap().len(), 1);
}

async fn figures_add_up_hour_by_hour(bench: Bench) {
    let number = bench.number().await;
    let add = async |messages| {
        let now = bench.clock.now();
        let figures = Activity { messages, last_activity_at: Some(now), ..Activity::default() };
        bench.store.add_activity(&HashMap::from([(number.id, figures)]), now).await.unwrap();
    };
    add(2).await;
    add(3).await;
    bench.clock.advance(Duration::from_hours(1));
    add(7).await;
    let hours = bench.store.activity(number.account, bench.clock.now()).await.unwrap();
    let messages: Vec<i64> = hours[&number.id].iter().map(|hour| hour.messages).collect();
    assert_eq!(messages, [5, 7]);
    let later = bench.clock.now().after(Duration::from_hours(23));
    assert_eq!(bench.store.activity(number.account, later).await.unwrap()[&number.id].len(), 1);
    assert!(bench.store.activity(bench.clock.id(), bench.clock.now()).await.unwrap().is_empty());
    let found = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert_eq!(found.last_activity_at, Some(bench.clock.now()));
}

async fn an_error_is_counted_once_with_its_event(bench: Bench) {
    let number = bench.number().await;
    let errors = async || {
        let hours = bench.store.activity(number.account, bench.clock.now()).await.unwrap();
        hours.get(&number.id).map_or(0, |hours| hours.iter().map(|hour| hour.errors).sum::<i64>())
    };
    let two = [number.event(&bench, Severity::Error), number.event(&bench, Severity::Error)];
    bench.store.add_events(&two).await.unwrap();
    // An answer that was lost is asked for again, with the same event.
    bench.store.add_events(&two).await.unwrap();
    bench.store.add_events(&[number.event(&bench, Severity::Warning)]).await.unwrap();
    let fresh = bench.store.fresh_events(10).await.unwrap();
    assert_eq!((fresh.len(), errors().await), (3, 0));
    bench.store.note_events(&fresh, &[], &[]).await.unwrap();
    assert_eq!(errors().await, 2);
    // Another process that read them at the same time, or a repeat, counts nothing.
    assert!(matches!(bench.store.note_events(&fresh, &[], &[]).await, Err(Error::Stale)));
    assert!(matches!(bench.store.note_events(&fresh[1..], &[], &[]).await, Err(Error::Stale)));
    assert_eq!(errors().await, 2);
    assert!(bench.store.fresh_events(10).await.unwrap().is_empty());
    // Of a number that was deleted nothing is counted.
    let mut gone = number.event(&bench, Severity::Error);
    gone.integration = Some(bench.clock.id());
    bench.store.add_events(std::slice::from_ref(&gone)).await.unwrap();
    bench.store.note_events(&[gone], &[], &[]).await.unwrap();
    assert_eq!(errors().await, 2);
}

async fn health_changes_with_the_event_that_says_why(bench: Bench) {
    let number = bench.number().await;
    let event = number.event(&bench, Severity::Error);
    let reason = Some(Reason::OutOfService { status: "BANNED".into() });
    bench.store.set_health(number.id, Health::Failing, reason.as_ref(), Some(&event)).await.unwrap();
    bench.store.add_events(std::slice::from_ref(&event)).await.unwrap();
    bench.store.add_events(&[number.event(&bench, Severity::Notice)]).await.unwrap();
    let found = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert_eq!((found.health, found.health_reason), (Health::Failing, reason));
    let list = async |integration, severity, before| {
        bench.store.list_events(number.account, integration, severity, before, 10).await.unwrap()
    };
    assert_eq!(list(None, Severity::Notice, None).await.len(), 2);
    assert_eq!(list(Some(number.id), Severity::Warning, None).await, std::slice::from_ref(&event));
    assert!(list(Some(bench.clock.id()), Severity::Notice, None).await.is_empty());
    assert!(list(None, Severity::Notice, Some(event.id)).await.is_empty());
    assert!(
        bench.store.list_events(bench.clock.id(), None, Severity::Notice, None, 10).await.unwrap().is_empty()
    );
    bench.store.webhook_verified(number.id, bench.clock.now()).await.unwrap();
    let found = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert_eq!(found.webhook_verified_at, Some(bench.clock.now()));
}

async fn a_change_writes_only_what_it_names(bench: Bench) {
    let number = bench.number().await;
    let before = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    // What the runtime learns while somebody edits stays.
    let dead = Reason::from("dead".to_owned());
    bench.store.set_health(number.id, Health::Failing, Some(&dead), None).await.unwrap();
    // What was judged before that is old.
    let settled = bench.store.settle_health(number.id, Health::Ok, Health::Warning, None).await.unwrap();
    assert!(!settled);
    let settled = bench.store.settle_health(number.id, Health::Failing, Health::Failing, Some(&dead));
    assert!(settled.await.unwrap());
    let change = Change { name: Some(Some("Desk".into())), ..Change::default() };
    let now = bench.clock.now();
    assert!(bench.store.change_integration(number.account, number.id, &change, now).await.unwrap());
    let found = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert_eq!((found.health, found.name.as_deref()), (Health::Failing, Some("Desk")));
    assert_eq!(found.credentials.access_token, before.credentials.access_token);
    // A renewed token does not undo one that somebody entered meanwhile.
    bench.clock.advance(Duration::from_secs(1));
    let touch = Change { active: Some(true), ..Change::default() };
    bench.store.change_integration(number.account, number.id, &touch, bench.clock.now()).await.unwrap();
    let renewed = Secret::new("EAArenewed");
    assert!(!bench.store.renew_token(&found, &renewed, &found.credentials.token).await.unwrap());
    let current = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert!(bench.store.renew_token(&current, &renewed, &current.credentials.token).await.unwrap());
    let found = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert_eq!(found.credentials.access_token, renewed);
}

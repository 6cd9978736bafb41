//! Accounts, people, sessions, tokens, repeatable requests, the audit log.

use std::time::Duration;

use chasqui_model::account::{AccountSettings, ApiToken, Role, Session, User};
use chasqui_model::secret::Secret;
use chasqui_store::Error;
use chasqui_store::noun::audit::Entry;
use chasqui_store::noun::idempotency::{Attempt, Begun};
use chasqui_store::noun::mail::Mail;

use crate::engine::{Bench, contract};

contract!(
    only_an_empty_installation_is_bootstrapped,
    people_and_accounts_are_added_under_fresh_addresses,
    a_session_ends_with_its_row,
    old_sessions_are_forgotten,
    a_token_belongs_to_its_account,
    a_repeated_request_answers_what_the_first_did,
    an_attempt_that_never_finished_is_given_up,
    the_audit_log_reads_backwards,
    what_changes_nothing_leaves_no_entry,
    an_account_keeps_its_last_owner,
    a_mail_is_claimed_by_one_and_forgets_what_it_said,
);

async fn only_an_empty_installation_is_bootstrapped(bench: Bench) {
    assert!(!bench.store.has_accounts().await.unwrap());
    let first = bench.first();
    bench.store.bootstrap(&first).await.unwrap();
    assert!(bench.store.has_accounts().await.unwrap());
    let second = bench.first();
    assert!(matches!(bench.store.bootstrap(&second).await, Err(Error::Stale)));
    assert_eq!(bench.store.account(second.account.id).await.unwrap(), None);
    assert_eq!(bench.store.user(second.owner.id).await.unwrap(), None);
    assert_eq!(bench.store.user(first.owner.id).await.unwrap().as_ref(), Some(&first.owner));
    assert_eq!(bench.store.user_by_email("ana@example.com").await.unwrap(), Some(first.owner.clone()));
    assert_eq!(bench.store.user_by_email("other@example.com").await.unwrap(), None);
    let memberships = bench.store.memberships(first.owner.id).await.unwrap();
    assert_eq!(memberships.len(), 1);
    assert_eq!((&memberships[0].account, memberships[0].role), (&first.account, Role::Owner));
}

async fn people_and_accounts_are_added_under_fresh_addresses(bench: Bench) {
    let first = bench.first();
    bench.store.add_account(&first).await.unwrap();
    let mut second = bench.first();
    second.token_hash = [9; 32];
    assert!(
        matches!(bench.store.add_account(&second).await, Err(Error::Exists(rule)) if rule.contains("email"))
    );
    assert_eq!(bench.store.account(second.account.id).await.unwrap(), None);
    let mut colleague = User { id: bench.clock.id(), ..first.owner.clone() };
    let taken = bench.store.add_user(&colleague, first.account.id, Role::Viewer).await;
    assert!(matches!(taken, Err(Error::Exists(_))));
    colleague.email = "petra@example.com".into();
    bench.store.add_user(&colleague, first.account.id, Role::Viewer).await.unwrap();
    assert_eq!(bench.store.memberships(colleague.id).await.unwrap()[0].role, Role::Viewer);
}

async fn a_session_ends_with_its_row(bench: Bench) {
    let first = bench.first();
    bench.store.bootstrap(&first).await.unwrap();
    let now = bench.clock.now();
    let session =
        Session { user: first.owner.id, account: first.account.id, created_at: now, last_used_at: now };
    bench.store.insert_session([2; 32], &session).await.unwrap();
    assert_eq!(bench.store.session([2; 32]).await.unwrap(), Some((session.clone(), Role::Owner)));
    let later = now.after(Duration::from_mins(1));
    bench.store.touch_session([2; 32], later).await.unwrap();
    bench.store.touch_session([2; 32], now).await.unwrap();
    assert_eq!(bench.store.session([2; 32]).await.unwrap().unwrap().0.last_used_at, later);
    assert_eq!(bench.store.session([3; 32]).await.unwrap(), None);
    bench.store.delete_session([2; 32]).await.unwrap();
    bench.store.delete_session([2; 32]).await.unwrap();
    assert_eq!(bench.store.session([2; 32]).await.unwrap(), None);
    let stranger = Session { user: bench.clock.id(), ..session };
    bench.store.insert_session([4; 32], &stranger).await.unwrap();
    assert_eq!(bench.store.session([4; 32]).await.unwrap(), None, "a session without a membership");
}

async fn old_sessions_are_forgotten(bench: Bench) {
    let first = bench.first();
    bench.store.bootstrap(&first).await.unwrap();
    let now = bench.clock.now();
    let session =
        Session { user: first.owner.id, account: first.account.id, created_at: now, last_used_at: now };
    bench.store.insert_session([2; 32], &session).await.unwrap();
    let second = Duration::from_secs(1);
    assert_eq!(bench.store.delete_old_sessions(now, now).await.unwrap(), 0);
    assert_eq!(bench.store.delete_old_sessions(now.before(second), now.after(second)).await.unwrap(), 1);
    assert_eq!(bench.store.session([2; 32]).await.unwrap(), None);
}

async fn a_token_belongs_to_its_account(bench: Bench) {
    let first = bench.first();
    bench.store.bootstrap(&first).await.unwrap();
    assert_eq!(bench.store.api_token([1; 32]).await.unwrap().as_ref(), Some(&first.token));
    let other = ApiToken { id: bench.clock.id(), role: Role::Viewer, ..first.token.clone() };
    bench.store.insert_api_token(&other, [5; 32]).await.unwrap();
    assert_eq!(bench.store.api_token([5; 32]).await.unwrap().unwrap().role, Role::Viewer);
    bench.store.touch_api_token(other.id, bench.clock.now()).await.unwrap();
    let listed = bench.store.list_api_tokens(first.account.id, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|it| it.id).collect::<Vec<_>>(), [first.token.id, other.id]);
    assert_eq!(listed[1].last_used_at, Some(bench.clock.now()));
    let page = bench.store.list_api_tokens(first.account.id, Some(first.token.id), 10).await.unwrap();
    assert_eq!(page.len(), 1);
    let stranger = bench.clock.id();
    assert!(bench.store.list_api_tokens(stranger, None, 10).await.unwrap().is_empty());
    assert!(!bench.store.delete_api_token(stranger, other.id).await.unwrap());
    assert!(bench.store.delete_api_token(first.account.id, other.id).await.unwrap());
    assert_eq!(bench.store.api_token([5; 32]).await.unwrap(), None);
}

async fn a_repeated_request_answers_what_the_first_did(bench: Bench) {
    let account = bench.clock.id();
    let now = bench.clock.now();
    let long_ago = now.before(Duration::from_hours(24));
    let attempt = Attempt { account, key: "k", request: [1; 32], now, forget: long_ago, give_up: long_ago };
    assert!(matches!(bench.store.begin_attempt(&attempt).await.unwrap(), Begun::Fresh));
    assert!(matches!(bench.store.begin_attempt(&attempt).await.unwrap(), Begun::Busy));
    bench.store.finish_attempt(account, "k", 201, Some(&Secret::new("{}"))).await.unwrap();
    let Begun::Answered { status, body } = bench.store.begin_attempt(&attempt).await.unwrap() else {
        panic!("the answer is gone");
    };
    assert_eq!((status, body.unwrap().expose()), (201, "{}"));
    let other = Attempt { request: [2; 32], ..attempt.clone() };
    assert!(matches!(bench.store.begin_attempt(&other).await.unwrap(), Begun::Different));
    let stranger = Attempt { account: bench.clock.id(), ..attempt.clone() };
    assert!(matches!(bench.store.begin_attempt(&stranger).await.unwrap(), Begun::Fresh));
    bench.store.abandon_attempt(account, "k").await.unwrap();
    assert!(matches!(bench.store.begin_attempt(&attempt).await.unwrap(), Begun::Answered { .. }));
    assert_eq!(bench.store.forget_attempts(now.after(Duration::from_secs(1))).await.unwrap(), 2);
    assert!(matches!(bench.store.begin_attempt(&attempt).await.unwrap(), Begun::Fresh));
    bench.store.abandon_attempt(account, "k").await.unwrap();
    assert!(matches!(bench.store.begin_attempt(&other).await.unwrap(), Begun::Fresh));
}

async fn an_attempt_that_never_finished_is_given_up(bench: Bench) {
    let account = bench.clock.id();
    let began = bench.clock.now();
    let long_ago = began.before(Duration::from_hours(24));
    let attempt =
        Attempt { account, key: "k", request: [1; 32], now: began, forget: long_ago, give_up: long_ago };
    assert!(matches!(bench.store.begin_attempt(&attempt).await.unwrap(), Begun::Fresh));
    let now = began.after(Duration::from_mins(2));
    let again = Attempt { now, give_up: now.before(Duration::from_mins(1)), ..attempt };
    assert!(matches!(bench.store.begin_attempt(&again).await.unwrap(), Begun::Fresh));
}

async fn the_audit_log_reads_backwards(bench: Bench) {
    let account = bench.clock.id();
    let entry = |action: &str| Entry {
        id: bench.clock.id(),
        account,
        user: None,
        action: action.into(),
        subject: "int_1".into(),
        detail: "{}".into(),
        at: bench.clock.now(),
    };
    let (one, two) = (entry("integration.create"), entry("integration.activate"));
    bench.store.add_audit(&one).await.unwrap();
    bench.store.add_audit(&two).await.unwrap();
    let list = async |account, subject, before| -> Vec<Entry> {
        let listed = bench.store.list_audit(account, subject, before, 10).await.unwrap();
        listed.into_iter().map(|it| it.entry).collect()
    };
    assert_eq!(list(account, None, None).await, [two.clone(), one.clone()]);
    assert_eq!(list(account, None, Some(two.id)).await, [one]);
    assert_eq!(list(account, Some("int_2"), None).await, []);
    assert_eq!(list(bench.clock.id(), None, None).await, []);
}

async fn what_changes_nothing_leaves_no_entry(bench: Bench) {
    let first = bench.first();
    bench.store.bootstrap(&first).await.unwrap();
    let account = first.account.id;
    let entry = |action: &str| Entry {
        id: bench.clock.id(),
        account,
        user: Some(first.owner.id),
        action: action.into(),
        subject: "tok_1".into(),
        detail: "{}".into(),
        at: bench.clock.now(),
    };
    let gone = bench.store.audited(&entry("none")).delete_api_token(account, bench.clock.id()).await.unwrap();
    assert!(!gone);
    let settings = AccountSettings::default();
    let store = bench.store.audited(&entry("none"));
    assert!(matches!(store.set_account(bench.clock.id(), "x", &settings).await, Err(Error::Stale)));
    assert!(bench.store.audited(&entry("done")).delete_api_token(account, first.token.id).await.unwrap());
    let log = bench.store.list_audit(account, None, None, 10).await.unwrap();
    assert_eq!(log.iter().map(|it| it.entry.action.as_str()).collect::<Vec<_>>(), ["done"]);
    assert_eq!(log[0].name.as_deref(), Some(first.owner.name.as_str()));
}

async fn an_account_keeps_its_last_owner(bench: Bench) {
    let first = bench.first();
    bench.store.bootstrap(&first).await.unwrap();
    let (account, ana) = (first.account.id, first.owner.id);
    assert!(!bench.store.set_role(account, ana, Role::Admin).await.unwrap());
    assert!(!bench.store.remove_member(account, ana).await.unwrap());
    let petra = User { id: bench.clock.id(), email: "petra@example.com".into(), ..first.owner.clone() };
    bench.store.add_user(&petra, account, Role::Viewer).await.unwrap();
    assert!(bench.store.set_role(account, petra.id, Role::Owner).await.unwrap());
    assert!(bench.store.remove_member(account, ana).await.unwrap());
    assert_eq!(bench.store.api_token([1; 32]).await.unwrap(), None, "the token went with its person");
    assert!(!bench.store.set_role(account, petra.id, Role::Viewer).await.unwrap());
}

async fn a_mail_is_claimed_by_one_and_forgets_what_it_said(bench: Bench) {
    let account = bench.clock.id();
    let now = bench.clock.now();
    let mail = Mail {
        id: bench.clock.id(),
        account: Some(account),
        kind: "alert".into(),
        recipient: "ana@example.com".into(),
        subject: "Two\r\nlines".into(),
        text: "What happened.\nWhat to do.".into(),
        attempts: 0,
        created_at: now,
    };
    bench.store.send_mail(std::slice::from_ref(&mail)).await.unwrap();
    let due = bench.store.due_mail(now, 10).await.unwrap();
    assert_eq!((due[0].subject.as_str(), &due[0].text), ("Two  lines", &mail.text));
    let until = now.after(Duration::from_mins(2));
    assert!(bench.store.claim_mail(mail.id, now, until).await.unwrap());
    assert!(!bench.store.claim_mail(mail.id, now, until).await.unwrap());
    assert!(bench.store.due_mail(now, 10).await.unwrap().is_empty());
    bench.store.mail_failed(mail.id, Some(now), "451").await.unwrap();
    assert_eq!(bench.store.due_mail(now, 10).await.unwrap()[0].attempts, 1);
    bench.store.mail_sent(mail.id, now).await.unwrap();
    assert!(bench.store.due_mail(until, 10).await.unwrap().is_empty());
    let fate = bench.store.last_mail(account, "ana@example.com").await.unwrap().unwrap();
    assert_eq!((fate.sent_at, fate.error), (Some(now), None));
    bench.store.forget_mail(until).await.unwrap();
    assert_eq!(bench.store.last_mail(account, "ana@example.com").await.unwrap(), None);
}

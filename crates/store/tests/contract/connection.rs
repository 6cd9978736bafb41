//! Connections, their secrets, authorisations under way, and counted recipients.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::connection::{Connection, Kind, Settings};
use chasqui_model::secret::Secret;
use chasqui_store::Error;

use crate::engine::{Bench, contract};

contract!(
    a_connection_comes_back_with_its_secrets,
    a_name_is_there_once_in_an_account,
    another_accounts_connection_is_not_found,
    a_change_without_a_secret_keeps_it,
    another_place_ends_what_was_agreed_to,
    what_was_agreed_to_stays_where_it_was_asked,
    an_authorisation_is_taken_once,
    recipients_are_counted_up_to_a_limit_a_day,
);

fn model(bench: &Bench, account: Id<Account>, name: &str) -> Connection {
    let now = bench.clock.now();
    Connection {
        id: bench.clock.id(),
        account,
        name: name.into(),
        settings: Settings::Openai { base_url: None },
        secret: Secret::new("sk-1234"),
        refresh_token: None,
        created_at: now,
        updated_at: now,
        secret_saved_at: now,
    }
}

async fn a_connection_comes_back_with_its_secrets(bench: Bench) {
    let account = bench.clock.id();
    let it = model(&bench, account, "Answers");
    bench.store.insert_connection(&it).await.unwrap();
    let now = bench.clock.now();
    bench.store.set_refresh_token(it.id, Some(&Secret::new("refresh")), now).await.unwrap();
    for found in [
        bench.store.connection(account, it.id).await.unwrap().unwrap(),
        bench.store.connection_named(account, "Answers").await.unwrap().unwrap(),
        bench.store.list_connections(account, None, 10).await.unwrap().remove(0),
    ] {
        assert_eq!(
            (found.id, found.settings, found.secret.expose()),
            (it.id, it.settings.clone(), "sk-1234")
        );
        assert_eq!(found.refresh_token.unwrap().expose(), "refresh");
    }
    let names = bench.store.connection_names(account).await.unwrap();
    assert_eq!(names, [("Answers".to_owned(), Kind::Openai)]);
    bench.store.set_refresh_token(it.id, None, now).await.unwrap();
    assert!(bench.store.connection(account, it.id).await.unwrap().unwrap().refresh_token.is_none());
    assert!(bench.store.delete_connection(account, it.id).await.unwrap());
    assert!(!bench.store.delete_connection(account, it.id).await.unwrap());
}

async fn a_name_is_there_once_in_an_account(bench: Bench) {
    let (one, other) = (bench.clock.id(), bench.clock.id());
    bench.store.insert_connection(&model(&bench, one, "A")).await.unwrap();
    let taken = bench.store.insert_connection(&model(&bench, one, "A")).await;
    assert!(matches!(taken, Err(Error::Exists(_))));
    bench.store.insert_connection(&model(&bench, other, "A")).await.unwrap();
}

async fn another_accounts_connection_is_not_found(bench: Bench) {
    let (owner, stranger) = (bench.clock.id(), bench.clock.id());
    let it = model(&bench, owner, "A");
    bench.store.insert_connection(&it).await.unwrap();
    let now = bench.clock.now();
    let store = &bench.store;
    assert!(store.connection(stranger, it.id).await.unwrap().is_none());
    assert!(store.connection_named(stranger, "A").await.unwrap().is_none());
    assert!(store.list_connections(stranger, None, 10).await.unwrap().is_empty());
    assert!(store.connection_names(stranger).await.unwrap().is_empty());
    let theirs = Connection { account: stranger, ..it.clone() };
    assert!(!store.change_connection(&theirs, &it.settings, None, now).await.unwrap());
    assert!(!store.begin_authorisation(stranger, it.id, &Secret::new("x")).await.unwrap());
    assert!(!store.delete_connection(stranger, it.id).await.unwrap());
    assert!(store.connection(owner, it.id).await.unwrap().is_some());
}

async fn a_change_without_a_secret_keeps_it(bench: Bench) {
    let account = bench.clock.id();
    let it = model(&bench, account, "A");
    bench.store.insert_connection(&it).await.unwrap();
    let settings = Settings::Openai { base_url: Some("https://models.example/v1".into()) };
    let later = bench.clock.now().after(Duration::from_hours(1));
    assert!(bench.store.change_connection(&it, &settings, None, later).await.unwrap());
    let found = bench.store.connection(account, it.id).await.unwrap().unwrap();
    assert_eq!((&found.settings, found.secret.expose()), (&settings, "sk-1234"));
    assert_eq!((found.updated_at, found.secret_saved_at), (later, it.secret_saved_at));
    let secret = Secret::new("sk-other");
    // Whoever read it before the change changes nothing: the secret would go where it was not given for.
    assert!(!bench.store.change_connection(&it, &it.settings, None, later).await.unwrap());
    assert!(bench.store.change_connection(&found, &settings, Some(&secret), later).await.unwrap());
    let found = bench.store.connection(account, it.id).await.unwrap().unwrap();
    assert_eq!((found.settings, found.secret.expose(), found.secret_saved_at), (settings, "sk-other", later));
}

async fn another_place_ends_what_was_agreed_to(bench: Bench) {
    let account = bench.clock.id();
    let it = model(&bench, account, "A");
    bench.store.insert_connection(&it).await.unwrap();
    let now = bench.clock.now();
    bench.store.set_refresh_token(it.id, Some(&Secret::new("refresh")), now).await.unwrap();
    bench.store.begin_authorisation(account, it.id, &Secret::new("pending")).await.unwrap();
    let before = bench.store.connection(account, it.id).await.unwrap().unwrap();
    assert!(bench.store.change_connection(&before, &it.settings, None, now).await.unwrap());
    assert!(bench.store.connection(account, it.id).await.unwrap().unwrap().refresh_token.is_some());
    let settings = Settings::Openai { base_url: Some("https://models.example/v1".into()) };
    assert!(bench.store.change_connection(&before, &settings, None, now).await.unwrap());
    assert!(bench.store.connection(account, it.id).await.unwrap().unwrap().refresh_token.is_none());
    assert!(bench.store.take_authorisation(account, it.id).await.unwrap().is_none());
}

async fn an_authorisation_is_taken_once(bench: Bench) {
    let account = bench.clock.id();
    let it = model(&bench, account, "A");
    bench.store.insert_connection(&it).await.unwrap();
    assert!(bench.store.take_authorisation(account, it.id).await.unwrap().is_none());
    for text in ["first", "second"] {
        assert!(bench.store.begin_authorisation(account, it.id, &Secret::new(text)).await.unwrap());
    }
    let taken = bench.store.take_authorisation(account, it.id).await.unwrap().unwrap();
    assert_eq!(taken.expose(), "second");
    assert!(bench.store.take_authorisation(account, it.id).await.unwrap().is_none());
}

async fn recipients_are_counted_up_to_a_limit_a_day(bench: Bench) {
    let (account, bot): (Id<Account>, Id<Bot>) = (bench.clock.id(), bench.clock.id());
    let now = bench.clock.now();
    let store = &bench.store;
    assert!(!store.count_recipients(account, bot, 11, 10, now).await.unwrap());
    assert!(store.count_recipients(account, bot, 6, 10, now).await.unwrap());
    assert!(!store.count_recipients(account, bot, 5, 10, now).await.unwrap());
    assert!(store.count_recipients(account, bot, 4, 10, now).await.unwrap());
    assert!(!store.count_recipients(account, bot, 1, 10, now).await.unwrap());
    let other: Id<Bot> = bench.clock.id();
    assert!(store.count_recipients(account, other, 1, 10, now).await.unwrap());
    let tomorrow = now.after(Duration::from_hours(24));
    assert!(store.count_recipients(account, bot, 10, 10, tomorrow).await.unwrap());
    store.forget_recipients(tomorrow).await.unwrap();
    assert!(store.count_recipients(account, bot, 10, 10, now).await.unwrap());
}

async fn what_was_agreed_to_stays_where_it_was_asked(bench: Bench) {
    let account = bench.clock.id();
    let it = model(&bench, account, "A");
    bench.store.insert_connection(&it).await.unwrap();
    let settings = Settings::Openai { base_url: Some("https://models.example/v1".into()) };
    let later = bench.clock.now().after(Duration::from_hours(1));
    assert!(bench.store.change_connection(&it, &settings, None, later).await.unwrap());
    assert!(!bench.store.grant(&it, &Secret::new("refresh"), later).await.unwrap());
    let found = bench.store.connection(account, it.id).await.unwrap().unwrap();
    assert!(found.refresh_token.is_none());
    assert!(bench.store.grant(&found, &Secret::new("refresh"), later).await.unwrap());
    assert!(bench.store.connection(account, it.id).await.unwrap().unwrap().refresh_token.is_some());
}

//! The key that secrets are sealed with is changed: the bot goes on, the old key is worth nothing, and a run that is killed
//! anywhere leaves an installation that works and can be gone on with.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Timestamp};
use chasqui_server::config;
use chasqui_simulator::{Config, Simulator, harness};
use chasqui_store::noun::mail::Mail;
use chasqui_store::testing::Database;
use chasqui_store::{Location, Store, Vault};

use crate::bot::{next, silence};
use crate::killed::{Home, bootstrap, connect, serve};
use crate::moved::{refused, run, stop};

/// Sealed rows; more than one run can seal anew before it is killed.
const MAILS: u32 = 3_000;

async fn home() -> Home {
    Home { data: tempfile::tempdir().unwrap(), database: Database::chosen().await, url: None }
}

fn rotate(home: &Home) -> Command {
    let mut command = home.chasqui();
    command.arg("rotate-key").arg("--data-dir").arg(home.data.path());
    command
}

fn key_file(home: &Home) -> PathBuf {
    home.data.path().join("chasqui.key")
}

fn keys(home: &Home) -> Vec<String> {
    std::fs::read_to_string(key_file(home)).unwrap().lines().map(str::to_owned).collect()
}

fn said(output: Output) -> String {
    String::from_utf8(output.stdout).unwrap()
}

fn location(home: &Home) -> Location {
    let file = || Location::Sqlite(home.data.path().join("chasqui.db"));
    home.database.as_ref().map_or_else(file, Database::location)
}

/// The store, with what stands in the key file.
async fn open(home: &Home) -> Store {
    let vault = config::vault(home.data.path(), None, false).unwrap();
    open_with(home, vault).await
}

async fn open_with(home: &Home, vault: Vault) -> Store {
    // A process that was killed keeps its lock until the system has cleared up.
    let began = Instant::now();
    loop {
        match Store::connect(&location(home), vault.clone(), &Clock::system()).await {
            Ok((store, _)) => return store,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(10), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many mails open, which fails when one does not.
async fn opened(store: &Store) -> usize {
    let later = Timestamp::from_seconds(2_000_000_000);
    store.due_mail(later, MAILS * 2).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_under_another_key() {
    let home = home().await;
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.set(|settings| settings.latency_ms = 0);
    let token = bootstrap(&home);
    let server = serve(&home, "127.0.0.1:0", meta.url());
    let address = server.address.clone();
    connect(&address, &token, &meta).await;
    let ana = meta.contact("Ana", harness::NUMBER).unwrap();
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    silence(&ana).await;

    let before = keys(&home);
    let works =
        if home.database.is_some() { "servers work on this store" } else { "in use by another chasqui" };
    let refusal = refused(&mut rotate(&home));
    assert!(refusal.contains(works), "{refusal}");
    assert_eq!(keys(&home), before, "a key was made while a server worked");
    stop(server);

    let told = said(run(&mut rotate(&home)));
    assert!(told.contains("with key 2, which alone stands in"), "{told}");
    let after = keys(&home);
    assert!(after.len() == 1 && after[0].starts_with("2:") && !after[0].contains(&before[0]), "{after:?}");
    let server = serve(&home, &address, meta.url());
    ana.says("Ana").unwrap();
    assert_eq!(next(&ana).await, "Hello Ana, how can we help? [Opening hours] [My order] [A person]");
    stop(server);

    // Somebody puts the old file back: it opens nothing, and the server says so.
    std::fs::write(key_file(&home), &before[0]).unwrap();
    let mut old = home.chasqui();
    old.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(home.data.path());
    let refusal = refused(&mut old);
    assert!(refusal.contains("none of the secrets in the database can be opened"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_killed_anywhere_loses_nothing_and_goes_on() {
    let home = home().await;
    bootstrap(&home);
    let clock = Clock::system();
    let mail = |_| Mail {
        id: clock.id(),
        account: None,
        kind: "invitation".into(),
        recipient: "ana@example.com".into(),
        subject: "Hello".into(),
        text: "A text".into(),
        attempts: 0,
        created_at: clock.now(),
    };
    let mails: Vec<Mail> = (0..MAILS).map(mail).collect();
    let store = open(&home).await;
    store.send_mail(&mails).await.unwrap();
    drop(store);
    let mut interrupted = 0;
    for wait in [0, 5, 20, 60, 150] {
        let began = keys(&home);
        let mut child = rotate(&home).stdout(Stdio::null()).spawn().unwrap();
        // From the moment at which there are two keys.
        while began.len() == 1 && keys(&home) == began && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += u32::from(keys(&home).len() == 2);
        let store = open(&home).await;
        assert_eq!(opened(&store).await, MAILS as usize, "after {wait} ms");
    }
    assert!(interrupted > 0, "no run was caught in the middle");
    let halfway = keys(&home).len() == 2;
    let told = said(run(&mut rotate(&home)));
    assert_eq!(told.contains("that was interrupted goes on"), halfway, "{told}");
    assert_eq!(keys(&home).len(), 1);
    assert_eq!(opened(&open(&home).await).await, MAILS as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_operator_gives_is_changed_by_the_operator() {
    let home = home().await;
    bootstrap(&home);
    let old = keys(&home).remove(0);
    let store = open(&home).await;
    let clock = Clock::system();
    let mail = Mail {
        id: clock.id(),
        account: None,
        kind: "invitation".into(),
        recipient: "ana@example.com".into(),
        subject: "Hello".into(),
        text: "A text".into(),
        attempts: 0,
        created_at: clock.now(),
    };
    store.send_mail(&[mail]).await.unwrap();
    drop(store);
    let refusal = refused(rotate(&home).env("CHASQUI_MASTER_KEY", &old));
    assert!(refusal.contains("put a new one in front of it") && !refusal.contains(&old), "{refusal}");
    let new = "2:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let told = said(run(rotate(&home).env("CHASQUI_MASTER_KEY", format!("{new},1:{old}"))));
    assert!(told.contains("sealed anew: 1 rows, with key 2"), "{told}");
    let vault = config::vault(home.data.path(), Some(&Secret::new(new)), false).unwrap();
    assert_eq!(opened(&open_with(&home, vault).await).await, 1);
}

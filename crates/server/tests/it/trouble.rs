//! A PostgreSQL that would forget, one that only follows, and one whose disk is full: refused at the start, 503 while the
//! server runs, and on by itself when it is well again.

use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use chasqui_model::secret::Secret;
use chasqui_simulator::{Config, FaultKind, FaultSpec, Moment, Simulator, harness};
use chasqui_store::testing::Database;
use chasqui_whatsapp::signature;
use serde_json::json;

use crate::cluster::{self, Cluster};
use crate::killed::{Home, Process, bootstrap, connect, serve};
use crate::moved::{backup, refused, restore, run, stop};

fn home(url: String) -> Home {
    Home { data: tempfile::tempdir().unwrap(), database: None, url: Some(url) }
}

/// These need a PostgreSQL of their own, so they run once, with the others that need one.
async fn wanted() -> bool {
    Database::chosen().await.is_some()
}

fn starting(home: &Home) -> Command {
    let mut command = home.chasqui();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(home.data.path());
    command
}

/// What `chasqui doctor` finds; the public address is wrong in tests, so its exit status says nothing.
fn doctor(home: &Home) -> String {
    let mut command = home.chasqui();
    command.args(["doctor", "--graph-url", "http://127.0.0.1:1", "--data-dir"]).arg(home.data.path());
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_would_forget_is_refused_until_it_does_not() {
    if !wanted().await {
        return;
    }
    let forgetful = Cluster::make("fsync = off\nfull_page_writes = off\n");
    let home = home(forgetful.url());
    let said = refused(&mut starting(&home));
    assert!(said.contains("runs with fsync, full_page_writes = off"), "{said}");
    assert_eq!(forgetful.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
    let told = doctor(&home);
    assert!(told.contains("FAIL  store") && told.contains("fsync, full_page_writes = off"), "{told}");
    forgetful.run("ALTER SYSTEM SET fsync = on");
    forgetful.run("ALTER SYSTEM SET full_page_writes = on");
    forgetful.run("SELECT pg_reload_conf()");
    bootstrap(&home);
    drop(serve(&home, "127.0.0.1:0", "http://127.0.0.1:1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_good_for_a_backup_only_and_the_primary_is_found_behind_it() {
    if !wanted().await {
        return;
    }
    let primary = Cluster::make("");
    let at_primary = home(primary.url());
    bootstrap(&at_primary);
    let standby = Cluster::follow(&primary);
    let alone = home(standby.url());
    std::fs::copy(at_primary.data.path().join("chasqui.key"), alone.data.path().join("chasqui.key")).unwrap();
    let file = at_primary.data.path().join("a.backup");
    run(&mut backup(&alone, &file));
    for mut command in [starting(&alone), restore(&alone, &file)] {
        let said = refused(&mut command);
        assert!(said.contains("can only be read (a standby?)"), "{said}");
    }
    let both = Home { url: Some(cluster::url(&[&standby, &primary])), ..alone };
    let told = doctor(&both);
    let wanted = [
        "ok    durability: PostgreSQL 1",
        "fsync = on",
        "ok    standbys: walreceiver follow, and no confirmation waits for them",
        "ok    workers: no server works on this store",
        "ok    clock: ",
    ];
    assert!(wanted.iter().all(|it| told.contains(it)), "{told}");
    let server = serve(&both, "127.0.0.1:0", "http://127.0.0.1:1");
    assert!(doctor(&both).contains("ok    workers: 256 of 256 parts have a worker: "));
    stop(server);

    primary.run("ALTER SYSTEM SET synchronous_standby_names = 'walreceiver'");
    primary.run("SELECT pg_reload_conf()");
    let began = Instant::now();
    while primary.run("SELECT sync_state FROM pg_stat_replication") != "sync" {
        assert!(began.elapsed() < Duration::from_secs(20), "the standby is not waited for");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let told = doctor(&both);
    assert!(
        told.contains("ok    standbys: walreceiver follow, confirmations wait for walreceiver"),
        "{told}"
    );
    drop(standby);
    let alone = Home { url: Some(primary.url()), ..both };
    let told = doctor(&alone);
    assert!(told.contains("FAIL  standbys: confirmations wait for a standby and none is there"), "{told}");
}

/// A message of a contact who has not written before, signed.
async fn deliver(callback: &str, no: u32) -> u16 {
    let from = format!("491510{no:07}");
    let now = chasqui_model::Clock::system().now().millis() / 1000;
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
        "field": "messages", "value": { "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER },
            "contacts": [{ "profile": { "name": "C" }, "wa_id": from }],
            "messages": [{ "from": from, "id": format!("wamid.{no}"), "timestamp": now.to_string(), "type": "text",
                "text": { "body": "x".repeat(3000) } }] } }] }] })
    .to_string();
    let signed = signature::sign(&Secret::new(harness::SECRET), body.as_bytes());
    let request = reqwest::Client::new().post(callback).header("x-hub-signature-256", signed).body(body);
    request.send().await.unwrap().status().as_u16()
}

/// A Meta, and a server with a connected number that lives for as long as it is kept.
async fn serving(home: &Home) -> (Simulator, Process) {
    let meta = Simulator::start(Config::default()).await.unwrap();
    let token = bootstrap(home);
    let server = serve(home, "127.0.0.1:0", meta.url());
    connect(&server.address, &token, &meta).await;
    (meta, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_a_503_and_everything_goes_on_when_there_is_room() {
    if !wanted().await {
        return;
    }
    let Some(small) = Cluster::on_a_small_disk(160) else { return };
    let home = home(small.url());
    let fill = || {
        let path = small.beside_the_data("filler");
        let mut filler = std::fs::File::create(&path).unwrap();
        while filler.write_all(&[0; 8192]).is_ok() {}
        path
    };
    // At the start: nothing is made, or all. The first connection of all writes a file that later ones only read.
    small.run("SELECT 1");
    let filler = fill();
    let said = refused(&mut starting(&home));
    assert!(said.contains("the disk of the database is full"), "{said}");
    assert_eq!(small.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
    std::fs::remove_file(&filler).unwrap();

    let (_meta, server) = serving(&home).await;
    let id = small.run("SELECT id FROM integration").replace('-', "");
    let callback = format!("http://{}/webhooks/whatsapp/int_{id}", server.address);
    assert_eq!(deliver(&callback, 0).await, 200);

    let filler = fill();
    let (mut no, mut taken, began) = (1, vec![0], Instant::now());
    let refused = loop {
        match deliver(&callback, no).await {
            200 => taken.push(no),
            other => break other,
        }
        // What is taken while a page has room is taken in earnest.
        assert!(began.elapsed() < Duration::from_mins(1), "{no} deliveries fit on a full disk");
        no += 1;
    };
    assert_eq!(refused, 503);
    std::fs::remove_file(&filler).unwrap();
    // Meta comes again.
    let began = Instant::now();
    while deliver(&callback, no).await != 200 {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not go on by itself");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    taken.push(no);
    let began = Instant::now();
    let inbound = "SELECT count(*) FROM message WHERE wamid LIKE 'wamid.%' AND status = 0";
    while small.run(inbound) != taken.len().to_string() || small.run("SELECT count(*) FROM inbox") != "0" {
        assert!(began.elapsed() < Duration::from_secs(30), "{} of {}", small.run(inbound), taken.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// As behind a synchronous standby that is gone until another one takes its place.
#[tokio::test(flavor = "multi_thread")]
async fn commits_that_hang_longer_than_a_lease_lose_and_double_nothing() {
    if !wanted().await {
        return;
    }
    let primary = Cluster::make("");
    let home = home(primary.url());
    let (meta, _server) = serving(&home).await;
    meta.set(|settings| {
        settings.latency_ms = 0;
        settings.enforce_rates = false;
    });
    let waits_for = |standby: &str| {
        primary.run(&format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'"));
        primary.run("SELECT pg_reload_conf()");
    };
    let mut people = Vec::new();
    for second in 0..8 {
        match second {
            2 => waits_for("nobody"),
            6 => waits_for(""),
            _ => {}
        }
        for no in 0..20 {
            let person = meta.contact(&format!("C{second}-{no}"), harness::NUMBER).unwrap();
            person.says("hi").unwrap();
            people.push(person);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let began = Instant::now();
    let answered = |it: &&chasqui_simulator::harness::Contact| !it.transcript().is_empty();
    while people.iter().filter(answered).count() < people.len() {
        assert!(began.elapsed() < Duration::from_mins(1), "not all are answered");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let twice = people.iter().filter(|it| it.transcript().len() > 1).count();
    assert_eq!(twice, 0, "of {} first messages, so many were answered twice", people.len());
}

/// As when the next owner of a part has found a message on its way, and the former one gives it up a moment later.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_its_former_owner_puts_back_is_not_waited_for() {
    if !wanted().await {
        return;
    }
    let database = Cluster::make("");
    let home = home(database.url());
    let (meta, _server) = serving(&home).await;
    meta.add_fault(FaultSpec {
        route: "messages".into(),
        phone_number_id: None,
        fault: FaultKind { drop: Some(Moment::Before), ..FaultKind::default() },
        times: Some(1),
        seconds: None,
        every: None,
    });
    let person = meta.contact("Ana", harness::NUMBER).unwrap();
    person.says("hi").unwrap();
    let began = Instant::now();
    let in_doubt = "SELECT count(*) FROM message WHERE status = 20";
    while database.run(in_doubt) != "1" {
        assert!(began.elapsed() < Duration::from_secs(10), "the message is not on its way");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(person.transcript().is_empty(), "what is in doubt is waited for");
    database.run("UPDATE message SET status = 10, due_at = NULL WHERE status = 20");
    person.wait_for(1, Duration::from_secs(5)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(person.transcript().len(), 1);
}

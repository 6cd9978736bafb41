//! One conversation over four stores: backed up and restored, moved to the other engine, backed up and restored there.
//! Its contact notices nothing.

use std::path::Path;
use std::process::{Command, Output};

use chasqui_simulator::{Config, Simulator};
use chasqui_store::testing::Database;

use crate::bot::{next, silence};
use crate::killed::{Home, Process, bootstrap, connect, serve};

const MENU: &str = "Hello Ana, how can we help? [Opening hours] [My order] [A person]";

fn home(database: Option<Database>) -> Home {
    Home { data: tempfile::tempdir().unwrap(), database, url: None }
}

pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

pub fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

pub fn backup(home: &Home, file: &Path) -> Command {
    let mut command = home.chasqui();
    command.arg("backup").arg(file).arg("--data-dir").arg(home.data.path());
    command
}

pub fn restore(home: &Home, file: &Path) -> Command {
    let mut command = home.chasqui();
    command.arg("restore").arg(file).arg("--data-dir").arg(home.data.path());
    command
}

/// As the commands tell their users to.
fn bring_the_key(from: &Home, to: &Home) {
    std::fs::copy(from.data.path().join("chasqui.key"), to.data.path().join("chasqui.key")).unwrap();
}

pub fn stop(mut server: Process) {
    assert!(Command::new("kill").arg(server.child.id().to_string()).status().unwrap().success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn a_conversation_goes_on_wherever_its_store_is_brought() {
    let files = tempfile::tempdir().unwrap();
    let first = home(None);
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.set(|settings| settings.latency_ms = 0);
    let token = bootstrap(&first);
    let server = serve(&first, "127.0.0.1:0", meta.url());
    let address = server.address.clone();
    connect(&address, &token, &meta).await;
    let ana = meta.contact("Ana", chasqui_simulator::harness::NUMBER).unwrap();
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    silence(&ana).await;

    // While the server works.
    std::fs::create_dir_all(first.data.path().join("media")).unwrap();
    std::fs::write(first.data.path().join("media/med_1"), b"a picture").unwrap();
    let file = files.path().join("one.backup");
    let told = String::from_utf8(run(&mut backup(&first, &file)).stderr).unwrap();
    assert!(told.contains("the key is NOT in it") && told.contains("1 files of media"), "{told}");
    assert!(told.contains("100 %") && !told.contains('\r'), "{told}");
    assert!(refused(&mut backup(&first, &file)).contains("is there already"));
    let key = std::fs::read_to_string(first.data.path().join("chasqui.key")).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(key.trim()) && !text.contains(chasqui_simulator::harness::SECRET));
    assert!(refused(&mut restore(&first, &file)).contains("in use by another chasqui"));
    stop(server);
    assert!(refused(&mut restore(&first, &file)).contains("is not empty"));

    let second = home(None);
    let told = String::from_utf8(run(&mut restore(&second, &file)).stdout).unwrap();
    assert!(told.contains("The key is not in a backup"), "{told}");
    assert_eq!(std::fs::read(second.data.path().join("media/med_1")).unwrap(), b"a picture");
    bring_the_key(&first, &second);
    let server = serve(&second, &address, meta.url());
    ana.says("Ana").unwrap();
    assert_eq!(next(&ana).await, MENU);
    silence(&ana).await;

    let Some(database) = Database::make().await else { return };
    let third = home(Some(database));
    let to = third.database.as_ref().unwrap().url();
    let from = format!("sqlite:{}", second.data.path().display());
    let migrate = || {
        let mut command = third.chasqui();
        command.args(["migrate-store", "--from", &from, "--to", to.expose()]);
        command
    };
    assert!(refused(&mut migrate()).contains("in use by another chasqui"));
    stop(server);
    let told = String::from_utf8(run(&mut migrate()).stdout).unwrap();
    assert!(told.contains("conversation") && told.contains("are the same in both stores"), "{told}");
    assert!(refused(&mut migrate()).contains("is not empty"));
    bring_the_key(&first, &third);
    let server = serve(&third, &address, meta.url());
    ana.taps("My order").unwrap();
    assert_eq!(next(&ana).await, "You chose My order.");
    ana.says("hi again").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    silence(&ana).await;

    let file = files.path().join("two.backup");
    run(&mut backup(&third, &file));
    stop(server);
    let fourth = home(Database::make().await);
    run(&mut restore(&fourth, &file));
    bring_the_key(&first, &fourth);
    let _server = serve(&fourth, &address, meta.url());
    ana.says("Ana").unwrap();
    assert_eq!(next(&ana).await, MENU);
    silence(&ana).await;
    assert_eq!(meta.sends().0, 5);
}

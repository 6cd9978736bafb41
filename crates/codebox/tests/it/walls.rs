//! What a child has and can reach: looked at from outside, and tried from inside.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::{Command, Stdio};

use chasqui_codebox::{Codebox, Options};
use serde_json::json;

use crate::{function, options, own_program, patient, run};

/// The processes of a program that this process started.
pub fn children(program: &Path) -> Vec<i32> {
    let ours = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        if parent == Some(&ours) && fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == program) {
            found.push(pid);
        }
    }
    found
}

fn field(pid: i32, file: &str, name: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap();
    let line =
        text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
    line[name.len()..].trim_start_matches(':').split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_child_holds_no_descriptor_and_no_environment_of_the_server() {
    // One that a program which is careless about descriptors would hand down.
    let open = fs::File::open("/etc/passwd").unwrap();
    let careless = rustix::io::dup(&open).unwrap();
    assert!(std::env::vars_os().next().is_some());

    let (_folder, program) = own_program();
    let codebox = Codebox::new(Options { program: program.clone(), ..options() });
    run(&codebox, &function("return 1"), json!({})).await.unwrap();
    let children = children(&program);
    assert_eq!(children.len(), 1);
    let pid = children[0];

    let mut descriptors = BTreeMap::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd")).unwrap() {
        let entry = entry.unwrap();
        let target = fs::read_link(entry.path()).unwrap();
        descriptors.insert(entry.file_name().into_string().unwrap(), target.to_string_lossy().into_owned());
    }
    assert_eq!(
        descriptors.keys().map(String::as_str).collect::<Vec<_>>(),
        ["0", "1", "2"],
        "{descriptors:?}"
    );
    assert!(
        descriptors["0"].starts_with("pipe:") && descriptors["1"].starts_with("pipe:"),
        "{descriptors:?}"
    );
    assert_eq!(descriptors["2"], "/dev/null");
    assert!(careless.as_raw_fd() > 2);

    assert_eq!(fs::read(format!("/proc/{pid}/environ")).unwrap(), b"");
    assert_eq!(fs::read_link(format!("/proc/{pid}/cwd")).unwrap(), Path::new("/"));
    assert_eq!(field(pid, "status", "NoNewPrivs"), "1");
    // A filter stands, on every thread.
    for task in fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let task = task.unwrap().file_name().into_string().unwrap();
        assert_eq!(field(pid, &format!("task/{task}/status"), "Seccomp"), "2");
    }
    assert_eq!(field(pid, "limits", "Max open files"), "0 0 files");
    assert_eq!(field(pid, "limits", "Max core file size"), "0 0 bytes");
    assert_eq!(field(pid, "limits", "Max processes"), "0 0 processes");
    assert_eq!(field(pid, "limits", "Max cpu time"), "600 600 seconds");
    assert!(!field(pid, "limits", "Max address space").contains("unlimited"));
    if codebox.walls().await.unwrap().own_network {
        let network = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/net")).unwrap();
        assert_ne!(network(&pid.to_string()), network("self"));
    }
}

#[test]
fn nothing_that_a_child_tries_from_inside_works() {
    let victim = Path::new("/tmp/chasqui-probe-victim");
    fs::write(victim, "").unwrap();
    let output = Command::new(options().program)
        .arg("probe")
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("environment 0\n"), "{said}");
    assert!(victim.exists());
    fs::remove_file(victim).unwrap();
    let tried = |stage: &str| said.lines().filter(|line| line.starts_with(stage)).count();
    assert_eq!((tried("first "), tried("last ")), (10, 11), "{said}");
    // Behind the first walls a signal may still be sent where Landlock is too old to stop it.
    let worked: Vec<&str> = said.lines().filter(|line| line.ends_with("WORKED")).collect();
    assert!(worked.iter().all(|line| *line == "first signal WORKED"), "{said}");
    for line in said.lines().filter(|line| line.starts_with("last ")) {
        let denied = ["Operation not permitted", "Permission denied", "Resource temporarily unavailable"];
        assert!(denied.iter().any(|reason| line.contains(reason)), "{said}");
    }
}

#[tokio::test]
async fn the_walls_say_which_of_them_stand() {
    let walls = patient().walls().await.unwrap();
    let said = walls.to_string();
    assert!(said.starts_with("seccomp, limits"), "{said}");
    assert_eq!(said.contains(", Landlock"), walls.landlock);
}

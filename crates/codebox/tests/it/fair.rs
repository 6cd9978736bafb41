//! Children die and accounts are greedy; nobody else notices.

use std::time::Duration;

use chasqui_codebox::{Codebox, Options, TroubleKind};
use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::json;

use crate::walls::children;
use crate::{account, function, options, own_program, patient, run, run_of};

#[tokio::test]
async fn slow_code_of_one_account_does_not_hold_up_another() {
    let codebox = Codebox::new(Options { children: 3, time: Duration::from_secs(10), ..options() });
    let endless = function("while True: pass");
    let quick = function("return 1");
    let mut slow: FuturesUnordered<_> =
        (0..20).map(|_| codebox.run(account(1), run_of(&endless, json!({})))).collect();
    let others = async {
        // Behind the queue of the first account.
        tokio::time::sleep(Duration::from_millis(200)).await;
        for number in 2..6 {
            for _ in 0..10 {
                codebox.run(account(number), run_of(&quick, json!({}))).await.unwrap();
            }
        }
    };
    tokio::select! {
        biased;
        slow = slow.next() => panic!("the others were still waiting when the first slow run was over: {slow:?}"),
        () = others => {}
    }
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_child_is_told() {
    let codebox = Codebox::new(Options {
        children: 2,
        time: Duration::from_secs(2),
        patience: Duration::from_millis(300),
        ..options()
    });
    let endless = function("while True: pass");
    let runs = join_all((0..3).map(|_| codebox.run(account(1), run_of(&endless, json!({}))))).await;
    let kinds: Vec<TroubleKind> = runs.into_iter().map(|run| run.unwrap_err().kind).collect();
    assert_eq!(kinds, [TroubleKind::Time, TroubleKind::Unavailable, TroubleKind::Unavailable]);
    // Those who gave up left no gap: both places are free again.
    let quick = function("return 1");
    for number in 1..4 {
        codebox.run(account(number), run_of(&quick, json!({}))).await.unwrap();
    }
}

#[tokio::test]
async fn a_child_that_is_killed_in_a_run_fails_that_run_only() {
    let (_folder, program) = own_program();
    let codebox = Codebox::new(Options {
        program: program.clone(),
        children: 4,
        time: Duration::from_secs(20),
        ..options()
    });
    let slow = function("n = 0\nfor i in range(2000000): n += 1\nreturn n");
    let quick = function("return 1");
    run(&codebox, &quick, json!({})).await.unwrap();
    let before = children(&program);
    assert_eq!(before.len(), 1);
    let victim = codebox.run(account(1), run_of(&function("while True: pass"), json!({})));
    let murder = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let bystander = codebox.run(account(2), run_of(&slow, json!({})));
        for pid in before {
            kill(pid);
        }
        bystander.await
    };
    let (victim, bystander) = tokio::join!(victim, murder);
    assert_eq!(victim.unwrap_err().kind, TroubleKind::Crash);
    assert_eq!(bystander.unwrap().result, json!(2_000_000));
    run(&codebox, &quick, json!({})).await.unwrap();
}

#[tokio::test]
async fn a_child_that_died_in_its_sleep_is_replaced_unnoticed() {
    let (_folder, program) = own_program();
    let codebox =
        Codebox::new(Options { program: program.clone(), time: Duration::from_secs(10), ..options() });
    let quick = function("return variables['n']");
    for n in 0..5 {
        assert_eq!(run(&codebox, &quick, json!({ "n": n })).await.unwrap().result, json!(n));
        for pid in children(&program) {
            kill(pid);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn children_that_are_not_needed_are_ended() {
    let codebox = patient();
    run(&codebox, &function("return 1"), json!({})).await.unwrap();
    assert_eq!(codebox.resting(), 1);
    codebox.rest();
    assert_eq!(codebox.resting(), 1, "it was used just now");
    codebox.rest();
    assert_eq!(codebox.resting(), 0);
    run(&codebox, &function("return 1"), json!({})).await.unwrap();
}

#[tokio::test]
async fn without_a_child_the_run_says_so() {
    for program in ["/does/not/exist", "/bin/true", "/bin/cat"] {
        let codebox = Codebox::new(Options { program: program.into(), ..options() });
        let trouble = run(&codebox, &function("return 1"), json!({})).await.unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::Unavailable, "{program}");
        assert!(codebox.walls().await.is_err());
    }
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}

//! What cannot be read, what cannot be run, and what would run for ever.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::sleep;

use super::super::stage::Stage;
use crate::mark::Mark;
use crate::wire::Connection;

/// The number in trouble.
const SICK: usize = 0;
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn endless(stage: &mut Stage) -> Result<()> {
    let meta = Rc::clone(&stage.meta);
    let contacts: Vec<u32> = (0..20).map(|_| meta.add_contact(SICK)).collect();
    let marks = write(stage, &contacts).await;
    let told = answered(stage, &marks).await;
    stage.claim(told, format!("{} apologies", marks.len()));

    let conversations = stage.api.conversations(&meta.numbers[SICK]).await?;
    let ended = conversations.iter().filter(|it| it["status"] == "ended" && it["end_reason"] == "failed");
    let ended = ended.count();
    stage.claim(
        ended == contacts.len(),
        format!("{ended} of {} conversations ended as failed", contacts.len()),
    );
    let events = event_codes(stage).await?;
    let guards = events.iter().filter(|code| *code == "too_many_visits").count();
    stage.claim(guards > 0, format!("{guards} events too_many_visits"));
    Ok(())
}

pub(super) async fn poison(stage: &mut Stage) -> Result<()> {
    let meta = Rc::clone(&stage.meta);
    let (ill, well) = (meta.add_contact(SICK), meta.add_contact(SICK));
    let first = write(stage, &[ill, well]).await;
    let told = answered(stage, &first).await;
    stage.claim(told, "answered before");

    unreadable(stage).await?;
    destroy_state(stage, ill).await?;
    // What is in memory is right; only what is read from the disk is not.
    stage.kill_and_start().await?;
    let lost = write(stage, &[ill]).await;
    let kept = {
        let stage = &*stage;
        let seen = async || {
            event_codes(stage).await.is_ok_and(|codes| codes.iter().any(|it| it == "message_not_run"))
        };
        stage.within(PATIENCE, seen).await
    };
    stage.claim(kept.is_some(), "a dead letter and its event");
    if kept.is_some() {
        for mark in lost {
            meta.ledger.borrow_mut().excuse(mark);
        }
    }
    let after = write(stage, &[well]).await;
    let told = answered(stage, &after).await;
    stage.claim(told, "another contact of that number is answered");
    Ok(())
}

/// Bodies that Meta would not send. Each must be taken or refused as it deserves, and cost nobody else anything.
async fn unreadable(stage: &mut Stage) -> Result<()> {
    let number = &stage.meta.numbers[SICK];
    let id = number.id();
    let value = |value: &str| {
        format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"1","phone_number_id":"{id}"}},{value}}}}}]}}]}}"#
        )
    };
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let large = |size| value(&format!(r#""messages":"{}""#, "x".repeat(size)));
    let signed: [(&str, String, u16); 11] = [
        ("no JSON", "{\"object\":".into(), 200),
        ("no text", "\u{0}\u{1}\u{fffd}".into(), 200),
        ("an empty object", "{}".into(), 200),
        ("a list", "[1,2]".into(), 200),
        ("null", "null".into(), 200),
        ("nothing", String::new(), 200),
        ("50,000 levels", value(&format!(r#""messages":{deep}"#)), 200),
        (
            "messages that are none",
            value(r#""messages":[1,"a",null,{},{"from":5}],"statuses":{"id":[]}"#),
            200,
        ),
        (
            "a status nobody knows",
            value(r#""statuses":[{"id":"wamid.P1","status":"levitated","timestamp":"x","recipient_id":{}}]"#),
            200,
        ),
        ("2.9 MB", large(2_900_000), 200),
        ("3.2 MB", large(3_300_000), 413),
    ];
    let mut wrong = Vec::new();
    for (name, body, expected) in &signed {
        let status = post(stage, &number.request(body)).await?;
        if status != Some(*expected) {
            wrong.push(format!("{name}: {status:?} instead of {expected}"));
        }
    }
    let request = String::from_utf8(number.request("{}"))?;
    let (before, after) = request.split_once("sha256=").context("no signature")?;
    let forged = format!("{before}sha256={}{}", "0".repeat(64), &after[64..]);
    for _ in 0..6 {
        let status = post(stage, forged.as_bytes()).await?;
        if status != Some(401) {
            wrong.push(format!("forged: {status:?} instead of 401"));
        }
    }
    let text =
        if wrong.is_empty() { "17 bad bodies answered as they deserve".into() } else { wrong.join(", ") };
    stage.claim(wrong.is_empty(), text);

    sleep(Duration::from_millis(500)).await;
    let codes = event_codes(stage).await?;
    let told =
        ["delivery_unreadable", "signature_refused"].iter().all(|code| codes.iter().any(|it| it == code));
    stage.claim(told, format!("told as {}", distinct(codes)));
    Ok(())
}

fn distinct(mut codes: Vec<String>) -> String {
    codes.sort();
    codes.dedup();
    codes.join(", ")
}

/// One attempt on a connection of its own; `None`: no answer.
async fn post(stage: &Stage, request: &[u8]) -> Result<Option<u16>> {
    let mut connection = Connection::open(stage.product.listen).await?;
    Ok(connection.exchange(request).await.ok().map(|response| response.status))
}

/// What a fault of the disk or of a program could do to one row.
async fn destroy_state(stage: &Stage, contact: u32) -> Result<()> {
    let phone = stage.meta.ledger.borrow().contact(contact).context("no such contact")?.1;
    let statement = format!(
        "UPDATE conversation SET state = '{{' WHERE contact IN (SELECT id FROM contact WHERE wa_id = '{phone}' \
         AND integration = (SELECT id FROM integration WHERE name = 'Number {SICK}')); SELECT changes();"
    );
    let output = Command::new("sqlite3")
        .args(["-cmd", ".timeout 10000"])
        .arg(stage.product.data.join("chasqui.db"))
        .arg(statement)
        .output()
        .await
        .context("needs the program sqlite3")?;
    let changed = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(changed.trim() == "1", "{} conversations were destroyed {complaint}", changed.trim());
    Ok(())
}

/// Each contact writes once and is answered 200.
async fn write(stage: &Stage, contacts: &[u32]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for contact in contacts {
        let mark = stage.meta.ledger.borrow_mut().write(*contact, None);
        let Some(mark) = mark else { continue };
        if let Some(parcel) = stage.meta.pack(&[(mark, None)]) {
            stage.meta.deliver(&parcel).await;
        }
        marks.push(mark);
    }
    marks
}

/// Whether all are answered in time.
async fn answered(stage: &Stage, marks: &[Mark]) -> bool {
    let all = async || marks.iter().all(|mark| stage.meta.ledger.borrow().is_answered(*mark));
    let after = stage.within(PATIENCE, all).await;
    // Events are written a moment later.
    sleep(Duration::from_millis(300)).await;
    after.is_some()
}

async fn event_codes(stage: &Stage) -> Result<Vec<String>> {
    let events = stage.api.events(&stage.meta.numbers[SICK]).await?;
    Ok(events.iter().filter_map(|it| it["code"].as_str().map(str::to_owned)).collect())
}

//! Files in both directions.

use std::time::Duration;

use chasqui_simulator::harness::{self, NUMBER};
use chasqui_whatsapp::client::DownloadError;
use chasqui_whatsapp::webhook::Update;
use serde_json::json;

use crate::rig::{Rig, WAIT, eventually};

#[tokio::test]
async fn an_upload_can_be_sent_and_fetched_again() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let id = rig.client.upload_media(&rig.number, "a.png", "image/png", b"pixels"[..].into()).await.unwrap();
    rig.send_to(ana.wa_id(), json!({"type": "image", "source": {"meta": id}, "caption": "Look"}))
        .await
        .unwrap();
    let seen = ana.next(WAIT).await.unwrap();
    assert_eq!(seen.to_string(), "(image) Look");
    let shown = seen.message["image"]["_url"].as_str().unwrap();
    let bytes = rig.http.get(rig.url(shown)).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&bytes[..], b"pixels");

    let found = rig.client.media_url(&rig.number, &id).await.unwrap();
    assert_eq!((&*found.mime_type, found.file_size), ("image/png", Some(6)));
    let mut taken = Vec::new();
    let mut sink = |bytes: &[u8]| {
        taken.extend_from_slice(bytes);
        Ok(())
    };
    let sha256 = found.sha256.as_deref();
    let access = rig.number.access();
    let fetched = rig.client.download_media(access, &found.url, 100, sha256, &mut sink).await.unwrap();
    assert_eq!((fetched.size, fetched.mime_type.as_deref()), (6, Some("image/png")));
    assert_eq!(taken, b"pixels");

    let mut nowhere = |_: &[u8]| Ok(());
    let other = "00".repeat(32);
    let wrong = rig.client.download_media(access, &found.url, 100, Some(&other), &mut nowhere).await;
    assert!(matches!(wrong, Err(DownloadError::WrongHash)));
    rig.meta.advance(Duration::from_mins(5));
    let late = rig.client.download_media(access, &found.url, 100, None, &mut nowhere).await;
    assert!(matches!(late, Err(DownloadError::Expired)));
    rig.client.delete_media(&rig.number, &id).await.unwrap();
    assert!(rig.client.media_url(&rig.number, &id).await.is_err());
}

#[tokio::test]
async fn a_contacts_picture_comes_with_its_hash_and_address() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.hook.forget();
    let part =
        reqwest::multipart::Part::bytes(&b"a photo"[..]).file_name("p.jpg").mime_str("image/jpeg").unwrap();
    let form = reqwest::multipart::Form::new().part("file", part);
    let url = rig.url(&format!("/_sim/phones/{}/media", ana.wa_id()));
    let answer = rig.http.post(url).multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let file: serde_json::Value = answer.json().await.unwrap();
    assert_eq!((&file["filename"], &file["file_size"]), (&json!("p.jpg"), &json!(7)));
    ana.sends(json!({"type": "image", "image": {"id": file["id"], "caption": "me"}})).unwrap();
    ana.settles(WAIT).await.unwrap();
    let Update::Message { inbound, .. } = rig.hook.updates().remove(0) else { panic!() };
    let media = inbound.content.media().unwrap().clone();
    assert_eq!((&*media.mime_type, media.sha256.as_deref()), ("image/jpeg", file["sha256"].as_str()));
    let mut nowhere = |_: &[u8]| Ok(());
    let access = rig.number.access();
    let fetched = rig
        .client
        .download_media(access, &media.url.unwrap(), 7, media.sha256.as_deref(), &mut nowhere)
        .await;
    assert_eq!(fetched.unwrap().size, 7);
    rig.meta.advance(Duration::from_hours(7 * 24));
    assert!(rig.client.media_url(&rig.number, &media.id).await.is_err(), "ids of contacts live 7 days");
}

#[tokio::test]
async fn files_that_are_refused_and_files_that_fail_later() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let upload = async |kind: &str, size: usize| {
        rig.client.upload_media(&rig.number, "f", kind, vec![0; size].into()).await
    };
    assert!(upload("application/x-msdownload", 1).await.is_err());
    assert!(upload("image/png", 5 * 1024 * 1024 + 1).await.is_err());
    let id = upload("application/pdf", 1).await.unwrap();
    rig.send_to(ana.wa_id(), json!({"type": "image", "source": {"meta": id}})).await.unwrap();
    eventually("131053 comes late", || {
        rig.hook
            .statuses()
            .iter()
            .any(|status| status.errors.first().is_some_and(|error| error.code == 131_053))
    })
    .await;
}

#[tokio::test]
async fn a_download_needs_a_token_and_a_user_agent() {
    let rig = Rig::start().await;
    let id = rig.client.upload_media(&rig.number, "a.png", "image/png", b"x"[..].into()).await.unwrap();
    let url = rig.client.media_url(&rig.number, &id).await.unwrap().url;
    let bare = rig.http.get(&url).bearer_auth(harness::TOKEN).send().await.unwrap();
    assert_eq!(bare.status(), 404, "no user agent");
    let agent = rig.http.get(&url).header("user-agent", "x");
    assert_eq!(agent.send().await.unwrap().status(), 401, "no token");
    let url = url.replace("hash=", "hash=0");
    let forged = rig.http.get(&url).header("user-agent", "x").bearer_auth(harness::TOKEN);
    assert_eq!(forged.send().await.unwrap().status(), 404);
    assert!(rig.get(&format!("/_sim/phones/1/chats/{NUMBER}")).await["error"]["message"].is_string());
}

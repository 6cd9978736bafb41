//! The client against a server that answers as told, byte for byte.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::time::Duration;

use chasqui_model::integration::{Credentials, GraphVersion};
use chasqui_model::secret::Secret;
use chasqui_whatsapp::client::{CallError, Client, DownloadError, Number, Options, SendError};
use chasqui_whatsapp::error::Class;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const TOKEN: &str = "EAAtesttoken";
const PROOF: &str = "62f73cbe7b318721f6695dcd7ce46d9a60b2134d6e69eb38057c6db0608019a8";

fn credentials() -> Credentials {
    Credentials {
        business_account_id: "102".into(),
        messaging_account_id: None,
        phone_number_id: "106".into(),
        app_id: "670".into(),
        app_secret: Secret::new("test-app-secret"),
        access_token: Secret::new(TOKEN),
        token: chasqui_model::integration::Token::default(),
        verify_token: Secret::new("v"),
        version: GraphVersion::parse("v21.0").unwrap(),
    }
}

fn connect(base: &str) -> (Client, Number) {
    let options = Options { timeout: Duration::from_millis(400), ..Options::default() };
    let client = Client::new(base, options).unwrap();
    let number = client.number(&credentials()).unwrap();
    (client, number)
}

/// Answers one request with these bytes, then closes. Gives back what was asked.
async fn answering(answer: &'static str) -> (Client, Number, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (client, number) = connect(&format!("http://{}", listener.local_addr().unwrap()));
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !complete(&request) {
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).await.unwrap();
            if read == 0 {
                break;
            }
            request.extend_from_slice(&buffer[..read]);
        }
        if answer == "hang" {
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        String::from_utf8_lossy(&request).into_owned()
    });
    (client, number, asked)
}

fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

macro_rules! http {
    ($status:literal, $body:literal) => {
        concat!("HTTP/1.1 ", $status, "\r\nconnection: close\r\n\r\n", $body)
    };
}

#[tokio::test]
async fn a_send_carries_token_proof_and_body() {
    let (client, number, asked) = answering(http!(
        "200 OK",
        r#"{"messaging_product":"whatsapp","contacts":[{"input":"+1","wa_id":"1"}],"messages":[{"id":"wamid.A","message_status":"accepted"}]}"#
    ))
    .await;
    let sent = client.send_message(&number, br#"{"x":1}"#.to_vec()).await.unwrap();
    assert_eq!((&*sent.wamid, sent.wa_id.as_deref()), ("wamid.A", Some("1")));
    assert_eq!(sent.message_status.as_deref(), Some("accepted"));
    let asked = asked.await.unwrap();
    assert!(
        asked.starts_with(&format!("POST /v21.0/106/messages?appsecret_proof={PROOF} HTTP/1.1\r\n")),
        "{asked}"
    );
    assert!(asked.contains(&format!("authorization: Bearer {TOKEN}\r\n")));
    assert!(asked.contains("user-agent: Chasqui/"));
    assert!(asked.ends_with("\r\n\r\n{\"x\":1}"));
}

#[tokio::test]
async fn a_refusal_is_not_a_lost_answer() {
    let (client, number, _asked) =
        answering(http!("400 Bad Request", r#"{"error":{"code":131056,"message":"(#131056)"}}"#)).await;
    let Err(SendError::Refused(error)) = client.send_message(&number, "{}").await else { panic!() };
    assert_eq!((error.http, error.class()), (400, Class::RatePair));

    // Also with a status that says success, and without a Graph error.
    let (client, number, _asked) = answering(http!("200 OK", r#"{"error":{"code":131047}}"#)).await;
    let Err(SendError::Refused(error)) = client.send_message(&number, "{}").await else { panic!() };
    assert_eq!(error.class(), Class::Window);
    let (client, number, _asked) = answering(http!("503 Service Unavailable", "<html>busy</html>")).await;
    let Err(SendError::Refused(error)) = client.send_message(&number, "{}").await else { panic!() };
    assert_eq!(error.class(), Class::Transient);
}

#[tokio::test]
async fn lost_answers_are_unknown() {
    for answer in [
        "",
        "hang",
        http!("200 OK", "garbage"),
        http!("200 OK", "{}"),
        http!("502 Bad Gateway", "<html>"),
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{",
    ] {
        let (client, number, _asked) = answering(answer).await;
        let error = client.send_message(&number, "{}").await.unwrap_err();
        assert!(matches!(error, SendError::Unknown(_)), "{answer:?}: {error:?}");
        for text in [format!("{error}"), format!("{error:?}")] {
            assert!(!text.contains(PROOF) && !text.contains(TOKEN), "{text}");
        }
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (client, number) = connect(&format!("http://{}", listener.local_addr().unwrap()));
    drop(listener);
    let error = client.send_message(&number, "{}").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(_)), "{error:?}");
    assert!(!error.to_string().contains(PROOF), "{error}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (client, number, _asked) =
        answering("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n").await;
    let Err(CallError::Refused(error)) = client.phone_number(&number).await else { panic!() };
    assert_eq!(error.http, 302);
}

#[tokio::test]
async fn files_come_only_from_metas_hosts() {
    let (client, number, asked) = answering(http!("200 OK", "x")).await;
    let mut sink = |_: &[u8]| Ok(());
    for url in [
        "https://evil.example/a",
        "https://notfbsbx.com/a",
        "http://lookaside.fbsbx.com/a",
        "https://lookaside.fbsbx.com.evil.example/",
        "https://lookaside.fbsbx.com:8443/a",
        "https://lookaside.fbsbx.com@evil.example/a",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let error = client.download_media(number.access(), url, 10, None, &mut sink).await.unwrap_err();
        assert!(matches!(error, DownloadError::ForeignHost), "{url}: {error:?}");
    }
    asked.abort();
}

#[tokio::test]
async fn a_file_is_cut_off_at_the_limit() {
    for answer in [http!("200 OK", "0123456789"), "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789"] {
        let (client, number, _asked) = answering(answer).await;
        let url = format!("{client:?}").split('"').nth(1).unwrap().to_owned();
        let mut taken = 0;
        let mut sink = |bytes: &[u8]| {
            taken += bytes.len();
            Ok(())
        };
        let error = client.download_media(number.access(), &url, 9, None, &mut sink).await.unwrap_err();
        assert!(matches!(error, DownloadError::TooLarge { limit: 9 }), "{error:?}");
        assert!(taken <= 9);
    }
}

#[test]
fn ids_cannot_lead_elsewhere_and_nothing_secret_prints() {
    let client = Client::new("http://127.0.0.1:1", Options::default()).unwrap();
    let mut odd = credentials();
    odd.phone_number_id = "1/../../me?x=".into();
    let number = client.number(&odd).unwrap();
    assert!(!format!("{number:?}{:?}", number.access()).contains(PROOF));
    odd.access_token = Secret::new("a\nb");
    assert!(client.number(&odd).is_err());
    assert!(Client::new("ftp://x", Options::default()).is_err());
}

#[tokio::test]
async fn who_pays_stands_in_the_message_when_somebody_is_named() {
    let accepted = http!("200 OK", r#"{"messages":[{"id":"wamid.A"}]}"#);
    let (client, _, asked) = answering(accepted).await;
    let paying = Credentials { messaging_account_id: Some("204580".into()), ..credentials() };
    let number = client.number(&paying).unwrap();
    client.send_message(&number, r#"{"messaging_product":"whatsapp","to":"1"}"#).await.unwrap();
    let asked = asked.await.unwrap();
    let body = r#"{"messaging_account_id":"204580","messaging_product":"whatsapp","to":"1"}"#;
    assert!(asked.ends_with(body), "{asked}");
}

#[tokio::test]
async fn a_refusal_says_how_long_meta_wants_to_be_left_alone() {
    let refused = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\nretry-after: 7\r\nx-business-use-case-usage: \
        {\"1\":[{\"call_count\":100,\"estimated_time_to_regain_access\":3}]}\r\n\r\n{\"error\":{\"code\":80007}}";
    let (client, number, _asked) = answering(refused).await;
    let Err(SendError::Refused(error)) = client.send_message(&number, "{}").await else { panic!() };
    assert_eq!((error.wait, error.class()), (Some(Duration::from_mins(3)), Class::RateApp));
}

/// What Meta took from all versions in October 2026.
#[tokio::test]
async fn no_call_uses_what_meta_serves_no_more() {
    let token = Secret::new(TOKEN);
    for call in 0..9 {
        let (client, number, asked) = answering(http!("200 OK", "{}")).await;
        let app = client.app(GraphVersion::parse("v27.0").unwrap(), "670", &Secret::new("s")).unwrap();
        // What comes back is no matter.
        match call {
            0 => drop(client.phone_number(&number).await),
            1 => drop(client.health_status(&number).await),
            2 => drop(client.message_templates(&number).await),
            3 => drop(client.subscribed_apps(&number).await),
            4 => drop(client.subscriptions(&app).await),
            5 => drop(client.debug_token(&app, &token).await),
            6 => drop(client.exchange_token(&app, &token).await),
            7 => drop(client.media_url(&number, "1").await),
            _ => drop(client.mark_read(&number, "wamid.A", true).await),
        }
        let asked = asked.await.unwrap().to_lowercase();
        let head = asked.split("\r\n\r\n").next().unwrap();
        for gone in ["ids=", "date_format=", "pretty=", "debug=", "if-none-match", "if-modified-since"] {
            assert!(!head.contains(gone), "{head}");
        }
    }
}

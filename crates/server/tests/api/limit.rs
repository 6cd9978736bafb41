use std::time::Duration;

use chasqui_server::http::Limits;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::site::{Site, answer};

async fn connect(site: &Site) -> TcpStream {
    TcpStream::connect(site.server.address).await.unwrap()
}

#[tokio::test]
async fn half_open_connections_do_not_keep_others_out() {
    let site = Site::start_with(Limits { header: Duration::from_secs(2), ..Limits::default() }).await;
    let mut slow = Vec::new();
    for _ in 0..500 {
        let mut stream = connect(&site).await;
        stream.write_all(b"POST /webhooks/whatsapp/int_1 HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        slow.push(stream);
    }
    let healthy =
        tokio::time::timeout(Duration::from_secs(1), answer(site.http.get(format!("{}/healthz", site.url))));
    assert_eq!(healthy.await.unwrap().status, 200);
    for mut stream in slow {
        let closed = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut Vec::new())).await;
        assert!(closed.is_ok(), "a half-open connection was kept");
    }
}

#[tokio::test]
async fn at_the_limit_further_connections_wait_until_slow_ones_are_gone() {
    let limits = Limits { header: Duration::from_secs(1), connections: 10, ..Limits::default() };
    let site = Site::start_with(limits).await;
    let mut slow = Vec::new();
    for _ in 0..10 {
        let mut stream = connect(&site).await;
        stream.write_all(b"GET / HT").await.unwrap();
        slow.push(stream);
    }
    let healthy =
        tokio::time::timeout(Duration::from_secs(8), answer(site.http.get(format!("{}/healthz", site.url))));
    assert_eq!(healthy.await.unwrap().status, 200);
}

#[tokio::test]
async fn an_endless_head_is_refused() {
    let site = Site::start().await;
    let mut stream = connect(&site).await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let line = format!("X-Long: {}\r\n", "x".repeat(1000));
    for _ in 0..200 {
        if stream.write_all(line.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(crate::site::answer(site.http.get(format!("{}/healthz", site.url))).await.status, 200);
}

#[tokio::test]
async fn a_stop_finishes_the_request_in_hand() {
    let site = Site::start().await;
    let mut stream = connect(&site).await;
    let head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 38\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let address = site.server.address;
    let stopping = tokio::spawn(site.server.stop());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(address).await.is_err(), "new connections are taken while stopping");
    stream.write_all(br#"{"email":"nobody","password":"wrong" } "#[..38].as_ref()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(
        String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 401"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    tokio::time::timeout(Duration::from_secs(9), stopping).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_too_much_heavy_work_is_told_so_and_others_are_served() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let (hers, bens) = (site.published(&ana).await, site.published(&ben).await);
    let node = |at: usize| json!({ "id": format!("n{at}"), "type": "send_message", "text": "{unknown} and {more}", "ports": { "next": format!("n{}", at + 1) } });
    let nodes: Vec<_> = (0..800).map(node).collect();
    let large = json!({ "definition": { "format": 1, "name": "Large", "start": "n0", "nodes": nodes } });
    let path = format!("/bots/{hers}/validate");
    let crowd = futures::future::join_all((0..80).map(|_| site.post(&ana, &path, large.clone())));
    let other = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        site.post(&ben, &format!("/bots/{bens}/validate"), json!({})).await
    };
    let (crowd, other) = tokio::join!(crowd, other);
    assert_eq!(other.status, 200, "{other:?}");
    let (done, refused): (Vec<_>, Vec<_>) = crowd.into_iter().partition(|answer| answer.status == 200);
    assert!(!done.is_empty() && !refused.is_empty(), "{} done, {} refused", done.len(), refused.len());
    for answer in refused {
        assert_eq!(answer.status, 429, "{answer:?}");
        assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    }
    assert_eq!(site.post(&ana, &path, json!({})).await.status, 200, "and it goes on");
}

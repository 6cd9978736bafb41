//! Whom the simulator answers, over a plain connection: clients write their own `Host`.

use chasqui_simulator::harness;
use chasqui_simulator::{Config, Simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The status of an answer to this head.
async fn status(simulator: &Simulator, head: &str) -> u16 {
    let mut stream = TcpStream::connect(simulator.addr()).await.unwrap();
    let request = format!("{head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.contains(harness::TOKEN), "{text}");
    text.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Pages, controls, the shop, files and the Graph API.
const PATHS: [&str; 6] = [
    "GET /phone",
    "GET /_sim/phones",
    "GET /_sim/log",
    "POST /_sim/reset",
    "GET /_sim/shop/orders",
    "GET /v21.0/106540352242922",
];

#[tokio::test]
async fn whoever_names_another_host_gets_nothing() {
    let simulator = Simulator::start(Config::default()).await.unwrap();
    let port = simulator.addr().port();
    for path in PATHS {
        for host in [
            "evil.example".to_owned(),
            format!("evil.example:{port}"),
            format!("127.0.0.1.evil.example:{port}"),
            format!("localhost.evil.example:{port}"),
            format!("10.0.0.1:{port}"),
            String::new(),
        ] {
            let head = format!("{path} HTTP/1.1\r\nHost: {host}");
            assert_eq!(status(&simulator, &head).await, 421, "{head}");
        }
        let two = format!("{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example");
        assert_ne!(status(&simulator, &two).await, 200, "{path}");
        let whole = path.replacen(' ', " http://evil.example", 1);
        let absolute = format!("{whole} HTTP/1.1\r\nHost: 127.0.0.1:{port}");
        assert_eq!(status(&simulator, &absolute).await, 421, "{path}");
        let host = format!("{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}");
        assert_ne!(status(&simulator, &host).await, 421, "{path}");
    }
}

#[tokio::test]
async fn names_that_it_was_given_are_its_own() {
    let config = Config {
        public_url: Some("https://sim.example/".to_owned()),
        hosts: vec!["simulator".to_owned()],
        ..Config::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    for host in ["sim.example", "SIM.example:443", "simulator:9090", "localhost:9090", "[::1]:9090"] {
        let head = format!("GET /phone HTTP/1.1\r\nHost: {host}");
        assert_eq!(status(&simulator, &head).await, 200, "{host}");
    }
    assert_eq!(status(&simulator, "GET /phone HTTP/1.1\r\nHost: sim.example.evil.example").await, 421);
}

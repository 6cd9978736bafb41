use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

/// A server's whole output while requests with secrets in all places reach it.
#[test]
fn the_log_holds_no_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_chasqui"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "trace",
            "--data-dir",
            folder.path().to_str().unwrap(),
        ])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = server.stdout.take().unwrap();
    let mut log = String::new();
    let address = loop {
        let mut some = [0; 4096];
        let read = out.read(&mut some).unwrap();
        assert!(read > 0, "the server ended: {log}");
        log.push_str(&String::from_utf8_lossy(&some[..read]));
        if let Some(rest) = log.split("\"address\":\"").nth(1).filter(|rest| rest.contains('"')) {
            break rest.split('"').next().unwrap().to_owned();
        }
    };
    let id = "int_00000000000000000000000000000000";
    for request in [
        format!("GET /webhooks/whatsapp/{id}?hub.mode=subscribe&hub.verify_token=SECRET1&hub.challenge=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        format!("POST /webhooks/whatsapp/{id} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: SECRET2\r\nContent-Length: 7\r\nConnection: close\r\n\r\nSECRET3"),
        "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer chq_SECRET4\r\nConnection: close\r\n\r\n".into(),
        "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: chasqui_session=SECRET5\r\nConnection: close\r\n\r\n".into(),
        "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 45\r\nConnection: close\r\n\r\n{\"email\":\"SECRET6@x.y\",\"password\":\"SECRET7\"}  ".into(),
        "GET /?q=SECRET8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(),
    ] {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    out.read_to_string(&mut log).unwrap();
    server.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    server.wait().unwrap();
    assert!(log.contains("\"message\":\"request\""), "nothing was logged at all");
    assert!(
        !log.contains("SECRET"),
        "{}",
        log.lines().find(|line| line.contains("SECRET")).unwrap_or_default()
    );
}

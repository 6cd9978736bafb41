//! Files that no row names: an upload dies between the bytes and the row.

use std::os::unix::process::ExitStatusExt as _;

use chasqui_simulator::{Config, Simulator};
use chasqui_store::testing::Database;

use crate::killed::{Home, bootstrap, serve, serve_by};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A program that was built with kill points.
fn crash_binary() -> Option<std::path::PathBuf> {
    std::env::var_os("CHASQUI_TEST_CRASH_BINARY").map(Into::into)
}

async fn upload(address: &str, token: &str) -> reqwest::Result<reqwest::Response> {
    let request = reqwest::Client::new().post(format!("http://{address}/api/v1/media?filename=a.png"));
    request.bearer_auth(token).header("content-type", "image/png").body(PNG).send().await
}

fn lying(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.data.path().join("media")).unwrap();
    let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// At K12 the bytes are there and the row is not. A restart serves what has a row, and the clean-up is another test's.
#[tokio::test]
async fn an_upload_that_dies_before_its_row_leaves_a_file_that_nobody_sees() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(program) = crash_binary() else { return };
    let home = Home { data: tempfile::tempdir().unwrap(), database: Database::chosen().await, url: None };
    let meta = Simulator::start(Config::default()).await.unwrap();
    let token = bootstrap(&home);
    let mut armed = home.program(&program);
    armed.env("CHASQUI_CRASH_AT", "K12:2");
    let mut process = serve_by(armed, &home, "127.0.0.1:0", meta.url());
    assert_eq!(upload(&process.address, &token).await.unwrap().status(), 201);
    assert!(upload(&process.address, &token).await.is_err());
    assert!(process.child.wait().unwrap().signal().is_some());
    assert_eq!(lying(&home).len(), 2);
    let process = serve(&home, "127.0.0.1:0", meta.url());
    let listed = reqwest::Client::new().get(format!("http://{}/api/v1/media", process.address));
    let listed: serde_json::Value =
        serde_json::from_str(&listed.bearer_auth(&token).send().await.unwrap().text().await.unwrap())
            .unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(upload(&process.address, &token).await.unwrap().status(), 201);
}

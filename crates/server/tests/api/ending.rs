//! What owners are told before a token or a version ends.

use std::time::Duration;

use chasqui_simulator::{FaultKind, FaultSpec};
use reqwest::Method;
use serde_json::json;

use crate::care::{DAY, alter, codes};
use crate::site::Site;

/// Days before a token's end, and how often the owner has been told by then.
const MARKS: [(u32, usize); 10] =
    [(15, 0), (14, 1), (13, 1), (8, 1), (7, 2), (4, 2), (3, 3), (2, 3), (1, 4), (0, 4)];

#[tokio::test]
async fn owners_are_told_14_7_3_and_1_days_before_a_token_ends_and_at_its_end() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let path = format!("/integrations/{id}");
    let alerts =
        json!({ "settings": { "error_alerts": { "enabled": true, "emails": ["ops@example.com"] } } });
    assert_eq!(site.call(&ana, Method::PATCH, &path, Some(alerts)).await.status, 200);
    // Meta exchanges nothing.
    let fault = FaultKind { code: Some(100), ..FaultKind::default() };
    let (phone_number_id, times, seconds, every) = (None, None, None, None);
    site.meta.add_fault(FaultSpec { route: "token".into(), phone_number_id, fault, times, seconds, every });
    let now = site.server.app.clock.now();
    for (days, told) in MARKS {
        let end = if days == 0 { now.before(DAY / 24) } else { now.after(DAY * days) };
        alter(&site, &ana, &id, |it| it.token.expires_at = Some(end)).await;
        site.server.app.runtime.look_after().await;
        site.server.app.runtime.look_after().await;
        let all = codes(&site, &ana).await;
        let count = |code: &str| all.iter().filter(|it| *it == code).count();
        assert_eq!(count("token_ends_soon"), told, "{days} days before the end");
        assert_eq!(count("token_ended"), usize::from(days == 0), "{days} days before the end");
    }
    let subjects = [inbox.nth(1).await.subject, inbox.nth(2).await.subject];
    assert!(subjects.iter().any(|it| it.contains("The access token ends soon")), "{subjects:?}");
    assert!(subjects.iter().any(|it| it.contains("The access token has ended")), "{subjects:?}");
}

#[tokio::test]
async fn a_version_that_ends_is_announced_once_and_raising_it_ends_the_incident() {
    use chasqui_runtime::graph_version::{self, Served};
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let now = site.server.app.clock.now();
    let ending =
        graph_version::all().find(|(it, _)| matches!(graph_version::served(*it, now), Served::Until(_)));
    let Some((version, _)) = ending else {
        // No version of the table ends within 60 days of today: then nothing is announced.
        site.server.app.runtime.look_after().await;
        assert!(!codes(&site, &ana).await.contains(&"version_ends_soon".to_owned()));
        return;
    };
    alter(&site, &ana, &id, |it| it.version = version).await;
    site.server.app.runtime.look_after().await;
    site.server.app.runtime.look_after().await;
    let told = codes(&site, &ana).await.iter().filter(|it| *it == "version_ends_soon").count();
    assert_eq!(told, 1);
    let path = format!("/integrations/{id}");
    assert_eq!(site.get(&ana, &path).await.body["health"], "warning");
    let newest = graph_version::newest_tested().to_string();
    let raised =
        site.call(&ana, Method::PATCH, &path, Some(json!({ "credentials": { "version": newest } }))).await;
    assert_eq!(
        (&raised.body["health"], &raised.body["credentials"]["version"]),
        (&json!("ok"), &json!(newest))
    );
    for _ in 0..200 {
        let open = site.get(&ana, "/incidents?open=true").await;
        if open.body["items"] == json!([]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the incident is still open");
}

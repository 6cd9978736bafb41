//! Incidents and the mails about them, over real SMTP.

use std::time::Duration;

use chasqui_model::Clock;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Person, Site};
use crate::smtp::Inbox;

struct Alarm {
    site: Site,
    inbox: Inbox,
    ana: Person,
    id: String,
}

impl Alarm {
    async fn start() -> Self {
        let (site, inbox) = Site::start_with_mail().await;
        let ana = site.owner().await;
        let id = site.connected(&ana).await;
        let it = Self { site, inbox, ana, id };
        it.set(json!({ "error_alerts": { "enabled": true, "emails": ["ops@example.com"] } })).await;
        it
    }

    async fn set(&self, settings: Value) {
        let path = format!("/integrations/{}", self.id);
        let body = json!({ "settings": settings });
        let saved = self.site.call(&self.ana, Method::PATCH, &path, Some(body)).await;
        assert_eq!(saved.status, 200, "{saved:?}");
    }

    fn clock(&self) -> &Clock {
        &self.site.server.app.clock
    }

    async fn happens(&self, code: &str, severity: Severity, graph_code: Option<i64>) {
        let id: chasqui_model::Id<Integration> = self.id.parse().unwrap();
        let event = Event {
            id: self.clock().id(),
            account: self.ana.account,
            integration: Some(id),
            conversation: None,
            node: None,
            severity,
            code: code.into(),
            graph_code,
            notice: Notice::read(code, "The number cannot send."),
            at: self.clock().now(),
        };
        self.site.server.app.store.add_events(&[event]).await.unwrap();
    }

    async fn incidents(&self) -> Vec<Value> {
        let all = self.site.get(&self.ana, "/incidents").await;
        all.body["items"].as_array().unwrap().clone()
    }

    async fn until(&self, done: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        for _ in 0..500 {
            let all = self.incidents().await;
            if done(&all) {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not so: {:?}", self.incidents().await);
    }
}

#[tokio::test]
async fn the_first_is_mailed_at_once_repeats_are_counted_and_the_end_is_told() {
    let it = Alarm::start().await;
    it.happens("number_cannot_send", Severity::Error, Some(190)).await;
    let first = it.inbox.nth(1).await;
    assert_eq!(
        (first.to.as_str(), first.subject.as_str()),
        ("ops@example.com", "Main line: The number cannot send")
    );
    assert!(
        first.text.contains("Make a new access token") && first.text.contains("(error 190)"),
        "{}",
        first.text
    );
    assert!(first.text.contains(&format!("{}/integrations/{}", it.site.url, it.id)), "{}", first.text);
    for _ in 0..5 {
        it.happens("number_cannot_send", Severity::Error, Some(190)).await;
    }
    let all = it.until(|all| all.len() == 1 && all[0]["count"] == 6).await;
    assert_eq!((&all[0]["severity"], &all[0]["closed_at"]), (&json!("error"), &Value::Null));
    assert_eq!(all[0]["explanation"]["cause"], "The access token has expired or is not valid.");
    assert_eq!(it.site.get(&it.ana, "/incidents/count").await.body, json!({ "open": 1 }));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(it.inbox.all().len(), 1, "repeats wait for the digest");
    it.happens("number_works_again", Severity::Notice, None).await;
    let over = it.inbox.nth(2).await;
    assert_eq!(over.subject, "Main line: over: The number cannot send");
    assert!(over.text.contains("6 times"), "{}", over.text);
    it.until(|all| all[0]["closed_at"].is_string()).await;
    // The next one is another incident.
    it.happens("number_cannot_send", Severity::Error, Some(190)).await;
    it.inbox.nth(3).await;
    assert_eq!(it.until(|all| all.len() == 2).await[0]["count"], 1);
}

#[tokio::test]
async fn repeats_are_folded_into_a_digest_after_a_quarter_of_an_hour() {
    let it = Alarm::start().await;
    it.happens("message_not_sent", Severity::Error, Some(131_047)).await;
    it.inbox.nth(1).await;
    let incident = it.until(|all| all.len() == 1 && all[0]["mailed_at"].is_string()).await.remove(0);
    for _ in 0..37 {
        it.happens("message_not_sent", Severity::Error, Some(131_047)).await;
    }
    it.until(|all| all[0]["count"] == 38).await;
    assert_eq!(it.inbox.all().len(), 1);
    it.site.age_incident(incident["id"].as_str().unwrap(), Duration::from_mins(16)).await;
    let digest = it.inbox.nth(2).await;
    assert!(digest.subject.ends_with("37 more"), "{}", digest.subject);
    assert!(digest.text.contains("37 more times, 38 in all"), "{}", digest.text);
    // What has not happened for an hour is over.
    it.site.age_incident(incident["id"].as_str().unwrap(), Duration::from_mins(61)).await;
    let over = it.inbox.nth(3).await;
    assert!(over.subject.contains("over"), "{}", over.subject);
}

#[tokio::test]
async fn notices_are_logged_and_open_no_incident() {
    let it = Alarm::start().await;
    it.happens("handed_off", Severity::Notice, None).await;
    it.happens("template_quality", Severity::Warning, None).await;
    let mail = it.inbox.nth(1).await;
    assert!(mail.subject.contains("quality"), "{}", mail.subject);
    assert_eq!(it.incidents().await.len(), 1);
    let events = it.site.get(&it.ana, &format!("/integrations/{}/events", it.id)).await;
    assert_eq!(events.body["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn german_accounts_get_german_mails_and_nobody_gets_any_in_quiet_hours() {
    let it = Alarm::start().await;
    let german = json!({ "language": "de" });
    assert_eq!(it.site.call(&it.ana, Method::PATCH, "/account", Some(german)).await.status, 200);
    it.happens("number_cannot_send", Severity::Error, Some(190)).await;
    let mail = it.inbox.nth(1).await;
    assert_eq!(mail.subject, "Main line: Die Nummer kann nicht senden");
    assert!(mail.text.contains("Was zu tun ist: Erzeugen Sie ein neues Zugriffstoken"), "{}", mail.text);
    let now = it.clock().now().millis() / 60_000 % 1440;
    let quiet = json!({ "from": (now + 1438) % 1440, "to": (now + 5) % 1440 });
    it.set(json!({ "error_alerts": { "quiet_hours": quiet } })).await;
    it.happens("message_not_sent", Severity::Error, None).await;
    it.until(|all| all.len() == 2).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(it.inbox.all().len(), 1);
    it.set(json!({ "error_alerts": { "quiet_hours": null } })).await;
    it.inbox.nth(2).await;
}

#[tokio::test]
async fn the_error_log_filters_by_time_and_goes_into_a_spreadsheet() {
    let it = Alarm::start().await;
    it.happens("message_not_sent", Severity::Error, Some(131_047)).await;
    let later = it.clock().now().after(Duration::from_mins(1)).to_string();
    let none = it.site.get(&it.ana, &format!("/events?since={later}")).await;
    assert_eq!(none.body["items"], json!([]));
    let some =
        it.site.get(&it.ana, &format!("/events?until={later}&severity=error&integration_id={}", it.id)).await;
    let items = some.body["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["title"]), (1, &json!("A message was not sent")));
    assert_eq!(items[0]["explanation"]["cause"], "The person last wrote more than 24 hours ago.");
    let csv = it.site.get(&it.ana, "/events.csv?severity=error").await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    let text = csv.body.as_str().unwrap();
    let url = format!("{}/api/v1/events.csv?severity=error", it.site.url);
    let raw = it.site.http.get(url).bearer_auth(&it.ana.token).send().await.unwrap().bytes().await.unwrap();
    assert!(raw.starts_with("\u{feff}time,".as_bytes()));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[1].contains("\"error\",\"message_not_sent\",\"A message was not sent\",\"131047\""),
        "{text}"
    );
    let german = it.site.http.get(format!("{}/api/v1/explanations", it.site.url)).bearer_auth(&it.ana.token);
    let german = crate::site::answer(german.header("accept-language", "de")).await;
    let all = german.body["items"].as_array().unwrap();
    assert!(
        all.len() > 90
            && all
                .iter()
                .any(|it| it["first"] == 190 && it["cause"].as_str().unwrap().contains("Zugriffstoken"))
    );
    let pair = all.iter().find(|it| it["first"] == 190 && it["subcode"] == 460).unwrap();
    assert_eq!(pair["class"], "token");
    assert!(pair["cause"].as_str().unwrap().contains("Passwort"), "{pair}");
}

#[tokio::test]
async fn an_incident_can_be_ended_by_hand() {
    let it = Alarm::start().await;
    it.happens("message_not_sent", Severity::Error, None).await;
    let all = it.until(|all| all.len() == 1).await;
    let path = format!("/incidents/{}/close", all[0]["id"].as_str().unwrap());
    let stranger = it.site.owner().await;
    it.site.post(&stranger, &path, json!({})).await.is_problem(404, "not_found");
    assert_eq!(it.site.post(&it.ana, &path, json!({})).await.status, 204);
    it.site.post(&it.ana, &path, json!({})).await.is_problem(404, "not_found");
    let open = it.site.get(&it.ana, "/incidents?open=true").await;
    assert_eq!(open.body["items"], json!([]));
}

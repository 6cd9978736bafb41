//! Google Sheets and Drive, against a stand-in that keeps rows and checks tokens.

use std::sync::{Arc, Mutex};

use chasqui_model::Id;
use chasqui_model::account::User;
use chasqui_model::connection::{Connection, Settings};
use chasqui_model::secret::Secret;
use chasqui_runtime::NotGranted;
use chasqui_store::noun::audit::Entry;
use serde_json::{Value, json};

use crate::bot::{Bot, next};
use crate::service::{Asked, Reply, Service};

/// A spreadsheet with one sheet, and the tokens that were given.
#[derive(Clone, Default)]
pub struct Google {
    pub rows: Arc<Mutex<Vec<Vec<Value>>>>,
    /// How many access tokens were given.
    tokens: Arc<Mutex<usize>>,
    /// The challenge of the authorisation under way.
    pub challenge: Arc<Mutex<String>>,
    revoked: Arc<Mutex<bool>>,
}

pub fn field(form: &str, name: &str) -> String {
    let value = form.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap_or_default();
    decoded(value)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

impl Google {
    /// A sheet with its head and one row.
    pub fn with_one_row() -> Self {
        let google = Self::default();
        google.reset();
        google
    }

    /// The sheet as it was in the beginning.
    pub fn reset(&self) {
        *self.rows.lock().unwrap() = vec![
            vec!["Phone".into(), "Name".into(), "Total".into()],
            vec!["1".into(), "Ben".into(), "=SUM(1;2)".into()],
        ];
    }

    pub fn answer(&self, asked: &Asked) -> Reply {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        if path == "/token" {
            return self.token(&asked.text());
        }
        let current = format!("Bearer access-{}", self.tokens.lock().unwrap());
        if asked.header("authorization") != current {
            return Reply::Json(401, json!({ "error": { "message": "Invalid Credentials" } }));
        }
        let path = decoded(path);
        let rest = path.strip_prefix("/v4/spreadsheets/1abc");
        match (asked.method.as_str(), rest) {
            ("GET", Some("")) => Reply::Json(
                200,
                json!({ "sheets": [{ "properties": { "sheetId": 0, "title": "Other" } },
                    { "properties": { "sheetId": 42, "title": "It's me" } }] }),
            ),
            ("GET", Some(rest)) => self.read(rest.strip_prefix("/values/'It''s me'!").unwrap()),
            ("POST", Some("/values/'It''s me'!A1:append")) => {
                assert_eq!(query, "valueInputOption=RAW&insertDataOption=INSERT_ROWS");
                let row = asked.json()["values"][0].as_array().unwrap().clone();
                self.rows.lock().unwrap().push(row);
                Reply::Json(200, json!({}))
            }
            ("POST", Some("/values:batchUpdate")) => self.update(&asked.json()),
            ("POST", Some(":batchUpdate")) => {
                let range = asked.json()["requests"][0]["deleteDimension"]["range"].clone();
                assert_eq!((&range["sheetId"], &range["dimension"]), (&json!(42), &json!("ROWS")));
                let start = usize::try_from(range["startIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(range["endIndex"], start + 1);
                self.rows.lock().unwrap().remove(start);
                Reply::Json(200, json!({}))
            }
            ("POST", None) if path == "/upload/drive/v3/files" => Reply::Json(
                200,
                json!({ "id": "f1", "webViewLink": "https://drive.google.com/file/d/f1/view" }),
            ),
            _ => Reply::Json(404, json!({ "error": { "message": format!("nothing at {path}") } })),
        }
    }

    fn token(&self, form: &str) -> Reply {
        assert_eq!(
            (field(form, "client_id"), field(form, "client_secret")),
            ("client".into(), "hush".into())
        );
        let fits = match field(form, "grant_type").as_str() {
            "authorization_code" => {
                use base64::Engine as _;
                let digest = <sha2::Sha256 as sha2::Digest>::digest(field(form, "code_verifier"));
                let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
                field(form, "code") == "code-1" && challenge == *self.challenge.lock().unwrap()
            }
            "refresh_token" => field(form, "refresh_token") == "refresh-1" && !*self.revoked.lock().unwrap(),
            _ => false,
        };
        if !fits {
            return Reply::Json(400, json!({ "error": "invalid_grant" }));
        }
        let mut tokens = self.tokens.lock().unwrap();
        *tokens += 1;
        let access = format!("access-{tokens}");
        Reply::Json(200, json!({ "access_token": access, "expires_in": 3600, "refresh_token": "refresh-1" }))
    }

    fn read(&self, cells: &str) -> Reply {
        let rows = self.rows.lock().unwrap();
        let number = |cell: &str| cell.trim_start_matches(char::is_alphabetic).parse::<usize>().ok();
        let column = |cell: &str| usize::from(cell.as_bytes()[0] - b'A');
        let (from, to) = cells.split_once(':').unwrap();
        let values: Vec<Value> = if let Some(row) = number(to) {
            rows.get(row - 1).map(|row| json!(row)).into_iter().collect()
        } else {
            let cell = |row: &Vec<Value>| row.get(column(from)).map_or(json!([]), |cell| json!([cell]));
            rows[number(from).unwrap() - 1..].iter().map(cell).collect()
        };
        Reply::Json(200, if values.is_empty() { json!({}) } else { json!({ "values": values }) })
    }

    fn update(&self, body: &Value) -> Reply {
        assert_eq!(body["valueInputOption"], "RAW");
        let mut rows = self.rows.lock().unwrap();
        for change in body["data"].as_array().unwrap() {
            let cell = change["range"].as_str().unwrap().strip_prefix("'It''s me'!").unwrap();
            let (column, row) = (usize::from(cell.as_bytes()[0] - b'A'), cell[1..].parse::<usize>().unwrap());
            rows[row - 1][column] = change["values"][0][0].clone();
        }
        Reply::Json(200, json!({}))
    }
}

struct World {
    google: Google,
    service: Service,
    bot: Bot,
    connection: Id<Connection>,
    user: Id<User>,
}

impl World {
    async fn with(flow: Value) -> Self {
        let google = Google::with_one_row();
        let answers = google.clone();
        let service = Service::start(move |asked| answers.answer(asked)).await;
        let bot = Bot::with_flow(flow).await;
        let settings = Settings::Google { client_id: "client".into(), base_url: Some(service.url.clone()) };
        let connection = bot.connect("Google", settings, "hush").await;
        let user = bot.clock.id();
        Self { google, service, bot, connection, user }
    }

    /// With somebody who has agreed.
    async fn agreed(flow: Value) -> Self {
        let it = Self::with(flow).await;
        let now = it.bot.clock.now();
        let store = &it.bot.server().app.store;
        store.set_refresh_token(it.connection, Some(&Secret::new("refresh-1")), now).await.unwrap();
        it
    }

    /// What a contact hears who says this.
    async fn hears(&self, text: &str) -> String {
        let ana = self.bot.contact("Ana");
        ana.says(text).unwrap();
        next(&ana).await
    }

    fn row(&self, at: usize) -> Value {
        json!(self.google.rows.lock().unwrap().get(at))
    }
}

fn sheet(action: &str, more: &Value) -> Value {
    let mut node = json!({ "id": "sheet", "type": "google_sheets", "connection": "Google", "spreadsheet": "1abc", "sheet": "It's me",
        "action": action, "save_as": "row", "ports": { "next": "done", "error": "failed" } });
    if action != "insert" {
        node["ports"]["not_found"] = "none".into();
        node["column"] = "Phone".into();
        node["value"] = "{message.text}".into();
    }
    for (key, value) in more.as_object().unwrap() {
        node[key] = value.clone();
    }
    let mut nodes = vec![
        node,
        json!({ "id": "done", "type": "end", "text": "{row.Phone} {row.Name} {row.Total}" }),
        json!({ "id": "failed", "type": "end", "text": "No sheet." }),
    ];
    if action != "insert" {
        nodes.push(json!({ "id": "none", "type": "end", "text": "No such row." }));
    }
    json!({ "format": 1, "name": "Sheet", "start": "sheet", "nodes": nodes })
}

#[tokio::test]
async fn what_looks_like_a_formula_arrives_as_text() {
    let world =
        World::agreed(sheet("insert", &json!({ "values": { "Name": "{message.text}", "Phone": "7" } })))
            .await;
    let evil = "=IMPORTXML(\"https://evil.example\")";
    assert_eq!(world.hears(evil).await, format!("7 {evil}"));
    assert_eq!(world.row(2), json!(["7", evil, ""]));
}

#[tokio::test]
async fn a_row_is_read_by_its_reference_column() {
    let world = World::agreed(sheet("read", &json!({}))).await;
    assert_eq!(world.hears("1").await, "1 Ben =SUM(1;2)");
    assert_eq!(world.hears("2").await, "No such row.");
}

#[tokio::test]
async fn a_row_is_changed_where_it_changes_and_nowhere_else() {
    let world = World::agreed(sheet("update", &json!({ "values": { "Name": "+1+1" } }))).await;
    assert_eq!(world.hears("1").await, "1 +1+1 =SUM(1;2)");
    assert_eq!(world.row(1), json!(["1", "+1+1", "=SUM(1;2)"]));
    assert_eq!(world.hears("2").await, "No such row.");
    let update = world.service.asked().into_iter().find(|asked| asked.path.contains("batchUpdate")).unwrap();
    assert_eq!(update.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_is_removed() {
    let world = World::agreed(sheet("delete", &json!({}))).await;
    assert_eq!(world.hears("2").await, "No such row.");
    assert_eq!(world.hears("1").await, "1 Ben =SUM(1;2)");
    assert_eq!(world.google.rows.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_column_that_is_not_there_takes_the_error_port() {
    let world = World::agreed(sheet("insert", &json!({ "values": { "Nickname": "x" } }))).await;
    assert_eq!(world.hears("hi").await, "No sheet.");
    assert_eq!(world.google.rows.lock().unwrap().len(), 2);
    world.bot.event("sheets_failed").await;
}

#[tokio::test]
async fn a_token_is_used_until_google_refuses_it_and_then_renewed_once() {
    let world = World::agreed(sheet("read", &json!({}))).await;
    world.hears("1").await;
    world.hears("1").await;
    assert_eq!(*world.google.tokens.lock().unwrap(), 1);
    // As if the one that we hold had ended early.
    *world.google.tokens.lock().unwrap() = 5;
    assert_eq!(world.hears("1").await, "1 Ben =SUM(1;2)");
    assert_eq!(*world.google.tokens.lock().unwrap(), 6);
}

#[tokio::test]
async fn what_a_person_took_back_is_not_asked_for_again() {
    let world = World::agreed(sheet("read", &json!({}))).await;
    *world.google.revoked.lock().unwrap() = true;
    assert_eq!(world.hears("1").await, "No sheet.");
    let store = &world.bot.server().app.store;
    let connection = store.connection(world.bot.account, world.connection).await.unwrap().unwrap();
    assert!(connection.refresh_token.is_none());
    let before = world.service.asked().len();
    assert_eq!(world.hears("1").await, "No sheet.");
    assert_eq!(world.service.asked().len(), before);
}

#[tokio::test]
async fn a_person_agrees_once_and_only_who_began() {
    let world = World::with(sheet("read", &json!({}))).await;
    assert_eq!(world.hears("1").await, "No sheet.");
    let runtime = &world.bot.server().app.runtime;
    let (account, user) = (world.bot.account, world.user);
    let stranger: Id<User> = world.bot.clock.id();
    let begin = || runtime.begin_google(account, user, world.connection);
    let by = |id: chasqui_model::Id<_>| Entry {
        subject: id.to_string(),
        ..world.bot.entry("connection.authorise")
    };
    let url = begin().await.unwrap();
    let (place, query) = url.split_once('?').unwrap();
    assert_eq!(place, format!("{}/o/oauth2/v2/auth", world.service.url));
    assert_eq!(
        (field(query, "access_type"), field(query, "code_challenge_method")),
        ("offline".into(), "S256".into())
    );
    assert!(field(query, "redirect_uri").ends_with("/api/v1/connections/google/callback"));
    let state = field(query, "state");
    for (who, state, code) in [(stranger, state.as_str(), "code-1"), (user, state.as_str(), "code-1")] {
        // The stranger's attempt has used it up.
        let refused = runtime.finish_google(account, who, state, code, by).await;
        assert!(matches!(refused, Err(NotGranted::Unknown)), "{refused:?}");
    }
    let url = begin().await.unwrap();
    let forged = format!("{}.forged", world.connection);
    let wrong = runtime.finish_google(account, user, &forged, "code-1", by).await;
    assert!(matches!(wrong, Err(NotGranted::Unknown)));
    drop(url);
    let query = begin().await.unwrap().split_once('?').unwrap().1.to_owned();
    *world.google.challenge.lock().unwrap() = field(&query, "code_challenge");
    let state = field(&query, "state");
    runtime.finish_google(account, user, &state, "code-1", by).await.unwrap();
    let again = runtime.finish_google(account, user, &state, "code-1", by).await;
    assert!(matches!(again, Err(NotGranted::Unknown)));
    // Written down once, and nothing of what was refused.
    let log = world.bot.server().app.store.list_audit(account, None, None, 10).await.unwrap();
    let log: Vec<_> = log.into_iter().map(|it| (it.entry.action, it.entry.subject)).collect();
    assert_eq!(log, [("connection.authorise".to_owned(), world.connection.to_string())]);
    assert_eq!(world.hears("1").await, "1 Ben =SUM(1;2)");
}

#[tokio::test]
async fn a_file_of_a_contact_goes_to_drive() {
    let flow = json!({ "format": 1, "name": "Keep", "start": "ask", "variables": { "photo": "media", "link": "text" }, "nodes": [
        { "id": "ask", "type": "question_media", "text": "Photo?", "kinds": ["image"], "save_as": "photo", "ports": { "next": "keep" } },
        { "id": "keep", "type": "google_drive", "connection": "Google", "media": "photo", "folder": "9z", "filename": "Photo of \"{contact.name}\"",
          "save_as": "link", "ports": { "next": "done", "error": "failed" } },
        { "id": "done", "type": "end", "text": "{link}" }, { "id": "failed", "type": "end", "text": "Not kept." } ] });
    let world = World::agreed(flow).await;
    let ana = world.bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Photo?");
    ana.sends(crate::files::picture(&world.bot, ana.wa_id(), b"\xff\xd8\r\n--x--\r\n".to_vec()).await)
        .unwrap();
    assert_eq!(next(&ana).await, "https://drive.google.com/file/d/f1/view");
    let asked = world.service.asked().into_iter().find(|asked| asked.path.contains("upload")).unwrap();
    let kind = asked.header("content-type").to_owned();
    let boundary = kind.split_once("boundary=").unwrap().1;
    let text = asked.text();
    let parts: Vec<&str> = text.split(&format!("--{boundary}")).collect();
    assert_eq!(parts.len(), 4);
    assert!(parts[1].contains(r#"{"name":"Photo of -Ana-","parents":["9z"]}"#), "{}", parts[1]);
    let file = asked.body.windows(10).any(|it| it == b"\xff\xd8\r\n--x--\r");
    assert!(file && parts[2].contains("image/jpeg"));
}

//! Fills a store past its own ways in, with SQL that both engines understand alike: what takes months by messages takes a
//! minute.

use std::fmt::Write;
use std::time::Duration;

use chasqui_model::integration::Integration;
use chasqui_model::{Id, Part};
use serde_json::json;

use crate::site::{Person, Site, form};

pub const INTEGRATIONS: usize = 1_000;
const CONTACTS: u64 = 100_000;
const EVENTS: u64 = 100_000;
const AUDITS: u64 = 20_000;
/// A conversation every so many milliseconds: 100,000 of them are 30 days.
const STEP: i64 = 25_920;

/// Things to ask for.
pub struct Some {
    pub integration: String,
    pub conversation: String,
    pub contact: String,
    pub bot: String,
}

/// The `n`th id of a kind, made at a time. In Rust as in SQL.
fn id(millis: i64, n: u64) -> String {
    format!("{millis:012x}7{:03x}8{n:015x}", n % 4096)
}

/// The same as an expression of each engine over a column `n`, with the time of row `n`.
struct Dialect {
    sqlite: bool,
    first: i64,
}

impl Dialect {
    fn at(&self) -> String {
        format!("({} + n * {STEP})", self.first)
    }

    /// `kind` keeps ids of different tables apart.
    fn id(&self, kind: u64) -> String {
        let (at, n) = (self.at(), format!("(n + {kind})"));
        if self.sqlite {
            format!("unhex(printf('%012x7%03x8%015x', {at}, {n} % 4096, {n}))")
        } else {
            format!(
                "(lpad(to_hex({at}::bigint), 12, '0') || '7' || lpad(to_hex({n}::bigint % 4096), 3, '0') || '8' || \
                 lpad(to_hex({n}::bigint), 15, '0'))::uuid"
            )
        }
    }

    fn bytes(&self, id: &str) -> String {
        if self.sqlite { format!("x'{id}'") } else { format!("'{id}'::uuid") }
    }

    /// The numbers from 0.
    fn rows(&self, count: u64) -> String {
        if self.sqlite {
            format!(
                "(WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < {}) SELECT n FROM r) AS r",
                count - 1
            )
        } else {
            format!("(SELECT n::bigint FROM generate_series(0, {}) AS n) AS r", count - 1)
        }
    }
}

const CONTACT: u64 = 0;
const CONVERSATION: u64 = 1_000_000_000;
const MESSAGE: u64 = 2_000_000_000;
const EVENT: u64 = 8_000_000_000;
const AUDIT: u64 = 9_000_000_000;

/// An hour ten days ago, in the error log.
pub fn an_hour(site: &Site) -> String {
    let then = site.server.app.clock.now().before(Duration::from_hours(240));
    format!("/events?since={}&until={}", then.before(Duration::from_hours(1)), then)
}

/// Fills the store of a site for one account.
pub async fn fill(site: &Site, ana: &Person) -> Some {
    let bot = site.published(ana).await;
    let numbers = integrations(site, ana, &bot).await;
    let now = site.server.app.clock.now().millis();
    let first = now - i64::try_from(CONTACTS).unwrap() * STEP;
    let dialect = Dialect { sqlite: site.database.is_none(), first };
    let mut sql = statements(&dialect, &numbers, &ana.account.uuid().simple().to_string(), &bare(&bot));
    if dialect.sqlite {
        sql = format!("BEGIN; {sql} COMMIT;");
    } else {
        let days: String = (first / 86_400_000..=now / 86_400_000)
            .filter(|day| *day < now / 86_400_000 - 1)
            .fold(String::new(), |mut all, day| {
                let day_id = |day: i64| format!("{:012x}00000000000000000000", day * 86_400_000);
                let _ = write!(
                    all,
                    "CREATE TABLE IF NOT EXISTS message_d{day} PARTITION OF message FOR VALUES FROM ('{}') TO ('{}'); \
                     CREATE TABLE IF NOT EXISTS turn_d{day} PARTITION OF turn FOR VALUES FROM ({}) TO ({});",
                    day_id(day), day_id(day + 1), day * 86_400_000, (day + 1) * 86_400_000
                );
                all
            });
        sql = format!("{days} {sql} ANALYZE;");
    }
    run(site, sql).await;
    let n = 77_777;
    let at = first + i64::try_from(n).unwrap() * STEP;
    Some {
        integration: numbers[usize::try_from(n).unwrap() % INTEGRATIONS].to_string(),
        conversation: format!("cnv_{}", id(at, n + CONVERSATION)),
        contact: format!("con_{}", id(at, n + CONTACT)),
        bot,
    }
}

/// What the index of pieces costs: seconds for 20,000 contacts in one transaction with it, and without.
pub async fn cost(site: &Site, ana: &Person) -> (f64, f64) {
    const MORE: u64 = 20_000;
    let dialect = Dialect { sqlite: site.database.is_none(), first: 1_000_000_000_000 };
    let account = dialect.bytes(&ana.account.uuid().simple().to_string());
    let add = |kind: u64| {
        let (contact, at, rows) = (dialect.id(kind), dialect.at(), dialect.rows(MORE));
        format!(
            "INSERT INTO contact (part, id, account, integration, name, wa_id, created_at) SELECT 1, {contact}, \
             {account}, {contact}, 'Somebody with a name ' || n, CAST(49171000000000 + n AS TEXT), {at} FROM {rows}"
        )
    };
    let without = if dialect.sqlite {
        "DROP TRIGGER contact_text_added; DROP TRIGGER contact_text_changed; DROP TRIGGER contact_text_gone"
    } else {
        "DROP INDEX contact_text"
    };
    let with = run(site, add(20_000_000_000)).await;
    run(site, without.to_owned()).await;
    (with, run(site, add(30_000_000_000)).await)
}

/// Runs SQL past the store; how long it took, in seconds.
async fn run(site: &Site, sql: String) -> f64 {
    let began = std::time::Instant::now();
    if let Some(database) = &site.database {
        drop(database.run(&sql).await);
    } else {
        let path = site.directory.path().join("chasqui.db");
        let work = move || {
            let db = rusqlite::Connection::open(path).unwrap();
            db.busy_timeout(Duration::from_mins(5)).unwrap();
            db.execute_batch(&sql).unwrap();
        };
        tokio::task::spawn_blocking(work).await.unwrap();
    }
    began.elapsed().as_secs_f64()
}

fn bare(id: &str) -> String {
    id.split_once('_').unwrap().1.to_owned()
}

/// Inactive ones, as they are when somebody prepares them: Meta is asked about none.
async fn integrations(site: &Site, ana: &Person, bot: &str) -> Vec<Id<Integration>> {
    let mut all = Vec::new();
    let app = &site.server.app;
    let mut form = form(bot);
    form["active"] = json!(false);
    let made = site.post(ana, "/integrations?check=false", form).await;
    assert_eq!(made.status, 201, "{made:?}");
    let one = app.store.integration(ana.account, made.id().parse().unwrap()).await.unwrap().unwrap();
    all.push(one.id);
    for n in 1..INTEGRATIONS {
        let mut it = one.clone();
        it.id = app.clock.id();
        it.name = Some(format!("Line {n}"));
        it.credentials.phone_number_id = format!("{}", 200_000_000_000_000 + n);
        it.credentials.verify_token = chasqui_model::secret::Secret::new(format!("a-long-random-string-{n}"));
        app.store.insert_integration(&it).await.unwrap();
        all.push(it.id);
    }
    all
}

fn statements(dialect: &Dialect, numbers: &[Id<Integration>], account: &str, bot: &str) -> String {
    let (account, bot) = (dialect.bytes(account), dialect.bytes(bot));
    let mut sql = String::new();
    // Which integration row `n` belongs to.
    let mut table = "CREATE TEMPORARY TABLE which (k INTEGER PRIMARY KEY, integration ".to_owned()
        + if dialect.sqlite { "BLOB" } else { "UUID" }
        + ", part INTEGER); INSERT INTO which VALUES ";
    for (k, number) in numbers.iter().enumerate() {
        let bytes = dialect.bytes(&number.uuid().simple().to_string());
        let _ =
            write!(table, "{}({k}, {bytes}, {})", if k == 0 { "" } else { ", " }, Part::of(*number).number());
    }
    sql.push_str(&table);
    sql.push(';');
    let (at, contact, conversation) = (dialect.at(), dialect.id(CONTACT), dialect.id(CONVERSATION));
    let which = format!("JOIN which w ON w.k = n % {INTEGRATIONS}");
    let name = "CASE WHEN n = 777 THEN 'Quetzalcoatl' ELSE \
        CASE n % 50 WHEN 0 THEN 'Petra' WHEN 1 THEN 'Jonas' WHEN 2 THEN 'Äneas' WHEN 3 THEN 'Ana' WHEN 4 THEN 'Ben' \
        ELSE 'Kim' END || ' ' || CASE n % 7 WHEN 0 THEN 'Weber' WHEN 1 THEN 'Ngoma' WHEN 2 THEN 'Ortiz' ELSE 'Lund' END \
        || ' ' || n END";
    let rows = dialect.rows(CONTACTS);
    let _ = write!(
        sql,
        "INSERT INTO contact (part, id, account, integration, name, wa_id, created_at, last_inbound_at) \
         SELECT w.part, {contact}, {account}, w.integration, {name}, CAST(49151000000000 + n AS TEXT), {at}, {at} \
         FROM {rows} {which} ORDER BY n; "
    );
    // A few old ones wait for a person, the newest 2,000 are open, all others over.
    let status = "CASE WHEN n IN (10, 11, 12) THEN 4 WHEN n >= 98000 THEN 1 ELSE 9 END";
    let state = r#"'{"variables":{"name":"Ana","choice":"My order"}}'"#;
    let _ = write!(
        sql,
        "INSERT INTO conversation (part, id, account, integration, contact, bot, bot_version, status, state, version, \
         turns, messages, started_at, last_message_at, listed_at, ended_at, end_reason) \
         SELECT w.part, {conversation}, {account}, w.integration, {contact}, {bot}, 1, {status}, {state}, 3, 2, 4, {at}, \
         {at} + 9000, ({at} + 9000) / 60000 * 60000, {at} + 9000, 1 FROM {rows} {which} ORDER BY n; "
    );
    let content = r#"'{"type":"text","body":"Hello there, how can we help?"}'"#;
    for k in 1..=4_u64 {
        let message = dialect.id(MESSAGE + k * CONTACTS);
        let (author, status) = if k % 2 == 1 { (0, 0) } else { (1, 60) };
        let _ = write!(
            sql,
            "INSERT INTO message (part, id, conversation, contact, integration, no, author, kind, content, status, turn, \
             at) SELECT w.part, {message}, {conversation}, {contact}, w.integration, {k}, {author}, 'text', {content}, \
             {status}, {k}, {at} + {k} FROM {rows} {which} ORDER BY n; "
        );
    }
    sql + &turns(dialect, &conversation) + &log(dialect, numbers.len(), &account)
}

/// What was done in each conversation.
fn turns(dialect: &Dialect, conversation: &str) -> String {
    let (at, rows) = (dialect.at(), dialect.rows(CONTACTS));
    let which = format!("JOIN which w ON w.k = n % {INTEGRATIONS}");
    let mut sql = String::new();
    let trace =
        r#"'{"cause":"message","visits":[{"node":"ask","component":"question_text","port":"next"}]}'"#;
    for k in 1..=2 {
        let _ = write!(
            sql,
            "INSERT INTO turn (part, conversation, no, at, duration_us, trace) SELECT w.part, {conversation}, {k}, \
             {at} + {k}, 200, {trace} FROM {rows} {which} ORDER BY n; "
        );
    }
    sql
}

/// Events, the audit log, and what numbers did hour by hour.
fn log(dialect: &Dialect, numbers: usize, account: &str) -> String {
    let at = dialect.at();
    let which = format!("JOIN which w ON w.k = n % {INTEGRATIONS}");
    let mut sql = String::new();
    let (event, rows) = (dialect.id(EVENT), dialect.rows(EVENTS));
    let _ = write!(
        sql,
        "INSERT INTO event (id, account, integration, severity, code, message, at, noted) SELECT {event}, {account}, \
         w.integration, CASE WHEN n < 20 THEN 3 ELSE 1 END, 'template_status', 'The template a (en) is PENDING now.', \
         {at}, 1 FROM {rows} {which} ORDER BY n; "
    );
    let (audit, rows) = (dialect.id(AUDIT), dialect.rows(AUDITS));
    let _ = write!(
        sql,
        "INSERT INTO audit (id, account, action, subject, detail, at) SELECT {audit}, {account}, 'bot.rename', \
         'bot_' || n, '{{}}', {at} FROM {rows} ORDER BY n; "
    );
    let hours = numbers * 24;
    let _ = write!(
        sql,
        "INSERT INTO integration_hour (integration, hour, messages, errors, ignored) SELECT w.integration, \
         {} / 3600000 - n / {}, 10, 0, 0 FROM {} JOIN which w ON w.k = n % {}; ",
        dialect.first + i64::try_from(CONTACTS).unwrap() * STEP,
        numbers,
        dialect.rows(u64::try_from(hours).unwrap()),
        numbers,
    );
    sql
}

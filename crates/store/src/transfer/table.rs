//! The tables that make up a store, and in which order their rows travel.

/// A table that is carried over. Its columns are asked of the database.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name on every engine.
    pub(crate) name: &'static str,
    /// What its rows are sorted by on SQLite.
    pub(crate) sqlite: &'static str,
    /// What its rows are sorted by on PostgreSQL. Where SQLite looks at the order of insertion, this is the order in
    /// which rows were made.
    pub(crate) postgres: &'static str,
}

const fn keyed(name: &'static str, key: &'static str) -> Table {
    Table { name, sqlite: key, postgres: key }
}

/// In SQLite's order of insertion: the table is read from its beginning to its end.
const fn grown(name: &'static str, postgres: &'static str) -> Table {
    Table { name, sqlite: "rowid", postgres }
}

/// Every table of the schema. A test compares this with what the migrations make.
pub(crate) const TABLES: &[Table] = &[
    keyed("installation", "key"),
    keyed("account", "id"),
    keyed("person", "id"),
    keyed("membership", "account, person"),
    keyed("session", "token_hash"),
    keyed("api_token", "id"),
    keyed("invitation", "id"),
    keyed("password_reset", "secret_hash"),
    keyed("idempotency", "account, key"),
    keyed("bot", "id"),
    keyed("bot_version", "bot, number"),
    keyed("managed_number", "id"),
    keyed("number_request", "id"),
    keyed("integration", "id"),
    keyed("integration_hour", "integration, hour"),
    keyed("template", "integration, name, language"),
    keyed("opt_out", "integration, contact"),
    keyed("erasure", "id"),
    keyed("audit", "id"),
    keyed("event", "id"),
    keyed("incident", "id"),
    keyed("mail", "id"),
    keyed("media", "id"),
    keyed("upload", "media, phone_number_id"),
    keyed("connection", "id"),
    keyed("mail_count", "account, bot, day"),
    keyed("dead_letter", "part, id"),
    keyed("dedupe", "key, integration"),
    keyed("inbox", "seq"),
    grown("contact", "id"),
    Table {
        name: "contact_alias",
        sqlite: "part, integration, kind, value",
        postgres: "integration, value, kind",
    },
    grown("conversation", "id"),
    grown("turn", "at, conversation, no"),
    grown("message", "id"),
    grown("call", "at, conversation, no"),
    keyed("timer", "due, id"),
];

/// Tables that a store makes anew: which migrations it had, who works on it, and what follows from other tables.
const NOT_CARRIED: &[&str] = &[
    "migration",
    "worker",
    "part_lease",
    "lane",
    "outbox",
    // Made by the engine from contacts.
    "contact_text",
    "contact_text_config",
    "contact_text_data",
    "contact_text_docsize",
    "contact_text_idx",
];

/// What a backup holds, and what it leaves out, by the names of their tables. For the test that none is forgotten.
#[doc(hidden)]
pub fn known() -> (Vec<&'static str>, &'static [&'static str]) {
    (TABLES.iter().map(|it| it.name).collect(), NOT_CARRIED)
}

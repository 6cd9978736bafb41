//! Finding contacts by a piece of their name or number. Each engine has an index of three-letter pieces. What only few
//! have is looked up in it; what many have is found faster by going through the list until a page is full.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::integration::Integration;

use super::contact::columns;
use super::conversation::{beside, page, select};
use crate::db::Statement;
use crate::value::Value;
use crate::{Result, Store};

/// What more contacts have than these is not looked up.
const FEW: i64 = 1000;
/// What no text holds.
const NEVER: &str = "\u{1}";
/// Stands for no number where a statement wants one.
pub(super) const NOTHING: Id<Integration> = Id::from_bytes([0; 16]);

/// What is looked for, as it stands in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// Words with two blanks between them; of one or two letters the beginning of a word.
    text: String,
    /// The digits of something with enough of them, to be found in numbers however they were typed.
    digits: Option<String>,
}

impl Search {
    pub(crate) fn new(text: &str) -> Self {
        // What no keyboard types ends a text for one engine and is no text to the other.
        let parts = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|part| !part.is_empty());
        let words = parts.collect::<Vec<_>>().join("  ");
        let typed: String = words.chars().filter(char::is_ascii_digit).collect();
        // A number is looked for however it was typed.
        let is_number =
            !typed.is_empty() && words.chars().all(|c| c.is_ascii_digit() || "+-()/. ".contains(c));
        let words = if is_number { typed } else { words };
        let text = match words.chars().count() {
            1 => format!("  {words}"),
            2 => format!(" {words}"),
            _ => words,
        };
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = Some(digits).filter(|digits| digits.len() > 2 && *digits != text);
        Self { text, digits }
    }

    /// Patterns for the text of a contact and for its number.
    pub(crate) fn patterns(&self) -> [Value; 2] {
        [
            contains(&self.text).into(),
            self.digits.as_deref().map_or_else(|| NEVER.to_owned(), contains).into(),
        ]
    }
}

/// A pattern for texts that contain `text`, whatever characters it has.
pub(super) fn contains(text: &str) -> String {
    let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// The text of a contact that is searched, as both engines write it into their index.
macro_rules! text_of {
    ($contact:literal) => {
        concat!(
            "lower('  ' || replace(coalesce(",
            $contact,
            "name, ''), ' ', '  ') || '  ' || coalesce(",
            $contact,
            "wa_id, '') || '  ' || coalesce(",
            $contact,
            "username, ''))"
        )
    };
}
pub(super) use text_of;

/// How an engine finds contacts.
#[derive(Debug)]
pub(crate) struct Statements {
    /// Counts up to one more than [`FEW`].
    count: Statement,
    /// As `contact::LIST_LIKE`, by the index.
    pub(crate) contacts: Statement,
    /// As `conversation::LIST_LIKE`, by the index.
    pub(crate) conversations: Statement,
    query: fn(&Search) -> Vec<Value>,
}

impl Statements {
    /// For the test that all are valid.
    pub(crate) fn all(&self) -> [Statement; 3] {
        [self.count, self.contacts, self.conversations]
    }

    /// The last values of each statement.
    pub(crate) fn query(&self, search: &Search) -> Vec<Value> {
        (self.query)(search)
    }
}

/// The planner does not look at what stands behind a `+`, so that it begins with what was found.
pub(crate) static SQLITE: Statements = Statements {
    count: Statement {
        name: "COUNT_FOUND",
        sql: "SELECT count(*) FROM (SELECT rowid FROM contact_text WHERE contact_text MATCH $2 LIMIT 1001) \
            WHERE $1 IS NOT NULL",
    },
    contacts: Statement {
        name: "CONTACTS_FOUND",
        sql: concat!(
            "SELECT ",
            columns!(""),
            " FROM contact WHERE rowid IN (SELECT rowid FROM contact_text \
            WHERE contact_text MATCH $6) AND +account = $1 AND +id < $2 AND ($4 = 0 OR +integration = $5) \
            ORDER BY +id DESC LIMIT $3"
        ),
    },
    conversations: Statement {
        name: "CONVERSATIONS_FOUND",
        sql: page!(
            "WHERE l.contact IN (SELECT id FROM contact WHERE rowid IN (SELECT rowid FROM contact_text \
            WHERE contact_text MATCH $9)) AND +l.account = $1 AND (+l.listed_at, +l.id) < ($2, $3) \
            AND +l.status >= $4 AND +l.status <= $5 AND ($7 = 0 OR +l.integration = $8) "
        ),
    },
    query: |search| {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let text = quoted(&search.text);
        vec![
            search
                .digits
                .as_deref()
                .map_or(text.clone(), |digits| format!("{text} OR {}", quoted(digits)))
                .into(),
        ]
    },
};

macro_rules! found {
    ($account:literal, $text:literal, $pattern:literal, $digits:literal, $number:literal) => {
        concat!(
            "SELECT q.id FROM contact q WHERE q.account = ",
            $account,
            " AND (search_keys(q.account, ",
            text_of!("q."),
            ") @> search_keys(",
            $account,
            ", lower(",
            $text,
            ")) AND ",
            text_of!("q."),
            " LIKE lower(",
            $pattern,
            ") ESCAPE '!' OR search_keys(q.account, ",
            text_of!("q."),
            ") @> search_keys(",
            $account,
            ", ",
            $digits,
            ") AND q.wa_id LIKE ",
            $number,
            " ESCAPE '!')"
        )
    };
}

/// What was found is an array before anything else is looked at, so that no plan goes through a list instead.
pub(crate) static POSTGRES: Statements = Statements {
    count: Statement {
        name: "COUNT_FOUND",
        sql: concat!("SELECT count(*) FROM (", found!("$1", "$2", "$3", "$4", "$5"), " LIMIT 1001) AS few"),
    },
    contacts: Statement {
        name: "CONTACTS_FOUND",
        sql: concat!(
            "SELECT ",
            columns!(""),
            " FROM contact WHERE id = ANY(ARRAY(",
            found!("$1", "$6", "$7", "$8", "$9"),
            ")) AND id < $2 AND (CAST($4 AS BIGINT) = 0 OR integration = $5) ORDER BY id DESC LIMIT $3"
        ),
    },
    conversations: Statement {
        name: "CONVERSATIONS_FOUND",
        sql: page!(
            "WHERE l.contact = ANY(ARRAY(",
            found!("$1", "$9", "$10", "$11", "$12"),
            ")) AND (l.listed_at + 0, l.id) < ($2, $3) AND l.status + 0 >= $4 AND l.status + 0 <= $5 \
            AND (CAST($7 AS BIGINT) = 0 OR l.integration = $8) "
        ),
    },
    query: |search| {
        let [pattern, number] = search.patterns();
        // Without digits the second half finds nothing, in the same pieces.
        let digits = search.digits.clone().unwrap_or_else(|| search.text.to_lowercase());
        vec![search.text.clone().into(), pattern, digits.into(), number]
    },
};

impl Store {
    /// Whether so few contacts have it that they are looked up. On SQLite contacts of all accounts count.
    pub(super) async fn is_rare(&self, account: Id<Account>, search: &Search) -> Result<bool> {
        let statements = self.db.search();
        let mut values = vec![account.into()];
        values.extend(statements.query(search));
        let row = self.db.query_one(statements.count, values).await?;
        Ok(row.map_or(Ok(0), |row| row.int(0))? <= FEW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_as_they_stand_in_the_index() {
        let search = |text: &str| Search::new(text);
        assert_eq!(search("p").text, "  p");
        assert_eq!(search("pe").text, " pe");
        assert_eq!(search(" Petra  Ng ").text, "Petra  Ng");
        assert_eq!(search("a\0bc").text, "a  bc");
        assert_eq!((search("+49 151-234").text.as_str(), search("+49").text.as_str()), ("49151234", " 49"));
        assert_eq!((search("4915").digits, search("Ana 12").digits), (None, None));
        assert_eq!((SQLITE.query)(&search("Ana 151")), ["\"Ana  151\" OR \"151\"".into()]);
        assert_eq!((SQLITE.query)(&search("a\"b")), ["\"a\"\"b\"".into()]);
    }
}

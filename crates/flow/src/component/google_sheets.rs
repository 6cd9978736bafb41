//! `google_sheets`: adds, changes, reads or removes a row of a spreadsheet.

use chasqui_model::connection::Kind as Service;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::effect::{Outcome, Request};
use crate::exact;
use crate::path::text_of;
use crate::service::{
    LONGEST_TIMEOUT, SheetAction, SheetAnswer, SheetRequest, USUAL_TIMEOUT, Wanted, google_id, timeout_ms,
};
use crate::state::Progress;
use crate::step::{Failure, Turn};
use crate::template::Template;
use crate::validate::Check;

/// Most columns that are written at once.
const MAX_COLUMNS: usize = 100;
/// Longest text in a cell, as Google has it.
const LONGEST_CELL: usize = 50_000;

/// Adds, changes, reads or removes a row of a spreadsheet whose first row names the columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GoogleSheets {
    /// The account's connection to Google, by its name.
    pub connection: String,
    /// The spreadsheet: its id, or the address that a browser shows.
    pub spreadsheet: Template,
    /// The name of the sheet in it.
    pub sheet: Template,
    /// What to do.
    pub action: SheetAction,
    /// Which row: the column that is looked at. Not for `insert`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<Template>,
    /// … and the value that must stand in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Template>,
    /// `insert` and `update`: columns and what is written into them, as it is: nothing becomes a formula.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, Template>,
    /// How long it may take, in seconds: 20 when left out, at most 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<f64>,
    /// The variable that takes the row, by its columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
}

impl GoogleSheets {
    fn writes(&self) -> bool {
        matches!(self.action, SheetAction::Insert | SheetAction::Update)
    }

    fn request(&self, turn: &mut Turn<'_>) -> Result<SheetRequest, Failure> {
        let spreadsheet = turn.fill(&self.spreadsheet);
        let spreadsheet = google_id(&spreadsheet).ok_or_else(|| {
            Failure::new("invalid_spreadsheet", "The spreadsheet is neither an id nor an address of one.")
        })?;
        let spreadsheet = spreadsheet.to_owned();
        let wanted = match (&self.column, &self.value) {
            (Some(column), Some(value)) if self.action != SheetAction::Insert => {
                Some(Wanted { column: turn.fill(column).trim().to_owned(), value: turn.fill(value) })
            }
            _ => None,
        };
        // An empty value would be found in the first row that has none.
        if wanted.as_ref().is_some_and(|wanted| wanted.value.trim().is_empty()) {
            return Err(Failure::new("empty_value", "The value by which a row is looked for is empty."));
        }
        let mut values = Map::new();
        if self.writes() {
            for (column, template) in &self.values {
                let value = turn.with_scope(|scope, warnings| template.value(scope, warnings));
                values.insert(column.trim().to_owned(), cell(&value));
            }
        }
        let sheet = turn.fill(&self.sheet).trim().to_owned();
        let (connection, action) = (self.connection.clone(), self.action);
        let timeout_ms = timeout_ms(self.timeout_seconds, USUAL_TIMEOUT, LONGEST_TIMEOUT);
        Ok(SheetRequest { connection, spreadsheet, sheet, action, wanted, values, timeout_ms })
    }

    fn answered(&self, turn: &mut Turn<'_>, answer: SheetAnswer) -> Next {
        let Some(row) = answer.row else {
            turn.detail("no such row".to_owned());
            return Next::port("not_found");
        };
        if let Some(name) = &self.save_as {
            let row = Value::Object(row);
            if !turn.has_room_for(&row) {
                let message = "A row is too large to be stored with the conversation.";
                return Next::Fail(Failure::new("answer_too_large", message));
            }
            turn.save(name, row);
        }
        Next::port("next")
    }
}

/// A value as a cell takes it: numbers and truth values stay what they are, all else is text.
fn cell(value: &Value) -> Value {
    match exact::plain(value).into_owned() {
        value @ (Value::Number(_) | Value::Bool(_)) => value,
        other => {
            let text = text_of(&other);
            Value::from(&text[..text.floor_char_boundary(LONGEST_CELL)])
        }
    }
}

impl Behaviour for GoogleSheets {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        match self.request(turn) {
            Ok(request) => Next::Call(Request::Sheet(request), Progress::default()),
            Err(failure) => Next::Fail(failure),
        }
    }

    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, _: Progress) -> Next {
        let Outcome::Sheet(answer) = outcome else { return Next::Fail(Failure::wrong_answer()) };
        match answer {
            Ok(answer) => self.answered(turn, answer),
            Err(error) => Next::Fail(Failure::of_call("sheets_failed", "A spreadsheet", &error)),
        }
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        let mut ports = vec![Port::required("next")];
        if self.action != SheetAction::Insert {
            ports.push(Port::required("not_found"));
        }
        ports
    }

    fn check(&self, check: &mut Check<'_>) {
        check.connection("connection", &self.connection);
        check.needed("spreadsheet", &self.spreadsheet);
        check.template("spreadsheet", &self.spreadsheet);
        let is_wrong = self.spreadsheet.is_literal() && google_id(self.spreadsheet.source()).is_none();
        if is_wrong && !self.spreadsheet.is_empty() {
            check.error("invalid_value", "spreadsheet", "the id of a spreadsheet, or its address");
        }
        check.timeout("timeout_seconds", self.timeout_seconds);
        check.needed("sheet", &self.sheet);
        check.template("sheet", &self.sheet);
        if self.action != SheetAction::Insert {
            for (field, text) in [("column", &self.column), ("value", &self.value)] {
                match text {
                    Some(text) => {
                        check.needed(field, text);
                        check.template(field, text);
                    }
                    None => {
                        check.error("missing_field", field, "which row? Say the column and the value in it");
                    }
                }
            }
        }
        if self.writes() {
            check.count("values", self.values.len(), 1..=MAX_COLUMNS);
            for (column, value) in &self.values {
                check.template(&format!("values.{column}"), value);
            }
        }
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }

    fn connection(&self) -> Option<(&str, &[Service])> {
        Some((&self.connection, &[Service::Google]))
    }
}

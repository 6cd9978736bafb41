//! Rows of spreadsheets (<https://developers.google.com/workspace/sheets/api/reference/rest>). Values are written `RAW`: what looks like a
//! formula stays the text that it is.

use chasqui_flow::service::{SheetAction, SheetAnswer, SheetRequest, Wanted};
use chasqui_flow::{CallError, CallErrorKind};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Caller, Session, encoded, in_time, service, trouble};
use crate::Inner;

const HOST: &str = "sheets.googleapis.com";
/// Columns that are looked at.
const LAST: &str = "ZZ";

/// Does something with a row. Calls for one spreadsheet go one after the other, so that a row that was found stays where it is;
/// people who edit meanwhile can still move it.
pub(crate) async fn work(
    rt: &Inner,
    caller: &Caller,
    request: &SheetRequest,
) -> Result<SheetAnswer, CallError> {
    in_time(request.timeout_ms, async {
        let _alone = rt.sheets.hold(request.spreadsheet.clone()).await;
        let session = Session::open(rt, caller, &request.connection).await?;
        Sheet { session, request }.work().await
    })
    .await
}

struct Sheet<'a> {
    session: Session<'a>,
    request: &'a SheetRequest,
}

/// A row that was found.
struct Found {
    /// From 1; the first is the one with the columns' names.
    number: usize,
    row: Map<String, Value>,
}

impl Sheet<'_> {
    async fn work(&self) -> Result<SheetAnswer, CallError> {
        match (self.request.action, &self.request.wanted) {
            (SheetAction::Insert, _) => self.insert().await,
            (_, None) => Err(trouble(CallErrorKind::Invalid, "it does not say which row")),
            (SheetAction::Read, Some(wanted)) => {
                let (_, found) = self.find(wanted).await?;
                Ok(SheetAnswer { row: found.map(|found| found.row) })
            }
            (SheetAction::Update, Some(wanted)) => self.update(wanted).await,
            (SheetAction::Delete, Some(wanted)) => self.delete(wanted).await,
        }
    }

    async fn insert(&self) -> Result<SheetAnswer, CallError> {
        let columns = self.columns().await?;
        let row = self.filled(&columns, &Map::new())?;
        let path = format!("{}:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS", self.values("A1"));
        self.send(Method::POST, &path, json!({ "values": [row] })).await?;
        Ok(SheetAnswer { row: Some(named(&columns, &row)) })
    }

    async fn update(&self, wanted: &Wanted) -> Result<SheetAnswer, CallError> {
        let (columns, found) = self.find(wanted).await?;
        let Some(found) = found else { return Ok(SheetAnswer { row: None }) };
        let row = self.filled(&columns, &found.row)?;
        // Only what changes is written: a formula in another column stays one.
        let name = quoted(&self.request.sheet);
        let changed = self.request.values.keys().filter_map(|column| place(&columns, column));
        let data: Vec<Value> = changed
            .map(|at| json!({ "range": format!("{name}!{}{}", letters(at), found.number), "values": [[row[at]]] }))
            .collect();
        if !data.is_empty() {
            let path = format!("/v4/spreadsheets/{}/values:batchUpdate", self.request.spreadsheet);
            let body = json!({ "valueInputOption": "RAW", "data": data });
            self.send(Method::POST, &path, body).await?;
        }
        Ok(SheetAnswer { row: Some(named(&columns, &row)) })
    }

    async fn delete(&self, wanted: &Wanted) -> Result<SheetAnswer, CallError> {
        let (_, found) = self.find(wanted).await?;
        let Some(found) = found else { return Ok(SheetAnswer { row: None }) };
        let path =
            format!("/v4/spreadsheets/{}?fields=sheets.properties(sheetId,title)", self.request.spreadsheet);
        let sheets = self.get(&path).await?;
        let sheets = sheets["sheets"].as_array().ok_or_else(|| service::odd("sheets"))?;
        let ours = sheets.iter().map(|it| &it["properties"]).find(|it| it["title"] == self.request.sheet);
        let id =
            ours.and_then(|it| it["sheetId"].as_i64()).ok_or_else(|| service::odd("sheet of this name"))?;
        let range = json!({
            "sheetId": id, "dimension": "ROWS", "startIndex": found.number - 1, "endIndex": found.number
        });
        let body = json!({ "requests": [{ "deleteDimension": { "range": range } }] });
        let path = format!("/v4/spreadsheets/{}:batchUpdate", self.request.spreadsheet);
        self.send(Method::POST, &path, body).await?;
        Ok(SheetAnswer { row: Some(found.row) })
    }

    /// The columns, and the first row with the wanted value. Only the reference column is read to find it.
    async fn find(&self, wanted: &Wanted) -> Result<(Vec<String>, Option<Found>), CallError> {
        let columns = self.columns().await?;
        let at = place(&columns, &wanted.column).ok_or_else(|| unknown(&wanted.column))?;
        let column = letters(at);
        let cells = self.get(&self.values(&format!("{column}2:{column}"))).await?;
        let cells = cells["values"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_it = |cell: &Value| text(&cell[0]).trim() == wanted.value.trim();
        let Some(index) = cells.iter().position(is_it) else { return Ok((columns, None)) };
        let number = index + 2;
        let row = self.get(&self.values(&format!("A{number}:{LAST}{number}"))).await?;
        let row = row["values"][0].as_array().cloned().unwrap_or_default();
        let row = named(&columns, &row);
        Ok((columns, Some(Found { number, row })))
    }

    async fn columns(&self) -> Result<Vec<String>, CallError> {
        let first = self.get(&self.values(&format!("A1:{LAST}1"))).await?;
        let names = first["values"][0].as_array().map(Vec::as_slice).unwrap_or_default();
        if names.is_empty() {
            let message = "the first row of the sheet has no names of columns";
            return Err(trouble(CallErrorKind::Invalid, message));
        }
        Ok(names.iter().map(|name| text(name).trim().to_owned()).collect())
    }

    /// A row as it is to be: what it was, with the values that are to be written.
    fn filled(&self, columns: &[String], before: &Map<String, Value>) -> Result<Vec<Value>, CallError> {
        let known = |column: &&String| place(columns, column).is_none();
        if let Some(column) = self.request.values.keys().find(known) {
            return Err(unknown(column));
        }
        let value = |column: &String| {
            self.request.values.get(column).or_else(|| before.get(column)).cloned().unwrap_or("".into())
        };
        Ok(columns.iter().map(value).collect())
    }

    fn values(&self, cells: &str) -> String {
        let range = format!("{}!{cells}", quoted(&self.request.sheet));
        format!("/v4/spreadsheets/{}/values/{}", self.request.spreadsheet, encoded(&range))
    }

    async fn get(&self, path: &str) -> Result<Value, CallError> {
        self.session.ask(Method::GET, &self.session.places.address(HOST, path), None).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Result<Value, CallError> {
        let body = Some(("application/json", body.to_string().into()));
        self.session.ask(method, &self.session.places.address(HOST, path), body).await
    }
}

fn unknown(column: &str) -> CallError {
    trouble(CallErrorKind::Invalid, format!("the sheet has no column “{column}” in its first row"))
}

fn place(columns: &[String], column: &str) -> Option<usize> {
    columns.iter().position(|it| it == column.trim())
}

fn named(columns: &[String], row: &[Value]) -> Map<String, Value> {
    let cell = |at: usize| row.get(at).cloned().unwrap_or_else(|| "".into());
    columns.iter().enumerate().map(|(at, column)| (column.clone(), cell(at))).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

/// A sheet's name as ranges have it.
fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// A column's letters, from 0: A, B … Z, AA …
fn letters(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + u8::try_from(at % 26).unwrap_or_default());
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (at, is) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")] {
            assert_eq!(letters(at), is);
        }
    }

    #[test]
    fn a_sheets_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("It's"), "'It''s'");
    }
}

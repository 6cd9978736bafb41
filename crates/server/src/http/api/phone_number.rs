//! Reading phone numbers the way people paste them: lists and CSV, with or without a country code.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::integration::Integration;
use phonenumber::country;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::integration::{country as of_integration, country_of, e164};
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::Json;
use crate::http::problem::Problem;

/// Longest text that is read.
const LONGEST: usize = 1024 * 1024;

/// Text with phone numbers in it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ToRead {
    /// Lines, or fields separated by commas, semicolons or tabs.
    text: String,
    /// Numbers without a country code are of this integration's country.
    #[schema(value_type = Option<String>)]
    integration_id: Option<chasqui_model::Id<Integration>>,
    /// Or of the country of this number.
    like: Option<String>,
}

/// What was read.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadNumbers {
    /// E.164, each once, in the order of the text.
    numbers: Vec<String>,
    /// What is no number: headings and names too.
    wrong: Vec<WrongNumber>,
    /// Numbers that were there more than once.
    repeated: usize,
}

/// Something that is no number.
#[derive(Serialize, ToSchema)]
pub(crate) struct WrongNumber {
    /// From 1.
    line: usize,
    text: String,
}

/// Reads pasted numbers: each is written one way, and what is none is named by its line.
#[utoipa::path(post, path = "/phone_numbers/read", tag = "integrations", request_body = ToRead,
    responses((status = 200, body = ReadNumbers)))]
pub(crate) async fn read(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Json(body): Json<ToRead>,
) -> Result<Answer<ReadNumbers>, Problem> {
    if body.text.chars().count() > LONGEST {
        return Err(Problem::field("/text", "too_large", "At most 1 MiB is read at once."));
    }
    let mut country: Option<country::Id> = body.like.as_deref().and_then(country_of);
    if let Some(id) = body.integration_id {
        let found = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
        country = country.or(of_integration(&found));
    }
    Ok(Answer(numbers(&body.text, country)))
}

fn numbers(text: &str, country: Option<country::Id>) -> ReadNumbers {
    let mut it = ReadNumbers { numbers: Vec::new(), wrong: Vec::new(), repeated: 0 };
    let mut seen = std::collections::HashSet::new();
    for (index, line) in text.lines().enumerate() {
        let fields: Vec<&str> =
            line.split([',', ';', '\t']).map(|field| field.trim().trim_matches('"').trim()).collect();
        let found: Vec<String> = fields.iter().filter_map(|field| e164(field, country)).collect();
        if found.is_empty() && fields.iter().any(|field| !field.is_empty()) {
            it.wrong.push(WrongNumber { line: index + 1, text: line.trim().chars().take(60).collect() });
        }
        for number in found {
            if seen.insert(number.clone()) {
                it.numbers.push(number);
            } else {
                it.repeated += 1;
            }
        }
    }
    it
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_table_gives_its_numbers_and_names_the_rest() {
        let text =
            "Name;Phone\nAna;+49 151 23456789\nBen;0151 23456790\n\"Cem\",\"0049 151 23456789\"\nnobody\n\n";
        let read = numbers(text, Some(country::DE));
        assert_eq!(read.numbers, ["+4915123456789", "+4915123456790"]);
        assert_eq!(read.repeated, 1);
        assert_eq!(read.wrong.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(numbers("0151 23456790", None).numbers.len(), 0);
    }
}

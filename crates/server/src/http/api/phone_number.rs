//! Reading phone numbers the way people paste them: lists and CSV, with or without a country code.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::integration::Integration;
use chasqui_model::typed;
use phonenumber::country;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::office::integration::country as of_integration;
use crate::phone::{self, Wrong, country_of};

/// Longest text that is read.
const LONGEST: usize = 1024 * 1024;

/// Text with phone numbers in it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ToRead {
    /// A number a line. In a table, whose fields are separated by commas, semicolons or tabs, only numbers with `+` count, or
    /// those of the columns that the first line names as phone numbers.
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
    reason: Reason,
}

/// Why a line gave no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SkippedBecause)]
pub(crate) enum Reason {
    /// It names the columns.
    Heading,
    /// It is a date or an amount.
    DateOrAmount,
    /// It has several columns, and no number in it begins with `+`.
    SeveralColumns,
    /// The heading says that these are no phone numbers.
    OtherColumn,
    /// It has no country code, and no country is known that it could be of.
    NoCountry,
    /// It is no phone number.
    NoNumber,
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

/// What the first line says about the columns.
#[derive(Default)]
struct Heading {
    /// The columns that it names as phone numbers.
    phones: Vec<usize>,
    /// The only column is something else.
    is_other: bool,
}

/// Words for a column of phone numbers.
const PHONES: &[&str] = &[
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "whatsapp",
    "msisdn",
    "telefon",
    "handy",
    "mobil",
    "rufnummer",
    "telefonnummer",
    "handynummer",
    "mobilnummer",
    "mobiltelefon",
    "telefono",
    "teléfono",
    "móvil",
    "celular",
    "téléphone",
    "portable",
    "telefone",
    "telefoonnummer",
    "cellulare",
];
/// Words for a column of something else with digits.
const OTHERS: &[&str] = &[
    "order",
    "orders",
    "invoice",
    "date",
    "price",
    "amount",
    "total",
    "id",
    "iban",
    "zip",
    "customer",
    "article",
    "fax",
    "bestellung",
    "bestellnummer",
    "auftrag",
    "auftragsnummer",
    "rechnung",
    "rechnungsnummer",
    "datum",
    "preis",
    "betrag",
    "summe",
    "kundennummer",
    "artikelnummer",
    "plz",
    "postleitzahl",
];

impl Heading {
    /// `None` when the line is no heading: one has words, and no digits.
    fn of(fields: &[&str]) -> Option<Self> {
        let has = |test: fn(char) -> bool| fields.iter().any(|field| field.chars().any(test));
        if !has(char::is_alphabetic) || has(|c| typed::digit(c).is_some()) {
            return None;
        }
        let names = |field: &str, words: &[&str]| {
            let folded = typed::fold(field);
            folded.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
        };
        let is_phone = |field: &str| names(field, PHONES) && !names(field, OTHERS);
        let phones = (0..fields.len()).filter(|&at| is_phone(fields[at])).collect();
        Some(Self { phones, is_other: fields.len() == 1 && names(fields[0], OTHERS) })
    }
}

/// The fields of a line. Separators at its end part nothing.
fn fields(line: &str) -> Vec<&str> {
    let line = line.trim_end_matches([',', ';', '\t', ' ', '\r']);
    line.split([',', ';', '\t']).map(|field| field.trim().trim_matches('"').trim()).collect()
}

fn numbers(text: &str, country: Option<country::Id>) -> ReadNumbers {
    let mut it = ReadNumbers { numbers: Vec::new(), wrong: Vec::new(), repeated: 0 };
    let mut seen = std::collections::HashSet::new();
    let mut heading = Heading::default();
    let mut is_first = true;
    for (index, line) in text.lines().enumerate() {
        let fields = fields(line);
        if fields.iter().all(|field| typed::trim(field).is_empty()) {
            continue;
        }
        let found = match Heading::of(&fields).filter(|_| std::mem::take(&mut is_first)) {
            Some(names) => {
                heading = names;
                Err(Reason::Heading)
            }
            None => of_line(&fields, &heading, country),
        };
        is_first = false;
        match found {
            Err(reason) => {
                let text = typed::trim(line).chars().take(60).collect();
                it.wrong.push(WrongNumber { line: index + 1, text, reason });
            }
            Ok(found) => {
                for number in found {
                    if seen.insert(number.clone()) {
                        it.numbers.push(number);
                    } else {
                        it.repeated += 1;
                    }
                }
            }
        }
    }
    it
}

/// The numbers of a line. In a table anything may look like a number of the country, such as an order or a date: it counts only
/// with `+`, or below a heading that says so.
fn of_line(fields: &[&str], heading: &Heading, country: Option<country::Id>) -> Result<Vec<String>, Reason> {
    let is_named = !heading.phones.is_empty() && fields.len() > 1;
    let columns = fields.iter().enumerate().filter(|(at, _)| !is_named || heading.phones.contains(at));
    let columns: Vec<&str> =
        columns.map(|(_, field)| *field).filter(|field| !typed::trim(field).is_empty()).collect();
    let is_sure = is_named || (fields.len() == 1 && !heading.is_other);
    let read = |field: &&str| match phone::read(field, country.filter(|_| is_sure)) {
        // `00` may begin an order's number too.
        Ok(_) if !is_sure && !has_plus(field) => Err(Wrong::NoCountry),
        read => read,
    };
    let found: Vec<String> = columns.iter().filter_map(|field| read(field).ok()).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    Err(match columns.as_slice() {
        [one] => match read(one) {
            Err(Wrong::DateOrAmount) => Reason::DateOrAmount,
            Err(Wrong::NoCountry) if heading.is_other => Reason::OtherColumn,
            Err(Wrong::NoCountry) if !is_sure => Reason::SeveralColumns,
            Err(Wrong::NoCountry) => Reason::NoCountry,
            Ok(_) | Err(Wrong::NoNumber) => Reason::NoNumber,
        },
        _ if columns.iter().any(|field| read(field) == Err(Wrong::NoCountry)) && !is_sure => {
            Reason::SeveralColumns
        }
        _ => Reason::NoNumber,
    })
}

fn has_plus(field: &str) -> bool {
    let plain = typed::ascii_forms(field);
    let lower = plain.to_ascii_lowercase();
    lower.trim_start_matches("tel:").trim_start_matches(['\'', '(']).starts_with('+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> Vec<Reason> {
        numbers(text, Some(country::DE)).wrong.iter().map(|it| it.reason).collect()
    }

    #[test]
    fn a_pasted_table_gives_its_numbers_and_names_the_rest() {
        let text =
            "Name;Phone\nAna;+49 151 23456789\nBen;0151 23456790\n\"Cem\",\"0049 151 23456789\"\nnobody\n\n";
        let read = numbers(text, Some(country::DE));
        assert_eq!(read.numbers, ["+4915123456789", "+4915123456790"]);
        assert_eq!(read.repeated, 1);
        assert_eq!(read.wrong.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(why(text), [Reason::Heading, Reason::NoNumber]);
        assert_eq!(numbers("0151 23456790", None).wrong[0].reason, Reason::NoCountry);
    }

    #[test]
    fn a_list_is_read_however_it_was_copied() {
        for text in [
            "0151 23456789\r\n0151 23456790\r\n",
            "\u{feff}0151 23456789,\n0151 23456790,\n",
            "\"0151 23456789\"\n\"'0151 23456790\"",
            "Handynummer\n0151 23456789\n0151–23456790",
            "Guests\n0151 23456789\n\u{202a}0151 23456790\u{202c}",
            "+49 151 23456789, +49 151 23456790",
            "Order;Mobile phone;Date\n4711000123;0151 23456789;01.02.2026\n4711000124;0151 23456790;01.02.2026",
            "4711000123\t+49 151 23456789\t01.02.2026\n4711000124\t+49 151 23456790\t1.234,50",
        ] {
            let read = numbers(text, Some(country::DE));
            assert_eq!(read.numbers, ["+4915123456789", "+4915123456790"], "{text}");
        }
    }

    #[test]
    fn a_table_lets_nobody_in_by_an_order_a_date_or_a_price() {
        for text in [
            "4711000123;01.02.2026",
            "Order,Date\n4711000123,01.02.2026\n4711000124,2026-02-01",
            "Ana\t030 1234567",
            "Order number\n4711000123\n4711000124",
            "Rechnungsnummer\n0301234567",
            "01.02.2026\n2026-02-01\n1234567.50",
            "4711000123   01022026",
            "Name;Fax\nAna;030 1234567",
            "0049 30 1234567;4711",
            "Preis;Menge\n1.234,50 €;3012345678",
            ";;4711000123",
        ] {
            assert_eq!(numbers(text, Some(country::DE)).numbers, [""; 0], "{text}");
        }
        assert_eq!(why("Ana;0301234567"), [Reason::SeveralColumns]);
        assert_eq!(why("Bestellnummer\n0301234567"), [Reason::Heading, Reason::OtherColumn]);
        assert_eq!(why("01.02.2026"), [Reason::DateOrAmount]);
        assert_eq!(why("Ana;Ben"), [Reason::Heading]);
    }
}

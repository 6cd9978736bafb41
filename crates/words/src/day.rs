//! Days, as people write them in each language.

use chasqui_model::Timestamp;
use chasqui_model::account::Language;

#[rustfmt::skip]
const MONTHS: [[&str; 12]; 4] = [
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
];

/// The day of a moment, in UTC: "30 November 2026".
pub fn day(at: Timestamp, language: Language) -> String {
    let date = at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
    let month = |names: &[&'static str; 12]| {
        usize::from(date.month().unsigned_abs())
            .checked_sub(1)
            .and_then(|at| names.get(at).copied())
            .unwrap_or_default()
    };
    let (day, year) = (date.day(), date.year());
    match language {
        Language::En => format!("{day} {} {year}", month(&MONTHS[0])),
        Language::De => format!("{day}. {} {year}", month(&MONTHS[1])),
        Language::Es => format!("{day} de {} de {year}", month(&MONTHS[2])),
        Language::Pt => format!("{day} de {} de {year}", month(&MONTHS[3])),
    }
}

/// The day and the minute of a moment, in UTC: "30 November 2026, 22:30 UTC".
pub fn moment(at: Timestamp, language: Language) -> String {
    let time = at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).time();
    format!("{}, {:02}:{:02} UTC", day(at, language), time.hour(), time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_its_own() {
        let at = Timestamp::parse("2026-03-09T22:30:00Z").unwrap();
        let said = Language::ALL.map(|language| day(at, language));
        assert_eq!(said, ["9 March 2026", "9. März 2026", "9 de marzo de 2026", "9 de março de 2026"]);
        assert_eq!(moment(at, Language::En), "9 March 2026, 22:30 UTC");
    }
}

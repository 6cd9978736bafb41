//! Dates and times. A date is text such as `2026-12-31`, a time text such as `2026-12-31T18:00:00+01:00`;
//! `31.12.2026` is read too.

use chasqui_model::typed;
use jiff::civil::{Date, DateTime};
use jiff::{Span, Timestamp, Unit, Zoned};

use super::super::operand::{Answer, Operand, Trouble};
use super::{Function, Group, Run};
use crate::date::{DateFormat, pattern};
use crate::fuel::cost;
use crate::scope::Scope;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Today",
        group: Group::Dates,
        arguments: "",
        about: "The date of today, in the bot's time zone.",
        example: "Today()",
        result: "2026-01-01",
        least: 0,
        most: Some(0),
        run: Run::Eager(|scope, _| {
            scope.fuel.spend(cost::DATE)?;
            Operand::text(scope.fuel, scope.moment().date().to_string())
        }),
    },
    Function {
        name: "Now",
        group: Group::Dates,
        arguments: "",
        about: "The time now, in the bot's time zone.",
        example: "Now()",
        result: "2026-01-01T10:00:00+01:00",
        least: 0,
        most: Some(0),
        run: Run::Eager(|scope, _| {
            scope.fuel.spend(cost::DATE)?;
            Operand::text(scope.fuel, When::Moment(scope.moment()).to_text())
        }),
    },
    Function {
        name: "ParseDate",
        group: Group::Dates,
        arguments: "text, format",
        about: "The date in a text that is written so: `iso`, `dd.mm.yyyy`, `mm/dd/yyyy`, `dd/mm/yyyy` or a strptime format.",
        example: "ParseDate(\"12/31/2026\", \"mm/dd/yyyy\")",
        result: "2026-12-31",
        least: 2,
        most: Some(2),
        run: Run::Eager(parse_date),
    },
    Function {
        name: "DateAdd",
        group: Group::Dates,
        arguments: "date, number, unit",
        about: "The date so much later (or earlier, with a negative number). Units: seconds, minutes, hours, days, weeks, months, years.",
        example: "DateAdd(\"2026-01-31\", 1, \"months\")",
        result: "2026-02-28",
        least: 3,
        most: Some(3),
        run: Run::Eager(date_add),
    },
    Function {
        name: "DateDiff",
        group: Group::Dates,
        arguments: "from, to, unit",
        about: "How many whole units lie between them; negative when `to` is earlier.",
        example: "DateDiff(\"2026-01-01\", \"2026-03-01\", \"days\")",
        result: "59",
        least: 3,
        most: Some(3),
        run: Run::Eager(date_diff),
    },
    Function {
        name: "FormatDate",
        group: Group::Dates,
        arguments: "date, format",
        about: "The date as text: `iso`, `dd.mm.yyyy`, `mm/dd/yyyy`, `dd/mm/yyyy` or a strftime format such as `%H:%M`.",
        example: "FormatDate(\"2026-12-31\", \"dd.mm.yyyy\")",
        result: "31.12.2026",
        least: 2,
        most: Some(2),
        run: Run::Eager(format_date),
    },
    Function {
        name: "DayOfWeek",
        group: Group::Dates,
        arguments: "date",
        about: "The day of the week, 1 for Monday to 7 for Sunday.",
        example: "DayOfWeek(\"2026-12-31\")",
        result: "4",
        least: 1,
        most: Some(1),
        run: Run::Eager(|scope, arguments| {
            let day = When::read(scope, &arguments[0])?.date().weekday().to_monday_one_offset();
            Ok(Operand::Number(day.into()))
        }),
    },
];

/// A date, or a moment in the bot's time zone.
enum When {
    Date(Date),
    Moment(Zoned),
}

impl When {
    fn read(scope: &Scope<'_>, operand: &Operand<'_>) -> Result<Self, Trouble> {
        let text = operand.show(scope.fuel)?;
        scope.fuel.spend(cost::DATE + text.len() * 4 * cost::DIGITS)?;
        let text = &*typed::ascii_forms(&text);
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Self::Moment(at.to_zoned(scope.zone())));
        }
        let is_date = text.len() <= 10;
        let date = || {
            text.parse::<Date>().ok().filter(|_| is_date).or_else(|| DateFormat::new("dd.mm.yyyy").read(text))
        };
        if let Some(date) = date() {
            return Ok(Self::Date(date));
        }
        let moment = text.parse::<DateTime>().ok().and_then(|at| at.to_zoned(scope.zone()).ok());
        moment.map(Self::Moment).ok_or_else(|| {
            let short = &text[..text.floor_char_boundary(40)];
            Trouble::new(format!("a date such as 2026-12-31 was expected, not “{short}”"))
        })
    }

    fn date(&self) -> Date {
        match self {
            Self::Date(date) => *date,
            Self::Moment(moment) => moment.date(),
        }
    }

    fn moment(&self, scope: &Scope<'_>) -> Result<Zoned, Trouble> {
        match self {
            Self::Date(date) => date.to_zoned(scope.zone()).map_err(|_| out_of_range()),
            Self::Moment(moment) => Ok(moment.clone()),
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Date(date) => date.to_string(),
            Self::Moment(moment) => moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        }
    }
}

fn out_of_range() -> Trouble {
    Trouble::new("the date is out of range")
}

fn unit(scope: &Scope<'_>, operand: &Operand<'_>) -> Result<Unit, Trouble> {
    let name = operand.show(scope.fuel)?;
    scope.fuel.spend_for(name.len(), cost::CASE)?;
    match name.trim().to_lowercase().as_str() {
        "second" | "seconds" => Ok(Unit::Second),
        "minute" | "minutes" => Ok(Unit::Minute),
        "hour" | "hours" => Ok(Unit::Hour),
        "day" | "days" => Ok(Unit::Day),
        "week" | "weeks" => Ok(Unit::Week),
        "month" | "months" => Ok(Unit::Month),
        "year" | "years" => Ok(Unit::Year),
        _ => Err(Trouble::new("a unit is one of seconds, minutes, hours, days, weeks, months, years")),
    }
}

fn parse_date<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let (text, format) = (arguments[0].show(scope.fuel)?, arguments[1].show(scope.fuel)?);
    scope.fuel.spend(cost::DATE + (text.len() + format.len()) * 4 * cost::DIGITS)?;
    let date = DateFormat::new(&format).read(&text);
    let date = date.ok_or_else(|| Trouble::new("the text is not a date in that format"))?;
    Operand::text(scope.fuel, date.to_string())
}

fn date_add<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let when = When::read(scope, &arguments[0])?;
    let number = arguments[1].number(scope.fuel)?;
    let unit = unit(scope, &arguments[2])?;
    let amount = i64::try_from(number.trunc()).map_err(|_| out_of_range())?;
    let span = match unit {
        Unit::Year => Span::new().try_years(amount),
        Unit::Month => Span::new().try_months(amount),
        Unit::Week => Span::new().try_weeks(amount),
        Unit::Day => Span::new().try_days(amount),
        Unit::Hour => Span::new().try_hours(amount),
        Unit::Minute => Span::new().try_minutes(amount),
        _ => Span::new().try_seconds(amount),
    };
    let span = span.map_err(|_| out_of_range())?;
    let sum = match when {
        When::Date(date) if unit >= Unit::Day => {
            When::Date(date.checked_add(span).map_err(|_| out_of_range())?)
        }
        when => When::Moment(when.moment(scope)?.checked_add(span).map_err(|_| out_of_range())?),
    };
    scope.fuel.spend(cost::DATE)?;
    Operand::text(scope.fuel, sum.to_text())
}

fn date_diff<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let (from, to) = (When::read(scope, &arguments[0])?, When::read(scope, &arguments[1])?);
    let unit = unit(scope, &arguments[2])?;
    scope.fuel.spend(cost::DATE)?;
    let span = match (&from, &to) {
        (When::Date(from), When::Date(to)) if unit >= Unit::Day => from.until((unit, *to)),
        _ => from.moment(scope)?.until((unit, &to.moment(scope)?)),
    };
    let span = span.map_err(|_| out_of_range())?;
    let count: i64 = match unit {
        Unit::Year => span.get_years().into(),
        Unit::Month => span.get_months().into(),
        Unit::Week => span.get_weeks().into(),
        Unit::Day => span.get_days().into(),
        Unit::Hour => span.get_hours().into(),
        Unit::Minute => span.get_minutes(),
        _ => span.get_seconds(),
    };
    Ok(Operand::Number(count.into()))
}

fn format_date<'a>(scope: &Scope<'a>, arguments: &[Operand<'a>]) -> Answer<'a> {
    let when = When::read(scope, &arguments[0])?;
    let format = arguments[1].show(scope.fuel)?;
    if format.len() > 200 {
        return Err(Trouble::new("the format is too long"));
    }
    scope.fuel.spend(cost::DATE + format.len() * cost::FOLD)?;
    let text = jiff::fmt::strtime::format(pattern(&format), &when.moment(scope)?);
    Operand::text(scope.fuel, text.map_err(|_| Trouble::new("the format is not a valid strftime format"))?)
}

//! Appointments: five a working day, each once. That a day is not past is for the bot to see, which knows the customer's day.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chasqui_model::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{not_found, refused};
use crate::meta::Meta;

const TIMES: [&str; 5] = ["09:00", "10:30", "13:00", "14:30", "16:00"];
/// Most that are kept.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Appointments {
    /// By number.
    booked: BTreeMap<usize, Wanted>,
    last: usize,
}

/// When somebody wants to come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Wanted {
    date: String,
    #[serde(default)]
    time: String,
}

impl Appointments {
    fn free(&self, date: &str) -> Vec<&'static str> {
        // Saturday and Sunday are 6 and 7.
        let weekday = Timestamp::parse(&format!("{date}T12:00:00Z"))
            .map(|noon| noon.to_jiff().strftime("%u").to_string());
        let open = weekday.is_some_and(|day| day.as_str() < "6");
        let taken = |time: &str| self.booked.values().any(|it| it.date == date && it.time == time);
        TIMES.into_iter().filter(|time| open && !taken(time)).collect()
    }
}

/// The times of a day that are free.
pub(super) async fn free(State(meta): State<Arc<Meta>>, Query(asked): Query<Wanted>) -> Json<Value> {
    let free = meta.with(|world| world.shop.appointments.free(&asked.date));
    Json(json!({ "date": asked.date, "free": free }))
}

/// Books a time that is free.
pub(super) async fn book(State(meta): State<Arc<Meta>>, body: Bytes) -> Response {
    let Ok(wanted) = serde_json::from_slice::<Wanted>(&body) else {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "unreadable");
    };
    meta.with(|world| {
        let appointments = &mut world.shop.appointments;
        let is_free = appointments.free(&wanted.date).contains(&wanted.time.as_str());
        if !is_free || appointments.booked.len() >= MOST {
            return refused(StatusCode::CONFLICT, "taken");
        }
        appointments.last += 1;
        let number = appointments.last;
        let view = json!({ "number": name(number), "date": wanted.date, "time": wanted.time });
        appointments.booked.insert(number, wanted);
        (StatusCode::CREATED, Json(view)).into_response()
    })
}

/// Gives a time back.
pub(super) async fn cancel(State(meta): State<Arc<Meta>>, Path(number): Path<String>) -> Response {
    let digits = number.trim().to_uppercase().strip_prefix("T-").and_then(|it| it.parse::<usize>().ok());
    let index = digits.and_then(|it| it.checked_sub(100));
    let found = meta.with(|world| world.shop.appointments.booked.remove(&index?));
    found.map_or_else(not_found, |_| StatusCode::NO_CONTENT.into_response())
}

fn name(number: usize) -> String {
    format!("T-{}", 100 + number)
}

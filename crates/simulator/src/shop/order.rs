//! Orders: four that are always there, one in each state, and those that were placed.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chasqui_model::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{day, not_found, refused};
use crate::meta::Meta;

const DAY: Duration = Duration::from_hours(24);
/// The number of the first order that is placed.
const FIRST: usize = 2001;
/// Most orders that are kept.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Orders(Vec<Placed>);

#[derive(Debug)]
struct Placed {
    total: u64,
    at: Timestamp,
}

/// What somebody wants to buy.
#[derive(Deserialize)]
struct Wanted {
    items: Vec<Item>,
    name: String,
    address: String,
}

#[derive(Deserialize)]
struct Item {
    product: String,
    count: u64,
}

/// An order: where it is, and the date that matters in that state.
pub(super) async fn one(State(meta): State<Arc<Meta>>, Path(number): Path<String>) -> Response {
    let now = meta.now();
    let fixed = |state: &str, date: Timestamp| json!({ "number": number, "state": state, "date": day(date), "total": 98 });
    let order = match number.as_str() {
        "AO-1001" => fixed("preparing", now.after(2 * DAY)),
        "AO-1002" => {
            let mut order = fixed("sent", now.after(DAY));
            order["carrier"] = "Parcel Express".into();
            order["tracking"] = "PX47110815".into();
            order
        }
        "AO-1003" => fixed("delivered", now.before(3 * DAY)),
        "AO-1004" => fixed("cancelled", now.before(5 * DAY)),
        _ => {
            let index = number.strip_prefix("AO-").and_then(|digits| digits.parse::<usize>().ok());
            let index = index.and_then(|index| index.checked_sub(FIRST));
            let found = meta.with(|world| {
                let placed = world.shop.orders.0.get(index?)?;
                Some(placed_view(&number, placed))
            });
            match found {
                Some(order) => order,
                None => return not_found(),
            }
        }
    };
    Json(order).into_response()
}

fn placed_view(number: &str, placed: &Placed) -> Value {
    let date = day(placed.at.after(2 * DAY));
    json!({ "number": number, "state": "preparing", "date": date, "total": placed.total })
}

/// Places an order, if there is enough of everything.
pub(super) async fn place(State(meta): State<Arc<Meta>>, body: Bytes) -> Response {
    let Ok(wanted) = serde_json::from_slice::<Wanted>(&body) else {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "unreadable");
    };
    let is_empty = wanted.items.iter().all(|item| item.count == 0);
    if is_empty || wanted.name.trim().is_empty() || wanted.address.trim().is_empty() {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "incomplete");
    }
    let at = meta.now();
    meta.with(|world| {
        let shop = &mut world.shop;
        let mut total = 0;
        // First all that is wanted of a product is added up, then everything is taken or nothing.
        for item in &wanted.items {
            let all: u64 = wanted
                .items
                .iter()
                .filter(|other| other.product == item.product)
                .fold(0, |sum, other| sum.saturating_add(other.count));
            match shop.catalogue.product(&item.product) {
                Some(product) if product.stock >= all => total += product.price * item.count,
                Some(_) => return refused(StatusCode::CONFLICT, "out_of_stock"),
                None => return refused(StatusCode::UNPROCESSABLE_ENTITY, "unknown_product"),
            }
        }
        if shop.orders.0.len() >= MOST {
            return refused(StatusCode::SERVICE_UNAVAILABLE, "full");
        }
        for item in &wanted.items {
            if let Some(product) = shop.catalogue.product(&item.product) {
                product.stock -= item.count;
            }
        }
        let number = format!("AO-{}", FIRST + shop.orders.0.len());
        let placed = Placed { total, at };
        let view = placed_view(&number, &placed);
        shop.orders.0.push(placed);
        (StatusCode::CREATED, Json(view)).into_response()
    })
}

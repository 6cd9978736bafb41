//! A place.

use chasqui_model::message::Location;
use serde::Serialize;

use super::limits::{Limits, Problem};

pub(super) fn check(place: &Location, limits: &mut Limits) {
    if !(-90.0..=90.0).contains(&place.latitude) {
        limits.add("latitude", Problem::Malformed("is not between -90 and 90"));
    }
    if !(-180.0..=180.0).contains(&place.longitude) {
        limits.add("longitude", Problem::Malformed("is not between -180 and 180"));
    }
}

pub(super) fn wire(place: &Location) -> impl Serialize {
    #[derive(Serialize)]
    struct Place<'a> {
        latitude: f64,
        longitude: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        address: Option<&'a str>,
    }
    Place {
        latitude: place.latitude,
        longitude: place.longitude,
        name: place.name.as_deref(),
        address: place.address.as_deref(),
    }
}

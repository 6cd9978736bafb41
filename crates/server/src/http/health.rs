//! Whether the process lives, whether it can work, and its figures.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::standstill;
use crate::app::App;
use crate::{fleet, measure};

/// How the process fares.
#[derive(Serialize, ToSchema)]
pub(crate) struct Fare {
    #[schema(example = "ok")]
    status: String,
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()), responses((status = 200, body = Fare)))]
pub(crate) async fn live() -> Answer<Fare> {
    Answer(Fare { status: "ok".into() })
}

/// Whether it can work: what comes in can be made durable, and what was under way at the last end has been taken up.
/// Otherwise `status` says why not.
#[utoipa::path(get, path = "/readyz", tag = "operations", security(()),
    responses((status = 200, body = Fare), (status = 503, body = Fare)))]
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let fares = if !app.runtime.ready() || app.stop.is_cancelled() {
        Fare { status: "starting or stopping".into() }
    } else if let Some(status) = standstill::trouble(&app).await {
        Fare { status }
    } else {
        return Answer(Fare { status: "ok".into() }).into_response();
    };
    (StatusCode::SERVICE_UNAVAILABLE, Answer(fares)).into_response()
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", security(()),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn figures(State(app): State<App>) -> Response {
    fleet::measure(&app).await;
    let (work, messages) = app.runtime.depth();
    #[expect(clippy::cast_precision_loss, reason = "figures are rounded")]
    {
        metrics::gauge!("chasqui_work_waiting").set(work as f64);
        metrics::gauge!("chasqui_messages_waiting").set(messages as f64);
        let doors = &app.doors;
        for (of, budget) in
            [("api", &doors.bodies), ("strangers", &doors.strangers), ("deliveries", &doors.deliveries)]
        {
            metrics::gauge!("chasqui_body_bytes", "of" => of).set(budget.held() as f64);
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], measure::text()).into_response()
}

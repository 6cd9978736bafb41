//! HTTP: routes, who may use them, and the limits around them.

pub(crate) mod api;
pub(crate) mod auth;
mod body;
mod cookie;
mod docs;
mod health;
mod idempotency;
pub(crate) mod input;
mod listen;
mod observe;
mod page;
pub(crate) mod problem;
pub(crate) mod throttle;
pub(crate) mod token;
mod ui;
mod webhook;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub use listen::{Limits, serve};

/// Forgets sessions and answers that have had their time.
pub(crate) async fn forget(app: &App) -> Result<(), chasqui_store::Error> {
    let now = app.clock.now();
    app.store.delete_old_sessions(now.before(auth::ABSOLUTE), now.before(auth::IDLE)).await?;
    app.store.forget_attempts(now.before(idempotency::KEPT)).await?;
    Ok(())
}

/// The whole server.
pub fn router(app: App) -> Router {
    let (router, _) = routes_of(&app).split_for_parts();
    router
        .fallback(ui::serve)
        .method_not_allowed_fallback(ui::method_not_allowed)
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn(ui::harden))
        .layer(CatchPanicLayer::custom(|_| problem::Problem::internal().into_response()))
        .layer(from_fn(observe::observe))
        .with_state(app)
}

/// The API's description. The routes are the same that are served, so it has all of them.
pub fn description() -> utoipa::openapi::OpenApi {
    let (_, api) = OpenApiRouter::with_openapi(docs::Description::openapi())
        .merge(open())
        .nest("/api/v1", api())
        .split_for_parts();
    docs::with_refusals(api)
}

fn routes_of(app: &App) -> OpenApiRouter<App> {
    // From the outside in: the body as a whole, who asks, then whether it was done before.
    let api = api()
        .layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(app.clone(), auth::identify))
        .layer(from_fn(body::receive_first));
    OpenApiRouter::with_openapi(docs::Description::openapi()).merge(open()).nest("/api/v1", api)
}

/// What everybody may ask.
fn open() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhook::handshake, webhook::deliver))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::figures))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::bot_schema))
        .routes(routes!(docs::page))
        .routes(routes!(docs::script))
        .routes(routes!(docs::style))
}

/// What is asked in the name of an account.
fn api() -> OpenApiRouter<App> {
    use api::{
        api_token, bot, bot_file, conversation, draft, event, flow_test, integration, session, stream,
        test_request, test_session, transcript, usage, version,
    };
    OpenApiRouter::new()
        .routes(routes!(session::log_in, session::log_out))
        .routes(routes!(session::me))
        .routes(routes!(bot::list, bot::create))
        .routes(routes!(bot::one, bot::rename, bot::delete))
        .routes(routes!(draft::show, draft::save))
        .routes(routes!(draft::check))
        .routes(routes!(draft::publish))
        .routes(routes!(version::list))
        .routes(routes!(version::one))
        .routes(routes!(version::restore))
        .routes(routes!(bot_file::import))
        .routes(routes!(bot_file::list_starters))
        .routes(routes!(bot_file::from_starter))
        .routes(routes!(bot_file::copy))
        .routes(routes!(bot_file::export))
        .routes(routes!(usage::usages))
        .routes(routes!(usage::running))
        .routes(routes!(flow_test::run))
        .routes(routes!(test_session::begin))
        .routes(routes!(test_session::show, test_session::drop_session))
        .routes(routes!(test_session::act))
        .routes(routes!(test_request::try_out))
        .routes(routes!(integration::list, integration::create))
        .routes(routes!(integration::one, integration::change, integration::delete))
        .routes(routes!(integration::activate))
        .routes(routes!(integration::deactivate))
        .routes(routes!(integration::verify_token))
        .routes(routes!(event::list_of_integration))
        .routes(routes!(conversation::list))
        .routes(routes!(conversation::one))
        .routes(routes!(transcript::messages))
        .routes(routes!(transcript::turns))
        .routes(routes!(event::list))
        .routes(routes!(api_token::list, api_token::create))
        .routes(routes!(api_token::delete))
        .routes(routes!(stream::stream))
}

//! HTTP: routes, who may use them, and the limits around them.

pub mod access;
pub(crate) mod api;
pub(crate) mod auth;
pub(crate) mod body;
mod budget;
pub(crate) mod client;
mod cookie;
pub(crate) mod csv;
mod docs;
pub(crate) mod doors;
pub(crate) mod download;
mod full;
mod health;
pub mod idempotency;
pub(crate) mod input;
mod listen;
mod observe;
pub(crate) mod origin;
mod page;
mod phrasebook;
pub(crate) mod problem;
mod refused;
pub mod speak;
mod standstill;
mod tally;
pub(crate) mod throttle;
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

pub use client::{Client, Network, NoNetwork, Proxies};
pub use listen::{Limits, raise_descriptors, serve};

/// Forgets sessions and answers that have had their time.
pub(crate) async fn forget(app: &App) -> Result<(), chasqui_store::Error> {
    let now = app.clock.now();
    app.store.delete_old_sessions(now.before(auth::ABSOLUTE), now.before(auth::IDLE)).await?;
    app.store.forget_attempts(now.before(idempotency::KEPT)).await?;
    app.store.forget_invitations(now).await?;
    app.store.forget_resets(now).await?;
    Ok(())
}

/// The whole server.
pub fn router(app: App) -> Router {
    let (router, _) = routes_of(&app).split_for_parts();
    let (webhooks, _) = webhooks().split_for_parts();
    // Meta reads nothing but the status: what pages and API answers are wrapped in would only take its time.
    let webhooks = webhooks
        .method_not_allowed_fallback(ui::method_not_allowed)
        .layer(CatchPanicLayer::custom(|_| problem::Problem::internal().into_response()))
        .with_state(app.clone());
    let whole = router
        .fallback(ui::serve)
        .method_not_allowed_fallback(ui::method_not_allowed)
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn(speak::in_its_language))
        .layer(from_fn_with_state(app.clone(), ui::harden))
        .layer(CatchPanicLayer::custom(|_| problem::Problem::internal().into_response()))
        .layer(from_fn(observe::observe))
        .with_state(app.clone())
        .merge(webhooks);
    if app.site.files_url.is_none() {
        return whole;
    }
    whole.layer(from_fn_with_state(app, origin::divide))
}

/// What a process serves that only works: how it fares.
pub fn for_operators(app: App) -> Router {
    let (router, _) = operations().split_for_parts();
    router
        .fallback(ui::not_served_here)
        .method_not_allowed_fallback(ui::method_not_allowed)
        .layer(from_fn(observe::observe))
        .with_state(app)
}

/// The API's description. The routes are the same that are served, so it has all of them.
pub fn description() -> serde_json::Value {
    let (_, api) = OpenApiRouter::with_openapi(docs::Description::openapi())
        .merge(webhooks())
        .merge(open())
        .nest("/api/v1", api().merge(uploads()))
        .split_for_parts();
    docs::finished(&api)
}

fn routes_of(app: &App) -> OpenApiRouter<App> {
    // From the outside in: who asks, whether they may, whether it is their turn, the body as a whole, then whether it was
    // done before. A body that nobody may send is never read.
    let api = api()
        .layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(app.clone(), body::receive_first))
        .merge(uploads())
        .layer(from_fn_with_state(app.clone(), doors::take_turns))
        .layer(from_fn(access::enforce))
        .layer(from_fn_with_state(app.clone(), auth::identify))
        .layer(from_fn_with_state(app.clone(), standstill::give_up));
    OpenApiRouter::with_openapi(docs::Description::openapi()).merge(open()).nest("/api/v1", api)
}

/// Where Meta comes in.
fn webhooks() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(webhook::handshake, webhook::receive))
}

/// How the process fares.
fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::figures))
}

/// What everybody may ask.
fn open() -> OpenApiRouter<App> {
    operations()
        .routes(routes!(api::media::by_link))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::bot_schema))
        .routes(routes!(docs::page))
        .routes(routes!(docs::script))
        .routes(routes!(docs::style))
}

/// People: who they are, how they come in, what they did.
fn people() -> OpenApiRouter<App> {
    use api::{account, api_token, audit, invitation, me, password_reset, quota, session, setup, user};
    OpenApiRouter::new()
        .routes(routes!(setup::show, setup::begin))
        .routes(routes!(session::log_in, session::log_out))
        .routes(routes!(session::switch))
        .routes(routes!(me::show, me::change))
        .routes(routes!(me::change_password))
        .routes(routes!(invitation::list, invitation::create))
        .routes(routes!(invitation::delete))
        .routes(routes!(invitation::look))
        .routes(routes!(invitation::accept))
        .routes(routes!(password_reset::begin))
        .routes(routes!(password_reset::finish))
        .routes(routes!(user::list))
        .routes(routes!(user::change, user::remove))
        .routes(routes!(account::show, account::change))
        .routes(routes!(account::create))
        .routes(routes!(quota::show))
        .routes(routes!(audit::list))
        .routes(routes!(api_token::list, api_token::create))
        .routes(routes!(api_token::delete))
}

/// What looks after integrations.
fn care() -> OpenApiRouter<App> {
    use api::integration::{care, template};
    use api::phone_number;
    OpenApiRouter::new()
        .routes(routes!(care::check))
        .routes(routes!(care::register_webhook))
        .routes(routes!(care::diagnose))
        .routes(routes!(care::refresh_token))
        .routes(routes!(care::test_message))
        .routes(routes!(care::versions))
        .routes(routes!(template::list))
        .routes(routes!(template::sync))
        .routes(routes!(phone_number::read))
}

/// Conversations, contacts, files, and the services that bots call.
fn talk() -> OpenApiRouter<App> {
    use api::{connection, contact, conversation, media, talk, thread, transcript};
    OpenApiRouter::new()
        .routes(routes!(conversation::list))
        .routes(routes!(conversation::count))
        .routes(routes!(conversation::one))
        .routes(routes!(transcript::messages, talk::write))
        .routes(routes!(transcript::turns))
        .routes(routes!(talk::take_over))
        .routes(routes!(talk::hand_back))
        .routes(routes!(talk::close))
        .routes(routes!(thread::control))
        .routes(routes!(talk::send))
        .routes(routes!(contact::list))
        .routes(routes!(contact::one, contact::erase))
        .routes(routes!(contact::export))
        .routes(routes!(contact::receipts))
        .routes(routes!(connection::list, connection::create))
        .routes(routes!(connection::change, connection::delete))
        .routes(routes!(connection::check))
        .routes(routes!(connection::authorise))
        .routes(routes!(connection::returned))
        .routes(routes!(media::bytes, media::delete))
}

/// Files that people give: received piece by piece, because they are larger than anything else that is asked.
fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(api::media::list, api::media::upload))
}

/// The error log and what it comes to.
fn log() -> OpenApiRouter<App> {
    use api::{event, incident};
    OpenApiRouter::new()
        .routes(routes!(event::list))
        .routes(routes!(event::csv))
        .routes(routes!(event::list_of_integration))
        .routes(routes!(incident::list))
        .routes(routes!(incident::count))
        .routes(routes!(incident::close))
        .routes(routes!(incident::explanations))
}

/// What concerns all accounts: numbers that the operator lends, and how everything fares.
fn numbers() -> OpenApiRouter<App> {
    use api::{fleet, managed, quota};
    OpenApiRouter::new()
        .routes(routes!(fleet::show))
        .routes(routes!(managed::requests, managed::ask))
        .routes(routes!(managed::list, managed::add))
        .routes(routes!(managed::delete))
        .routes(routes!(managed::release))
        .routes(routes!(managed::all_requests))
        .routes(routes!(managed::approve))
        .routes(routes!(managed::decline))
        .routes(routes!(managed::accounts))
        .routes(routes!(quota::of_account, quota::set))
}

/// What is asked in the name of an account.
fn api() -> OpenApiRouter<App> {
    use api::{
        answers, bot, bot_file, draft, flow_test, integration, phrase, stream, test_code, test_request,
        test_session, usage, version,
    };
    OpenApiRouter::new()
        .merge(people())
        .routes(routes!(bot::list, bot::create))
        .routes(routes!(bot::one, bot::rename, bot::delete))
        .routes(routes!(draft::show, draft::save))
        .routes(routes!(draft::check))
        .routes(routes!(draft::publish))
        .routes(routes!(version::list))
        .routes(routes!(version::one))
        .routes(routes!(version::restore))
        .routes(routes!(phrase::list))
        .routes(routes!(bot_file::import))
        .routes(routes!(bot_file::list_starters))
        .routes(routes!(bot_file::from_starter))
        .routes(routes!(bot_file::copy))
        .routes(routes!(bot_file::export))
        .routes(routes!(answers::answers))
        .routes(routes!(usage::usages))
        .routes(routes!(usage::running))
        .routes(routes!(flow_test::run))
        .routes(routes!(test_session::begin))
        .routes(routes!(test_session::show, test_session::drop_session))
        .routes(routes!(test_session::act))
        .routes(routes!(test_request::try_out))
        .routes(routes!(test_code::try_code))
        .routes(routes!(integration::list, integration::create))
        .routes(routes!(integration::one, integration::change, integration::delete))
        .routes(routes!(integration::validate))
        .routes(routes!(integration::activate))
        .routes(routes!(integration::deactivate))
        .routes(routes!(integration::verify_token))
        .merge(care())
        .merge(talk())
        .merge(log())
        .merge(numbers())
        .routes(routes!(stream::stream))
}

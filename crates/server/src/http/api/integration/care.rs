//! What looks after an integration: connecting its webhook, checking everything, its token, a test message.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use chasqui_model::Timestamp;
use chasqui_model::account::Language;
use chasqui_model::integration::{GraphVersion, Integration, TokenKind};
use chasqui_runtime::care::{Check, Cure, Done, Finding, Outcome, StepKind};
use chasqui_runtime::graph_error::{MANAGEMENT, SENDING};
use chasqui_runtime::graph_version::{self, Served};
use chasqui_words::{Say, check};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::show;
use super::view::IntegrationView;
use crate::app::App;
use crate::http::api::audit;
use crate::http::auth::{Admin, Builder, Viewer};
use crate::http::input::{Json, OptionalJson, PathId};
use crate::http::problem::{NUMBER, Problem};
use crate::http::speak;
use crate::office::integration::{self, CredentialsForm, Form};
use crate::phone::e164;

/// The language a request asks for.
pub(in crate::http) fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::accepted(wanted.unwrap_or_default())
}

/// How to connect.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Connect {
    /// Take the app's callback too when it leads to somebody else's address.
    replace: bool,
}

/// What connecting came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Connected {
    /// In Meta's order; it ends with the first that was refused.
    steps: Vec<StepView>,
    integration: IntegrationView,
}

/// One of the three things that are connected.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepView {
    step: StepName,
    outcome: StepOutcome,
    /// The address it was left to, the fields that were refused, or why Meta refused.
    detail: Option<String>,
}

/// What is connected.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConnectStep)]
pub(crate) enum StepName {
    /// The app's own callback and its fields.
    App,
    /// The app's subscription to the business account.
    Account,
    /// The callback of this number.
    Number,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConnectOutcome)]
pub(crate) enum StepOutcome {
    Done,
    /// Meta refused some fields and took all others.
    Without,
    Already,
    /// The app delivers to somebody else's address.
    Left,
    Refused,
}

/// Connects the webhook with one call, in Meta's order: the app, the business account, the number. Meta's verification
/// requests come while this call is open.
#[utoipa::path(post, path = "/integrations/{id}/register_webhook", tag = "integrations", params(("id" = String, Path)),
    request_body = Option<Connect>, responses((status = 200, body = Connected)))]
pub(crate) async fn register_webhook(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
    OptionalJson(body): OptionalJson<Connect>,
) -> Result<Answer<Connected>, Problem> {
    app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let steps = app.runtime.connect_webhook(id, body.replace).await.ok_or_else(Problem::not_found)?;
    let steps: Vec<_> = steps
        .into_iter()
        .map(|step| {
            let name = match step.kind {
                StepKind::App => StepName::App,
                StepKind::Account => StepName::Account,
                StepKind::Number => StepName::Number,
            };
            let (outcome, detail) = match step.done {
                Done::Yes => (StepOutcome::Done, None),
                Done::Without(fields) => (StepOutcome::Without, Some(fields.join(", "))),
                Done::Already => (StepOutcome::Already, None),
                Done::LeftTo(url) => (StepOutcome::Left, Some(url)),
                Done::Refused(why) => (StepOutcome::Refused, Some(speak::say(&why))),
            };
            StepView { step: name, outcome, detail }
        })
        .collect();
    let refused = steps.iter().any(|step| matches!(step.outcome, StepOutcome::Refused));
    audit(&app, &caller, "integration.connect", id, json!({ "done": !refused })).await?;
    Ok(Answer(Connected { steps, integration: show(&app, &caller, id).await? }))
}

/// Everything that was checked.
#[derive(Serialize, ToSchema)]
pub(crate) struct Diagnosis {
    /// In a fixed order.
    checks: Vec<CheckView>,
}

/// One check.
#[derive(Serialize, ToSchema)]
#[schema(as = DiagnosisCheck)]
pub(crate) struct CheckView {
    /// A stable name.
    #[schema(value_type = String, example = "token_expiry")]
    check: Check,
    outcome: Outcome,
    title: String,
    /// What was found.
    detail: String,
    /// What to do, when something is wrong.
    what_to_do: Option<String>,
    /// What would mend it.
    cure: Option<Cure>,
}

impl CheckView {
    fn new(it: &Finding, language: Language) -> Self {
        Self {
            check: it.check,
            outcome: it.outcome,
            title: check::title(it.check, language).to_owned(),
            detail: it.say(language),
            what_to_do: check::what_to_do(it, language).map(str::to_owned),
            cure: it.cure,
        }
    }
}

/// Checks everything and says what to do, in the language of `Accept-Language`.
#[utoipa::path(post, path = "/integrations/{id}/diagnose", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = Diagnosis)))]
pub(crate) async fn diagnose(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Integration>,
    headers: HeaderMap,
) -> Result<Answer<Diagnosis>, Problem> {
    app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let language = language(&headers);
    let findings = app.runtime.diagnose(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer(Diagnosis { checks: findings.iter().map(|it| CheckView::new(it, language)).collect() }))
}

/// Asks Meta about the credentials again, and exchanges the token once more.
#[utoipa::path(post, path = "/integrations/{id}/refresh_token", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = IntegrationView), (status = 422, description = "Meta does not take the credentials"),
        (status = 503, description = "Meta cannot be asked")))]
pub(crate) async fn refresh_token(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
) -> Result<Answer<IntegrationView>, Problem> {
    let form = Form::credentials_only(CredentialsForm::default());
    integration::change(&app, caller.actor(), id, form, true).await?;
    show(&app, &caller, id).await.map(Answer)
}

/// Credentials to ask about.
#[derive(Deserialize, ToSchema)]
#[schema(as = CredentialsToCheck)]
pub(crate) struct ToCheck {
    /// The integration whose credentials stand in for what is left out.
    integration_id: Option<String>,
    #[serde(default)]
    credentials: CredentialsForm,
}

/// What Meta said about credentials that work.
#[derive(Serialize, ToSchema)]
pub(crate) struct CredentialsReport {
    display_phone_number: Option<String>,
    verified_name: Option<String>,
    /// GREEN, YELLOW, RED …
    quality_rating: Option<String>,
    /// STANDARD, HIGH …
    throughput_level: Option<String>,
    /// Whose token it is.
    token_kind: TokenKind,
    /// When the token that would be kept ends; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    scopes: Vec<String>,
    missing_scopes: Vec<&'static str>,
    /// What would not work well all the same.
    warning: Option<String>,
}

/// Asks Meta about credentials without saving anything. What is wrong is said as when saving.
#[utoipa::path(post, path = "/integrations/check", tag = "integrations", request_body = ToCheck,
    responses((status = 200, body = CredentialsReport), (status = 422, description = "Fields are wrong: `errors` names them"),
        (status = 503, description = "Meta cannot be asked")))]
pub(crate) async fn check(
    State(app): State<App>,
    Admin(caller): Admin,
    Json(body): Json<ToCheck>,
) -> Result<Answer<CredentialsReport>, Problem> {
    let before = match body.integration_id {
        None => None,
        Some(id) => {
            let id = id.parse().map_err(|_| Problem::not_found())?;
            Some(app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?)
        }
    };
    let before = before.as_ref().map(|it| &it.credentials);
    let it = integration::check(&app, caller.actor(), body.credentials, before).await?;
    let warning = it.health_reason.as_ref().map(speak::say);
    let token = it.credentials.token;
    let wanted = [SENDING, MANAGEMENT];
    let missing = wanted.into_iter().filter(|scope| !token.scopes.iter().any(|has| has == scope)).collect();
    Ok(Answer(CredentialsReport {
        display_phone_number: it.phone.display_phone_number,
        verified_name: it.phone.verified_name,
        quality_rating: it.phone.quality_rating.map(String::from),
        throughput_level: it.phone.throughput_level.map(String::from),
        token_kind: token.kind,
        expires_at: token.expires_at,
        scopes: token.scopes,
        missing_scopes: missing,
        warning,
    }))
}

/// A version of the Graph API.
#[derive(Serialize, ToSchema)]
#[schema(as = GraphVersion)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about a version")]
pub(crate) struct VersionView {
    #[schema(value_type = String, example = "v25.0")]
    version: GraphVersion,
    /// When it came out.
    #[schema(value_type = String, format = DateTime)]
    released_at: Timestamp,
    /// When Meta ends it; null: not announced.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
    /// Whether Meta serves it today.
    served: bool,
    /// Whether it ends within 60 days, or has ended.
    ends_soon: bool,
    /// What an integration that names none gets.
    usual: bool,
    /// What an ageing one is raised to: the newest that this product is tested with.
    newest_tested: bool,
}

/// The versions of the Graph API.
#[derive(Serialize, ToSchema)]
pub(crate) struct Versions {
    items: Vec<VersionView>,
}

/// Lists the versions of the Graph API with the ends of their days, oldest first.
#[utoipa::path(get, path = "/graph_versions", tag = "integrations", responses((status = 200, body = Versions)))]
pub(crate) async fn versions(State(app): State<App>, _: Viewer) -> Answer<Versions> {
    let now = app.clock.now();
    let (usual, newest) = (graph_version::usual(now), graph_version::newest_tested());
    let items = graph_version::table()
        .map(|graph_version::Version { version, released_at, ends_at }| {
            let served = graph_version::served(version, now);
            VersionView {
                version,
                released_at,
                ends_at,
                served: integration::is_served(version, now),
                ends_soon: matches!(served, Served::Until(_)),
                usual: version == usual,
                newest_tested: version == newest,
            }
        })
        .collect();
    Answer(Versions { items })
}

/// A test message.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TestMessage {
    /// To whom; as people write numbers, with the country code.
    #[schema(example = "+49 151 23456789")]
    to: String,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tested {
    /// Meta's id of the message.
    message_id: String,
    /// `text` inside the window, else the name of the template that was sent.
    sent: String,
}

/// Sends a test message at once: a text when the number has been written to by this person within 24 hours, else the
/// template `hello_world` or the integration's own.
#[utoipa::path(post, path = "/integrations/{id}/test_message", tag = "integrations", params(("id" = String, Path)),
    request_body = TestMessage,
    responses((status = 200, body = Tested), (status = 409, description = "No template can be sent to this person"),
        (status = 422, description = "The number is none, or Meta refused the message: it says why")))]
pub(crate) async fn test_message(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Integration>,
    headers: HeaderMap,
    Json(body): Json<TestMessage>,
) -> Result<(StatusCode, Answer<Tested>), Problem> {
    use chasqui_runtime::TestFailed;
    let it = app.store.integration(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let country = integration::country(&it);
    let to = e164(&body.to, country).ok_or_else(|| Problem::field("/to", "phone_number", NUMBER))?;
    let sent = app.runtime.send_test(id, &to, language(&headers)).await;
    audit(&app, &caller, "integration.test_message", id, json!({ "done": sent.is_ok() })).await?;
    match sent {
        Ok(sent) => Ok((StatusCode::OK, Answer(Tested { message_id: sent.wamid, sent: sent.what }))),
        Err(TestFailed::Gone) => Err(Problem::not_found()),
        Err(TestFailed::Store(error)) => Err(error.into()),
        Err(TestFailed::NoTemplate) => {
            let detail = "This person has not written within 24 hours, and there is no approved template that can be sent \
                          as it is. Write to the number from their phone first, or choose a template in the settings.";
            Err(Problem::conflict("no_template", detail))
        }
        Err(TestFailed::Refused(why)) => Err(Problem::field("/to", "refused", speak::say(&why))),
    }
}

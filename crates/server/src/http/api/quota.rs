//! What an account keeps, and how much it may. The operator sets the limits of one account.

use std::collections::BTreeMap;

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::account::Account;
use chasqui_model::quota::{AtLimit, Counted, Kind, LARGEST};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::audited;
use crate::app::App;
use crate::http::auth::{Caller, Operator, Viewer};
use crate::http::input::{Json, PathId};
use crate::http::problem::{FieldError, Problem};

/// From this share of a limit on somebody should look.
const NEARLY: i64 = 80;

/// What an account keeps.
#[derive(Serialize, ToSchema)]
pub(crate) struct Quotas {
    items: Vec<Quota>,
    /// When contacts, what they sent, and events were counted last; null: not yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    counted_at: Option<Timestamp>,
}

/// One kind of what an account keeps.
#[derive(Serialize, ToSchema)]
pub(crate) struct Quota {
    #[schema(value_type = String, example = "file_bytes")]
    kind: Kind,
    /// How much there is. Of versions: of the bot that has most.
    used: i64,
    limit: i64,
    unit: Unit,
    /// What happens at the limit.
    at_limit: Limited,
    /// 80 % or more of the limit are used.
    nearly: bool,
    /// Whether the operator set this limit for this account.
    own: bool,
}

/// What is counted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = QuotaUnit)]
pub(crate) enum Unit {
    Count,
    Bytes,
}

/// What happens at a limit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AtLimit)]
pub(crate) enum Limited {
    /// One more is refused.
    Refused,
    /// The oldest go.
    RollsOff,
    /// It is said. Messages are always taken and answered.
    Said,
}

/// Limits to set; a kind that is left out keeps its limit.
#[derive(Deserialize, ToSchema)]
pub(crate) struct QuotaChange {
    /// By kind: a whole number, bytes where it is about bytes; null: the limit of this installation again.
    #[schema(value_type = BTreeMap<String, Option<i64>>, example = json!({ "files": 10000, "bots": null }))]
    limits: BTreeMap<String, Option<Whole>>,
}

/// A whole number, also written as `7.0`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Whole(#[serde(deserialize_with = "crate::http::input::whole")] i64);

/// Shows what the account keeps and how much it may.
#[utoipa::path(get, path = "/account/quotas", tag = "people", responses((status = 200, body = Quotas)))]
pub(crate) async fn show(State(app): State<App>, Viewer(caller): Viewer) -> Result<Answer<Quotas>, Problem> {
    look(&app, caller.account).await.map(Answer)
}

/// Shows what one account of the installation keeps.
#[utoipa::path(get, path = "/installation/accounts/{id}/quotas", tag = "installation", params(("id" = String, Path)),
    responses((status = 200, body = Quotas)))]
pub(crate) async fn of_account(
    State(app): State<App>,
    _: Operator,
    PathId(id): PathId<Account>,
) -> Result<Answer<Quotas>, Problem> {
    app.store.account(id).await?.ok_or_else(Problem::not_found)?;
    look(&app, id).await.map(Answer)
}

/// Sets limits of one account. What it has already stays, whatever the limit.
#[utoipa::path(patch, path = "/installation/accounts/{id}/quotas", tag = "installation", params(("id" = String, Path)),
    request_body = QuotaChange, responses((status = 200, body = Quotas)))]
pub(crate) async fn set(
    State(app): State<App>,
    Operator(caller): Operator,
    PathId(id): PathId<Account>,
    Json(body): Json<QuotaChange>,
) -> Result<Answer<Quotas>, Problem> {
    app.store.account(id).await?.ok_or_else(Problem::not_found)?;
    let mut limits = app.store.limits(id).await?;
    let mut errors = Vec::new();
    for (name, limit) in body.limits {
        let wrong = |code, message| FieldError::new(format!("/limits/{name}"), code, message);
        match (Kind::parse(&name), limit) {
            (None, _) => errors.push(wrong("unknown", "There is no such limit.")),
            (Some(kind), None) => {
                limits.0.remove(&kind);
            }
            (Some(kind), Some(Whole(limit))) if (0..=LARGEST).contains(&limit) => {
                limits.0.insert(kind, limit);
            }
            (Some(_), Some(_)) => errors.push(wrong("range", "A limit is 0 to 1125899906842624.")),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let theirs = Caller { account: id, ..caller };
    let store = audited(&app, &theirs, "account.quotas", id, json!({ "limits": limits }));
    if !store.set_limits(id, &limits).await? {
        return Err(Problem::not_found());
    }
    app.kept.forget(id);
    look(&app, id).await.map(Answer)
}

async fn look(app: &App, account: Id<Account>) -> Result<Quotas, Problem> {
    let own = app.store.limits(account).await?;
    let limits = own.over(&app.quotas);
    let (in_use, counted) = tokio::try_join!(app.store.in_use(account), app.store.counted(account))?;
    let counted_at = counted.as_ref().map(|it| Timestamp::from_millis(it.at));
    let counted = counted.unwrap_or_else(Counted::default);
    let view = |kind: Kind| {
        let used = counted.of(kind).unwrap_or_else(|| in_use.of(kind));
        let limit = limits.of(kind);
        Quota {
            kind,
            used,
            limit,
            unit: if kind.is_bytes() { Unit::Bytes } else { Unit::Count },
            at_limit: match kind.at_limit() {
                AtLimit::Refused => Limited::Refused,
                AtLimit::RollsOff => Limited::RollsOff,
                AtLimit::Said => Limited::Said,
            },
            nearly: used.saturating_mul(100) >= limit.saturating_mul(NEARLY),
            own: own.0.contains_key(&kind),
        }
    };
    Ok(Quotas { items: Kind::ALL.into_iter().map(view).collect(), counted_at })
}

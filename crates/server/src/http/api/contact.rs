//! Contacts: reading, exporting, erasing.

use std::sync::Arc;

use axum::Json as Answer;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chasqui_model::account::User;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::typed;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::contact::{Erasure, Filter as Wanted};
use chasqui_store::noun::conversation::Filter as Conversations;
use chasqui_store::on_behalf_of;
use futures::stream::{self, Stream, StreamExt as _, try_unfold};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::conversation::ConversationView;
use super::transcript::{MessageView, TurnView};
use super::{audit, cursor};
use crate::app::App;
use crate::http::auth::{Admin, Caller, Viewer};
use crate::http::download;
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// Rows of a transcript read at once for an export.
const PAGE: u32 = 500;

/// Somebody who writes to one of the account's numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContactView {
    #[schema(value_type = String, example = "con_0192")]
    id: Id<Contact>,
    name: Option<String>,
    /// E.164; null when Meta withholds it.
    phone: Option<String>,
    /// Without `@`.
    username: Option<String>,
    /// The business-scoped user id: the same person for all numbers of one business portfolio.
    #[schema(example = "US.13491208655302741918")]
    user_id: Option<String>,
    /// The parent user id, where portfolios are linked; only when one contact is asked for.
    parent_user_id: Option<String>,
    #[schema(value_type = String)]
    integration_id: Id<Integration>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_inbound_at: Option<Timestamp>,
    /// Since when they want no marketing; only when one contact is asked for.
    #[schema(value_type = Option<String>, format = DateTime)]
    opted_out_at: Option<Timestamp>,
}

impl From<Contact> for ContactView {
    fn from(it: Contact) -> Self {
        Self {
            id: it.id,
            name: it.name,
            phone: it.wa_id.map(|digits| format!("+{digits}")),
            username: it.username,
            user_id: it.user_id,
            parent_user_id: None,
            integration_id: it.integration,
            created_at: it.created_at,
            last_inbound_at: it.last_inbound_at,
            opted_out_at: None,
        }
    }
}

/// Which contacts, all conditions at once.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of this integration.
    #[param(value_type = Option<String>)]
    integration_id: Option<Id<Integration>>,
    /// Whose name or number contains this.
    q: Option<String>,
}

/// Lists the account's contacts, the latest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(Filter, Page), responses((status = 200, body = List<ContactView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(filter): Asked<Filter>,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<ContactView>>, Problem> {
    let search = filter.q.map(|q| typed::trim(&q).to_owned()).filter(|q| !q.is_empty());
    let wanted = Wanted { integration: filter.integration_id, search, before: page.after()? };
    let rows = app.store.list_contacts(caller.account, &wanted, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), ContactView::from).map(Answer)
}

/// One contact.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = ContactView)))]
pub(crate) async fn one(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<Contact>,
) -> Result<Answer<ContactView>, Problem> {
    let found = app.store.contact(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let opted_out_at = app.store.opted_out(found.integration, id).await?;
    let parent_user_id = app.store.parent_user_id(&found).await?;
    Ok(Answer(ContactView { parent_user_id, opted_out_at, ..found.into() }))
}

/// Everything that is kept of a contact.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is written piece by piece; this describes it")]
pub(crate) struct Export {
    contact: ContactView,
    conversations: Vec<ExportedConversation>,
    #[schema(value_type = String, format = DateTime)]
    exported_at: Timestamp,
}

/// A conversation with all that was said and done in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedConversation {
    conversation: ConversationView,
    messages: Vec<MessageView>,
    turns: Vec<TurnView>,
}

/// Exports everything that is kept of a contact, as one JSON file.
#[utoipa::path(get, path = "/contacts/{id}/export", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = Export)))]
pub(crate) async fn export(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Contact>,
) -> Result<Response, Problem> {
    let Answer(contact) = one(State(app.clone()), Viewer(caller.clone()), PathId(id)).await?;
    audit(&app, &caller, "contact.export", id, json!({})).await?;
    let head = format!("{{\"contact\":{},\"conversations\":[", json_text(&contact)?);
    let end = format!("],\"exported_at\":{}}}", json_text(&app.clock.now())?);
    let pieces = conversations(app, caller, id);
    let whole = stream::iter([Ok(head)]).chain(pieces).chain(stream::iter([Ok(end)]));
    let named = download::named("application/json", &format!("{id}.json"))?;
    Ok((named, Body::from_stream(whole)).into_response())
}

fn json_text(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Problem::internal())
}

/// One conversation after the other, read while the one before is on its way: there may be many, and each may be long. It is
/// sent when the request is over already, and still read in the account's name.
fn conversations(
    app: App,
    caller: Caller,
    contact: Id<Contact>,
) -> impl Stream<Item = Result<String, std::io::Error>> {
    let filter = Conversations { contact: Some(contact), ..Conversations::default() };
    try_unfold((app, caller, filter, false), |(app, caller, mut filter, further)| async move {
        let read = async {
            let next = app.store.list_conversations(caller.account, &filter, 1).await?.pop();
            let Some(found) = next else { return Ok::<_, Problem>(None) };
            let place = (found.listed_at, found.conversation.id);
            Ok(Some((place, whole(&app, &caller, found).await?)))
        };
        let broken = |problem: Problem| std::io::Error::other(problem.to_string());
        let Some((place, found)) = on_behalf_of(Some(caller.account), read).await.map_err(broken)? else {
            return Ok(None);
        };
        filter.after = Some(place);
        let found = Arc::new(found);
        let write = move || json_text(&*found);
        let text = app
            .heavy_patiently(caller.account, write)
            .await
            .map_err(Problem::from)
            .and_then(|it| it)
            .map_err(broken)?;
        let text = if further { format!(",{text}") } else { text };
        Ok(Some((text, (app, caller, filter, true))))
    })
}

async fn whole(
    app: &App,
    caller: &Caller,
    found: chasqui_store::noun::conversation::Listed,
) -> Result<ExportedConversation, Problem> {
    let id = found.conversation.id;
    let (mut messages, mut turns) = (Vec::<MessageView>::new(), Vec::<TurnView>::new());
    let mut after = 0;
    while let Some(page) = app.store.list_messages(caller.account, id, after, PAGE).await? {
        let Some(last) = page.last() else { break };
        after = last.no;
        messages.extend(page.into_iter().map(|it| MessageView::with_revoked(&app.runtime, it)));
    }
    after = 0;
    while let Some(page) = app.store.list_turns(caller.account, id, after, PAGE).await? {
        let Some(last) = page.last() else { break };
        after = last.no;
        turns.extend(page.into_iter().map(TurnView::from));
    }
    let conversation = ConversationView::whole(&app.runtime, found, app.clock.now());
    Ok(ExportedConversation { conversation, messages, turns })
}

/// A receipt: what was erased, without saying who it was.
#[derive(Serialize, ToSchema)]
pub(crate) struct Receipt {
    #[schema(value_type = String, example = "era_0192")]
    id: Id<Erasure>,
    /// An id that leads nowhere any more.
    #[schema(value_type = String)]
    contact_id: Id<Contact>,
    /// How many rows and files of each kind.
    #[schema(value_type = Object, example = json!({ "messages": 12, "conversations": 2, "files": 1 }))]
    counts: Value,
    /// Who asked for it; null: the retention period.
    #[schema(value_type = Option<String>)]
    user_id: Option<Id<User>>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Erasure> for Receipt {
    fn from(it: Erasure) -> Self {
        Self {
            id: it.id,
            contact_id: it.contact,
            counts: super::transcript::json(&it.counts),
            user_id: it.person,
            at: it.at,
        }
    }
}

/// Erases a contact with everything that was said and done with them, and answers a receipt.
#[utoipa::path(delete, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = Receipt)))]
pub(crate) async fn erase(
    State(app): State<App>,
    Admin(caller): Admin,
    PathId(id): PathId<Contact>,
) -> Result<Answer<Receipt>, Problem> {
    let found = app.store.contact(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let receipt = app.clock.id();
    let by = app.entry(caller.actor(), "contact.erase", id, &json!({ "receipt": receipt }));
    let receipt = app.runtime.erase(&found, receipt, &by).await?;
    Ok(Answer(receipt.into()))
}

/// Lists the receipts of erasures, latest first.
#[utoipa::path(get, path = "/erasures", tag = "contacts", params(Page), responses((status = 200, body = List<Receipt>)))]
pub(crate) async fn receipts(
    State(app): State<App>,
    Admin(caller): Admin,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<Receipt>>, Problem> {
    let rows = app.store.list_erasures(caller.account, page.after()?, page.fetch()?).await?;
    List::new(&page, rows, |it| cursor(it.id), Receipt::from).map(Answer)
}

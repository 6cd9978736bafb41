//! Contacts: reading, exporting, erasing.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chasqui_model::account::User;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::typed;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::contact::{Erasure, Filter as Wanted};
use chasqui_store::noun::conversation::Filter as Conversations;
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
#[derive(Serialize, ToSchema)]
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
    let mut conversations = Vec::new();
    let mut filter = Conversations { contact: Some(id), ..Conversations::default() };
    loop {
        let page = app.store.list_conversations(caller.account, &filter, PAGE).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some((last.listed_at, last.conversation.id));
        for found in page {
            conversations.push(whole(&app, &caller, found).await?);
        }
    }
    audit(&app, &caller, "contact.export", id, json!({})).await?;
    let export = Export { contact, conversations, exported_at: app.clock.now() };
    Ok((download::named("application/json", &format!("{id}.json"))?, Answer(export)).into_response())
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
    let receipt = app.runtime.erase(&found, Some(caller.user)).await?;
    audit(&app, &caller, "contact.erase", id, json!({ "receipt": receipt.id })).await?;
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

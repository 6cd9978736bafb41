//! What stands beside the work of a group: what the owner is told, and files made known.

use chasqui_model::Id;
use chasqui_model::event::Event;
use chasqui_model::media::Media;
use tokio_postgres::Error as PgError;

use super::Job;
use super::job::Work;
use crate::noun::audit::Entry;
use crate::postgres::column::{column, optional, text};
use crate::postgres::hot::by_account;
use crate::postgres::session::{Params, Session};

/// Writes files down. Those that are known stay as they are.
pub(super) async fn add_media(session: &Session, jobs: &[Job]) -> Result<(), PgError> {
    let mut rows: Vec<&Media> = Vec::new();
    for job in jobs {
        if let Work::Turn(turn) = &job.work {
            rows.extend(&turn.media);
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let ids = column(&rows, |it| it.id.uuid());
    let accounts = column(&rows, |it| it.account.uuid());
    let integrations = column(&rows, |it| it.integration.map(Id::uuid));
    let contacts = column(&rows, |it| it.contact.map(Id::uuid));
    let states = column(&rows, |it| it.state.number());
    let types = column(&rows, |it| text(&it.mime_type));
    let sizes = column(&rows, |it| it.size);
    let hashes = column(&rows, |it| optional(it.sha256.as_ref()));
    let names = column(&rows, |it| optional(it.filename.as_ref()));
    let meta_ids = column(&rows, |it| optional(it.meta_id.as_ref()));
    let times = column(&rows, |it| it.created_at.millis());
    let params: Params<'_> = &[
        &ids,
        &accounts,
        &integrations,
        &contacts,
        &states,
        &types,
        &sizes,
        &hashes,
        &names,
        &meta_ids,
        &times,
    ];
    session.execute(by_account::ADD_MEDIA, params).await.map(|_| ())
}

/// Writes down who did what.
pub(super) async fn add_audit(session: &Session, rows: &[&Entry]) -> Result<(), PgError> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = column(rows, |it| it.id.uuid());
    let accounts = column(rows, |it| it.account.uuid());
    let people = column(rows, |it| it.user.map(Id::uuid));
    let actions = column(rows, |it| text(&it.action));
    let subjects = column(rows, |it| text(&it.subject));
    let details = column(rows, |it| text(&it.detail));
    let times = column(rows, |it| it.at.millis());
    let params: Params<'_> = &[&ids, &accounts, &people, &actions, &subjects, &details, &times];
    session.execute(by_account::ADD_AUDIT, params).await.map(|_| ())
}

/// Writes events down, each once.
pub(super) async fn add_events(session: &Session, rows: &[&Event]) -> Result<(), PgError> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = column(rows, |it| it.id.uuid());
    let accounts = column(rows, |it| it.account.uuid());
    let integrations = column(rows, |it| it.integration.map(Id::uuid));
    let conversations = column(rows, |it| it.conversation.map(Id::uuid));
    let nodes = column(rows, |it| optional(it.node.as_ref()));
    let severities = column(rows, |it| it.severity.number());
    let codes = column(rows, |it| text(&it.code));
    let graph_codes = column(rows, |it| it.graph_code);
    let messages: Vec<String> = rows.iter().map(|it| it.notice.written()).collect();
    let times = column(rows, |it| it.at.millis());
    let params: Params<'_> = &[
        &ids,
        &accounts,
        &integrations,
        &conversations,
        &nodes,
        &severities,
        &codes,
        &graph_codes,
        &messages,
        &times,
    ];
    session.execute(by_account::ADD_EVENTS, params).await.map(|_| ())
}

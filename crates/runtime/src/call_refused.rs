//! Calls of the Graph that were not answered as they should be.

use chasqui_model::reason::{MetaSaid, Reason, Scope};
use chasqui_whatsapp::client::CallError;

/// Why a call was not answered as it should be.
pub(crate) fn refusal(error: &CallError) -> Reason {
    let Some(graph) = error.graph() else { return Reason::Unreached };
    let meta = graph.told();
    let needs = meta.needs.map(|_| Scope::Management);
    Reason::CallRefused { meta: MetaSaid { needs, ..meta } }
}

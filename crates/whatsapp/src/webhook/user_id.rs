//! New business-scoped ids of people (`user_id_update`), which come when they change their number.

use chasqui_model::Timestamp;

use super::json::Object;
use super::{content, sender};

/// One person's new ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserIdUpdate {
    /// The person's WhatsApp id, when Meta tells it.
    pub wa_id: Option<String>,
    /// The id that was valid.
    pub previous: String,
    /// The id that is valid.
    pub current: String,
    /// The parent id, before and after, when there are parent ids.
    pub parent: Option<(String, String)>,
    /// When.
    pub at: Timestamp,
}

/// The changes in the value of the field `user_id_update`. Odd ones are left out.
pub(super) fn user_id_updates(value: &str) -> Vec<UserIdUpdate> {
    let Some(value) = Object::parse(value) else { return Vec::new() };
    let read = |raw: &serde_json::value::RawValue| {
        let update = Object::parse(raw.get())?;
        let pair = |key| {
            let ids: Object<'_> = update.object(key)?;
            Some((ids.string("previous")?, ids.string("current")?))
        };
        let (previous, current) = pair("user_id")?;
        Some(UserIdUpdate {
            wa_id: update.text("wa_id").map(|id| sender::digits(&id)).filter(|id| !id.is_empty()),
            previous,
            current,
            parent: pair("parent_user_id"),
            at: content::moment(&update),
        })
    };
    value.array("user_id_update").into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ids_are_told() {
        let value = r#"{"user_id_update":[{"wa_id":"16505551234","user_id":{"previous":"US.1","current":"US.2"},"parent_user_id":{"previous":"US.ENT.1","current":"US.ENT.2"},"timestamp":"1770000000"},{}]}"#;
        let updates = user_id_updates(value);
        assert_eq!(updates.len(), 1);
        assert_eq!((&*updates[0].previous, &*updates[0].current), ("US.1", "US.2"));
        assert_eq!(updates[0].parent, Some(("US.ENT.1".into(), "US.ENT.2".into())));
    }
}

//! What a path can read: the conversation's variables and the system's.

use std::borrow::Cow;

use chasqui_model::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::fuel::{Fuel, cost};
use crate::path::{Path, Root, Segment, descend};
use crate::step::size_of;
use crate::system;

/// Everything that texts and formulas can read at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub variables: &'a Map<String, Value>,
    /// The contact's last message; `Null` when there was none.
    pub message: &'a Value,
    pub context: &'a Context,
    /// The bot's own time zone, which goes before the context's.
    pub time_zone: Option<&'a str>,
    /// Names that only one text knows, such as `{limit}` in a phrase.
    pub places: &'a [(&'a str, &'a str)],
    /// What may still be done.
    pub fuel: &'a Fuel,
}

impl<'a> Scope<'a> {
    /// The value at a path. `None` when there is no such name; then the name is added to `warnings`.
    pub fn read(&self, path: &Path, warnings: &mut Vec<String>) -> Option<Cow<'a, Value>> {
        if !self.fuel.burn(cost::READ) {
            return None;
        }
        let found = self.find(path);
        if found.is_none() && warnings.len() < 20 {
            warnings.push(format!("unknown variable `{path}`"));
        }
        found
    }

    /// The value at a path.
    pub fn find(&self, path: &Path) -> Option<Cow<'a, Value>> {
        match path.root() {
            Root::Variable => match self.places.iter().find(|(name, _)| *name == path.name()) {
                Some((_, text)) => Some(owned(Some(text))),
                None => descend(self.variables.get(path.name())?, path.segments()).map(Cow::Borrowed),
            },
            Root::Message => self.message_field(path),
            Root::Contact => match path.key()? {
                "name" => Some(owned(self.context.contact.name.as_deref())),
                "phone" => Some(owned(self.context.contact.phone.as_deref())),
                "username" => Some(owned(self.context.contact.username.as_deref())),
                "user_id" => Some(owned(self.context.contact.user_id.as_deref())),
                _ => None,
            },
            Root::Conversation => match path.key()? {
                "id" => Some(owned(Some(&self.context.conversation.to_string()))),
                _ => None,
            },
            Root::Integration => match path.key()? {
                "name" => Some(owned(Some(&self.context.integration_name))),
                _ => None,
            },
            Root::Bot => match path.key()? {
                "name" => Some(owned(Some(&self.context.bot_name))),
                _ => None,
            },
            Root::Now | Root::Today if !(path.segments().is_empty() && self.fuel.burn(cost::DATE)) => None,
            Root::Now => Some(owned(Some(&self.now()))),
            Root::Today => Some(owned(Some(&self.today()))),
        }
    }

    fn message_field(&self, path: &Path) -> Option<Cow<'a, Value>> {
        let Some(first) = path.segments().first() else { return Some(self.whole_message()) };
        let Segment::Key(first) = first else { return None };
        if first == "time" && path.segments().len() == 1 {
            return Some(Cow::Owned(self.message_time().map_or(Value::Null, Value::from)));
        }
        if let Some(value) = descend(self.message, path.segments()) {
            return Some(Cow::Borrowed(value));
        }
        let is_flag = matches!(first.as_str(), "forwarded" | "frequently_forwarded");
        if is_flag && path.segments().len() == 1 && self.message.is_object() {
            return Some(Cow::Owned(Value::Bool(false)));
        }
        system::has_field("message", first).then_some(Cow::Owned(Value::Null))
    }

    /// The message with its time as people read it.
    fn whole_message(&self) -> Cow<'a, Value> {
        let Some(time) = self.message_time() else { return Cow::Borrowed(self.message) };
        if !self.fuel.burn_for(size_of(self.message), cost::CLONE) {
            return Cow::Owned(Value::Null);
        }
        let mut message = self.message.clone();
        message["time"] = Value::from(time);
        Cow::Owned(message)
    }

    /// When the contact wrote it. Kept as milliseconds, so that it is written out only for those who read it.
    fn message_time(&self) -> Option<String> {
        let millis = self.message.get("time")?.as_i64().filter(|_| self.fuel.burn(cost::DATE))?;
        Some(local_text(Timestamp::from_millis(millis), &self.zone()))
    }

    /// The time zone that dates are shown in.
    pub fn zone(&self) -> TimeZone {
        self.time_zone.and_then(zone).or_else(|| zone(&self.context.time_zone)).unwrap_or(TimeZone::UTC)
    }

    /// The moment now, in the time zone.
    pub fn moment(&self) -> jiff::Zoned {
        self.context.now.to_jiff().to_zoned(self.zone())
    }

    fn now(&self) -> String {
        local_text(self.context.now, &self.zone())
    }

    fn today(&self) -> String {
        self.moment().date().to_string()
    }
}

/// A moment as flows see it: RFC 3339 with the zone's offset, to the second.
pub(crate) fn local_text(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Whether this is the IANA name of a time zone that flows know.
pub fn is_time_zone(name: &str) -> bool {
    zone(name).is_some()
}

/// The time zone of an IANA name, from the data that is built in.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    static ZONES: std::sync::LazyLock<TimeZoneDatabase> = std::sync::LazyLock::new(TimeZoneDatabase::bundled);
    ZONES.get(name).ok()
}

fn owned<'a>(text: Option<&str>) -> Cow<'a, Value> {
    Cow::Owned(text.map_or(Value::Null, Value::from))
}

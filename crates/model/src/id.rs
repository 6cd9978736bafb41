//! Ids: which noun, and a time-ordered 128-bit value. Outside they are opaque strings such as `con_0192…`.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A noun that has ids. The prefix is part of the API and never derived from the type's name.
pub trait Named {
    /// What stands before the underscore, for example `con`.
    const PREFIX: &'static str;
}

/// The id of one `T`. Ids made later sort later.
pub struct Id<T> {
    value: Uuid,
    noun: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Wraps a value that was an id before (a row of the store).
    pub const fn from_uuid(value: Uuid) -> Self {
        Self { value, noun: PhantomData }
    }

    /// The bare value, for the store.
    pub const fn uuid(self) -> Uuid {
        self.value
    }

    /// The 16 bytes, for the store.
    pub const fn bytes(self) -> [u8; 16] {
        self.value.into_bytes()
    }

    /// The id with these 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self::from_uuid(Uuid::from_bytes(bytes))
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T: Named> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Uuid::encode_buffer();
        write!(f, "{}_{}", T::PREFIX, self.value.simple().encode_lower(&mut buffer))
    }
}

impl<T: Named> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an id of this noun.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a valid id: an id starts with `{prefix}_`")]
pub struct InvalidId {
    prefix: &'static str,
}

impl<T: Named> FromStr for Id<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId { prefix: T::PREFIX };
        text.strip_prefix(T::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|rest| rest.len() == 32)
            .and_then(|rest| Uuid::try_parse(rest).ok())
            .map(Self::from_uuid)
            .ok_or(invalid)
    }
}

impl<T: Named> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: Named> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Thing;
    impl Named for Thing {
        const PREFIX: &'static str = "thg";
    }

    #[test]
    fn an_id_reads_back_what_it_printed() {
        let id: Id<Thing> = Id::from_bytes([7; 16]);
        assert_eq!(id.to_string(), "thg_07070707070707070707070707070707");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn another_noun_is_refused() {
        assert!("con_07070707070707070707070707070707".parse::<Id<Thing>>().is_err());
        assert!("thg_0707".parse::<Id<Thing>>().is_err());
        assert!("thg".parse::<Id<Thing>>().is_err());
    }
}

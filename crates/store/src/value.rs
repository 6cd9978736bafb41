//! Values and rows of the façade, the same for every engine.

use chasqui_model::{Id, Timestamp};

use crate::{Error, Result};

/// A parameter or a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A whole number, a time, a flag.
    Int(i64),
    /// Text or JSON.
    Text(String),
    /// An id, a hash, a sealed secret.
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}
impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}
impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Blob(id.bytes().to_vec())
    }
}
impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.millis())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer. Columns are read by position, from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    fn wrong(column: usize, wanted: &str) -> Error {
        Error::Corrupt(format!("column {column} is not {wanted}"))
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64> {
        self.optional_int(column)?.ok_or_else(|| Self::wrong(column, "a number"))
    }

    /// A whole number or NULL.
    pub fn optional_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            _ => Err(Self::wrong(column, "a number")),
        }
    }

    /// A flag.
    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<&str> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(Self::wrong(column, "text")),
        }
    }

    /// Text or NULL.
    pub fn optional_text(&self, column: usize) -> Result<Option<String>> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(Some(value.clone())),
            Some(Value::Null) => Ok(None),
            _ => Err(Self::wrong(column, "text")),
        }
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8]> {
        match self.0.get(column) {
            Some(Value::Blob(value)) => Ok(value),
            _ => Err(Self::wrong(column, "bytes")),
        }
    }

    /// An id.
    pub fn id<T>(&self, column: usize) -> Result<Id<T>> {
        let bytes = self.blob(column)?.try_into().map_err(|_| Self::wrong(column, "an id"))?;
        Ok(Id::from_bytes(bytes))
    }

    /// An id or NULL.
    pub fn optional_id<T>(&self, column: usize) -> Result<Option<Id<T>>> {
        if self.0.get(column) == Some(&Value::Null) { Ok(None) } else { self.id(column).map(Some) }
    }

    /// A time.
    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// A time or NULL.
    pub fn optional_time(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.optional_int(column)?.map(Timestamp::from_millis))
    }

    /// JSON kept as text.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T> {
        serde_json::from_str(self.text(column)?)
            .map_err(|error| Error::Corrupt(format!("column {column} holds unreadable JSON: {error}")))
    }
}

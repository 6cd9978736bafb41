//! What goes over the pipes between server and child: a length of four bytes, then JSON.

use std::io::{self, ErrorKind, Read, Write};

use chasqui_model::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Answer, Flaw, Trouble};

/// Longest frame, in bytes: code and variables, or a result and variables, escaped.
pub(crate) const MAX_FRAME: usize = 4 * 1024 * 1024;

/// How a child is set up; the first frame it gets.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// How long a run may take, in milliseconds.
    pub time_ms: u64,
    /// How much memory a run may take, in bytes.
    pub memory: usize,
}

/// What the server asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// Run this.
    Run {
        /// The code.
        code: String,
        /// What it is given.
        variables: Map<String, Value>,
        /// What it takes for the time.
        now: Timestamp,
        /// East of UTC.
        utc_offset_seconds: i32,
    },
    /// Say whether this could run.
    Check {
        /// The code.
        code: String,
    },
}

/// What the child replies.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The run is over.
    Done(Answer),
    /// The run failed.
    Failed(Trouble),
    /// The code was looked at.
    Checked {
        /// What is wrong with it.
        flaw: Option<Flaw>,
    },
}

/// The length that goes before a frame. `None`: longer than a frame may be.
pub(crate) fn head(body: &[u8]) -> Option<[u8; 4]> {
    let length = u32::try_from(body.len()).ok()?;
    (body.len() <= MAX_FRAME).then_some(length.to_le_bytes())
}

/// The length that a frame says it has.
pub(crate) fn length(head: [u8; 4]) -> io::Result<usize> {
    match usize::try_from(u32::from_le_bytes(head)) {
        Ok(length) if length <= MAX_FRAME => Ok(length),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}

/// Reads a frame. `None` at the end of the stream.
pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut head = [0; 4];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut body = vec![0; length(head)?];
    from.read_exact(&mut body)?;
    Ok(Some(serde_json::from_slice(&body)?))
}

/// Writes a frame. Nothing is written when it is too long.
pub(crate) fn write(to: &mut impl Write, frame: &impl Serialize) -> io::Result<()> {
    let body = serde_json::to_vec(frame)?;
    let head = head(&body).ok_or(ErrorKind::FileTooLarge)?;
    to.write_all(&head)?;
    to.write_all(&body)?;
    to.flush()
}

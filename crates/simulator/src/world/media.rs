//! Files: uploaded by businesses, sent by contacts.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::Timestamp;
use sha2::{Digest, Sha256};

/// Where a file came from, which decides how long its id lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Uploaded by this number: 30 days.
    Number(String),
    /// Sent by a contact: 7 days.
    Contact,
}

#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) bytes: Bytes,
    pub(crate) mime_type: String,
    pub(crate) filename: Option<String>,
    pub(crate) sha256: [u8; 32],
    pub(crate) origin: Origin,
    made_at: Timestamp,
}

impl File {
    pub(crate) fn new(
        bytes: Bytes,
        mime_type: String,
        filename: Option<String>,
        origin: Origin,
        now: Timestamp,
    ) -> Self {
        let sha256 = Sha256::digest(&bytes).into();
        Self { bytes, mime_type, filename, sha256, origin, made_at: now }
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        let days = match self.origin {
            Origin::Number(_) => 30,
            Origin::Contact => 7,
        };
        now < self.made_at.after(Duration::from_hours(24 * days))
    }
}

#[derive(Debug)]
pub(crate) struct Library {
    files: HashMap<String, File>,
    oldest: VecDeque<String>,
    bytes: usize,
    most_bytes: usize,
}

impl Library {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { files: HashMap::new(), oldest: VecDeque::new(), bytes: 0, most_bytes }
    }

    pub(crate) fn put(&mut self, id: String, file: File) {
        self.bytes += file.bytes.len();
        self.oldest.push_back(id.clone());
        self.files.insert(id, file);
        while self.bytes > self.most_bytes && self.oldest.len() > 1 {
            if let Some(id) = self.oldest.pop_front() {
                self.remove(&id);
            }
        }
    }

    /// A file whose id still lives.
    pub(crate) fn get(&self, id: &str, now: Timestamp) -> Option<&File> {
        self.files.get(id).filter(|file| file.is_alive(now))
    }

    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let Some(file) = self.files.remove(id) else { return false };
        self.bytes -= file.bytes.len();
        true
    }
}

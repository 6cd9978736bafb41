//! Secrets that stand for somebody: API tokens and sessions. Only their SHA-256 is kept: they are random, so a slow hash
//! would add nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chasqui_model::clock::random_bytes;
use sha2::{Digest, Sha256};

/// What API tokens begin with, so that people and secret scanners recognise them.
pub(crate) const PREFIX: &str = "chq_";

/// Longest text that is looked at as one.
pub(crate) const LONGEST: usize = 128;

/// 256 random bits as text.
pub(crate) fn random() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// A new API token.
pub(crate) fn api_token() -> String {
    format!("{PREFIX}{}", random())
}

/// What is kept of a secret.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

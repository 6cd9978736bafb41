//! The verification call with which Meta checks a callback address.

use chasqui_model::secret::Secret;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The query of the call. Everything may be missing: anybody can call the address.
#[derive(Clone, Default, Deserialize)]
pub struct Query {
    /// `subscribe`.
    #[serde(rename = "hub.mode")]
    pub mode: Option<String>,
    /// What to answer with.
    #[serde(rename = "hub.challenge")]
    pub challenge: Option<String>,
    /// What was typed at Meta.
    #[serde(rename = "hub.verify_token")]
    pub verify_token: Option<String>,
}

/// The body to answer with, status 200 and nothing added. `None`: not Meta, or another token; answer 403.
pub fn answer(query: Query, verify_token: &Secret) -> Option<String> {
    let given = query.verify_token?;
    // Digests have one length, so the comparison tells nothing about the token's.
    let same = Sha256::digest(given.as_bytes()).ct_eq(&Sha256::digest(verify_token.expose().as_bytes()));
    let asked = query.mode.as_deref() == Some("subscribe") && !verify_token.expose().is_empty();
    (asked && bool::from(same)).then_some(query.challenge).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(mode: &str, token: &str) -> Query {
        Query {
            mode: Some(mode.into()),
            challenge: Some("1158201444".into()),
            verify_token: Some(token.into()),
        }
    }

    #[test]
    fn the_right_token_gets_the_challenge() {
        let token = Secret::new("a-verify-token-of-mine");
        assert_eq!(
            answer(query("subscribe", "a-verify-token-of-mine"), &token).as_deref(),
            Some("1158201444")
        );
    }

    #[test]
    fn anything_else_gets_nothing() {
        let token = Secret::new("a-verify-token-of-mine");
        assert_eq!(answer(query("subscribe", "a-verify-token-of-min"), &token), None);
        assert_eq!(answer(query("unsubscribe", "a-verify-token-of-mine"), &token), None);
        assert_eq!(answer(Query::default(), &token), None);
        assert_eq!(answer(query("subscribe", ""), &Secret::new("")), None);
    }

    #[test]
    fn a_query_reads_from_dotted_names() {
        let json = r#"{"hub.challenge":"7","hub.verify_token":"t","hub.mode":"subscribe","other":"x"}"#;
        let query: Query = serde_json::from_str(json).unwrap();
        assert_eq!(answer(query, &Secret::new("t")).as_deref(), Some("7"));
    }
}

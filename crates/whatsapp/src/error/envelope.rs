//! Meta's error envelope.

use std::fmt;

use serde_json::value::RawValue;

use super::{Action, Class, Verdict, verdict};
use crate::webhook::json::Object;

/// A refused call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// HTTP status.
    pub http: u16,
    /// The Graph code. `None`: the body was no Graph error (a proxy's page, nothing at all).
    pub code: Option<i64>,
    /// Mostly seen with code 190.
    pub subcode: Option<i64>,
    /// A short name. Meta changes them: never compare.
    pub title: Option<String>,
    /// The explanation for people.
    pub details: Option<String>,
    /// Meta says that trying again helps.
    pub is_transient: bool,
    /// What Meta's support wants to know.
    pub fbtrace_id: Option<String>,
}

impl GraphError {
    /// What it means and what to do.
    pub fn verdict(&self) -> Verdict {
        // An id that does not exist or may not be seen comes as a bad parameter; the subcode tells.
        let code = if (self.code, self.subcode) == (Some(100), Some(33)) { Some(33) } else { self.code };
        let judged = verdict(code, Some(self.http));
        if self.is_transient && judged.class == Class::Unknown {
            return verdict(None, Some(self.http));
        }
        judged
    }

    /// What it is about.
    pub fn class(&self) -> Class {
        self.verdict().class
    }

    /// What to do.
    pub fn action(&self) -> Action {
        self.verdict().action
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "Graph error {code}")?,
            None => write!(f, "HTTP status {}", self.http)?,
        }
        if let Some(text) = self.details.as_ref().or(self.title.as_ref()) {
            write!(f, ": {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for GraphError {}

/// Reads the body of a failed call; any bytes will do.
pub fn parse(http: u16, body: &[u8]) -> GraphError {
    inner(http, body).unwrap_or(GraphError {
        http,
        code: None,
        subcode: None,
        title: None,
        details: None,
        is_transient: false,
        fbtrace_id: None,
    })
}

fn inner(http: u16, body: &[u8]) -> Option<GraphError> {
    let body: &RawValue = serde_json::from_slice(body).ok()?;
    let error = Object::parse(body.get())?.object("error")?;
    let data = error.object("error_data");
    Some(GraphError {
        http,
        code: Some(error.integer("code")?),
        subcode: error.integer("error_subcode"),
        title: error.string("message"),
        details: data
            .and_then(|data| data.string("details"))
            // Seen as plain text in the wild.
            .or_else(|| error.string("error_data"))
            .or_else(|| error.string("error_user_msg")),
        is_transient: error.is("is_transient"),
        fbtrace_id: error.string("fbtrace_id"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metas_samples_are_read() {
        let body = br#"{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"error_data":{"messaging_product":"whatsapp","details":"Cloud API message throughput has been reached."},"error_subcode":2494055,"fbtrace_id":"Az8or2yhqkZfEZ-_4Qn_Bam"}}"#;
        let error = parse(400, body);
        assert_eq!((error.code, error.subcode), (Some(130_429), Some(2_494_055)));
        assert_eq!(error.action(), Action::SlowNumber);
        assert_eq!(error.to_string(), "Graph error 130429: Cloud API message throughput has been reached.");
        assert_eq!(error.fbtrace_id.as_deref(), Some("Az8or2yhqkZfEZ-_4Qn_Bam"));

        let body = br#"{"error":{"message":"Session has expired","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"H2il2t5bn4e"}}"#;
        assert_eq!(parse(401, body).action(), Action::ReplaceToken);
    }

    #[test]
    fn details_may_be_plain_text() {
        let error = parse(400, br#"{"error":{"code":"100","error_data":"to is missing"}}"#);
        assert_eq!(error.details.as_deref(), Some("to is missing"));
        assert_eq!(error.class(), Class::Parameter);
    }

    #[test]
    fn what_is_no_graph_error_passes() {
        for body in
            [&b""[..], b"<html>Bad gateway</html>", b"{}", b"[]", b"null", b"\xff", br#"{"error":"x"}"#]
        {
            let error = parse(400, body);
            assert_eq!((error.code, error.class()), (None, Class::Transient));
        }
        assert_eq!(parse(429, b"").class(), Class::RateNumber);
    }

    #[test]
    fn an_id_that_may_not_be_seen_is_no_bad_parameter() {
        let error = parse(400, br#"{"error":{"code":100,"error_subcode":33}}"#);
        assert_eq!((error.class(), error.action()), (Class::Account, Action::Hold));
    }

    #[test]
    fn a_code_nobody_knows_goes_by_the_status_and_by_metas_word() {
        assert_eq!(parse(400, br#"{"error":{"code":999999}}"#).action(), Action::Fail);
        assert_eq!(parse(500, br#"{"error":{"code":999999}}"#).class(), Class::Transient);
        assert_eq!(parse(400, br#"{"error":{"code":999999,"is_transient":true}}"#).class(), Class::Transient);
    }
}

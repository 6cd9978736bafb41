//! Meta's error envelope.

use std::fmt;
use std::time::Duration;

use chasqui_model::reason::{MetaSaid, Scope};

use super::{Action, Class, Signs, Verdict, verdict};
use crate::webhook::json::{self, Object};

/// Longest text of Meta's that is passed on.
const LONGEST_WORDS: usize = 300;

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
    /// Meta's word on whether trying again helps. `None`: it says nothing.
    pub is_transient: Option<bool>,
    /// How long Meta wants to be left alone, when the answer says so.
    pub wait: Option<Duration>,
    /// What Meta's support wants to know.
    pub fbtrace_id: Option<String>,
}

impl GraphError {
    /// What it means and what to do.
    pub fn verdict(&self) -> Verdict {
        verdict(&Signs {
            http: Some(self.http),
            code: self.code,
            subcode: self.subcode,
            is_transient: self.is_transient,
            details: self.details.as_deref().or(self.title.as_deref()),
        })
    }

    /// What it is about.
    pub fn class(&self) -> Class {
        self.verdict().class
    }

    /// What to do.
    pub fn action(&self) -> Action {
        self.verdict().action
    }

    /// What Meta said, for whoever is told of it.
    pub fn told(&self) -> MetaSaid {
        let verdict = self.verdict();
        MetaSaid {
            code: verdict.code,
            subcode: self.subcode,
            said: self.said().map(shortened),
            needs: (verdict.class == Class::Permission).then_some(Scope::Messaging),
        }
    }

    /// The explanation for people, else the short name: what Meta says itself, in Meta's words.
    pub fn said(&self) -> Option<&str> {
        self.details.as_deref().or(self.title.as_deref())
    }
}

/// Meta's words, on one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_WORDS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "Graph error {code}")?,
            None => write!(f, "HTTP status {}", self.http)?,
        }
        if let Some(text) = self.said() {
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
        is_transient: None,
        wait: None,
        fbtrace_id: None,
    })
}

fn inner(http: u16, body: &[u8]) -> Option<GraphError> {
    let body = json::mend(body);
    let error = Object::parse(&body)?.object("error")?;
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
        is_transient: error.raw("is_transient").map(|_| error.is("is_transient")),
        wait: None,
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
        let verdict = error.verdict();
        assert_eq!((verdict.class, verdict.action, verdict.code), (Class::Account, Action::Hold, Some(33)));
        assert_eq!(error.told().code, Some(33));
    }

    #[test]
    fn metas_word_that_it_passes_goes_before_every_code() {
        for code in [10, 33, 100, 190, 200, 131_005, 131_026, 131_031, 131_042, 131_047, 132_001, 999_999] {
            let body = format!(r#"{{"error":{{"code":{code},"is_transient":true}}}}"#);
            let error = parse(400, body.as_bytes());
            assert_eq!((error.class(), error.action()), (Class::Transient, crate::error::RETRY), "{code}");
        }
        // Those that are tried again anyway keep their own pace.
        let error = parse(400, br#"{"error":{"code":4,"is_transient":true}}"#);
        assert_eq!(error.action(), Action::SlowApp);
        // Meta writes `false` beside everything; it unsays no code.
        let error = parse(400, br#"{"error":{"code":130429,"is_transient":false}}"#);
        assert_eq!(error.action(), Action::SlowNumber);
    }

    #[test]
    fn a_subcode_says_more_than_its_code() {
        let error = parse(400, br#"{"error":{"code":100,"error_subcode":2388293}}"#);
        assert_eq!((error.class(), error.verdict().code), (Class::Template, Some(2_388_293)));
        let error = parse(400, br#"{"error":{"code":100,"error_subcode":2494191}}"#);
        assert_eq!((error.class(), error.action()), (Class::Permission, Action::Fail));
        let error = parse(400, br#"{"error":{"code":130429,"error_subcode":2494055}}"#);
        assert_eq!(error.action(), Action::SlowNumber);
        let error = parse(401, br#"{"error":{"code":190,"error_subcode":460}}"#);
        assert_eq!(error.action(), Action::ReplaceToken);
        assert_eq!((error.told().code, error.told().subcode), (Some(190), Some(460)));
    }

    #[test]
    fn a_file_is_given_once_more_unless_it_is_of_the_wrong_kind() {
        let action = |details: &str| {
            let body = format!(r#"{{"error":{{"code":131053,"error_data":{{"details":"{details}"}}}}}}"#);
            parse(400, body.as_bytes()).action()
        };
        assert_eq!(action("Media upload error"), Action::RetryOnce);
        assert_eq!(action("Downloading media from weblink failed with http code 503"), Action::RetryOnce);
        assert_eq!(action("Unsupported Image mime type image/tiff."), Action::Fail);
        assert_eq!(action("The audio codec is wrong"), Action::Fail);
    }

    #[test]
    fn a_code_nobody_knows_goes_by_metas_word_and_then_by_the_status() {
        assert_eq!(parse(400, br#"{"error":{"code":999999}}"#).action(), Action::Fail);
        assert_eq!(parse(500, br#"{"error":{"code":999999}}"#).class(), Class::Transient);
        assert_eq!(parse(400, br#"{"error":{"code":999999,"is_transient":true}}"#).class(), Class::Transient);
        assert_eq!(parse(500, br#"{"error":{"code":999999,"is_transient":false}}"#).action(), Action::Fail);
    }
}

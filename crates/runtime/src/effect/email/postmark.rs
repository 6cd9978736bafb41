//! E-mails through Postmark (<https://postmarkapp.com/developer/api/email-api>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chasqui_flow::service::MailAnswer;
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::connection::{Connection, Settings};
use chasqui_model::secret::Secret;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Letter, TIMEOUT, service};
use crate::Inner;
use crate::effect::http::{Ask, Caller, trouble};

const USUAL: &str = "https://api.postmarkapp.com";
const TOKEN: &str = "x-postmark-server-token";

pub(super) async fn send(
    rt: &Inner,
    caller: &Caller,
    connection: &Connection,
    letter: &Letter<'_>,
) -> Result<MailAnswer, CallError> {
    let Settings::Postmark { from, stream, base_url } = &connection.settings else {
        return Err(service::wrong_kind(connection, "mail server"));
    };
    let key = service::secret_header(TOKEN, connection.secret.expose())?;
    let ask = Ask {
        method: reqwest::Method::POST,
        url: format!("{}/email", base_url.as_deref().unwrap_or(USUAL).trim_end_matches('/')),
        headers: service::json_headers([key]),
        body: Some(body(from, stream.as_deref(), letter).to_string().into()),
        timeout: TIMEOUT,
        follow: false,
    };
    let answer = service::read(&rt.http.ask(caller.account, ask).await?)?;
    if answer["ErrorCode"].as_i64().unwrap_or_default() != 0 {
        let words = answer["Message"].as_str().unwrap_or_default();
        return Err(trouble(CallErrorKind::Rejected, words.to_owned()));
    }
    let id = answer["MessageID"].as_str().ok_or_else(|| service::odd("MessageID"))?;
    Ok(MailAnswer { id: id.to_owned() })
}

/// What tells whether a server token is taken: where, and with which headers.
pub(in crate::effect) fn server(
    base_url: Option<&str>,
    secret: &Secret,
) -> Result<(String, HeaderMap), CallError> {
    let url = format!("{}/server", base_url.unwrap_or(USUAL).trim_end_matches('/'));
    Ok((url, service::json_headers([service::secret_header(TOKEN, secret.expose())?])))
}

fn body(from: &str, stream: Option<&str>, letter: &Letter<'_>) -> Value {
    let domain = from.trim_end_matches('>').rsplit('@').next().unwrap_or("localhost");
    let mut body = json!({
        "From": from,
        // No address has a comma in it: each was checked.
        "To": letter.to.join(", "),
        "Subject": letter.subject,
        "HtmlBody": letter.html,
        "TextBody": letter.text,
        // Without the second header Postmark would put its own id in the first one's place.
        "Headers": [
            { "Name": "Message-ID", "Value": format!("<{}@{domain}>", letter.key) },
            { "Name": "X-PM-KeepID", "Value": "true" },
        ],
    });
    if !letter.cc.is_empty() {
        body["Cc"] = letter.cc.join(", ").into();
    }
    if let Some(stream) = stream {
        body["MessageStream"] = stream.into();
    }
    if !letter.files.is_empty() {
        let file = |file: &super::File| json!({ "Name": file.name, "Content": STANDARD.encode(&file.bytes), "ContentType": file.mime_type });
        body["Attachments"] = letter.files.iter().map(file).collect();
    }
    body
}

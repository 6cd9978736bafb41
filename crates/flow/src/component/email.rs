//! `email`: sends an e-mail with files, and goes on when the mail server has taken it.

use chasqui_model::Id;
use chasqui_model::email as address;
use chasqui_model::media::Media;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use chasqui_model::connection::Kind as Service;

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::effect::{Outcome, Request};
use crate::fuel::cost;
use crate::path::Path;
use crate::service::{
    Attachment, LONGEST_TIMEOUT, MAX_ATTACHMENTS, MAX_RECIPIENTS, MailRequest, USUAL_TIMEOUT, timeout_ms,
};
use crate::state::Progress;
use crate::step::{Failure, Turn, size_of};
use crate::template::Template;
use crate::validate::Check;

/// Longest subject, in characters.
const LONGEST_SUBJECT: usize = 250;

/// Sends an e-mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Email {
    /// The account's connection to a mail server or to Postmark, by its name. Left out: the installation's mail server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// Whom it is to. Each is one address, or one variable that holds one or a list of them.
    pub to: Vec<Template>,
    /// Who gets a copy. With `to` at most 10 people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<Template>,
    /// The subject.
    pub subject: Template,
    /// The body, HTML. Values of variables are escaped; scripts, forms and the like are taken out.
    pub html: Template,
    /// Files: variables that hold one file or a list of them, and ids of uploaded files (`med_…`). At most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// How long it may take, in seconds: 20 when left out, at most 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<f64>,
}

impl Email {
    fn request(&self, turn: &mut Turn<'_>) -> Result<MailRequest, Failure> {
        let to = recipients(turn, &self.to)?;
        let cc = recipients(turn, &self.cc)?;
        if to.is_empty() {
            return Err(Failure::new("invalid_recipient", "An e-mail has nobody to go to."));
        }
        if to.len() + cc.len() > MAX_RECIPIENTS {
            return Err(Failure::new("too_many_recipients", "An e-mail has more than 10 recipients."));
        }
        let subject: String = turn.fill(&self.subject).split(char::is_control).collect::<Vec<_>>().join(" ");
        let subject = subject.trim().chars().take(LONGEST_SUBJECT).collect();
        turn.fuel.burn_for(self.html.source().len(), cost::SCAN);
        let mut html = turn.with_scope(|scope, warnings| self.html.fill_with(scope, warnings, escape));
        if !has_blocks(self.html.source()) {
            html = html.replace('\n', "<br>");
        }
        let attachments = self.files(turn);
        if attachments.len() > MAX_ATTACHMENTS {
            return Err(Failure::new("too_many_files", "An e-mail has more than 10 files."));
        }
        Ok(MailRequest {
            connection: self.connection.clone(),
            bot: turn.bot(),
            to,
            cc,
            subject,
            html,
            attachments,
            timeout_ms: timeout_ms(self.timeout_seconds, USUAL_TIMEOUT, LONGEST_TIMEOUT),
        })
    }

    /// The files. What is not one is left out with a warning.
    fn files(&self, turn: &mut Turn<'_>) -> Vec<Attachment> {
        let mut files = Vec::new();
        for name in &self.attachments {
            if is_upload(name) {
                files.push(Attachment { media: name.clone(), filename: None });
                continue;
            }
            let Some(path) = Path::parse(name) else { continue };
            for value in values(turn, &path) {
                match stored(&value) {
                    Some(file) => files.push(file),
                    None => turn.warn(format!("`{name}` is no file; it was left out")),
                }
            }
        }
        files
    }
}

/// The values that a variable holds: those of a list, or the one.
pub(super) fn values(turn: &mut Turn<'_>, path: &Path) -> Vec<Value> {
    let value = turn.with_scope(|scope, warnings| {
        let value = scope.read(path, warnings)?;
        scope.fuel.burn_for(size_of(&value), cost::CLONE).then(|| value.into_owned())
    });
    match value {
        Some(Value::Array(items)) => items,
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

/// A file as `question_media` stores it. A text is none, whatever it says: it may be a contact's.
pub(super) fn stored(value: &Value) -> Option<Attachment> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let media = text("id").filter(|id| is_upload(id))?.to_owned();
    Some(Attachment { media, filename: text("filename").map(str::to_owned) })
}

fn is_upload(text: &str) -> bool {
    text.parse::<Id<Media>>().is_ok()
}

/// The addresses. Each is checked after its variables are filled in, and is one: a contact who types two names nobody.
fn recipients(turn: &mut Turn<'_>, templates: &[Template]) -> Result<Vec<String>, Failure> {
    let mut addresses: Vec<String> = Vec::new();
    for template in templates {
        let value = turn.with_scope(|scope, warnings| template.value(scope, warnings));
        let items = match value {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            one => vec![one],
        };
        for item in items {
            let typed = item.as_str().unwrap_or_default();
            let read = address::Email::parse(typed).map(address::Email::into_string);
            let Some(address) = read.filter(|address| address.is_ascii()) else {
                let message = "A recipient of an e-mail is no e-mail address.";
                return Err(Failure::new("invalid_recipient", message).with_detail(typed));
            };
            if !addresses.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
                addresses.push(address);
            }
        }
    }
    Ok(addresses)
}

/// Whether the author sets paragraphs and lines by tags; else the lines are those that were typed.
fn has_blocks(html: &str) -> bool {
    let html = html.to_ascii_lowercase();
    ["<p", "<br", "<div", "<table", "<ul", "<ol", "<h1", "<h2", "<h3"].iter().any(|tag| html.contains(tag))
}

/// A value as text in HTML, wherever it stands; its lines stay lines.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>"),
            '\r' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

impl Behaviour for Email {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        match self.request(turn) {
            Ok(request) => Next::Call(Request::Mail(request), Progress::default()),
            Err(failure) => Next::Fail(failure),
        }
    }

    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, _: Progress) -> Next {
        let Outcome::Mail(answer) = outcome else { return Next::Fail(Failure::wrong_answer()) };
        match answer {
            Ok(_) => {
                turn.detail("the mail was taken".to_owned());
                Next::port("next")
            }
            Err(error) => Next::Fail(Failure::of_call("email_failed", "An e-mail", &error)),
        }
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        check.optional_connection("connection", self.connection.as_deref());
        check.count("to", self.to.len(), 1..=MAX_RECIPIENTS);
        check.count("cc", self.cc.len(), 0..=MAX_RECIPIENTS);
        for (field, templates) in [("to", &self.to), ("cc", &self.cc)] {
            for (index, template) in templates.iter().enumerate() {
                let field = format!("{field}[{index}]");
                check.needed(&field, template);
                check.template(&field, template);
                if template.is_literal()
                    && !template.is_empty()
                    && address::Email::parse(template.source()).is_none()
                {
                    check.error("invalid_recipient", &field, "one e-mail address, such as ana@example.com");
                }
            }
        }
        check.timeout("timeout_seconds", self.timeout_seconds);
        check.needed("subject", &self.subject);
        check.template("subject", &self.subject);
        check.needed("html", &self.html);
        check.template("html", &self.html);
        check.count("attachments", self.attachments.len(), 0..=MAX_ATTACHMENTS);
        for (index, name) in self.attachments.iter().enumerate() {
            let field = format!("attachments[{index}]");
            match Path::parse(name) {
                _ if is_upload(name) => {}
                Some(path) => check.reads(&field, &path),
                None => check.error("invalid_path", &field, "the name of one variable, for example `photos`"),
            }
        }
    }

    fn rests(&self) -> bool {
        true
    }

    fn connection(&self) -> Option<(&str, &[Service])> {
        Some((self.connection.as_deref()?, &[Service::Smtp, Service::Postmark]))
    }
}

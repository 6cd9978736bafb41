//! E-mails of bots: through the installation's mail server, a mail server of the account, or Postmark. A repeat after a
//! crash carries the same `Message-ID`, so that mail programs show one mail; with the recipients it is counted again.

mod html;
pub(super) mod postmark;
pub(super) mod smtp;

use std::time::Duration;

use chasqui_flow::service::{MAX_ATTACHMENTS, MAX_RECIPIENTS, MailAnswer, MailRequest};
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::connection::Settings;
use chasqui_model::{Clock, filename};
use chasqui_store::Store;

use super::http::{Caller, trouble};
use super::{file, service};
use crate::Inner;

/// Most people whom one bot mails on a day (UTC): a bot that goes in circles is no reason for a mail server to be blocked.
const PER_DAY: i64 = 500;
/// Most bytes of all files at one mail; Postmark takes no more.
const ATTACHED: i64 = 7 * 1024 * 1024;
/// Longest for one mail.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A mail that is ready to go.
struct Letter<'a> {
    to: &'a [String],
    cc: &'a [String],
    subject: &'a str,
    html: String,
    text: String,
    files: Vec<File>,
    /// The first half of its `Message-ID`.
    key: &'a str,
}

/// A file at a mail.
struct File {
    name: String,
    mime_type: String,
    bytes: bytes::Bytes,
}

/// Sends an e-mail.
pub(super) async fn send(
    rt: &Inner,
    caller: &Caller,
    request: &MailRequest,
) -> Result<MailAnswer, CallError> {
    let work = async {
        let connection = match &request.connection {
            Some(name) => Some(service::connection(&rt.store, caller, name).await?),
            None => None,
        };
        let recipients = request.to.len() + request.cc.len();
        if request.to.is_empty() || recipients > MAX_RECIPIENTS {
            return Err(trouble(CallErrorKind::Invalid, "an e-mail has 1 to 10 recipients"));
        }
        let html = html::clean(&request.html);
        let letter = Letter {
            to: &request.to,
            cc: &request.cc,
            subject: &request.subject,
            text: html::text(&html),
            html,
            files: files(rt, caller, request).await?,
            key: &caller.key,
        };
        count(&rt.store, &rt.clock, caller, request, recipients).await?;
        match connection.as_ref().map(|connection| (connection, &connection.settings)) {
            None => smtp::by_installation(rt, &letter).await,
            Some((connection, Settings::Smtp { .. })) => {
                smtp::by_account(&rt.http, connection, &letter).await
            }
            Some((connection, Settings::Postmark { .. })) => {
                postmark::send(rt, caller, connection, &letter).await
            }
            Some((
                connection,
                Settings::Openai { .. }
                | Settings::Gemini { .. }
                | Settings::Anthropic { .. }
                | Settings::Google { .. },
            )) => Err(service::wrong_kind(connection, "mail server")),
        }
    };
    tokio::time::timeout(Duration::from_millis(request.timeout_ms).min(TIMEOUT), work)
        .await
        .unwrap_or_else(|_| Err(trouble(CallErrorKind::Timeout, "the mail was not taken in time")))
}

async fn count(
    store: &Store,
    clock: &Clock,
    caller: &Caller,
    request: &MailRequest,
    recipients: usize,
) -> Result<(), CallError> {
    let recipients = i64::try_from(recipients).unwrap_or(i64::MAX);
    let now = clock.now();
    match store.count_recipients(caller.account, request.bot, recipients, PER_DAY, now).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(trouble(
            CallErrorKind::Rejected,
            format!("this bot may mail {PER_DAY} people a day, and has"),
        )),
        Err(error) => Err(trouble(CallErrorKind::Refused, error.to_string())),
    }
}

/// The files of a mail. Only the account's own.
async fn files(rt: &Inner, caller: &Caller, request: &MailRequest) -> Result<Vec<File>, CallError> {
    if request.attachments.len() > MAX_ATTACHMENTS {
        return Err(trouble(CallErrorKind::Invalid, "an e-mail has at most 10 files"));
    }
    let (mut files, mut left) = (Vec::new(), ATTACHED);
    for attachment in &request.attachments {
        let file = file::find(rt, caller, &attachment.media).await?;
        left -= file.size;
        if left < 0 {
            return Err(trouble(CallErrorKind::TooLarge, "the files at an e-mail may have 7 MiB together"));
        }
        let bytes = file::read(rt, &file).await?;
        let name = attachment.filename.clone().or(file.filename);
        let name = name.as_deref().and_then(filename::safe);
        let name = name.unwrap_or_else(|| format!("file-{}", files.len() + 1));
        files.push(File { name, mime_type: file.mime_type, bytes });
    }
    Ok(files)
}

//! E-mails over SMTP.

use std::net::SocketAddr;

use chasqui_flow::service::MailAnswer;
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::connection::{Connection, Security, Settings};
use lettre::message::header::{ContentType, MessageId};
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{Letter, TIMEOUT};
use crate::Inner;
use crate::effect::http::trouble;
use crate::effect::{Http, guard};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Through the mail server that the operator named.
pub(super) async fn by_installation(rt: &Inner, letter: &Letter<'_>) -> Result<MailAnswer, CallError> {
    let nobody =
        "this installation has no mail server: choose a connection to one, or name one with --smtp-url";
    let mailer = rt.mailer.as_ref().ok_or_else(|| trouble(CallErrorKind::Invalid, nobody))?;
    hand_in(&mailer.transport, &mailer.from, letter).await
}

/// Through a mail server of the account. Its address is checked like every other that bots call.
pub(super) async fn by_account(
    http: &Http,
    connection: &Connection,
    letter: &Letter<'_>,
) -> Result<MailAnswer, CallError> {
    let Settings::Smtp { from, .. } = &connection.settings else {
        return Err(super::service::wrong_kind(connection, "mail server"));
    };
    let from: Mailbox =
        from.parse().map_err(|_| trouble(CallErrorKind::Invalid, "the connection's sender is no address"))?;
    hand_in(&transport(http, connection).await?, &from, letter).await
}

/// Whether a mail server of the account is there and lets us in. Nothing is sent.
pub(in crate::effect) async fn check(rt: &Inner, connection: &Connection) -> Result<(), CallError> {
    match transport(&rt.http, connection).await?.test_connection().await {
        Ok(true) => Ok(()),
        Ok(false) => Err(trouble(CallErrorKind::Rejected, "the mail server does not answer as one")),
        Err(error) => Err(failed(&error)),
    }
}

async fn transport(http: &Http, connection: &Connection) -> Result<Transport, CallError> {
    let Settings::Smtp { host, port, security, username, .. } = &connection.settings else {
        return Err(super::service::wrong_kind(connection, "mail server"));
    };
    let address = resolve(host, *port, http.allows_private()).await?;
    let tls = || {
        TlsParameters::new(host.clone())
            .map_err(|_| trouble(CallErrorKind::Invalid, "the mail server's name is none that TLS knows"))
    };
    // The address that was checked is the one that is called; the name is what its certificate is for.
    let mut builder =
        Transport::builder_dangerous(address.ip().to_string()).port(*port).timeout(Some(TIMEOUT));
    builder = match security {
        Security::Tls => builder.tls(Tls::Wrapper(tls()?)),
        Security::Starttls => builder.tls(Tls::Required(tls()?)),
        Security::None => builder.tls(Tls::None),
    };
    if let Some(username) = username {
        let password = connection.secret.expose().to_owned();
        builder = builder.credentials(Credentials::new(username.clone(), password));
    }
    Ok(builder.build())
}

async fn resolve(host: &str, port: u16, allow_private: bool) -> Result<SocketAddr, CallError> {
    let found = tokio::net::lookup_host((host, port)).await;
    let found = found.map_err(|_| trouble(CallErrorKind::Refused, "the mail server's name leads nowhere"))?;
    let mut allowed = found.filter(|address| allow_private || guard::is_public(address.ip()));
    allowed.next().ok_or_else(|| trouble(CallErrorKind::Blocked, guard::Blocked.to_string()))
}

async fn hand_in(
    transport: &Transport,
    from: &Mailbox,
    letter: &Letter<'_>,
) -> Result<MailAnswer, CallError> {
    let id = format!("<{}@{}>", letter.key, from.email.domain());
    let message = message(from, letter, &id)?;
    match transport.send(message).await {
        Ok(_) => Ok(MailAnswer { id }),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &lettre::transport::smtp::Error) -> CallError {
    let kind = match () {
        () if error.is_timeout() => CallErrorKind::Timeout,
        () if error.is_permanent() || error.is_transient() => CallErrorKind::Rejected,
        () => CallErrorKind::Refused,
    };
    trouble(kind, error.to_string())
}

fn message(from: &Mailbox, letter: &Letter<'_>, id: &str) -> Result<Message, CallError> {
    let odd = |what: &str| trouble(CallErrorKind::Invalid, format!("{what} is not valid"));
    let mut builder =
        Message::builder().from(from.clone()).subject(letter.subject).header(MessageId::from(id.to_owned()));
    for to in letter.to {
        builder = builder.to(to.parse().map_err(|_| odd("a recipient"))?);
    }
    for cc in letter.cc {
        builder = builder.cc(cc.parse().map_err(|_| odd("a recipient"))?);
    }
    let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    let body = if letter.files.is_empty() {
        body
    } else {
        let mut mixed = MultiPart::mixed().multipart(body);
        for file in &letter.files {
            let kind = ContentType::parse(&file.mime_type)
                .or_else(|_| ContentType::parse("application/octet-stream"))
                .map_err(|_| odd("a file's type"))?;
            mixed = mixed.singlepart(Attachment::new(file.name.clone()).body(file.bytes.to_vec(), kind));
        }
        mixed
    };
    builder.multipart(body).map_err(|_| odd("the e-mail"))
}

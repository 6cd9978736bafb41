//! Sends mail: from the store's queue, so that nothing is forgotten when the process or the mail server ends.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Timestamp};
use chasqui_store::Store;
use chasqui_store::noun::mail::Mail;
use lettre::message::{Mailbox, header};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::Inner;

/// Looks for mail this often.
const LOOK: Duration = Duration::from_secs(1);
/// Mails taken on at once.
const BATCH: u32 = 20;
/// Whoever takes a mail on has this long.
const CLAIMED: Duration = Duration::from_mins(2);
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// How long a mail is tried.
const PATIENCE: Duration = Duration::from_hours(24);
/// How long it is remembered that a mail was sent.
const REMEMBERED: Duration = Duration::from_hours(7 * 24);
/// For one mail.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where mail is handed in.
#[derive(Clone, Debug)]
pub struct Server {
    /// `smtp://user:password@host:587?tls=required`, `smtps://…`.
    pub url: Secret,
    /// Whom mails come from: `Chasqui <bots@example.com>`.
    pub from: String,
}

/// Hands mail in.
pub(crate) struct Mailer {
    pub(crate) transport: AsyncSmtpTransport<Tokio1Executor>,
    pub(crate) from: Mailbox,
}

impl Mailer {
    pub(crate) fn new(server: &Server) -> Result<Self, String> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails only when another thread was faster, and then one is there.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let from = server.from.parse().map_err(|_| format!("{} is no sender", server.from))?;
        // The address holds a password: the library's words about it are not repeated.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.url.expose())
            .map_err(|_| "its address is not like smtp://user:password@mail.example.com:587".to_owned())?;
        Ok(Self { transport: transport.timeout(Some(TIMEOUT)).build(), from })
    }

    async fn hand_in(&self, mail: &Mail) -> Result<(), Trouble> {
        let to = mail.recipient.parse().map_err(|_| Trouble::Never("this is no mail address".to_owned()))?;
        let host = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            // A mail that is handed in twice, because an answer was lost, is one mail to its reader.
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .header(header::ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| Trouble::Never(error.to_string()))?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| {
            let words = error.to_string();
            if error.is_permanent() { Trouble::Never(words) } else { Trouble::Later(words) }
        })
    }
}

enum Trouble {
    Later(String),
    Never(String),
}

/// Waits and works, until it is aborted.
pub(crate) async fn run(rt: Arc<Inner>) {
    loop {
        tokio::time::sleep(LOOK).await;
        tick(&rt, rt.clock.now()).await;
    }
}

/// Sends what is due.
pub(crate) async fn tick(rt: &Arc<Inner>, now: Timestamp) {
    let Some(mailer) = &rt.mailer else { return };
    let due = match rt.store.due_mail(now, BATCH).await {
        Ok(due) => due,
        Err(error) => return tracing::warn!(%error, "the mails that are due could not be read"),
    };
    for mail in due {
        if let Err(error) = send(&rt.store, &rt.clock, mailer, &mail, now).await {
            tracing::warn!(mail = %mail.id, %error, "a mail's outcome could not be written down");
        }
    }
}

async fn send(
    store: &Store,
    clock: &Clock,
    mailer: &Mailer,
    mail: &Mail,
    now: Timestamp,
) -> Result<(), chasqui_store::Error> {
    if !store.claim_mail(mail.id, now, now.after(CLAIMED)).await? {
        return Ok(());
    }
    match mailer.hand_in(mail).await {
        Ok(()) => {
            metrics::counter!("chasqui_mails_sent_total").increment(1);
            store.mail_sent(mail.id, clock.now()).await
        }
        Err(trouble) => {
            let (words, again) = match trouble {
                Trouble::Later(words) => (words, mail.created_at.after(PATIENCE) > now),
                Trouble::Never(words) => (words, false),
            };
            tracing::warn!(mail = %mail.id, again, reason = %words, "a mail was not taken");
            metrics::counter!("chasqui_mails_failed_total").increment(1);
            let doubled = u32::try_from(mail.attempts).unwrap_or(16).min(16);
            let pause = FIRST_PAUSE.saturating_mul(1 << doubled).min(LONGEST_PAUSE);
            store.mail_failed(mail.id, again.then(|| now.after(pause)), &words).await
        }
    }
}

/// Forgets mails that were dealt with long ago.
pub(crate) async fn forget(rt: &Inner) {
    if let Err(error) = rt.store.forget_mail(rt.clock.now().before(REMEMBERED)).await {
        tracing::warn!(%error, "old mails could not be forgotten");
    }
}

//! Mails about conversations that a bot handed to people: at once, one each, because a customer waits. What is said in them
//! stays in the conversation.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::conversation::Status;
use chasqui_model::event::Event;
use chasqui_store::Error;
use chasqui_store::noun::mail::Mail;

use super::{letter, quiet_until, whom};
use crate::Inner;

/// What these mails are called among the account's.
const KIND: &str = "handoff";
/// Most mails of an account in [`WHILE`]: a bot that hands everybody over must not fill mailboxes. The pages show all.
const MOST: i64 = 60;
const WHILE: Duration = Duration::from_mins(15);

/// The mails about one hand-off. None when somebody has dealt with it already.
pub(super) async fn letters(rt: &Inner, event: &Event, now: Timestamp) -> Result<Vec<Mail>, Error> {
    let number = event.integration.and_then(|id| rt.registry.get(id));
    let (Some(number), Some(conversation)) = (number, event.conversation) else { return Ok(Vec::new()) };
    let to = whom::of_handoff(rt, &number.integration).await?;
    let found = rt.store.conversation(event.account, conversation).await?;
    let found = found.filter(|it| it.conversation.status == Status::HandedOff);
    let Some(found) = found.filter(|_| !to.is_empty()) else { return Ok(Vec::new()) };
    if rt.store.mails_since(event.account, KIND, now.before(WHILE)).await? >= MOST {
        tracing::warn!(integration = %number.integration.id, "too many hand-offs to mail about each");
        metrics::counter!("chasqui_handoff_mails_left_out_total").increment(1);
        return Ok(Vec::new());
    }
    let settings = rt.store.account_settings(event.account).await?;
    let quiet = number.integration.settings.error_alerts.quiet_hours;
    let due = quiet_until(quiet, &settings, now).unwrap_or(now);
    let link = format!("{}/conversations/{conversation}", rt.config.public_url);
    let told = letter::Handoff {
        integration: &number.integration,
        bot: found.bot_name.as_deref().unwrap_or("–"),
        at: event.at,
        link: &link,
        settings: &settings,
    };
    let (subject, text) = told.write();
    let mail = |to: String| Mail {
        id: rt.clock.id(),
        account: Some(event.account),
        kind: KIND.to_owned(),
        recipient: to,
        subject: subject.clone(),
        text: text.clone(),
        attempts: 0,
        // It is due when it is written; one that waits for the end of quiet hours counts as written then.
        created_at: due,
    };
    Ok(to.into_iter().map(mail).collect())
}

//! What Meta says of a number's token when it is asked: one that was revoked before its time, that may do less than before,
//! or that ends on another day is noticed before a customer does; one that works again sends again.

use std::sync::Arc;

use chasqui_model::Timestamp;
use chasqui_model::event::Event;
use chasqui_model::integration::{Health, Integration, Token, TokenKind};
use chasqui_model::notice::{Notice, WorksAgain};
use chasqui_model::reason::{Reason, Scope};
use chasqui_store::Error;
use chasqui_whatsapp::client::{CallError, TokenInfo};

use super::assess::assess;
use super::look::Look;
use crate::Inner;
use crate::notice;

/// Meta's codes for a token that is not taken: not valid, no session, not readable.
const NOT_TAKEN: [i64; 4] = [190, 102, 463, 467];

/// What Meta said.
enum Word<'a> {
    /// It works.
    Works(&'a TokenInfo),
    /// It does not.
    Refused,
    /// Nothing that tells.
    Nothing,
}

fn word(seen: &Look) -> Word<'_> {
    let not_taken = |error: &CallError| {
        error.graph().and_then(|graph| graph.code).is_some_and(|code| NOT_TAKEN.contains(&code))
    };
    match &seen.token {
        Ok(info) if info.is_valid => Word::Works(info),
        Ok(_) => Word::Refused,
        // The app may not ask, for example with a wrong app secret; the number's own call goes by the token alone.
        Err(_) => match &seen.phone {
            Err(error) if not_taken(error) => Word::Refused,
            Ok(_) | Err(_) => Word::Nothing,
        },
    }
}

/// Takes in what Meta said. Told before it is remembered: a crash in between tells it once more.
pub(super) async fn token(
    rt: &Arc<Inner>,
    it: &Integration,
    seen: &Look,
    now: Timestamp,
) -> Result<(), Error> {
    match word(seen) {
        Word::Works(info) => {
            learn(rt, it, info).await?;
            // What was refused while sending counts until a call by the token itself is answered.
            let mended = it.watch.send_refused && it.health == Health::Failing && seen.phone.is_ok();
            if it.watch.token_refused || mended {
                works_again(rt, it, now).await
            } else if it.health == Health::Unchecked {
                checked(rt, it, now).await
            } else {
                Ok(())
            }
        }
        // What has ended is announced as such.
        Word::Refused if it.credentials.token.expires_at.is_some_and(|end| end <= now) => Ok(()),
        Word::Refused if it.watch.token_refused => Ok(()),
        Word::Refused => revoked(rt, it).await,
        Word::Nothing => Ok(()),
    }
}

async fn revoked(rt: &Arc<Inner>, it: &Integration) -> Result<(), Error> {
    tracing::warn!(integration = %it.id, "Meta does not take an access token any more");
    let event = notice::event(&rt.clock, it, Notice::TokenRevoked);
    rt.store.set_health(it.id, Health::Failing, Some(&Reason::TokenRevoked), Some(&event)).await?;
    super::remember(rt, it.id, |_, watch| watch.token_refused = true).await?;
    rt.read_again(it.account, it.id).await?;
    rt.tell_events(it);
    Ok(())
}

async fn works_again(rt: &Arc<Inner>, it: &Integration, now: Timestamp) -> Result<(), Error> {
    let mut healed = it.clone();
    (healed.health, healed.watch.token_refused) = (Health::Ok, false);
    let (health, reason) = assess(&healed, now);
    let event = notice::event(&rt.clock, it, Notice::NumberWorksAgain { by: WorksAgain::TokenTaken });
    rt.store.set_health(it.id, health, reason.as_ref(), Some(&event)).await?;
    super::remember(rt, it.id, |_, watch| (watch.token_refused, watch.send_refused) = (false, false)).await?;
    rt.read_again(it.account, it.id).await?;
    rt.tell_events(it);
    rt.deliver.changed(it.id);
    Ok(())
}

/// Meta was asked for the first time, and takes the token.
async fn checked(rt: &Arc<Inner>, it: &Integration, now: Timestamp) -> Result<(), Error> {
    let it = Integration { health: Health::Ok, ..it.clone() };
    let (health, reason) = assess(&it, now);
    rt.store.set_health(it.id, health, reason.as_ref(), None).await?;
    rt.read_again(it.account, it.id).await
}

/// Writes down what the token may do and until when, and tells what it may not do any more.
async fn learn(rt: &Arc<Inner>, it: &Integration, info: &TokenInfo) -> Result<(), Error> {
    let before = &it.credentials.token;
    let kind = match before.kind {
        TokenKind::Unknown if info.expires_at.is_none() => TokenKind::SystemUser,
        TokenKind::Unknown => TokenKind::LongLived,
        known @ (TokenKind::LongLived | TokenKind::ShortLived | TokenKind::SystemUser) => known,
    };
    let known = Token { kind, expires_at: info.expires_at, scopes: info.scopes.clone() };
    if known == *before {
        return Ok(());
    }
    let events: Vec<Event> = [Scope::Messaging, Scope::Management]
        .into_iter()
        .filter_map(|scope| {
            let has = |token: &Token| token.scopes.iter().any(|it| it == scope.name());
            match (has(before), has(&known)) {
                (true, false) => Some(Notice::TokenPermissionLost { scope }),
                (false, true) if before.kind != TokenKind::Unknown => {
                    Some(Notice::TokenPermissionBack { scope })
                }
                (true, true) | (false, true | false) => None,
            }
        })
        .map(|notice| notice::event(&rt.clock, it, notice))
        .collect();
    rt.store.add_events(&events).await?;
    rt.store.learn_token(it, &known).await?;
    rt.read_again(it.account, it.id).await?;
    if !events.is_empty() {
        rt.tell_events(it);
    }
    Ok(())
}

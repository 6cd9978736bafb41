//! From one webhook POST to durable work. Nothing is run here: the answer never waits for a bot.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::account::Account;
use chasqui_model::integration::{Integration, Recipients};
use chasqui_model::message::inbound::Content;
use chasqui_model::message::{AliasKind, Inbound, Sender, is_forgotten, written};
use chasqui_model::notice::Notice;
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_store::inbox::{Arrival, DeadLetter};
use chasqui_whatsapp::signature;
use chasqui_whatsapp::webhook::{self, Update};
use dashmap::DashMap;
use sha2::{Digest, Sha256};

use crate::change::ChangeKind;
use crate::news::{self, Fact};
use crate::registry::Number;
use crate::status::{self, Told};
use crate::work::Work;
use crate::{Inner, Receipt, damage, notice, people, verification};

/// Deliveries with a wrong signature, counted for each number.
#[derive(Debug, Default)]
pub(crate) struct Forgeries(DashMap<Id<Integration>, (Timestamp, u32)>);

/// So many in an hour are not an accident.
const FORGERIES: u32 = 5;

impl Forgeries {
    /// How many came in the hour up to `now`, roughly: the hour begins with the first.
    pub(crate) fn lately(&self, id: Id<Integration>, now: Timestamp) -> u32 {
        let entry = self.0.get(&id);
        entry.filter(|entry| now.since(entry.0) <= Duration::from_hours(1)).map_or(0, |entry| entry.1)
    }

    /// Counts one. `true` when the owner is to be told: at the fifth within an hour.
    pub(crate) fn count(&self, id: Id<Integration>, now: Timestamp) -> bool {
        let mut entry = self.0.entry(id).or_insert((now, 0));
        if now.since(entry.0) > Duration::from_hours(1) {
            *entry = (now, 0);
        }
        entry.1 = entry.1.saturating_add(1);
        entry.1 == FORGERIES
    }
}

/// What one body comes to.
#[derive(Default)]
struct Sorted {
    arrivals: Vec<Arrival>,
    statuses: Vec<Told>,
    letters: Vec<DeadLetter>,
    facts: Vec<(Arc<Number>, Fact)>,
    /// Messages taken, a number.
    taken: HashMap<Id<Integration>, (Arc<Number>, u32)>,
}

impl Sorted {
    /// Older than the memory of what came: nobody can tell whether it has had its effect. Told once per delivery.
    fn too_old(&mut self, number: &Arc<Number>, what: &str) {
        metrics::counter!("chasqui_updates_ignored_total", "kind" => "too_old").increment(1);
        let fact = Fact::too_old(what);
        let is_told =
            |(known, it): &(Arc<Number>, Fact)| known.integration.id == number.integration.id && *it == fact;
        if !self.facts.iter().any(is_told) {
            self.facts.push((Arc::clone(number), fact));
        }
    }
}

/// What an update was seen by.
#[derive(Clone, Copy)]
struct Keys {
    now: [u8; 16],
    former: Option<[u8; 16]>,
}

/// A version before may run beside this one, or have run until a moment ago, and clocks differ.
const REPLACED_WITHIN: Duration = Duration::from_mins(10);

impl Keys {
    /// What was written after versions before had stopped, none of them has seen.
    fn of(rt: &Inner, now: [u8; 16], inbound: &Inbound) -> Self {
        let former = inbound.at < rt.began.after(REPLACED_WITHIN);
        Self { now, former: former.then(|| webhook::former_key(inbound)) }
    }
}

/// Takes one webhook POST.
pub(crate) async fn receive(
    rt: &Arc<Inner>,
    id: Id<Integration>,
    signed: Option<&str>,
    body: Bytes,
) -> Receipt {
    let Some(entrance) = rt.registry.get(id) else { return Receipt::Unknown };
    if damage::refuses(&entrance.integration) {
        metrics::counter!("chasqui_webhook_damaged_total").increment(1);
        return Receipt::Unavailable;
    }
    if !signature::verify(&entrance.integration.credentials.app_secret, &body, signed) {
        rt.refused_signature(&entrance);
        return Receipt::BadSignature;
    }
    if rt.converse.refuses(entrance.integration.account) {
        metrics::counter!("chasqui_webhook_overloaded_total").increment(1);
        return Receipt::Unavailable;
    }
    let now = rt.clock.now();
    rt.activity.delivery(&entrance.integration, now);
    let sorted = match webhook::parse(&body) {
        Ok(webhook::Delivery { updates, numbers }) => {
            let mut sorted = sort(rt, &entrance, updates, now);
            sorted.facts.extend(news::learnt(&rt.registry, &entrance, numbers));
            sorted
        }
        Err(webhook::Unreadable) => unreadable(rt, &entrance, &body, now),
    };
    match keep(rt, sorted).await {
        Ok(()) => Receipt::Stored,
        Err(error) => {
            tracing::error!(integration = %id, %error, "a delivery could not be stored");
            Receipt::Unavailable
        }
    }
}

/// Makes everything durable, each lane in its own batch. Any failure is the whole delivery's: Meta sends it again, and
/// what was kept is not taken twice.
async fn keep(rt: &Arc<Inner>, sorted: Sorted) -> Result<(), chasqui_store::Error> {
    let hot = rt.store.hot();
    let Sorted { arrivals, statuses, letters, facts, taken } = sorted;
    let (accepted, applied, buried) = tokio::join!(
        async { if arrivals.is_empty() { Ok(vec![]) } else { hot.accept(arrivals).await } },
        async { if statuses.is_empty() { Ok(()) } else { status::keep(rt, statuses).await } },
        async { if letters.is_empty() { Ok(()) } else { hot.bury(letters).await } },
    );
    let accepted = accepted?;
    let fresh = accepted.iter().filter(|new| **new).count() as u64;
    metrics::counter!("chasqui_messages_in_total").increment(fresh);
    metrics::counter!("chasqui_messages_duplicate_total").increment(accepted.len() as u64 - fresh);
    for (number, messages) in taken.values() {
        // Where others send for the number, they count what they answer.
        if !rt.store.hot().shared() {
            number.count_received(*messages);
        }
        rt.activity.messages(&number.integration, i64::from(*messages), rt.clock.now());
        if number.integration.watch.is_unheard() {
            verification::heard(rt, number);
        }
    }
    applied?;
    buried?;
    news::apply(rt, facts).await
}

fn sort(rt: &Inner, entrance: &Arc<Number>, mut updates: Vec<Update>, now: Timestamp) -> Sorted {
    in_their_order(&mut updates, now);
    let mut sorted = Sorted::default();
    for update in updates {
        let key = match &update {
            Update::Message { inbound, .. } => Keys::of(rt, update.key(), inbound),
            _ => Keys { now: [0; 16], former: None },
        };
        let number = rt.registry.route(entrance, update.phone_number_id());
        match (update, number) {
            (Update::Message { inbound, group: None, .. }, Some(number)) if is_forgotten(inbound.at, now) => {
                sorted.too_old(&number, "messages");
            }
            (Update::Message { sender, inbound, group: None, .. }, Some(number)) => {
                take_message(rt, &mut sorted, &number, key, (sender, inbound), now);
            }
            (Update::Status(status), Some(number)) => {
                sorted.statuses.extend(Told::read(&number, status, now));
            }
            (Update::Odd { reason, raw, .. }, number) => {
                let number = number.unwrap_or_else(|| Arc::clone(entrance));
                sorted.letters.push(odd(&rt.clock, &number.integration, reason, raw.into_bytes(), now));
            }
            (Update::News { about, news, .. }, _) => {
                let told = news::understand(&rt.registry, entrance, &about, news);
                if told.facts.is_empty() && told.work.is_empty() {
                    metrics::counter!("chasqui_updates_ignored_total", "kind" => "field").increment(1);
                }
                sorted.facts.extend(told.facts);
                for one in told.work {
                    take_work(&rt.clock, &mut sorted, one, now);
                }
            }
            // Numbers that are not here (Meta's test delivery among them), groups and other fields start nothing.
            (update, _) => count_other(&update),
        }
    }
    sorted
}

/// What comes together is taken in the order in which it was written; what was written in the same second, as it stands.
fn in_their_order(updates: &mut [Update], now: Timestamp) {
    let written = |update: &Update| match update {
        Update::Message { inbound, .. } => Some(written(inbound.at, now)),
        Update::Status(_) | Update::Odd { .. } | Update::News { .. } => None,
    };
    // Nearly always so already.
    if updates.iter().filter_map(written).is_sorted() {
        return;
    }
    let mut places: Vec<_> = (0..updates.len()).filter(|at| written(&updates[*at]).is_some()).collect();
    let wanted = places.clone();
    places.sort_by_key(|at| written(&updates[*at]));
    let moved: Vec<_> = places.iter().map(|at| updates[*at].clone()).collect();
    for (at, update) in wanted.into_iter().zip(moved) {
        updates[at] = update;
    }
}

fn count_other(update: &Update) {
    let kind = match update {
        Update::Message { group: Some(_), .. } => "group",
        Update::Message { .. } | Update::Status(_) | Update::Odd { .. } | Update::News { .. } => {
            "unknown_number"
        }
    };
    metrics::counter!("chasqui_updates_ignored_total", "kind" => kind).increment(1);
}

fn take_message(
    rt: &Inner,
    sorted: &mut Sorted,
    number: &Arc<Number>,
    key: Keys,
    (sender, mut inbound): (Sender, Inbound),
    now: Timestamp,
) {
    let integration = &number.integration;
    let also = match &inbound.content {
        Content::System(system) => system.names(),
        _ => vec![],
    };
    // Notes about a contact are not from them.
    let is_note = matches!(inbound.content, Content::System(_));
    let recipients = &integration.settings.recipients;
    let allowed =
        recipients.allow(sender.wa_id.as_deref()) || (is_note && concerns(recipients, &sender, &also));
    if !integration.active || !allowed {
        rt.activity.ignored(integration, 1);
        return;
    }
    // Meta's word on what opens the window: each message.
    inbound.at = written(inbound.at, now);
    let wrote_at = inbound.content.opens_window().then_some(inbound.at);
    let work = Work::Message { inbound, sender: sender.clone() };
    sorted.taken.entry(integration.id).or_insert_with(|| (Arc::clone(number), 0)).1 += 1;
    push(&rt.clock, sorted, number, key, sender, also, &work, wrote_at, now);
}

/// Whether a note may be about somebody who may talk: it names no number, or gives them a listed one.
fn concerns(recipients: &Recipients, sender: &Sender, also: &[(AliasKind, String)]) -> bool {
    let mut numbers = also.iter().filter(|(kind, _)| *kind == AliasKind::WaId).map(|(_, number)| number);
    let listed = numbers.any(|number| recipients.allow(Some(number)));
    listed || (sender.wa_id.is_none() && !also.iter().any(|(kind, _)| *kind == AliasKind::WaId))
}

/// What is no message and becomes work of a contact's mailbox all the same.
fn take_work(clock: &Clock, sorted: &mut Sorted, one: news::ForMailbox, now: Timestamp) {
    let news::ForMailbox { number, key, sender, also, mut work } = one;
    if said(&work).is_some_and(|said| is_forgotten(said, now)) {
        return sorted.too_old(&number, "messages");
    }
    if number.integration.active {
        let key = Keys { now: key, former: None };
        let wrote_at = match &mut work {
            Work::Standby { inbound, .. } => {
                inbound.at = written(inbound.at, now);
                inbound.content.opens_window().then_some(inbound.at)
            }
            _ => None,
        };
        push(clock, sorted, &number, key, sender, also, &work, wrote_at, now);
    }
}

#[expect(clippy::too_many_arguments, reason = "an arrival has as many parts")]
fn push(
    clock: &Clock,
    sorted: &mut Sorted,
    number: &Arc<Number>,
    key: Keys,
    sender: Sender,
    also: Vec<(AliasKind, String)>,
    work: &Work,
    wrote_at: Option<Timestamp>,
    now: Timestamp,
) {
    let integration = &number.integration;
    sorted.arrivals.push(Arrival {
        part: number.part,
        account: integration.account,
        integration: integration.id,
        key: key.now,
        former: key.former,
        sender,
        also,
        fresh_contact: clock.id(),
        kind: work.kind(),
        payload: work.payload(),
        wrote_at,
        at: now,
        said_at: said_at(work, now),
        ours: false,
        renamed: Some(people::renamed),
    });
}

/// When it was said, as far as it says so.
fn said_at(work: &Work, now: Timestamp) -> Timestamp {
    // What another app wrote orders no names.
    let orders = !matches!(work, Work::Elsewhere { .. });
    said(work).filter(|_| orders).map_or(now, |said| written(said, now))
}

/// When it was said. A change has no time of its own: it belongs to what it changes.
fn said(work: &Work) -> Option<Timestamp> {
    match work {
        Work::Change { .. } => None,
        work => work.inbound().map(|inbound| inbound.at),
    }
}

fn odd(clock: &Clock, integration: &Integration, reason: &str, raw: Vec<u8>, now: Timestamp) -> DeadLetter {
    let notice = Notice::DeliveryUnreadable { cause: reason.to_owned() };
    DeadLetter {
        part: chasqui_model::Part::of(integration.id),
        id: letter_id(integration.account, &raw),
        account: integration.account,
        integration: integration.id,
        contact: None,
        cause: reason.to_owned(),
        raw,
        at: now,
        seq: None,
        event: Some(notice::event(clock, integration, notice)),
    }
}

/// The same bytes are one letter of an account, however often Meta sends them: what somebody else was sent is not kept in
/// the place of it.
fn letter_id(account: Id<Account>, raw: &[u8]) -> [u8; 16] {
    let digest = Sha256::new().chain_update(account.bytes()).chain_update(raw).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

fn unreadable(rt: &Inner, entrance: &Number, body: &Bytes, now: Timestamp) -> Sorted {
    metrics::counter!("chasqui_deliveries_unreadable_total").increment(1);
    let letter = odd(&rt.clock, &entrance.integration, "not a webhook body", body.to_vec(), now);
    rt.changes.tell(entrance.integration.account, ChangeKind::Event, Some(entrance.integration.id), &"");
    Sorted { letters: vec![letter], ..Sorted::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_a_letter_of_each_account_that_was_sent_them() {
        let (one, other) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
        assert_eq!(letter_id(one, b"{"), letter_id(one, b"{"));
        assert_ne!(letter_id(one, b"{"), letter_id(other, b"{"));
        assert_ne!(letter_id(one, b"{"), letter_id(one, b"}"));
    }
}

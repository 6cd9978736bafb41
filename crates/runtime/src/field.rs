//! What Meta tells besides messages and statuses: templates, numbers, accounts, people's wishes, and who has a thread.
//! Turned into state and events before the delivery is answered, so that nothing of it is lost.

use chasqui_model::notice::Notice;
use std::sync::Arc;

use chasqui_model::contact::Contact;
use chasqui_model::conversation::Owner;
use chasqui_model::integration::Integration;
use chasqui_model::message::inbound::{Content, System};
use chasqui_model::message::{AliasKind, Inbound, Sender, is_forgotten};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::noun::template::TemplateChange;
use chasqui_whatsapp::webhook::{self, Choice, Preference, Tidings, Trace, UserIdUpdate};
use sha2::{Digest, Sha256};

use crate::registry::Number;
use crate::work::Work;
use crate::{Inner, care, notice, template, trace};

/// Something to be written down.
pub(crate) enum Fact {
    /// About an account, a number or a template.
    Tidings(Tidings),
    /// Somebody's wish about marketing.
    Preference(Preference),
    /// Nothing here acts on it; somebody is to know that it came.
    Trace(Trace),
    /// The number itself, digits: its owner saved it without asking Meta.
    Number(String),
}

/// Meta's code for a person who stopped a business's marketing.
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>
pub(crate) const NO_MARKETING: i64 = 131_050;

/// A field, understood.
#[derive(Default)]
pub(crate) struct Understood {
    pub(crate) facts: Vec<(Arc<Number>, Fact)>,
    pub(crate) work: Vec<ForMailbox>,
}

/// Work for a contact's mailbox.
pub(crate) struct ForMailbox {
    pub(crate) number: Arc<Number>,
    /// The same when Meta delivers it again.
    pub(crate) key: [u8; 16],
    pub(crate) sender: Sender,
    /// Names that the contact goes by from here on, in place of the sender's.
    pub(crate) also: Vec<(AliasKind, String)>,
    pub(crate) work: Work,
}

/// Reads a field that came in on `entrance`'s URL.
pub(crate) fn understand(
    rt: &Inner,
    entrance: &Arc<Number>,
    field: &str,
    phone_number_id: Option<&str>,
    business_account_id: Option<&str>,
    display: Option<&str>,
    value: &str,
) -> Understood {
    let mut it = Understood::default();
    // Without an id it is about the number whose callback it came to.
    let number = match phone_number_id {
        Some(_) => rt.registry.route(entrance, phone_number_id),
        None => Some(Arc::clone(entrance)),
    };
    match (field, number) {
        ("user_preferences", Some(number)) => {
            let all = webhook::preferences(value);
            it.facts.extend(all.into_iter().map(|one| (Arc::clone(&number), Fact::Preference(one))));
        }
        ("user_id_update", Some(number)) => {
            let all = webhook::user_id_updates(value).into_iter();
            it.work.extend(all.map(|one| renamed(&number, one)));
        }
        ("smb_message_echoes" | "message_echoes", Some(number)) => {
            it.work.extend(webhook::echoes(value).into_iter().map(|echo| {
                let key = key("echo", &echo.message.wamid);
                let (number, work) = (Arc::clone(&number), Work::Echo { inbound: echo.message });
                ForMailbox { number, key, sender: echo.to, also: vec![], work }
            }));
        }
        ("standby", Some(number)) => past_us(&mut it, &number, value),
        ("messaging_handovers", Some(number)) => {
            let all = webhook::handovers(value, &number.integration.credentials.app_id);
            it.work.extend(all.into_iter().enumerate().map(|(place, one)| {
                let webhook::Handover { sender, owner, role } = one;
                let ours = owner == Owner::Ours;
                let work = Work::Thread { ours, owner: (!ours).then_some(owner), role };
                let key = key("thread", &format!("{place} {value}"));
                ForMailbox { number: Arc::clone(&number), key, sender, also: vec![], work }
            }));
            if it.work.is_empty() {
                it.trace(&number, field, value);
            }
        }
        (_, number) => {
            if let Some(told) = webhook::tidings(field, value) {
                let named = number.clone().filter(|_| phone_number_id.is_some()).map(|number| vec![number]);
                let all =
                    named.unwrap_or_else(|| concerned(rt, entrance, business_account_id, display, &told));
                it.facts.extend(all.into_iter().map(|number| (number, Fact::Tidings(told.clone()))));
            } else if let Some(number) = number {
                it.trace(&number, field, value);
            }
        }
    }
    it
}

impl Understood {
    fn trace(&mut self, number: &Arc<Number>, field: &str, value: &str) {
        let all = webhook::traces(field, value).into_iter();
        self.facts.extend(all.map(|trace| (Arc::clone(number), Fact::Trace(trace))));
    }
}

/// What was said while another app has the thread. Each is taken once per field: the same message may come as one of ours,
/// too.
fn past_us(it: &mut Understood, number: &Arc<Number>, value: &str) {
    let webhook::Standby { messages, echoes } = webhook::standby(value);
    it.work.extend(messages.into_iter().map(|(sender, inbound)| {
        let key = key("standby", &inbound.wamid);
        let (number, from) = (Arc::clone(number), sender.clone());
        ForMailbox { number, key, sender: from, also: vec![], work: Work::Standby { inbound, sender } }
    }));
    it.work.extend(echoes.into_iter().map(|echo| {
        let key = key("standby_echo", &echo.message.wamid);
        let (number, work) = (Arc::clone(number), Work::Elsewhere { inbound: echo.message });
        ForMailbox { number, key, sender: echo.to, also: vec![], work }
    }));
}

fn renamed(number: &Arc<Number>, it: UserIdUpdate) -> ForMailbox {
    let (before, parent_user_id) = it.parent.unzip();
    let sender =
        Sender { wa_id: it.wa_id, user_id: Some(it.previous), parent_user_id: before, ..Sender::default() };
    let key = key("user_id", &it.current);
    let system = System::UserIdChanged { user_id: it.current.clone(), parent_user_id };
    let also = system.names();
    let content = Content::System(system);
    let wamid = format!("user_id.{}", it.current);
    let inbound = Inbound {
        wamid,
        at: it.at,
        content,
        reply_to: None,
        forwarded: false,
        frequently_forwarded: false,
        referral: None,
        product: None,
    };
    let (number, from) = (Arc::clone(number), sender.clone());
    ForMailbox { number, key, sender: from, also, work: Work::Message { inbound, sender } }
}

fn key(kind: &str, text: &str) -> [u8; 16] {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(text).finalize();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

/// The numbers of the same account and app that tidings are about: one when they name it, else all of the business
/// account.
fn concerned(
    rt: &Inner,
    entrance: &Arc<Number>,
    business_account_id: Option<&str>,
    display: Option<&str>,
    told: &Tidings,
) -> Vec<Arc<Number>> {
    let here = &entrance.integration;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted = display.map(digits).filter(|digits| !digits.is_empty());
    let one_number =
        matches!(told, Tidings::NumberQuality { .. } | Tidings::NumberName { .. } | Tidings::Security { .. });
    let phone = |number: &Number| number.integration.phone.display_phone_number.as_deref().map(digits);
    let all: Vec<_> = rt
        .registry
        .all()
        .into_iter()
        .filter(|number| {
            let there = &number.integration;
            let same = there.account == here.account && there.credentials.app_id == here.credentials.app_id;
            let account = business_account_id.is_none_or(|id| id == there.credentials.business_account_id);
            same && account
        })
        .collect();
    let mut all = if let Some(wanted) = wanted.filter(|_| one_number) {
        let (is_it, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|number| phone(number).as_ref() == Some(&wanted));
        // Nobody asked Meta yet which number these are: it may be any of them.
        let unknown = || others.into_iter().filter(|number| phone(number).is_none()).collect();
        if is_it.is_empty() { unknown() } else { is_it }
    } else {
        all
    };
    if all.is_empty() && !one_number {
        // A few are told of the business, whose id nobody here knows.
        all.push(Arc::clone(entrance));
    }
    all.sort_by_key(|number| number.integration.id);
    all
}

/// Writes facts down. Any failure is the whole delivery's: Meta sends it again.
pub(crate) async fn apply(rt: &Arc<Inner>, facts: Vec<(Arc<Number>, Fact)>) -> Result<(), Error> {
    for (number, fact) in facts {
        match fact {
            Fact::Tidings(told) => tell(rt, &number.integration, told).await?,
            Fact::Trace(trace) => trace::leave(rt, &number.integration, trace).await?,
            Fact::Number(digits) => learn(rt, &number, &digits).await?,
            Fact::Preference(one) => prefer(rt, &number.integration, one).await?,
        }
    }
    Ok(())
}

/// Remembers what a number is: notes about numbers name it so, and not by its id.
async fn learn(rt: &Arc<Inner>, number: &Number, digits: &str) -> Result<(), Error> {
    let it = &number.integration;
    let mut phone = it.phone.clone();
    phone.display_phone_number = Some(format!("+{digits}"));
    rt.store.set_phone(it.id, &phone).await?;
    rt.read_again(it.account, it.id).await
}

/// What a delivery tells of numbers that nobody asked Meta about.
pub(crate) fn learnt(
    rt: &Inner,
    entrance: &Arc<Number>,
    numbers: Vec<(String, String)>,
) -> Vec<(Arc<Number>, Fact)> {
    let one = |(id, digits): (String, String)| {
        let number = rt.registry.route(entrance, Some(&id))?;
        let unknown = number.integration.phone.display_phone_number.is_none() && !digits.is_empty();
        unknown.then_some((number, Fact::Number(digits)))
    };
    numbers.into_iter().filter_map(one).collect()
}

/// Remembers that a contact wants no marketing from a number: Meta said so when something was sent.
pub(crate) async fn opt_out(rt: &Inner, id: Id<Integration>, contact: Id<Contact>) -> Result<(), Error> {
    rt.store.set_opt_out(id, contact, true, "131050", rt.clock.now()).await
}

async fn prefer(rt: &Arc<Inner>, it: &Integration, one: Preference) -> Result<(), Error> {
    let out = match one.choice {
        Choice::Stop => true,
        Choice::Resume | Choice::Signup => false,
        Choice::Other(_) => return Ok(()),
    };
    if is_forgotten(one.at, rt.clock.now()) {
        let what = "wishes about marketing".to_owned();
        return trace::leave(rt, it, Trace { field: trace::TOO_OLD.to_owned(), what, code: None }).await;
    }
    let at = if one.at == Timestamp::EPOCH { rt.clock.now() } else { one.at };
    match rt.store.whose(it.id, &one.sender, at).await? {
        Some(contact) => rt.store.set_opt_out(it.id, contact, out, "user_preferences", at).await,
        None => Ok(()),
    }
}

async fn tell(rt: &Arc<Inner>, it: &Integration, told: Tidings) -> Result<(), Error> {
    let id = it.id;
    match &told {
        Tidings::TemplateStatus { name, language, status, reason } => {
            let change = TemplateChange::Status(status.clone(), reason.clone());
            template_changed(rt, id, name, language, &change).await?;
        }
        Tidings::TemplateQuality { name, language, quality } => {
            let change = TemplateChange::Quality(quality.clone());
            template_changed(rt, id, name, language, &change).await?;
        }
        Tidings::TemplateCategory { name, language, category, later: false } => {
            let change = TemplateChange::Category(category.clone());
            template_changed(rt, id, name, language, &change).await?;
        }
        Tidings::TemplateChanged { .. } => fetch_again(rt, id),
        Tidings::Limit { limit } | Tidings::NumberQuality { limit: Some(limit), .. } => {
            care::remember(rt, id, |_, watch| watch.messaging_limit = Some(limit.clone())).await?;
        }
        Tidings::NumberName { name: Some(name), decision, .. } if decision == "APPROVED" => {
            let mut phone = it.phone.clone();
            phone.verified_name = Some(name.clone());
            rt.store.set_phone(id, &phone).await?;
            rt.read_again(it.account, id).await?;
        }
        _ => {}
    }
    let event = notice::event(&rt.clock, it, news(told));
    rt.store.add_events(&[event]).await?;
    rt.tell_events(it);
    Ok(())
}

async fn template_changed(
    rt: &Arc<Inner>,
    id: Id<Integration>,
    name: &str,
    language: &str,
    change: &TemplateChange,
) -> Result<(), Error> {
    if !rt.store.change_template(id, name, language, change).await? {
        fetch_again(rt, id);
    }
    Ok(())
}

/// One that we do not know, or whose text changed: all are fetched.
fn fetch_again(rt: &Arc<Inner>, id: Id<Integration>) {
    let shared = Arc::clone(rt);
    rt.spawn(async move {
        if let Err(reason) = template::sync(&shared, id).await {
            tracing::warn!(integration = %id, reason = reason.code(), "templates could not be fetched");
        }
    });
}

/// What the owner is told.
fn news(told: Tidings) -> Notice {
    match told {
        Tidings::TemplateStatus { name, language, status, reason } => {
            Notice::TemplateStatus { name, language, status, reason }
        }
        Tidings::TemplateQuality { name, language, quality } => {
            Notice::TemplateQuality { name, language, quality }
        }
        Tidings::TemplateCategory { name, language, category, later } => {
            Notice::TemplateCategory { name, language, category, later }
        }
        Tidings::TemplateChanged { name, language } => Notice::TemplateChanged { name, language },
        Tidings::NumberQuality { event, limit } => Notice::NumberQuality { event, limit },
        Tidings::NumberName { decision, reason, .. } => Notice::NumberName { decision, reason },
        Tidings::Limit { limit } => Notice::MessagingLimit { limit },
        Tidings::Account { event, detail } => Notice::AccountUpdate { event, detail },
        Tidings::Review { decision } => Notice::AccountReview { decision },
        Tidings::Alert { severity, description } => Notice::AccountAlert { level: severity, description },
        Tidings::Security { event } => Notice::NumberSecurity { event },
    }
}

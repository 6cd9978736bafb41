//! What Meta tells besides messages and statuses: templates, numbers, accounts, people's wishes, and who has a thread.
//! Turned into state and events before the delivery is answered, so that nothing of it is lost.

use std::sync::Arc;

use chasqui_model::contact::Contact;
use chasqui_model::conversation::Owner;
use chasqui_model::integration::Integration;
use chasqui_model::message::inbound::{Content, System};
use chasqui_model::message::{AliasKind, Inbound, Sender, is_forgotten};
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_store::{Error, Store};
use chasqui_whatsapp::webhook::{
    About, AccountNews, Choice, Handover, News, Preference, Standby, Trace, TraceKind, UserIdUpdate, key_of,
};

use crate::account_news::{concerned, tell};
use crate::registry::{Number, Registry};
use crate::work::Work;
use crate::{Inner, trace};

/// Something to be written down.
#[derive(PartialEq)]
pub(crate) enum Fact {
    /// About an account, a number or a template.
    Account(AccountNews),
    /// Somebody's wish about marketing.
    Preference(Preference),
    /// Nothing here acts on it; somebody is to know that it came.
    Trace(Trace),
    /// The number itself, digits: its owner saved it without asking Meta.
    Number(String),
}

impl Fact {
    /// Something came that is older than the memory of what came.
    pub(crate) fn too_old(what: &str) -> Self {
        let field = trace::TOO_OLD.to_owned();
        Self::Trace(Trace { kind: TraceKind::Other, field, what: what.to_owned(), code: None })
    }
}

/// News, understood.
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

/// Reads news that came in on `entrance`'s URL.
pub(crate) fn understand(
    registry: &Registry,
    entrance: &Arc<Number>,
    about: &About,
    news: News,
) -> Understood {
    let mut it = Understood::default();
    let named = about.phone_number_id.as_deref();
    // Without an id it is about the number whose callback it came to.
    let number = match named {
        Some(_) => registry.route(entrance, named),
        None => Some(Arc::clone(entrance)),
    };
    match (news, number) {
        (News::Account(told), number) => {
            let one = number.filter(|_| named.is_some()).map(|number| vec![number]);
            let all = one.unwrap_or_else(|| concerned(registry, entrance, about, &told));
            it.facts.extend(all.into_iter().map(|number| (number, Fact::Account(told.clone()))));
        }
        // About a number that is not here.
        (_, None) => {}
        (News::Preferences(all), Some(number)) => {
            it.facts.extend(all.into_iter().map(|one| (Arc::clone(&number), Fact::Preference(one))));
        }
        (News::UserIds(all), Some(number)) => {
            it.work.extend(all.into_iter().map(|one| renamed(&number, one)));
        }
        (News::Echoes(all), Some(number)) => {
            it.work.extend(all.into_iter().map(|echo| {
                let key = key_of("echo", &echo.message.wamid);
                let (number, work) = (Arc::clone(&number), Work::Echo { inbound: echo.message });
                ForMailbox { number, key, sender: echo.to, also: vec![], work }
            }));
        }
        (News::Standby(said), Some(number)) => past_us(&mut it, &number, said),
        (News::Handovers(all), Some(number)) => {
            it.work.extend(all.into_iter().map(|one| moved(&number, one)));
        }
        (News::Traces(all), Some(number)) => {
            it.facts.extend(all.into_iter().map(|trace| (Arc::clone(&number), Fact::Trace(trace))));
        }
    }
    it
}

fn moved(number: &Arc<Number>, one: Handover) -> ForMailbox {
    let owner = one.owner(&number.integration.credentials.app_id);
    let Handover { sender, role, key, .. } = one;
    let ours = owner == Owner::Ours;
    let work = Work::Thread { ours, owner: (!ours).then_some(owner), role };
    ForMailbox { number: Arc::clone(number), key, sender, also: vec![], work }
}

/// What was said while another app has the thread. Each is taken once per field: the same message may come as one of ours,
/// too.
fn past_us(it: &mut Understood, number: &Arc<Number>, said: Standby) {
    let Standby { messages, echoes } = said;
    it.work.extend(messages.into_iter().map(|(sender, inbound)| {
        let key = key_of("standby", &inbound.wamid);
        let (number, from) = (Arc::clone(number), sender.clone());
        ForMailbox { number, key, sender: from, also: vec![], work: Work::Standby { inbound, sender } }
    }));
    it.work.extend(echoes.into_iter().map(|echo| {
        let key = key_of("standby_echo", &echo.message.wamid);
        let (number, work) = (Arc::clone(number), Work::Elsewhere { inbound: echo.message });
        ForMailbox { number, key, sender: echo.to, also: vec![], work }
    }));
}

fn renamed(number: &Arc<Number>, it: UserIdUpdate) -> ForMailbox {
    let (before, parent_user_id) = it.parent.unzip();
    let sender =
        Sender { wa_id: it.wa_id, user_id: Some(it.previous), parent_user_id: before, ..Sender::default() };
    let key = key_of("user_id", &it.current);
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

/// Writes facts down. Any failure is the whole delivery's: Meta sends it again.
pub(crate) async fn apply(rt: &Arc<Inner>, facts: Vec<(Arc<Number>, Fact)>) -> Result<(), Error> {
    for (number, fact) in facts {
        match fact {
            Fact::Account(told) => tell(rt, &number.integration, told).await?,
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
    registry: &Registry,
    entrance: &Arc<Number>,
    numbers: Vec<(String, String)>,
) -> Vec<(Arc<Number>, Fact)> {
    let one = |(id, digits): (String, String)| {
        let number = registry.route(entrance, Some(&id))?;
        let unknown = number.integration.phone.display_phone_number.is_none() && !digits.is_empty();
        unknown.then_some((number, Fact::Number(digits)))
    };
    numbers.into_iter().filter_map(one).collect()
}

/// Remembers that a contact wants no marketing from a number: Meta said so when something was sent.
pub(crate) async fn opt_out(
    store: &Store,
    clock: &Clock,
    id: Id<Integration>,
    contact: Id<Contact>,
) -> Result<(), Error> {
    store.set_opt_out(id, contact, true, "131050", clock.now()).await
}

async fn prefer(rt: &Arc<Inner>, it: &Integration, one: Preference) -> Result<(), Error> {
    let out = match one.choice {
        Choice::Stop => true,
        Choice::Resume | Choice::Signup => false,
        Choice::Other(_) => return Ok(()),
    };
    if is_forgotten(one.at, rt.clock.now()) {
        let what = "wishes about marketing".to_owned();
        return trace::leave(
            rt,
            it,
            Trace { kind: TraceKind::Other, field: trace::TOO_OLD.to_owned(), what, code: None },
        )
        .await;
    }
    let at = if one.at == Timestamp::EPOCH { rt.clock.now() } else { one.at };
    match rt.store.whose(it.id, &one.sender, at).await? {
        Some(contact) => rt.store.set_opt_out(it.id, contact, out, "user_preferences", at).await,
        None => Ok(()),
    }
}

//! What Meta tells of accounts, numbers and templates: what is known of them changes, and their owner is told.

use std::sync::Arc;

use chasqui_model::Id;
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::state::Decision;
use chasqui_store::Error;
use chasqui_store::noun::template::TemplateChange;
use chasqui_whatsapp::webhook::{About, AccountNews};

use crate::registry::{Number, Registry};
use crate::remember::remember;
use crate::{Inner, notice, template};

/// The numbers of the same account and app that news are about: one when they name it, else all of the business
/// account.
pub(crate) fn concerned(
    registry: &Registry,
    entrance: &Arc<Number>,
    about: &About,
    told: &AccountNews,
) -> Vec<Arc<Number>> {
    let here = &entrance.integration;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted = about.display_phone_number.as_deref().map(digits).filter(|digits| !digits.is_empty());
    let one_number = matches!(
        told,
        AccountNews::NumberQuality { .. } | AccountNews::NumberName { .. } | AccountNews::Security { .. }
    );
    let phone = |number: &Number| number.integration.phone.display_phone_number.as_deref().map(digits);
    let all: Vec<_> = registry
        .all()
        .into_iter()
        .filter(|number| {
            let there = &number.integration;
            let same = there.account == here.account && there.credentials.app_id == here.credentials.app_id;
            let account = about
                .business_account_id
                .as_deref()
                .is_none_or(|id| id == there.credentials.business_account_id);
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

/// Takes up what Meta told, and tells the number's owner.
pub(crate) async fn tell(rt: &Arc<Inner>, it: &Integration, told: AccountNews) -> Result<(), Error> {
    let id = it.id;
    match &told {
        AccountNews::TemplateStatus { name, language, status, reason } => {
            let change = TemplateChange::Status(status.clone(), reason.clone());
            template_changed(rt, id, name, language, &change).await?;
        }
        AccountNews::TemplateQuality { name, language, quality } => {
            let change = TemplateChange::Quality(quality.clone());
            template_changed(rt, id, name, language, &change).await?;
        }
        AccountNews::TemplateCategory { name, language, category, later: false } => {
            let change = TemplateChange::Category(category.clone());
            template_changed(rt, id, name, language, &change).await?;
        }
        AccountNews::TemplateChanged { .. } => fetch_again(rt, id),
        AccountNews::Limit { limit } | AccountNews::NumberQuality { limit: Some(limit), .. } => {
            remember(rt, id, |_, watch| watch.messaging_limit = Some(limit.clone())).await?;
        }
        AccountNews::NumberName { name: Some(name), decision, .. } if *decision == Decision::Approved => {
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
fn news(told: AccountNews) -> Notice {
    match told {
        AccountNews::TemplateStatus { name, language, status, reason } => {
            Notice::TemplateStatus { name, language, status, reason }
        }
        AccountNews::TemplateQuality { name, language, quality } => {
            Notice::TemplateQuality { name, language, quality }
        }
        AccountNews::TemplateCategory { name, language, category, later } => {
            Notice::TemplateCategory { name, language, category, later }
        }
        AccountNews::TemplateChanged { name, language } => Notice::TemplateChanged { name, language },
        AccountNews::NumberQuality { event, limit } => Notice::NumberQuality { event, limit },
        AccountNews::NumberName { decision, reason, .. } => Notice::NumberName { decision, reason },
        AccountNews::Limit { limit } => Notice::MessagingLimit { limit },
        AccountNews::Account { event, detail } => Notice::AccountUpdate { event, detail },
        AccountNews::Review { decision } => Notice::AccountReview { decision },
        AccountNews::Alert { severity, description } => Notice::AccountAlert { level: severity, description },
        AccountNews::Security { event } => Notice::NumberSecurity { event },
    }
}

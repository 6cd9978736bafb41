//! What follows from what delivering finds out: the one place that acts on it.

use std::pin::Pin;
use std::sync::Arc;

use chasqui_model::Id;
use chasqui_model::event::Event;
use chasqui_model::integration::{Health, Integration};
use chasqui_model::notice::Notice;
use chasqui_model::reason::Reason;
use chasqui_store::lease::News;

use crate::deliver::Fact;
use crate::{Inner, care, news, notice};

/// Acts on a fact. What cannot be done is told and holds nobody up.
pub(crate) fn act_on(rt: &Arc<Inner>, fact: Fact) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
    Box::pin(async move {
        match fact {
            Fact::NumberFailing { number, code, why } => number_fails(rt, number, code, why).await,
            Fact::TokenRefused { number } => care::send_refused(rt, number).await,
            Fact::OptedOut { number, contact } => {
                if let Err(error) = news::opt_out(&rt.store, &rt.clock, number, contact).await {
                    tracing::error!(integration = %number, %error, "a wish for no marketing could not be kept");
                }
            }
            Fact::Works { number } => works_again(rt, number),
        }
    })
}

/// A number that was failing has sent something. Nobody waits for that to be known.
fn works_again(rt: &Arc<Inner>, id: Id<Integration>) {
    let shared = Arc::clone(rt);
    rt.spawn(async move {
        if let Err(error) = care::works(&shared, id).await {
            tracing::error!(integration = %id, %error, "a number that works again could not be marked");
        }
    });
}

/// A number cannot send: writes that down once, with the event that says what to do.
async fn number_fails(rt: &Inner, id: Id<Integration>, code: Option<i64>, why: Reason) {
    let current = rt.registry.get(id);
    let Some(current) = current.filter(|current| current.integration.health != Health::Failing) else {
        return;
    };
    let mut integration = current.integration.clone();
    integration.health = Health::Failing;
    let notice = Notice::NumberCannotSend { why: why.clone() };
    let mut event: Event = notice::event(&rt.clock, &integration, notice);
    event.graph_code = code;
    let told = rt.store.set_health(integration.id, Health::Failing, Some(&why), Some(&event)).await;
    integration.health_reason = Some(why);
    match told {
        Ok(()) => {
            rt.registry.put(integration, &rt.graph);
            rt.tell_integration(&current.integration);
            let told = &current.integration;
            rt.tell_others(News::Integration(told.account, told.id));
        }
        Err(error) => {
            tracing::error!(integration = %integration.id, %error, "a failing number could not be marked");
        }
    }
}

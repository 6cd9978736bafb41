//! What cannot be read of an integration. Nothing is guessed: until it is entered again, deliveries
//! that cannot be judged are refused, so that Meta repeats them, and nothing is sent.

use chasqui_model::integration::{Damaged, Integration};
use chasqui_model::reason::Reason;

/// Why it does not work. `None`: nothing is damaged.
pub(crate) fn reason(it: &Integration) -> Option<Reason> {
    it.damaged.first().map(|part| Reason::Damaged { part: *part })
}

/// Whether deliveries cannot be judged, or must not be answered as if nobody had chosen anything.
pub(crate) fn refuses(it: &Integration) -> bool {
    it.damaged.iter().any(|damaged| match damaged {
        Damaged::AppSecret | Damaged::Settings => true,
        Damaged::AccessToken | Damaged::VerifyToken | Damaged::Version => false,
    })
}

/// Whether no secret of any integration can be read: then it is the key that is wrong, and not they.
pub(crate) fn all_lost(all: &[Integration]) -> bool {
    let lost = |it: &Integration| {
        let it = &it.credentials;
        it.app_secret.is_lost() && it.access_token.is_lost() && it.verify_token.is_lost()
    };
    !all.is_empty() && all.iter().all(lost)
}

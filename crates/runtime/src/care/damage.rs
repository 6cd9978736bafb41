//! What cannot be read of an integration, in words for its owner. Nothing is guessed: until it is entered again, deliveries
//! that cannot be judged are refused, so that Meta repeats them, and nothing is sent.

use chasqui_model::integration::{Damaged, Integration};

/// Why it does not work, and what to enter again. `None`: nothing is damaged.
pub(crate) fn reason(it: &Integration) -> Option<&'static str> {
    it.damaged.first().map(|damaged| match damaged {
        Damaged::AppSecret => {
            "The app secret is damaged in the database and cannot be read. Enter it again. Until then deliveries are refused, \
             and Meta sends them again."
        }
        Damaged::AccessToken => {
            "The access token is damaged in the database and cannot be read. Enter it again. Until then messages wait."
        }
        Damaged::VerifyToken => {
            "The verify token is damaged in the database and cannot be read. Enter it again, here and at Meta."
        }
        Damaged::Version => {
            "The version of the Graph API is damaged in the database and cannot be read. Choose it again. Until then messages \
             wait."
        }
        Damaged::Settings => {
            "The settings are damaged in the database and cannot be read. Check all of them and save. Until then deliveries are \
             refused, and Meta sends them again."
        }
    })
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

//! The mail server.

use anyhow::{Result, bail};
use chasqui_model::email;
use chasqui_model::secret::Secret;
use chasqui_runtime::mail::Server;

/// The mail server of the options; `None` when none is named.
pub fn mail(url: Option<Secret>, from: Option<String>) -> Result<Option<Server>> {
    match (url, from) {
        (Some(url), Some(from)) => {
            let known = ["smtp://", "smtps://"].iter().any(|scheme| url.expose().starts_with(scheme));
            if !known {
                bail!(
                    "--smtp-url is not an address such as smtp://user:password@mail.example.com:587?tls=required"
                );
            }
            if !email::is_sender(&from) {
                bail!("--mail-from is not a sender such as \"Chasqui <bots@example.com>\": {from}");
            }
            Ok(Some(Server { url, from }))
        }
        (None, _) => Ok(None),
        (Some(_), None) => bail!("--smtp-url needs --mail-from: whom mails come from"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_needs_a_server_and_a_sender() {
        let url = || Some(Secret::new("smtp://mail.example.com"));
        let from = || Some("Chasqui <bots@example.com>".to_owned());
        assert!(mail(None, from()).unwrap().is_none());
        assert!(mail(url(), from()).unwrap().is_some());
        assert!(mail(url(), None).unwrap_err().to_string().contains("--mail-from"));
        for none in ["bots", "bots@", "Chasqui <bots@example.com", "a@b.example, c@d.example"] {
            assert!(mail(url(), Some(none.into())).is_err(), "{none}");
        }
        assert!(mail(Some(Secret::new("http://x")), from()).is_err());
    }
}

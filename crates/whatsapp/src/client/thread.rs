//! Who answers in a thread: taking it, passing it on, letting it go.

use serde::Serialize;

use super::call::CallError;
use super::{Client, Number};
use crate::message::Recipient;

/// The longest note that goes with it.
pub const LONGEST_METADATA: usize = 2_000;

/// What is to become of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// It is to be ours. Only the number's escalation partner may.
    Take,
    /// Somebody else is to have it: who has this role, else the escalation partner.
    Pass {
        /// `ai_agent` and others.
        role: Option<String>,
    },
    /// Nobody is to have it until the contact writes.
    Release,
}

#[derive(Serialize)]
struct Body<'a> {
    messaging_product: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control_pass: Option<Target<'a>>,
}

#[derive(Serialize)]
struct Target<'a> {
    target_role: &'a str,
}

impl Client {
    /// Says who is to answer somebody. Repeatable. `metadata`: a note for the next owner, at most
    /// [`LONGEST_METADATA`] characters.
    pub async fn control_thread(
        &self,
        number: &Number,
        with: &Recipient<'_>,
        control: &Control,
        metadata: Option<&str>,
    ) -> Result<(), CallError> {
        let (action, role) = match control {
            Control::Take => ("take", None),
            Control::Pass { role } => ("pass", role.as_deref()),
            Control::Release => ("release", None),
        };
        let body = Body {
            messaging_product: "whatsapp",
            to: with.to,
            recipient: with.user_id.filter(|_| with.to.is_none()),
            action,
            metadata,
            control_pass: role.map(|target_role| Target { target_role }),
        };
        let url = number.access.url(&[&number.id, "thread_control"], &[]);
        // The answer names the product and nothing else.
        self.post_json(&number.access, url, &body).await?.take(|_| Some(()))
    }
}

//! Who answers a person, where more than one may: the thread's owner, and the roles that decide it.

use std::time::Duration;

use chasqui_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::chat::Chat;

/// A thread is idle again after the person's silence of this time.
const IDLE_AFTER: Duration = Duration::from_hours(24);

/// A role that a responder of a number has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ordinary new conversations.
    CustomerService,
    /// Answers to marketing templates.
    Marketing,
    /// Answers to utility templates.
    Utility,
    /// Conversations from ads.
    Ctwa,
    /// Calls.
    Calls,
    /// Meta's own agent.
    AiAgent,
    /// What the agent hands over; may take.
    Escalation,
}

/// The routing of a number, as `POST /_sim/businesses` describes it. Without any, everything comes to us.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoutingSpec {
    /// Our own roles.
    pub roles: Vec<Role>,
    /// Copies of what others handle come on `standby`.
    pub standby: bool,
    /// Meta's agent answers what nobody else has a role for; otherwise another partner does.
    pub agent: bool,
}

impl RoutingSpec {
    pub(crate) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Who gets a conversation that begins.
    pub(crate) fn first(&self, from_ad: bool) -> Owner {
        let role = if from_ad { Role::Ctwa } else { Role::CustomerService };
        match (self.has(role), self.agent) {
            (true, _) => Owner::Ours,
            (false, true) => Owner::AiAgent,
            (false, false) => Owner::Partner,
        }
    }
}

/// Who has a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Owner {
    /// The app that we stand in for Meta to.
    Ours,
    /// Meta's agent.
    AiAgent,
    /// Another partner, or a person who works with one.
    Partner,
}

impl Owner {
    /// Its role, as webhooks name it.
    pub(crate) fn role(self, routing: &RoutingSpec) -> Role {
        match self {
            Self::AiAgent => Role::AiAgent,
            Self::Partner => Role::CustomerService,
            Self::Ours if routing.has(Role::Escalation) => Role::Escalation,
            Self::Ours => routing.roles.first().copied().unwrap_or(Role::CustomerService),
        }
    }
}

impl Chat {
    /// Who has the thread; `None` when it is idle.
    pub(crate) fn owner(&self, now: Timestamp) -> Option<Owner> {
        let awake = self.last_inbound_at.is_some_and(|last| now.since(last) < IDLE_AFTER);
        self.owner.filter(|_| awake)
    }
}

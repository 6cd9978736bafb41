//! `jump`: goes on at another node, or starts another bot.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Behaviour, Next, Port, Start};
use crate::definition::Node;
use crate::fuel::cost;
use crate::path::{Path, descend};
use crate::setting::Setting;
use crate::step::{Failure, Turn, size_of};
use crate::validate::Check;

/// Goes on at another node, or starts another bot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Jump {
    /// The node to go on at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Or the bot to start (`bot_…`): its published version of that moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot: Option<String>,
    /// The variables that the other bot begins with.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub variables: IndexMap<String, Setting>,
    /// Come back, and on by `next`, when the other bot ends.
    #[serde(rename = "return", skip_serializing_if = "std::ops::Not::not")]
    pub returns: bool,
    /// What to take back: variable here → path there.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub save_as: IndexMap<String, String>,
}

impl Behaviour for Jump {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let Some(bot) = &self.bot else {
            return match self.to.as_deref().and_then(|to| turn.position(to)) {
                Some(node) => Next::Node(node),
                None => {
                    Next::Fail(Failure::new("node_missing", "A jump leads to a node that does not exist."))
                }
            };
        };
        let Some(flow) = turn.library().resolve(bot) else {
            return Next::Fail(Failure::new(
                "bot_missing",
                "A jump leads to a bot that is not published or not there.",
            ));
        };
        let variables: Map<String, Value> =
            self.variables.iter().map(|(name, value)| (name.clone(), turn.value(value))).collect();
        turn.detail(format!("started {}", flow.bot));
        Next::Start(Start { flow, variables, returns: self.returns })
    }

    fn returned(&self, turn: &mut Turn<'_>, variables: &Map<String, Value>) -> Next {
        for (name, path) in &self.save_as {
            turn.fuel.burn(cost::PHRASE);
            let path = Path::parse(path);
            let found = path.as_ref().and_then(|path| descend(variables.get(path.name())?, path.segments()));
            let value = found.filter(|value| turn.fuel.burn_for(size_of(value), cost::CLONE)).cloned();
            match value {
                Some(value) => turn.save(name, value),
                None => turn.warn(format!("the other bot has no value for `{name}`")),
            }
        }
        Next::port("next")
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        if self.bot.is_some() && self.returns { vec![Port::required("next")] } else { Vec::new() }
    }

    fn check(&self, check: &mut Check<'_>) {
        match (&self.to, &self.bot) {
            (Some(to), None) => {
                if check.definition().node(to).is_none() {
                    check.error("unknown_target", "to", &format!("there is no node `{to}`"));
                }
                if self.returns || !self.variables.is_empty() || !self.save_as.is_empty() {
                    let message = "`variables`, `return` and `save_as` belong to a jump to another bot";
                    check.error("invalid_value", "to", message);
                }
            }
            (None, Some(bot)) => {
                if bot.parse::<chasqui_model::Id<chasqui_model::bot::Bot>>().is_err() {
                    check.error("invalid_bot", "bot", "the id of a bot, `bot_…`");
                }
            }
            (None, None) => check.error("missing_field", "to", "give `to` (a node) or `bot`"),
            (Some(_), Some(_)) => check.error("invalid_value", "bot", "give either `to` or `bot`, not both"),
        }
        for (name, value) in &self.variables {
            check.variable_name(&format!("variables.{name}"), name);
            value.check(check, &format!("variables.{name}"));
        }
        for (name, path) in &self.save_as {
            let field = format!("save_as.{name}");
            check.saves(&field, Some(name));
            if Path::parse(path).is_none_or(|path| path.is_system()) {
                check.error("invalid_path", &field, "a variable of the other bot, for example `order.id`");
            }
        }
        if !self.returns && !self.save_as.is_empty() {
            check.error("invalid_value", "save_as", "only a bot that returns can give something back");
        }
    }

    fn rests(&self) -> bool {
        false
    }

    fn jumps_to(&self) -> Option<&str> {
        self.to.as_deref()
    }

    fn starts(&self) -> Option<&str> {
        self.bot.as_deref()
    }
}

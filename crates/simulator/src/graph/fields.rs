//! The parameter `fields`: only what was asked for comes back, and a field that a node does not have is refused.

use serde_json::{Map, Value};

use super::error::Refusal;

/// A kind of node: its name in refusals, what comes without being asked for, and what else there is.
pub(super) struct Node {
    pub(super) name: &'static str,
    pub(super) default: &'static [&'static str],
    pub(super) further: &'static [&'static str],
}

impl Node {
    /// The fields that are wanted, out of all that have a value. The id always comes.
    pub(super) fn pick(&self, all: &Value, wanted: Option<&str>) -> Result<Value, Refusal> {
        let names: Vec<&str> = match wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) {
            None => self.default.to_vec(),
            Some(wanted) => names(wanted),
        };
        let mut answer = Map::new();
        for name in names.into_iter().chain(["id"]) {
            if !self.default.contains(&name) && !self.further.contains(&name) && name != "id" {
                let why = format!("Tried accessing nonexisting field ({name}) on node type ({})", self.name);
                return Err(Refusal::parameter(why));
            }
            if let Some(value) = all.get(name).filter(|value| !value.is_null()) {
                answer.insert(name.to_owned(), value.clone());
            }
        }
        Ok(Value::Object(answer))
    }
}

/// The names of a list, without what stands behind them: `a.limit(3){b,c},d` names `a` and `d`.
fn names(list: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = list.split(|c: char| {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    let name = |part: &'_ str| part.find(['.', '(', '{']).map_or(part.len(), |end| end);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(|part| part[..name(part)].trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn what_stands_behind_a_name_is_no_name() {
        let list =
            "id, name,pricing_analytics.start(1).dimensions([A,B]).granularity(DAILY),phone_numbers{id,x}";
        assert_eq!(names(list), ["id", "name", "pricing_analytics", "phone_numbers"]);
    }
}

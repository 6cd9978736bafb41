//! What a conversation's variables may be, for whoever sets them from outside. Inside, each save is checked.

use serde_json::{Map, Value};

use crate::definition::is_shallow;
use crate::step::{MAX_VALUE_DEPTH, MAX_VARIABLES, size_of_map};

/// Why variables cannot be a conversation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// They are larger than [`MAX_VARIABLES`].
    Large,
    /// A value lies deeper than lists and objects may.
    Deep,
}

/// Checks variables that a conversation is to begin with.
pub fn check_variables(variables: &Map<String, Value>) -> Result<(), TooMuch> {
    if !variables.values().all(|value| is_shallow(value, MAX_VALUE_DEPTH)) {
        return Err(TooMuch::Deep);
    }
    if size_of_map(variables) > MAX_VARIABLES {
        return Err(TooMuch::Large);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(value: Value) -> Map<String, Value> {
        Map::from_iter([("v".to_owned(), value)])
    }

    #[test]
    fn variables_fit_up_to_the_last_byte() {
        // Braces, the name with its signs, the quotes.
        let room = MAX_VARIABLES - 2 - (1 + 4) - 2;
        assert_eq!(check_variables(&one("x".repeat(room).into())), Ok(()));
        assert_eq!(check_variables(&one("x".repeat(room + 1).into())), Err(TooMuch::Large));
        let many = (0..20_000).map(|at| (format!("name{at}"), json!(1))).collect();
        assert_eq!(check_variables(&many), Err(TooMuch::Large), "small ones add up");
        assert_eq!(check_variables(&Map::new()), Ok(()));
    }

    #[test]
    fn variables_are_no_deeper_than_what_a_bot_may_save() {
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(check_variables(&one(nested(MAX_VALUE_DEPTH - 1))), Ok(()));
        assert_eq!(check_variables(&one(nested(MAX_VALUE_DEPTH + 1))), Err(TooMuch::Deep));
    }
}

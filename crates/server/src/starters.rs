//! The bots that ship with the product, to begin with. Each is complete and has flow tests.

use chasqui_flow::Definition;

/// A complete bot.
pub(crate) struct Starter {
    /// Which, with its language.
    pub(crate) id: &'static str,
    /// `en` or `de`.
    pub(crate) language: &'static str,
    /// What it does, in its language.
    pub(crate) about: &'static str,
    /// The bot file.
    source: &'static str,
}

/// In the order in which they are offered.
pub(crate) const ALL: &[Starter] = &[Starter {
    id: "menu-en",
    language: "en",
    about: "Asks the name, offers three buttons, repeats the choice. The smallest bot that is worth a look.",
    source: include_str!("../starters/menu.json"),
}];

/// The starter with this id.
pub(crate) fn find(id: &str) -> Option<&'static Starter> {
    ALL.iter().find(|starter| starter.id == id)
}

impl Starter {
    /// The bot.
    #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads each")]
    pub(crate) fn definition(&self) -> Definition {
        Definition::parse(self.source).expect("a starter can be read")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chasqui_flow::{Flow, FlowKey, Library, run_tests};

    use super::ALL;

    struct Alone;

    impl Library for Alone {
        fn flow(&self, _: &FlowKey) -> Option<Arc<Flow>> {
            None
        }

        fn resolve(&self, _: &str) -> Option<FlowKey> {
            None
        }
    }

    #[test]
    fn every_starter_is_finished_and_passes_its_tests() {
        for starter in ALL {
            let definition = starter.definition();
            assert_eq!(definition.settings.language, starter.language, "{}", starter.id);
            assert!(!definition.tests.is_empty(), "{} has no tests", starter.id);
            let flow = Flow::compile(definition).map_err(|problems| format!("{}: {problems:?}", starter.id));
            for result in run_tests(&Alone, &Arc::new(flow.unwrap_or_else(|problem| panic!("{problem}")))) {
                assert!(result.passed, "{}: {}: {:?}", starter.id, result.name, result.failure);
            }
        }
    }
}

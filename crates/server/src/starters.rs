//! The bots that ship with the product, to begin with. Each is complete and has flow tests.

use chasqui_flow::Definition;

/// A complete bot.
#[derive(Debug)]
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

/// Where the files say that the example shop is.
const SHOP: &str = "http://127.0.0.1:9090/_sim/shop";

/// In the order in which they are offered.
pub(crate) const ALL: &[Starter] = &[
    Starter {
        id: "menu-en",
        language: "en",
        about: "Asks the name, offers three buttons, repeats the choice. The smallest bot that is worth a look.",
        source: include_str!("../starters/menu.en.json"),
    },
    Starter {
        id: "support-en",
        language: "en",
        about: "Answers what is asked most, takes complaints with photos, and hands over to people.",
        source: include_str!("../starters/support.en.json"),
    },
    Starter {
        id: "orders-en",
        language: "en",
        about: "Asks for an order's number, looks it up at the shop, and says where the parcel is.",
        source: include_str!("../starters/orders.en.json"),
    },
    Starter {
        id: "appointments-en",
        language: "en",
        about: "Shows the free times of a day, books one, and cancels by number.",
        source: include_str!("../starters/appointments.en.json"),
    },
    Starter {
        id: "information-en",
        language: "en",
        about: "Topics in a list, questions in one's own words, and a leaflet to keep.",
        source: include_str!("../starters/information.en.json"),
    },
    Starter {
        id: "survey-en",
        language: "en",
        about: "Five questions that depend on the answers. What was answered comes out as CSV.",
        source: include_str!("../starters/survey.en.json"),
    },
    Starter {
        id: "notifications-en",
        language: "en",
        about: "Tells of changes by a template, and stops when nobody wants to hear of them.",
        source: include_str!("../starters/notifications.en.json"),
    },
    Starter {
        id: "shop-en",
        language: "en",
        about: "Shows a catalogue from the shop, fills a cart, and places the order.",
        source: include_str!("../starters/shop.en.json"),
    },
    Starter {
        id: "menu-de",
        language: "de",
        about: "Fragt nach dem Namen, bietet drei Knöpfe an, wiederholt die Wahl. Der kleinste Bot, der einen Blick lohnt.",
        source: include_str!("../starters/menu.de.json"),
    },
    Starter {
        id: "support-de",
        language: "de",
        about: "Beantwortet die häufigsten Fragen, nimmt Reklamationen mit Fotos auf und übergibt an Menschen.",
        source: include_str!("../starters/support.de.json"),
    },
    Starter {
        id: "orders-de",
        language: "de",
        about: "Fragt nach der Bestellnummer, sieht im Laden nach und sagt, wo das Paket ist.",
        source: include_str!("../starters/orders.de.json"),
    },
    Starter {
        id: "appointments-de",
        language: "de",
        about: "Zeigt die freien Zeiten eines Tages, bucht eine und sagt mit der Nummer wieder ab.",
        source: include_str!("../starters/appointments.de.json"),
    },
    Starter {
        id: "information-de",
        language: "de",
        about: "Themen in einer Liste, Fragen in eigenen Worten und ein Merkblatt zum Behalten.",
        source: include_str!("../starters/information.de.json"),
    },
    Starter {
        id: "survey-de",
        language: "de",
        about: "Fünf Fragen, die von den Antworten abhängen. Die Antworten gibt es als CSV.",
        source: include_str!("../starters/survey.de.json"),
    },
    Starter {
        id: "notifications-de",
        language: "de",
        about: "Meldet Änderungen mit einer Vorlage und hört auf, wenn es niemand mehr möchte.",
        source: include_str!("../starters/notifications.de.json"),
    },
    Starter {
        id: "shop-de",
        language: "de",
        about: "Zeigt den Katalog des Ladens, füllt einen Warenkorb und gibt die Bestellung auf.",
        source: include_str!("../starters/shop.de.json"),
    },
];

/// The starter with this id.
pub(crate) fn find(id: &str) -> Option<&'static Starter> {
    ALL.iter().find(|starter| starter.id == id)
}

impl Starter {
    /// The bot. It asks the example shop beside the phone at `phone_url`; without one, where `chasqui simulator` has it.
    #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads each")]
    pub(crate) fn definition(&self, phone_url: Option<&str>) -> Definition {
        let shop = phone_url.map(|url| format!("{}/_sim/shop", url.trim_end_matches("/phone")));
        let source = self.source.replace(SHOP, shop.as_deref().unwrap_or(SHOP));
        Definition::parse(&source).expect("a starter can be read")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use chasqui_flow::definition::{Action, Test};
    use chasqui_flow::{Alone, Definition, Flow, Happening, Rehearsal, run_tests, validate};

    use super::ALL;

    /// The ways that a test takes: node and port.
    fn taken(definition: &Definition, test: &Test) -> BTreeSet<(String, String)> {
        let flow = Arc::new(Flow::rehearse(definition.clone(), test.start.as_deref()).unwrap());
        let mut rehearsal = Rehearsal::new(&flow, test);
        let looks = |it: &&Action| {
            matches!(it, Action::Bot(_) | Action::Variable(_) | Action::Ended(_) | Action::HandedOff(_))
        };
        for action in test.steps.iter().filter(|action| !looks(action)) {
            rehearsal.act(&Alone, action).unwrap();
        }
        let turns = rehearsal.log().iter().filter_map(|it| match it {
            Happening::Turn { trace, .. } => Some(trace),
            _ => None,
        });
        let visits = turns.flat_map(|trace| &trace.visits);
        visits.map(|visit| (visit.node.clone(), visit.port.clone().unwrap_or_default())).collect()
    }

    #[test]
    fn every_starter_is_finished_and_passes_its_tests() {
        for starter in ALL {
            let definition = starter.definition(None);
            assert_eq!(definition.settings.language, starter.language, "{}", starter.id);
            assert!(!definition.tests.is_empty(), "{} has no tests", starter.id);
            assert_eq!(validate(&definition), [], "{}", starter.id);
            let flow = Flow::compile(definition).unwrap();
            for result in run_tests(&Alone, &Arc::new(flow)) {
                assert!(result.passed, "{}: {}: {:?}", starter.id, result.name, result.failure);
            }
        }
    }

    #[test]
    fn the_tests_of_a_starter_take_every_way() {
        for starter in ALL.iter().filter(|starter| !starter.id.starts_with("menu-")) {
            let definition = starter.definition(None);
            let taken: BTreeSet<_> =
                definition.tests.iter().flat_map(|test| taken(&definition, test)).collect();
            for node in &definition.nodes {
                assert!(
                    taken.iter().any(|(id, _)| *id == node.id),
                    "{}: {} is never reached",
                    starter.id,
                    node.id
                );
                for port in node.ports.keys() {
                    let way = (node.id.clone(), port.clone());
                    assert!(taken.contains(&way), "{}: {} is never left by {port}", starter.id, node.id);
                }
            }
        }
    }

    #[test]
    fn both_languages_of_a_starter_are_drawn_alike() {
        let english = ALL.iter().filter(|starter| starter.language == "en");
        for one in english {
            let name = one.id.trim_end_matches("-en");
            let other = super::find(&format!("{name}-de")).unwrap_or_else(|| panic!("{name} has no German"));
            let ways = |definition: &Definition| -> Vec<_> {
                definition
                    .nodes
                    .iter()
                    .map(|node| (node.id.clone(), node.component.kind(), node.ports.clone()))
                    .collect()
            };
            assert_eq!(ways(&one.definition(None)), ways(&other.definition(None)), "{name}");
        }
    }

    #[test]
    fn a_demos_starter_asks_the_shop_beside_its_phone() {
        let shop = super::find("shop-en").unwrap().definition(Some("http://127.0.0.1:4711/phone"));
        let text = shop.to_json().to_string();
        assert!(text.contains("http://127.0.0.1:4711/_sim/shop") && !text.contains(":9090"));
    }
}

//! Conversations with a bot that is not in service: the flow tests of a bot file, and the chat of the test mode. The same
//! steps as in production; the answers of the world come from the test, or from whoever holds the rehearsal.

mod canned;
mod log;
mod phone;
mod session;
mod stage;

pub use log::{Happening, How};
pub use session::Rehearsal;
pub use stage::SAMPLE_FILE;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::bounds::check_variables;
use crate::context::Library;
use crate::definition::{Action, Expected, Test, With};
use crate::effect::{Outcome, Request};
use crate::exact;
use crate::flow::Flow;
use crate::path::{Path, descend};

use phone::{Phone, describe, list};
use stage::Stage;

/// Most calls in a row that the world answers: a bot that asks without end has to be stopped.
const MAX_CALLS: usize = 100;

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// Whether the conversation went as written.
    pub passed: bool,
    /// Where it went otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<TestFailure>,
    /// What was said.
    pub transcript: Vec<Line>,
}

/// Where a conversation did not go as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestFailure {
    /// Which step, from 1. One more than there are when something was left over at the end.
    pub step: usize,
    /// What was expected and what came.
    pub message: String,
}

/// One line of a test's transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who says it.
    pub from: Speaker,
    /// What is said; files and buttons are described.
    pub text: String,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The contact.
    Contact,
    /// The bot.
    Bot,
}

/// Runs all tests of a bot. `library` is asked for the bots that its jump nodes start.
pub fn run_tests(library: &dyn Library, flow: &Arc<Flow>) -> Vec<TestResult> {
    flow.definition().tests.iter().map(|test| run_test(library, flow, test)).collect()
}

/// Runs one test.
pub fn run_test(library: &dyn Library, flow: &Arc<Flow>, test: &Test) -> TestResult {
    run_test_in(&|_| None, library, flow, test)
}

/// Answers what the bot asks when the test does not. `None`: only the test can.
pub type World<'w> = &'w dyn Fn(&Request) -> Option<Outcome>;

/// Runs one test in a world that answers some calls: custom code, which is a part of the bot, is run and needs no answer in
/// the test.
pub fn run_test_in(world: World<'_>, library: &dyn Library, flow: &Arc<Flow>, test: &Test) -> TestResult {
    let flow = match setting(flow, test) {
        Ok(flow) => flow,
        Err(message) => {
            let (name, transcript) = (test.name.clone(), Vec::new());
            return TestResult {
                name,
                passed: false,
                failure: Some(TestFailure { step: 1, message }),
                transcript,
            };
        }
    };
    let mut run = Run { world, library, stage: Stage::new(&flow, test), phone: Phone::default() };
    let failure = test.steps.iter().enumerate().find_map(|(index, action)| {
        let message = run.act(action).err()?;
        Some(TestFailure { step: index + 1, message })
    });
    let failure = failure.or_else(|| {
        run.settle();
        let message = run.phone.close_turn().err()?;
        Some(TestFailure { step: test.steps.len() + 1, message })
    });
    let transcript = run.phone.into_transcript();
    TestResult { name: test.name.clone(), passed: failure.is_none(), failure, transcript }
}

/// What a test begins with: the flow from its node, and variables that a conversation may have.
fn setting(flow: &Arc<Flow>, test: &Test) -> Result<Arc<Flow>, String> {
    if check_variables(&test.variables).is_err() {
        return Err("the variables of this test are larger or deeper than a conversation's may be".to_owned());
    }
    test.start.as_deref().map_or_else(|| Ok(Arc::clone(flow)), |start| starting_at(flow, start))
}

/// The same flow, begun at another node.
fn starting_at(flow: &Flow, start: &str) -> Result<Arc<Flow>, String> {
    let flow = Flow::rehearse(flow.definition().clone(), Some(start));
    flow.map(Arc::new).map_err(|_| format!("the test begins at `{start}`, and there is no such node"))
}

struct Run<'r> {
    world: World<'r>,
    library: &'r dyn Library,
    stage: Stage,
    phone: Phone,
}

impl Run<'_> {
    fn act(&mut self, action: &Action) -> Result<(), String> {
        if !matches!(action, Action::Answer(_)) {
            self.settle();
        }
        match action {
            Action::Contact(_)
            | Action::Tap(_)
            | Action::Pick(_)
            | Action::Send(_)
            | Action::Location(_)
            | Action::Message(_)
            | Action::With(..) => match self.phone.said(action, &self.stage) {
                Some(said) => {
                    let (content, with) = said?;
                    self.say(content, with)
                }
                None => Ok(()),
            },
            Action::Bot(expected) => self.expect(expected),
            Action::Variable(values) => self.check_variables(values),
            Action::Ended(ended) => self.check(*ended, self.stage.is_ended(), "the conversation is over"),
            Action::HandedOff(handed_off) => {
                self.check(*handed_off, self.stage.is_handed_off(), "a person has the conversation in hand")
            }
            Action::HandBack => {
                self.phone.close_turn()?;
                let sent = self.stage.hand_back(self.library)?;
                self.phone.receive(sent);
                Ok(())
            }
            Action::Advance(time) => {
                self.phone.close_turn()?;
                let time = duration(time).ok_or("a time is written like 90s, 15m, 2h or 3d")?;
                let sent = self.stage.advance(self.library, time);
                self.phone.receive(sent);
                Ok(())
            }
            Action::Answer(canned) => {
                let sent = self.stage.answer(self.library, canned)?;
                self.phone.receive(sent);
                Ok(())
            }
        }
    }

    /// Lets the world answer what the test leaves to it.
    fn settle(&mut self) {
        for _ in 0..MAX_CALLS {
            let Some(outcome) = self.stage.asked().and_then(self.world) else { return };
            let sent = self.stage.answered(self.library, outcome, How::Real);
            self.phone.receive(sent);
        }
    }

    fn say(
        &mut self,
        content: chasqui_model::message::inbound::Content,
        with: Option<&With>,
    ) -> Result<(), String> {
        self.phone.close_turn()?;
        if let Some(node) = self.stage.calling() {
            return Err(format!(
                "the bot waits for the answer to its request of `{node}`; add an `answer` step"
            ));
        }
        self.phone.note(&content);
        let sent = self.stage.hear(self.library, content, with);
        self.phone.receive(sent);
        Ok(())
    }

    fn expect(&mut self, expected: &Expected) -> Result<(), String> {
        match self.phone.next() {
            Some(message) => compare(expected, &message),
            None => Err(format!(
                "expected the bot to {}, but it said nothing more; {}",
                wanted(expected),
                self.stage.place()
            )),
        }
    }

    fn check(&self, wanted: bool, is: bool, what: &str) -> Result<(), String> {
        match (wanted, is) {
            (true, false) => Err(format!("expected that {what}, but {}", self.stage.place())),
            (false, true) => Err(format!("did not expect that {what}")),
            _ => Ok(()),
        }
    }

    fn check_variables(&self, values: &Map<String, Value>) -> Result<(), String> {
        for (name, wanted) in values {
            let path = Path::parse(name).ok_or_else(|| format!("`{name}` is not a variable"))?;
            let root = self.stage.variables().get(path.name());
            let value = root.and_then(|root| descend(root, path.segments())).unwrap_or(&Value::Null);
            if *exact::plain(value) != *wanted {
                let value = exact::json(value);
                return Err(format!("expected `{name}` to be {wanted}, but it is {value}"));
            }
        }
        Ok(())
    }
}

fn wanted(expected: &Expected) -> String {
    match expected {
        Expected { text: Some(text), .. } => format!("say “{text}”"),
        Expected { contains: Some(text), .. } => format!("say something with “{text}”"),
        Expected { kind: Some(kind), .. } => format!("send {kind}"),
        _ => "send something".to_owned(),
    }
}

fn compare(expected: &Expected, message: &chasqui_model::message::Outbound) -> Result<(), String> {
    let content = &message.content;
    let text = content.text();
    let said = describe(content);
    if expected.text.as_deref().is_some_and(|wanted| wanted != text)
        || expected.contains.as_deref().is_some_and(|part| !text.contains(part))
        || expected.kind.as_deref().is_some_and(|kind| kind != content.kind())
    {
        return Err(format!("expected the bot to {}, but it said {said}", wanted(expected)));
    }
    for (name, wanted, shown) in [
        ("buttons", &expected.buttons, phone::buttons(content)),
        ("list", &expected.list, phone::rows(content)),
    ] {
        if let Some(wanted) = wanted
            && *wanted != shown
        {
            return Err(format!(
                "expected {name} {}, but there are {} in {said}",
                list(wanted),
                list(&shown)
            ));
        }
    }
    Ok(())
}

/// A time such as `90s`, `15m`, `2h`, `3d`.
fn duration(text: &str) -> Option<std::time::Duration> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let number: f64 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
    let seconds = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        'd' => 86_400.0,
        _ => return None,
    };
    std::time::Duration::try_from_secs_f64(number * seconds).ok().filter(|time| time.as_secs() < 400 * 86_400)
}

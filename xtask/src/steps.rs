//! A list of steps that all run, even after one failed, and the table of how they ended.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::elapsed;

/// Something that this machine lacks and that could not be installed. Outside CI the step is skipped.
#[derive(Debug)]
pub struct Missing(pub String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Missing {}

#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

#[derive(Debug)]
struct Done {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
}

/// The steps that ran so far.
#[derive(Debug)]
pub struct Steps {
    in_ci: bool,
    done: Vec<Done>,
}

impl Steps {
    /// No steps yet. In CI nothing is ever skipped: what is missing fails.
    pub fn new(in_ci: bool) -> Self {
        Self { in_ci, done: Vec::new() }
    }

    /// Runs a step, unless one that it needs did not pass; then it shares that one's fate.
    pub fn run(&mut self, name: &'static str, needs: &[&str], work: impl FnOnce() -> Result<()>) {
        let start = Instant::now();
        let outcome = match self.obstacle(needs) {
            Some(obstacle) => obstacle,
            None => self.judge(work()),
        };
        match &outcome {
            Outcome::Passed => {}
            Outcome::Failed(why) => println!("✗ {name}: {why}"),
            Outcome::Skipped(why) => println!("- {name} skipped: {why}"),
        }
        self.done.push(Done { name, outcome, time: start.elapsed() });
    }

    /// Prints the table and, alone on the last line, `N passed, N failed`.
    pub fn finish(&self) -> ExitCode {
        println!();
        for Done { name, outcome, time } in &self.done {
            let (mark, text) = match outcome {
                Outcome::Passed => ("✓", elapsed(*time)),
                Outcome::Failed(why) => ("✗", format!("{}  {}", elapsed(*time), first_line(why))),
                Outcome::Skipped(why) => ("-", format!("skipped: {why}")),
            };
            println!("{mark} {name:<22} {text}");
        }
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        println!("\n{} passed, {failed} failed", self.count(|outcome| *outcome == Outcome::Passed));
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn obstacle(&self, needs: &[&str]) -> Option<Outcome> {
        self.done.iter().filter(|done| needs.contains(&done.name)).find_map(|done| match done.outcome {
            Outcome::Passed => None,
            Outcome::Failed(_) => Some(Outcome::Failed(format!("not run, because `{}` failed", done.name))),
            Outcome::Skipped(_) => Some(Outcome::Skipped(format!("needs `{}`", done.name))),
        })
    }

    fn judge(&self, result: Result<()>) -> Outcome {
        match result {
            Ok(()) => Outcome::Passed,
            Err(error) if error.is::<Missing>() && !self.in_ci => Outcome::Skipped(format!("{error:#}")),
            Err(error) => Outcome::Failed(format!("{error:#}")),
        }
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.done.iter().filter(|done| wanted(&done.outcome)).count()
    }
}

/// The rest was printed when the step ended.
fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn outcome_of(steps: &Steps, name: &str) -> Outcome {
        steps.done.iter().find(|done| done.name == name).unwrap().outcome.clone()
    }

    #[test]
    fn a_failed_step_fails_what_needs_it_and_nothing_else() {
        let mut steps = Steps::new(false);
        steps.run("first", &[], || bail!("broken"));
        steps.run("second", &["first"], || Ok(()));
        steps.run("third", &[], || Ok(()));
        assert_eq!(outcome_of(&steps, "second"), Outcome::Failed("not run, because `first` failed".into()));
        assert_eq!(outcome_of(&steps, "third"), Outcome::Passed);
        assert_eq!(steps.finish(), ExitCode::FAILURE);
    }

    #[test]
    fn what_is_missing_is_skipped_by_a_person_and_fails_in_ci() {
        let missing = || Err(Missing("no browser".into()).into());
        let mut steps = Steps::new(false);
        steps.run("browser", &[], missing);
        assert_eq!(outcome_of(&steps, "browser"), Outcome::Skipped("no browser".into()));
        assert_eq!(steps.finish(), ExitCode::SUCCESS);

        let mut steps = Steps::new(true);
        steps.run("browser", &[], missing);
        assert_eq!(steps.finish(), ExitCode::FAILURE);
    }
}

//! Code that was compiled, and how it is run: its function is called with the variables, and what it returns and leaves in
//! them is taken out.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use chasqui_model::Timestamp;
use jiff::tz::Offset;
use monty::{MontyRun, RunProgress};
use monty_types::{
    CompileOptions, ExcType, ExtFunctionResult, MontyDate, MontyDateTime, MontyException, MontyObject,
    MontyTimeZone, NameLookupResult, OsFunctionCall, PrintWriter, PrintWriterCallback, ResourceLimits,
    ResourceTracker,
};
use serde_json::{Map, Value};

use super::{inspect, rewrite, value};
use crate::{Answer, Flaw, Trouble, TroubleKind};

/// What the interpreter calls the code in its messages.
const NAME: &str = "code.py";
/// What holds the variables beside the code's own names.
const INPUT: &str = "__chasqui_variables__";
/// Called after the code.
const EPILOGUE: &str = "\n[__custom_fn__(__chasqui_variables__), __chasqui_variables__]\n";
/// Most of what is printed that is kept, in bytes.
const MAX_PRINTED: usize = 4096;
/// Largest result, and largest variables, as JSON in bytes: what a conversation can hold.
const MAX_RESULT: usize = 256 * 1024;
/// Most questions that a run may ask the host: for the date and the time.
const MAX_QUESTIONS: usize = 10_000;
/// Compiled programs that are kept.
const MAX_KEPT: usize = 32;

/// The programs that were compiled last: most runs are of code that ran a moment ago.
#[derive(Default)]
pub(super) struct Shelf {
    /// The one used last is the last.
    kept: Vec<(String, Rc<Program>)>,
}

impl Shelf {
    /// The program of some code. Fails with what is wrong with the code.
    pub fn program(&mut self, code: &str) -> Result<Rc<Program>, Flaw> {
        let (code, program) = match self.kept.iter().position(|(kept, _)| kept == code) {
            Some(position) => self.kept.remove(position),
            None => (code.to_owned(), Rc::new(Program::compile(code)?)),
        };
        if self.kept.len() >= MAX_KEPT {
            self.kept.remove(0);
        }
        self.kept.push((code, Rc::clone(&program)));
        Ok(program)
    }
}

/// What the code takes for the time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub now: Timestamp,
    pub utc_offset_seconds: i32,
}

/// Code that was compiled.
pub(super) struct Program {
    run: MontyRun,
    /// Lines that were put before the code.
    before: u32,
    /// Lines of the code.
    lines: u32,
}

impl Program {
    fn compile(code: &str) -> Result<Self, Flaw> {
        let own = inspect::inspect(code)?;
        let options = CompileOptions { assert_message_annotations: false.into() };
        // Alone first, so that no bracket or quote of it reaches what is put around it.
        MontyRun::new(own.clone(), NAME, vec![INPUT.to_owned()], options).map_err(|error| flaw(&error, 0))?;
        let before = line_count(rewrite::PRELUDE);
        let lines = line_count(code);
        let whole = [rewrite::PRELUDE, &own, EPILOGUE].concat();
        let run = MontyRun::new(whole, NAME, vec![INPUT.to_owned()], options)
            .map_err(|error| flaw(&error, before))?;
        Ok(Self { run, before, lines })
    }

    /// Calls the function.
    pub fn run(
        &self,
        variables: &Map<String, Value>,
        clock: &Clock,
        time: Duration,
        memory: usize,
    ) -> Result<Answer, Trouble> {
        let mut printed = Printed::default();
        let limits = ResourceLimits::default().max_duration(time).max_memory(memory);
        let input = vec![value::dict(variables.clone())];
        let mut progress =
            self.run.clone().start(input, ResourceTracker::new(limits), PrintWriter::Callback(&mut printed));
        for _ in 0..MAX_QUESTIONS {
            let print = PrintWriter::Callback(&mut printed);
            progress = match progress.map_err(|error| self.trouble(&error))? {
                RunProgress::Complete(done) => return answer(done, variables, printed.text),
                RunProgress::OsCall(call) => {
                    let given = (*clock).answer(&call.function_call);
                    call.resume(given, print)
                }
                RunProgress::NameLookup(lookup) => lookup.resume(NameLookupResult::Undefined, print),
                RunProgress::FunctionCall(call) => {
                    let name = call.function_name.clone();
                    call.resume(ExtFunctionResult::NotFound(name), print)
                }
                RunProgress::ResolveFutures(futures) => {
                    let message = "nothing that could be awaited is here".to_owned();
                    futures.abort(MontyException::new(ExcType::RuntimeError, Some(message)), print)
                }
            };
        }
        Err(Trouble::new(TroubleKind::Time, "the code asked for the time too often"))
    }

    /// What went wrong, for the person who wrote the code.
    fn trouble(&self, error: &MontyException) -> Trouble {
        let message = error.message().unwrap_or_default();
        if message.starts_with("time limit exceeded") {
            return Trouble::new(TroubleKind::Time, "the code took too long and was stopped");
        }
        let line = error.traceback().iter().rev().find_map(|frame| self.line(frame.start.line));
        let place = line.map(|line| format!(" (line {line})")).unwrap_or_default();
        if error.exc_type() == ExcType::MemoryError {
            return Trouble::new(TroubleKind::Memory, format!("the code took too much memory{place}"));
        }
        let kind = match error.exc_type() {
            ExcType::PermissionError => TroubleKind::Forbidden,
            _ => TroubleKind::Raised,
        };
        Trouble::new(kind, format!("{}{place}", error.summary()))
    }

    /// The line of the code for a line of what was compiled. `None` for what was put around it.
    fn line(&self, line: u32) -> Option<u32> {
        line.checked_sub(self.before).filter(|line| (1..=self.lines).contains(line))
    }
}

fn line_count(text: &str) -> u32 {
    u32::try_from(text.lines().count()).unwrap_or(u32::MAX)
}

/// The interpreter's words for what it does not know, without its name.
fn plain(message: &str) -> String {
    match message.strip_prefix("The monty syntax parser does not yet support ") {
        Some(what) => format!("not understood here: {what}"),
        None => message.to_owned(),
    }
}

fn flaw(error: &MontyException, before: u32) -> Flaw {
    let line = error.traceback().last().map_or(1, |frame| frame.start.line.saturating_sub(before));
    Flaw { line: line.max(1), message: plain(error.message().unwrap_or("this is not Python")) }
}

/// Takes apart what a run left: what was returned, and the variables.
fn answer(done: MontyObject, before: &Map<String, Value>, printed: String) -> Result<Answer, Trouble> {
    let unstorable = |message: String| Trouble::new(TroubleKind::Result, message);
    let MontyObject::List(parts) = done else { return Err(unstorable("nothing came back".to_owned())) };
    let Ok([result, variables]) = <[MontyObject; 2]>::try_from(parts) else {
        return Err(unstorable("nothing came back".to_owned()));
    };
    let result = value::to_json(result).map_err(|error| unstorable(error.explain("the result")))?;
    let variables = value::to_map(variables).map_err(|error| unstorable(error.explain("variables")))?;
    let removed = before.keys().filter(|name| !variables.contains_key(*name)).cloned().collect();
    let changed: Map<String, Value> =
        variables.into_iter().filter(|(name, value)| before.get(name) != Some(value)).collect();
    for (what, size) in [("result", json_size(&result)), ("changed variables", json_size(&changed))] {
        if size > MAX_RESULT {
            let message =
                format!("the {what} would take {size} bytes as JSON; at most {MAX_RESULT} can be stored");
            return Err(unstorable(message));
        }
    }
    Ok(Answer { result, changed, removed, printed })
}

fn json_size(value: &impl serde::Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |text| text.len())
}

impl Clock {
    /// What the host says to a question. Only the time is told.
    fn answer(self, question: &OsFunctionCall) -> ExtFunctionResult {
        match question {
            OsFunctionCall::DateToday => {
                let at = self.at(self.utc_offset_seconds);
                MontyObject::Date(MontyDate { year: at.year, month: at.month, day: at.day }).into()
            }
            OsFunctionCall::DateTimeNow(None) => {
                MontyObject::DateTime(self.at(self.utc_offset_seconds)).into()
            }
            OsFunctionCall::DateTimeNow(Some(zone)) => MontyObject::DateTime(self.within(zone)).into(),
            other => {
                let message =
                    format!("`{}`: code reaches no files, no network and no environment", other.name());
                MontyException::new(ExcType::PermissionError, Some(message)).into()
            }
        }
    }

    fn within(self, zone: &MontyTimeZone) -> MontyDateTime {
        MontyDateTime {
            offset_seconds: Some(zone.offset_seconds),
            timezone_name: zone.name.clone(),
            ..self.at(zone.offset_seconds)
        }
    }

    /// The date and the time of day at an offset.
    fn at(self, offset: i32) -> MontyDateTime {
        let offset = Offset::from_seconds(offset).unwrap_or(Offset::UTC);
        let at = offset.to_datetime(self.now.to_jiff());
        let small = |number: i8| number.unsigned_abs();
        MontyDateTime {
            year: i32::from(at.year()),
            month: small(at.month()),
            day: small(at.day()),
            hour: small(at.hour()),
            minute: small(at.minute()),
            second: small(at.second()),
            microsecond: at.subsec_nanosecond().unsigned_abs() / 1000,
            offset_seconds: None,
            timezone_name: None,
        }
    }
}

/// The beginning of what is printed.
#[derive(Default)]
struct Printed {
    text: String,
}

impl PrintWriterCallback for Printed {
    fn stdout_write(&mut self, output: Cow<'_, str>) -> Result<(), MontyException> {
        let room = MAX_PRINTED.saturating_sub(self.text.len());
        self.text.push_str(&output[..output.floor_char_boundary(room)]);
        Ok(())
    }

    fn stdout_push(&mut self, end: char) -> Result<(), MontyException> {
        if self.text.len() < MAX_PRINTED {
            self.text.push(end);
        }
        Ok(())
    }
}

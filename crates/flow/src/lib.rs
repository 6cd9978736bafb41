//! The engine: what a bot is, and one step of a conversation as a pure function.
//!
//! Nothing here waits, reads a clock, draws chance or touches the network: production, test mode, flow tests and
//! replay run the same code. A bot file is read by [`Definition::parse`], checked by [`validate`], made ready by
//! [`Flow::compile`] and run by [`step`].

mod answer;
mod bounds;
mod code;
pub mod component;
mod context;
mod date;
pub mod definition;
pub mod describe;
mod effect;
mod exact;
pub mod expression;
mod flow;
mod fuel;
mod markdown;
mod number;
mod path;
mod pattern;
mod problem;
mod rehearsal;
pub mod request;
mod scope;
pub mod service;
mod setting;
mod state;
mod step;
pub mod system;
mod template;
mod thought;
mod trace;
mod validate;
mod wire;
mod words;

pub use answer::{Kind as AnswerKind, Validation};
pub use bounds::{TooMuch, check_variables};
pub use code::{CodeAnswer, CodeRequest};
pub use component::Component;
pub use context::{Alone, ContactView, Context, FlowKey, Library, StandIn};
pub use date::DateFormat;
pub use definition::{Definition, Node, Settings, VariableType, schema};
pub use effect::{
    CallError, CallErrorKind, Effect, Event, HttpAnswer, HttpRequest, MediaRequest, Outcome, Request,
    StoredMedia,
};
pub use exact::{plain, plain_fields};
pub use expression::Expression;
pub use flow::{Flow, references};
pub use fuel::{BUDGET, RESERVE};
pub use path::{Path, is_name, is_system_name, text_of};
pub use pattern::Pattern;
pub use problem::{Problem, Severity};
pub use rehearsal::{
    Happening, How, Line, Rehearsal, SAMPLE_FILE, Speaker, TestFailure, TestResult, World, run_test,
    run_test_in, run_tests,
};
pub use scope::is_time_zone;
pub use setting::Setting;
pub use state::{Handoff, InvalidState, State};
pub use step::{
    MAX_FRAMES, MAX_MESSAGES, MAX_PENDING, MAX_TURNS, MAX_VARIABLES, MAX_VISITS, Step, is_restart, step,
    step_within,
};
pub use template::Template;
pub use thought::spoken;
pub use trace::{Cause, Trace, Visit};
pub use validate::{OUTSIDE_WINDOW, validate, variables};
pub use wire::is_id;
pub use words::{Language, Phrase};

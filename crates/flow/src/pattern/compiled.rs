//! A compiled regular expression, and the search that counts its steps.

use regex_automata::nfa::thompson::{NFA, State, WhichCaptures};
use regex_automata::util::primitives::StateID;

use super::MAX_COMPILED;
use crate::fuel::{Fuel, cost};

/// Why an expression may not be used, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub String);

/// A compiled regular expression, or why there is none.
#[derive(Debug)]
pub(crate) struct Compiled {
    nfa: Result<NFA, Refused>,
    /// About how many bytes it takes.
    pub size: usize,
}

/// The states that a search is in, each once, in no order that matters.
struct States {
    list: Vec<StateID>,
    is_in: Vec<bool>,
}

impl Compiled {
    /// Compiles an expression.
    pub fn new(source: &str) -> Self {
        let nfa = compile(source);
        let size = match &nfa {
            Ok(nfa) => nfa.memory_usage(),
            // What it took to find out.
            Err(_) => MAX_COMPILED.min(source.len() * 256),
        };
        Self { nfa, size }
    }

    /// How many bytes it takes, or what is wrong with it.
    pub fn size(&self) -> Result<usize, Refused> {
        self.nfa.as_ref().map(NFA::memory_usage).map_err(Clone::clone)
    }

    /// Whether it is found in a text; `false` when the fuel is used up before that is known. A wrong one is found everywhere.
    pub fn is_match(&self, text: &str, fuel: &Fuel) -> bool {
        let Ok(nfa) = &self.nfa else { return true };
        let count = nfa.states().len();
        if !fuel.burn(count) {
            return false;
        }
        let (mut here, mut next) = (States::new(count), States::new(count));
        let mut open = Vec::new();
        here.enter(nfa, nfa.start_unanchored(), (text.as_bytes(), 0), &mut open, fuel);
        for at in 0..=text.len() {
            let behind = at + 1;
            for index in 0..here.list.len() {
                let state = here.list[index];
                if !fuel.burn(cost::STATE) {
                    return false;
                }
                let to = match nfa.state(state) {
                    State::Match { .. } => return true,
                    State::ByteRange { trans } if trans.matches(text.as_bytes(), at) => Some(trans.next),
                    State::Sparse(many) => many.matches(text.as_bytes(), at),
                    State::Dense(all) => all.matches(text.as_bytes(), at),
                    State::ByteRange { .. }
                    | State::Look { .. }
                    | State::Union { .. }
                    | State::BinaryUnion { .. }
                    | State::Capture { .. }
                    | State::Fail => None,
                };
                if let Some(to) = to {
                    next.enter(nfa, to, (text.as_bytes(), behind), &mut open, fuel);
                }
            }
            if next.list.is_empty() {
                return false;
            }
            here.clear();
            std::mem::swap(&mut here, &mut next);
        }
        false
    }
}

impl States {
    fn new(count: usize) -> Self {
        Self { list: Vec::new(), is_in: vec![false; count] }
    }

    fn clear(&mut self) {
        for state in self.list.drain(..) {
            self.is_in[state.as_usize()] = false;
        }
    }

    /// Comes to a state, and to all that follow from it without reading on.
    fn enter(
        &mut self,
        nfa: &NFA,
        state: StateID,
        (text, at): (&[u8], usize),
        open: &mut Vec<StateID>,
        fuel: &Fuel,
    ) {
        open.push(state);
        while let Some(state) = open.pop() {
            if !fuel.burn(cost::STATE) {
                open.clear();
                return;
            }
            if std::mem::replace(&mut self.is_in[state.as_usize()], true) {
                continue;
            }
            self.list.push(state);
            match nfa.state(state) {
                State::Look { look, next } if nfa.look_matcher().matches(*look, text, at) => open.push(*next),
                State::Union { alternates } => open.extend_from_slice(alternates),
                State::BinaryUnion { alt1, alt2 } => open.extend([*alt2, *alt1]),
                State::Capture { next, .. } => open.push(*next),
                State::Look { .. }
                | State::ByteRange { .. }
                | State::Sparse(_)
                | State::Dense(_)
                | State::Fail
                | State::Match { .. } => {}
            }
        }
    }
}

fn compile(source: &str) -> Result<NFA, Refused> {
    let tree = regex_syntax::parse(source).map_err(|error| Refused::invalid(&error))?;
    let config =
        NFA::config().nfa_size_limit(Some(MAX_COMPILED)).which_captures(WhichCaptures::None).shrink(false);
    let built = NFA::compiler().configure(config).build_from_hir(&tree);
    built.map_err(|error| match error.size_limit() {
        Some(limit) => Refused(format!(
            "the regular expression needs more than {} kB: repeat less, as in `\\w+` for `\\w{{1,500}}`, and limit the \
             answer's length with `max_length`",
            limit / 1024
        )),
        None => Refused::invalid(&error),
    })
}

impl Refused {
    fn invalid(error: &impl std::fmt::Display) -> Self {
        Self(format!("not a valid regular expression: {error}"))
    }
}

//! What code says before it runs: whether its function is there, and what the interpreter would understand otherwise than
//! Python means it. That is refused with a reason, or rewritten ([`super::rewrite`]): nothing differs silently.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ModModule, Operator, ParameterWithDefault, Stmt};
use ruff_python_parser::parse_module;
use ruff_text_size::{Ranged, TextSize};

use super::rewrite;
use crate::Flaw;

/// The function that is called.
const FUNCTION: &str = "__custom_fn__";

const NO_YIELD: &str = "`yield` is not understood here; make a list and return it";
const NO_PERCENT: &str = "text is not formatted with `%` here; write f\"{value:.2f}\" or use .format()";
const NO_DEL: &str = "`del` is understood for one element only, such as `del variables[\"name\"]`";
/// Methods that give another text here than in Python.
const OTHERWISE: &[(&str, &str)] = &[
    ("casefold", "`.casefold()` is not understood here; use .lower()"),
    ("center", "`.center()` is not understood here; write f\"{text:^20}\""),
];

/// Looks at code, and gives it as the interpreter is to have it: the same lines.
pub(super) fn inspect(code: &str) -> Result<String, Flaw> {
    let parsed = parse_module(code)
        .map_err(|error| flaw(code, error.location.start(), sentence(&error.error.to_string())))?;
    let module = parsed.into_syntax();
    function(code, &module)?;
    let mut reader = Reader { code, flaw: None };
    reader.visit_body(&module.body);
    reader.flaw.map_or_else(|| Ok(rewrite::rewrite(code, &module)), Err)
}

/// There must be one function that can be called with the variables.
fn function(code: &str, module: &ModModule) -> Result<(), Flaw> {
    let found = module.body.iter().rev().find_map(|statement| match statement {
        Stmt::FunctionDef(function) if function.name.as_str() == FUNCTION => Some(function),
        _ => None,
    });
    let Some(function) = found else {
        return Err(Flaw { line: 1, message: format!("there is no function `{FUNCTION}(variables)`") });
    };
    let parameters = &function.parameters;
    let needed = |list: &[ParameterWithDefault]| list.iter().filter(|one| one.default.is_none()).count();
    let positional = parameters.posonlyargs.len() + parameters.args.len();
    let takes_one = needed(&parameters.posonlyargs) + needed(&parameters.args) <= 1
        && (positional > 0 || parameters.vararg.is_some())
        && needed(&parameters.kwonlyargs) == 0;
    if function.is_async {
        return Err(flaw(code, function.start(), format!("`{FUNCTION}` must not be async")));
    }
    if takes_one {
        Ok(())
    } else {
        Err(flaw(code, function.start(), format!("`{FUNCTION}` takes one argument, the variables")))
    }
}

fn flaw(code: &str, at: TextSize, message: impl Into<String>) -> Flaw {
    let before = code.get(..at.to_usize().min(code.len())).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    Flaw { line: u32::try_from(line).unwrap_or(u32::MAX), message: message.into() }
}

/// The parser's words, as the rest of a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

struct Reader<'c> {
    code: &'c str,
    flaw: Option<Flaw>,
}

impl Reader<'_> {
    fn refuse(&mut self, at: TextSize, message: &str) {
        let code = self.code;
        self.flaw.get_or_insert_with(|| flaw(code, at, message));
    }
}

impl<'a> Visitor<'a> for Reader<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Delete(delete) = statement
            && rewrite::element(delete).is_none()
        {
            self.refuse(delete.start(), NO_DEL);
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::BinOp(it) if it.op == Operator::Mod && is_text(&it.left) => {
                self.refuse(it.start(), NO_PERCENT);
            }
            Expr::Yield(it) => self.refuse(it.start(), NO_YIELD),
            Expr::YieldFrom(it) => self.refuse(it.start(), NO_YIELD),
            Expr::Attribute(it) => {
                if let Some((_, reason)) = OTHERWISE.iter().find(|(name, _)| it.attr.as_str() == *name) {
                    self.refuse(it.attr.start(), reason);
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

fn is_text(expression: &Expr) -> bool {
    matches!(expression, Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_))
}

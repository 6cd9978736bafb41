//! Code as the interpreter is to have it. Three things it understands otherwise than Python, or not at all, are said in
//! other words, so that they come out as in Python. Lines stay where they are.
//!
//! * `round` of a float with digits: the interpreter's own multiplies and so rounds 2.675 up;
//! * generator expressions and `map`, `filter`, `zip`, `enumerate`, `reversed`: lists there, so that they could be read
//!   twice and `next` refused them;
//! * `del d[k]`: not understood there.

use std::collections::HashSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Alias, ExceptHandler, Expr, ExprContext, InterpolatedStringElement, ModModule, Parameter, Stmt,
    StmtDelete,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// What goes before the code. The names are our own, so code that makes a `round` of its own keeps it.
pub(super) const PRELUDE: &str = r#"__chasqui_iter__ = iter
def __chasqui_round__(number, ndigits=None):
    if ndigits is None or not isinstance(number, float) or not isinstance(ndigits, int) or not -300 < ndigits < 300:
        return round(number, ndigits)
    if ndigits >= 0:
        return float(f"{number:.{int(ndigits)}f}")
    if not abs(number) < 1e300:
        return number
    step = 10.0 ** -ndigits
    rest = abs(number) % step
    whole = abs(number) - rest
    if rest * 2 > step or rest * 2 == step and whole / step % 2 == 1:
        whole += step
    return whole if number > 0 else -whole
"#;

const ROUND: &str = "round";
/// Functions whose result is read once.
const ONCE: &[&str] = &["map", "filter", "zip", "enumerate", "reversed"];

/// The code in other words.
pub(super) fn rewrite(code: &str, module: &ModModule) -> String {
    let mut names = Names::default();
    names.visit_body(&module.body);
    let mut writer = Writer { made: names.made, edits: Vec::new() };
    writer.visit_body(&module.body);
    writer.apply(code)
}

/// What `del` removes, when it is one element of something.
pub(super) fn element(delete: &StmtDelete) -> Option<(&Expr, &Expr)> {
    match delete.targets.as_slice() {
        [Expr::Subscript(it)] if !matches!(*it.slice, Expr::Slice(_) | Expr::Tuple(_)) => {
            Some((&it.value, &it.slice))
        }
        _ => None,
    }
}

/// The names that code makes itself, anywhere.
#[derive(Default)]
struct Names {
    made: HashSet<String>,
}

impl<'a> Visitor<'a> for Names {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(it) => drop(self.made.insert(it.name.to_string())),
            Stmt::ClassDef(it) => drop(self.made.insert(it.name.to_string())),
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(it) = expression
            && it.ctx != ExprContext::Load
        {
            self.made.insert(it.id.to_string());
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.made.insert(parameter.name.to_string());
        visitor::walk_parameter(self, parameter);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        self.made.insert(alias.asname.as_ref().unwrap_or(&alias.name).to_string());
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(it) = handler;
        self.made.extend(it.name.as_ref().map(ToString::to_string));
        visitor::walk_except_handler(self, handler);
    }
}

struct Writer {
    made: HashSet<String>,
    /// What stands there instead. Ranges do not overlap.
    edits: Vec<(TextRange, &'static str)>,
}

impl Writer {
    fn put(&mut self, from: TextSize, to: TextSize, text: &'static str) {
        if from <= to {
            self.edits.push((TextRange::new(from, to), text));
        }
    }

    /// Makes something that can be read once.
    fn once(&mut self, range: TextRange) {
        self.put(range.start(), range.start(), "__chasqui_iter__(");
        self.put(range.end(), range.end(), ")");
    }

    fn apply(mut self, code: &str) -> String {
        // What is put in at a place goes before what is replaced there.
        self.edits.sort_by_key(|(range, _)| (range.start(), range.end()));
        let mut text = String::with_capacity(code.len() + 256);
        let mut at = 0;
        for (range, edit) in self.edits {
            let (start, end) = (range.start().to_usize(), range.end().to_usize());
            text.push_str(code.get(at..start).unwrap_or_default());
            text.push_str(edit);
            at = at.max(end);
        }
        text.push_str(code.get(at..).unwrap_or_default());
        text
    }
}

impl<'a> Visitor<'a> for Writer {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Delete(delete) = statement
            && let Some((value, key)) = element(delete)
        {
            self.put(delete.start(), value.start(), "");
            self.put(value.end(), key.start(), ".pop(");
            self.put(key.end(), delete.end(), ")");
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(it) if it.id == ROUND && it.ctx == ExprContext::Load && !self.made.contains(ROUND) => {
                self.put(it.start(), it.end(), "__chasqui_round__");
            }
            Expr::Generator(it) => self.once(it.range),
            Expr::Call(it)
                if matches!(&*it.func, Expr::Name(name)
                    if ONCE.contains(&name.id.as_str()) && !self.made.contains(name.id.as_str())) =>
            {
                self.once(it.range());
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        // `f"{x=}"` shows its own text.
        if element.as_interpolation().is_none_or(|it| it.debug_text.is_none()) {
            visitor::walk_interpolated_string_element(self, element);
        }
    }
}

//! Pages that carry figures between two marks.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The lines between which the figures stand.
pub struct Marks {
    /// Above them.
    pub start: &'static str,
    /// Below them.
    pub end: &'static str,
}

/// Writes tables into a page, in the place of the earlier ones, under lines that say how they came about.
pub fn write(path: &Path, marks: &Marks, about: &[String], tables: &str) -> Result<()> {
    let name = path.display().to_string();
    let page = fs::read_to_string(path).with_context(|| name.clone())?;
    let whole = filled(&page, marks, about, tables).with_context(|| format!("{name} lacks a mark"))?;
    fs::write(path, whole).with_context(|| name)
}

fn filled(page: &str, marks: &Marks, about: &[String], tables: &str) -> Option<String> {
    let Marks { start, end } = marks;
    let (before, rest) = page.split_once(start)?;
    let (_, after) = rest.split_once(end)?;
    let about: String = about.iter().fold(String::new(), |text, line| text + "* " + line + "\n");
    Some(format!("{before}{start}\n\n{about}\n{}\n\n{end}{after}", tables.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let marks = Marks { start: "<!-- a -->", end: "<!-- b -->" };
        let once = filled("x <!-- a --> old <!-- b --> y", &marks, &["Date: d".into()], "new\n").unwrap();
        assert_eq!(once, "x <!-- a -->\n\n* Date: d\n\nnew\n\n<!-- b --> y");
        assert_eq!(filled(&once, &marks, &["Date: d".into()], "new").unwrap(), once);
        assert!(filled("no marks", &marks, &[], "new").is_none());
    }
}

//! `docs/guide/formulas.md` holds the table of functions as the engine has it.

use chasqui_flow::expression::reference;

#[test]
fn the_guide_lists_the_functions_that_there_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/formulas.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- functions: generated -->\n", "<!-- functions: end -->");
    let start = page.find(begin).expect("the page has a place for the functions") + begin.len();
    let stop = page.find(end).expect("the place for the functions ends");
    let wanted = format!("\n{}", reference());
    if page[start..stop] != wanted {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, format!("{}{wanted}{}", &page[..start], &page[stop..])).unwrap();
            return;
        }
        panic!("docs/guide/formulas.md is stale; run cargo xtask docs");
    }
}

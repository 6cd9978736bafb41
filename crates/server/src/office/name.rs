//! Names that people give to things.

/// A name that people give to things: 1 to 80 characters on one line.
pub(crate) fn name(text: &str) -> Option<String> {
    // Before the clean-up, which would take them off the ends.
    let on_one_line = !text.trim().chars().any(char::is_control);
    let text = chasqui_model::typed::clean(text);
    let fits = on_one_line && (1..=80).contains(&text.chars().count());
    fits.then(|| text.into_owned())
}

//! What is wrong with a template's values, in words.

use chasqui_model::template::{Given, Place, Why, Wrong};

use super::Unfit;

/// Everything that is wrong, each with its place.
pub(super) fn unfit(given: &Given, wrong: &[Wrong]) -> Vec<Unfit> {
    let one = |wrong: &Wrong| Unfit {
        pointer: given.pointer(wrong),
        code: code(&wrong.why),
        message: words(&given.name, wrong),
    };
    wrong.iter().map(one).collect()
}

fn code(why: &Why) -> &'static str {
    match why {
        Why::Missing => "missing",
        Why::Empty => "empty",
        Why::Surplus => "surplus",
        Why::Needs(_) => "kind",
        Why::TooLong { .. } => "too_long",
        Why::NoFile => "file",
        Why::NoPlace => "location",
        Why::Unsupported(_) => "unsupported",
    }
}

/// One thing that is wrong with what a template is given.
pub(super) fn words(template: &str, wrong: &Wrong) -> String {
    match &wrong.place {
        Place::Whole | Place::Header => of_header(template, &wrong.why),
        Place::Body { name, .. } => of_variable(template, &format!("{{{{{name}}}}}"), &wrong.why),
        Place::Button { index, label } => {
            let button = label.clone().filter(|label| !label.is_empty()).unwrap_or_else(|| index.to_string());
            of_button(template, &button, &wrong.why)
        }
    }
}

fn of_header(template: &str, why: &Why) -> String {
    match why {
        Why::Missing => format!("The template {template} needs a value for its header."),
        Why::Empty => {
            format!(
                "The value of the header of the template {template} is empty; Meta takes no empty values."
            )
        }
        Why::Surplus => format!("The header of the template {template} takes no value."),
        Why::Needs(kind) => {
            format!("The header of the template {template} must be of the kind {}.", kind.name())
        }
        Why::TooLong { length, most } => format!(
            "The value of the header of the template {template} has {length} characters; {most} are allowed."
        ),
        Why::NoFile => format!(
            "The header of the template {template} needs an address that starts with https://, or the id of a file."
        ),
        Why::NoPlace => format!(
            "The header of the template {template} needs a latitude and a longitude with a comma between them."
        ),
        Why::Unsupported(part) => format!(
            "The template {template} has a part that cannot be filled in here: {part}. Choose another template."
        ),
    }
}

fn of_variable(template: &str, variable: &str, why: &Why) -> String {
    match why {
        Why::Missing => format!("The template {template} needs a value for {variable}."),
        Why::Empty => format!(
            "The value of {variable} in the template {template} is empty; Meta takes no empty values."
        ),
        Why::TooLong { length, most } => format!(
            "The value of {variable} in the template {template} has {length} characters; {most} are allowed."
        ),
        Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_) => {
            format!("The template {template} has no variable {variable} in its body.")
        }
    }
}

fn of_button(template: &str, button: &str, why: &Why) -> String {
    match why {
        Why::Missing => format!("The template {template} needs a value for its button {button}."),
        Why::Empty => format!(
            "The value of the button {button} of the template {template} is empty; Meta takes no empty values."
        ),
        Why::TooLong { length, most } => format!(
            "The value of the button {button} of the template {template} has {length} characters; {most} are allowed."
        ),
        Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_) => {
            format!("The button {button} of the template {template} takes no such value.")
        }
    }
}

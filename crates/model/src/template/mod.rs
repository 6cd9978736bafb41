//! Templates: what one needs ([`Form`], read from how Meta describes it), what people give it ([`Given`]), and the message
//! that comes of both ([`Form::fill`]). The only place where values of templates are judged: bots, the API, the inbox and
//! the reopening template all come through here.

mod fill;
mod form;
mod given;
mod value;
mod wrong;

pub use form::{Button, ButtonKind, Field, FieldKind, Form, Header, HeaderKind, Part};
pub use given::{ButtonValue, Given, HeaderValue, Values};
pub use value::{clean, is_blank};
pub use wrong::{Place, Why, Wrong};

#[cfg(test)]
mod tests;

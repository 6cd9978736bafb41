//! What the product says to people, in each language that it speaks. Everything that is told is data of `chasqui-model`; here
//! is the one place where it becomes a sentence. Matches are exhaustive and tables have a fixed length: a sentence that is
//! missing in a language does not compile.

pub mod check;
pub mod day;
mod failure;
pub mod letter;
pub mod meta;
mod notice;
mod reason;
pub mod template;
pub mod text;
mod title;

use chasqui_model::account::Language;

pub use failure::failure;
pub use title::title;

/// Something that can be said.
pub trait Say {
    /// In a language: whole sentences, what happened and what to do.
    fn say(&self, language: Language) -> String;
}

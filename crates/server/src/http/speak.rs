//! The language of an answer: what a request accepts, kept for as long as it is worked on. Sentences are written in
//! English; who asked in German gets them from the phrasebook. A test holds the phrasebook against the code.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use chasqui_model::account::Language;
use chasqui_words::Say;

pub use super::phrasebook::Phrasebook;

/// What refusals say.
pub const PHRASES: &str = include_str!("german.json");

static BOOK: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::read(PHRASES));

tokio::task_local! {
    static LANGUAGE: Language;
}

/// Works on a request in the language that it accepts.
pub(crate) async fn in_its_language(request: Request, next: Next) -> Response {
    let wanted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = Language::accepted(wanted.unwrap_or_default());
    LANGUAGE.scope(language, next.run(request)).await
}

/// Work of a request that goes on by itself, in the request's language.
pub(crate) async fn carried<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    tokio::spawn(LANGUAGE.scope(language(), work)).await
}

/// The language of the request in hand; English where there is none.
pub(crate) fn language() -> Language {
    LANGUAGE.try_with(|language| *language).unwrap_or_default()
}

/// Data in the language of the request in hand.
pub(crate) fn say(it: &impl Say) -> String {
    it.say(language())
}

/// An English text in the language of the request in hand.
pub(crate) fn words(text: &str) -> String {
    match language() {
        Language::En | Language::Es | Language::Pt => text.to_owned(),
        Language::De => BOOK.translate(text),
    }
}

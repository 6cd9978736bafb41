//! The language of an answer: what a request accepts, kept for as long as it is worked on. Sentences are written in
//! English; who asked in another language gets them from its phrasebook. A test holds the phrasebooks against the code.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use chasqui_model::account::Language;
use chasqui_words::Say;

pub use super::phrasebook::Phrasebook;

/// What refusals say in the other languages, each with its sentences.
pub const PHRASES: [(Language, &str); 3] = [
    (Language::De, include_str!("refusals.de.json")),
    (Language::Es, include_str!("refusals.es.json")),
    (Language::Pt, include_str!("refusals.pt.json")),
];

static BOOKS: LazyLock<[Phrasebook; 3]> = LazyLock::new(|| PHRASES.map(|(_, json)| Phrasebook::read(json)));

/// The book of a language; English needs none.
fn book(language: Language) -> Option<&'static Phrasebook> {
    let at = PHRASES.iter().position(|(it, _)| *it == language)?;
    BOOKS.get(at)
}

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
    book(language()).map_or_else(|| text.to_owned(), |book| book.translate(text))
}

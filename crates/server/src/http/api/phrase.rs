//! What bots say by themselves, for the form in which their owners put other words in place.

use axum::Json as Answer;
use chasqui_flow::{Language, Phrase};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::auth::Viewer;
use crate::http::input::Asked;

/// Whose words.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Spoken {
    /// The bot's language: `en`, `de`, `es` or `pt`. What has no words of its own is answered in English.
    language: Option<String>,
}

/// Something that a bot says by itself.
#[derive(Serialize, ToSchema)]
#[schema(as = BotPhrase)]
pub(crate) struct PhraseView {
    /// Its key below `settings.messages` of a bot file.
    #[schema(value_type = String, example = "expect_number")]
    phrase: Phrase,
    /// What is said when the bot has no words of its own.
    usual: &'static str,
    /// Names in braces that have a value here, besides the bot's variables.
    places: &'static [&'static str],
    /// Most characters.
    longest: usize,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = BotPhrases)]
pub(crate) struct Phrases {
    items: Vec<PhraseView>,
}

/// What bots say by themselves, such as "Please answer with a number."
#[utoipa::path(get, path = "/bots/phrases", tag = "bots", params(Spoken), responses((status = 200, body = Phrases)))]
pub(crate) async fn list(_viewer: Viewer, Asked(spoken): Asked<Spoken>) -> Answer<Phrases> {
    let language = Language::of(spoken.language.as_deref().unwrap_or_default());
    let view = |phrase: Phrase| PhraseView {
        phrase,
        usual: phrase.usual(language),
        places: phrase.places(),
        longest: phrase.longest(),
    };
    Answer(Phrases { items: Phrase::ALL.into_iter().map(view).collect() })
}

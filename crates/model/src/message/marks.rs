//! What stands with a contact's message beside its content: when they wrote it, whether it was forwarded, the
//! advertisement they came from, the product they ask about. Kept in the transcript with the content, under `marks`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;
use crate::message::Inbound;
use crate::message::inbound::Content;

/// Longest text of a referral that is kept, in characters. Meta's are far shorter.
const LONGEST: usize = 2048;
/// The key that they stand under. No content has a field of this name.
const KEY: &str = "marks";

/// What stands with a message beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// When the contact wrote it, by Meta's clock. `None`: Meta did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Forwarded from another chat.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// Forwarded so often that WhatsApp says so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frequently_forwarded: bool,
    /// The advertisement or post the contact came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The product that it asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
}

/// An advertisement or post that led somebody here. Its words are any text at all; its links lead to the web.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    /// `ad` or `post`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// Meta's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `image` or `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Its video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    /// A small picture of its video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
    /// The id of the click, for reports to Meta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctwa_clid: Option<String>,
    /// The greeting that was shown in the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome_message: Option<String>,
}

/// A product of the business's catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// The catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<String>,
    /// The product, by the business's own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_retailer_id: Option<String>,
}

impl Referral {
    /// Reads what Meta says. `None` when it is no object, or nothing in it is known.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |it: &Value| {
            let text = it.as_str().map(str::trim).filter(|text| !text.is_empty())?;
            Some(text.chars().take(LONGEST).collect::<String>())
        };
        // A number for an id is an id.
        let id = |key: &str| text(&value[key]).or_else(|| value[key].as_u64().map(|id| id.to_string()));
        let link = |key: &str| text(&value[key]).filter(|link| is_web_address(link));
        let it = Self {
            source_type: text(&value["source_type"]),
            source_id: id("source_id"),
            source_url: link("source_url"),
            headline: text(&value["headline"]),
            body: text(&value["body"]),
            media_type: text(&value["media_type"]),
            image_url: link("image_url"),
            video_url: link("video_url"),
            thumbnail_url: link("thumbnail_url"),
            ctwa_clid: text(&value["ctwa_clid"]),
            welcome_message: text(&value["welcome_message"]["text"]),
        };
        (it != Self::default()).then_some(it)
    }
}

/// Whether it is an address that a browser may open from here: `javascript:` and its kin are none.
fn is_web_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_plain && matches!(scheme.as_deref(), Some("http" | "https"))
}

impl Marks {
    /// The marks of a message.
    pub fn of(message: &Inbound) -> Self {
        Self {
            at: (message.at > Timestamp::EPOCH).then_some(message.at),
            forwarded: message.forwarded,
            frequently_forwarded: message.frequently_forwarded,
            referral: message.referral.as_ref().and_then(Referral::read),
            product: message.product.clone(),
        }
    }

    /// Takes the marks out of what is kept of a message. None in messages that were kept without.
    pub fn take(content: &mut Value) -> Self {
        let Some(fields) = content.as_object_mut() else { return Self::default() };
        fields.remove(KEY).and_then(|marks| serde_json::from_value(marks).ok()).unwrap_or_default()
    }
}

/// What is kept of a message: its content with the marks in it, JSON.
pub fn kept(message: &Inbound) -> String {
    with_marks(&message.content, &Marks::of(message))
}

/// A content with marks in it, JSON.
pub fn with_marks(content: &Content, marks: &Marks) -> String {
    let mut text = serde_json::to_string(content).unwrap_or_default();
    // Contents are objects that hold at least their type.
    if *marks != Marks::default()
        && text.pop() == Some('}')
        && let Ok(marks) = serde_json::to_string(marks)
    {
        text.push_str(",\"marks\":");
        text.push_str(&marks);
        text.push('}');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message() -> Inbound {
        Inbound {
            wamid: "wamid.1".to_owned(),
            at: Timestamp::from_seconds(1_750_275_992),
            content: Content::Text { body: "Hi!".to_owned() },
            reply_to: None,
            forwarded: false,
            frequently_forwarded: false,
            referral: None,
            product: None,
        }
    }

    #[test]
    fn marks_go_into_the_content_and_come_out_again() {
        let referral = json!({ "source_url": "https://fb.me/3cr4Wqqkv", "source_id": 120_226, "headline": " Chat ",
            "welcome_message": { "text": "Hello" }, "something": { "new": 1 } });
        let product =
            Product { catalog_id: Some("1".to_owned()), product_retailer_id: Some("di9".to_owned()) };
        let message = Inbound {
            forwarded: true,
            frequently_forwarded: true,
            referral: Some(referral),
            product: Some(product.clone()),
            ..message()
        };
        let mut value: Value = serde_json::from_str(&kept(&message)).unwrap();
        let marks = Marks::take(&mut value);
        assert_eq!(value, json!({ "type": "text", "body": "Hi!" }));
        assert_eq!(marks.at, Some(message.at));
        assert_eq!(
            (marks.forwarded, marks.frequently_forwarded, &marks.product),
            (true, true, &Some(product))
        );
        let referral = marks.referral.unwrap();
        assert_eq!(
            (referral.headline.as_deref(), referral.source_id.as_deref()),
            (Some("Chat"), Some("120226"))
        );
        assert_eq!(referral.welcome_message.as_deref(), Some("Hello"));
    }

    #[test]
    fn a_content_that_was_kept_without_marks_has_none() {
        let mut value = serde_json::to_value(message().content).unwrap();
        assert_eq!(Marks::take(&mut value), Marks::default());
        assert_eq!(value, json!({ "type": "text", "body": "Hi!" }));
        assert_eq!(
            with_marks(&Content::RequestWelcome, &Marks::default()),
            serde_json::to_string(&Content::RequestWelcome).unwrap()
        );
        assert_eq!(Marks::of(&Inbound { at: Timestamp::EPOCH, ..message() }), Marks::default());
    }

    #[test]
    fn only_links_into_the_web_are_kept() {
        let read =
            |link: &str| Referral::read(&json!({ "source_url": link, "body": "x" })).unwrap().source_url;
        for link in
            ["javascript:alert(1)", "data:text/html,x", "//fb.me/x", "ftp://a", " java\nscript://x", ""]
        {
            assert_eq!(read(link), None, "{link}");
        }
        for link in ["https://fb.me/3cr", "HTTP://fb.me/3cr"] {
            assert_eq!(read(link).as_deref(), Some(link));
        }
        assert_eq!(Referral::read(&json!(["no", "object"])), None);
        assert_eq!(Referral::read(&json!({ "headline": 7, "body": null })), None);
        let long = Referral::read(&json!({ "body": "ö".repeat(5000) })).unwrap().body.unwrap();
        assert_eq!(long.chars().count(), LONGEST);
    }
}

//! `cta_url`: sends text with one button that opens a web page.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Content, Header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::request::Address;
use crate::step::{Failure, Turn};
use crate::template::Template;
use crate::validate::Check;

/// Sends text with one button that opens a web page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CtaUrl {
    /// The words above the button, at most 1,024 characters.
    pub text: Template,
    /// A picture above the text: an address, or the id of an uploaded file (`med_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Template>,
    /// Small print below the text, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Template>,
    /// The label of the button, at most 20 characters.
    pub button: Template,
    /// The page. Values are escaped for the place they stand in.
    pub url: Address,
}

impl Default for CtaUrl {
    fn default() -> Self {
        let (text, button) = (Template::default(), Template::default());
        Self { text, image: None, footer: None, button, url: Address::parse("") }
    }
}

impl Behaviour for CtaUrl {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let url = match turn.with_scope(|scope, warnings| self.url.fill(scope, warnings, &[])) {
            Ok(url) => url,
            Err(reason) => {
                let message = "The address of a button is not valid.";
                return Next::Fail(Failure::new("invalid_url", message).with_detail(reason));
            }
        };
        let body = turn.fill(&self.text);
        let header = self.image.as_ref().and_then(|image| turn.picture(image)).map(Header::Image);
        let footer = self.footer.as_ref().map(|footer| turn.fill(footer));
        let display_text = turn.fill(&self.button);
        turn.send(Content::CtaUrl { header, body, footer, display_text, url });
        Next::port("next")
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        check.needed("text", &self.text);
        check.text("text", &self.text, limit::INTERACTIVE_BODY);
        check.picture("image", self.image.as_ref());
        check.optional_text("footer", self.footer.as_ref(), limit::FOOTER);
        check.needed("button", &self.button);
        check.text("button", &self.button, limit::URL_BUTTON);
        if let Some(reason) = self.url.error() {
            check.error("invalid_url", "url", reason);
        }
        check.template("url", self.url.template());
    }

    fn rests(&self) -> bool {
        false
    }

    fn quotes(&self) -> bool {
        true
    }
}

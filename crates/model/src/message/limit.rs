//! What WhatsApp allows, from Meta's message reference
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages>).
//! Lengths count Unicode scalar values: Meta does not state its unit, and for text beyond the basic plane this is the
//! unit its own samples pass with.

/// Longest text message.
pub const TEXT: usize = 4096;
/// Longest body of an interactive message. Meta's list page says 4,096, its `OpenAPI` file 1,024: the safe one.
pub const INTERACTIVE_BODY: usize = 1024;
/// Longest text header.
pub const HEADER: usize = 60;
/// Longest footer.
pub const FOOTER: usize = 60;
/// Longest caption.
pub const CAPTION: usize = 1024;
/// Most reply buttons.
pub const BUTTONS: usize = 3;
/// Longest label of a reply button.
pub const BUTTON_TITLE: usize = 20;
/// Longest id of a reply button.
pub const BUTTON_ID: usize = 256;
/// Most rows of a list, over all sections.
pub const LIST_ROWS: usize = 10;
/// Most sections of a list.
pub const LIST_SECTIONS: usize = 10;
/// Longest label of the button that opens a list.
pub const LIST_BUTTON: usize = 20;
/// Longest title of a section.
pub const SECTION_TITLE: usize = 24;
/// Longest id of a row.
pub const ROW_ID: usize = 200;
/// Longest title of a row.
pub const ROW_TITLE: usize = 24;
/// Longest description of a row.
pub const ROW_DESCRIPTION: usize = 72;
/// Longest label of a button that opens a web page.
pub const URL_BUTTON: usize = 20;
/// Longest label of a button that opens a WhatsApp Flow.
pub const FLOW_CTA: usize = 30;
/// Longest payload of a template's quick reply; Meta does not state one, this is what libraries keep to.
pub const QUICK_REPLY_PAYLOAD: usize = 128;
/// Longest name of a template.
pub const TEMPLATE_NAME: usize = 512;
/// Longest text that comes back with status webhooks.
pub const CALLBACK_DATA: usize = 512;

/// How long text is, in the unit of this file.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

//! The variables that every bot has: one list, from which the engine knows the names, the guide has its table and the
//! builder its picker.

use std::fmt::Write as _;

use crate::definition::VariableType;

/// A variable that every bot has.
#[derive(Clone, Copy, Debug)]
pub struct SystemVariable {
    /// As texts name it, without braces.
    pub path: &'static str,
    /// What it holds.
    pub kind: VariableType,
    /// What it is, for the guide.
    pub about: &'static str,
}

const fn text(path: &'static str, about: &'static str) -> SystemVariable {
    SystemVariable { path, kind: VariableType::Text, about }
}

const fn of(kind: VariableType, path: &'static str, about: &'static str) -> SystemVariable {
    SystemVariable { path, kind, about }
}

/// All of them, in the order of the guide.
pub const SYSTEM_VARIABLES: &[SystemVariable] = &[
    text("contact.name", "the profile name"),
    text("contact.phone", "the number, digits; empty while WhatsApp withholds it"),
    text("contact.username", "the username, without `@`"),
    text("contact.user_id", "the business-scoped user id, for example `US.13491208655302741918`"),
    text("message.text", "the words of the contact's last message: text, caption or tapped label"),
    text("message.type", "its type: `text`, `image`, `location`, `button_reply` …"),
    text("message.id", "Meta's id of it (`wamid.…`)"),
    of(
        VariableType::Date,
        "message.time",
        "when the contact wrote it, by Meta's clock, in the bot's time zone",
    ),
    text("message.reply_to", "Meta's id of the message that it quotes or taps"),
    of(VariableType::Boolean, "message.forwarded", "whether it was forwarded from another chat"),
    of(VariableType::Boolean, "message.frequently_forwarded", "whether it was forwarded many times"),
    of(VariableType::Object, "message.tap", "the button or row that was tapped"),
    text("message.tap.id", "the id that you gave the option; for a button of another sender its payload"),
    text("message.tap.payload", "the id or payload as it came back from WhatsApp"),
    text("message.tap.title", "the label as shown"),
    text("message.tap.description", "the line below the title of a row"),
    of(VariableType::Object, "message.media", "the file that was sent"),
    text("message.media.kind", "`image`, `video`, `audio`, `document` or `sticker`"),
    text("message.media.mime_type", "its type, for example `audio/ogg; codecs=opus`"),
    text("message.media.filename", "the name of a document"),
    text("message.media.caption", "the words below it"),
    of(VariableType::Boolean, "message.media.voice", "whether it is a voice note"),
    of(VariableType::Object, "message.location", "the place that was sent"),
    of(VariableType::Number, "message.location.latitude", "degrees north of the equator"),
    of(VariableType::Number, "message.location.longitude", "degrees east of Greenwich"),
    text("message.location.name", "what the place is called"),
    text("message.location.address", "its address"),
    text("message.location.url", "a link to it"),
    of(
        VariableType::List,
        "message.contacts",
        "the contact cards that were sent, for example `{message.contacts[0].name.formatted_name}`, \
         `{message.contacts[0].phones[0].phone}`, `{message.contacts[0].emails[0].email}`",
    ),
    of(
        VariableType::Any,
        "message.response",
        "the answers of a WhatsApp Flow or address form, for example `{message.response.rating}`",
    ),
    of(VariableType::Object, "message.order", "the cart that was sent"),
    text("message.order.catalog_id", "its catalogue"),
    text("message.order.text", "the words with it"),
    of(
        VariableType::List,
        "message.order.product_items",
        "its items, for example `{message.order.product_items[0].product_retailer_id}`, `.quantity`, `.item_price`, `.currency`",
    ),
    of(VariableType::Object, "message.product", "the product that the message asks about"),
    text("message.product.catalog_id", "its catalogue"),
    text("message.product.product_retailer_id", "your own number of it"),
    of(VariableType::Object, "message.referral", "the advertisement or post the contact came from"),
    text("message.referral.headline", "its headline"),
    text("message.referral.body", "its text"),
    text("message.referral.source_type", "`ad` or `post`"),
    text("message.referral.source_id", "Meta's id of it"),
    text("message.referral.source_url", "its address"),
    text("message.referral.ctwa_clid", "the id of the click, for reports to Meta"),
    text("conversation.id", "the conversation"),
    text("integration.name", "the name of the number, else the number"),
    text("bot.name", "the bot"),
    of(VariableType::Date, "now", "`2026-12-31T18:00:00+01:00`, in the bot's time zone"),
    of(VariableType::Date, "today", "`2026-12-31`, in the bot's time zone"),
];

/// Whether `key` is a field of the root (`contact`, `message` …).
pub(crate) fn has_field(root: &str, key: &str) -> bool {
    SYSTEM_VARIABLES.iter().any(|it| {
        let rest = it.path.strip_prefix(root).and_then(|rest| rest.strip_prefix('.'));
        rest.and_then(|rest| rest.split('.').next()) == Some(key)
    })
}

/// The table of the guide, in Markdown.
pub fn table() -> String {
    let mut text = String::from("| variable | holds | what it is |\n| --- | --- | --- |\n");
    for it in SYSTEM_VARIABLES {
        // Writing into a text cannot fail.
        let _ = writeln!(text, "| `{}` | {} | {} |", it.path, it.kind.name(), it.about);
    }
    text
}

/// The names and types, JSON, for the builder.
pub fn picker() -> String {
    let rows = SYSTEM_VARIABLES.iter().map(|it| format!("  \"{}\": \"{}\"", it.path, it.kind.name()));
    format!("{{\n{}\n}}\n", rows.collect::<Vec<_>>().join(",\n"))
}

//! In English.

use chasqui_model::account::{Language, Role};

use super::{Alert, Handoff, Letter, News};
use crate::meta::Explanation;

pub(super) fn alert(it: &Alert<'_>, title: &str, known: Option<(i64, Explanation)>) -> Letter {
    let Alert { number, count, since, .. } = it;
    let (subject, opening) = match it.news {
        News::First => (format!("{number}: {title}"), format!("{title}, on {number}, since {since}.")),
        News::Again { more } => (
            format!("{number}: {title}, {more} more"),
            format!("{title}, on {number}: {more} more times, {count} in all since {since}."),
        ),
        News::Over => (
            format!("{number}: over: {title}"),
            format!("This is over, on {number}: {title}. It happened {count} times since {since}."),
        ),
    };
    let what = match known {
        Some((code, known)) => format!("{}\nWhat to do: {}\n(error {code})", known.cause, known.cure),
        None => it.said(Language::En),
    };
    let talk = it.conversation.map(|link| format!("Open the conversation:\n{link}\n\n")).unwrap_or_default();
    let why = if it.asked_for {
        "The bot's author asks for this mail at that node. It goes to the addresses under Settings, or else to the account's \
         admins."
    } else {
        "You can change who gets these mails there, under Settings."
    };
    let ending = format!("{talk}Open the integration:\n{}\n\n{why}\n", it.log);
    (subject, it.text(&opening, &what, &ending))
}

pub(super) fn handoff(it: &Handoff<'_>) -> String {
    let Handoff { number, bot, at, link } = it;
    format!(
        "The bot {bot} handed a conversation on {number} to a person at {at}. It stays silent until somebody answers or hands \
         the conversation back.\n\nOpen the conversation:\n{link}\n\nThis mail goes to the addresses in the integration's \
         settings. If there are none, it goes to everybody who may take over.\n"
    )
}

pub(super) fn invitation(host: &str, account: &str, role: Role, link: &str) -> Letter {
    let role = match role {
        Role::Viewer => "viewer",
        Role::Builder => "builder",
        Role::Admin => "admin",
        Role::Owner => "owner",
    };
    let text = format!(
        "{host} invites you to the account {account} on Chasqui, as {role}.\n\nOpen this link to accept the \
         invitation:\n{link}\n\nIt works once, for 7 days. If you did not expect this, you can ignore it.\n"
    );
    (format!("{host} invites you to {account}"), text)
}

pub(super) fn password_reset(email: &str, link: &str) -> Letter {
    let text = format!(
        "Somebody, hopefully you, asked for a new password for {email} on Chasqui.\n\nOpen this link to choose \
         one:\n{link}\n\nIt works once, for an hour. If it was not you, you can ignore this: your password stays the same.\n"
    );
    ("Choose a new password".to_owned(), text)
}

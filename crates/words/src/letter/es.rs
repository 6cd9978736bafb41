//! In Spanish.

use chasqui_model::account::{Language, Role};

use super::{Alert, Handoff, Letter, News};
use crate::meta::Explanation;

pub(super) fn alert(it: &Alert<'_>, title: &str, known: Option<(i64, Explanation)>) -> Letter {
    let Alert { number, count, since, .. } = it;
    let (subject, opening) = match it.news {
        News::First => (format!("{number}: {title}"), format!("{title}, en {number}, desde {since}.")),
        News::Again { more } => (
            format!("{number}: {title}, {more} más"),
            format!("{title}, en {number}: {more} veces más, {count} en total desde {since}."),
        ),
        News::Over => (
            format!("{number}: resuelto: {title}"),
            format!("Esto terminó, en {number}: {title}. Ocurrió {count} veces desde {since}."),
        ),
    };
    let what = match known {
        Some((code, known)) => format!("{}\nQué hacer: {}\n(error {code})", known.cause, known.cure),
        None => it.said(Language::Es),
    };
    let talk = it.conversation.map(|link| format!("Abrir la conversación:\n{link}\n\n")).unwrap_or_default();
    let why = if it.asked_for {
        "El autor del bot pide este correo en ese nodo. Va a las direcciones indicadas en Ajustes; si no hay, a los \
         administradores de la cuenta."
    } else {
        "Puedes cambiar allí, en Ajustes, quién recibe estos correos."
    };
    let ending = format!("{talk}Abrir la integración:\n{}\n\n{why}\n", it.log);
    (subject, it.text(&opening, &what, &ending))
}

pub(super) fn handoff(it: &Handoff<'_>) -> String {
    let Handoff { number, bot, at, link } = it;
    format!(
        "El bot {bot} pasó una conversación de {number} a una persona a las {at}. Guarda silencio hasta que alguien responda o \
         devuelva la conversación.\n\nAbrir la conversación:\n{link}\n\nEste correo va a las direcciones de los ajustes de la \
         integración. Si no hay, va a todos los que pueden tomarla.\n"
    )
}

pub(super) fn invitation(host: &str, account: &str, role: Role, link: &str) -> Letter {
    let role = match role {
        Role::Viewer => "lector",
        Role::Builder => "creador",
        Role::Admin => "administrador",
        Role::Owner => "propietario",
    };
    let text = format!(
        "{host} te invita a la cuenta {account} en Chasqui, como {role}.\n\nAbre este enlace para aceptar la \
         invitación:\n{link}\n\nFunciona una vez, durante 7 días. Si no lo esperabas, no tienes que hacer nada.\n"
    );
    (format!("{host} te invita a {account}"), text)
}

pub(super) fn password_reset(email: &str, link: &str) -> Letter {
    let text = format!(
        "Alguien, esperamos que tú, pidió una contraseña nueva para {email} en Chasqui.\n\nAbre este enlace para \
         elegirla:\n{link}\n\nFunciona una vez, durante una hora. Si no fuiste tú, no tienes que hacer nada: tu contraseña no \
         cambia.\n"
    );
    ("Elige una contraseña nueva".to_owned(), text)
}

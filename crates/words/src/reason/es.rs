//! In Spanish.

use chasqui_model::account::Language;
use chasqui_model::integration::Damaged;
use chasqui_model::reason::{Reason, Scope};

use super::{Style, refused};
use crate::day::day;
use crate::template;

const STYLE: Style = Style {
    language: Language::Es,
    to_send: "Para enviar hace falta el permiso",
    needs: "Para esto hace falta el permiso",
    says: "Meta dice:",
    error: "error",
};
const HELD: &str = "Las respuestas esperan hasta que haya uno nuevo.";

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(reason: &Reason) -> String {
    let on = |at: &_| day(*at, Language::Es);
    match reason {
        Reason::Damaged { part } => damaged(*part).to_owned(),
        Reason::TokenEnded { on: at } => {
            format!("El token de acceso terminó el {}. Introduce uno nuevo.", on(at))
        }
        Reason::TokenEnds { on: at } => {
            format!("El token de acceso termina el {}. Introduce uno nuevo.", on(at))
        }
        Reason::TokenRevoked => {
            "Meta ya no acepta el token de acceso aunque no ha caducado: fue revocado. Introduce uno nuevo.".to_owned()
        }
        Reason::TokenShortLived => {
            "El token de acceso termina en unas horas. Usa el de un usuario del sistema.".to_owned()
        }
        Reason::TokenLacks { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("Al token de acceso le falta el permiso {scope}: no se puede enviar nada. Introduce uno nuevo.")
        }
        Reason::TokenLacks { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "Al token de acceso le falta el permiso {scope}: no se pueden administrar las plantillas ni el webhook."
            )
        }
        Reason::TokenRefused { meta } => refused(meta, &STYLE, "Meta rechaza el token de acceso.", HELD),
        Reason::NumberHeld { meta } => {
            refused(meta, &STYLE, "Meta no deja que este número envíe nada por ahora.", "")
        }
        Reason::OutOfService { status } => {
            format!("Meta puso el número fuera de servicio ({status}). Mira su página en Meta.")
        }
        Reason::DeliversNowhere => {
            "Meta no entrega los mensajes de este número en ningún lugar. Conecta el webhook.".to_owned()
        }
        Reason::DeliversElsewhere { url } => format!(
            "Meta entrega los mensajes de este número en otro lugar: {url}. Conecta el webhook de nuevo."
        ),
        Reason::NotConnected => {
            "El webhook no está conectado: no llega ningún mensaje. Conéctalo.".to_owned()
        }
        Reason::NotSubscribed => {
            "La app no está suscrita a la cuenta de empresa. Conecta el webhook de nuevo.".to_owned()
        }
        Reason::VersionEnds { version, on: at } => {
            format!("Meta termina {version} el {}. Actualiza la versión.", on(at))
        }
        Reason::VersionEnded { version, answers_as, until } => ended(version, answers_as, until.map(|at| on(&at))),
        Reason::VersionGone { version } => {
            format!("Meta ya no ofrece {version}. Actualiza la versión.")
        }
        Reason::LowQuality => {
            "La calidad del número es baja: las personas lo bloquean o lo denuncian. Envía menos.".to_owned()
        }
        Reason::MetaRefused { meta } => refused(meta, &STYLE, "Meta rechazó el mensaje.", ""),
        Reason::NotDelivered { meta } => refused(meta, &STYLE, "El mensaje no llegó.", ""),
        Reason::NoAnswer => "Meta no responde.".to_owned(),
        Reason::CallRefused { meta } => refused(meta, &STYLE, "Meta lo rechazó.", ""),
        Reason::Unreached => "Meta no respondió. Inténtalo de nuevo en un momento.".to_owned(),
        Reason::WindowClosed => "La ventana de 24 horas está cerrada: el contacto no ha escrito en un día y solo se pueden \
                                 enviar plantillas. Elige en los ajustes de la integración una plantilla que se envíe en su \
                                 lugar."
            .to_owned(),
        Reason::GivenUp => "El mensaje no se pudo enviar durante 24 horas y se abandonó.".to_owned(),
        Reason::OptedOut => "Esta persona no quiere marketing de este número, y los ajustes de la integración indican que se \
                             respete."
            .to_owned(),
        Reason::Unreadable => {
            "El mensaje está guardado en una forma que no se puede leer, así que no se envió.".to_owned()
        }
        Reason::NoRecipient => {
            "No hay a quién enviarlo: no se conoce ni un número ni un ID de usuario.".to_owned()
        }
        Reason::NoFile => "No se encontró el archivo. Súbelo de nuevo.".to_owned(),
        Reason::Deleted => "La integración se eliminó.".to_owned(),
        Reason::TokenInvalid => "El token de acceso contiene caracteres que ningún token tiene. Introdúcelo de nuevo.".to_owned(),
        Reason::StoreAway => "La base de datos no respondió. Inténtalo de nuevo en un momento.".to_owned(),
        Reason::Claimed => "Esta integración se desactivó: alguien conectó su número con un token de acceso que Meta acepta \
             para él. Meta nunca ha aceptado las credenciales de aquí para este número. Compruébalas en Meta y \
             actívala de nuevo.".to_owned(),
        Reason::Template { name, wrong } => template::wrong(name, wrong, Language::Es),
        Reason::TemplateNotApproved { name, status } => {
            format!("La plantilla {name} no se puede enviar: Meta dice {status}.")
        }
        Reason::TemplateUnknown { name, language } => {
            format!("En Meta no hay una plantilla {name} en el idioma {language}. Elige una aprobada.")
        }
        Reason::Words { text } => text.clone(),
    }
}

pub(crate) fn ended(version: &str, answers_as: &str, until: Option<String>) -> String {
    match until {
        Some(until) => {
            format!(
                "Meta terminó {version} y responde como {answers_as}, hasta el {until}. Actualiza la versión."
            )
        }
        None => format!("Meta terminó {version} y responde como {answers_as}. Actualiza la versión."),
    }
}

const fn damaged(part: Damaged) -> &'static str {
    match part {
        Damaged::AppSecret => {
            "El secreto de la app está dañado en la base de datos y no se puede leer. Introdúcelo de nuevo. Hasta entonces se \
             rechazan las entregas, y Meta las envía otra vez."
        }
        Damaged::AccessToken => {
            "El token de acceso está dañado en la base de datos y no se puede leer. Introdúcelo de nuevo. Hasta entonces los \
             mensajes esperan."
        }
        Damaged::VerifyToken => {
            "El token de verificación está dañado en la base de datos y no se puede leer. Introdúcelo de nuevo, aquí y en Meta."
        }
        Damaged::Version => {
            "La versión de la Graph API está dañada en la base de datos y no se puede leer. Elígela de nuevo. Hasta entonces \
             los mensajes esperan."
        }
        Damaged::Settings => {
            "Los ajustes están dañados en la base de datos y no se pueden leer. Revísalos todos y guarda. Hasta entonces se \
             rechazan las entregas, y Meta las envía otra vez."
        }
    }
}

//! In Spanish.

use chasqui_model::account::Language;
use chasqui_model::notice::{Notice, TooOld, WorksAgain};
use chasqui_model::quota::Kind;
use chasqui_model::reason::{MetaSaid, Scope};

use super::{MIB, failed, is_bad};
use crate::day::day;
use crate::reason::es::ended;
use crate::{Say, meta};

const LANGUAGE: Language = Language::Es;

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(notice: &Notice) -> String {
    match notice {
        Notice::NumberCannotSend { why } | Notice::MessageNotSent { why } => why.say(LANGUAGE),
        Notice::NumberWorksAgain { by: WorksAgain::Sent } => "El número vuelve a enviar.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::Changed } => "El número puede enviar de nuevo.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::TokenTaken } => {
            "Meta vuelve a aceptar el token de acceso. Los mensajes en espera se envían.".to_owned()
        }
        Notice::SendsDelayed { why } => {
            let why = why.say(LANGUAGE);
            format!("Un mensaje lleva más de cinco minutos esperando. El envío se reintenta hasta por un día. {why}")
        }
        Notice::TokenEndsSoon { on } => {
            let on = day(*on, LANGUAGE);
            format!(
                "El token de acceso termina el {on}. Crea uno nuevo en Meta e introdúcelo en la integración; hasta \
             entonces el antiguo sigue funcionando."
            )
        }
        Notice::TokenEnded { on } => {
            let on = day(*on, LANGUAGE);
            format!("El token de acceso terminó el {on}. Las respuestas esperan hasta que haya uno nuevo.")
        }
        Notice::TokenRevoked => chasqui_model::reason::Reason::TokenRevoked.say(LANGUAGE),
        Notice::TokenPermissionLost { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("El token de acceso perdió el permiso {scope}: no se puede enviar nada. Introduce uno nuevo.")
        }
        Notice::TokenPermissionLost { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "El token de acceso perdió el permiso {scope}: no se pueden administrar las plantillas ni el \
             webhook. Introduce uno nuevo."
            )
        }
        Notice::TokenPermissionBack { scope } => {
            format!("El token de acceso vuelve a tener el permiso {}.", scope.name())
        }
        Notice::TokenRenewed => "El token de acceso se reemplazó.".to_owned(),
        Notice::VersionEndsSoon { version, on } => {
            let on = day(*on, LANGUAGE);
            format!("Meta termina {version} de la Graph API el {on}. Actualiza la versión: basta un clic.")
        }
        Notice::VersionEnded { version, answers_as, until } => {
            ended(version, answers_as, until.map(|at| day(at, LANGUAGE)))
        }
        Notice::VersionRaised => "La versión de la Graph API cambió.".to_owned(),
        Notice::WebhookVerified => "Meta verificó la URL de callback con el token de verificación correcto.".to_owned(),
        Notice::VerifyTokenWrong { .. } => {
            "Alguien pidió verificar la URL de callback con un token de verificación distinto del de aquí. Si \
             fuiste tú en Meta, compara los dos: cada letra cuenta."
                .to_owned()
        }
        Notice::WebhookElsewhere { url } if url.is_empty() => {
            "Meta ya no entrega los mensajes de este número aquí ni en ningún otro lugar. Conecta el webhook de \
             nuevo.".to_owned()
        }
        Notice::WebhookElsewhere { url } => {
            format!("Meta entrega los mensajes de este número en {url} y ya no aquí. Conecta el webhook de nuevo.")
        }
        Notice::WebhookBack => "Meta vuelve a entregar aquí los mensajes de este número.".to_owned(),
        Notice::WebhookRepaired => "El webhook se conectó de nuevo.".to_owned(),
        Notice::FieldsRefused { fields } => format!(
            "Meta rechazó los campos del webhook {}. Todos los demás están conectados. Las novedades de los \
             rechazados no llegan.",
            fields.join(", ")
        ),
        Notice::SignatureRefused => {
            "Llegan entregas sin firma o con una firma incorrecta, y se rechazan. Si son de Meta, el secreto de \
             la app de aquí no es el de la app: introdúcelo de nuevo. Si no, otra persona escribe a la URL de \
             callback."
                .to_owned()
        }
        Notice::DeliveryUnreadable { cause } => {
            format!("Una parte de una entrega de Meta no se pudo leer y se guarda ({cause}).")
        }
        Notice::DeliveryTooOld { what: TooOld::Messages, count } => times(
            "Meta entregó mensajes de hace más de 8 días. El bot no los responde: ya no se sabe si lo hizo antes.",
            *count,
        ),
        Notice::DeliveryTooOld { what: TooOld::Preferences, count } => times(
            "Meta entregó preferencias de marketing de hace más de 8 días. No cambian nada: ya no se sabe si lo \
             hicieron antes.",
            *count,
        ),
        Notice::MessageFailed { code } => match code.and_then(|code| meta::explain(code, LANGUAGE)) {
            Some(known) => format!("Un mensaje no llegó. {} {}", known.cause, known.cure),
            None => "Un mensaje no llegó, y Meta no dio ninguna razón conocida.".to_owned(),
        },
        Notice::MessageNotRun { cause } => format!("Un mensaje no se pudo procesar y se guarda: {cause}."),
        Notice::OptedOut => chasqui_model::reason::Reason::OptedOut.say(LANGUAGE),
        Notice::HandedOff => "Una conversación espera a una persona. Ábrela y tómala.".to_owned(),
        Notice::FlowFailed { code, words } => failed(code, words, LANGUAGE),
        Notice::NodeFailed { bot, node, code, words } => {
            let words = failed(code, words, LANGUAGE);
            format!("El bot {bot} falló en el nodo {node}. {words}")
        }
        Notice::MissedCall { count } => times(
            "Alguien llamó a este número y nadie contestó. Los bots no atienden llamadas: responde con un \
             mensaje o desactiva las llamadas en Meta.",
            *count,
        ),
        Notice::MetaError { meta, count } => times(&error(meta), *count),
        Notice::FieldIgnored { field, what, count } => times(&ignored(field, what), *count),
        Notice::NumberClaimed => chasqui_model::reason::Reason::Claimed.say(LANGUAGE),
        Notice::QuotaPassed { kind: Kind::Contacts, limit } => format!(
            "Esta cuenta tiene más de {limit} contactos. Los mensajes se siguen aceptando y respondiendo. Borra \
             conversaciones antiguas o pregunta a tu operador."
        ),
        Notice::QuotaPassed { limit, .. } => format!(
            "Los archivos que enviaron los contactos ocupan más de {} MiB. Los mensajes se siguen aceptando y \
             respondiendo. Borra conversaciones antiguas o pregunta a tu operador.",
            limit / MIB
        ),
        Notice::StoreStoodStill { seconds } => format!(
            "La base de datos de esta instalación no respondió durante {seconds} segundos. Las entregas de ese \
             tiempo se rechazaron, y Meta las envía otra vez."
        ),
        Notice::TemplateStatus { name, language, status, reason } => {
            let cure = if is_bad(notice) { " Cámbiala en Meta o elige otra." } else { "" };
            format!("La plantilla {name} ({language}) ahora está en {status}.{}{cure}", why(reason.as_deref()))
        }
        Notice::TemplateQuality { name, language, quality } => {
            let cure = if is_bad(notice) { " Cambia su texto, o Meta la pondrá en pausa." } else { "" };
            format!("La plantilla {name} ({language}) ahora tiene la calidad {quality}.{cure}")
        }
        Notice::TemplateCategory { name, language, category, later: true } => format!(
            "Meta dice que la plantilla {name} ({language}) pasará a la categoría {category}; su precio cambia \
             con ella."
        ),
        Notice::TemplateCategory { name, language, category, later: false } => format!(
            "Meta dice que la plantilla {name} ({language}) es de la categoría {category}; su precio cambia con \
             ella."
        ),
        Notice::TemplateChanged { name, language } => {
            format!("La plantilla {name} ({language}) se cambió en Meta.")
        }
        Notice::NumberQuality { event, limit } => {
            let limit = limit.as_ref().map(|it| format!(" Su límite de mensajes es {it}.")).unwrap_or_default();
            let cure = if is_bad(notice) {
                " Las personas lo bloquean o lo denuncian: envía menos, y solo lo que pidieron."
            } else {
                ""
            };
            format!("Meta informa {event} para este número.{limit}{cure}")
        }
        Notice::NumberName { decision, reason } => {
            format!("Decisión de Meta sobre el nombre visible del número: {decision}.{}", why(reason.as_deref()))
        }
        Notice::NumberSecurity { event } => {
            format!("Meta informa {event} para este número. Si no fue nadie de tu equipo, cambia el PIN del número en \
             Meta.")
        }
        Notice::MessagingLimit { limit } => {
            format!("La empresa puede iniciar ahora {limit} conversaciones al día.")
        }
        Notice::AccountUpdate { event, detail } => {
            let detail = detail.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
            let cure = if is_bad(notice) { " Mira la página de la cuenta en Meta." } else { "" };
            format!("Meta informa {event}{detail} para la cuenta de empresa.{cure}")
        }
        Notice::AccountReview { decision } => {
            format!("Decisión de Meta sobre la cuenta de empresa: {decision}.")
        }
        Notice::AccountAlert { description, .. } => format!("Meta dice: {description}"),
        Notice::Words { text, .. } => text.clone(),
    }
}

fn why(reason: Option<&str>) -> String {
    reason.map(|it| format!(" Meta dice: {it}.")).unwrap_or_default()
}

fn error(said: &MetaSaid) -> String {
    let begin = "Meta informa un error que no pertenece a ningún mensaje";
    let begin = match (&said.said, said.code) {
        (None, None) => format!("{begin}."),
        (None, Some(code)) => format!("{begin} (error {code})."),
        (Some(what), None) => format!("{begin}: {what}."),
        (Some(what), Some(code)) => format!("{begin}: {what} (error {code})."),
    };
    match said.code.and_then(|code| meta::explain(code, LANGUAGE)) {
        Some(known) => format!("{begin} {} {}", known.cause, known.cure),
        None => begin,
    }
}

fn ignored(field: &str, what: &str) -> String {
    match (field, what) {
        ("", _) => "Meta envió muchos otros avisos que aquí no tienen efecto.".to_owned(),
        (field, "") => {
            format!("Meta envió un aviso en el campo de webhook {field}. Aquí no tiene efecto.")
        }
        (field, what) => {
            format!("Meta envió {what} en el campo de webhook {field}. Aquí no tiene efecto.")
        }
    }
}

fn times(words: &str, count: u32) -> String {
    if count > 1 { format!("{words} Llegó {count} veces en 24 horas.") } else { words.to_owned() }
}

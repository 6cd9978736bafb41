//! In Spanish.

use chasqui_model::check::Check;
use chasqui_model::check::State::{self, Bad, Good, NotKnown, Soon};

pub(super) const fn title(check: Check) -> &'static str {
    match check {
        Check::Active => "Activa",
        Check::Bot => "Bot",
        Check::Credentials => "Credenciales",
        Check::TokenExpiry => "Fin del token",
        Check::Scopes => "Permisos",
        Check::Version => "Versión de la API",
        Check::Number => "Número",
        Check::Quality => "Calidad",
        Check::MessagingLimit => "Límite de mensajes",
        Check::CanSend => "Envío permitido",
        Check::AppSubscribed => "App suscrita",
        Check::MessagesField => "Campos del webhook",
        Check::Callback => "URL de callback",
        Check::Verified => "Verificación",
        Check::LastDelivery => "Entregas",
        Check::Signatures => "Firmas",
        Check::Template => "Plantilla",
        Check::AlertMail => "Avisos por correo",
        Check::Recipients => "Quién puede escribir",
        Check::Queue => "Cola",
    }
}

pub(super) const fn cure(check: Check) -> &'static str {
    match check {
        Check::Active => "Activa la integración.",
        Check::Bot => "Publica el bot o elige otro.",
        Check::Credentials => {
            "Crea un token de acceso nuevo en Meta e introdúcelo; comprueba también el ID y el secreto de la app."
        }
        Check::TokenExpiry => "Introduce un token nuevo; el de un usuario del sistema nunca termina.",
        Check::Scopes => "Crea un token nuevo con los dos permisos de WhatsApp.",
        Check::Version => "Actualiza la versión.",
        Check::Number => "Comprueba el ID del número de teléfono y registra el número en Meta.",
        Check::Quality => "Las personas bloquean o denuncian el número: envía menos, y solo lo que pidieron.",
        Check::MessagingLimit => "Verifica la empresa en Meta; el límite crece después con buena calidad.",
        Check::CanSend => "Mira la página del número en Meta.",
        Check::AppSubscribed | Check::MessagesField | Check::Callback => "Conecta el webhook.",
        Check::Verified => {
            "Conecta el webhook, o compara el token de verificación en ambos lados: cada letra cuenta."
        }
        Check::LastDelivery => "Escribe al número desde un teléfono. Si no llega nada, conecta el webhook.",
        Check::Signatures => {
            "Introduce el secreto de la app de nuevo; si es correcto, otra persona escribe a la URL de callback."
        }
        Check::Template => "Elige una plantilla aprobada.",
        Check::AlertMail => "Introduce una dirección que reciba correo.",
        Check::Recipients => "",
        Check::Queue => "Mira las comprobaciones fallidas; después la cola sigue sola.",
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn found(check: Check, state: State, value: Option<&str>) -> String {
    match (check, state, value) {
        (Check::Active, Good, _) => "El interruptor está encendido.".to_owned(),
        (Check::Active, Bad, _) => "El interruptor está apagado: los mensajes se cuentan y no se responden.".to_owned(),
        (Check::Bot, Good, _) => "Hay un bot publicado conectado.".to_owned(),
        (Check::Bot, Bad, _) => "El bot conectado no está publicado.".to_owned(),
        (Check::Credentials, Good, _) => "Meta acepta el secreto de la app y el token.".to_owned(),
        (Check::Credentials, Bad, Some(value)) => format!("Meta no los acepta: {value}"),
        (Check::Credentials, Bad, None) => "Meta no los acepta.".to_owned(),
        (Check::TokenExpiry, Good, Some(value)) => format!("El token de acceso termina el {value}."),
        (Check::TokenExpiry, Good, None) => "El token de acceso nunca termina.".to_owned(),
        (Check::TokenExpiry, Bad, _) => format!("El token de acceso terminó el {}.", value.unwrap_or_default()),
        (Check::TokenExpiry, Soon, _) => format!("El token de acceso termina el {}.", value.unwrap_or_default()),
        (Check::Scopes, Good, _) => "El token tiene los permisos que necesita.".to_owned(),
        (Check::Scopes, Bad, _) => format!("Al token le falta: {}.", value.unwrap_or_default()),
        (Check::Scopes, Soon, _) => format!("Al token le falta {}: no se pueden administrar las plantillas ni el webhook.", value.unwrap_or_default()),
        (Check::Version, Good, _) => format!("Meta ofrece {}.", value.unwrap_or_default()),
        (Check::Version, Bad, _) => format!("Meta ya no ofrece {}.", value.unwrap_or_default()),
        (Check::Version, Soon, _) => format!("Meta termina pronto esta versión: {}.", value.unwrap_or_default()),
        (Check::Number, Good, Some(value)) => format!("{value} está registrado y conectado."),
        (Check::Number, Good, None) => "El número está registrado y conectado.".to_owned(),
        (Check::Number, Bad, Some(value)) => format!("El número no está conectado: {value}"),
        (Check::Number, Bad, None) => "El número no está conectado.".to_owned(),
        (Check::Quality, Good, _) => "La calidad del número es alta.".to_owned(),
        (Check::Quality, Bad, _) => "La calidad del número es baja.".to_owned(),
        (Check::Quality, Soon, _) => "La calidad del número es media.".to_owned(),
        (Check::Quality, NotKnown, _) => "Meta todavía no tiene una calificación.".to_owned(),
        (Check::MessagingLimit, Good, _) => format!("El número puede iniciar conversaciones: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, Soon, _) => format!("El número solo puede iniciar pocas conversaciones al día: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, NotKnown, _) => "Meta todavía no ha fijado ninguno.".to_owned(),
        (Check::CanSend, Good, _) => "Meta deja que el número envíe.".to_owned(),
        (Check::CanSend, Bad, Some(value)) => format!("Meta no deja que el número envíe. {value}"),
        (Check::CanSend, Bad, None) => "Meta no deja que el número envíe.".to_owned(),
        (Check::CanSend, Soon, Some(value)) => format!("Meta limita lo que el número puede enviar. {value}"),
        (Check::CanSend, Soon, None) => "Meta limita lo que el número puede enviar.".to_owned(),
        (Check::AppSubscribed, Good, _) => "La app recibe las entregas de la cuenta de empresa.".to_owned(),
        (Check::AppSubscribed, Bad, _) => "La app no está suscrita a la cuenta de empresa.".to_owned(),
        (Check::MessagesField, Good, Some(value)) => format!("La app está suscrita a messages. Meta rechazó los campos {value}."),
        (Check::MessagesField, Good, None) => "La app está suscrita a messages y a todos los demás campos.".to_owned(),
        (Check::MessagesField, Bad, _) => "La app no está suscrita al campo messages.".to_owned(),
        (Check::MessagesField, Soon, _) => format!("La app está suscrita a messages, pero no a {}.", value.unwrap_or_default()),
        (Check::Callback, Good, _) => "Meta entrega aquí.".to_owned(),
        (Check::Callback, Bad, Some(value)) => format!("Meta entrega en {value}."),
        (Check::Callback, Bad, None) => "Meta no entrega en ningún lugar.".to_owned(),
        (Check::Verified, Good, _) => format!("La solicitud de verificación de Meta se respondió el {}.", value.unwrap_or_default()),
        (Check::Verified, Bad, Some(value)) => format!("El {value} se pidió la verificación con otro token de verificación."),
        (Check::Verified, Bad, None) => "La solicitud de verificación de Meta nunca llegó.".to_owned(),
        (Check::Verified, Soon, _) => format!("El webhook se verificó antes. El {} se pidió la verificación con otro token de verificación.", value.unwrap_or_default()),
        (Check::LastDelivery, Good, _) => format!("La última llegó el {}.", value.unwrap_or_default()),
        (Check::LastDelivery, Soon, _) => "Todavía no ha llegado ninguna.".to_owned(),
        (Check::LastDelivery, NotKnown, _) => format!("Ninguna en las últimas 24 horas; la última llegó el {}.", value.unwrap_or_default()),
        (Check::Signatures, Good, _) => "Ninguna firma incorrecta en la última hora.".to_owned(),
        (Check::Signatures, Bad, _) => format!("En la última hora se rechazaron {} entregas con una firma incorrecta.", value.unwrap_or_default()),
        (Check::Template, Good, _) => format!("{} está aprobada.", value.unwrap_or_default()),
        (Check::Template, Bad, _) => format!("{} no se puede enviar.", value.unwrap_or_default()),
        (Check::Template, NotKnown, _) => "No hay ninguna elegida: no se puede enviar nada a quien no ha escrito en un día.".to_owned(),
        (Check::AlertMail, Good, _) => format!("Van a {}.", value.unwrap_or_default()),
        (Check::AlertMail, Bad, Some(value)) => format!("No llegan: {value}"),
        (Check::AlertMail, Bad, None) => "No se pueden enviar: este servidor no tiene servidor de correo.".to_owned(),
        (Check::AlertMail, Soon, _) => "Nadie recibe ninguno.".to_owned(),
        (Check::Recipients, Good, _) => "Todos.".to_owned(),
        (Check::Recipients, NotKnown, _) => format!("Solo se responde a {} números; los demás se cuentan y se ignoran.", value.unwrap_or_default()),
        (Check::Queue, Good, _) => "Nada espera a enviarse.".to_owned(),
        (Check::Queue, Bad, _) => "Las respuestas esperan porque el número no puede enviar.".to_owned(),
        (Check::Queue, Soon, _) => format!("El mensaje más antiguo lleva {} minutos esperando.", value.unwrap_or_default()),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, Some(value))
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, Some(value))
        | (Check::MessagingLimit | Check::LastDelivery, Bad, Some(value))
        | (Check::Template, Soon, Some(value))
        | (Check::Recipients, Bad | Soon, Some(value)) => format!("Meta no lo dijo. {value}"),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, None)
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, None)
        | (Check::MessagingLimit | Check::LastDelivery, Bad, None)
        | (Check::Template, Soon, None)
        | (Check::Recipients, Bad | Soon, None) => "Meta no lo dijo.".to_owned(),
    }
}

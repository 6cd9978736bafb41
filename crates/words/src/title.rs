//! What kinds of events are called.

use chasqui_model::account::Language;

/// What a kind of event is called, by its code. Old rows and bots have codes of their own, so one that nobody knows has a name
/// too.
#[rustfmt::skip]
pub fn title(code: &str, language: Language) -> &'static str {
    let [en, de, es, pt] = match code {
        "number_cannot_send" => ["The number cannot send", "Die Nummer kann nicht senden", "El número no puede enviar", "O número não consegue enviar"],
        "number_works_again" => ["The number sends again", "Die Nummer sendet wieder", "El número vuelve a enviar", "O número voltou a enviar"],
        "sends_delayed" => ["Messages wait to be sent", "Nachrichten warten auf das Senden", "Hay mensajes esperando a enviarse", "Há mensagens esperando envio"],
        "token_ends_soon" => ["The access token ends soon", "Das Zugriffstoken endet bald", "El token de acceso termina pronto", "O token de acesso termina em breve"],
        "token_ended" => ["The access token has ended", "Das Zugriffstoken ist abgelaufen", "El token de acceso terminó", "O token de acesso terminou"],
        "token_revoked" => ["The access token was revoked", "Das Zugriffstoken wurde widerrufen", "El token de acceso fue revocado", "O token de acesso foi revogado"],
        "token_permission_lost" => ["The access token may do less", "Das Zugriffstoken darf weniger", "El token de acceso puede hacer menos", "O token de acesso pode fazer menos"],
        "token_permission_back" => ["The access token may do as much as before", "Das Zugriffstoken darf so viel wie zuvor", "El token de acceso puede tanto como antes", "O token de acesso pode tanto quanto antes"],
        "node_failed" => ["A bot failed at a node", "Ein Bot scheiterte an einem Baustein", "Un bot falló en un nodo", "Um bot falhou em um nó"],
        "message_not_run" => ["A message could not be run", "Eine Nachricht konnte nicht verarbeitet werden", "Un mensaje no se pudo procesar", "Uma mensagem não pôde ser processada"],
        "token_renewed" => ["The access token was replaced", "Das Zugriffstoken wurde ersetzt", "El token de acceso se reemplazó", "O token de acesso foi substituído"],
        "version_ends_soon" => ["The API version ends soon", "Die API-Version endet bald", "La versión de la API termina pronto", "A versão da API termina em breve"],
        "version_raised" => ["The API version was changed", "Die API-Version wurde geändert", "La versión de la API cambió", "A versão da API foi alterada"],
        "webhook_elsewhere" => ["Meta delivers elsewhere", "Meta stellt woandershin zu", "Meta entrega en otro lugar", "A Meta entrega em outro lugar"],
        "webhook_back" => ["Meta delivers here again", "Meta stellt wieder hierher zu", "Meta vuelve a entregar aquí", "A Meta voltou a entregar aqui"],
        "webhook_repaired" => ["The webhook was connected again", "Der Webhook wurde wieder verbunden", "El webhook se conectó de nuevo", "O webhook foi conectado de novo"],
        "verify_token_wrong" => ["Verification with another verify token", "Prüfanfrage mit einem anderen Prüftoken", "Verificación con otro token de verificación", "Verificação com outro token de verificação"],
        "webhook_verified" => ["The webhook was verified", "Der Webhook wurde geprüft", "El webhook se verificó", "O webhook foi verificado"],
        "signature_refused" => ["Deliveries with a wrong signature", "Zustellungen mit falscher Signatur", "Entregas con una firma incorrecta", "Entregas com assinatura errada"],
        "message_not_sent" => ["A message was not sent", "Eine Nachricht wurde nicht gesendet", "Un mensaje no se envió", "Uma mensagem não foi enviada"],
        "message_failed" => ["A message did not arrive", "Eine Nachricht kam nicht an", "Un mensaje no llegó", "Uma mensagem não chegou"],
        "delivery_unreadable" => ["A delivery could not be read", "Eine Zustellung war nicht lesbar", "Una entrega no se pudo leer", "Uma entrega não pôde ser lida"],
        "template_unusable" => ["A template cannot be sent any more", "Eine Vorlage kann nicht mehr gesendet werden", "Una plantilla ya no se puede enviar", "Um modelo não pode mais ser enviado"],
        "template_quality" => ["A template's quality changed", "Die Qualität einer Vorlage hat sich geändert", "La calidad de una plantilla cambió", "A qualidade de um modelo mudou"],
        "template_approved" => ["A template was approved", "Eine Vorlage wurde genehmigt", "Una plantilla fue aprobada", "Um modelo foi aprovado"],
        "template_status" => ["A template's status changed", "Der Status einer Vorlage hat sich geändert", "El estado de una plantilla cambió", "O status de um modelo mudou"],
        "template_category" => ["A template's category changed", "Die Kategorie einer Vorlage hat sich geändert", "La categoría de una plantilla cambió", "A categoria de um modelo mudou"],
        "template_changed" => ["A template was changed at Meta", "Eine Vorlage wurde bei Meta geändert", "Una plantilla se cambió en Meta", "Um modelo foi alterado na Meta"],
        "number_quality" => ["The number's quality or limit changed", "Qualität oder Grenze der Nummer hat sich geändert", "La calidad o el límite del número cambió", "A qualidade ou o limite do número mudou"],
        "number_name" => ["Meta decided about the display name", "Meta hat über den Anzeigenamen entschieden", "Meta decidió sobre el nombre visible", "A Meta decidiu sobre o nome de exibição"],
        "fields_refused" => ["Refused webhook fields", "Abgelehnte Webhook-Felder", "Campos del webhook rechazados", "Campos do webhook recusados"],
        "missed_call" => ["A missed call", "Ein verpasster Anruf", "Una llamada perdida", "Uma ligação perdida"],
        "meta_error" => ["An error at Meta", "Ein Fehler bei Meta", "Un error en Meta", "Um erro na Meta"],
        "delivery_too_old" => ["Deliveries that are too old", "Zu alte Zustellungen", "Entregas demasiado antiguas", "Entregas antigas demais"],
        "number_claimed" => ["The number was connected elsewhere", "Die Nummer wurde anderswo verbunden", "El número se conectó en otro lugar", "O número foi conectado em outro lugar"],
        "field_ignored" => ["News from Meta", "Nachrichten von Meta", "Novedades de Meta", "Novidades da Meta"],
        "number_security" => ["The number's PIN", "Die PIN der Nummer", "El PIN del número", "O PIN do número"],
        "messaging_limit" => ["The messaging limit changed", "Die Sendegrenze hat sich geändert", "El límite de mensajes cambió", "O limite de mensagens mudou"],
        "account_update" => ["Meta changed the business account", "Meta hat das Geschäftskonto geändert", "Meta cambió la cuenta de empresa", "A Meta alterou a conta comercial"],
        "account_review" => ["Meta decided about the business account", "Meta hat über das Geschäftskonto entschieden", "Meta decidió sobre la cuenta de empresa", "A Meta decidiu sobre a conta comercial"],
        "account_alert" => ["Meta alerts", "Meta warnt", "Meta avisa", "A Meta alerta"],
        "quota_passed" => ["The account stores more than its limit", "Das Konto speichert mehr als erlaubt", "La cuenta guarda más de lo permitido", "A conta guarda mais do que o permitido"],
        "handed_off" => ["A conversation waits for a person", "Ein Gespräch wartet auf einen Menschen", "Una conversación espera a una persona", "Uma conversa espera por uma pessoa"],
        "store_stood_still" => ["The database did not answer", "Die Datenbank antwortete nicht", "La base de datos no respondió", "O banco de dados não respondeu"],
        "opted_out" => ["A person wants no marketing", "Eine Person will keine Werbung", "Una persona no quiere marketing", "Uma pessoa não quer marketing"],
        _ => ["Something needs a look", "Etwas braucht einen Blick", "Algo necesita atención", "Algo precisa de atenção"],
    };
    match language {
        Language::En => en,
        Language::De => de,
        Language::Es => es,
        Language::Pt => pt,
    }
}

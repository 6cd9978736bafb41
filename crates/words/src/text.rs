//! Texts that the product sends or shows by itself, each in one sentence or two.

use chasqui_model::account::Language;

/// The text of a test message.
pub const fn test_message(language: Language) -> &'static str {
    match language {
        Language::En => "This is a test message from Chasqui.",
        Language::De => "Dies ist eine Testnachricht von Chasqui.",
        Language::Es => "Este es un mensaje de prueba de Chasqui.",
        Language::Pt => "Esta é uma mensagem de teste do Chasqui.",
    }
}

/// What contacts are told when all open conversations of a number are ended.
pub const fn begins_anew(language: Language) -> &'static str {
    match language {
        Language::En => {
            "We have changed something here and are starting over. Write again whenever you like."
        }
        Language::De => "Wir haben hier etwas geändert und beginnen neu. Schreiben Sie gern noch einmal.",
        Language::Es => "Hemos cambiado algo aquí y empezamos de nuevo. Escribe otra vez cuando quieras.",
        Language::Pt => "Mudamos algo aqui e vamos começar de novo. Escreva outra vez quando quiser.",
    }
}

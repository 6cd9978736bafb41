//! What is wrong with the values that a template is given.

use chasqui_model::account::Language;
use chasqui_model::template::{HeaderKind, Place, Why, Wrong};

/// One thing that is wrong.
pub fn wrong(template: &str, wrong: &Wrong, language: Language) -> String {
    match &wrong.place {
        Place::Whole | Place::Header => header(template, &wrong.why, language),
        Place::Body { name, .. } => variable(template, &format!("{{{{{name}}}}}"), &wrong.why, language),
        Place::Button { index, label } => {
            let named = label.clone().filter(|label| !label.is_empty());
            button(template, &named.unwrap_or_else(|| index.to_string()), &wrong.why, language)
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
fn header(name: &str, why: &Why, language: Language) -> String {
    match (why, language) {
        (Why::Missing, Language::En) => format!("The template {name} needs a value for its header."),
        (Why::Missing, Language::De) => format!("Die Vorlage {name} braucht einen Wert für den Kopf."),
        (Why::Missing, Language::Es) => format!("La plantilla {name} necesita un valor para su encabezado."),
        (Why::Missing, Language::Pt) => format!("O modelo {name} precisa de um valor para o cabeçalho."),
        (Why::Empty, Language::En) => {
            format!("The value of the header of the template {name} is empty; Meta takes no empty values.")
        }
        (Why::Empty, Language::De) => {
            format!("Der Wert für den Kopf der Vorlage {name} ist leer; leere Werte nimmt Meta nicht an.")
        }
        (Why::Empty, Language::Es) => {
            format!(
                "El valor del encabezado de la plantilla {name} está vacío; Meta no acepta valores vacíos."
            )
        }
        (Why::Empty, Language::Pt) => {
            format!("O valor do cabeçalho do modelo {name} está vazio; a Meta não aceita valores vazios.")
        }
        (Why::Surplus, Language::En) => format!("The header of the template {name} takes no value."),
        (Why::Surplus, Language::De) => format!("Der Kopf der Vorlage {name} nimmt keinen Wert an."),
        (Why::Surplus, Language::Es) => {
            format!("El encabezado de la plantilla {name} no acepta ningún valor.")
        }
        (Why::Surplus, Language::Pt) => format!("O cabeçalho do modelo {name} não aceita nenhum valor."),
        (Why::Needs(kind), Language::En) => {
            format!("The header of the template {name} must be of the kind {}.", kind.name())
        }
        (Why::Needs(kind), Language::De) => {
            format!("Der Kopf der Vorlage {name} muss von der Art {} sein.", kind_in(*kind, language))
        }
        (Why::Needs(kind), Language::Es) => {
            format!("El encabezado de la plantilla {name} debe ser de tipo {}.", kind_in(*kind, language))
        }
        (Why::Needs(kind), Language::Pt) => {
            format!("O cabeçalho do modelo {name} deve ser do tipo {}.", kind_in(*kind, language))
        }
        (Why::TooLong { length, most }, Language::En) => format!(
            "The value of the header of the template {name} has {length} characters; {most} are allowed."
        ),
        (Why::TooLong { length, most }, Language::De) => {
            format!("Der Wert für den Kopf der Vorlage {name} hat {length} Zeichen; erlaubt sind {most}.")
        }
        (Why::TooLong { length, most }, Language::Es) => format!(
            "El valor del encabezado de la plantilla {name} tiene {length} caracteres; se permiten {most}."
        ),
        (Why::TooLong { length, most }, Language::Pt) => {
            format!("O valor do cabeçalho do modelo {name} tem {length} caracteres; são permitidos {most}.")
        }
        (Why::NoFile, Language::En) => format!(
            "The header of the template {name} needs an address that starts with https://, or the id of a file."
        ),
        (Why::NoFile, Language::De) => format!(
            "Der Kopf der Vorlage {name} braucht eine Adresse, die mit https:// beginnt, oder die Kennung einer Datei."
        ),
        (Why::NoFile, Language::Es) => format!(
            "El encabezado de la plantilla {name} necesita una dirección que empiece por https://, o el ID de un archivo."
        ),
        (Why::NoFile, Language::Pt) => format!(
            "O cabeçalho do modelo {name} precisa de um endereço que comece com https://, ou do ID de um arquivo."
        ),
        (Why::NoPlace, Language::En) => format!(
            "The header of the template {name} needs a latitude and a longitude with a comma between them."
        ),
        (Why::NoPlace, Language::De) => {
            format!("Der Kopf der Vorlage {name} braucht Breite und Länge mit einem Komma dazwischen.")
        }
        (Why::NoPlace, Language::Es) => format!(
            "El encabezado de la plantilla {name} necesita una latitud y una longitud separadas por una coma."
        ),
        (Why::NoPlace, Language::Pt) => format!(
            "O cabeçalho do modelo {name} precisa de uma latitude e uma longitude separadas por uma vírgula."
        ),
        (Why::Unsupported(part), Language::En) => {
            format!(
                "The template {name} has a part that cannot be filled in here: {part}. Choose another template."
            )
        }
        (Why::Unsupported(part), Language::De) => format!(
            "Die Vorlage {name} hat einen Teil, der hier nicht ausgefüllt werden kann: {part}. Wählen Sie eine andere Vorlage."
        ),
        (Why::Unsupported(part), Language::Es) => format!(
            "La plantilla {name} tiene una parte que no se puede rellenar aquí: {part}. Elige otra plantilla."
        ),
        (Why::Unsupported(part), Language::Pt) => format!(
            "O modelo {name} tem uma parte que não pode ser preenchida aqui: {part}. Escolha outro modelo."
        ),
    }
}

fn variable(name: &str, variable: &str, why: &Why, language: Language) -> String {
    match (why, language) {
        (Why::Missing, Language::En) => format!("The template {name} needs a value for {variable}."),
        (Why::Missing, Language::De) => format!("Die Vorlage {name} braucht einen Wert für {variable}."),
        (Why::Missing, Language::Es) => format!("La plantilla {name} necesita un valor para {variable}."),
        (Why::Missing, Language::Pt) => format!("O modelo {name} precisa de um valor para {variable}."),
        (Why::Empty, Language::En) => {
            format!("The value of {variable} in the template {name} is empty; Meta takes no empty values.")
        }
        (Why::Empty, Language::De) => {
            format!(
                "Der Wert von {variable} in der Vorlage {name} ist leer; leere Werte nimmt Meta nicht an."
            )
        }
        (Why::Empty, Language::Es) => {
            format!(
                "El valor de {variable} en la plantilla {name} está vacío; Meta no acepta valores vacíos."
            )
        }
        (Why::Empty, Language::Pt) => {
            format!("O valor de {variable} no modelo {name} está vazio; a Meta não aceita valores vazios.")
        }
        (Why::TooLong { length, most }, Language::En) => format!(
            "The value of {variable} in the template {name} has {length} characters; {most} are allowed."
        ),
        (Why::TooLong { length, most }, Language::De) => {
            format!(
                "Der Wert von {variable} in der Vorlage {name} hat {length} Zeichen; erlaubt sind {most}."
            )
        }
        (Why::TooLong { length, most }, Language::Es) => format!(
            "El valor de {variable} en la plantilla {name} tiene {length} caracteres; se permiten {most}."
        ),
        (Why::TooLong { length, most }, Language::Pt) => {
            format!("O valor de {variable} no modelo {name} tem {length} caracteres; são permitidos {most}.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::En) => {
            format!("The template {name} has no variable {variable} in its body.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::De) => {
            format!("Die Vorlage {name} hat im Text keine Variable {variable}.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::Es) => {
            format!("La plantilla {name} no tiene la variable {variable} en su texto.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::Pt) => {
            format!("O modelo {name} não tem a variável {variable} no texto.")
        }
    }
}

fn button(name: &str, button: &str, why: &Why, language: Language) -> String {
    match (why, language) {
        (Why::Missing, Language::En) => format!("The template {name} needs a value for its button {button}."),
        (Why::Missing, Language::De) => {
            format!("Die Vorlage {name} braucht einen Wert für den Knopf {button}.")
        }
        (Why::Missing, Language::Es) => {
            format!("La plantilla {name} necesita un valor para su botón {button}.")
        }
        (Why::Missing, Language::Pt) => format!("O modelo {name} precisa de um valor para o botão {button}."),
        (Why::Empty, Language::En) => format!(
            "The value of the button {button} of the template {name} is empty; Meta takes no empty values."
        ),
        (Why::Empty, Language::De) => format!(
            "Der Wert für den Knopf {button} der Vorlage {name} ist leer; leere Werte nimmt Meta nicht an."
        ),
        (Why::Empty, Language::Es) => format!(
            "El valor del botón {button} de la plantilla {name} está vacío; Meta no acepta valores vacíos."
        ),
        (Why::Empty, Language::Pt) => {
            format!(
                "O valor do botão {button} do modelo {name} está vazio; a Meta não aceita valores vazios."
            )
        }
        (Why::TooLong { length, most }, Language::En) => format!(
            "The value of the button {button} of the template {name} has {length} characters; {most} are allowed."
        ),
        (Why::TooLong { length, most }, Language::De) => format!(
            "Der Wert für den Knopf {button} der Vorlage {name} hat {length} Zeichen; erlaubt sind {most}."
        ),
        (Why::TooLong { length, most }, Language::Es) => format!(
            "El valor del botón {button} de la plantilla {name} tiene {length} caracteres; se permiten {most}."
        ),
        (Why::TooLong { length, most }, Language::Pt) => format!(
            "O valor do botão {button} do modelo {name} tem {length} caracteres; são permitidos {most}."
        ),
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::En) => {
            format!("The button {button} of the template {name} takes no such value.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::De) => {
            format!("Der Knopf {button} der Vorlage {name} nimmt keinen solchen Wert an.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::Es) => {
            format!("El botón {button} de la plantilla {name} no acepta un valor así.")
        }
        (Why::Surplus | Why::Needs(_) | Why::NoFile | Why::NoPlace | Why::Unsupported(_), Language::Pt) => {
            format!("O botão {button} do modelo {name} não aceita um valor assim.")
        }
    }
}

/// What a kind of header is called.
const fn kind_in(kind: HeaderKind, language: Language) -> &'static str {
    let [en, de, es, pt] = match kind {
        HeaderKind::Text => ["text", "Text", "texto", "texto"],
        HeaderKind::Image => ["image", "Bild", "imagen", "imagem"],
        HeaderKind::Video => ["video", "Video", "video", "vídeo"],
        HeaderKind::Document => ["document", "Dokument", "documento", "documento"],
        HeaderKind::Location => ["location", "Standort", "ubicación", "localização"],
        HeaderKind::Product => ["product", "Produkt", "producto", "produto"],
    };
    match language {
        Language::En => en,
        Language::De => de,
        Language::Es => es,
        Language::Pt => pt,
    }
}

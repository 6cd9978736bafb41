//! What a bot's node failed at, by the stable name of the failure, in the languages besides English. In English the engine
//! says it itself and often more exactly: it names the field or the place.

use chasqui_model::account::Language;

/// `None` for a name that nobody knows, and in English.
#[rustfmt::skip]
pub fn failure(code: &str, language: Language) -> Option<&'static str> {
    let [de, es, pt] = match code {
        "answer_too_large" => ["Eine Antwort ist zu groß.", "Una respuesta es demasiado grande.", "Uma resposta é grande demais."],
        "api_blocked" => ["Die Adresse einer API-Anfrage darf nicht aufgerufen werden.", "No se puede llamar a la dirección de una solicitud de API.", "O endereço de uma chamada de API não pode ser acessado."],
        "api_invalid" => ["Eine API-Anfrage oder ihre Antwort ergibt keinen Sinn.", "Una solicitud de API o su respuesta no tiene sentido.", "Uma chamada de API ou sua resposta não faz sentido."],
        "api_timeout" => ["Eine API-Anfrage bekam nicht rechtzeitig eine Antwort.", "Una solicitud de API no recibió respuesta a tiempo.", "Uma chamada de API não recebeu resposta a tempo."],
        "api_unreachable" => ["Der Server einer API-Anfrage war nicht erreichbar.", "No se pudo llegar al servidor de una solicitud de API.", "O servidor de uma chamada de API não pôde ser alcançado."],
        "bot_missing" => ["Ein Sprung führt zu einem Bot, der nicht veröffentlicht oder nicht da ist.", "Un salto lleva a un bot que no está publicado o no existe.", "Um salto leva a um bot que não está publicado ou não existe."],
        "code_failed" => ["Eigener Code scheiterte; der Ablauf des Gesprächs sagt, in welcher Zeile.", "El código propio falló; el recorrido de la conversación dice en qué línea.", "O código próprio falhou; o percurso da conversa diz em que linha."],
        "code_forbidden" => ["Eigener Code wollte eine Datei, das Netz oder die Umgebung, was er nicht darf.", "El código propio quiso un archivo, la red o el entorno, y no puede.", "O código próprio quis um arquivo, a rede ou o ambiente, e não pode."],
        "code_timeout" => ["Eigener Code dauerte zu lange und wurde abgebrochen.", "El código propio tardó demasiado y se detuvo.", "O código próprio demorou demais e foi interrompido."],
        "code_too_large" => ["Eigener Code oder seine Variablen brauchen zu viel Speicher.", "El código propio o sus variables necesitan demasiada memoria.", "O código próprio ou suas variáveis precisam de memória demais."],
        "code_unavailable" => ["Eigener Code konnte auf diesem Server nicht ausgeführt werden.", "El código propio no se pudo ejecutar en este servidor.", "O código próprio não pôde ser executado neste servidor."],
        "division_by_zero" => ["Eine Formel teilt durch null.", "Una fórmula divide entre cero.", "Uma fórmula divide por zero."],
        "drive_failed" => ["Google Drive hat eine Datei nicht angenommen.", "Google Drive no aceptó un archivo.", "O Google Drive não aceitou um arquivo."],
        "email_failed" => ["Eine E-Mail konnte nicht gesendet werden.", "Un correo no se pudo enviar.", "Um e-mail não pôde ser enviado."],
        "empty_value" => ["Der Wert, nach dem eine Zeile gesucht wird, ist leer.", "El valor por el que se busca una fila está vacío.", "O valor pelo qual se procura uma linha está vazio."],
        "formula_failed" => ["Eine Formel konnte nicht berechnet werden; der Ablauf sagt, warum.", "Una fórmula no se pudo calcular; el recorrido dice por qué.", "Uma fórmula não pôde ser calculada; o percurso diz por quê."],
        "invalid_body" => ["Der Inhalt einer API-Anfrage ist ungültig.", "El cuerpo de una solicitud de API no es válido.", "O corpo de uma chamada de API não é válido."],
        "invalid_folder" => ["Der Ordner in Google Drive ist ungültig.", "La carpeta de Google Drive no es válida.", "A pasta do Google Drive não é válida."],
        "invalid_header" => ["Eine Kopfzeile einer API-Anfrage ist ungültig.", "Un encabezado de una solicitud de API no es válido.", "Um cabeçalho de uma chamada de API não é válido."],
        "invalid_media" => ["Es gibt keine Datei: weder eine Adresse noch eine gespeicherte Datei.", "No hay ningún archivo: ni una dirección ni un archivo guardado.", "Não há arquivo: nem um endereço nem um arquivo guardado."],
        "invalid_recipient" => ["Ein Empfänger einer E-Mail ist keine E-Mail-Adresse.", "Un destinatario de un correo no es una dirección de correo.", "Um destinatário de um e-mail não é um endereço de e-mail."],
        "invalid_spreadsheet" => ["Die Tabelle ist weder eine Kennung noch eine Adresse.", "La hoja de cálculo no es ni un ID ni una dirección.", "A planilha não é nem um ID nem um endereço."],
        "invalid_url" => ["Eine Adresse ist ungültig.", "Una dirección no es válida.", "Um endereço não é válido."],
        "list_too_long" => ["Eine Liste hätte mehr als 10.000 Einträge.", "Una lista tendría más de 10.000 elementos.", "Uma lista teria mais de 10.000 itens."],
        "llm_failed" => ["Ein Sprachmodell hat nicht brauchbar geantwortet.", "Un modelo de lenguaje no respondió de forma útil.", "Um modelo de linguagem não respondeu de forma útil."],
        "media_failed" => ["Eine Datei des Kontakts konnte nicht geholt werden.", "No se pudo obtener un archivo del contacto.", "Um arquivo do contato não pôde ser obtido."],
        "no_case" => ["Ein Ergebnis passt zu keinem der Fälle.", "Un resultado no corresponde a ninguno de los casos.", "Um resultado não corresponde a nenhum dos casos."],
        "no_options" => ["Eine Frage hat keine Auswahl, die sich anzeigen lässt.", "Una pregunta no tiene ninguna opción que se pueda mostrar.", "Uma pergunta não tem nenhuma opção que possa ser mostrada."],
        "node_missing" => ["Das Gespräch sollte an einem Baustein weitergehen, den es nicht gibt.", "La conversación debía seguir en un nodo que no existe.", "A conversa devia continuar em um nó que não existe."],
        "not_a_list" => ["An eine Variable, die keine Liste ist, sollte etwas angehängt werden.", "Se quiso añadir algo a una variable que no es una lista.", "Algo devia ser acrescentado a uma variável que não é uma lista."],
        "nothing_to_ask" => ["Es gibt keinen Text, mit dem ein Modell arbeiten könnte.", "No hay ningún texto con el que pueda trabajar un modelo.", "Não há texto com que um modelo possa trabalhar."],
        "port_not_connected" => ["Ein Baustein wurde über einen Ausgang verlassen, der nirgendwohin führt.", "Se salió de un nodo por una salida que no lleva a ningún lugar.", "Um nó foi deixado por uma saída que não leva a lugar nenhum."],
        "sheets_failed" => ["Eine Tabelle konnte nicht gelesen oder geschrieben werden.", "Una hoja de cálculo no se pudo leer o escribir.", "Uma planilha não pôde ser lida ou escrita."],
        "template_value" => ["Ein Wert einer Vorlage passt nicht.", "Un valor de una plantilla no es correcto.", "Um valor de um modelo não está certo."],
        "too_many_attempts" => ["Zu viele Antworten passten nicht.", "Demasiadas respuestas no eran válidas.", "Respostas demais não serviram."],
        "too_many_bots" => ["Mehr als 16 Bots warten auf die Rückkehr anderer.", "Más de 16 bots esperan a que otros vuelvan.", "Mais de 16 bots esperam que outros voltem."],
        "too_many_files" => ["Eine E-Mail hat mehr als 10 Dateien.", "Un correo tiene más de 10 archivos.", "Um e-mail tem mais de 10 arquivos."],
        "too_many_messages" => ["Ein Schritt wollte mehr als 30 Nachrichten senden. Das Gespräch wurde beendet.", "Un turno quiso enviar más de 30 mensajes. La conversación se terminó.", "Um turno quis enviar mais de 30 mensagens. A conversa foi encerrada."],
        "too_many_recipients" => ["Eine E-Mail hat mehr als 10 Empfänger.", "Un correo tiene más de 10 destinatarios.", "Um e-mail tem mais de 10 destinatários."],
        "too_many_turns" => ["Das Gespräch hatte 10.000 Schritte und wurde beendet.", "La conversación tuvo 10.000 turnos y se terminó.", "A conversa teve 10.000 turnos e foi encerrada."],
        "too_many_visits" => ["Ein Schritt kam zu mehr als 200 Bausteinen: Der Bot geht im Kreis, ohne zu warten. Das Gespräch wurde beendet.", "Un turno pasó por más de 200 nodos: el flujo da vueltas sin esperar. La conversación se terminó.", "Um turno passou por mais de 200 nós: o fluxo anda em círculos sem esperar. A conversa foi encerrada."],
        "too_much_work" => ["Ein Schritt war mehr Arbeit als erlaubt. Kürzen Sie Texte und Listen, oder lassen Sie den Bot dazwischen auf eine Antwort warten.", "Un turno hizo más trabajo del permitido. Acorta textos y listas, o haz que el bot espere una respuesta entre medias.", "Um turno fez mais trabalho do que o permitido. Encurte textos e listas, ou deixe o bot esperar uma resposta no meio."],
        "variables_too_deep" => ["Eine Variable ist tiefer als 64 Ebenen verschachtelt. Das Gespräch wurde beendet.", "Una variable tiene más de 64 niveles. La conversación se terminó.", "Uma variável tem mais de 64 níveis. A conversa foi encerrada."],
        "variables_too_large" => ["Die Variablen wurden größer als 256 KiB. Das Gespräch wurde beendet.", "Las variables superaron los 256 KiB. La conversación se terminó.", "As variáveis passaram de 256 KiB. A conversa foi encerrada."],
        "window_closed" => ["Das 24-Stunden-Fenster schloss sich, während der Bot wartete.", "La ventana de 24 horas se cerró mientras el bot esperaba.", "A janela de 24 horas fechou enquanto o bot esperava."],
        "wrong_answer" => ["Ein Dienst antwortete auf etwas anderes als gefragt war.", "Un servicio respondió a algo distinto de lo que se preguntó.", "Um serviço respondeu a algo diferente do que foi perguntado."],
        _ => return None,
    };
    match language {
        Language::En => None,
        Language::De => Some(de),
        Language::Es => Some(es),
        Language::Pt => Some(pt),
    }
}
